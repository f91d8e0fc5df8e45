package language_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"function/shared/language"
)

// What people type on a phone, and what Explain says of it: the acts, the tasks meant and
// the change, a line each.
func TestAsPeopleTypeOnAPhone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lang, text string
		says       []string
	}{
		{"en", "paid the rent", []string{": complete (", `tasks: "paid the rent"`}},
		{"en", "i already paid the rent", []string{": complete (", `tasks: "paid the rent"`}},
		{"en", "rent is paid", []string{": complete (", `tasks: "rent"`}},
		{"en", "i walked the dog this morning", []string{": complete ("}},
		{"en", "rent every month instead of weekly", []string{": edit (", `tasks: "rent"`, "repeats FREQ=MONTHLY"}},
		{"en", "show me what's left", []string{": list ("}},
		{"en", "done with the milk", []string{": complete (", `tasks: "milk"`}},
		{"en", "called grandma", []string{": complete (", `tasks: "called grandma"`}},
		{"en", "laundry isnt done", []string{": reopen (", `tasks: "laundry"`}},
		{"en", "i deleted milk by accident", []string{": restore (", `tasks: "milk"`}},
		{"en", "dentist is now on thursday at 4", []string{": reschedule (", `tasks: "dentist"`, "change: due 2026-11-26T16:00:00"}},
		{"en", "the dentist got moved to thursday", []string{": reschedule (", `tasks: "dentist"`, "change: due 2026-11-26"}},
		{"en", "from now on gym is at 7", []string{": reschedule (", `tasks: "gym", of the series following`}},
		{"en", "make the dentist at 4 instead of 3", []string{": reschedule (", `tasks: "dentist"`, "change: due 2026-11-23T16:00:00"}},
		{"en", "push dentist 2 days", []string{": reschedule (", `tasks: "dentist"`, "by 0 months, 2 days, 0 seconds"}},
		{"en", "change the gym to every tuesday and thursday", []string{": edit (", `tasks: "gym"`, "repeats FREQ=WEEKLY;BYDAY=TU,TH"}},
		{"en", `change "buy milk" to "buy oat milk"`, []string{": rename (", `tasks: "buy milk"`, `title "buy oat milk"`}},
		{"en", "make the gym every tuesday and tag it #fun", []string{": edit (", "repeats FREQ=WEEKLY;BYDAY=TU", "tasks: pronoun it", "add tags fun"}},
		{"en", "tag it #home and make it urgent", []string{"add tags home\n", "priority high"}},
		{"en", "remove #bills from rent", []string{": edit (", `tasks: "rent"`, "remove tags bills"}},
		{"en", "remind me 10 min before the dentist", []string{": remind (", `tasks: "dentist"`, "remind 10m0s before"}},
		{"en", "and remind me an hour before", []string{": remind (", "tasks: pronoun it", "remind 1h0m0s before"}},
		{"en", "dont remind me about rent", []string{": remind (", `tasks: "rent"`, "no reminders"}},
		{"en", "set description of rent to account 1234", []string{": edit (", `tasks: "rent"`, "description account 1234"}},
		{"en", "rent is not urgent anymore", []string{": edit (", `tasks: "rent"`, "no priority"}},
		{"en", "skip the next gym", []string{": skip (", `tasks: "gym"`}},
		{"en", "im in new york now", []string{": preference (", `time_zone "America/New_York"`}},
		{"en", "dont disturb me between 22 and 7", []string{": preference (", `quiet_hours "22:00-07:00"`}},
		{"en", "when do i have to pay rent", []string{": list (", `with "pay rent"`}},
		{"en", "how many did i do this week", []string{": count (", "status done"}},
		{"en", "undo the christmas lights", []string{": unclear ("}},
		{"en", "same time tomorrow", []string{": unclear ("}},
		{"en", "finish report tomorrow", []string{": add (", `task 1: "finish report"`}},
		{"en", "skip rope every day", []string{": add (", `task 1: "skip rope"`}},
		{"en", "trash out every thursday night", []string{": add ("}},
		{"en", "call mum", []string{": add (", `task 1: "call mum"`}},
		{"en", "book a table for 6 on saturday", []string{": add (", `task 1: "book a table for 6"`}},
		{"en", "add subtask order cake to plan party", []string{": add (", `tasks: "plan party"`, `task 1: "order cake"`}},
		{"en", "add a reminder to return the library books", []string{": add (", `task 1: "return the library books"`}},
		{"en", "add milk to groceries", []string{": add (", "task 1: \"milk\"\n"}},
		{"en", "mark vacuuming as done on my list", []string{": complete (", `tasks: "vacuuming"`}},
		{"en", "cancel dinner tonight", []string{": delete (", "shown first and done after a yes"}},
		{"de", "hab die miete bezahlt", []string{": complete (", `tasks: "miete"`}},
		{"de", "kauf milch", []string{": add (", `task 1: "kauf milch"`}},
		{"de", "setz eier auf die liste", []string{": add (", `task 1: "eier"`}},
		{"de", "erinnere mich eine stunde vorher", []string{": remind (", "tasks: pronoun it"}},
		{"de", "überspring das training diese woche", []string{": skip (", `tasks: "training"`}},
		{"es", "ya pagué el alquiler", []string{": complete (", `tasks: "alquiler"`}},
		{"es", "compra pan", []string{": add ("}},
		{"es", "añade huevos a la lista", []string{": add (", "task 1: \"huevos\"\n"}},
		{"es", "qué está atrasado", []string{": list (", "overdue"}},
		{"fr", "j'ai payé le loyer", []string{": complete (", `tasks: "loyer"`}},
		{"fr", "achète du pain", []string{": add ("}},
		{"fr", "mets le tag #maison sur loyer", []string{": edit (", `tasks: "loyer"`, "add tags maison"}},
		{"it", "ho pagato l'affitto", []string{": complete ("}},
		{"it", "posticipa di un'ora", []string{": reschedule (", "tasks: pronoun it", "3600 seconds"}},
		{"pt", "já paguei o aluguel", []string{": complete (", `tasks: "aluguel"`}},
		{"pt", "mova tudo que está atrasado para amanhã", []string{": reschedule (", "overdue", "shown first"}},
	} {
		ctx := now()
		ctx.Language = c.lang
		got := language.Explain(c.text, ctx)
		acts, _, _ := strings.Cut(got, "\ndate ")
		for _, want := range c.says {
			require.Contains(t, acts, want, "%s", c.text)
		}
	}
}

// A correction is of what was spoken of last, and of nothing where nothing was.
func TestCorrections(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"actually make it friday", "no i meant friday", "wait, friday not thursday", "same time on friday", "make it friday instead"} {
		u, err := language.Understand(text, now(), language.Focus{Listed: []string{"dentist"}, It: []int{0}})
		require.NoError(t, err)
		require.Len(t, u.Acts, 1, text)
		a := u.Acts[0]
		require.Equal(t, language.Reschedule, a.Intent, text)
		require.Equal(t, "it", a.Target.Pronoun, text)
		require.Equal(t, "2026-11-27", a.Change.Due.Start.String()[:10], text)
	}
}

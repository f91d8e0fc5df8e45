package filter_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/filter"
	"function/shared/quickadd"
	"function/shared/todo"
)

// monday is when every filter here is read, in Paris.
var monday = time.Date(2026, time.January, 5, 8, 0, 0, 0, time.UTC)

func dates() filter.Dates {
	prefs := todo.DefaultPreferences("ada")
	prefs.TimeZone = "Europe/Paris"
	return quickadd.For(prefs, monday).Dates
}

func paris(date string) time.Time {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	at, err := time.ParseInLocation(time.DateOnly, date, zone)
	if err != nil {
		panic(err)
	}
	return at
}

func TestFilters(t *testing.T) {
	t.Parallel()
	due := func(from, until string) todo.Condition {
		w := todo.Within{Time: todo.TimeDue}
		if from != "" {
			w.From = paris(from)
		}
		if until != "" {
			w.Until = paris(until)
		}
		return w
	}
	home, work := todo.HasTag("home"), todo.HasTag("work")
	for text, want := range map[string]todo.Condition{
		"":                           todo.All{},
		"   ":                        todo.All{},
		"rent":                       todo.HasWord("rent"),
		"Été":                        todo.HasWord("ete"),
		"e-mail":                     todo.All{todo.HasWord("e"), todo.HasWord("mail")},
		"pay rent":                   todo.All{todo.HasWord("pay"), todo.HasWord("rent")},
		`"pay the rent"`:             todo.HasPhrase{"pay", "the", "rent"},
		"“pay rent”":                 todo.HasPhrase{"pay", "rent"},
		"«or»":                       todo.HasPhrase{"or"},
		"#home -#work":               todo.All{home, todo.Not{Of: work}},
		"#home and not #work":        todo.All{home, todo.Not{Of: work}},
		"#home or #work":             todo.Any{home, work},
		"#home|#work":                todo.Any{home, work},
		"rent #home or #work":        todo.Any{todo.All{todo.HasWord("rent"), home}, work},
		"rent (#home or #work)":      todo.All{todo.HasWord("rent"), todo.Any{home, work}},
		"-(#home or #work)":          todo.Not{Of: todo.Any{home, work}},
		"!!#home":                    todo.Not{Of: todo.Not{Of: home}},
		"tag:home":                   home,
		"tag:#home":                  home,
		"priority:high":              todo.HasPriority(todo.PriorityHigh),
		"P:2":                        todo.HasPriority(todo.PriorityMedium),
		"is:blocked":                 todo.Is(todo.TraitBlocked),
		"has:reminder no:due":        todo.All{todo.Is(todo.TraitHasReminder), todo.Not{Of: todo.Is(todo.TraitHasDue)}},
		"due:today":                  due("2026-01-05", "2026-01-06"),
		"due:2026-03-29":             due("2026-03-29", "2026-03-30"),
		`due:"next week"`:            due("2026-01-12", "2026-01-19"),
		"due:<friday":                due("", "2026-01-09"),
		"due:<=friday":               due("", "2026-01-10"),
		"due:>friday":                due("2026-01-10", ""),
		`due:>="march 1"`:            due("2026-03-01", ""),
		"due:tuesday..friday":        due("2026-01-06", "2026-01-10"),
		"due:..friday":               due("", "2026-01-10"),
		"due:march":                  due("2026-03-01", "2026-04-01"),
		"due:none":                   todo.Not{Of: todo.Within{Time: todo.TimeDue}},
		"due:any":                    todo.Within{Time: todo.TimeDue},
		"due:overdue":                todo.Is(todo.TraitOverdue),
		"completed:yesterday":        todo.Within{Time: todo.TimeCompleted, From: paris("2026-01-04"), Until: paris("2026-01-05")},
		"created:>2026-01-01 -#work": todo.All{todo.Within{Time: todo.TimeCreated, From: paris("2026-01-02")}, todo.Not{Of: work}},
	} {
		got, err := filter.Parse(text, dates())
		require.NoError(t, err, text)
		require.Equal(t, normal(want), normal(got), text)
	}
}

// normal drops the zone's name from instants, which does not matter.
func normal(c todo.Condition) todo.Condition {
	switch c := c.(type) {
	case todo.All:
		for i := range c {
			c[i] = normal(c[i])
		}
	case todo.Any:
		for i := range c {
			c[i] = normal(c[i])
		}
	case todo.Not:
		return todo.Not{Of: normal(c.Of)}
	case todo.Within:
		for _, at := range []*time.Time{&c.From, &c.Until} {
			if !at.IsZero() {
				*at = at.UTC()
			}
		}
		return c
	}
	return c
}

func TestWrongFiltersSayWhere(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"(rent":                   "character 1: this bracket is not closed",
		"rent)":                   "character 5: no bracket",
		`ünder "rent`:             "character 7: this quote is not closed",
		"#":                       "character 1: a tag follows",
		"rent or":                 "character 8: a condition is missing",
		"or":                      "character 1: a condition is missing",
		"-":                       "character 2: a condition is missing",
		"due:":                    "due: needs a value",
		"due:next week":           `"next" is no date that is understood here; one in several words stands in quotes`,
		"due:friday..monday":      "",
		"due:2026-02-30":          `"2026-02-30" is no date`,
		"due:<>friday":            "compares nothing",
		"due:..":                  "a range needs a date",
		"due:friday..2026-01-01":  "does not come before",
		"priority:urgent":         "high, medium or low",
		"is:great":                "is nothing a task can be",
		"has:wings":               "is nothing a task can have",
		"http://example.test":     `"http" is no field`,
		"…":                       "no letter and no digit",
		`""`:                      "no word stands between",
		strings.Repeat("a ", 41):  "at most 40 conditions",
		strings.Repeat("(", 13):   "at most 12 deep",
		strings.Repeat("-", 13):   "at most 12 deep",
		strings.Repeat("a", 1001): "at most 1000 characters",
		"a\xff":                   "at most 1000 characters of text",
	} {
		_, err := filter.Parse(text, dates())
		if says == "" {
			continue
		}
		require.ErrorContains(t, err, says, text)
		require.Equal(t, todo.CodeInvalid, todo.CodeOf(err), text)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{`due:<"next week" (#a or -"b c")`, "is:open|has:due&p:1", "((((", `"`, "due:..x", "-#-:"} {
		f.Add(text)
	}
	read := dates()
	f.Fuzz(func(t *testing.T, text string) {
		c, err := filter.Parse(text, read)
		if (c == nil) == (err == nil) {
			t.Fatalf("%q gave %v and %v", text, c, err)
		}
	})
}

package assistant_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/assistant"
	"function/shared/language"
	"function/shared/language/civil"
	"function/shared/language/engine"
	"function/shared/occurrence"
	"function/shared/todo"
)

// Monday, 23 November 2026, 10:00 in Paris.
var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// talk is a conversation with the assistant over a store in memory. What is understood
// is given, so that these tests are of the acting alone.
type talk struct {
	*testing.T
	store   *store
	service *todo.Service
	acts    []language.Act
	focus   assistant.Focus
	pending map[string]*assistant.Pending
	seen    language.Focus
	turns   int
	forget  bool
	failed  error
}

func newTalk(t *testing.T) *talk {
	k := &talk{T: t, store: newStore(), pending: map[string]*assistant.Pending{}}
	ids := 0
	k.service = &todo.Service{Store: k.store, Calendar: occurrence.Calendar{}, Now: func() time.Time { return now }, NewID: func() string {
		ids++
		return fmt.Sprintf("id-%04d", ids)
	}}
	return k
}

func (k *talk) assistant() *assistant.Assistant {
	return &assistant.Assistant{Todo: k.service, Understand: func(_ string, _ language.Context, f language.Focus) (language.Understanding, error) {
		k.seen = f
		return language.Understanding{Acts: k.acts}, k.failed
	}}
}

func (k *talk) turn() assistant.Turn {
	prefs := todo.DefaultPreferences("ada")
	prefs.TimeZone, prefs.Language = "Europe/Paris", "en-GB"
	return assistant.Turn{Owner: "ada", Prefs: prefs, Focus: k.focus, Pending: k.pending[k.focus.Pending], MessageID: fmt.Sprintf("msg_%d", k.turns), Forgetful: k.forget}
}

func (k *talk) kept(answer assistant.Answer, err error) assistant.Answer {
	k.Helper()
	require.NoError(k, err)
	k.focus = answer.Focus
	if answer.Pending != nil {
		k.pending[answer.Pending.ID] = answer.Pending
	}
	return answer
}

func (k *talk) say(acts ...language.Act) assistant.Answer {
	k.Helper()
	k.turns++
	k.acts = acts
	return k.kept(k.assistant().Answer(k.Context(), k.turn()))
}

// has puts tasks into the list.
func (k *talk) has(tasks ...todo.NewTask) []todo.Details {
	k.Helper()
	r, err := k.service.Create(k.Context(), todo.Act{Owner: "ada", Actor: todo.ActorPerson}, tasks...)
	require.NoError(k, err)
	return r.Tasks
}

// state is every task as one line, sorted.
func (k *talk) state() []string {
	var lines []string
	for _, d := range k.store.tasks {
		line := d.Title + " " + string(d.Status)
		if d.Due != nil {
			line += " " + d.Due.Local
		}
		if d.Trashed() {
			line += " trashed"
		}
		for _, tag := range d.Tags {
			line += " #" + tag
		}
		if d.Priority != todo.PriorityMedium {
			line += " !" + string(d.Priority)
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}

func words(a assistant.Answer) string {
	var texts []string
	for _, p := range a.Parts {
		if p.Text != "" {
			texts = append(texts, p.Text)
		}
	}
	return strings.Join(texts, "\n")
}

func named(intent language.Intent, words string) language.Act {
	return language.Act{Intent: intent, Target: language.Target{Words: words}}
}

func on(y, m, d int) *language.When {
	return &language.When{Start: civil.Date(y, m, d), Grain: language.Day}
}

func TestAddSaysBackWhatWasUnderstood(t *testing.T) {
	k := newTalk(t)
	first := language.When{Start: civil.Date(2026, 12, 1).At(9, 0, 0), HasTime: true}
	answer := k.say(language.Act{Intent: language.Add, Drafts: []language.Draft{{
		Title: "pay *rent*", Tags: []string{"home"}, Priority: language.High, Assumed: []string{"9 means the morning."},
		Recurrence: &language.Recurrence{RRULE: "FREQ=MONTHLY;BYMONTHDAY=1", Start: &first},
		Reminders:  []language.Reminder{{Before: 48 * time.Hour}},
	}}})
	require.Equal(t, "Added **pay \\*rent\\***: due Tuesday, 1 December at 09:00, repeats every month on the 1st, "+
		"reminder 2 days before, Sunday, 29 November at 09:00, high priority, #home.\n\nAssumed: 9 means the morning.", words(answer))
	require.Equal(t, []string{"pay *rent* open 2026-12-01T09:00:00 #home !high"}, k.state())
	card := answer.Parts[1].Task
	require.Equal(t, "tomorrow", assistantDay(k, card.Task, "2026-11-24"))
	require.NotEmpty(t, card.ChangeSet)
	require.Equal(t, []int{0}, k.focus.It)
}

// assistantDay shows a task moved to a date, to see how its due is said.
func assistantDay(k *talk, d todo.Details, date string) string {
	act := named(language.Reschedule, d.Title)
	when, _ := time.Parse(time.DateOnly, date)
	act.Change.Due = &language.When{Start: civil.Of(when), Grain: language.Day}
	answer := k.say(act)
	return strings.TrimSuffix(answer.Parts[1].Task.Words.Due, " at 09:00")
}

func TestSeveralTasksInOneMessageAreOneChange(t *testing.T) {
	k := newTalk(t)
	answer := k.say(language.Act{Intent: language.Add, Drafts: []language.Draft{{Title: "milk"}, {Title: "bread", Due: on(2026, 11, 24)}}})
	require.Equal(t, "Added 2 tasks:\n\n- **milk**\n- **bread**: due tomorrow", strings.TrimSuffix(words(answer), "."))
	require.Len(t, k.store.sets, 1)
	k.say(language.Act{Intent: language.Undo})
	require.Empty(t, k.state())
	k.say(language.Act{Intent: language.Redo})
	require.Len(t, k.state(), 2)
}

func TestTheSameMessageTwiceHasOneEffect(t *testing.T) {
	k := newTalk(t)
	k.say(language.Act{Intent: language.Add, Drafts: []language.Draft{{Title: "milk"}}})
	k.turns--
	require.Equal(t, "That was done already.", words(k.say(language.Act{Intent: language.Add, Drafts: []language.Draft{{Title: "milk"}}})))
	require.Len(t, k.state(), 1)
}

func TestTitlesAreFoundBySomeOfTheirWords(t *testing.T) {
	k := newTalk(t)
	k.has(todo.NewTask{Title: "Call the dentist"}, todo.NewTask{Title: "Pay rent"}, todo.NewTask{Title: "Buy café crème"})
	for typed, title := range map[string]string{
		"the dentist": "Call the dentist", "calling the dentist": "Call the dentist", "dentits": "Call the dentist", "paying rent": "Pay rent", "cafe": "Buy café crème",
	} {
		answer := k.say(named(language.Show, typed))
		require.NotNil(t, answer.Parts[1].Task, typed)
		require.Equal(t, title, answer.Parts[1].Task.Task.Title, typed)
	}
}

func TestWordsThatFitSeveralTasksAskAndChangeNothing(t *testing.T) {
	k := newTalk(t)
	tasks := k.has(todo.NewTask{Title: "Buy milk"}, todo.NewTask{Title: "Milk the cow"}, todo.NewTask{Title: "Pay rent"})
	before := k.state()
	answer := k.say(named(language.Complete, "milk"))
	require.Equal(t, before, k.state())
	require.Len(t, answer.Parts[1].Choices.List.Cards, 2)
	require.Equal(t, language.Complete, func() language.Intent { k.say(language.Act{Intent: language.Choose}); return k.seen.Pending }())
	require.Equal(t, before, k.state())

	answer = k.say(named(language.Complete, "milk"))
	picked := k.kept(k.assistant().Pick(t.Context(), k.turn(), tasks[1].ID))
	require.Contains(t, words(picked), "Milk the cow")
	require.Equal(t, []string{"Buy milk open", "Milk the cow completed", "Pay rent open"}, k.state())
	again := k.kept(k.assistant().Pick(t.Context(), k.turn(), tasks[0].ID))
	require.Contains(t, words(again), "not open any more")
	require.NotNil(t, answer.Pending)
}

func TestAChoiceIsAnsweredInWords(t *testing.T) {
	for name, target := range map[string]language.Target{"by number": {Ordinals: []int{2}}, "the last": {Ordinals: []int{-1}}, "by words": {Words: "cow"}} {
		k := newTalk(t)
		k.has(todo.NewTask{Title: "Buy milk"}, todo.NewTask{Title: "Milk the cow"})
		k.say(named(language.Delete, "milk"))
		k.say(language.Act{Intent: language.Choose, Target: target})
		require.Equal(t, []string{"Buy milk open", "Milk the cow open trashed"}, k.state(), name)
	}
}

func TestNoMatchSaysSo(t *testing.T) {
	k := newTalk(t)
	k.has(todo.NewTask{Title: "Pay rent"})
	require.Equal(t, "I found no open task that matches “the \\*cat\\*”. Nothing was changed.", words(k.say(named(language.Delete, "the *cat*"))))
	k.say(named(language.Complete, "rent"))
	require.Equal(t, "**Pay rent** is done already.", words(k.say(named(language.Complete, "rent"))))
	require.Equal(t, []string{"Pay rent completed"}, k.state())
}

func TestWideActsWaitForAYes(t *testing.T) {
	k := newTalk(t)
	k.has(todo.NewTask{Title: "a", Due: &todo.NewDue{Date: "2026-11-20", Zone: "Europe/Paris"}}, todo.NewTask{Title: "b", Due: &todo.NewDue{Date: "2026-11-23", Time: "08:00", Zone: "Europe/Paris"}},
		todo.NewTask{Title: "today is not late", Due: &todo.NewDue{Date: "2026-11-23", Zone: "Europe/Paris"}}, todo.NewTask{Title: "c"})
	before := k.state()
	move := language.Act{Intent: language.Reschedule, Target: language.Target{All: true, Filter: language.Filter{Overdue: true}}, Change: language.Change{Due: on(2026, 11, 24)}}
	answer := k.say(move)
	require.Equal(t, "Move 2 tasks to tomorrow? Nothing is changed until you say yes.", words(answer))
	require.Equal(t, before, k.state())

	k.say(language.Act{Intent: language.Refuse})
	require.Contains(t, words(k.say(language.Act{Intent: language.Confirm})), "nothing waiting")
	require.Equal(t, before, k.state())

	k.say(move)
	k.say(language.Act{Intent: language.Confirm})
	require.Equal(t, []string{"a open 2026-11-24", "b open 2026-11-24T08:00:00", "c open", "today is not late open 2026-11-23"}, k.state())
	k.say(language.Act{Intent: language.Undo})
	require.Equal(t, before, k.state(), "one undo takes back all")
}

func TestAYesIsForWhatWasShown(t *testing.T) {
	k := newTalk(t)
	tasks := k.has(todo.NewTask{Title: "a"}, todo.NewTask{Title: "b"})
	k.say(language.Act{Intent: language.Delete, Target: language.Target{All: true}})
	_, err := k.service.Edit(t.Context(), todo.Act{Owner: "ada", Actor: todo.ActorPerson}, tasks[0].ID, 1, todo.Edit{Title: todo.Some("a, precious")})
	require.NoError(t, err)
	require.Contains(t, words(k.kept(k.assistant().Confirm(t.Context(), k.turn()))), "left it alone")
	require.Equal(t, []string{"a, precious open", "b open"}, k.state())
}

func TestAnythingElseThanAYesClosesTheQuestion(t *testing.T) {
	k := newTalk(t)
	k.has(todo.NewTask{Title: "a"}, todo.NewTask{Title: "b"})
	k.say(language.Act{Intent: language.Delete, Target: language.Target{All: true}})
	k.say(language.Act{Intent: language.Unclear})
	k.say(language.Act{Intent: language.Confirm})
	require.Equal(t, []string{"a open", "b open"}, k.state())
}

func TestWithoutMemoryNothingIsAsked(t *testing.T) {
	k := newTalk(t)
	k.forget = true
	k.has(todo.NewTask{Title: "milk one"}, todo.NewTask{Title: "milk two"})
	before := k.state()
	for _, act := range []language.Act{{Intent: language.Delete, Target: language.Target{All: true}}, named(language.Delete, "milk"), {Intent: language.Confirm}} {
		answer := k.say(act)
		require.Nil(t, answer.Pending)
		require.Len(t, answer.Parts, 1)
	}
	require.Equal(t, before, k.state())
	k.say(language.Act{Intent: language.Add, Drafts: []language.Draft{{Title: "bread"}}})
	require.Len(t, k.state(), 3)
}

func TestNumbersCountInTheListLastShown(t *testing.T) {
	k := newTalk(t)
	k.has(todo.NewTask{Title: "a"}, todo.NewTask{Title: "b"}, todo.NewTask{Title: "c"})
	require.Contains(t, words(k.say(language.Act{Intent: language.Complete, Target: language.Target{Ordinals: []int{1}}})), "no list")
	k.say(language.Act{Intent: language.List})
	require.Len(t, k.seen.Listed, 0)
	k.say(language.Act{Intent: language.Complete, Target: language.Target{Ordinals: []int{2}}})
	require.Equal(t, []string{"a", "b", "c"}, k.seen.Listed)
	require.Contains(t, words(k.say(language.Act{Intent: language.Delete, Target: language.Target{Ordinals: []int{4}}})), "no number 4")
	k.say(language.Act{Intent: language.Delete, Target: language.Target{Ordinals: []int{-1}}})
	require.Equal(t, []string{"a open", "b completed", "c open trashed"}, k.state())
	k.say(language.Act{Intent: language.Restore, Target: language.Target{Pronoun: "it"}})
	k.say(language.Act{Intent: language.Complete, Target: language.Target{Ordinals: []int{1, 3}}})
	require.Equal(t, []string{"a completed", "b completed", "c completed"}, k.state())
}

func TestIt(t *testing.T) {
	k := newTalk(t)
	require.Contains(t, words(k.say(language.Act{Intent: language.Complete, Target: language.Target{Pronoun: "it"}})), "not sure which")
	k.say(language.Act{Intent: language.Add, Drafts: []language.Draft{{Title: "milk"}}})
	k.say(language.Act{Intent: language.Edit, Change: language.Change{AddTags: []string{"food"}, Priority: language.High}})
	require.Equal(t, []string{"milk open #food !high"}, k.state())
	k.say(language.Act{Intent: language.Complete, Target: language.Target{Pronoun: "it"}})
	k.say(language.Act{Intent: language.Reopen, Target: language.Target{Pronoun: "it"}})
	k.say(language.Act{Intent: language.Edit, Target: language.Target{Pronoun: "it"}, Change: language.Change{RemoveTags: []string{"food"}, ClearPriority: true}})
	require.Equal(t, []string{"milk open"}, k.state())
	k.say(language.Act{Intent: language.Rename, Target: language.Target{Pronoun: "it"}, Change: language.Change{Title: "oat milk"}})
	require.Equal(t, []string{"oat milk open"}, k.state())
	require.Contains(t, words(k.say(language.Act{Intent: language.Complete})), "Which task")
}

func TestMoves(t *testing.T) {
	at := func(local string) todo.NewTask {
		due := &todo.NewDue{Date: local[:10], Zone: "Europe/Paris"}
		if len(local) > 10 {
			due.Time = local[11:]
		}
		return todo.NewTask{Title: "x", Due: due}
	}
	for name, c := range map[string]struct {
		task   todo.NewTask
		change language.Change
		want   string
	}{
		"to a day keeps the time":         {at("2026-11-24T09:30"), language.Change{Due: on(2026, 11, 27)}, "x open 2026-11-27T09:30:00"},
		"to a time":                       {at("2026-11-24"), language.Change{Due: &language.When{Start: civil.Date(2026, 11, 24).At(17, 0, 0), HasTime: true}}, "x open 2026-11-24T17:00:00"},
		"to a time alone, the day stays":  {at("2026-11-27"), language.Change{Due: &language.When{Start: civil.Date(2026, 11, 23).At(17, 0, 0), HasTime: true, Assumed: engine.AssumedFuture.Texts()}}, "x open 2026-11-27T17:00:00"},
		"to a time alone, and it is late": {at("2026-11-20"), language.Change{Due: &language.When{Start: civil.Date(2026, 11, 23).At(17, 0, 0), HasTime: true, Assumed: engine.AssumedFuture.Texts()}}, "x open 2026-11-23T17:00:00"},
		"by a month, clamped":             {at("2026-12-31"), language.Change{Shift: &language.Shift{Months: 2}}, "x open 2027-02-28"},
		"back by a day":                   {at("2026-12-01T09:00"), language.Change{Shift: &language.Shift{Days: -1}}, "x open 2026-11-30T09:00:00"},
		"by hours over midnight":          {at("2026-12-01T23:00"), language.Change{Shift: &language.Shift{Seconds: 7200}}, "x open 2026-12-02T01:00:00"},
		"by hours without a time":         {at("2026-12-01"), language.Change{Shift: &language.Shift{Seconds: 7200}}, "x open 2026-12-01"},
		"without a due, by days":          {todo.NewTask{Title: "x"}, language.Change{Shift: &language.Shift{Days: 1}}, "x open"},
		"without a due, to a day":         {todo.NewTask{Title: "x"}, language.Change{Due: on(2026, 12, 1)}, "x open 2026-12-01"},
		"to no day":                       {at("2026-12-01"), language.Change{ClearDue: true}, "x open"},
		"to a rule that names its day":    {at("2026-12-01T09:00"), language.Change{Recurrence: &language.Recurrence{RRULE: "FREQ=WEEKLY;BYDAY=MO", Start: on(2026, 11, 30)}}, "x open 2026-11-30T09:00:00"},
		"to a rule that does not":         {at("2026-12-01"), language.Change{Recurrence: &language.Recurrence{RRULE: "FREQ=WEEKLY", Start: on(2026, 11, 23)}}, "x open 2026-12-01"},
	} {
		k := newTalk(t)
		k.has(c.task)
		k.say(language.Act{Intent: language.Reschedule, Target: language.Target{Words: "x"}, Change: c.change})
		require.Equal(t, []string{c.want}, k.state(), name)
	}
}

func TestRemindersAreAdded(t *testing.T) {
	k := newTalk(t)
	k.has(todo.NewTask{Title: "dentist", Due: &todo.NewDue{Date: "2026-12-01", Time: "09:00", Zone: "Europe/Paris"}, Reminders: []todo.NewReminder{{Before: &todo.Before{Days: 1}}}})
	remind := named(language.Remind, "dentist")
	remind.Change.Reminders = []language.Reminder{{Before: time.Hour}}
	answer := k.say(remind)
	require.Contains(t, words(answer), "1 day before, Monday, 30 November at 09:00; 1 hour before, Tuesday, 1 December at 08:00")
	snooze := named(language.Snooze, "dentist")
	snooze.Change.Snooze = 10 * time.Minute
	require.Contains(t, words(k.say(snooze)), "today at 10:10")
	clear := named(language.Remind, "dentist")
	clear.Change.ClearReminders = true
	require.Contains(t, words(k.say(clear)), "no reminder any more")
	require.Contains(t, words(k.say(named(language.Remind, "dentist"))), "When should I remind you?")
}

func TestListsAndCounts(t *testing.T) {
	k := newTalk(t)
	k.has(todo.NewTask{Title: "late", Due: &todo.NewDue{Date: "2026-11-20", Zone: "Europe/Paris"}, Tags: []string{"home"}}, todo.NewTask{Title: "now", Due: &todo.NewDue{Date: "2026-11-23", Zone: "Europe/Paris"}},
		todo.NewTask{Title: "soon", Due: &todo.NewDue{Date: "2026-11-26", Zone: "Europe/Paris"}, Priority: todo.PriorityHigh}, todo.NewTask{Title: "someday"})
	end := civil.Date(2026, 11, 30)
	for name, c := range map[string]struct {
		filter language.Filter
		titles []string
	}{
		"all":       {language.Filter{}, []string{"late", "now", "soon", "someday"}},
		"today":     {language.Filter{Due: on(2026, 11, 23)}, []string{"late", "now"}},
		"this week": {language.Filter{Due: &language.When{Start: civil.Date(2026, 11, 23), End: &end, Grain: language.Week}}, []string{"now", "soon"}},
		"overdue":   {language.Filter{Overdue: true}, []string{"late"}},
		"no date":   {language.Filter{NoDue: true}, []string{"someday"}},
		"tag":       {language.Filter{Tags: []string{"home"}}, []string{"late"}},
		"priority":  {language.Filter{Priority: language.High}, []string{"soon"}},
		"words":     {language.Filter{Text: "soon"}, []string{"soon"}},
		"misspelt":  {language.Filter{Text: "somday"}, []string{"someday"}},
		"limit":     {language.Filter{Limit: 1}, []string{"late"}},
	} {
		act := language.Act{Intent: language.List, Target: language.Target{Filter: c.filter}}
		answer := k.say(act)
		var titles []string
		for _, card := range answer.Parts[1].List.Cards {
			titles = append(titles, card.Task.Title)
		}
		require.Equal(t, c.titles, titles, name)
		act.Intent = language.Count
		require.NotEmpty(t, words(k.say(act)), name)
	}
	require.Equal(t, "You have 4 open tasks: 2 due today or overdue, 1 later. 0 done.", words(k.say(language.Act{Intent: language.Count})))
	require.Equal(t, "Next is **late**, due Friday, 20 November (overdue).", words(k.say(language.Act{Intent: language.Next})))
	require.Equal(t, "I found nothing for “zebra”.", words(k.say(language.Act{Intent: language.Search, Target: language.Target{Words: "zebra"}})))
}

func TestNothingOfThisChangesAnything(t *testing.T) {
	k := newTalk(t)
	k.has(todo.NewTask{Title: "a"})
	before, sets := k.state(), len(k.store.sets)
	for _, intent := range []language.Intent{language.Unclear, language.OutOfScope, language.SmallTalk, language.Help, language.DateTime, language.Skip, language.Pause, language.Resume,
		language.Add, language.Complete, language.Rename, language.Reschedule, language.Edit, language.Redo, language.Confirm, language.Refuse, language.Choose, "later"} {
		require.NotEmpty(t, words(k.say(language.Act{Intent: intent})), intent)
	}
	k.failed = language.ErrTooLong
	require.Contains(t, words(k.say()), "too long")
	k.failed = language.ErrEmpty
	require.NotEmpty(t, words(k.say()))
	require.Equal(t, before, k.state())
	require.Len(t, k.store.sets, sets)
}

func TestButtons(t *testing.T) {
	k := newTalk(t)
	task := k.has(todo.NewTask{Title: "a"})[0]
	k.kept(k.assistant().Complete(t.Context(), k.turn(), todo.Target{ID: task.ID, Version: 1}))
	require.Equal(t, []string{"a completed"}, k.state())
	require.Contains(t, words(k.kept(k.assistant().Complete(t.Context(), k.turn(), todo.Target{ID: task.ID, Version: 1}))), "done already")
	k.kept(k.assistant().Reopen(t.Context(), k.turn(), todo.Target{ID: task.ID, Version: 2}))
	require.Contains(t, words(k.kept(k.assistant().Complete(t.Context(), k.turn(), todo.Target{ID: task.ID, Version: 1}))), "has changed since")
	require.Equal(t, []string{"a open"}, k.state())
	require.Contains(t, words(k.kept(k.assistant().Undo(t.Context(), k.turn(), "no-such-set"))), "not there any more")
	require.Contains(t, words(k.kept(k.assistant().Complete(t.Context(), k.turn(), todo.Target{ID: "another's"}))), "not there any more")
	require.Contains(t, words(k.assistant().Cancel(k.turn())), "nothing was changed")
}

func TestSeries(t *testing.T) {
	daily := func() todo.NewTask {
		return todo.NewTask{Title: "gym", Due: &todo.NewDue{Date: "2026-11-23", Time: "18:00", Zone: "Europe/Paris"}, Recurrence: &todo.NewRecurrence{Rule: "FREQ=DAILY"}}
	}
	k := newTalk(t)
	k.has(daily(), todo.NewTask{Title: "milk"})
	before := k.state()
	require.Contains(t, words(k.say(named(language.Skip, "milk"))), "does not repeat")
	require.Contains(t, words(k.say(named(language.Pause, "gym"))), "Until when")
	require.Contains(t, words(k.say(named(language.Resume, "gym"))), "not paused")
	require.Equal(t, before, k.state())

	require.Contains(t, words(k.say(named(language.Skip, "gym"))), "Skipped today at 18:00. **gym** is next due tomorrow at 18:00.")
	pause := named(language.Pause, "gym")
	pause.Change.Due = on(2026, 12, 1)
	require.Contains(t, words(k.say(pause)), "Paused **gym** until Tuesday, 1 December; next due Tuesday, 1 December at 18:00.")
	require.Contains(t, words(k.say(named(language.Resume, "gym"))), "**gym** goes on; next due")
	for range 3 {
		k.say(language.Act{Intent: language.Undo})
	}
	require.Equal(t, before, k.state())

	wide := named(language.Reschedule, "gym")
	wide.Target.Scope = "all"
	wide.Change.Due = &language.When{Start: civil.Date(2026, 11, 24).At(7, 0, 0), HasTime: true}
	require.Contains(t, words(k.say(wide)), "now repeats every day; next due tomorrow at 07:00")
	require.Equal(t, []string{"gym open 2026-11-24T07:00:00", "milk open"}, k.state())
}

func TestAnswersAreInThePersonsLanguage(t *testing.T) {
	for tag, want := range map[string]string{
		"de-DE": "**Miete** ist hinzugefügt (fällig morgen).", "es": "He añadido **Miete** (vence mañana).", "fr": "J’ai ajouté **Miete** (à faire pour demain).",
		"it": "Ho aggiunto **Miete** (scade domani).", "pt-BR": "Adicionei **Miete** (vence amanhã).", "ja": "Added **Miete**: due tomorrow.", "": "Added **Miete**: due tomorrow.",
	} {
		k := newTalk(t)
		turn := k.turn()
		turn.Prefs.Language = tag
		k.acts = []language.Act{{Intent: language.Add, Drafts: []language.Draft{{Title: "Miete", Due: on(2026, 11, 24)}}}}
		answer, err := k.assistant().Answer(t.Context(), turn)
		require.NoError(t, err)
		require.Equal(t, want, words(answer), tag)
	}
}

func TestAMessageTellsItsLanguageWhereNothingElseDoes(t *testing.T) {
	k := newTalk(t)
	k.has(todo.NewTask{Title: "Milch kaufen"})
	a := &assistant.Assistant{Todo: k.service, Understand: language.Understand}
	turn := k.turn()
	turn.Prefs.Language, turn.Text = "", "erledige Milch"
	answer, err := a.Answer(t.Context(), turn)
	require.NoError(t, err)
	require.Equal(t, "Erledigt: **Milch kaufen**.", words(answer))
	turn.Prefs.Language, turn.Text, turn.MessageID = "en-GB", "lösche Milch", "msg_2"
	answer, err = a.Answer(t.Context(), turn)
	require.NoError(t, err)
	require.Equal(t, "Deleted: **Milch kaufen**.", words(answer), "understood, and answered in what the person has chosen")
}

func TestSettings(t *testing.T) {
	k := newTalk(t)
	answer := k.say(language.Act{Intent: language.Preference, Preferences: map[string]string{"time_zone": "Asia/Tokyo", "quiet_hours": "22:00-07:00", "date_order": "day_first"}})
	require.Equal(t, "I read 3/4 as 3 April now: the day first.\nI will send you nothing between 22:00 and 07:00 from now on; what falls due then waits.\nYour time zone is Asia/Tokyo now.", words(answer))
	require.Equal(t, "Asia/Tokyo 22:00 07:00 day_first", strings.Join([]string{k.store.prefs.TimeZone, k.store.prefs.QuietFrom, k.store.prefs.QuietUntil, string(k.store.prefs.DateOrder)}, " "))
	quiet := func(value string) string {
		k.say(language.Act{Intent: language.Preference, Preferences: map[string]string{"quiet_hours": value}})
		return k.store.prefs.QuietFrom + " " + k.store.prefs.QuietUntil
	}
	require.Equal(t, "23:00 07:00", quiet("23:00-"), "the end that was not said stays")
	require.Equal(t, "23:00 08:00", quiet("-08:00"))
	quiet("off")
	require.Equal(t, "21:00 07:00", quiet("21:00-"), "or is the usual one")
	quiet("off")
	require.Equal(t, "22:00 08:00", quiet("-08:00"))
	quiet("off")
	require.Contains(t, words(k.say(language.Act{Intent: language.Preference, Preferences: map[string]string{"clock": ""}})), "order of day and month")
	require.Contains(t, words(k.say(language.Act{Intent: language.Unclear, Wants: language.Add})), "What should I add")
	require.Contains(t, words(k.say(language.Act{Intent: language.Unclear, Wants: language.Delete})), "Which task")
	require.Empty(t, k.store.prefs.QuietFrom+k.store.prefs.QuietUntil)
	require.Contains(t, words(k.say(language.Act{Intent: language.Preference, Preferences: map[string]string{"colour": "blue"}})), "cannot change")
	require.Contains(t, words(k.say(language.Act{Intent: language.Preference, Preferences: map[string]string{"time_zone": "Mars/Base"}})), "did not work")
}

func TestWhatIsAwayIsAnErrorAndWhatWasDoneIsTold(t *testing.T) {
	k := newTalk(t)
	k.store.fail = todo.Errorf(todo.CodeUnavailable, "away")
	k.acts = []language.Act{{Intent: language.Help}, {Intent: language.Add, Drafts: []language.Draft{{Title: "x"}}}}
	answer, err := k.assistant().Answer(t.Context(), k.turn())
	require.Equal(t, todo.CodeUnavailable, todo.CodeOf(err))
	require.Len(t, answer.Parts, 1)
	k.failed = errors.New("defect")
	_, err = k.assistant().Answer(t.Context(), k.turn())
	require.Error(t, err)
}

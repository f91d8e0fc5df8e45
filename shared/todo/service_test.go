package todo_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/todo"
	"function/shared/todotest"
)

var ada = todotest.Person("ada")

func standup() todo.NewTask {
	return todo.NewTask{
		Title: "Stand-up", Due: &todo.NewDue{Date: "2026-01-05", Time: "09:30", Zone: "UTC"}, Tags: []string{"work"},
		Recurrence: &todo.NewRecurrence{Rule: "FREQ=DAILY"},
		Reminders:  []todo.NewReminder{{Before: &todo.Before{Duration: 10 * time.Minute}}},
	}
}

func make1(t *testing.T, w *todotest.World, task todo.NewTask) todo.Details {
	t.Helper()
	result, err := w.Create(t.Context(), ada, task)
	require.NoError(t, err)
	return result.First()
}

func open(t *testing.T, w *todotest.World) []todo.Details {
	t.Helper()
	page, err := w.Store.List(t.Context(), "ada", todo.Query{View: todo.ViewAll, Limit: 100, Tomorrow: todotest.Start})
	require.NoError(t, err)
	return page.Data
}

func spawn(w *todotest.World, t *testing.T, done todo.Result, receipt string) error {
	act := todo.Act{Owner: "ada", Actor: todo.ActorRecurrence, Cause: done.ChangeSet.ID, Receipt: &todo.Receipt{Consumer: "recurrence", Source: "/test", ID: receipt}}
	_, err := w.Spawn(t.Context(), act, done.First().ID, done.First().Version)
	return err
}

// I11: however often the completion is told, one occurrence follows.
func TestACompletedOccurrenceHasExactlyOneSuccessor(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	first := make1(t, w, standup())
	done, err := w.Complete(t.Context(), ada, todo.Target{ID: first.ID, Version: 1})
	require.NoError(t, err)
	require.NoError(t, spawn(w, t, done, "1"))
	require.NoError(t, spawn(w, t, done, "1"), "the same event")
	require.NoError(t, spawn(w, t, done, "2"), "another event about the same completion")
	left := open(t, w)
	require.Len(t, left, 1)
	next := left[0]
	require.Equal(t, "2026-01-06T09:30:00", next.Slot)
	require.Equal(t, first.SeriesID, next.SeriesID)
	require.Equal(t, []string{"work"}, next.Tags)
	require.Equal(t, "2026-01-06T09:20:00Z", next.Reminders[0].At.Format(time.RFC3339))
}

func TestAReopenedOccurrenceTakesItsUntouchedSuccessorBack(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	first := make1(t, w, standup())
	done, err := w.Complete(t.Context(), ada, todo.Target{ID: first.ID})
	require.NoError(t, err)
	require.NoError(t, spawn(w, t, done, "1"))
	_, err = w.Reopen(t.Context(), ada, todo.Target{ID: first.ID})
	require.NoError(t, err)
	left := open(t, w)
	require.Len(t, left, 1)
	require.Equal(t, first.ID, left[0].ID)
	require.NoError(t, spawn(w, t, done, "late"), "the completion's event comes again, late")
	require.Len(t, open(t, w), 1)
}

func TestMissedSlotsAreLeftOutByDefault(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		catchUp todo.CatchUp
		want    string
	}{"next": {todo.CatchUpNext, "2026-01-09T09:30:00"}, "each": {todo.CatchUpEach, "2026-01-06T09:30:00"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := todotest.New(t)
			task := standup()
			task.Recurrence.CatchUp = c.catchUp
			first := make1(t, w, task)
			w.Clock.Set(time.Date(2026, 1, 8, 12, 0, 0, 0, time.UTC))
			done, err := w.Complete(t.Context(), ada, todo.Target{ID: first.ID})
			require.NoError(t, err)
			require.NoError(t, spawn(w, t, done, "1"))
			require.Equal(t, c.want, open(t, w)[0].Slot)
		})
	}
}

// Undo reverts all of an act, what followed from it included; undoing the undo redoes.
func TestUndoTakesBackTheSpawnedOccurrenceToo(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	first := make1(t, w, standup())
	done, err := w.Complete(t.Context(), ada, todo.Target{ID: first.ID})
	require.NoError(t, err)
	require.NoError(t, spawn(w, t, done, "1"))
	next := open(t, w)[0]

	undone, err := w.Undo(t.Context(), ada, done.ChangeSet.ID)
	require.NoError(t, err)
	left := open(t, w)
	require.Len(t, left, 1)
	require.Equal(t, first.ID, left[0].ID)
	require.Equal(t, todo.ReminderPending, left[0].Reminders[0].State)
	_, err = w.Undo(t.Context(), ada, done.ChangeSet.ID)
	require.Equal(t, todo.CodeNotPossible, todo.CodeOf(err), "undone already")

	_, err = w.Undo(t.Context(), ada, undone.ChangeSet.ID)
	require.NoError(t, err)
	left = open(t, w)
	require.Len(t, left, 1)
	require.Equal(t, next.ID, left[0].ID)
	require.Len(t, left[0].Reminders, 1)
	read, err := w.Store.Task(t.Context(), "ada", first.ID)
	require.NoError(t, err)
	require.Equal(t, todo.StatusCompleted, read.Status)
}

func TestUndoNeverOverwritesWhatWasChangedSince(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	task := make1(t, w, todo.NewTask{Title: "Call mum"})
	edited, err := w.Edit(t.Context(), ada, task.ID, 1, todo.Edit{Title: todo.Some("Call dad"), Priority: todo.Some(todo.PriorityHigh)})
	require.NoError(t, err)
	_, err = w.Edit(t.Context(), ada, task.ID, 2, todo.Edit{Title: todo.Some("Call both"), Tags: todo.Some([]string{"family"})})
	require.NoError(t, err)

	_, err = w.Undo(t.Context(), ada, edited.ChangeSet.ID)
	require.Equal(t, todo.CodeConflict, todo.CodeOf(err))
	var conflict *todo.Error
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, []todo.Field{{Pointer: "/tasks/" + task.ID + "/title", Detail: "was changed since"}}, conflict.Fields)
	read, err := w.Store.Task(t.Context(), "ada", task.ID)
	require.NoError(t, err)
	require.Equal(t, "Call both", read.Title)
	require.Equal(t, todo.PriorityHigh, read.Priority, "nothing was undone")
}

func TestUndoOfOneFieldKeepsAnothersLaterChange(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	task := make1(t, w, todo.NewTask{Title: "Call mum"})
	edited, err := w.Edit(t.Context(), ada, task.ID, 1, todo.Edit{Title: todo.Some("Call dad")})
	require.NoError(t, err)
	_, err = w.Edit(t.Context(), ada, task.ID, 2, todo.Edit{Priority: todo.Some(todo.PriorityHigh)})
	require.NoError(t, err)
	undone, err := w.Undo(t.Context(), ada, edited.ChangeSet.ID)
	require.NoError(t, err)
	require.Equal(t, "Call mum", undone.First().Title)
	require.Equal(t, todo.PriorityHigh, undone.First().Priority)
	require.EqualValues(t, 4, undone.First().Version)
}

func TestUndoOfACreationAndItsRedo(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	made, err := w.Create(t.Context(), ada, standup())
	require.NoError(t, err)
	undone, err := w.Undo(t.Context(), ada, made.ChangeSet.ID)
	require.NoError(t, err)
	require.Empty(t, open(t, w))
	_, err = w.Undo(t.Context(), ada, undone.ChangeSet.ID)
	require.NoError(t, err)
	left := open(t, w)
	require.Len(t, left, 1)
	require.Equal(t, made.First().ID, left[0].ID)
	require.NotNil(t, left[0].Series)
	require.Len(t, left[0].Reminders, 1)
	require.Greater(t, left[0].Version, made.First().Version, "versions never go back")
}

func TestRemindersFollowTheirTask(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	task := make1(t, w, standup())
	state := func() (todo.ReminderState, string) {
		read, err := w.Store.Task(t.Context(), "ada", task.ID)
		require.NoError(t, err)
		return read.Reminders[0].State, read.Reminders[0].At.Format("15:04")
	}
	edit := func(e todo.Edit) {
		_, err := w.Edit(t.Context(), ada, task.ID, 0, e)
		require.NoError(t, err)
	}
	edit(todo.Edit{Due: todo.Some(&todo.NewDue{Date: "2026-01-05", Time: "18:00"})})
	got, at := state()
	require.Equal(t, todo.ReminderPending, got)
	require.Equal(t, "17:50", at, "moves with the due")
	edit(todo.Edit{Due: todo.Some[*todo.NewDue](nil), Recurrence: todo.Some[*todo.NewRecurrence](nil)})
	got, _ = state()
	require.Equal(t, todo.ReminderCancelled, got, "nothing to relate to")
	edit(todo.Edit{Due: todo.Some(&todo.NewDue{Date: "2026-01-06", Time: "10:00", Zone: "UTC"})})
	got, _ = state()
	require.Equal(t, todo.ReminderPending, got)
	_, err := w.Delete(t.Context(), ada, todo.Target{ID: task.ID})
	require.NoError(t, err)
	got, _ = state()
	require.Equal(t, todo.ReminderCancelled, got)
	_, err = w.Restore(t.Context(), ada, todo.Target{ID: task.ID})
	require.NoError(t, err)
	got, _ = state()
	require.Equal(t, todo.ReminderPending, got)
}

func TestWhatIsWrongIsNamedAndNothingIsWritten(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	for name, c := range map[string]struct {
		task    todo.NewTask
		pointer string
	}{
		"no title":              {todo.NewTask{}, "/title"},
		"blank title":           {todo.NewTask{Title: " \t"}, "/title"},
		"control character":     {todo.NewTask{Title: "a\x00b"}, "/title"},
		"broken UTF-8":          {todo.NewTask{Title: "a\xff"}, "/title"},
		"title of 501":          {todo.NewTask{Title: long(501)}, "/title"},
		"priority":              {todo.NewTask{Title: "a", Priority: "urgent"}, "/priority"},
		"tag with a space":      {todo.NewTask{Title: "a", Tags: []string{"a b"}}, "/tags"},
		"30 February":           {todo.NewTask{Title: "a", Due: &todo.NewDue{Date: "2026-02-30"}}, "/due/date"},
		"25 o'clock":            {todo.NewTask{Title: "a", Due: &todo.NewDue{Date: "2026-02-03", Time: "25:00"}}, "/due/time"},
		"no zone of that name":  {todo.NewTask{Title: "a", Due: &todo.NewDue{Date: "2026-02-03", Zone: "Mars/Olympus"}}, "/due/zone"},
		"the machine's zone":    {todo.NewTask{Title: "a", Due: &todo.NewDue{Date: "2026-02-03", Zone: "Local"}}, "/due/zone"},
		"a path as zone":        {todo.NewTask{Title: "a", Due: &todo.NewDue{Date: "2026-02-03", Zone: "../../etc/passwd"}}, "/due/zone"},
		"no rule":               {todo.NewTask{Title: "a", Recurrence: &todo.NewRecurrence{Rule: "every day"}}, "/recurrence/rrule"},
		"a rule of nothing":     {todo.NewTask{Title: "a", Recurrence: &todo.NewRecurrence{Rule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", EndOfMonth: todo.EndOfMonthSkip}}, "/recurrence/rrule"},
		"reminder in the past":  {todo.NewTask{Title: "a", Reminders: []todo.NewReminder{{At: new(time.Time)}}}, "/reminders/0/at"},
		"reminder before what?": {todo.NewTask{Title: "a", Reminders: []todo.NewReminder{{Before: &todo.Before{Days: 1}}}}, "/reminders/0/before"},
	} {
		_, err := w.Create(t.Context(), ada, c.task)
		var refused *todo.Error
		require.ErrorAs(t, err, &refused, name)
		require.Equal(t, todo.CodeInvalid, refused.Code, name)
		require.Equal(t, c.pointer, refused.Fields[0].Pointer, name)
	}
	require.Empty(t, open(t, w))
	require.Empty(t, w.Published())
}

func long(n int) string {
	text := make([]rune, n)
	for i := range text {
		text[i] = 'é'
	}
	return string(text)
}

func TestADryRunWritesNothing(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	act := ada
	act.DryRun = true
	result, err := w.Create(t.Context(), act, standup())
	require.NoError(t, err)
	require.Len(t, result.ChangeSet.Tasks, 1)
	require.Empty(t, open(t, w))
}

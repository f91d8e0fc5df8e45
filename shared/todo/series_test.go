package todo_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/todo"
	"function/shared/todotest"
)

func TestSkipMovesOnAndIsUndone(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	task := make1(t, w, standup())
	skipped, err := w.Skip(t.Context(), ada, todo.Target{ID: task.ID, Version: 1})
	require.NoError(t, err)
	require.Equal(t, "2026-01-06T09:30:00", skipped.First().Slot)
	require.Equal(t, "2026-01-06T09:20:00Z", skipped.First().Reminders[0].At.Format(time.RFC3339))
	read, err := w.Store.Task(t.Context(), "ada", task.ID)
	require.NoError(t, err)
	require.Equal(t, []string{"2026-01-05T09:30:00"}, read.Series.ExDates)
	_, err = w.Undo(t.Context(), ada, skipped.ChangeSet.ID)
	require.NoError(t, err)
	read, err = w.Store.Task(t.Context(), "ada", task.ID)
	require.NoError(t, err)
	require.Equal(t, "2026-01-05T09:30:00", read.Slot)
	require.Empty(t, read.Series.ExDates)
	_, err = w.Skip(t.Context(), ada, todo.Target{ID: make1(t, w, todo.NewTask{Title: "once"}).ID})
	require.Equal(t, todo.CodeNotPossible, todo.CodeOf(err))
}

func TestAPausedSeriesGoesOnAfterwards(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	task := make1(t, w, standup())
	paused, err := w.Pause(t.Context(), ada, todo.Target{ID: task.ID}, todo.Pause{Until: "2026-02-01"})
	require.NoError(t, err)
	require.Equal(t, "2026-02-01T09:30:00", paused.First().Slot)
	_, err = w.Pause(t.Context(), ada, todo.Target{ID: task.ID}, todo.Pause{Until: "2026-01-05"})
	require.Equal(t, todo.CodeInvalid, todo.CodeOf(err), "today is no pause")
	w.Clock.Set(time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC))
	resumed, err := w.Resume(t.Context(), ada, todo.Target{ID: task.ID})
	require.NoError(t, err)
	require.Equal(t, "2026-01-11T09:30:00", resumed.First().Slot)
	read, err := w.Store.Task(t.Context(), "ada", task.ID)
	require.NoError(t, err)
	require.Empty(t, read.Series.Pauses)
}

func TestAPauseCanBeginLater(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	task := make1(t, w, standup())
	rest := todo.Pause{From: "2026-01-07", Until: "2026-01-12"}
	paused, err := w.Pause(t.Context(), ada, todo.Target{ID: task.ID, Version: 1}, rest)
	require.NoError(t, err)
	require.Equal(t, "2026-01-05T09:30:00", paused.First().Slot, "it does not fall into it")
	require.EqualValues(t, 2, paused.First().Version)
	require.Equal(t, []todo.Pause{rest}, paused.First().Series.Pauses)
	skipped, err := w.Skip(t.Context(), ada, todo.Target{ID: task.ID})
	require.NoError(t, err)
	require.Equal(t, "2026-01-06T09:30:00", skipped.First().Slot)
	skipped, err = w.Skip(t.Context(), ada, todo.Target{ID: task.ID})
	require.NoError(t, err)
	require.Equal(t, "2026-01-12T09:30:00", skipped.First().Slot, "over the rest")
	_, err = w.Undo(t.Context(), ada, skipped.ChangeSet.ID)
	require.NoError(t, err)

	resumed, err := w.Resume(t.Context(), ada, todo.Target{ID: task.ID})
	require.NoError(t, err)
	require.Equal(t, "2026-01-06T09:30:00", resumed.First().Slot, "it had not moved for the rest")
	require.Empty(t, resumed.First().Series.Pauses)
	moved, err := w.Pause(t.Context(), ada, todo.Target{ID: task.ID}, todo.Pause{From: "2026-01-06", Until: "2026-01-08"})
	require.NoError(t, err)
	require.Equal(t, "2026-01-08T09:30:00", moved.First().Slot)
	resumed, err = w.Resume(t.Context(), ada, todo.Target{ID: task.ID})
	require.NoError(t, err)
	require.Equal(t, "2026-01-06T09:30:00", resumed.First().Slot, "the next that is free")
	for _, wrong := range []todo.Pause{{From: "2026-02-30", Until: "2026-03-05"}, {From: "2026-03-05", Until: "2026-03-05"}, {From: "monday", Until: "2026-03-05"}} {
		_, err := w.Pause(t.Context(), ada, todo.Target{ID: task.ID}, wrong)
		require.ErrorContains(t, err, "/from")
	}
}

func TestSnoozeBringsAReminderAgain(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	task := make1(t, w, todo.NewTask{Title: "Ring"})
	until := todotest.Start.Add(20 * time.Minute)
	snoozed, err := w.Snooze(t.Context(), ada, todo.Target{ID: task.ID}, until)
	require.NoError(t, err)
	require.Equal(t, until, snoozed.First().Reminders[0].At)
	read, err := w.Store.Task(t.Context(), "ada", task.ID)
	require.NoError(t, err)
	require.Equal(t, todo.ReminderPending, read.Reminders[0].State)
	require.EqualValues(t, 2, read.Version)
	_, err = w.Snooze(t.Context(), ada, todo.Target{ID: task.ID}, todotest.Start)
	require.Equal(t, todo.CodeInvalid, todo.CodeOf(err))
}

func TestSeveralEditsAreOneChangeSet(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	a, b := make1(t, w, todo.NewTask{Title: "a"}), make1(t, w, todo.NewTask{Title: "b"})
	high := todo.Edit{Priority: todo.Some(todo.PriorityHigh)}
	result, err := w.EditAll(t.Context(), ada, todo.TaskEdit{Target: todo.Target{ID: a.ID}, Edit: high}, todo.TaskEdit{Target: todo.Target{ID: b.ID}, Edit: high})
	require.NoError(t, err)
	require.Len(t, result.ChangeSet.Tasks, 2)
	_, err = w.EditAll(t.Context(), ada, todo.TaskEdit{Target: todo.Target{ID: a.ID}, Edit: todo.Edit{Title: todo.Some("c")}},
		todo.TaskEdit{Target: todo.Target{ID: b.ID, Version: 1}, Edit: high})
	require.Equal(t, todo.CodeVersionMismatch, todo.CodeOf(err))
	for _, d := range open(t, w) {
		require.Equal(t, todo.PriorityHigh, d.Priority)
		require.NotEqual(t, "c", d.Title, "all or none")
	}
	_, err = w.Undo(t.Context(), ada, result.ChangeSet.ID)
	require.NoError(t, err)
	for _, d := range open(t, w) {
		require.Equal(t, todo.PriorityMedium, d.Priority)
	}
}

func TestSubtasksAndLeftOutDates(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	task := standup()
	task.Recurrence.Except = []string{"2026-01-06"}
	task.Subtasks = []todo.NewTask{{Title: "yesterday"}, {Title: "today", Subtasks: []todo.NewTask{{Title: "first"}}}}
	result, err := w.Create(t.Context(), ada, task)
	require.NoError(t, err)
	require.Len(t, result.Tasks, 4)
	require.Equal(t, result.First().ID, result.Tasks[1].Parent)
	require.Equal(t, result.Tasks[2].ID, result.Tasks[3].Parent)
	done, err := w.Complete(t.Context(), ada, todo.Target{ID: result.First().ID})
	require.NoError(t, err)
	require.NoError(t, spawn(w, t, done, "1"))
	require.Equal(t, "2026-01-07T09:30:00", open(t, w)[0].Slot)
}

package todo_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/todo"
	"function/shared/todotest"
)

// racing is a store in which something else happens right before a commit.
type racing struct {
	todo.Store
	meanwhile func()
}

func (r *racing) Commit(ctx context.Context, c todo.Commit) error {
	if meanwhile := r.meanwhile; meanwhile != nil {
		r.meanwhile = nil
		meanwhile()
	}
	return r.Store.Commit(ctx, c)
}

// F18: an act that looked before the successor came does not leave it standing beside
// an occurrence that is open again. A reopening is refused, an undo looks again.
func TestASuccessorThatComesWhileItsOccurrenceIsReopenedDoesNotStay(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(late, w *todo.Service, done todo.Result){
		"reopen": func(late, w *todo.Service, done todo.Result) {
			_, err := late.Reopen(t.Context(), ada, todo.Target{ID: done.First().ID})
			require.Error(t, err)
			_, err = w.Reopen(t.Context(), ada, todo.Target{ID: done.First().ID})
			require.NoError(t, err)
		},
		"undo": func(late, _ *todo.Service, done todo.Result) {
			_, err := late.Undo(t.Context(), ada, done.ChangeSet.ID)
			require.NoError(t, err)
		},
	} {
		w := todotest.New(t)
		done, err := w.Complete(t.Context(), ada, todo.Target{ID: make1(t, w, standup()).ID})
		require.NoError(t, err)
		late := *w.Service
		late.Store = &racing{w.Store, func() { require.NoError(t, spawn(w, t, done, "1")) }}
		act(&late, w.Service, done)
		left := open(t, w)
		require.Len(t, left, 1, name)
		require.Equal(t, done.First().ID, left[0].ID, name)
	}
}

// An undo under which a field is changed names it; one under which things change without
// an end gives up, and neither has written anything.
func TestAnUndoThatIsRacedOverwritesNothing(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	d := make1(t, w, standup())
	edited, err := w.Edit(t.Context(), ada, d.ID, 0, todo.Edit{Title: todo.Some("Sit-down"), Priority: todo.Some(todo.PriorityHigh)})
	require.NoError(t, err)
	race := &racing{Store: w.Store}
	rename := func(title string) {
		_, err := w.Edit(t.Context(), ada, d.ID, 0, todo.Edit{Title: todo.Some(title)})
		require.NoError(t, err)
	}
	describe := 0
	var again func()
	again = func() {
		describe++
		_, err := w.Edit(t.Context(), ada, d.ID, 0, todo.Edit{Description: todo.Some(fmt.Sprint(describe))})
		require.NoError(t, err)
		race.meanwhile = again
	}
	late := *w.Service
	late.Store = race

	race.meanwhile = again
	_, err = late.Undo(t.Context(), ada, edited.ChangeSet.ID)
	require.Equal(t, todo.CodeConflict, todo.CodeOf(err))
	race.meanwhile = func() { rename("Lie-down") }
	_, err = late.Undo(t.Context(), ada, edited.ChangeSet.ID)
	require.Equal(t, todo.CodeConflict, todo.CodeOf(err))
	require.ErrorContains(t, err, "title")
	now, err := w.Store.Task(t.Context(), ada.Owner, d.ID)
	require.NoError(t, err)
	require.Equal(t, "Lie-down", now.Title)
	require.Equal(t, todo.PriorityHigh, now.Priority)
}

// F18: an edit, or the end of the series, between a spawn's look and its commit.
func TestASpawnLooksAgainAtWhatWasChangedMeanwhile(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	done, err := w.Complete(t.Context(), ada, todo.Target{ID: make1(t, w, standup()).ID})
	require.NoError(t, err)
	late := &todotest.World{Store: w.Store, Clock: w.Clock}
	service := *w.Service
	service.Store = &racing{w.Store, func() {
		_, err := w.Edit(t.Context(), ada, done.First().ID, 0, todo.Edit{Title: todo.Some("Sit-down")})
		require.NoError(t, err)
	}}
	late.Service = &service
	require.Equal(t, todo.CodeVersionMismatch, todo.CodeOf(spawn(late, t, done, "1")))
	require.NoError(t, spawn(late, t, done, "1"))
	require.Equal(t, "Sit-down", open(t, w)[0].Title)
}

// An occurrence that goes on from completion, done early, does not run into its own slot.
func TestASlotThatWasDoneEarlyIsNotDoneAgain(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	task := todo.NewTask{Title: "water", Due: &todo.NewDue{Date: "2026-01-07", Zone: "UTC"}, Recurrence: &todo.NewRecurrence{Rule: "FREQ=DAILY", FromCompletion: true}}
	now := make1(t, w, task)
	var slots []string
	for _, receipt := range []string{"1", "2", "3"} {
		done, err := w.Complete(t.Context(), ada, todo.Target{ID: now.ID})
		require.NoError(t, err)
		require.NoError(t, spawn(w, t, done, receipt))
		left := open(t, w)
		require.Len(t, left, 1)
		now = left[0]
		slots = append(slots, now.Slot)
		w.Clock.Advance(24 * time.Hour)
	}
	require.Equal(t, []string{"2026-01-06", "2026-01-08", "2026-01-09"}, slots)
}

// A completion is not taken back by putting the completed task away.
func TestATrashedCompletionStillHasASuccessor(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	done, err := w.Complete(t.Context(), ada, todo.Target{ID: make1(t, w, standup()).ID})
	require.NoError(t, err)
	_, err = w.Delete(t.Context(), ada, todo.Target{ID: done.First().ID})
	require.NoError(t, err)
	require.NoError(t, spawn(w, t, done, "1"))
	require.Len(t, open(t, w), 1)
}

// A reminder that is due and has not come yet, as after an outage, survives an edit of
// something else; one that repeats goes on repeating.
func TestAnEditOfSomethingElseLeavesADueReminder(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	task := standup()
	task.Recurrence = nil
	task.Reminders = append(task.Reminders, todo.NewReminder{Before: &todo.Before{Duration: time.Hour}, Repeat: 20 * time.Minute})
	d := make1(t, w, task)
	w.Clock.Set(time.Date(2026, 1, 5, 8, 30, 0, 0, time.UTC))
	fireAll(t, w) // the repeating one, of 08:30
	w.Clock.Set(time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC))
	_, err := w.Edit(t.Context(), ada, d.ID, 0, todo.Edit{Title: todo.Some("Sit-down")})
	require.NoError(t, err)
	require.Equal(t, 2, fireAll(t, w), "09:20 is late, and 08:50 repeats")
	_, err = w.Edit(t.Context(), ada, d.ID, 0, todo.Edit{Title: todo.Some("Lie-down")})
	require.NoError(t, err)
	w.Clock.Set(time.Date(2026, 1, 5, 10, 10, 0, 0, time.UTC))
	require.Equal(t, 1, fireAll(t, w), "it goes on every twenty minutes")
	_, err = w.Edit(t.Context(), ada, d.ID, 0, todo.Edit{Due: todo.Some(&todo.NewDue{Date: "2026-01-05", Time: "09:00"})})
	require.NoError(t, err)
	w.Clock.Set(time.Date(2026, 1, 5, 12, 10, 0, 0, time.UTC))
	require.Zero(t, fireAll(t, w), "moved to where it has gone by")
}

func fireAll(t *testing.T, w *todotest.World) int {
	t.Helper()
	now := w.Clock.Now()
	claims, err := w.Store.ClaimReminders(t.Context(), now, now, now.Add(time.Minute), w.NewID(), 10)
	require.NoError(t, err)
	for _, c := range claims {
		require.NoError(t, w.Fire(t.Context(), w.Store, c))
	}
	return len(claims)
}

// Found by simulation: a snooze that is undone after the task was done.
func TestUndoBringsNoReminderOfADoneTaskBack(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	at := todotest.Start.Add(time.Hour)
	d := make1(t, w, todo.NewTask{Title: "Ring", Reminders: []todo.NewReminder{{At: &at, Repeat: 10 * time.Minute}}})
	snoozed, err := w.Snooze(t.Context(), ada, todo.Target{ID: d.ID}, at.Add(time.Hour))
	require.NoError(t, err)
	_, err = w.Complete(t.Context(), ada, todo.Target{ID: d.ID})
	require.NoError(t, err)
	_, err = w.Undo(t.Context(), ada, snoozed.ChangeSet.ID)
	require.NoError(t, err)
	w.Clock.Advance(24 * time.Hour)
	require.Zero(t, fireAll(t, w))
}

// Found by simulation: a series that was ended and is not any more goes on, also where its
// occurrence was completed in between.
func TestASeriesWhoseEndIsUndoneGoesOn(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	task := make1(t, w, standup())
	ended, err := w.Edit(t.Context(), ada, task.ID, 0, todo.Edit{Recurrence: todo.Some[*todo.NewRecurrence](nil)})
	require.NoError(t, err)
	done, err := w.Complete(t.Context(), ada, todo.Target{ID: task.ID})
	require.NoError(t, err)
	require.NoError(t, spawn(w, t, done, "1"))
	require.Empty(t, open(t, w), "the series has ended")

	w.Published()
	undone, err := w.Undo(t.Context(), ada, ended.ChangeSet.ID)
	require.NoError(t, err)
	told := w.Published()
	require.Len(t, told, 1)
	require.Contains(t, string(told[0].Event), `"dev.nudge.task.completed.v1"`, "the recurrence is told")
	require.NoError(t, spawn(w, t, undone, "2"))
	require.Len(t, open(t, w), 1)
}

// Found by simulation: a pause that left no date of a series, and was undone after its
// occurrence was completed, holds nothing back.
func TestASeriesWhosePauseIsUndoneGoesOn(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	daily := standup()
	daily.Recurrence.Rule = "FREQ=DAILY;UNTIL=20260107T093000"
	task := make1(t, w, daily)
	paused, err := w.Pause(t.Context(), ada, todo.Target{ID: task.ID}, todo.Pause{From: "2026-01-06", Until: "2026-02-01"})
	require.NoError(t, err)
	done, err := w.Complete(t.Context(), ada, todo.Target{ID: task.ID})
	require.NoError(t, err)
	require.NoError(t, spawn(w, t, done, "1"))
	require.Empty(t, open(t, w), "nothing is left after the pause")

	w.Published()
	undone, err := w.Undo(t.Context(), ada, paused.ChangeSet.ID)
	require.NoError(t, err)
	told := w.Published()
	require.Len(t, told, 1)
	require.Contains(t, string(told[0].Event), `"dev.nudge.task.completed.v1"`, "the recurrence is told")
	require.NoError(t, spawn(w, t, undone, "2"))
	left := open(t, w)
	require.Len(t, left, 1)
	require.Equal(t, "2026-01-06T09:30:00", left[0].Slot)
}

// Found by simulation: a reminder that was set after a task was restored does not come when
// the restoring is undone.
func TestUndoSilencesWhatItPutsAway(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	due := func(at time.Time) *todo.NewDue {
		return &todo.NewDue{Date: at.Format(time.DateOnly), Time: at.Format("15:04"), Zone: "UTC"}
	}
	start := w.Clock.Now().UTC()
	task := make1(t, w, todo.NewTask{Title: "Ring", Due: due(start.Add(time.Hour)), Reminders: []todo.NewReminder{{Before: &todo.Before{Duration: 15 * time.Minute}}}})
	w.Clock.Advance(2 * time.Hour)
	_, err := w.Delete(t.Context(), ada, todo.Target{ID: task.ID})
	require.NoError(t, err)
	restored, err := w.Restore(t.Context(), ada, todo.Target{ID: task.ID})
	require.NoError(t, err)
	_, err = w.Edit(t.Context(), ada, task.ID, 0, todo.Edit{Due: todo.Some(due(start.Add(5 * time.Hour)))})
	require.NoError(t, err)
	_, err = w.Undo(t.Context(), ada, restored.ChangeSet.ID)
	require.NoError(t, err)
	w.Clock.Advance(24 * time.Hour)
	require.Zero(t, fireAll(t, w))
}

package todo_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"function/shared/todo"
	"function/shared/todotest"
)

// F14: an exhausted pool makes acts wait, and refuses for the moment whoever cannot wait;
// one connection that comes free is enough for an act, and nothing is there by half.
func TestAnExhaustedPoolLosesNothing(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	make1(t, w, todo.NewTask{Title: "first"})
	w.Published()
	held := make([]*pgxpool.Conn, w.Pool.Config().MaxConns)
	for i := range held {
		conn, err := w.Pool.Acquire(t.Context())
		require.NoError(t, err)
		held[i] = conn
	}
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := w.Create(short, ada, todo.NewTask{Title: "in a hurry"})
	require.Equal(t, todo.CodeUnavailable, todo.CodeOf(err))
	require.Equal(t, todo.Retry, todo.OutcomeOf(err).Delivery, "an event comes again")
	require.Empty(t, w.Published())

	made := make(chan error)
	go func() {
		_, err := w.Create(t.Context(), ada, todo.NewTask{Title: "patient"})
		made <- err
	}()
	held[0].Release()
	require.NoError(t, <-made)
	require.Len(t, w.Published(), 1)
	for _, conn := range held[1:] {
		conn.Release()
	}
	require.Len(t, open(t, w), 2)
}

// moved is a calendar after a country has put its clocks an hour ahead for good.
type moved struct {
	todo.Calendar
	zone string
}

func (m moved) At(local, zone string) (time.Time, error) {
	at, err := m.Calendar.At(local, zone)
	if zone == m.zone {
		at = at.Add(-time.Hour)
	}
	return at, err
}

// F12: the rules of a zone change while tasks wait. What is made or said anew from then on
// goes by the new rules at the same local time; what waits keeps its instant.
func TestAZonesNewRulesHoldForWhatComesNext(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	task := standup()
	task.Due.Zone = "Europe/Berlin"
	first := make1(t, w, task)
	waiting := make1(t, w, todo.NewTask{Title: "waits", Due: &todo.NewDue{Date: "2026-01-06", Time: "09:30", Zone: "Europe/Berlin"}})
	old := time.Date(2026, 1, 6, 8, 30, 0, 0, time.UTC)

	w.Service.Calendar = moved{w.Service.Calendar, "Europe/Berlin"}
	done, err := w.Complete(t.Context(), ada, todo.Target{ID: first.ID})
	require.NoError(t, err)
	require.NoError(t, spawn(w, t, done, "1"))
	for _, d := range open(t, w) {
		require.Equal(t, "2026-01-06T09:30:00", d.Due.Local)
		if d.ID == waiting.ID {
			require.Equal(t, old, d.Due.At)
			continue
		}
		require.Equal(t, old.Add(-time.Hour), d.Due.At)
		require.Equal(t, old.Add(-time.Hour-10*time.Minute), d.Reminders[0].At)
	}
	again, err := w.Edit(t.Context(), ada, waiting.ID, 0, todo.Edit{Due: todo.Some(&todo.NewDue{Date: "2026-01-06", Time: "09:30", Zone: "Europe/Berlin"})})
	require.NoError(t, err)
	require.Equal(t, old.Add(-time.Hour), again.First().Due.At)
}

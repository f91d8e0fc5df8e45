package todo_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"function/shared/occurrence"
	"function/shared/todo"
	"function/shared/todotest"
)

// onBoth runs a property over the store in memory and over PostgreSQL.
func onBoth(t *testing.T, property func(t *rapid.T, s *todo.Service, owner string)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			clock := func() time.Time { return todotest.Start }
			property(t, &todo.Service{Store: newMemory(), Calendar: occurrence.Calendar{}, Now: clock, NewID: todotest.NewID}, "ada")
		})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		w := todotest.New(t)
		var people atomic.Int64
		rapid.Check(t, func(t *rapid.T) {
			if n := people.Add(1); n > 25 {
				return // the others are for the memory
			}
			property(t, w.Service, fmt.Sprintf("person-%d", people.Load()))
		})
	})
}

// person does things at random and remembers the change sets.
type person struct {
	t     *rapid.T
	s     *todo.Service
	owner string
	acts  []string
}

func (p *person) act() todo.Act { return todo.Act{Owner: p.owner, Actor: todo.ActorPerson} }

// did remembers what was written, and lets the recurrence function go on from it.
func (p *person) did(r todo.Result, err error) todo.Code {
	if err != nil {
		require.NotEqual(p.t, todo.CodeInternal, todo.CodeOf(err), "%v", err)
		require.NotEqual(p.t, todo.CodeVersionMismatch, todo.CodeOf(err), "nobody else is there")
		require.NotEqual(p.t, todo.CodeDuplicate, todo.CodeOf(err), "%v", err)
		return todo.CodeOf(err)
	}
	if r.ChangeSet.ID == "" {
		return ""
	}
	p.acts = append(p.acts, r.ChangeSet.ID)
	p.followed(r.ChangeSet)
	return ""
}

// followed is what the recurrence function does about a change.
func (p *person) followed(cs todo.ChangeSet) {
	for _, d := range cs.Tasks {
		if d.After != nil && d.After.Status == todo.StatusCompleted && (d.Before == nil || d.Before.Status != todo.StatusCompleted) && d.After.SeriesID != "" && !d.After.Trashed() {
			_, err := p.s.Spawn(context.Background(), todo.Act{Owner: p.owner, Actor: todo.ActorRecurrence, Cause: cs.ID}, d.After.ID, d.After.Version)
			require.NoError(p.t, err)
		}
	}
}

func (p *person) all() []todo.Details {
	list := []todo.Details{}
	for _, view := range []todo.View{todo.ViewAny, todo.ViewTrash} {
		page, err := p.s.Store.List(context.Background(), p.owner, todo.Query{View: view, Limit: 200, Tomorrow: todotest.Start, Now: todotest.Start, Today: "2026-01-05"})
		require.NoError(p.t, err)
		for _, d := range page.Data {
			if !slices.ContainsFunc(list, func(o todo.Details) bool { return o.ID == d.ID }) {
				list = append(list, d)
			}
		}
	}
	slices.SortFunc(list, func(a, b todo.Details) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// state is everything that a person sees, without versions and when it was changed.
func (p *person) state() string {
	list := p.all()
	for i := range list {
		d := &list[i]
		d.Version, d.UpdatedAt = 0, time.Time{}
		if d.Series != nil {
			d.Series.Version = 0
		}
		d.Reminders = slices.Clone(d.Reminders)
		slices.SortFunc(d.Reminders, func(a, b todo.Reminder) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	}
	raw, err := json.MarshalIndent(list, "", " ")
	require.NoError(p.t, err)
	return string(raw)
}

// onlyOneOpen holds of every series, whatever was done, as long as nothing was reopened.
func (p *person) pick(keep func(todo.Details) bool) (todo.Details, bool) {
	list := slices.DeleteFunc(p.all(), func(d todo.Details) bool { return !keep(d) })
	if len(list) == 0 {
		return todo.Details{}, false
	}
	return list[rapid.IntRange(0, len(list)-1).Draw(p.t, "which")], true
}

func anyTask(todo.Details) bool { return true }

// Whatever was done: undone in reverse, everything is as it was before; and the undos
// undone, as it was in the end.
func TestEverythingIsUndoneAndDoneAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *rapid.T, s *todo.Service, owner string) {
		p := &person{t: t, s: s, owner: owner}
		for range rapid.IntRange(0, 3).Draw(t, "before") {
			p.random()
		}
		p.acts = nil
		start := p.state()
		for range rapid.IntRange(1, 10).Draw(t, "acts") {
			p.random()
		}
		end := p.state()
		var undos []string
		for _, id := range slices.Backward(p.acts) {
			undone, err := s.Undo(context.Background(), p.act(), id)
			require.NoError(t, err)
			undos = append(undos, undone.ChangeSet.ID)
		}
		require.Equal(t, start, p.state(), "all is undone")
		for _, id := range slices.Backward(undos) {
			_, err := s.Undo(context.Background(), p.act(), id)
			require.NoError(t, err)
		}
		require.Equal(t, end, p.state(), "all is done again")
	})
}

// random does one thing.
func (p *person) random() {
	ctx := context.Background()
	d, ok := p.pick(anyTask)
	target := todo.Target{ID: d.ID}
	if what := rapid.IntRange(0, 11).Draw(p.t, "what"); ok && what > 1 {
		switch what {
		case 2, 3, 4, 5:
			p.did(p.s.Edit(ctx, p.act(), d.ID, d.Version, p.anyEdit()))
		case 6, 7:
			p.did(p.s.Complete(ctx, p.act(), target))
		case 8:
			p.did(p.s.Skip(ctx, p.act(), target))
		case 9:
			p.did(rapid.SampledFrom([]func(context.Context, todo.Act, ...todo.Target) (todo.Result, error){p.s.Reopen, p.s.Delete, p.s.Restore}).Draw(p.t, "move")(ctx, p.act(), target))
		case 10:
			p.did(p.s.Pause(ctx, p.act(), target, todo.Pause{From: rapid.SampledFrom([]string{"", "2026-01-04", "2026-01-08"}).Draw(p.t, "from"), Until: rapid.SampledFrom([]string{"2026-01-09", "2026-02-01"}).Draw(p.t, "until")}))
		case 11:
			p.did(p.s.Resume(ctx, p.act(), target))
		}
		return
	}
	task := todo.NewTask{Title: rapid.SampledFrom([]string{"Gym", "Rent", "Call"}).Draw(p.t, "title"), Due: p.anyDue(), Recurrence: p.anyRecurrence()}
	if rapid.Bool().Draw(p.t, "reminder") {
		task.Reminders = []todo.NewReminder{p.anyReminder()}
	}
	p.did(p.s.Create(ctx, p.act(), task))
}

func (p *person) anyDue() *todo.NewDue {
	day := todotest.Start.AddDate(0, 0, rapid.IntRange(0, 20).Draw(p.t, "day")).Format(time.DateOnly)
	return &todo.NewDue{Date: day, Time: rapid.SampledFrom([]string{"", "09:00", "18:30"}).Draw(p.t, "time"), Zone: rapid.SampledFrom([]string{"", "Europe/Paris"}).Draw(p.t, "zone")}
}

func (p *person) anyRecurrence() *todo.NewRecurrence {
	return &todo.NewRecurrence{
		Rule:           rapid.SampledFrom([]string{"FREQ=DAILY", "FREQ=DAILY;COUNT=4", "FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=WEEKLY", "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=DAILY;INTERVAL=2;UNTIL=20260301"}).Draw(p.t, "rule"),
		FromCompletion: rapid.IntRange(0, 3).Draw(p.t, "from completion") == 0,
	}
}

func (p *person) anyReminder() todo.NewReminder {
	if rapid.Bool().Draw(p.t, "fixed") {
		at := todotest.Start.Add(time.Duration(rapid.IntRange(1, 100).Draw(p.t, "hours")) * time.Hour)
		return todo.NewReminder{At: &at}
	}
	return todo.NewReminder{Before: &todo.Before{Duration: 10 * time.Minute}}
}

func (p *person) anyEdit() (e todo.Edit) {
	e.Scope = rapid.SampledFrom([]todo.Scope{"", todo.ScopeThis, todo.ScopeFollowing, todo.ScopeAll}).Draw(p.t, "scope")
	if rapid.Bool().Draw(p.t, "titled") {
		e.Title = todo.Some(rapid.SampledFrom([]string{"Gym", "Swim", "Run"}).Draw(p.t, "title"))
	}
	if rapid.Bool().Draw(p.t, "tagged") {
		e.Tags = todo.Some([]string{rapid.SampledFrom([]string{"a", "b"}).Draw(p.t, "tag")})
	}
	if rapid.Bool().Draw(p.t, "dated") {
		e.Due = todo.Some(p.anyDue())
	}
	switch rapid.IntRange(0, 4).Draw(p.t, "ruled") {
	case 0:
		e.Recurrence = todo.Some(p.anyRecurrence())
	case 1:
		e.Recurrence = todo.Some[*todo.NewRecurrence](nil)
	}
	if rapid.IntRange(0, 3).Draw(p.t, "reminded") == 0 {
		e.Reminders = todo.Some([]todo.NewReminder{p.anyReminder()})
	}
	return e
}

package todo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"function/shared/todo"
	"function/shared/todotest"
)

func waits(ids ...string) todo.Edit { return todo.Edit{BlockedBy: todo.Some(ids)} }

func partOf(id string) todo.Edit { return todo.Edit{Parent: todo.Some(id)} }

func TestATaskThatWaitsIsBlockedUntilTheOtherIsDone(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	first, second := make1(t, w, todo.NewTask{Title: "Dig"}), make1(t, w, todo.NewTask{Title: "Plant"})
	result, err := w.Edit(t.Context(), ada, second.ID, 1, waits(first.ID, first.ID))
	require.NoError(t, err)
	blocked := func() bool {
		d, err := w.Store.Task(t.Context(), "ada", second.ID)
		require.NoError(t, err)
		require.Equal(t, []string{first.ID}, d.BlockedBy, "named twice is once")
		return d.Blocked
	}
	require.True(t, blocked())
	_, err = w.Complete(t.Context(), ada, todo.Target{ID: first.ID})
	require.NoError(t, err)
	require.False(t, blocked())
	_, err = w.Reopen(t.Context(), ada, todo.Target{ID: first.ID})
	require.NoError(t, err)
	require.True(t, blocked())
	_, err = w.Delete(t.Context(), ada, todo.Target{ID: first.ID})
	require.NoError(t, err)
	require.False(t, blocked(), "what is in the trash holds nothing up")
	_, err = w.Undo(t.Context(), ada, result.ChangeSet.ID)
	require.NoError(t, err)
	d, err := w.Store.Task(t.Context(), "ada", second.ID)
	require.NoError(t, err)
	require.Empty(t, d.BlockedBy)
}

func TestLinksNeverRunInACircle(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	a, b, c := make1(t, w, todo.NewTask{Title: "a"}), make1(t, w, todo.NewTask{Title: "b"}), make1(t, w, todo.NewTask{Title: "c"})
	strange, err := w.Create(t.Context(), todotest.Person("bob"), todo.NewTask{Title: "not yours"})
	require.NoError(t, err)
	edit := func(id string, e todo.Edit) error {
		_, err := w.Edit(t.Context(), ada, id, 0, e)
		return err
	}
	require.NoError(t, edit(b.ID, waits(a.ID)))
	require.NoError(t, edit(c.ID, waits(b.ID)))
	require.ErrorContains(t, edit(a.ID, waits(a.ID)), "/blocked_by")
	require.ErrorContains(t, edit(a.ID, waits(c.ID)), "wait for itself")
	require.ErrorContains(t, edit(a.ID, waits(strange.First().ID)), "/blocked_by/0")
	require.ErrorContains(t, edit(a.ID, waits("nonsense")), "no such task")
	require.NoError(t, edit(b.ID, partOf(a.ID)))
	require.NoError(t, edit(c.ID, partOf(b.ID)))
	require.ErrorContains(t, edit(a.ID, partOf(c.ID)), "part of itself")
	require.ErrorContains(t, edit(a.ID, partOf(strange.First().ID)), "no such task")
	require.NoError(t, edit(b.ID, partOf("")))
	_, err = w.EditAll(t.Context(), ada, todo.TaskEdit{Target: todo.Target{ID: a.ID}, Edit: waits(c.ID)}, todo.TaskEdit{Target: todo.Target{ID: b.ID}, Edit: waits()})
	require.ErrorContains(t, err, "wait for itself", "what was to be changed later does not count yet")
	_, err = w.EditAll(t.Context(), ada, todo.TaskEdit{Target: todo.Target{ID: b.ID}, Edit: waits()}, todo.TaskEdit{Target: todo.Target{ID: a.ID}, Edit: waits(c.ID)})
	require.NoError(t, err, "in this order it is no circle")
}

// Two changes that are each fine, and a circle together: one of them fails.
func TestLinksMadeAtTheSameTimeMakeNoCircle(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	for range 20 {
		a, b := make1(t, w, todo.NewTask{Title: "a"}), make1(t, w, todo.NewTask{Title: "b"})
		errs := make(chan error, 2)
		for _, pair := range [][2]string{{a.ID, b.ID}, {b.ID, a.ID}} {
			go func() {
				_, err := w.Edit(t.Context(), ada, pair[0], 1, waits(pair[1]))
				errs <- err
			}()
		}
		first, second := <-errs, <-errs
		require.False(t, first == nil && second == nil, "a circle was made")
		x, err := w.Store.Task(t.Context(), "ada", a.ID)
		require.NoError(t, err)
		y, err := w.Store.Task(t.Context(), "ada", b.ID)
		require.NoError(t, err)
		require.LessOrEqual(t, len(x.BlockedBy)+len(y.BlockedBy), 1)
	}
}

func TestSubtasksNestInBoundsAndAreCounted(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	top := make1(t, w, todo.NewTask{Title: "1"})
	below := top
	for level := 2; level <= todo.MaxDepth; level++ {
		below = make1(t, w, todo.NewTask{Title: "deeper", Parent: below.ID})
	}
	_, err := w.Create(t.Context(), ada, todo.NewTask{Title: "too deep", Parent: below.ID})
	require.ErrorContains(t, err, "/parent_id")
	_, err = w.Create(t.Context(), ada, todo.NewTask{Title: "another", Parent: top.ID})
	require.NoError(t, err)
	d, err := w.Store.Task(t.Context(), "ada", top.ID)
	require.NoError(t, err)
	require.Equal(t, [2]int{2, 0}, [2]int{d.Subtasks, d.DoneParts})
}

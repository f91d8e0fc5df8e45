package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"function/shared/fault"
	"function/shared/todo"
	"function/shared/todotest"
)

// F2, F3, F14: a transaction that was refused left nothing; one whose outcome is
// unknown is there as a whole.
func TestAFaultyCommitIsAllOrNothing(t *testing.T) {
	t.Parallel()
	for kind, left := range map[fault.Kind]int{fault.FailBeforeCommit: 0, fault.UnknownCommit: 1} {
		w := todotest.New(t)
		_, err := w.Create(t.Context(), todotest.Person("ada"), todo.NewTask{Title: "before"}) // makes ada known
		require.NoError(t, err)
		w.Published()
		faults, err := fault.Parse(string(kind) + "=1")
		require.NoError(t, err)
		w.Store.Inject(faults)
		commit := todo.Commit{ChangeSet: todo.ChangeSet{ID: w.NewID(), Owner: "ada", Actor: todo.ActorPerson, At: w.Clock.Now()}}
		require.Equal(t, todo.CodeUnavailable, todo.CodeOf(w.Store.Commit(t.Context(), commit)), kind)
		require.Empty(t, w.Published(), "nobody was told")
		w.Store.Inject(nil)
		_, err = w.Store.ChangeSet(t.Context(), "ada", commit.ChangeSet.ID)
		if left == 0 {
			require.Equal(t, todo.CodeNotFound, todo.CodeOf(err), kind)
		} else {
			require.NoError(t, err, kind)
		}
	}
}

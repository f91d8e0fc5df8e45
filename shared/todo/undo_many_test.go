package todo_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"function/infra/postgres/bootstrap"
	"function/shared/postgres"
	"function/shared/todo"
	"function/shared/todotest"
)

// statements counts the pipelines that are sent to the database, and what is in the
// longest of them.
type statements struct{ pipelines, longest int }

func (s *statements) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	s.pipelines++
	return ctx
}

func (s *statements) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (s *statements) TraceBatchStart(ctx context.Context, _ *pgx.Conn, b pgx.TraceBatchStartData) context.Context {
	s.pipelines++
	s.longest = max(s.longest, b.Batch.Len())
	return ctx
}

func (s *statements) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (s *statements) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

// What an undo reads is asked for at once, however many tasks there are. The longest
// pipeline is the one that writes.
func TestAnUndoOfAThousandTasksReadsAsOftenAsOneOfTwo(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	count := &statements{}
	pool, err := postgres.Open(t.Context(), w.URL(bootstrap.Functions), 1, count)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	service := *w.Service
	service.Store = postgres.New(pool, w.Ring, nil)
	used := func(n int) int {
		tasks := make([]todo.NewTask, n)
		for i := range tasks {
			tasks[i] = standup()
		}
		made, err := service.Create(t.Context(), ada, tasks...)
		require.NoError(t, err)
		var targets []todo.Target
		for _, d := range made.Tasks {
			targets = append(targets, todo.Target{ID: d.ID})
		}
		done, err := service.Complete(t.Context(), ada, targets...)
		require.NoError(t, err)
		*count = statements{}
		_, err = service.Undo(t.Context(), ada, done.ChangeSet.ID)
		require.NoError(t, err)
		require.Greater(t, count.longest, n)
		return count.pipelines
	}
	used(2) // what is asked for once is known from here on
	require.Equal(t, used(2), used(1000))
}

package live_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"function/infra/postgres"
	"function/shared/live"
	"function/shared/todo"
	"function/shared/todotest"
)

func next(t *testing.T, ch <-chan live.Notice) live.Notice {
	t.Helper()
	select {
	case n, ok := <-ch:
		require.True(t, ok, "the stream ended")
		return n
	case <-time.After(20 * time.Second):
		t.Fatal("nothing was told")
		return live.Notice{}
	}
}

// Each instance has a hub of its own; what one commits wakes the streams of all.
func TestEveryInstanceWakesItsOwnersStreams(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	one, two := &live.Hub{Listener: w.Store}, &live.Hub{Listener: w.Store}
	ada, stop, err := one.Subscribe(t.Context(), "ada")
	require.NoError(t, err)
	defer stop()
	again, stopAgain, err := two.Subscribe(t.Context(), "ada")
	require.NoError(t, err)
	defer stopAgain()
	eve, stopEve, err := one.Subscribe(t.Context(), "eve")
	require.NoError(t, err)
	defer stopEve()

	_, err = w.Create(t.Context(), todotest.Person("ada"), todo.NewTask{Title: "secret"})
	require.NoError(t, err)
	require.Equal(t, live.Changed, next(t, ada).Kind)
	require.Equal(t, live.Changed, next(t, again).Kind)
	require.Empty(t, eve, "another's change is none of hers")
	_, err = w.Create(t.Context(), todotest.Person("eve"), todo.NewTask{Title: "own"})
	require.NoError(t, err)
	require.Equal(t, live.Changed, next(t, eve).Kind)
	require.Empty(t, eve)
}

// Nobody listens to the database for nobody: a function without streams can sleep.
func TestListeningEndsWithTheLastSubscriber(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	hub := &live.Hub{Listener: w.Store}
	_, stop, err := hub.Subscribe(t.Context(), "ada")
	require.NoError(t, err)
	require.Equal(t, 1, listeners(t, w))
	stop()
	require.Eventually(t, func() bool { return listeners(t, w) == 0 }, 20*time.Second, 10*time.Millisecond)
	ch, stop, err := hub.Subscribe(t.Context(), "ada") // and begins again
	require.NoError(t, err)
	defer stop()
	_, err = w.Create(t.Context(), todotest.Person("ada"), todo.NewTask{Title: "again"})
	require.NoError(t, err)
	next(t, ch)
}

// A lost connection ends the streams, so that their clients read anew.
func TestALostDatabaseEndsTheStreams(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	hub := &live.Hub{Listener: w.Store}
	ch, stop, err := hub.Subscribe(t.Context(), "ada")
	require.NoError(t, err)
	defer stop()
	admin(t, w, func(c *pgx.Conn) error {
		_, err := c.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`)
		return err
	})
	select {
	case _, open := <-ch:
		require.False(t, open)
	case <-time.After(20 * time.Second):
		t.Fatal("the stream did not end")
	}
}

func listeners(t *testing.T, w *todotest.World) (n int) {
	t.Helper()
	admin(t, w, func(c *pgx.Conn) error {
		return c.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`).Scan(&n)
	})
	return n
}

func admin(t *testing.T, w *todotest.World, do func(*pgx.Conn) error) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), w.URL(postgres.Superuser))
	require.NoError(t, err)
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	require.NoError(t, do(conn))
}

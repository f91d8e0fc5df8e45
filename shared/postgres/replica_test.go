package postgres_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/infra/postgres/bootstrap"
	"function/infra/postgres/postgrestest"
	store "function/shared/postgres"
	"function/shared/replica"
	"function/shared/todo"
	"function/shared/todotest"
)

// readers is a world whose reads a real standby answers.
type readers struct {
	*todotest.World
	pair *postgrestest.Pair
	t    *testing.T
}

// by gives the port of the server that answers ada's read: of everything by now, or
// after a position.
func (r readers) by(after string) int {
	r.t.Helper()
	port, err := r.Store.ServerOf(replica.Allow(r.t.Context(), after), "ada")
	require.NoError(r.t, err)
	return port
}

func (r readers) titles(ctx context.Context, owner string) []string {
	r.t.Helper()
	page, err := r.Store.List(ctx, owner, todo.Query{View: todo.ViewAll, Limit: 100})
	require.NoError(r.t, err)
	titles := []string{}
	for _, d := range page.Data {
		titles = append(titles, d.Title)
	}
	return titles
}

func (r readers) position() string {
	r.t.Helper()
	at, err := r.Store.Position(r.t.Context())
	require.NoError(r.t, err)
	return at.String()
}

// standbyAnswers waits until the standby answers a read after a position: a machine that
// stalls makes the primary answer.
func (r readers) standbyAnswers(after string) {
	r.t.Helper()
	r.eventually(func() bool { return r.by(after) == r.pair.Standby.Port() }, after)
}

func (r readers) eventually(is func() bool, what string) {
	r.t.Helper()
	require.Eventually(r.t, func() bool {
		r.Clock.Advance(time.Minute) // whatever pause there is, it is over
		return is()
	}, 30*time.Second, 10*time.Millisecond, what)
}

// shown waits until ada's titles are these, read from whatever state there is.
func (r readers) shown(titles ...string) {
	r.t.Helper()
	r.eventually(func() bool { return slices.Equal(titles, r.titles(replica.Allow(r.t.Context(), "0/0"), "ada")) }, "titles")
}

const always = "FFFFFFFF/FFFFFFFF"

func TestReadsGoToAReplicaThatShowsWhatWasWritten(t *testing.T) {
	t.Parallel()
	w, pair := todotest.NewReplicated(t)
	r := readers{w, pair, t}
	primary := pair.Primary.Port()
	ctx := t.Context()
	may := replica.Allow(ctx, "0/0")

	create(t, w, "ada", rent())
	create(t, w, "eve", todo.NewTask{Title: "own"})
	pair.CaughtUp(t)
	r.standbyAnswers("")
	r.standbyAnswers("0/0")
	port, err := w.Store.ServerOf(ctx, "ada")
	require.NoError(t, err)
	require.Equal(t, primary, port, "what nobody allowed")

	// What another process has read of its people before has no part in it.
	cold := readers{over(t, w, pair), pair, t}
	require.Equal(t, []string{"Pay rent"}, cold.titles(may, "ada"), "sealed text is opened")
	require.Equal(t, []string{"own"}, cold.titles(may, "eve"), "and each sees their own")
	found, err := w.Store.List(may, "ada", todo.Query{View: todo.ViewAny, Where: todo.HasWord("landl"), Limit: 10})
	require.NoError(t, err)
	require.Len(t, found.Data, 1, "search")

	pair.Pause(t)
	create(t, w, "ada", todo.NewTask{Title: "bread", Tags: []string{"home"}})
	after := r.position()
	r.standbyAnswers("0/0")
	r.shown("Pay rent") // the standby is behind
	for name, named := range map[string]string{"what the write said": after, "nothing said": "", "the future": always, "no position": "'; --"} {
		ctx := replica.Allow(ctx, named)
		require.Equal(t, primary, r.by(named), name)
		require.ElementsMatch(t, []string{"Pay rent", "bread"}, r.titles(ctx, "ada"), name)
		counts, err := w.Store.TagCounts(ctx, "ada")
		require.NoError(t, err)
		require.Equal(t, map[string]int{"home": 2}, counts, name)
	}

	pair.Resume(t)
	pair.CaughtUp(t)
	r.standbyAnswers(after)
	require.ElementsMatch(t, []string{"Pay rent", "bread"}, r.titles(replica.Allow(ctx, after), "ada"))
	require.Equal(t, primary, r.by(always))
	r.standbyAnswers("")
}

// over is the same world in another process.
func over(t *testing.T, w *todotest.World, pair *postgrestest.Pair) *todotest.World {
	t.Helper()
	pool, err := store.OpenReplica(t.Context(), pair.StandbyURL(bootstrap.Functions), 2)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	other := &todotest.World{Store: store.New(w.Pool, w.Ring, nil), Pool: w.Pool, URL: w.URL, Clock: w.Clock, Ring: w.Ring}
	other.Store.ReadFrom(&store.Replica{Pool: pool, Now: w.Clock.Now, Log: slog.New(slog.DiscardHandler)})
	return other
}

func TestAReplicaThatDiesIsMissedByNobody(t *testing.T) {
	t.Parallel()
	w, pair := todotest.NewReplicated(t)
	r := readers{w, pair, t}
	create(t, w, "ada", todo.NewTask{Title: "milk"})
	r.standbyAnswers("")

	pair.KillStandby(t)
	for range 20 {
		require.Equal(t, pair.Primary.Port(), r.by(""))
		require.Equal(t, pair.Primary.Port(), r.by("0/0"))
		require.Equal(t, []string{"milk"}, r.titles(replica.Allow(t.Context(), ""), "ada"))
		w.Clock.Advance(time.Minute)
	}
	create(t, w, "ada", todo.NewTask{Title: "bread"})
	pair.StartStandby(t)
	r.standbyAnswers("")
	require.ElementsMatch(t, []string{"milk", "bread"}, r.titles(replica.Allow(t.Context(), ""), "ada"))
}

// A replica that nobody can reach costs its first reader a try, and nobody else anything.
func TestAReplicaThatWasNeverThere(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	pool, err := store.OpenReplica(t.Context(), "postgres://nudge@127.0.0.1:1/nudge", 2)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	w.Store.ReadFrom(&store.Replica{Pool: pool, Now: w.Clock.Now, Log: slog.New(slog.DiscardHandler)})
	create(t, w, "ada", todo.NewTask{Title: "milk"})
	for range 3 {
		page, err := w.Store.List(replica.Allow(t.Context(), ""), "ada", todo.Query{View: todo.ViewAll, Limit: 10})
		require.NoError(t, err)
		require.Len(t, page.Data, 1)
	}
	_, err = store.OpenReplica(t.Context(), "no address", 2)
	require.EqualError(t, err, "DATABASE_READ_URL is no PostgreSQL connection URL")
}

// An address that leads to the primary itself is as good, and nothing can be written
// through it.
func TestAReadAddressMayLeadToThePrimary(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	pool, err := store.OpenReplica(t.Context(), w.URL(bootstrap.Functions), 2)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	w.Store.ReadFrom(&store.Replica{Pool: pool, Now: w.Clock.Now, Log: slog.New(slog.DiscardHandler)})
	create(t, w, "ada", todo.NewTask{Title: "milk"})
	page, err := w.Store.List(replica.Allow(t.Context(), ""), "ada", todo.Query{View: todo.ViewAll, Limit: 10})
	require.NoError(t, err)
	require.Len(t, page.Data, 1)
	_, err = pool.Exec(t.Context(), `DELETE FROM tasks`)
	require.ErrorContains(t, err, "read-only transaction")
}

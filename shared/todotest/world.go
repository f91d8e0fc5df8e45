// Package todotest gives tests a world to act in: the domain's service over the real
// PostgreSQL store, with a clock and ids that the test decides on.
package todotest

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"function/infra/postgres/bootstrap"
	"function/infra/postgres/postgrestest"
	"function/shared/occurrence"
	"function/shared/postgres"
	"function/shared/postgres/migrations"
	"function/shared/seal"
	"function/shared/todo"
)

// Clock is a clock that stands still until it is moved.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now gives the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock to an instant.
func (c *Clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) { c.Set(c.Now().Add(d)) }

// World is one test's database and what stands on it.
type World struct {
	*todo.Service
	Store *postgres.Store
	Pool  *pgxpool.Pool // as the functions' role
	URL   func(role string) string
	Clock *Clock
	Ring  *seal.Keyring

	mu        sync.Mutex
	published []postgres.Outgoing
}

// Start is when a world's clock begins: a Monday in winter, 08:00 UTC.
var Start = time.Date(2026, time.January, 5, 8, 0, 0, 0, time.UTC)

// New makes a world in a database of its own.
func New(t testing.TB) *World {
	t.Helper()
	return over(t, postgrestest.RolesTemplate(t, "nudge", migrate))
}

// NewReplicated makes a world on a server of its own, whose standby answers the reads
// that may be answered so. It takes some seconds.
func NewReplicated(t testing.TB) (*World, *postgrestest.Pair) {
	t.Helper()
	pair := postgrestest.Replicated(t, migrate)
	w := over(t, pair.PrimaryURL)
	pool, err := postgres.OpenReplica(t.Context(), pair.StandbyURL(bootstrap.Functions), 8)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	w.Store.ReadFrom(&postgres.Replica{Pool: pool, Now: w.Clock.Now, Log: slog.New(slog.DiscardHandler)})
	return w, pair
}

func migrate(url func(role string) string) error {
	_, err := migrations.Up(context.Background(), url(bootstrap.Migrate))
	return err
}

func over(t testing.TB, url func(role string) string) *World {
	t.Helper()
	keyset, err := seal.NewKeyset()
	require.NoError(t, err)
	ring, err := seal.OpenKeyring(keyset)
	require.NoError(t, err)
	pool, err := postgres.Open(t.Context(), url(bootstrap.Functions), 8)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	w := &World{Pool: pool, URL: url, Clock: &Clock{now: Start}, Ring: ring}
	w.Store = postgres.New(pool, ring, w.committed)
	w.Service = &todo.Service{Store: w.Store, Calendar: occurrence.Calendar{}, Now: w.Clock.Now, NewID: NewID}
	return w
}

// NewID makes a UUIDv7.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

func (w *World) committed(list []postgres.Outgoing) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.published = append(w.published, list...)
}

// Published gives the events committed since it was last asked.
func (w *World) Published() []postgres.Outgoing {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.published
	w.published = nil
	return list
}

// Person is an act by a person.
func Person(owner string) todo.Act { return todo.Act{Owner: owner, Actor: todo.ActorPerson} }

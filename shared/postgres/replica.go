package postgres

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"function/shared/replica"
	"function/shared/telemetry"
	"function/shared/todo"
)

const (
	// replicaPatience is how long one read of a replica may take before the primary does it.
	replicaPatience = 3 * time.Second
	// lagPause is how long nobody waits for a replica that was seen to be behind.
	lagPause = time.Second
	// A replica that does not answer is tried again after a second, then after twice as long.
	firstPause, longestPause = time.Second, 30 * time.Second
)

// replayPauses are what a read waits between its looks at a replica that has not come
// far enough: an eighth of a second in all.
var replayPauses = []time.Duration{1, 2, 4, 8, 16, 32, 64}

// Replica is a streaming replica that answers reads in place of the primary.
type Replica struct {
	Pool *pgxpool.Pool // see OpenReplica
	Now  func() time.Time
	Log  *slog.Logger

	mu        sync.Mutex
	away      bool
	trying    bool
	retryAt   time.Time
	pause     time.Duration
	behindTil time.Time
	reads     metric.Int64Counter
}

// OpenReplica connects a pool whose transactions cannot write, wherever the address leads.
func OpenReplica(ctx context.Context, url string, maxConns int32, tracers ...pgx.QueryTracer) (*pgxpool.Pool, error) {
	config, err := configure(url, maxConns, tracers)
	if err != nil {
		return nil, errors.New("DATABASE_READ_URL is no PostgreSQL connection URL")
	}
	config.ConnConfig.ConnectTimeout = replicaPatience
	config.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	return pgxpool.NewWithConfig(ctx, config)
}

// ReadFrom lets reads that replica.Allow allows be answered by a replica.
func (s *Store) ReadFrom(r *Replica) {
	r.reads = telemetry.DatabaseReads.Counter()
	s.replica, s.keys.read = r, s.read
}

// HasReplica reports whether there is a replica to read from.
func (s *Store) HasReplica() bool { return s.replica != nil }

// Position is where the primary's log stands: behind everything that was committed by
// now. A commit that was answered is on the disk, unless the server does not wait for it.
func (s *Store) Position(ctx context.Context) (replica.Position, error) {
	var text string
	err := s.pool.QueryRow(ctx, `SELECT CASE WHEN current_setting('synchronous_commit') = 'off'
		THEN pg_current_wal_insert_lsn() ELSE pg_current_wal_flush_lsn() END::text`).Scan(&text)
	at, _ := replica.Parse(text)
	return at, translate(err)
}

// replayed makes the pipeline fail on a server that has not come to a position. What
// follows in the pipeline sees at least that.
const replayed = `SELECT must_change((CASE WHEN pg_is_in_recovery() THEN coalesce(pg_last_wal_replay_lsn(), '0/0') ELSE pg_current_wal_insert_lsn() END
	>= $1::text::pg_lsn)::int::bigint, 'replica')`

// Why a read that a replica may answer was answered by the primary.
const (
	readBehind = "behind" // the replica had not come far enough
	readAway   = "away"   // it does not answer
	readFailed = "failed" // it gave an error, as for a query that stood in the way of its replay
)

// read runs a pipeline that only reads, on the replica where the context allows it and
// the replica can, else on the primary. What the pipeline's queries are given to must
// bear being given to twice.
func (s *Store) read(ctx context.Context, owner string, b *pgx.Batch) error {
	r := replica.Of(ctx)
	if s.replica == nil || r == nil {
		return s.as(ctx, owner, b)
	}
	why := ""
	if !r.OnPrimary() {
		if why = s.ask(ctx, r, owner, b); why == "" {
			s.replica.count(ctx, "replica", "")
			return nil
		}
		r.Primary()
	}
	if err := ctx.Err(); err != nil {
		return translate(err)
	}
	s.replica.count(ctx, "primary", why)
	return s.as(ctx, owner, b)
}

// ask has the replica answer, and says why it did not.
func (s *Store) ask(ctx context.Context, r *replica.Read, owner string, b *pgx.Batch) (why string) {
	if !s.replica.there() {
		return readAway
	}
	after, err := r.After(ctx, s.Position)
	if err != nil {
		return readFailed // the primary says it better
	}
	ctx, cancel := context.WithTimeoutCause(ctx, replicaPatience, errNoAnswer)
	defer cancel()
	for n := 0; ; n++ {
		err := s.replica.send(ctx, after, owner, b)
		why = s.replica.judge(ctx, err)
		if why != readBehind {
			return why
		}
		if n == len(replayPauses) || !s.replica.worthWaiting() {
			break
		}
		select {
		case <-ctx.Done():
			return readBehind
		case <-time.After(replayPauses[n] * time.Millisecond):
		}
	}
	// A position that the primary has not come to either says nothing of the replica.
	if at, err := s.Position(ctx); err == nil && after <= at {
		s.replica.isBehind()
	}
	return readBehind
}

var errNoAnswer = errors.New("the replica does not answer in time")

func (r *Replica) send(ctx context.Context, after replica.Position, owner string, b *pgx.Batch) error {
	all := &pgx.Batch{}
	all.Queue(actFor, owner)
	if after > 0 {
		all.Queue(replayed, after.String())
	}
	for _, q := range b.QueuedQueries { // copies: pgx keeps in them what they are called on this connection
		all.QueuedQueries = append(all.QueuedQueries, &pgx.QueuedQuery{SQL: q.SQL, Arguments: q.Arguments, Fn: q.Fn})
	}
	return r.Pool.SendBatch(ctx, all).Close()
}

// judge says why a read failed; empty where it did not. It remembers a replica that does
// not answer.
func (r *Replica) judge(ctx context.Context, err error) string {
	if err == nil {
		r.mu.Lock()
		r.behindTil = time.Time{}
		r.mu.Unlock()
		return ""
	}
	var pg *pgconn.PgError
	switch isPg := errors.As(err, &pg); {
	case isPg && pg.Code == versionMismatch:
		return readBehind
	case isPg && pg.Code[:2] != "08" && pg.Code[:2] != "53" && (pg.Code[:2] != "57" || pg.Code == "57014"):
		return readFailed
	case ctx.Err() != nil && !errors.Is(context.Cause(ctx), errNoAnswer):
		return readFailed // whoever asked went away
	case isPg, todo.CodeOf(translate(err)) == todo.CodeUnavailable, errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), ctx.Err() != nil:
		r.lost(ctx, err)
		return readAway
	}
	return readFailed
}

// there reports whether the replica is to be asked. One that did not answer is tried
// again in the background when its pause is over, by one read of this process; no
// request waits for that.
func (r *Replica) there() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.away && !r.trying && !r.Now().Before(r.retryAt) {
		r.trying = true
		go r.try()
	}
	return !r.away
}

func (r *Replica) try() {
	ctx, cancel := context.WithTimeout(context.Background(), replicaPatience)
	defer cancel()
	err := r.Pool.Ping(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trying = false
	if err != nil {
		r.pause = min(2*r.pause, longestPause)
		r.retryAt = r.Now().Add(r.pause)
		return
	}
	r.away = false
	r.Log.InfoContext(ctx, "the replica answers again")
}

func (r *Replica) lost(ctx context.Context, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.away {
		return
	}
	r.away, r.pause, r.retryAt = true, firstPause, r.Now().Add(firstPause)
	r.Pool.Reset() // what connections there are lead nowhere
	r.Log.WarnContext(ctx, "the replica does not answer: the primary answers all reads", "error", err)
}

func (r *Replica) isBehind() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.behindTil = r.Now().Add(lagPause)
}

func (r *Replica) worthWaiting() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.Now().Before(r.behindTil)
}

func (r *Replica) count(ctx context.Context, server, why string) {
	r.reads.Add(ctx, 1, metric.WithAttributes(attribute.String("server", server), attribute.String("reason", why)))
}

// Package postgres keeps the domain's state in PostgreSQL.
//
// Every write is one transaction that holds all of an act: the rows, the change
// set, the outbox rows of its events and, for an act that an event caused, the
// inbox row. It is sent as one pipeline, so it costs one round trip and one commit.
//
// Every statement runs for one owner: the first of each pipeline names the owner,
// and row-level security shows no other's rows, whatever a query forgets to say.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"function/shared/fault"
	"function/shared/seal"
	"function/shared/todo"
)

// Store implements todo.Store and what the event-driven functions keep.
type Store struct {
	pool      *pgxpool.Pool
	keys      *keys
	committed func([]Outgoing)
	faults    *fault.Faults
	replica   *Replica // nil: the primary answers all reads
	many      int      // with more tasks a search term is common
}

// Outgoing is an event that was committed and is to be published.
type Outgoing struct {
	ID       string
	Event    []byte // CloudEvent in structured mode
	Attempts int    // so far
}

// Open connects a pool of at most maxConns connections. It does not wait for the
// database: the first use does. A tracer, if one is given, is told of every statement.
func Open(ctx context.Context, url string, maxConns int32, tracers ...pgx.QueryTracer) (*pgxpool.Pool, error) {
	config, err := configure(url, maxConns, tracers)
	if err != nil {
		return nil, errors.New("DATABASE_URL is no PostgreSQL connection URL")
	}
	return pgxpool.NewWithConfig(ctx, config)
}

func configure(url string, maxConns int32, tracers []pgx.QueryTracer) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.MaxConns = maxConns
	config.MaxConnIdleTime = time.Minute
	config.ConnConfig.RuntimeParams["search_path"] = "nudge"
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	config.ConnConfig.RuntimeParams["application_name"] = "nudge"
	config.ConnConfig.ConnectTimeout = 5 * time.Second
	for _, tracer := range tracers {
		config.ConnConfig.Tracer = tracer
	}
	return config, nil
}

// New makes a store. committed is told of events right after their commit; nil leaves
// them to the sweep.
func New(pool *pgxpool.Pool, ring *seal.Keyring, committed func([]Outgoing)) *Store {
	if committed == nil {
		committed = func([]Outgoing) {}
	}
	return &Store{pool: pool, keys: newKeys(pool, ring), committed: committed, many: manyTasks}
}

// Inject makes transactions go wrong as the switches say; nil: not at all.
func (s *Store) Inject(f *fault.Faults) { s.faults = f }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return translate(s.pool.Ping(ctx)) }

const actFor = `SELECT set_config('nudge.owner', $1, true)`

// as runs a pipeline for one owner: one round trip, one implicit transaction.
func (s *Store) as(ctx context.Context, owner string, b *pgx.Batch) error {
	if err := s.faults.BeforeCommit(ctx); err != nil {
		return translate(err)
	}
	all := &pgx.Batch{}
	all.Queue(actFor, owner)
	all.QueuedQueries = append(all.QueuedQueries, b.QueuedQueries...)
	if err := s.pool.SendBatch(ctx, all).Close(); err != nil {
		return translate(err)
	}
	return translate(s.faults.AfterCommit(ctx))
}

// versionMismatch is the SQLSTATE of must_change in the migrations.
const versionMismatch = "ND412"

// exists names the constraints whose violation means that the effect is in place already.
var exists = map[string]bool{"one_task_per_slot": true, "handled_once": true, "audited_once": true, "notified_once": true, "sent_once": true, "digested_once": true}

// translate is the one place where database errors become the domain's.
func translate(err error) error {
	if err == nil {
		return nil
	}
	var known *todo.Error
	if errors.As(err, &known) {
		return err
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return todo.Errorf(todo.CodeNotFound, "there is no such thing")
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch {
		case gone(pg):
			return todo.Errorf(todo.CodeNotFound, "the account was deleted")
		case pg.Code == "22021", pg.Code == "22P05":
			return todo.Errorf(todo.CodeInvalid, "there is a character in it that cannot be kept")
		case pg.Code == "23505" && pg.ConstraintName == "tasks_pkey":
			return todo.Errorf(todo.CodeConflict, "the same is written by another request just now")
		case pg.Code == versionMismatch, pg.Code == "23503": // or what a row refers to went, or is in use since
			return todo.Errorf(todo.CodeVersionMismatch, "it was changed in the meantime")
		case pg.Code == "23505" && exists[pg.ConstraintName]:
			return todo.Errorf(todo.CodeDuplicate, "%s", pg.ConstraintName)
		case pg.Code == "23505" && pg.ConstraintName == "held_once": // two at once; tried again, one gives way
			return todo.Errorf(todo.CodeConflict, "another one of this reminder is held")
		case pg.Code[:2] == "40", pg.Code[:2] == "53", pg.Code[:2] == "57", pg.Code[:2] == "08", pg.Code == "55P03":
			return todo.Errorf(todo.CodeUnavailable, "the database could not do it now: %w", err)
		}
		return fmt.Errorf("postgres: %w", err)
	}
	var connect *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &connect) || errors.As(err, &network) || pgconn.SafeToRetry(err) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, fault.ErrInjected) {
		return todo.Errorf(todo.CodeUnavailable, "the database does not answer: %w", err)
	}
	return err
}

package postgres_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"function/infra/postgres/bootstrap"
	"function/shared/postgres"
	"function/shared/todo"
	"function/shared/todotest"
)

// One new task: what the service writes for it (the task, its change set, its event, the
// announcement), beside a bare transaction of pgx that writes the same rows, in turns.
func BenchmarkTaskWrite(b *testing.B) {
	const rounds = 1000
	w := todotest.New(b)
	trips := &tripCounter{}
	pool, err := postgres.Open(b.Context(), w.URL(bootstrap.Functions), 8, trips)
	require.NoError(b, err)
	b.Cleanup(pool.Close)
	service := *w.Service
	service.Store = postgres.New(pool, w.Ring, nil)
	write := func() {
		_, err := service.Create(b.Context(), todotest.Person("ada"), todo.NewTask{
			Title: "Water the roses", Tags: []string{"garden"}, Due: &todo.NewDue{Date: "2026-03-01", Time: "09:00", Zone: "Europe/Paris"},
		})
		require.NoError(b, err)
	}
	for range 50 { // the key is known, statements are prepared
		write()
	}
	trips.n.Store(0)
	write()
	perWrite := trips.n.Load()
	rows := lastWritten(b, pool)
	for b.Loop() {
		b.ReportMetric(float64(perWrite), "round-trips")
		var ours, floor []time.Duration
		for range rounds {
			start := time.Now()
			write()
			ours = append(ours, time.Since(start))
			ids := [3]string{todotest.NewID(), todotest.NewID(), todotest.NewID()}
			start = time.Now()
			rows.write(b, pool, ids)
			floor = append(floor, time.Since(start))
		}
		slices.Sort(ours)
		slices.Sort(floor)
		b.ReportMetric(float64(ours[rounds/2].Microseconds()), "p50-µs")
		b.ReportMetric(float64(ours[rounds*99/100].Microseconds()), "p99-µs")
		b.ReportMetric(float64(floor[rounds/2].Microseconds()), "bare-p50-µs")
		b.ReportMetric(float64(floor[rounds*99/100].Microseconds()), "bare-p99-µs")
		b.ReportMetric(float64(ours[rounds/2])/float64(floor[rounds/2]), "p50-ratio")
	}
}

// tripCounter counts what is sent to the database and waited for.
type tripCounter struct{ n atomic.Int64 }

func (c *tripCounter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.n.Add(1)
	return ctx
}
func (c *tripCounter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}
func (c *tripCounter) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	c.n.Add(1)
	return ctx
}
func (c *tripCounter) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (c *tripCounter) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

// written is what one new task left behind, with the statements that write it once more.
type written struct{ task, changeSet, event []any }

const (
	copyTask = `INSERT INTO tasks (id, content, tokens, priority, due_at, due_local, due_zone, position, completed, version, created_at, updated_at, tags, owner)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`
	copyChangeSet = `INSERT INTO change_sets (id, owner, actor, at, content) VALUES ($1, $2, $3, $4, $5)`
	copyEvent     = `INSERT INTO outbox (id, owner, event, next_at, created_at, source, awaits) VALUES ($1, $2, $3, $4, $5, $6, $7)`
)

func lastWritten(b *testing.B, pool *pgxpool.Pool) (w written) {
	b.Helper()
	require.NoError(b, pgx.BeginFunc(b.Context(), pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(b.Context(), `SELECT set_config('nudge.owner', 'ada', true)`); err != nil {
			return err
		}
		for query, into := range map[string]*[]any{
			`SELECT content, tokens, priority, due_at, due_local, due_zone, position, completed, version, created_at, updated_at, tags, owner FROM tasks ORDER BY id DESC LIMIT 1`: &w.task,
			`SELECT owner, actor, at, content FROM change_sets ORDER BY id DESC LIMIT 1`:                                                                                           &w.changeSet,
			`SELECT owner, event, next_at, created_at, source, awaits FROM outbox ORDER BY created_at DESC LIMIT 1`:                                                                &w.event,
		} {
			rows, err := tx.Query(b.Context(), query)
			if err != nil {
				return err
			}
			if *into, err = pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) ([]any, error) { return row.Values() }); err != nil {
				return err
			}
		}
		return nil
	}))
	return w
}

func (w written) write(b *testing.B, pool *pgxpool.Pool, ids [3]string) {
	batch := &pgx.Batch{}
	batch.Queue(`SELECT set_config('nudge.owner', 'ada', true)`)
	batch.Queue(copyTask, append([]any{ids[0]}, w.task...)...)
	batch.Queue(copyChangeSet, append([]any{ids[1]}, w.changeSet...)...)
	batch.Queue(copyEvent, append([]any{ids[2]}, w.event...)...)
	batch.Queue(`SELECT pg_notify('bare', $1)`, ids[0])
	require.NoError(b, pool.SendBatch(b.Context(), batch).Close())
}

package reminders

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"function/infra/postgres"
	"function/shared/events"
	"function/shared/todo"
	"function/shared/todotest"
)

const (
	burst       = 100_000 // reminders due in one minute
	burstRounds = 10      // of burst/burstRounds each, in turns with the floor
	burstOwners = 500
)

// 100,000 reminders due in one minute: claimed, fired, and their events in the outbox.
// Beside it, in turns, on the same server with the same rows: the bare claim and the bare
// update, by as many connections and in batches as large.
func BenchmarkBurst(b *testing.B) {
	w := todotest.New(b)
	admin, err := pgxpool.New(b.Context(), w.URL(postgres.Superuser))
	require.NoError(b, err)
	b.Cleanup(admin.Close)
	first := w.Clock.Now().Add(time.Hour)
	fillBurst(b, w, admin, first)
	d := &dispatcher{service: w.Service, store: w.Store, log: slog.New(slog.DiscardHandler), wait: func(context.Context, time.Time, <-chan struct{}) bool { return false }}
	var ours, floor []float64
	for b.Loop() {
		for round := range burstRounds {
			until := dueAt(first, (round+1)*burst/burstRounds-1)
			w.Clock.Set(until)
			start := time.Now()
			require.NoError(b, d.fireDue(b.Context()))
			ours = append(ours, rate(start))
			w.Published()
			start = time.Now()
			drainFloor(b, admin, until)
			floor = append(floor, rate(start))
		}
	}
	var fired, events, left int
	require.NoError(b, admin.QueryRow(b.Context(), `SELECT count(*) FILTER (WHERE state = 'fired'), count(*) FILTER (WHERE state = 'pending'),
		(SELECT count(*) FROM nudge.outbox WHERE created_at >= $1) FROM nudge.reminders`, first).Scan(&fired, &left, &events))
	require.Equal(b, []int{burst, 0, burst}, []int{fired, left, events}, "fired, left, events")
	ratios := make([]float64, len(ours)) // of each round with the floor beside it
	for i := range ours {
		ratios[i] = ours[i] / floor[i]
	}
	slices.Sort(ratios)
	report(b, "fired", ours)
	report(b, "bare", floor)
	b.ReportMetric(ratios[len(ratios)/2], "ratio-p50")
	b.ReportMetric(ratios[0], "ratio-worst")
	b.ReportMetric(ratios[len(ratios)-1], "ratio-best")
	b.ReportMetric(rowsRead(b, w, admin)/burst, "read/due")
}

// dueAt spreads the burst over the minute: the reminders of a round within two seconds,
// and the next round's behind the look-ahead.
func dueAt(first time.Time, n int) time.Time {
	const each = burst / burstRounds
	return first.Add(time.Duration(n/each)*time.Minute/burstRounds + time.Duration(n%each)*2*time.Second/each)
}

func rate(start time.Time) float64 { return burst / burstRounds / time.Since(start).Seconds() }

func report(b *testing.B, name string, rates []float64) {
	slices.Sort(rates)
	b.ReportMetric(rates[len(rates)/2], name+"-p50/s")
	b.ReportMetric(rates[0], name+"-worst/s")
}

// fillBurst writes the tasks and reminders, sealed as the product does, and a copy of the
// reminders for the floor.
func fillBurst(b *testing.B, w *todotest.World, admin *pgxpool.Pool, first time.Time) {
	b.Helper()
	var tasks, reminders [][]any
	for i := range burstOwners {
		owner := fmt.Sprintf("owner-%d", i)
		_, err := w.Create(b.Context(), todotest.Person(owner), todo.NewTask{Title: "first"})
		require.NoError(b, err)
		var wrapped []byte
		require.NoError(b, admin.QueryRow(b.Context(), `SELECT data_key FROM nudge.people WHERE owner = $1`, owner).Scan(&wrapped))
		key, err := w.Ring.Unwrap(owner, wrapped)
		require.NoError(b, err)
		for j := range burst / burstOwners {
			id, n := todotest.NewID(), j*burstOwners+i
			title := fmt.Sprintf("Take out the bins, number %d", n)
			plain, err := json.Marshal(map[string]any{"title": title, "tags": []string{"home"}})
			require.NoError(b, err)
			sealed, err := key.Seal(plain, "tasks/"+id)
			require.NoError(b, err)
			told, err := events.Tell(todo.Task{ID: id, Owner: owner, Title: title, Tags: []string{"home"}, Priority: todo.PriorityMedium}, key)
			require.NoError(b, err)
			at := dueAt(first, n)
			tasks = append(tasks, []any{id, owner, sealed, []int64{}, 2, 1.0, false, 1, first, first, told})
			reminders = append(reminders, []any{todotest.NewID(), id, owner, false, at, "pending"})
		}
	}
	copyRows(b, admin, "tasks", []string{"id", "owner", "content", "tokens", "priority", "position", "completed", "version", "created_at", "updated_at", "told"}, tasks)
	copyRows(b, admin, "reminders", []string{"id", "task_id", "owner", "is_relative", "at", "state"}, reminders)
	w.Published()
	for _, statement := range []string{
		`CREATE TABLE nudge.bare (LIKE nudge.reminders INCLUDING ALL) WITH (fillfactor = 70)`, `INSERT INTO nudge.bare SELECT * FROM nudge.reminders`,
		`VACUUM ANALYZE nudge.bare`, `VACUUM ANALYZE nudge.reminders`, `VACUUM ANALYZE nudge.tasks`, `SELECT pg_stat_reset()`,
	} {
		_, err := admin.Exec(b.Context(), statement)
		require.NoError(b, err, statement)
	}
}

func copyRows(b *testing.B, admin *pgxpool.Pool, table string, columns []string, rows [][]any) {
	b.Helper()
	require.NoError(b, admin.AcquireFunc(b.Context(), func(c *pgxpool.Conn) error {
		_, err := c.Conn().CopyFrom(b.Context(), pgx.Identifier{"nudge", table}, columns, pgx.CopyFromRows(rows))
		return err
	}))
}

// drainFloor is the least that could be done: rows are claimed and updated.
func drainFloor(b *testing.B, admin *pgxpool.Pool, until time.Time) {
	b.Helper()
	var workers sync.WaitGroup
	for range senders {
		workers.Go(func() {
			for {
				n, err := bareBatch(b.Context(), admin, until)
				if err != nil {
					b.Error(err)
				}
				if n == 0 {
					return
				}
			}
		})
	}
	workers.Wait()
}

func bareBatch(ctx context.Context, admin *pgxpool.Pool, until time.Time) (int, error) {
	lease := todotest.NewID()
	rows, err := admin.Query(ctx, `UPDATE nudge.bare r SET lease = $2, leased_until = $1::timestamptz + interval '30 s'
		WHERE r.id = ANY (ARRAY(SELECT c.id FROM nudge.bare c WHERE c.state = 'pending' AND c.at <= $1 AND (c.leased_until IS NULL OR c.leased_until < $1)
			ORDER BY c.at LIMIT $3 FOR UPDATE SKIP LOCKED)) RETURNING r.id::text`, until, lease, batch)
	if err != nil {
		return 0, err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	_, err = admin.Exec(ctx, `UPDATE nudge.bare SET state = 'fired', fired_at = $1, lease = NULL, leased_until = NULL WHERE id = ANY ($2::uuid[]) AND lease = $3`, until, ids, lease)
	return len(ids), err
}

// rowsRead is how many rows were found by the due index. A connection tells what it read
// when it ends.
func rowsRead(t testing.TB, w *todotest.World, admin *pgxpool.Pool) float64 {
	t.Helper()
	w.Pool.Reset()
	require.Eventually(t, func() bool {
		var open int
		err := admin.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'nudge'`).Scan(&open)
		return err == nil && open == 0
	}, time.Minute, 10*time.Millisecond)
	var n int64
	_, err := admin.Exec(t.Context(), `SELECT pg_stat_clear_snapshot()`)
	require.NoError(t, err)
	require.NoError(t, admin.QueryRow(t.Context(), `SELECT idx_tup_fetch FROM pg_stat_user_indexes WHERE indexrelname = 'reminders_due'`).Scan(&n))
	return float64(n)
}

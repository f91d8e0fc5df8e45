package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"function/shared/todo"
)

// ClaimOutbox takes events that wait to be published, at most n, and keeps others
// from taking them until the given instant. It claims by state with SKIP LOCKED. What was
// published before is marked in the same transaction.
func (s *Store) ClaimOutbox(ctx context.Context, now, until time.Time, n int, published ...string) (list []Outgoing, err error) {
	b := &pgx.Batch{}
	if len(published) > 0 {
		b.Queue(markPublished, published, now)
	}
	b.Queue(`SELECT c.id::text, c.event, c.attempts FROM claim_outbox($1, $2, $3) c ORDER BY c.id`, now, until, n).Query(func(rows pgx.Rows) error {
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (o Outgoing, err error) {
			return o, row.Scan(&o.ID, &o.Event, &o.Attempts)
		})
		return err
	})
	if err := s.pool.SendBatch(ctx, b).Close(); err != nil {
		return nil, translate(err)
	}
	return list, nil
}

const markPublished = `SELECT mark_published($1::uuid[], $2)`

// MarkPublished records that the broker has the events.
func (s *Store) MarkPublished(ctx context.Context, ids []string, now time.Time) error {
	_, err := s.pool.Exec(ctx, markPublished, ids, now)
	return translate(err)
}

// RetryOutbox puts an event's next attempt at an instant.
func (s *Store) RetryOutbox(ctx context.Context, id string, at time.Time) error {
	_, err := s.pool.Exec(ctx, `SELECT retry_outbox($1::uuid, $2)`, id, at)
	return translate(err)
}

// Reconcile looks at events that were published at least so long ago, at most n: those
// that every awaited consumer has a trace of are settled, the others wait to be
// published again. It gives how many it looked at and how many of those were missed.
func (s *Store) Reconcile(ctx context.Context, now time.Time, after, before time.Duration, n int) (looked, missed int, err error) {
	err = s.pool.QueryRow(ctx, `SELECT looked, missed FROM reconcile($1, $2, $3, $4)`, now, after, before, n).Scan(&looked, &missed)
	return looked, missed, translate(err)
}

// The consumers whose effects reconciliation looks for.
const (
	awaitAudit         = "audit"
	awaitRecurrence    = "recurrence"
	awaitNotifications = "notifications"
)

// awaited names the consumers that must have a trace of an event: the audit its row,
// the others a receipt.
func awaited(e todo.Event) []string {
	switch {
	case e.Kind == todo.EventTaskCompleted && e.Task.SeriesID != "":
		return []string{awaitAudit, awaitRecurrence}
	case e.Kind == todo.EventReminderDue:
		return []string{awaitAudit, awaitNotifications}
	}
	return []string{awaitAudit}
}

// Handled keeps the receipt of an event that had nothing to be done about it, so that
// nobody looks for its effect. Twice is as good as once.
func (s *Store) Handled(ctx context.Context, owner string, r todo.Receipt, at time.Time) error {
	b := &pgx.Batch{}
	b.Queue(`INSERT INTO inbox (consumer, source, event_id, owner, handled_at)
		SELECT $1, $2, $3, p.owner, $5 FROM people p WHERE p.owner = $4 ON CONFLICT DO NOTHING`, r.Consumer, r.Source, r.ID, owner, at)
	return s.as(ctx, owner, b)
}

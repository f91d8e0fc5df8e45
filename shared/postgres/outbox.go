package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// ClaimOutbox takes events that wait to be published, at most n, and keeps others
// from taking them until the given instant. It claims by state with SKIP LOCKED.
func (s *Store) ClaimOutbox(ctx context.Context, now, until time.Time, n int) ([]Outgoing, error) {
	rows, err := s.pool.Query(ctx, `SELECT id::text, event, attempts FROM claim_outbox($1, $2, $3)`, now, until, n)
	if err != nil {
		return nil, translate(err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (o Outgoing, err error) {
		return o, row.Scan(&o.ID, &o.Event, &o.Attempts)
	})
	return list, translate(err)
}

// MarkPublished records that the broker has the events.
func (s *Store) MarkPublished(ctx context.Context, ids []string, now time.Time) error {
	_, err := s.pool.Exec(ctx, `SELECT mark_published($1::uuid[], $2)`, ids, now)
	return translate(err)
}

// RetryOutbox puts an event's next attempt at an instant.
func (s *Store) RetryOutbox(ctx context.Context, id string, at time.Time) error {
	_, err := s.pool.Exec(ctx, `SELECT retry_outbox($1::uuid, $2)`, id, at)
	return translate(err)
}

// Reconcile makes events that were published, and that nothing shows to have arrived,
// wait to be published again. It gives how many.
func (s *Store) Reconcile(ctx context.Context, now, newerThan, olderThan time.Time, n int) (int64, error) {
	var count int64
	err := s.pool.QueryRow(ctx, `SELECT reconcile($1, $2, $3, $4)`, now, olderThan, newerThan, n).Scan(&count)
	return count, translate(err)
}

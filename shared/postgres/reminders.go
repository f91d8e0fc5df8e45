package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"function/shared/todo"
)

// ClaimReminders implements todo.ReminderStore.
func (s *Store) ClaimReminders(ctx context.Context, now, horizon, until time.Time, lease string, n int) ([]todo.Claim, error) {
	rows, err := s.pool.Query(ctx, `SELECT id::text, owner, at FROM claim_reminders($1, $2, $3::uuid, $4, $5) ORDER BY at, id`, now, horizon, lease, until, n)
	if err != nil {
		return nil, translate(err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (todo.Claim, error) {
		c := todo.Claim{Lease: lease}
		return c, row.Scan(&c.ReminderID, &c.Owner, &c.At)
	})
	return list, translate(err)
}

// ReleaseReminders gives back claims, which are of one lease, that will not be used.
func (s *Store) ReleaseReminders(ctx context.Context, claims []todo.Claim) error {
	if len(claims) == 0 {
		return nil
	}
	ids := make([]string, len(claims))
	for i, c := range claims {
		ids[i] = c.ReminderID
	}
	_, err := s.pool.Exec(ctx, `SELECT release_reminders($1::uuid[], $2::uuid)`, ids, claims[0].Lease)
	return translate(err)
}

// NextReminder implements todo.ReminderStore.
func (s *Store) NextReminder(ctx context.Context, now time.Time) (*time.Time, error) {
	var at *time.Time
	err := s.pool.QueryRow(ctx, `SELECT next_reminder($1)`, now).Scan(&at)
	return at, translate(err)
}

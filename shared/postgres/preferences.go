package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"function/shared/todo"
)

// Preferences implements todo.Store.
func (s *Store) Preferences(ctx context.Context, owner string) (todo.Preferences, error) {
	b := &pgx.Batch{}
	p := queuePreferences(b, owner)
	err := s.read(ctx, owner, b)
	return *p, err
}

// queuePreferences reads a person's, or leaves those of somebody new.
func queuePreferences(b *pgx.Batch, owner string) *todo.Preferences {
	p := todo.DefaultPreferences(owner)
	b.Queue(`SELECT time_zone, language, week_start, quiet_from, quiet_until, digest_at, date_order, morning_at, afternoon_at, evening_at, night_at, version FROM people WHERE owner = $1`, owner).QueryRow(func(row pgx.Row) error {
		err := row.Scan(&p.TimeZone, &p.Language, &p.WeekStart, &p.QuietFrom, &p.QuietUntil, &p.DigestAt, &p.DateOrder, &p.Parts.Morning, &p.Parts.Afternoon, &p.Parts.Evening, &p.Parts.Night, &p.Version)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	return &p
}

// SetPreferences implements todo.Store. What is held for quiet hours, and the digest,
// follow the new settings in the same transaction.
func (s *Store) SetPreferences(ctx context.Context, p todo.Preferences) error {
	if _, err := s.keys.ensure(ctx, p.Owner); err != nil {
		return err
	}
	b := &pgx.Batch{}
	b.Queue(`WITH changed AS (UPDATE people SET time_zone = $3, language = $4, week_start = $5, quiet_from = $6, quiet_until = $7, digest_at = $8,
			digest_next = $9, date_order = $10, morning_at = $11, afternoon_at = $12, evening_at = $13, night_at = $14, version = version + 1
			WHERE owner = $1 AND version = $2 RETURNING 1) SELECT must_change(count(*), 'preferences') FROM changed`,
		p.Owner, p.Version, p.TimeZone, p.Language, p.WeekStart, p.QuietFrom, p.QuietUntil, p.DigestAt, p.Timing.NextDigest, p.DateOrder,
		p.Parts.Morning, p.Parts.Afternoon, p.Parts.Evening, p.Parts.Night)
	b.Queue(`UPDATE deliveries SET next_at = $2 WHERE owner = $1 AND state = 'held'`, p.Owner, p.Timing.HeldUntil)
	queueSettings(b, p.Owner)
	return s.as(ctx, p.Owner, b)
}

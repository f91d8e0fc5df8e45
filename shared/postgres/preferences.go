package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"function/shared/todo"
)

func peoplePlace(owner string) string { return "people/" + owner }

// Preferences implements todo.Store.
func (s *Store) Preferences(ctx context.Context, owner string) (todo.Preferences, error) {
	p := todo.DefaultPreferences(owner)
	key, err := s.keys.find(ctx, owner)
	if err != nil || key == nil {
		return p, err
	}
	b := &pgx.Batch{}
	b.Queue(`SELECT time_zone, language, week_start, email, email_reminders, quiet_from, quiet_until, digest_at, date_order, version FROM people WHERE owner = $1`, owner).QueryRow(func(row pgx.Row) error {
		var email []byte
		err := row.Scan(&p.TimeZone, &p.Language, &p.WeekStart, &email, &p.EmailReminders, &p.QuietFrom, &p.QuietUntil, &p.DigestAt, &p.DateOrder, &p.Version)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil || email == nil {
			return err
		}
		plain, err := key.Open(email, peoplePlace(owner))
		p.Email = string(plain)
		return err
	})
	return p, s.as(ctx, owner, b)
}

// SetPreferences implements todo.Store.
func (s *Store) SetPreferences(ctx context.Context, p todo.Preferences) error {
	key, err := s.keys.ensure(ctx, p.Owner)
	if err != nil {
		return err
	}
	var email []byte
	if p.Email != "" {
		if email, err = key.Seal([]byte(p.Email), peoplePlace(p.Owner)); err != nil {
			return err
		}
	}
	b := &pgx.Batch{}
	b.Queue(`WITH changed AS (UPDATE people SET time_zone = $3, language = $4, week_start = $5, email = $6, email_reminders = $7,
			quiet_from = $8, quiet_until = $9, digest_at = $10, date_order = $11, version = version + 1
			WHERE owner = $1 AND version = $2 RETURNING 1) SELECT must_change(count(*), 'preferences') FROM changed`,
		p.Owner, p.Version, p.TimeZone, p.Language, p.WeekStart, email, p.EmailReminders, p.QuietFrom, p.QuietUntil, p.DigestAt, p.DateOrder)
	return s.as(ctx, p.Owner, b)
}

package postgres

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"
)

// SavedFilter is a filter that a person keeps. Name and Text are sealed.
type SavedFilter struct {
	ID        string
	Name      string
	Text      string // as package filter reads it
	Position  float64
	Version   int64
	CreatedAt time.Time
}

type filterContent struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

func filterPlace(id string) string { return "filters/" + id }

// Filters gives the filters that a person keeps, in their order.
func (s *Store) Filters(ctx context.Context, owner string) ([]SavedFilter, error) {
	key, err := s.keys.find(ctx, owner)
	if err != nil || key == nil {
		return nil, err
	}
	var list []SavedFilter
	b := &pgx.Batch{}
	b.Queue(`SELECT id::text, content, position, version, created_at FROM filters WHERE owner = $1 ORDER BY position, id`, owner).Query(func(rows pgx.Rows) error {
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (SavedFilter, error) {
			var f SavedFilter
			var sealed []byte
			if err := row.Scan(&f.ID, &sealed, &f.Position, &f.Version, &f.CreatedAt); err != nil {
				return f, err
			}
			f.CreatedAt = f.CreatedAt.UTC()
			plain, err := key.Open(sealed, filterPlace(f.ID))
			if err != nil {
				return f, err
			}
			var c filterContent
			err = json.Unmarshal(plain, &c)
			f.Name, f.Text = c.Name, c.Text
			return f, err
		})
		return err
	})
	return list, s.read(ctx, owner, b)
}

// KeepFilter adds a filter, or replaces the one with its id at the version before its
// own. CodeVersionMismatch.
func (s *Store) KeepFilter(ctx context.Context, owner string, f SavedFilter) error {
	key, err := s.keys.ensure(ctx, owner)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(filterContent{f.Name, f.Text})
	if err != nil {
		return err
	}
	sealed, err := key.Seal(plain, filterPlace(f.ID))
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	if f.Version == 1 {
		b.Queue(`INSERT INTO filters (id, owner, content, position, version, created_at) VALUES ($1, $2, $3, $4, 1, $5)`, f.ID, owner, sealed, f.Position, f.CreatedAt)
	} else {
		b.Queue(`WITH changed AS (UPDATE filters SET content = $4, position = $5, version = $3 WHERE id = $1::text::uuid AND owner = $2 AND version = $3 - 1 RETURNING 1)
			SELECT must_change(count(*), 'filters/' || $1) FROM changed`, f.ID, owner, f.Version, sealed, f.Position)
	}
	queueSettings(b, owner)
	return s.as(ctx, owner, b)
}

// DropFilter removes a filter at a version. CodeVersionMismatch.
func (s *Store) DropFilter(ctx context.Context, owner, id string, version int64) error {
	b := &pgx.Batch{}
	b.Queue(`WITH changed AS (DELETE FROM filters WHERE id = $1::text::uuid AND owner = $2 AND version = $3 RETURNING 1)
		SELECT must_change(count(*), 'filters/' || $1) FROM changed`, id, owner, version)
	queueSettings(b, owner)
	return s.as(ctx, owner, b)
}

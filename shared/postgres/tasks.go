package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"function/shared/todo"
)

// Task implements todo.Store.
func (s *Store) Task(ctx context.Context, owner, id string) (todo.Details, error) {
	list, err := s.Tasks(ctx, owner, []string{id})
	if err != nil {
		return todo.Details{}, err
	}
	if len(list) == 0 {
		return todo.Details{}, todo.Errorf(todo.CodeNotFound, "there is no such task")
	}
	return list[0], nil
}

// Tasks implements todo.Store.
func (s *Store) Tasks(ctx context.Context, owner string, ids []string) ([]todo.Details, error) {
	valid := make([]string, 0, len(ids))
	for _, id := range ids {
		if known(id) {
			valid = append(valid, id)
		}
	}
	if len(valid) == 0 {
		return nil, nil
	}
	return s.details(ctx, owner, len(valid), `WHERE t.owner = $1 AND t.id = ANY ($2::uuid[])`, owner, valid)
}

// Occurrences implements todo.Store.
func (s *Store) Occurrences(ctx context.Context, owner string, seriesIDs ...string) (list []todo.Occurrence, err error) {
	ids := slices.DeleteFunc(slices.Clone(seriesIDs), func(id string) bool { return !known(id) })
	if len(ids) == 0 {
		return nil, nil
	}
	b := &pgx.Batch{}
	b.Queue(`SELECT series_id::text, id::text, slot, version, NOT completed AND trashed_at IS NULL FROM tasks
		WHERE series_id = ANY ($1::text[]::uuid[]) AND owner = $2`, ids, owner).Query(func(rows pgx.Rows) error {
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[todo.Occurrence])
		return err
	})
	return list, s.read(ctx, owner, b)
}

// Series implements todo.Store.
func (s *Store) Series(ctx context.Context, owner string, ids []string) (list []todo.Series, err error) {
	key, err := s.keys.find(ctx, owner)
	if err != nil || key == nil || len(ids) == 0 {
		return nil, err
	}
	b := &pgx.Batch{}
	b.Queue(`SELECT to_jsonb(s) FROM series s WHERE id = ANY ($1::text[]::uuid[]) AND owner = $2`, ids, owner).Query(func(rows pgx.Rows) error {
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (todo.Series, error) {
			var found seriesRow
			if err := row.Scan(&found); err != nil {
				return todo.Series{}, err
			}
			return found.series(key)
		})
		return err
	})
	return list, s.as(ctx, owner, b)
}

// details runs selectDetails with a clause, for one owner. So many rows are expected.
func (s *Store) details(ctx context.Context, owner string, expected int, clause string, args ...any) ([]todo.Details, error) {
	key, err := s.keys.find(ctx, owner)
	if err != nil || key == nil { // somebody without a key has written nothing yet
		return nil, err
	}
	var list []todo.Details
	b := &pgx.Batch{}
	b.Queue(selectDetails+clause, args...).Query(func(rows pgx.Rows) error {
		list, err = collectDetails(rows, owner, key, expected)
		return err
	})
	return list, s.read(ctx, owner, b)
}

// Counts implements todo.Store.
func (s *Store) Counts(ctx context.Context, owner string, tomorrow time.Time) (todo.Counts, error) {
	var c todo.Counts
	b := &pgx.Batch{}
	b.Queue(`SELECT count(*) FILTER (WHERE NOT completed AND due_at < $2), count(*) FILTER (WHERE NOT completed AND due_at >= $2),
		count(*) FILTER (WHERE NOT completed), count(*) FILTER (WHERE completed)
		FROM tasks WHERE owner = $1 AND trashed_at IS NULL`, owner, tomorrow).QueryRow(func(row pgx.Row) error {
		return row.Scan(&c.Today, &c.Upcoming, &c.All, &c.Done)
	})
	return c, s.read(ctx, owner, b)
}

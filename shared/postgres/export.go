package postgres

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"function/shared/todo"
)

// exportPage is how many tasks are read and opened at a time.
const exportPage = 500

// partitions are the predicates of the tables' partial indexes: together they are all tasks.
var partitions = []string{
	`NOT t.completed AND t.trashed_at IS NULL`, `t.completed AND t.trashed_at IS NULL`, `t.trashed_at IS NOT NULL`,
}

// Export gives a person's tasks of any state that fit a condition (nil: all), a page at
// a time, in the order of their ids. Which tasks there are is settled at the start; each
// is given as it is when its page is read.
func (s *Store) Export(ctx context.Context, owner string, where todo.Condition, now time.Time, today string, each func([]todo.Details) error) error {
	key, err := s.keys.find(ctx, owner)
	if err != nil || key == nil {
		return err
	}
	args := pgx.NamedArgs{"owner": owner}
	c := &compiler{key: key, args: args, now: now, today: today}
	l := &list{q: todo.Query{Where: where, Now: now, Today: today}}
	predicate := ""
	if where != nil {
		predicate = " AND " + c.sql(where, true)
	}
	if c.inexact {
		l.exact = where
	}
	parts := make([]string, 0, len(partitions))
	for _, part := range partitions {
		parts = append(parts, `SELECT t.id::text FROM tasks t WHERE t.owner = @owner AND `+part+predicate)
	}
	ids, err := s.strings(ctx, owner, strings.Join(parts, " UNION ALL "), args)
	if err != nil {
		return err
	}
	slices.Sort(ids)
	for page := range slices.Chunk(ids, exportPage) {
		found, err := s.Tasks(ctx, owner, page)
		if err != nil {
			return err
		}
		found = slices.DeleteFunc(found, func(d todo.Details) bool { return !l.holds(d) })
		slices.SortFunc(found, func(x, y todo.Details) int { return strings.Compare(x.ID, y.ID) })
		if err := each(found); err != nil {
			return err
		}
	}
	return nil
}

// Imported gives what a person has of the tasks and series whose ids end so, by that end.
func (s *Store) Imported(ctx context.Context, owner string, ends []string) (map[string]string, error) {
	found, err := s.strings(ctx, owner, `SELECT id::text FROM tasks WHERE owner = @owner AND right(id::text, 17) = ANY (@ends)
		UNION ALL SELECT id::text FROM series WHERE owner = @owner AND right(id::text, 17) = ANY (@ends)`, pgx.NamedArgs{"owner": owner, "ends": ends})
	have := make(map[string]string, len(found))
	for _, id := range found {
		have[id[len(id)-17:]] = id
	}
	return have, err
}

func (s *Store) strings(ctx context.Context, owner, query string, args ...any) (list []string, err error) {
	b := &pgx.Batch{}
	b.Queue(query, args...).Query(func(rows pgx.Rows) error {
		list, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return list, s.read(ctx, owner, b)
}

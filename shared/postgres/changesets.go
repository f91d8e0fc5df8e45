package postgres

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5"

	"function/shared/seal"
	"function/shared/todo"
)

const selectChangeSet = `SELECT c.id::text, c.actor, c.at, coalesce(c.cause::text, ''), coalesce(c.undoes::text, ''), coalesce(c.undone_by::text, ''), c.content FROM change_sets c `

// ChangeSet implements todo.Store.
func (s *Store) ChangeSet(ctx context.Context, owner, id string) (todo.ChangeSet, error) {
	if !known(id) {
		return todo.ChangeSet{}, notFound()
	}
	return s.oneChangeSet(ctx, owner, `WHERE c.owner = $1 AND c.id = $2`, owner, id)
}

// LatestChangeSet implements todo.Store.
func (s *Store) LatestChangeSet(ctx context.Context, owner string, actors ...todo.Actor) (todo.ChangeSet, error) {
	return s.oneChangeSet(ctx, owner, `WHERE c.owner = $1 AND c.actor = ANY ($2) AND c.undone_by IS NULL AND c.undoes IS NULL ORDER BY c.id DESC LIMIT 1`, owner, actors)
}

// Effects implements todo.Store.
func (s *Store) Effects(ctx context.Context, owner, id string) ([]todo.ChangeSet, error) {
	return s.changeSets(ctx, owner, `WHERE c.owner = $1 AND c.undone_by IS NULL AND c.id IN (
		WITH RECURSIVE led (id) AS (SELECT id FROM change_sets WHERE cause = $2 UNION SELECT n.id FROM change_sets n JOIN led ON n.cause = led.id)
		SELECT id FROM led) ORDER BY c.at, c.id`, owner, id)
}

func (s *Store) oneChangeSet(ctx context.Context, owner, clause string, args ...any) (todo.ChangeSet, error) {
	list, err := s.changeSets(ctx, owner, clause, args...)
	if err != nil {
		return todo.ChangeSet{}, err
	}
	if len(list) == 0 {
		return todo.ChangeSet{}, todo.Errorf(todo.CodeNotFound, "there is no such change")
	}
	return list[0], nil
}

func (s *Store) changeSets(ctx context.Context, owner, clause string, args ...any) ([]todo.ChangeSet, error) {
	key, err := s.keys.find(ctx, owner)
	if err != nil || key == nil {
		return nil, err
	}
	var list []todo.ChangeSet
	b := &pgx.Batch{}
	b.Queue(selectChangeSet+clause, args...).Query(func(rows pgx.Rows) error {
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (todo.ChangeSet, error) {
			return scanChangeSet(row, owner, key)
		})
		return err
	})
	return list, s.as(ctx, owner, b)
}

func scanChangeSet(row pgx.Row, owner string, key *seal.Key) (todo.ChangeSet, error) {
	c := todo.ChangeSet{Owner: owner}
	var sealed []byte
	if err := row.Scan(&c.ID, &c.Actor, &c.At, &c.Cause, &c.Undoes, &c.UndoneBy, &sealed); err != nil {
		return c, err
	}
	utc(&c.At)
	plain, err := key.Open(sealed, changeSetPlace(c.ID))
	if err != nil {
		return c, err
	}
	var d deltas
	if err := json.Unmarshal(plain, &d); err != nil {
		return c, err
	}
	c.Tasks, c.Series, c.Reminders = d.Tasks, d.Series, d.Reminders
	return c, nil
}

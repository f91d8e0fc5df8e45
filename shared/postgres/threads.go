package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"function/shared/todo"
)

// Thread is a conversation.
type Thread struct {
	ID        string
	Title     string
	CreatedAt time.Time
}

// ThreadItem is one item of a conversation, in the JSON of the ChatKit protocol.
type ThreadItem struct {
	ID        string
	ThreadID  string
	Content   []byte
	CreatedAt time.Time
}

func threadPlace(id string) string { return "threads/" + id }
func itemPlace(id string) string   { return "items/" + id }

// SaveThread makes a thread or changes its title.
func (s *Store) SaveThread(ctx context.Context, owner string, t Thread) error {
	key, err := s.keys.ensure(ctx, owner)
	if err != nil {
		return err
	}
	title, err := key.Seal([]byte(t.Title), threadPlace(t.ID))
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	b.Queue(`INSERT INTO threads (id, owner, title, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)
		ON CONFLICT (id) DO UPDATE SET title = $3, updated_at = now()`, t.ID, owner, title, t.CreatedAt)
	return s.as(ctx, owner, b)
}

// Thread gives one. CodeNotFound.
func (s *Store) Thread(ctx context.Context, owner, id string) (Thread, error) {
	list, err := s.threads(ctx, owner, `WHERE id = $1`, id)
	if err != nil {
		return Thread{}, err
	}
	if len(list) == 0 {
		return Thread{}, todo.Errorf(todo.CodeNotFound, "there is no such conversation")
	}
	return list[0], nil
}

// Threads gives a page of n, and one more where there are more, from behind the
// thread named by after.
func (s *Store) Threads(ctx context.Context, owner, after string, descending bool, n int) ([]Thread, error) {
	order, compare := "ASC", ">"
	if descending {
		order, compare = "DESC", "<"
	}
	return s.threads(ctx, owner, `WHERE owner = $1 AND ($2 = '' OR (created_at, id) `+compare+` (SELECT created_at, id FROM threads WHERE id = $2))
		ORDER BY created_at `+order+`, id `+order+` LIMIT $3`, owner, after, n+1)
}

func (s *Store) threads(ctx context.Context, owner, clause string, args ...any) ([]Thread, error) {
	key, err := s.keys.find(ctx, owner)
	if err != nil || key == nil {
		return nil, err
	}
	var list []Thread
	b := &pgx.Batch{}
	b.Queue(`SELECT id, title, created_at FROM threads `+clause, args...).Query(func(rows pgx.Rows) error {
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (t Thread, err error) {
			var title []byte
			if err := row.Scan(&t.ID, &title, &t.CreatedAt); err != nil {
				return t, err
			}
			plain, err := key.Open(title, threadPlace(t.ID))
			t.Title = string(plain)
			utc(&t.CreatedAt)
			return t, err
		})
		return err
	})
	return list, s.as(ctx, owner, b)
}

// DeleteThread removes a conversation with its items. CodeNotFound.
func (s *Store) DeleteThread(ctx context.Context, owner, id string) error {
	if _, err := s.Thread(ctx, owner, id); err != nil {
		return err
	}
	b := &pgx.Batch{}
	b.Queue(`DELETE FROM threads WHERE id = $1`, id)
	return s.as(ctx, owner, b)
}

// SaveItem adds an item to its thread, or replaces the one with its id.
func (s *Store) SaveItem(ctx context.Context, owner string, item ThreadItem) error {
	key, err := s.keys.ensure(ctx, owner)
	if err != nil {
		return err
	}
	sealed, err := key.Seal(item.Content, itemPlace(item.ID))
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	b.Queue(`INSERT INTO thread_items (id, thread_id, owner, content, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET content = $4`, item.ID, item.ThreadID, owner, sealed, item.CreatedAt)
	return s.as(ctx, owner, b)
}

// Items gives a page of n items of a thread, and one more where there are more, from
// behind the item named by after.
func (s *Store) Items(ctx context.Context, owner, threadID, after string, descending bool, n int) ([]ThreadItem, error) {
	key, err := s.keys.find(ctx, owner)
	if err != nil || key == nil {
		return nil, err
	}
	order, compare := "ASC", ">"
	if descending {
		order, compare = "DESC", "<"
	}
	var list []ThreadItem
	b := &pgx.Batch{}
	b.Queue(`SELECT id, thread_id, content, created_at FROM thread_items
		WHERE thread_id = $1 AND ($2 = '' OR seq `+compare+` (SELECT seq FROM thread_items WHERE id = $2))
		ORDER BY seq `+order+` LIMIT $3`, threadID, after, n+1).Query(func(rows pgx.Rows) error {
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (i ThreadItem, err error) {
			var sealed []byte
			if err := row.Scan(&i.ID, &i.ThreadID, &sealed, &i.CreatedAt); err != nil {
				return i, err
			}
			i.Content, err = key.Open(sealed, itemPlace(i.ID))
			return i, err
		})
		return err
	})
	return list, s.as(ctx, owner, b)
}

// Item gives one item of a thread. CodeNotFound.
func (s *Store) Item(ctx context.Context, owner, threadID, id string) (ThreadItem, error) {
	key, err := s.keys.find(ctx, owner)
	if err != nil {
		return ThreadItem{}, err
	}
	if key == nil {
		return ThreadItem{}, notFound()
	}
	item := ThreadItem{ID: id, ThreadID: threadID}
	b := &pgx.Batch{}
	b.Queue(`SELECT content, created_at FROM thread_items WHERE id = $1 AND thread_id = $2`, id, threadID).QueryRow(func(row pgx.Row) error {
		var sealed []byte
		if err := row.Scan(&sealed, &item.CreatedAt); err != nil {
			return err
		}
		item.Content, err = key.Open(sealed, itemPlace(id))
		return err
	})
	return item, s.as(ctx, owner, b)
}

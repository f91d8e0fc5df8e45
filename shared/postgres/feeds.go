package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"function/shared/todo"
)

// MaxFeeds is how many feeds a person has at most.
const MaxFeeds = 20

// Feed is an address at which a calendar reads tasks.
type Feed struct {
	ID        string
	Owner     string
	Name      string
	Filter    string
	CreatedAt time.Time
}

// feedContent is the sealed part of a feed.
type feedContent struct {
	Name   string `json:"name"`
	Filter string `json:"filter"`
}

func feedPlace(id string) string { return "feeds/" + id }

func tokenHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// AddFeed keeps a feed under the hash of its token. CodeLimitReached where the person has
// MaxFeeds already.
func (s *Store) AddFeed(ctx context.Context, f Feed, token string) error {
	key, err := s.keys.ensure(ctx, f.Owner)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(feedContent{f.Name, f.Filter})
	if err != nil {
		return err
	}
	sealed, err := key.Seal(plain, feedPlace(f.ID))
	if err != nil {
		return err
	}
	var made bool
	b := &pgx.Batch{}
	b.Queue(`WITH made AS (INSERT INTO feeds (id, owner, token, content, created_at)
			SELECT $1, $2, $3, $4, $5 WHERE (SELECT count(*) FROM feeds WHERE owner = $2) < $6 RETURNING 1)
		SELECT EXISTS (SELECT FROM made)`, f.ID, f.Owner, tokenHash(token), sealed, f.CreatedAt, MaxFeeds).QueryRow(func(row pgx.Row) error { return row.Scan(&made) })
	if err := s.as(ctx, f.Owner, b); err != nil {
		return err
	}
	if !made {
		return todo.Errorf(todo.CodeLimitReached, "there are %d feeds already; delete one first", MaxFeeds)
	}
	return nil
}

// Feeds gives a person's feeds, the oldest first.
func (s *Store) Feeds(ctx context.Context, owner string) ([]Feed, error) {
	return s.feeds(ctx, owner, `WHERE owner = $1 ORDER BY id`, owner)
}

// FeedOf gives the feed that a token opens. CodeNotFound.
func (s *Store) FeedOf(ctx context.Context, token string) (Feed, error) {
	var id, owner string
	if err := s.pool.QueryRow(ctx, `SELECT id::text, owner FROM feed_of($1)`, tokenHash(token)).Scan(&id, &owner); err != nil {
		return Feed{}, translate(err)
	}
	list, err := s.feeds(ctx, owner, `WHERE owner = $1 AND id = $2`, owner, id)
	if err == nil && len(list) == 0 {
		err = notFound()
	}
	if err != nil {
		return Feed{}, err
	}
	return list[0], nil
}

// RemoveFeed ends a feed: its address opens nothing from now on. CodeNotFound.
func (s *Store) RemoveFeed(ctx context.Context, owner, id string) error {
	if !known(id) {
		return notFound()
	}
	var n int
	b := &pgx.Batch{}
	b.Queue(`WITH gone AS (DELETE FROM feeds WHERE owner = $1 AND id = $2 RETURNING 1) SELECT count(*) FROM gone`, owner, id).QueryRow(func(row pgx.Row) error { return row.Scan(&n) })
	if err := s.as(ctx, owner, b); err != nil {
		return err
	}
	if n == 0 {
		return notFound()
	}
	return nil
}

func (s *Store) feeds(ctx context.Context, owner, clause string, args ...any) ([]Feed, error) {
	key, err := s.keys.find(ctx, owner)
	if err != nil || key == nil {
		return nil, err
	}
	var list []Feed
	b := &pgx.Batch{}
	b.Queue(`SELECT id::text, content, created_at FROM feeds `+clause, args...).Query(func(rows pgx.Rows) error {
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Feed, error) {
			f := Feed{Owner: owner}
			var sealed []byte
			if err := row.Scan(&f.ID, &sealed, &f.CreatedAt); err != nil {
				return f, err
			}
			utc(&f.CreatedAt)
			plain, err := key.Open(sealed, feedPlace(f.ID))
			if err != nil {
				return f, err
			}
			var c feedContent
			err = json.Unmarshal(plain, &c)
			f.Name, f.Filter = c.Name, c.Filter
			return f, err
		})
		return err
	})
	return list, s.read(ctx, owner, b)
}

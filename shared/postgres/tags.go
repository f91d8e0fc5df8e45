package postgres

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"function/shared/seal"
)

// tagsKnown reports whether all of a person's tasks say which their tags are, on the
// server that reads go to. Where they do not, they are made to.
func (s *Store) tagsKnown(ctx context.Context, owner string, key *seal.Key) (bool, error) {
	known, err := s.keys.tagged(ctx, owner)
	if known || err != nil {
		return known, err
	}
	return false, s.learnTags(ctx, owner, key)
}

// learnPage is how many tasks are opened for their tags in one transaction.
const learnPage = 500

// learnTags has the tasks that were written before tasks said which their tags are say so.
func (s *Store) learnTags(ctx context.Context, owner string, key *seal.Key) error {
	for after := uuid.Nil.String(); ; {
		ids, tags, err := s.untagged(ctx, owner, key, after)
		if err != nil {
			return err
		}
		b := &pgx.Batch{}
		for i, id := range ids {
			b.Queue(`UPDATE tasks SET tags = $3 WHERE id = $1::text::uuid AND owner = $2 AND tags IS NULL`, id, owner, key.TagTokens(tags[i]))
		}
		if len(ids) < learnPage {
			b.Queue(`UPDATE people SET tags_known = true WHERE owner = $1`, owner)
		}
		if err := s.as(ctx, owner, b); err != nil || len(ids) < learnPage {
			return err
		}
		after = ids[len(ids)-1]
	}
}

func (s *Store) untagged(ctx context.Context, owner string, key *seal.Key, after string) (ids []string, tags [][]string, err error) {
	var id string
	var sealed []byte
	b := &pgx.Batch{}
	b.Queue(`SELECT id::text, content FROM tasks WHERE owner = $1 AND tags IS NULL AND id > $2::text::uuid ORDER BY id LIMIT $3`, owner, after, learnPage).Query(func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&id, &sealed}, func() error {
			c, err := open(sealed, id, key)
			ids, tags = append(ids, id), append(tags, c.Tags)
			return err
		})
		return err
	})
	return ids, tags, s.as(ctx, owner, b)
}

// TagCounts gives the tags of a person's open tasks, as last written, and how many have
// each. Tags are sealed, so every open task is opened.
func (s *Store) TagCounts(ctx context.Context, owner string) (map[string]int, error) {
	key, err := s.keys.find(ctx, owner)
	if err != nil || key == nil {
		return nil, err
	}
	var names map[string]string
	var counts map[string]int
	var id string
	var sealed []byte
	b := &pgx.Batch{}
	b.Queue(`SELECT id::text, content FROM tasks WHERE owner = $1 AND NOT completed AND trashed_at IS NULL ORDER BY id`, owner).Query(func(rows pgx.Rows) error {
		names, counts = map[string]string{}, map[string]int{}
		_, err := pgx.ForEachRow(rows, []any{&id, &sealed}, func() error {
			c, err := open(sealed, id, key)
			if err != nil {
				return err
			}
			for _, tag := range c.Tags {
				names[strings.ToLower(tag)] = tag
				counts[strings.ToLower(tag)]++
			}
			return nil
		})
		return err
	})
	if err := s.read(ctx, owner, b); err != nil {
		return nil, err
	}
	out := make(map[string]int, len(counts))
	for lower, n := range counts {
		out[names[lower]] = n
	}
	return out, nil
}

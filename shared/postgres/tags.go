package postgres

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/jackc/pgx/v5"
)

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
			plain, err := key.Open(sealed, taskPlace(id))
			if err != nil {
				return err
			}
			var c content
			if err := json.Unmarshal(plain, &c); err != nil {
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

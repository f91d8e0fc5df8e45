package postgres

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"function/shared/seal"
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
	return s.details(ctx, owner, `WHERE t.owner = $1 AND t.id = ANY ($2::uuid[])`, owner, valid)
}

// Following implements todo.Store.
func (s *Store) Following(ctx context.Context, owner, seriesID, slot string) ([]todo.Details, error) {
	return s.details(ctx, owner, `WHERE t.owner = $1 AND t.series_id = $2 AND t.slot > $3 ORDER BY t.slot`, owner, seriesID, slot)
}

// details runs selectDetails with a clause, for one owner.
func (s *Store) details(ctx context.Context, owner, clause string, args ...any) ([]todo.Details, error) {
	key, err := s.keys.find(ctx, owner)
	if err != nil || key == nil { // somebody without a key has written nothing yet
		return nil, err
	}
	var list []todo.Details
	b := &pgx.Batch{}
	b.Queue(selectDetails+clause, args...).Query(func(rows pgx.Rows) error {
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (todo.Details, error) {
			return scanDetails(row, owner, key)
		})
		return err
	})
	return list, s.as(ctx, owner, b)
}

// MaxPage is the longest page of a list.
const MaxPage = 200

// cursor is where a page of tasks ended: the sort value and the id of its last row.
type cursor struct {
	View todo.View  `json:"v"`
	At   *time.Time `json:"t"`
	ID   string     `json:"i"`
}

func (c cursor) String() string {
	raw, _ := json.Marshal(c) // strings and times cannot fail
	return base64.RawURLEncoding.EncodeToString(raw)
}

func parseCursor(text string, view todo.View) (cursor, error) {
	var c cursor
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err != nil || c.View != view || !known(c.ID) {
		return c, todo.Invalid("/after", "is no cursor of this list")
	}
	return c, nil
}

// viewClause is what a view shows, in which order, and which column a cursor holds.
type viewClause struct {
	where, sort string
	descending  bool
}

var views = map[todo.View]viewClause{
	todo.ViewToday:    {`NOT t.completed AND t.trashed_at IS NULL AND t.due_at < @tomorrow`, "t.due_at", false},
	todo.ViewUpcoming: {`NOT t.completed AND t.trashed_at IS NULL AND t.due_at >= @tomorrow`, "t.due_at", false},
	todo.ViewAll:      {`NOT t.completed AND t.trashed_at IS NULL`, "t.due_at", false},
	todo.ViewDone:     {`t.completed AND t.trashed_at IS NULL`, "t.completed_at", true},
	todo.ViewTrash:    {`t.trashed_at IS NOT NULL`, "t.trashed_at", true},
}

// List implements todo.Store. Open tasks come by due, those without one last; done
// and trashed ones newest first.
func (s *Store) List(ctx context.Context, owner string, q todo.Query) (todo.Page[todo.Details], error) {
	var page todo.Page[todo.Details]
	view, ok := views[q.View]
	if !ok {
		return page, todo.Invalid("/view", "must be today, upcoming, all, done or trash")
	}
	key, err := s.keys.find(ctx, owner)
	if err != nil || key == nil {
		return page, err
	}
	limit := min(max(q.Limit, 1), MaxPage)
	args := pgx.NamedArgs{"owner": owner, "tomorrow": q.Tomorrow, "limit": limit + 1}
	where := []string{"t.owner = @owner", view.where}
	where = append(where, conditions(q, key, args)...)
	if q.After != "" {
		c, err := parseCursor(q.After, q.View)
		if err != nil {
			return page, err
		}
		where = append(where, c.clause(view, args))
	}
	order := view.sort + " ASC NULLS LAST, t.id ASC"
	if view.descending {
		order = view.sort + " DESC, t.id DESC"
	}
	list, err := s.details(ctx, owner, "WHERE "+strings.Join(where, " AND ")+" ORDER BY "+order+" LIMIT @limit", args)
	if err != nil {
		return page, err
	}
	if len(list) > limit {
		page.HasMore, list = true, list[:limit]
		last := list[limit-1]
		page.After = cursor{q.View, sortValue(q.View, last), last.ID}.String()
	}
	page.Data = list
	return page, nil
}

func conditions(q todo.Query, key *seal.Key, args pgx.NamedArgs) []string {
	var out []string
	var tokens []int64
	for _, typed := range q.Words {
		for _, word := range seal.Words(typed) {
			tokens = append(tokens, key.WordToken(word))
		}
	}
	for _, tag := range q.Tags {
		tokens = append(tokens, key.TagToken(tag))
	}
	if len(tokens) > 0 {
		args["tokens"] = tokens
		out = append(out, "t.tokens @> @tokens::bigint[]")
	}
	if q.Priority != "" {
		args["priority"] = priorityNumber(q.Priority)
		out = append(out, "t.priority = @priority")
	}
	if !q.DueFrom.IsZero() {
		args["due_from"] = q.DueFrom
		out = append(out, "t.due_at >= @due_from")
	}
	if !q.DueUntil.IsZero() {
		args["due_until"] = q.DueUntil
		out = append(out, "t.due_at < @due_until")
	}
	return out
}

func (c cursor) clause(view viewClause, args pgx.NamedArgs) string {
	args["after_id"] = c.ID
	if c.At == nil { // among the rows without a due, which come last
		return fmt.Sprintf("(%s IS NULL AND t.id > @after_id::uuid)", view.sort)
	}
	args["after_at"] = *c.At
	if view.descending {
		return fmt.Sprintf("(%s, t.id) < (@after_at, @after_id::uuid)", view.sort)
	}
	return fmt.Sprintf("((%[1]s, t.id) > (@after_at, @after_id::uuid) OR %[1]s IS NULL)", view.sort)
}

func sortValue(view todo.View, d todo.Details) *time.Time {
	switch view {
	case todo.ViewDone:
		return d.CompletedAt
	case todo.ViewTrash:
		return d.TrashedAt
	}
	if d.Due == nil {
		return nil
	}
	return &d.Due.At
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
	return c, s.as(ctx, owner, b)
}

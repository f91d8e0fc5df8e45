package postgres

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"function/shared/seal"
	"function/shared/todo"
)

// MaxPage is the longest page of a list.
const MaxPage = 200

// maxScan bounds how many rows are opened for one page where the database alone cannot
// tell what fits (see compiler).
const maxScan = 5000

// viewClause is what a view shows, and in which order where none is asked for.
type viewClause struct {
	where string
	sort  todo.Sort
	state string // that all have, in task_tags; there they are ranked by the view's sort
	rank  string // what where says of it
}

var views = map[todo.View]viewClause{
	todo.ViewToday:    {`NOT t.completed AND t.trashed_at IS NULL AND t.due_at < @tomorrow`, todo.SortDue, "open", `g.rank < @tomorrow`},
	todo.ViewUpcoming: {`NOT t.completed AND t.trashed_at IS NULL AND t.due_at >= @tomorrow`, todo.SortDue, "open", `g.rank >= @tomorrow`},
	todo.ViewAll:      {`NOT t.completed AND t.trashed_at IS NULL`, todo.SortDue, "open", ""},
	todo.ViewDone:     {`t.completed AND t.trashed_at IS NULL`, todo.SortCompleted.Descending(), "done", ""},
	todo.ViewTrash:    {`t.trashed_at IS NOT NULL`, todo.SortTrashed.Descending(), "trash", ""},
	todo.ViewAny:      {`t.trashed_at IS NULL`, todo.SortDue, "", ""},
}

// List implements todo.Store. Open tasks come by due, those without one last; done
// and trashed ones newest first, unless another order is asked for.
func (s *Store) List(ctx context.Context, owner string, q todo.Query) (todo.Page[todo.Details], error) {
	var page todo.Page[todo.Details]
	l, err := newList(q)
	if err != nil {
		return page, err
	}
	key, err := s.keys.find(ctx, owner)
	if err != nil || key == nil {
		return page, err
	}
	some, err := s.find(ctx, owner, key, l)
	if err != nil || some != nil && len(some) == 0 {
		return page, err
	}
	l.compile(owner, key, some)
	if l.exact == nil { // what is read is the page
		rows, err := s.details(ctx, owner, l.fetch+1, l.clause(), l.args)
		if page.HasMore = len(rows) > l.fetch; page.HasMore {
			rows = rows[:l.fetch]
			page.After = l.order.cursor(rows[l.fetch-1]).String()
		}
		page.Data = rows
		return page, err
	}
	for scanned := 0; ; {
		rows, err := s.details(ctx, owner, l.fetch+1, l.clause(), l.args)
		if err != nil {
			return page, err
		}
		scanned += len(rows)
		full := len(rows) > l.fetch
		for i := range rows[:min(len(rows), l.fetch)] {
			l.after = &rows[i]
			if !l.holds(rows[i]) {
				continue
			}
			if page.Data = append(page.Data, rows[i]); len(page.Data) == l.limit {
				page.HasMore = full || i+1 < len(rows)
				break
			}
		}
		if len(page.Data) == l.limit || !full || scanned >= maxScan {
			page.HasMore = page.HasMore || full && scanned >= maxScan
			break
		}
	}
	if page.HasMore {
		page.After = l.order.cursor(*l.after).String()
	}
	return page, nil
}

// list is one List at work.
type list struct {
	q     todo.Query
	view  viewClause
	order order
	limit int // rows of the page
	fetch int // rows read at a time
	after *todo.Details
	join  string
	where []string
	exact todo.Condition // what is left to compare with the opened text; nil: nothing
	args  pgx.NamedArgs
	tag   *int64 // by whose index the tasks are read; nil: by none's
}

func newList(q todo.Query) (*list, error) {
	view, ok := views[q.View]
	if !ok {
		return nil, todo.Invalid("/view", "must be today, upcoming, all, done, trash or any")
	}
	if q.View == todo.ViewAny && q.Where != nil && todo.Mentions(q.Where, todo.TraitTrashed) {
		view.where = "TRUE"
	}
	if q.Sort == "" {
		q.Sort = view.sort
	}
	l := &list{q: q, view: view, limit: min(max(q.Limit, 1), MaxPage)}
	l.fetch = l.limit
	var err error
	if l.order, err = orderOf(q.Sort); err != nil {
		return nil, err
	}
	if q.After != "" {
		if l.order.from, err = parseCursor(q.After, q.Sort); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// manyTasks is with more than how many tasks a term is common: going through the person's tasks in
// the order that is asked for then finds a page sooner than sorting all that have it.
const manyTasks = 500

// find gives the ids of the tasks among which those that fit are; nil where they are to
// be sought in the list's order: by a tag, if there is one, else among all.
func (s *Store) find(ctx context.Context, owner string, key *seal.Key, l *list) ([]string, error) {
	if l.q.Where == nil {
		return nil, nil
	}
	terms, tag := (&compiler{key: key}).required(l.q.Where)
	if tag != nil {
		known, err := s.tagsKnown(ctx, owner, key)
		if err != nil {
			return nil, err
		}
		if known {
			l.tag = tag
			if len(terms) == 1 {
				return nil, nil
			}
		}
	}
	some, err := s.withTerms(ctx, owner, terms)
	if some != nil {
		l.tag = nil
	}
	return some, err
}

// withTerms gives the ids of the tasks that have all of the terms; nil where there are no
// terms or they are common. It asks the index of terms, which row-level security keeps
// a mere predicate from.
func (s *Store) withTerms(ctx context.Context, owner string, terms []int64) ([]string, error) {
	if len(terms) == 0 {
		return nil, nil
	}
	ids, err := s.strings(ctx, owner, `SELECT t::text FROM tasks_with($1, $2) t`, terms, s.many+1)
	if err != nil || len(ids) > s.many {
		return nil, err
	}
	return append([]string{}, ids...), nil
}

func (l *list) compile(owner string, key *seal.Key, some []string) {
	l.args = pgx.NamedArgs{"owner": owner, "tomorrow": l.q.Tomorrow}
	c := &compiler{key: key, args: l.args, now: l.q.Now, today: l.q.Today, common: some == nil, tag: l.tag}
	l.where = []string{"t.owner = @owner", l.view.where}
	if l.tag != nil {
		l.byTag(c)
	}
	if some != nil {
		l.where = append(l.where, "t.id = ANY ("+c.bind(some)+"::text[]::uuid[])")
	}
	if l.q.Where != nil {
		l.where = append(l.where, c.sql(l.q.Where, true))
	}
	if c.inexact {
		l.exact, l.fetch = l.q.Where, MaxPage
	}
}

// byTag reads the rows of the tag, in their order where it is the one that is asked for.
func (l *list) byTag(c *compiler) {
	l.join = "JOIN task_tags g ON g.task_id = t.id "
	l.where = append(l.where, "g.owner = @owner", "g.tag = "+c.bind(*l.tag))
	if l.view.state == "" {
		return
	}
	l.where = append(l.where, "g.state = "+c.bind(l.view.state))
	if l.q.Sort != l.view.sort {
		return
	}
	l.order.id, l.order.column.sql, l.order.column.null, l.order.column.last = "g.task_id", "g.rank", false, true
	if l.view.rank != "" {
		l.where = append(l.where, l.view.rank)
	}
	if l.view.sort == todo.SortDue {
		l.where = append(l.where, c.ranked(l.q.Where)...)
	}
}

// clause is what follows the columns: from where the page before ended.
func (l *list) clause() string {
	where := l.where
	if l.after != nil {
		from := l.order.cursor(*l.after)
		l.order.from = &from
	}
	if l.order.from != nil {
		where = append(where[:len(where):len(where)], l.order.behind(l.args))
	}
	l.args["limit"] = l.fetch + 1
	return l.join + "WHERE " + strings.Join(where, " AND ") + " ORDER BY " + l.order.sql() + " LIMIT @limit"
}

func (l *list) holds(d todo.Details) bool {
	if l.exact == nil {
		return true
	}
	words := seal.Words(d.Title + " " + d.Description)
	for _, tag := range d.Tags {
		words = append(words, seal.Words(tag)...)
	}
	return todo.Facts{Details: d, Words: words, Now: l.q.Now, Today: l.q.Today}.Holds(l.exact)
}

package postgres

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"function/shared/todo"
)

// order is how a list is sorted: by a column, then by id, both in one direction; rows
// without a value come last. from is where the page before ended.
type order struct {
	sort       todo.Sort
	column     column
	id         string // the column of ids
	descending bool
	from       *cursor
}

// column is what a sort goes by: an instant or a number.
type column struct {
	sql    string
	null   bool // it can be
	last   bool // what has no value is at infinity, and so the last where the order goes up
	time   func(todo.Details) *time.Time
	number func(todo.Details) float64
}

var columns = map[todo.Sort]column{
	todo.SortDue: {sql: "t.due_at", null: true, time: func(d todo.Details) *time.Time {
		if d.Due == nil {
			return nil
		}
		return &d.Due.At
	}},
	todo.SortPriority:  {sql: "t.priority", number: func(d todo.Details) float64 { return float64(priorityNumber(d.Priority)) }},
	todo.SortCreated:   {sql: "t.created_at", time: func(d todo.Details) *time.Time { return &d.CreatedAt }},
	todo.SortUpdated:   {sql: "t.updated_at", time: func(d todo.Details) *time.Time { return &d.UpdatedAt }},
	todo.SortPosition:  {sql: "t.position", number: func(d todo.Details) float64 { return d.Position }},
	todo.SortCompleted: {sql: "t.completed_at", null: true, time: func(d todo.Details) *time.Time { return d.CompletedAt }},
	todo.SortTrashed:   {sql: "t.trashed_at", null: true, time: func(d todo.Details) *time.Time { return d.TrashedAt }},
}

func orderOf(sort todo.Sort) (order, error) {
	name, descending := strings.CutPrefix(string(sort), "-")
	c, ok := columns[todo.Sort(name)]
	if !ok {
		return order{}, todo.Invalid("/sort", "must be due, priority, created, updated, position, completed or trashed, with a - in front for the other way round")
	}
	return order{sort: sort, column: c, id: "t.id", descending: descending}, nil
}

func (o order) sql() string {
	direction := "ASC"
	if o.descending {
		direction = "DESC"
	}
	nulls := ""
	if o.column.null { // said of others as well, it would keep an index from being read backwards
		nulls = " NULLS LAST"
	}
	return fmt.Sprintf("%s %s%s, %s %s", o.column.sql, direction, nulls, o.id, direction)
}

// behind is the predicate of the rows that follow o.from.
func (o order) behind(args pgx.NamedArgs) string {
	args["after_id"] = o.from.ID
	than := ">"
	if o.descending {
		than = "<"
	}
	if o.from.Time == nil && o.from.Number == nil && !o.column.last { // among those without a value, which come last
		return fmt.Sprintf("(%s IS NULL AND %s %s @after_id::uuid)", o.column.sql, o.id, than)
	}
	args["after"] = o.from.value()
	clause := fmt.Sprintf("(%s, %s) %s (@after, @after_id::uuid)", o.column.sql, o.id, than)
	if o.column.null {
		return fmt.Sprintf("(%s OR %s IS NULL)", clause, o.column.sql)
	}
	return clause
}

// cursor is where a page of tasks ended: the sort's value and the id of its last row.
type cursor struct {
	Sort   todo.Sort  `json:"s"`
	Time   *time.Time `json:"t,omitempty"`
	Number *float64   `json:"n,omitempty"`
	ID     string     `json:"i"`
}

func (o order) cursor(last todo.Details) cursor {
	c := cursor{Sort: o.sort, ID: last.ID}
	if o.column.number != nil {
		n := o.column.number(last)
		c.Number = &n
	} else {
		c.Time = o.column.time(last)
	}
	return c
}

func (c cursor) value() any {
	switch {
	case c.Number != nil:
		return *c.Number
	case c.Time != nil:
		return *c.Time
	}
	return pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true}
}

func (c cursor) String() string {
	raw, _ := json.Marshal(c) // strings, numbers and times cannot fail
	return base64.RawURLEncoding.EncodeToString(raw)
}

func parseCursor(text string, sort todo.Sort) (*cursor, error) {
	var c cursor
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	column := columns[todo.Sort(strings.TrimPrefix(string(sort), "-"))]
	if err != nil || c.Sort != sort || !known(c.ID) || (column.number != nil) != (c.Number != nil) || c.Time == nil && c.Number == nil && !column.null || c.Time != nil && c.Number != nil {
		return nil, todo.Invalid("/after", "is no cursor of this list")
	}
	return &c, nil
}

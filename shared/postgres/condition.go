package postgres

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"function/shared/seal"
	"function/shared/todo"
)

// compiler turns a condition into SQL with parameters.
//
// Text is sealed, so the database sees words by the hashes of their beginnings only:
// words in a row, and what lies behind a word's first characters, it cannot compare.
// Such a term is widened, or narrowed where a "not" stands over it, so that the SQL lets
// through everything that fits and perhaps more; inexact then tells the caller to
// compare the opened text as well (todo.Facts).
type compiler struct {
	key     *seal.Key
	args    pgx.NamedArgs
	now     time.Time
	today   string // the person's, "2006-01-02"
	common  bool   // the terms are in many of the person's tasks
	tag     *int64 // what every task has that is looked at
	inexact bool
}

func (c *compiler) bind(value any) string {
	name := "c" + strconv.Itoa(len(c.args))
	c.args[name] = value
	return "@" + name
}

// required are the hashes of the terms that every task which fits has, and that of the
// first tag among them.
func (c *compiler) required(cond todo.Condition) (terms []int64, tag *int64) {
	for _, each := range every(cond) {
		switch each := each.(type) {
		case todo.HasWord:
			terms = append(terms, c.key.WordToken(string(each)))
		case todo.HasPhrase:
			for _, word := range each {
				terms = append(terms, c.key.WordToken(word))
			}
		case todo.HasTag:
			token := c.key.TagToken(string(each))
			if terms = append(terms, token); tag == nil {
				tag = &token
			}
		}
	}
	return terms, tag
}

// every gives the conditions that all have to hold.
func every(cond todo.Condition) (list []todo.Condition) {
	all, ok := cond.(todo.All)
	if !ok {
		return []todo.Condition{cond}
	}
	for _, each := range all {
		list = append(list, every(each)...)
	}
	return list
}

// ranked says of the rank of open tasks what a condition says of their due, so that the
// index is not read beyond.
func (c *compiler) ranked(cond todo.Condition) (parts []string) {
	for _, each := range every(cond) {
		w, ok := each.(todo.Within)
		if !ok || w.Time != todo.TimeDue {
			continue
		}
		if !w.From.IsZero() {
			parts = append(parts, "g.rank >= "+c.bind(w.From))
		}
		if w.Until.IsZero() {
			parts = append(parts, "g.rank < 'infinity'")
		} else {
			parts = append(parts, "g.rank < "+c.bind(w.Until))
		}
	}
	return parts
}

// sql gives a predicate that holds at least where cond does (widen), or at most there.
// A predicate that is NULL does not hold.
func (c *compiler) sql(cond todo.Condition, widen bool) string {
	switch cond := cond.(type) {
	case todo.All:
		return c.join(cond, " AND ", "TRUE", widen)
	case todo.Any:
		return c.join(cond, " OR ", "FALSE", widen)
	case todo.Not:
		return "(" + c.sql(cond.Of, !widen) + ") IS NOT TRUE"
	case todo.HasWord:
		if len([]rune(string(cond))) <= seal.MaxPrefix {
			return c.tokens(c.key.WordToken(string(cond)))
		}
		return c.rough(widen, c.key.WordToken(string(cond)))
	case todo.HasPhrase:
		hashes := make([]int64, 0, len(cond))
		for _, word := range cond {
			hashes = append(hashes, c.key.WordToken(word))
		}
		return c.rough(widen, hashes...)
	case todo.HasTag:
		tag := c.key.TagToken(string(cond))
		if c.tag != nil && *c.tag == tag {
			return "TRUE"
		}
		return c.tokens(tag)
	case todo.HasPriority:
		return "t.priority = " + c.bind(priorityNumber(todo.Priority(cond)))
	case todo.Within:
		return c.within(cond)
	case todo.PartOf:
		return "t.parent = " + c.bind(string(cond)) + "::uuid"
	case todo.Is:
		return c.trait(todo.Trait(cond), widen)
	}
	return "FALSE"
}

func (c *compiler) join(list []todo.Condition, with, none string, widen bool) string {
	if len(list) == 0 {
		return none
	}
	parts := make([]string, 0, len(list))
	for _, cond := range list {
		parts = append(parts, c.sql(cond, widen))
	}
	return "(" + strings.Join(parts, with) + ")"
}

func (c *compiler) tokens(hashes ...int64) string {
	clause := "t.tokens @> " + c.bind(hashes) + "::bigint[]"
	if c.common {
		// The planner believes every term to be rare, for it knows those of all people together,
		// and would read all that a person has to sort it. In a CASE it does not guess.
		return "CASE WHEN " + clause + " THEN TRUE ELSE FALSE END"
	}
	return clause
}

func (c *compiler) rough(widen bool, hashes ...int64) string {
	c.inexact = true
	if !widen {
		return "FALSE"
	}
	if len(hashes) == 0 {
		return "TRUE"
	}
	return c.tokens(hashes...)
}

var timeColumns = map[todo.TimeField]string{
	todo.TimeDue: "t.due_at", todo.TimeCreated: "t.created_at", todo.TimeUpdated: "t.updated_at", todo.TimeCompleted: "t.completed_at",
}

func (c *compiler) within(w todo.Within) string {
	column := timeColumns[w.Time]
	if w.From.IsZero() && w.Until.IsZero() {
		return column + " IS NOT NULL"
	}
	var parts []string
	if !w.From.IsZero() {
		parts = append(parts, column+" >= "+c.bind(w.From))
	}
	if !w.Until.IsZero() {
		parts = append(parts, column+" < "+c.bind(w.Until))
	}
	return "(" + strings.Join(parts, " AND ") + ")"
}

// blocked holds for open tasks that wait for an open one.
const blocked = `(NOT t.completed AND t.blocked_by <> '{}' AND EXISTS (SELECT FROM tasks b WHERE b.id = ANY (t.blocked_by) AND NOT b.completed AND b.trashed_at IS NULL))`

const hasSubtasks = `EXISTS (SELECT FROM tasks p WHERE p.parent = t.id AND p.trashed_at IS NULL)`

func (c *compiler) trait(trait todo.Trait, widen bool) string {
	switch trait {
	case todo.TraitOpen:
		return "NOT t.completed"
	case todo.TraitDone:
		return "t.completed"
	case todo.TraitTrashed:
		return "t.trashed_at IS NOT NULL"
	case todo.TraitOverdue:
		return fmt.Sprintf("(NOT t.completed AND t.due_at < %s AND (length(t.due_local) > 10 OR t.due_local < %s))", c.bind(c.now), c.bind(c.today))
	case todo.TraitBlocked:
		return blocked
	case todo.TraitRecurring:
		return "t.series_id IS NOT NULL"
	case todo.TraitSubtask:
		return "t.parent IS NOT NULL"
	case todo.TraitHasDue:
		return "t.due_at IS NOT NULL"
	case todo.TraitHasReminder:
		return "EXISTS (SELECT FROM reminders r WHERE r.task_id = t.id AND r.state = 'pending')"
	case todo.TraitHasSubtasks:
		return hasSubtasks
	case todo.TraitHasTags, todo.TraitHasDescription:
		return c.rough(widen)
	}
	return "FALSE"
}

package filter

import (
	"time"

	"function/shared/todo"
)

// Reader reads dates as one person means them at one moment; quickadd.Reader does.
type Reader interface {
	// Now is the moment in the person's zone.
	Now() time.Time
	// Dates is Dates.
	Dates(phrase string) (from, until time.Time, ok bool)
}

// Query is the list of those tasks of a view that a filter lets through. An empty view is
// the filter's own (ViewOf). The error is Parse's.
func Query(view todo.View, text string, prefs todo.Preferences, calendar todo.Calendar, r Reader) (q todo.Query, err error) {
	if q.Where, err = Parse(text, r.Dates); err != nil {
		return q, err
	}
	if q.View = view; view == "" {
		q.View = ViewOf(q.Where)
	}
	q.Now, q.Today = r.Now(), r.Now().Format(time.DateOnly)
	q.Tomorrow, err = prefs.Tomorrow(calendar, r.Now())
	return q, err
}

// ViewOf is what a filter is looked for in where no view is named: open tasks, unless it
// says itself whether it means open or done ones.
func ViewOf(where todo.Condition) todo.View {
	if todo.Mentions(where, todo.TraitOpen, todo.TraitDone, todo.TraitTrashed) || todo.Asks(where, todo.TimeCompleted) {
		return todo.ViewAny
	}
	return todo.ViewAll
}

package assistant

import (
	"context"
	"slices"
	"time"

	"function/shared/language"
	"function/shared/language/civil"
	"function/shared/todo"
)

// filtered gives the tasks that a filter lets through, in the order of their view.
func (s *session) filtered(ctx context.Context, f language.Filter) ([]todo.Details, error) {
	if f.Done != nil {
		f.Status = "done"
	}
	q := todo.Query{Tags: f.Tags, Priority: todo.Priority(f.Priority)}
	if f.Text != "" {
		q.Words = terms(f.Text)
	}
	if f.Due != nil {
		q.DueFrom, q.DueUntil = s.reader.Span(*f.Due)
	}
	if f.Overdue {
		q.DueUntil = s.now
	}
	views := []todo.View{viewOf(f.Status)}
	if f.Status == "all" {
		views = []todo.View{todo.ViewAll, todo.ViewDone}
	}
	var list []todo.Details
	for _, view := range views {
		some, err := s.all(ctx, view, q)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	list = slices.DeleteFunc(list, func(d todo.Details) bool { return !s.passes(f, d) })
	if f.Limit > 0 && len(list) > f.Limit {
		list = list[:f.Limit]
	}
	return list, nil
}

// passes checks what the store cannot be asked for.
func (s *session) passes(f language.Filter, d todo.Details) bool {
	if f.NoDue && d.Due != nil || f.Recurring && d.SeriesID == "" || f.Overdue && !s.overdue(d) {
		return false
	}
	if f.Done == nil {
		return true
	}
	from, until := s.reader.Span(*f.Done)
	return d.CompletedAt != nil && (from.IsZero() || !d.CompletedAt.Before(from)) && (until.IsZero() || d.CompletedAt.Before(until))
}

// overdue tells whether an open task's due is past: its instant, or its whole day.
func (s *session) overdue(d todo.Details) bool {
	if d.Due == nil || d.Status != todo.StatusOpen {
		return false
	}
	if !d.Due.AllDay() {
		return d.Due.At.Before(s.now)
	}
	return d.Due.Date() < s.now.Format(time.DateOnly)
}

// tomorrow is the first instant of the person's next day.
func (s *session) tomorrow() time.Time {
	return civil.Of(s.now).Midnight().AddDays(1).In(s.now.Location())
}

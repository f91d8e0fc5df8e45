package assistant

import (
	"context"
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
	q := todo.Query{Where: s.condition(f)}
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
	if f.Limit > 0 && len(list) > f.Limit {
		list = list[:f.Limit]
	}
	return list, nil
}

// condition is a filter as the store takes it.
func (s *session) condition(f language.Filter) todo.Condition {
	var all todo.All
	for _, tag := range f.Tags {
		all = append(all, todo.HasTag(tag))
	}
	if f.Priority != "" {
		all = append(all, todo.HasPriority(f.Priority))
	}
	all = append(all, beginnings(terms(f.Text))...)
	within := func(field todo.TimeField, w *language.When) {
		if w != nil {
			from, until := s.reader.Span(*w)
			all = append(all, todo.Within{Time: field, From: from, Until: until})
		}
	}
	within(todo.TimeDue, f.Due)
	within(todo.TimeCompleted, f.Done)
	if f.Overdue {
		all = append(all, todo.Is(todo.TraitOverdue))
	}
	if f.NoDue {
		all = append(all, todo.Not{Of: todo.Is(todo.TraitHasDue)})
	}
	if f.Recurring {
		all = append(all, todo.Is(todo.TraitRecurring))
	}
	return all
}

// beginnings asks for a word of the text for each of these.
func beginnings(words []string) []todo.Condition {
	list := make([]todo.Condition, 0, len(words))
	for _, word := range words {
		list = append(list, todo.HasWord(word))
	}
	return list
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

package todo

import (
	"slices"
	"strings"
	"time"
)

// Facts is a task as conditions are held against it.
type Facts struct {
	Details
	Words []string  // of its title, description and tags, in a row, folded as search compares them
	Now   time.Time // what overdue is measured by
	Today string    // the person's local date, "2006-01-02"
}

// Holds reports whether the task fits a condition: what the store's SQL must agree with.
func (f Facts) Holds(cond Condition) bool {
	switch cond := cond.(type) {
	case All:
		return !slices.ContainsFunc(cond, func(c Condition) bool { return !f.Holds(c) })
	case Any:
		return slices.ContainsFunc(cond, f.Holds)
	case Not:
		return !f.Holds(cond.Of)
	case HasWord:
		return slices.ContainsFunc(f.Words, func(w string) bool { return strings.HasPrefix(w, string(cond)) })
	case HasPhrase:
		return f.inARow(cond)
	case HasTag:
		return slices.ContainsFunc(f.Tags, func(tag string) bool { return strings.EqualFold(tag, string(cond)) })
	case HasPriority:
		return f.Priority == Priority(cond)
	case Within:
		return f.within(cond)
	case PartOf:
		return strings.EqualFold(f.Parent, string(cond))
	case Is:
		return f.is(Trait(cond))
	}
	return false
}

func (f Facts) inARow(phrase []string) bool {
	for i := range f.Words {
		if len(f.Words)-i >= len(phrase) && slices.Equal(f.Words[i:i+len(phrase)], phrase) {
			return true
		}
	}
	return false
}

func (f Facts) within(w Within) bool {
	var at *time.Time
	switch w.Time {
	case TimeDue:
		if f.Due != nil {
			at = &f.Due.At
		}
	case TimeCreated:
		at = &f.CreatedAt
	case TimeUpdated:
		at = &f.UpdatedAt
	case TimeCompleted:
		at = f.CompletedAt
	}
	return at != nil && (w.From.IsZero() || !at.Before(w.From)) && (w.Until.IsZero() || at.Before(w.Until))
}

func (f Facts) is(trait Trait) bool {
	switch trait {
	case TraitOpen:
		return f.Status == StatusOpen
	case TraitDone:
		return f.Status == StatusCompleted
	case TraitTrashed:
		return f.Trashed()
	case TraitOverdue:
		return f.Status == StatusOpen && f.Due != nil && f.Due.At.Before(f.Now) && (!f.Due.AllDay() || f.Due.Local < f.Today)
	case TraitBlocked:
		return f.Blocked
	case TraitRecurring:
		return f.SeriesID != ""
	case TraitSubtask:
		return f.Parent != ""
	case TraitHasDue:
		return f.Due != nil
	case TraitHasReminder:
		return slices.ContainsFunc(f.Reminders, func(r Reminder) bool { return r.State == ReminderPending })
	case TraitHasSubtasks:
		return f.Subtasks > 0
	case TraitHasTags:
		return len(f.Tags) > 0
	case TraitHasDescription:
		return f.Description != ""
	}
	return false
}

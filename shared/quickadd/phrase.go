package quickadd

import (
	"slices"
	"strings"
	"time"

	"function/shared/language"
	"function/shared/language/engine"
	"function/shared/todo"
)

// When reads a phrase that is a date, a time or an interval and nothing else: in the
// person's language or, where it means nothing there, in English.
func (r Reader) When(phrase string) (language.When, bool) {
	if w, ok := r.when(phrase); ok {
		return w, true
	}
	return r.inEnglish().when(phrase)
}

func (r Reader) when(phrase string) (w language.When, ok bool) {
	return whole(phrase, r.Context(), language.Dates, func(w language.When) language.Span { return w.Span })
}

// Repetition reads a phrase that is a repetition and nothing else, as When does.
func (r Reader) Repetition(phrase string) (language.Recurrence, bool) {
	span := func(rec language.Recurrence) language.Span { return rec.Span }
	if rec, ok := whole(phrase, r.Context(), language.Recurrences, span); ok {
		return rec, true
	}
	return whole(phrase, r.inEnglish().Context(), language.Recurrences, span)
}

// whole gives the one reading that takes up all of a phrase.
func whole[T any](phrase string, c language.Context, read func(string, language.Context) []T, span func(T) language.Span) (one T, ok bool) {
	phrase = strings.TrimSpace(phrase)
	if phrase == "" || len(phrase) > language.MaxInput {
		return one, false
	}
	found := read(phrase, c)
	if len(found) != 1 || span(found[0]).Start > 0 || span(found[0]).End < len(phrase) {
		return one, false
	}
	return found[0], true
}

// Moved is the due that a phrase names for a task that has this one (nil: none): a new
// day keeps the time of day, a new time of day keeps the day, unless that is past.
func (r Reader) Moved(w language.When, from *todo.Due) *todo.NewDue {
	due := r.Due(w)
	switch {
	case from == nil:
	case due.Time == "" && !from.AllDay():
		due.Time, due.Zone = from.Local[len("2006-01-02T"):], from.Zone
	case clockOnly(w) && from.Date() > r.now.Format(time.DateOnly):
		due.Date = from.Date()
	}
	return due
}

// clockOnly tells that a phrase names a time and no day, so that the next one to come
// was taken.
func clockOnly(w language.When) bool {
	return w.HasTime && slices.Contains(w.Assumed, engine.AssumedFuture.Texts()[0])
}

// Begun is the due that a task with this one (nil: none) gets with a repetition, nil
// where its own stays: a rule that names days or times says when the first one is,
// "weekly" goes on from the due.
func (r Reader) Begun(rec language.Recurrence, from *todo.Due) *todo.NewDue {
	start := rec.Start
	if start == nil || from != nil && !strings.Contains(rec.RRULE, "BY") && !start.HasTime {
		return nil
	}
	due := r.Due(*start)
	if due.Time == "" && from != nil && !from.AllDay() {
		due.Time = from.Local[len("2006-01-02T"):]
	}
	return due
}

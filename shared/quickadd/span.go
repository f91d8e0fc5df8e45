package quickadd

import (
	"time"

	"function/shared/language"
	"function/shared/language/civil"
)

// Span is the stretch of time that a phrase covers, its end exclusive; a zero bound is
// open.
func (r Reader) Span(w language.When) (from, until time.Time) {
	at := func(d civil.DateTime) time.Time { return d.In(r.now.Location()) }
	start := w.Start
	if !w.HasTime {
		start = start.Midnight()
	}
	end := start.Add(1, civil.Day)
	switch {
	case w.End != nil:
		end = *w.End
	case w.HasTime:
		end = start.Add(1, max(w.Grain, civil.Minute))
	case w.Grain > civil.Day: // "march": the whole of it
		end = start.Add(1, w.Grain)
	}
	switch w.Relation {
	case language.Before:
		return time.Time{}, at(start)
	case language.By, language.Until:
		return time.Time{}, at(end)
	case language.After:
		return at(end), time.Time{}
	case language.From:
		return at(start), time.Time{}
	}
	return at(start), at(end)
}

// Dates reads a phrase that is a date or an interval and nothing else: in the person's
// language or, where it means nothing there, in English.
func (r Reader) Dates(phrase string) (from, until time.Time, ok bool) {
	if from, until, ok = r.dates(phrase); ok {
		return from, until, ok
	}
	return r.inEnglish().dates(phrase)
}

func (r Reader) dates(phrase string) (from, until time.Time, ok bool) {
	w, ok := r.when(phrase)
	if ok {
		from, until = r.Span(w)
	}
	return from, until, ok
}

package language

import (
	"slices"
	"strings"
)

// reminding reads "remind me of it an hour before", "remind me about the dentist 2 days
// before". A day or an hour makes it a new task, unless it is about what was spoken of.
func (r *request) reminding(a *Act) bool {
	if n := r.starts(r.at, "add a reminder to the", "add a reminder to my", "add a reminder to it", "add a reminder to that", "add a reminder on the", "add a reminder on it", "add a reminder for it", "set a reminder for it",
		"set a reminder on the", "set a reminder on it", "add a reminder to number"); n > 0 {
		return r.addingReminder(a, r.at+n-1)
	}
	if n := r.starts(r.at, "remind me", "and remind me", "also remind me"); n > 0 && r.at+n < r.end && r.has("before", "earlier", "in advance", "ahead", "beforehand", "prior") {
		if ms := r.reminders(r.at+n, r.end); len(ms) > 0 && !slices.ContainsFunc(ms, absolute) {
			a.Intent, a.Change.Reminders, a.Target.Pronoun = Remind, ms, "it" // "remind me an hour before"
			return true
		}
		if r.remindingBefore(a, r.at+n) {
			return true
		}
	}
	if n := r.starts(r.at, "set a reminder for the", "set a reminder for my", "add a reminder for the", "add a reminder for my", "set a reminder about the", "set a reminder about my"); n > 0 && r.remindingOf(a, r.at+n-1) {
		return true
	}
	n := r.starts(r.at, "remind me of", "remind me about", "remind me again about", "keep reminding me of", "keep reminding me about")
	if n == 0 || r.at+n >= r.end {
		return r.restore(a, a.Intent)
	}
	from := r.at + n
	k := from + r.starts(from, "the", "my")
	switch {
	case r.starts(from, "it", "that", "this", "this one", "that one") > 0:
		a.Target.Pronoun = "it"
		from += r.starts(from, "it", "that", "this", "this one", "that one")
	case r.starts(from, "them", "those", "these") > 0:
		a.Target.Pronoun = "them"
		from++
	case ordinalWords[r.word(k)] != 0:
		k++
		k += r.starts(k, "one", "task")
		r.target(a, from, k)
		from = k
	default:
		return r.remindingOf(a, from)
	}
	if ms := r.reminders(from, r.end); len(ms) > 0 {
		a.Intent, a.Change.Reminders = Remind, ms
		return true
	}
	if w := Dates(r.rest(from), r.c); len(w) > 0 {
		a.Intent, a.Change.Reminders = Remind, []Reminder{{At: &w[0]}}
		return true
	}
	return r.restore(a, a.Intent)
}

// addingReminder reads "add a reminder to the essay for 8am" from its title on.
func (r *request) addingReminder(a *Act, from int) bool {
	for i := max(from+1, r.end-maxBefore); i < r.end; i++ {
		k := r.starts(i, "for", "at", "on")
		ms := r.reminders(i+k, r.end)
		if len(ms) == 0 && k > 0 {
			if w := Dates(r.rest(i+k), r.c); len(w) > 0 && w[0].Span.Start == 0 {
				ms = []Reminder{{At: &w[0]}}
			}
		}
		if len(ms) > 0 {
			a.Intent, a.Change.Reminders = Remind, ms
			r.target(a, from, i)
			return a.Target.named() || r.restore(a, Edit)
		}
	}
	return r.restore(a, Edit)
}

// remindingOf reads a title, and behind it reminders that all hang on its due time.
func (r *request) remindingOf(a *Act, from int) bool {
	end := r.end
	if at, n := r.find(max(from, end-maxBefore), "it starts", "it begins", "it is due", "it's due", "it ends", "we start", "i leave"); at > from && at+n == end {
		end = at
	}
	if at, _ := r.find(max(from, end-maxBefore), "before", "earlier", "in advance", "ahead", "beforehand", "every"); at < 0 || at >= end {
		return r.restore(a, a.Intent)
	}
	for i := max(from+1, end-maxBefore); i < end; i++ {
		ms := r.reminders(i, end)
		if len(ms) == 0 || slices.ContainsFunc(ms, absolute) {
			continue
		}
		a.Intent, a.Change.Reminders = Remind, ms
		r.target(a, from, i)
		return a.Target.named() || r.restore(a, Edit)
	}
	return r.restore(a, a.Intent)
}

// absolute reports a reminder that hangs on no due time.
func absolute(m Reminder) bool {
	return m.At != nil || m.Before == 0 && m.Clock == nil && m.Repeat == 0
}

// remindingBefore reads "remind me 10 minutes before the dentist": a reminder of what is
// there. Where a time is named, it is a new task.
func (r *request) remindingBefore(a *Act, from int) bool {
	at, _ := r.find(from+1, "before")
	if at < 0 || at-from > maxBefore || r.starts(at+1, "the", "my", "our", "it", "that") == 0 || len(Dates(r.rest(at+1), r.c)) > 0 {
		return false
	}
	ms := r.reminders(from, at+1)
	if len(ms) == 0 || slices.ContainsFunc(ms, absolute) {
		return false
	}
	end := r.end
	for _, words := range []string{"starts", "begins", "is due", "is", "ends"} {
		if k := strings.Count(words, " ") + 1; end-k > at+1 && r.match(end-k, words) > 0 {
			end -= k
		}
	}
	a.Intent, a.Change.Reminders = Remind, ms
	r.target(a, at+1, end)
	return a.Target.named() || r.restore(a, Edit)
}

// maxBefore is how many words say when to remind.
const maxBefore = 8

// reminders are what tokens say as the reminders of a task, and nothing beside.
func (r *request) reminders(i, end int) []Reminder {
	again := "x, remind me "
	if r.word(r.at) == "keep" {
		again = "x, keep reminding me "
	}
	ds, err := Drafts(again+r.piece(i, end), r.c)
	if err != nil || len(ds) != 1 || ds[0].Title != "x" {
		return nil
	}
	return ds[0].Reminders
}

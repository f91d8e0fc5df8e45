package language

import (
	"slices"
	"time"

	"function/shared/language/civil"
)

// scopes are the parts of a series.
var scopes = [...]string{"this", "following", "all"}

// scopesAfter are words at the end of a command that say which part is meant.
var scopesAfter = [len(scopes)][]string{
	{"only this time", "just this time", "just this once", "this time", "only this one", "this time only", "only this once", "just for today", "only today", "this once"},
	{"from now on", "and all following", "and following", "and all future ones", "and the following", "from here on", "going forward", "and after", "in future", "in the future"},
	{"the whole series", "all occurrences", "every time", "for the whole series", "in the whole series", "each time", "always", "for all occurrences"},
}

// scopesBefore are the same before a title; the words behind name one task.
var scopesBefore = [len(scopes)][]string{
	{"only this", "just this", "this week's", "today's", "this month's", "only the next", "just the next", "this one", "only today's", "only tomorrow's"},
	{"all future", "all upcoming", "all the future", "all following", "all coming", "future", "this and all following", "this and all future", "this and following", "this and future", "every future", "the remaining", "all remaining"},
	{"every", "each", "all occurrences of", "every occurrence of", "the whole series of", "the entire series of", "the series of", "the whole", "the entire", "whole", "entire"},
}

var scopesAfterTable, scopesBeforeTable = endsOf(scopesAfter[:]...), beginnings(scopesBefore[:]...)

// scope cuts what says at the end which part of a series is meant.
func (r *request) scope(t *Target, i, end int) (from, to int) {
	n, which := r.endsOne(i, end, scopesAfterTable)
	if n > 0 {
		t.Scope = scopes[which]
	}
	return i, end - n
}

// trailingScope cuts the same off the whole command, whose destination stands between it
// and the title: "move the gym to 6pm from now on".
func (r *request) trailingScope(a *Act) {
	_, r.end = r.scope(&a.Target, r.at, r.end)
}

// occurrences cuts what says before a title, or behind it, that a series is meant: "every
// gym", "all gym occurrences", "the gym series".
func (r *request) occurrences(t *Target, i, end int) (from, to int) {
	if r.kindOf(t, i, end) {
		return i, end
	}
	behind := end
	switch r.word(end - 1) {
	case "occurrences", "series", "repetitions", "instances":
		behind--
	}
	if behind < end && behind > i {
		t.Scope, end = "all", behind
		if r.word(i) == "all" && behind > i+1 {
			i++
		}
	}
	best, which := r.startsOne(i, scopesBeforeTable)
	if best == 0 || i+best >= end || r.ts[i].Quoted {
		return i, end
	}
	if scope := scopes[which]; t.Scope == "" || scope == "following" {
		t.Scope = scope
	}
	return i + best, end
}

// kindOf reads "all gym tasks": tasks with a word, as many as there are.
func (r *request) kindOf(t *Target, i, end int) bool {
	if w := r.word(i); w != "all" && w != "every" && w != "any" || end-i > 5 || end-i < 3 {
		return false
	}
	i += r.starts(i, "all of my", "all my", "all the", "all", "every", "any")
	switch r.word(end - 1) {
	case "tasks", "task", "reminders", "reminder", "todos", "events", "meetings", "appointments", "items":
		if i < end-1 && !kindWords[r.word(i)] {
			t.All, t.Filter.Text = true, r.piece(i, end-1)
			return true
		}
	}
	return false
}

// beforeDate is where the date at the end of a target begins, or its end: "skip the gym
// this week".
func (r *request) beforeDate(next int) int {
	if next >= r.end {
		return r.end
	}
	ws := Dates(r.rest(next), r.c)
	if len(ws) == 0 || ws[len(ws)-1].Span.End < len(r.rest(next)) {
		return r.end
	}
	end := r.end
	for end > next && r.ts[end-1].Start >= r.ts[next].Start+ws[len(ws)-1].Span.Start {
		end--
	}
	if end == next {
		return r.end
	}
	return end
}

// paused reads until when: "until january 4", "for two weeks", "next week". Months are
// counted to a date, since they differ in length.
func (r *request) paused(a *Act, next int) {
	r.move(a, next)
	if s := a.Change.Shift; s != nil {
		at := civil.Of(r.c.Now).AddMonths(s.Months).AddDays(s.Days)
		a.Change.Shift, a.Change.Due = nil, &When{Start: at.Midnight(), Grain: Day, Confidence: 1}
		if s.Months == 0 {
			a.Change.Due, a.Change.Snooze = nil, time.Duration(s.Days)*24*time.Hour+time.Duration(s.Seconds)*time.Second
		}
	}
	if a.Change.Due != nil && r.has("until", "till") {
		a.Change.Due.Relation = Until
	}
}

// holding reads "put X on hold until May".
func (r *request) holding(a *Act) bool {
	at, n := r.find(r.at+1, "on hold")
	if r.word(r.at) != "put" || at <= r.at+1 {
		return false
	}
	until := Act{Intent: Pause}
	r.paused(&until, at+n)
	a.Intent, a.Change = Pause, until.Change
	r.target(a, r.at+1, at)
	return true
}

// endings say behind a title that it repeats no more.
var endings = []string{
	"is no longer repeating", "is no longer recurring", "no longer repeats", "no longer recurs", "should not repeat", "shouldn't repeat", "should no longer repeat", "does not repeat any more",
	"doesn't repeat any more", "doesn't repeat anymore", "does not repeat", "doesn't repeat", "isn't repeating", "is not repeating", "isn't recurring", "is not recurring", "should stop repeating", "not repeat",
	"is no longer repeated", "not recurring", "not repeating", "should not recur", "a single task", "a one - off", "doesn't need to repeat", "does not need to repeat", "doesn't have to repeat", "need not repeat",
}

// repeats stand between a title and how it repeats.
var repeats = []string{"should repeat", "repeats", "should recur", "recurs", "is repeated", "should be repeated", "needs to repeat", "must repeat", "should happen", "should come", "should be", "is now", "has to repeat"}

var endingsTable, repeatsTable = endsOf(endings), beginnings(repeats)

// repeating reads "repeat X every week", "make X weekly", "X should repeat every week",
// "stop repeating X", "X is no longer repeating".
func (r *request) repeating(a *Act) bool {
	if n := r.starts(r.at, "stop repeating", "don't repeat", "do not repeat", "remove the recurrence of", "remove the repetition of"); n > 0 && r.at+n < r.end {
		a.Change.ClearRecurrence = true
		r.target(a, r.at+n, r.end)
		return true
	}
	from := r.at + r.starts(r.at, "make")
	if at, _ := r.find(r.at+2, "instead of"); at > 0 && !r.asks() { // "the rent every month instead of weekly"
		from += r.starts(from, "change", "repeat", "do", "set")
		text := r.piece(from, at)
		if rs := Recurrences(text, r.c); len(rs) > 0 && rs[0].Span.Start > 0 && rs[0].Span.End == len(text) {
			end := at
			for end > from && r.ts[end-1].Start >= r.ts[from].Start+rs[0].Span.Start {
				end--
			}
			for end > from+1 && r.starts(end-1, "to", "repeat") > 0 {
				end--
			}
			a.Change.Recurrence = &rs[0]
			r.target(a, from, end)
			return a.Target.named()
		}
		from = r.at + r.starts(r.at, "make")
	}
	if n, _ := r.endsOne(from+1, r.end, endingsTable); n > 0 && !r.asks() {
		a.Change.ClearRecurrence = true
		r.target(a, from, r.end-n)
		return a.Target.named()
	}
	n := r.starts(r.at, "repeat", "make", "set")
	at, k := -1, 0
	if n == 0 && !r.asks() {
		if at, k = r.findOne(r.at+1, repeatsTable); at < 0 || r.ranking.Of(string(Edit)) < 0.3 || at-r.at > 6 {
			return false
		}
		n = at + k - r.at
	}
	if n == 0 || r.at+n >= r.end {
		return false
	}
	rs := Recurrences(r.rest(r.at+n), r.c)
	if len(rs) == 0 {
		return false
	}
	base, end := r.ts[r.at+n].Start, r.at+n
	for end < r.end && r.ts[end].Start < base+rs[0].Span.Start {
		end++
	}
	if at >= 0 {
		if end > at+k {
			return false // words between: no plain rule
		}
		a.Change.Recurrence = &rs[0]
		r.target(a, r.at, at)
		return a.Target.named()
	}
	plain := r.word(r.at) == "repeat" || r.word(r.at+1) == "it"
	for slices.Contains([]string{"repeat", "recurring", "a", "recur", "to", "happen", "repeating", "be"}, r.word(end-1)) {
		plain = plain || r.word(end-1) == "repeat" || r.word(end-1) == "recur"
		end--
	}
	if end <= r.at+n || !plain && r.ranking.Of(string(Edit)) < 0.3 {
		return false
	}
	a.Change.Recurrence = &rs[0]
	r.target(a, r.at+n, end)
	return true
}

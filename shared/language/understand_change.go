package language

import (
	"strings"
	"time"

	"function/shared/language/token"
)

// parts reads what an intent needs from token next on.
func (r *request) parts(a *Act, next int) {
	switch a.Intent {
	case Add:
		r.add(a, next)
		return
	case Pause:
		r.paused(a, next)
		return
	case Show:
		next += r.starts(next, "show me the details of", "show me", "show", "open", "display", "bring up", "pull up", "give me the details of", "give me details of", "details of", "tell me about")
		r.target(a, next, r.end)
	case Skip:
		r.target(a, next+r.starts(next, "the next", "next", "my next"), r.beforeDate(next))
	case Complete, Reopen, Delete, Restore, Resume:
		if next == r.at {
			next += r.opens(next, deeds)
			next += r.starts(next, "i didn't actually", "i didn't really", "i didn't")
		}
		r.target(a, next, r.end)
	case Reschedule, Snooze:
		r.move(a, next)
		return
	case Rename:
		r.rename(a, next)
		return
	case Edit, Remind:
		if a.Intent == Remind && r.starts(r.at, "remind me") > 0 && a.Change.isEmpty() {
			a.Target.Pronoun = "it" // it says of what, and not when: that is asked back
			return
		}
		if a.Change.isEmpty() {
			if Intent(r.ranking.Best) == a.Intent {
				a.Wants = a.Intent
			}
			a.Intent = Unclear
			a.Why = append(a.Why, Reason{Text: "it does not say what to change"})
		}
	case List, Count, Search:
		a.Target.Filter = r.filter(next, a.Intent)
		if a.Intent == Search && a.Target.Filter.Text == "" {
			a.Intent = List
		}
	case DateTime:
		if a.Zone = r.zoneAsked(); a.Zone != "" {
			return
		}
		if ws := Dates(r.rest(r.at), r.c); len(ws) > 0 {
			a.Target.Filter.Due = &ws[0]
		}
	case Preference:
		a.Preferences, _ = r.preference()
	}
	a.Wide = a.Intent == Delete
}

func (c *Change) isEmpty() bool {
	return c.Title == "" && c.Description == "" && c.Due == nil && c.Shift == nil && !c.ClearDue && c.Recurrence == nil && !c.ClearRecurrence && len(c.Reminders) == 0 &&
		!c.ClearReminders && c.Snooze == 0 && len(c.AddTags) == 0 && len(c.RemoveTags) == 0 && c.Priority == "" && !c.ClearPriority
}

// move reads "move X to Friday", "push X by two days", "snooze X for an hour".
func (r *request) move(a *Act, next int) {
	defer a.widened()
	a.Wide = false
	r.trailingScope(a)
	if r.shift(a, next) {
		return
	}
	if i, w := r.destination(next); w != nil {
		a.Change.Due = w
		// "from 3pm to 4pm": what it is moved from names no task.
		if at, _ := r.find(next+1, "from"); at >= 0 && at < i && a.Intent == Reschedule {
			i = at
		}
		r.target(a, next, i)
		return
	}
	ws := Dates(r.rest(next), r.c)
	if len(ws) == 0 || next >= r.end {
		r.target(a, next, r.end)
		if a.Intent == Snooze {
			a.Change.Snooze = time.Hour
			a.Assumed = append(a.Assumed, assumedHour)
		}
		return
	}
	w := ws[len(ws)-1]
	a.Change.Due = &w
	end := next
	for end < r.end && r.ts[end].Start < r.ts[next].Start+w.Span.Start {
		end++
	}
	r.target(a, next, end)
}

// maxDestinations bounds how many places a date is looked for at.
const maxDestinations = 8

// destination finds the date after "to", "until", "for", "on" or "at" that
// reaches furthest to the end, and the token where it begins.
func (r *request) destination(next int) (int, *When) {
	at, best, reach := 0, (*When)(nil), 0
	for i, tries := r.end-1, 0; i >= next && tries < maxDestinations; i-- {
		from := i
		switch r.word(i) {
		case "to", "until", "till", "for":
			from++
		case "on", "at", "by", "in":
		default:
			continue
		}
		if from >= r.end || r.word(i-1) == "due" {
			continue
		}
		text := r.rest(from)
		// The same time is what a new day keeps anyway.
		for _, same := range []string{"at the same time", "the same time"} {
			if rest, ok := strings.CutPrefix(asciiLower(text), same); ok {
				text = strings.TrimLeft(text[len(text)-len(rest):], " ")
			}
		}
		tries++
		ws := Dates(text, r.c)
		if rest, ok := strings.CutPrefix(asciiLower(text), "the "); ok && (len(ws) == 0 || ws[0].Span.Start > 0) && r.word(i) == "to" {
			// "to the evening" is "in the evening": a part of the day it is on.
			if part := Dates("in the "+rest, r.c); len(part) > 0 && part[0].Span.Start == 0 && part[0].HasTime {
				ws = part
				ws[0].Span.End -= len("in ")
			}
		}
		if len(ws) == 0 || ws[0].Span.Start > 0 {
			continue
		}
		if end := r.ts[r.end-1].End - len(text) + ws[0].Span.End; end >= reach {
			at, best, reach = i, &ws[0], end
		}
	}
	return at, best
}

// widened marks what touches several tasks.
func (a *Act) widened() {
	a.Wide = a.Target.All || a.Target.Pronoun == "them" || len(a.Target.Ordinals) > 1
}

// shift reads a distance at the end: "by two days", "back an hour", "an hour
// earlier". A snooze by hours is a distance from now.
func (r *request) shift(a *Act, next int) bool {
	end, sign := r.end, 1
	if end-1 > next {
		switch r.word(end - 1) {
		case "later", "back":
			end--
		case "earlier", "sooner":
			end, sign = end-1, -1
		case "forward", "forwards":
			if r.word(r.at) == "bring" {
				sign = -1
			}
			end--
		}
	}
	for i := next; i < end; i++ {
		s, ok := r.distance(i, end)
		if !ok {
			continue
		}
		led := end < r.end || r.starts(r.at, "push", "postpone", "delay", "defer", "bump", "put off") > 0
		switch r.word(i - 1) {
		case "by", "for":
			i--
			led = true
		case "back", "forward", "up":
			led = true
		}
		if a.Intent != Snooze && !led {
			return false
		}
		switch r.word(i - 1) {
		case "back":
			i--
		case "forward", "up":
			if r.word(r.at) == "bring" || r.word(i-1) == "up" {
				sign = -1
			}
			i--
		}
		if r.word(next) == "back" || r.word(next) == "forward" || r.word(next) == "up" {
			if r.word(next) == "up" || r.word(r.at) == "bring" {
				sign = -1
			}
			next++
		}
		s = Shift{s.Months * sign, s.Days * sign, s.Seconds * int64(sign)}
		if a.Intent == Snooze && s.Months == 0 {
			a.Change.Snooze = time.Duration(s.Days)*24*time.Hour + time.Duration(s.Seconds)*time.Second
		} else {
			a.Change.Shift = &s
		}
		r.target(a, min(next, i), i)
		return true
	}
	return false
}

// distance reads tokens from i to end as a length: "2 days", "half an hour".
func (r *request) distance(i, end int) (Shift, bool) {
	n, half := 0, false
	switch w := r.word(i); {
	case i < end && r.ts[i].Kind == token.Number && r.ts[i].Value > 0 && r.ts[i].Value < 10000:
		n, i = r.ts[i].Value, i+1
	case w == "a" || w == "an":
		n, i = 1, i+1
		if r.starts(i, "couple of") > 0 {
			n, i = 2, i+2
		}
	case w == "half":
		n, half, i = 1, true, i+1
		i += r.starts(i, "an", "a")
	case smallNumbers[w] > 0:
		n, i = smallNumbers[w], i+1
	}
	if n == 0 || i != end-1 {
		return Shift{}, false
	}
	s := Shift{}
	switch strings.TrimSuffix(r.word(i), "s") {
	case "min", "minute":
		s.Seconds = int64(n) * 60
	case "h", "hr", "hour":
		s.Seconds = int64(n) * 3600
	case "d", "day":
		s.Days = n
	case "week":
		s.Days = 7 * n
	case "fortnight":
		s.Days = 14 * n
	case "month":
		s.Months = n
	case "year":
		s.Months = 12 * n
	default:
		return Shift{}, false
	}
	if half {
		if s.Seconds != 3600 {
			return Shift{}, false
		}
		s.Seconds = 1800
	}
	return s, true
}

// rename reads "rename X to Y" and "change the title of X to Y".
func (r *request) rename(a *Act, next int) {
	next += r.starts(next, "the title of", "the name of", "title of")
	for i := next + 1; i < r.end; i++ {
		if (r.word(i) == "to" || r.word(i) == "as" || r.word(i) == "into") && !r.ts[i].Quoted {
			a.Change.Title = strings.Trim(r.text[r.ts[min(i+1, len(r.ts)-1)].Start:], "\"“”' \n")
			if i+1 >= r.end {
				a.Change.Title = ""
			}
			r.target(a, next, i)
			return
		}
	}
	r.target(a, next, r.end)
}

package words

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"function/shared/recurrence"
)

// Clauses is a rule that was said clause by clause.
type Clauses struct {
	Rule           recurrence.Rule
	FromCompletion bool
	// Length is how many bytes of the text said it.
	Length int
}

// ReadClauses reads a rule at the beginning of the text that is said as Rule says those
// without an everyday phrase ("by the rule: every year; months: March; hours: 9"), in the
// language of a BCP 47 tag, letters of either case. False if there is none.
func ReadClauses(text, language string) (Clauses, bool) {
	b := book(language)
	r := clauseReader{book: b, text: text}
	r.rule.Interval = 1
	if !r.take(b.clauses.mark) || !r.take(" ") || !r.cycle() {
		return Clauses{}, false
	}
	end := r.at
	for r.take("; ") && r.clause() {
		end = r.at
	}
	rule, err := recurrence.Parse(r.rule.String()) // sorts the lists
	if err != nil {
		return Clauses{}, false
	}
	return Clauses{Rule: rule, FromCompletion: r.completion, Length: end}, true
}

// clauseReader is at a place in the text; its methods move it on where they succeed.
type clauseReader struct {
	book       *phrasebook
	text       string
	at         int
	rule       recurrence.Rule
	completion bool
}

func (r *clauseReader) take(s string) bool {
	if len(r.text)-r.at < len(s) || !strings.EqualFold(r.text[r.at:r.at+len(s)], s) {
		return false
	}
	r.at += len(s)
	return true
}

// word takes s where no letter or digit follows.
func (r *clauseReader) word(s string) bool {
	at := r.at
	if !r.take(s) {
		return false
	}
	if next, _ := utf8.DecodeRuneInString(r.text[r.at:]); unicode.IsLetter(next) || unicode.IsDigit(next) {
		r.at = at
		return false
	}
	return true
}

func (r *clauseReader) digits() (int, bool) {
	end := r.at
	for end < len(r.text) && r.text[end] >= '0' && r.text[end] <= '9' && end-r.at < 9 {
		end++
	}
	n, err := strconv.Atoi(r.text[r.at:end])
	if err == nil {
		r.at = end
	}
	return n, err == nil
}

// cycle reads "every year" or "every 3 years".
func (r *clauseReader) cycle() bool {
	start := r.at
	for f := recurrence.Secondly; f <= recurrence.Yearly; f++ {
		if r.word(r.book.every[f]) {
			r.rule.Freq = f
			return true
		}
		before, after, _ := strings.Cut(r.book.everyN[f], "{n}")
		if r.take(before) {
			if n, ok := r.digits(); ok && n > 0 && r.word(after) {
				r.rule.Freq, r.rule.Interval = f, n
				return true
			}
		}
		r.at = start
	}
	return false
}

// clause reads one part and its values.
func (r *clauseReader) clause() bool {
	c, b := &r.book.clauses, r.book
	for _, part := range []struct {
		name string
		list *[]int
	}{
		{c.weeks, &r.rule.ByWeekNo}, {c.yearDays, &r.rule.ByYearDay}, {c.monthDays, &r.rule.ByMonthDay}, {c.hours, &r.rule.ByHour},
		{c.minutes, &r.rule.ByMinute}, {c.seconds, &r.rule.BySecond}, {c.positions, &r.rule.BySetPos},
	} {
		if r.take(part.name + " ") {
			return r.list(func() bool { return r.numbers(part.list) })
		}
	}
	switch {
	case r.take(c.months + " "):
		return r.list(func() bool {
			i := slices.IndexFunc(b.months[:], r.word)
			r.rule.ByMonth = append(r.rule.ByMonth, i+1)
			return i >= 0
		})
	case r.take(c.weekdays + " "):
		return r.list(r.weekday)
	case r.take(c.weekStart + " "):
		i := slices.IndexFunc(b.weekdays[:], r.word)
		r.rule.WeekStart = recurrence.Weekday(max(i, 0))
		return i >= 0
	case r.take(c.missing + " "):
		r.rule.Skip = recurrence.Forward
		if r.word(c.forward) {
			return true
		}
		r.rule.Skip = recurrence.Backward
		return r.word(c.back)
	case r.take(c.counted + " "):
		r.completion = r.word(c.done)
		return r.completion
	case r.take(c.times + " "):
		n, ok := r.digits()
		r.rule.Count = n
		return ok
	case r.take(c.until + " "):
		return r.until()
	}
	return false
}

// list reads values with commas between them, as long as there is another one.
func (r *clauseReader) list(value func() bool) bool {
	if !value() {
		return false
	}
	for {
		at, rule := r.at, r.rule
		if !r.take(", ") || !value() {
			r.at, r.rule = at, rule
			return true
		}
	}
}

// numbers reads a number, one counted from the end, or a run.
func (r *clauseReader) numbers(into *[]int) bool {
	n, ok := r.digits()
	if !ok {
		return false
	}
	last := n
	at := r.at
	switch {
	case r.word(r.book.clauses.end):
		n, last = -n, -n
	case r.take(r.book.clauses.through):
		if last, ok = r.digits(); !ok || last < n || last > 366 {
			last, r.at = n, at
		}
	}
	for ; n <= last; n++ {
		*into = append(*into, n)
	}
	return true
}

func (r *clauseReader) weekday() bool {
	i := slices.IndexFunc(r.book.weekdays[:], r.word)
	if i < 0 {
		return false
	}
	day := recurrence.WeekdayNum{Day: recurrence.Weekday(i)}
	if r.take(r.book.clauses.number) {
		n, ok := r.digits()
		if !ok {
			return false
		}
		if day.N = n; r.word(r.book.clauses.end) {
			day.N = -n
		}
	}
	r.rule.ByDay = append(r.rule.ByDay, day)
	return true
}

// until reads "2030-05-06", "2030-05-06 17:00:00" or that with " UTC".
func (r *clauseReader) until() bool {
	const date, clock = "2006-01-02", " 15:04:05"
	rest := r.text[r.at:]
	if len(rest) < len(date) {
		return false
	}
	if full := len(date) + len(clock); len(rest) >= full {
		if slot, err := recurrence.ParseSlot(strings.Replace(rest[:full], " ", "T", 1)); err == nil {
			r.at += full
			r.rule.Until = recurrence.Until{Slot: slot, UTC: r.word(" UTC")}
			return true
		}
	}
	slot, err := recurrence.ParseSlot(rest[:len(date)])
	if err != nil {
		return false
	}
	r.at += len(date)
	r.rule.Until = recurrence.Until{Slot: slot}
	return true
}

package engine

import (
	"function/shared/language/civil"
)

// NthDay is a weekday (1 to 7), with the number of it in the month or year; N
// is negative from the end and 0 for every one.
type NthDay struct{ N, Weekday int8 }

// Numbers is a short list; 0 ends it.
type Numbers [8]int16

func (n *Numbers) add(value int) bool {
	for i := range n {
		switch int(n[i]) {
		case value:
			return true
		case 0:
			n[i] = int16(value)
			return true
		}
	}
	return false
}

// Missing is what becomes of a day that a month does not have (RFC 7529, SKIP).
type Missing int8

// The choices; MissingOmit is the default.
const (
	MissingOmit Missing = iota
	MissingForward
	MissingBackward
)

// Rule is a recurrence as far as words say it. It is comparable.
type Rule struct {
	// Freq is Second to Year, None if this is no rule.
	Freq     civil.Grain
	Interval int16
	// Days are the weekdays, NDays of them.
	Days  [16]NthDay
	NDays uint8
	// MonthDays has bit d for day d; LastDays bit d for the d-th day from the
	// end.
	MonthDays, LastDays uint32
	// Months has bit m for month m.
	Months uint16
	// YearDays are days of the year, from the end if negative; 0 ends the list.
	YearDays Numbers
	// Weeks has bit w for ISO week w.
	Weeks uint64
	// LastWeeks has bit w for the w-th ISO week from the end.
	LastWeeks uint64
	// SetPos picks from the set, from its end if negative; 0 ends the list.
	SetPos Numbers
	// Hours, Minutes and Seconds have a bit for each that is named apart from
	// a clock time ("in the hours from 9:00 to 17:59", "at minute 30").
	Hours            uint32
	Minutes, Seconds uint64
	// WeekStart is the first day of its weeks, where it was said.
	WeekStart int8
	// Missing is what becomes of days that a month does not have.
	Missing Missing
	// Count is the number of times; 0 for no end.
	Count int16
	// Times are clock times, NTimes of them; each is that of the day at its place where
	// they are paired: "Monday at 9 and Friday at 3".
	Times  [8]Point
	NTimes uint8
	Paired bool
	Part   Part
	// From and Until bound it, where their Has is not zero.
	From, Until Point
	// Through says that all of the unit that Until names is within.
	Through bool
	// For bounds it by a distance from the start.
	For Duration
	// SkipDays are weekdays left out (bit w), SkipMonths months left out, Skip
	// dates left out.
	SkipDays   uint8
	SkipMonths uint16
	Skip       [4]Point
	// FromCompletion counts from when the last one was done.
	FromCompletion bool
	// Clauses is one more than the index of a rule said clause by clause, which
	// stands for all the rest; 0 for none.
	Clauses int16
	// Quarterly says that the unit was a quarter, not three months.
	Quarterly bool
	// Bare says that no word marks the repetition itself: a list of days waits
	// for its "every month".
	Bare bool
	// Adjective says that it was said as one word that may describe a noun
	// ("weekly report").
	Adjective bool
}

func (r *Rule) addDay(n, wd int8) bool {
	for _, d := range r.Days[:r.NDays] {
		if d == (NthDay{n, wd}) {
			return true
		}
	}
	if int(r.NDays) == len(r.Days) {
		return false
	}
	r.Days[r.NDays] = NthDay{n, wd}
	r.NDays++
	return true
}

// makeRule stores a rule and makes its value.
func (p *Parser) makeRule(r Rule) (Value, bool) {
	p.rules = append(p.rules, r)
	return Value{Rule: int32(len(p.rules))}, true
}

func (p *Parser) rule(v *Value) Rule {
	if v.Rule == 0 {
		return Rule{}
	}
	return p.rules[v.Rule-1]
}

// Rule is the recurrence of a reading.
func (p *Parser) Rule(r *Reading) Rule { return p.rule(&r.Value) }

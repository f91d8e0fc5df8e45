package recurrence

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strconv"
	"time"
)

// Set is a recurrence set: when a series happens. It is a value; its methods never
// change it. Each method compiles the Set first (about a microsecond): for many
// questions about one Set, call Compile and ask the Schedule.
type Set struct {
	// Start is DTSTART, a wall time or an all-day date in Zone.
	Start Slot
	// Zone is where the wall clock hangs; nil is UTC.
	Zone *time.Location
	// Rule is RRULE. Without one, Start and RDates are the whole set.
	Rule *Rule
	// RDates are further occurrences, of the kind of Start (dates or wall times).
	RDates []Slot
	// ExDates are slots that do not happen; a date excludes every slot of that day.
	ExDates []Slot
	// Pauses are stretches of wall time in which nothing happens.
	Pauses []Pause
}

// Pause is a stretch of wall time without occurrences: From is in it, Until is the
// first moment after it. A zero Until never ends. A date means its midnight.
type Pause struct {
	From, Until Slot
}

// Occurrence is one element of a Set.
type Occurrence struct {
	// Slot is what the rule said, in wall time: the identity of the occurrence. In a
	// gap it is the time that the clock never showed.
	Slot Slot
	// Time is the instant, in the Set's zone; midnight for an all-day slot.
	Time time.Time
}

// MaxDates is the greatest number of RDates, ExDates and Pauses together.
const MaxDates = 10_000

// Validate reports why a Set must not be accepted from a person or a program: what
// Compile refuses, a rule that is ambiguous (ErrAmbiguous), that can never match
// until the end of year 9999 (ErrNever), whose UNTIL or exclusions leave nothing
// (ErrEnded), or that takes too long to search (ErrBudget).
func (s Set) Validate() error {
	schedule, err := s.Compile()
	if err != nil {
		return err
	}
	if s.Rule != nil && s.Rule.usesStartWeekday() {
		return &Error{
			Part: "BYWEEKNO", Value: firstNumber(s.Rule.ByWeekNo), Kind: ErrAmbiguous,
			Reason: "say the day of the week with BYDAY: some calendars take the whole week, some the weekday of the start",
		}
	}
	if _, ok, err := schedule.First(); ok || err != nil {
		return err
	}
	if s.Rule == nil {
		return &Error{Part: "EXDATE", Reason: "every occurrence is excluded", Kind: ErrEnded}
	}
	return s.whyEmpty()
}

// whyEmpty finds the part that leaves nothing of the set.
func (s Set) whyEmpty() error {
	bare := *s.Rule
	bare.Count, bare.Until = 0, Until{}
	schedule, err := Set{Start: s.Start, Zone: s.Zone, Rule: &bare}.Compile()
	if err != nil {
		return err
	}
	if _, ok, err := schedule.First(); err != nil {
		return err
	} else if !ok {
		return &Error{Part: "RRULE", Value: clip(bare.String()), Reason: "no date matches until the end of year " + strconv.Itoa(MaxYear), Kind: ErrNever}
	}
	bare.Until = s.Rule.Until
	schedule, err = Set{Start: s.Start, Zone: s.Zone, Rule: &bare}.Compile()
	if err != nil {
		return err
	}
	if _, ok, err := schedule.First(); err != nil {
		return err
	} else if !ok {
		return &Error{Part: "UNTIL", Value: bare.Until.String(), Reason: "it is before the first occurrence", Kind: ErrEnded}
	}
	return &Error{Part: "EXDATE", Reason: "every occurrence is excluded or paused", Kind: ErrEnded}
}

// After is the first occurrence after t, or at t if inclusive; false if there is
// none. See Schedule.After.
func (s Set) After(t time.Time, inclusive bool) (Occurrence, bool, error) {
	schedule, err := s.Compile()
	if err != nil {
		return Occurrence{}, false, err
	}
	return schedule.After(t, inclusive)
}

// Between is the occurrences from from (included) to to (excluded), at most limit.
func (s Set) Between(from, to time.Time, limit int) ([]Occurrence, error) {
	schedule, err := s.Compile()
	if err != nil {
		return nil, err
	}
	return schedule.Between(from, to, limit)
}

// Compile checks the Set and prepares it. The Schedule is independent of later
// changes to the Set's lists, and safe for concurrent use.
func (s Set) Compile() (*Schedule, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	zone := s.Zone
	if zone == nil {
		zone = time.UTC
	}
	schedule := &Schedule{zone: zone, allDay: s.Start.AllDay}
	z := zoneCache{zone: zone}
	if s.Rule != nil {
		if err := schedule.compileRule(*s.Rule, s.Start, &z); err != nil {
			return nil, err
		}
	} else {
		schedule.extra = append(schedule.extra, z.point(s.Start))
	}
	for _, slot := range s.RDates {
		schedule.extra = append(schedule.extra, z.point(slot))
	}
	slices.SortFunc(schedule.extra, func(a, b point) int {
		return cmp.Or(cmp.Compare(a.instant, b.instant), cmp.Compare(b.local, a.local))
	})
	schedule.extra = slices.CompactFunc(schedule.extra, func(a, b point) bool { return a.instant == b.instant })
	schedule.compileExclusions(s, &z)
	return schedule, nil
}

func (s Set) check() error {
	if err := s.Start.Check(); err != nil {
		return invalid("DTSTART", s.Start.String(), reasonOf(err))
	}
	if s.Rule != nil {
		if err := s.Rule.Check(); err != nil {
			return err
		}
		if s.Start.AllDay && s.Rule.Freq < Daily {
			return invalid("FREQ", s.Rule.Freq.String(), "an all-day series repeats daily at most")
		}
	}
	if n := len(s.RDates) + len(s.ExDates) + len(s.Pauses); n > MaxDates {
		return invalid("EXDATE", strconv.Itoa(n), "more than "+strconv.Itoa(MaxDates)+" dates and pauses")
	}
	for _, slot := range s.RDates {
		if err := slot.Check(); err != nil {
			return invalid("RDATE", slot.String(), reasonOf(err))
		}
		if slot.AllDay != s.Start.AllDay {
			return invalid("RDATE", slot.String(), "must be a date or a date-time as DTSTART is")
		}
	}
	for _, slot := range s.ExDates {
		if err := slot.Check(); err != nil {
			return invalid("EXDATE", slot.String(), reasonOf(err))
		}
	}
	for _, pause := range s.Pauses {
		if err := pause.check(); err != nil {
			return err
		}
	}
	return nil
}

func (p Pause) check() error {
	if err := p.From.Check(); err != nil {
		return invalid("pause", p.From.String(), reasonOf(err))
	}
	if p.Until.IsZero() {
		return nil
	}
	if err := p.Until.Check(); err != nil {
		return invalid("pause", p.Until.String(), reasonOf(err))
	}
	if p.Until.local() <= p.From.local() {
		return invalid("pause", p.Until.String(), "must end after it begins, "+p.From.String())
	}
	return nil
}

// span is a Pause in seconds of wall time.
type span struct{ from, until int64 }

func mergeSpans(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var merged []span
	for _, s := range spans {
		if n := len(merged); n > 0 && s.from <= merged[n-1].until {
			merged[n-1].until = max(merged[n-1].until, s.until)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

func (p Pause) span() span {
	s := span{from: p.From.local(), until: math.MaxInt64}
	if !p.Until.IsZero() {
		s.until = p.Until.local()
	}
	return s
}

// reasonOf gives the reason of an *Error.
func reasonOf(err error) string {
	var known *Error
	if errors.As(err, &known) {
		return known.Reason
	}
	return err.Error()
}

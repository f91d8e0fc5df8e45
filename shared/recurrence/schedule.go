package recurrence

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"time"
)

// Schedule is a compiled Set. It is immutable and safe for concurrent use.
type Schedule struct {
	zone     *time.Location
	allDay   bool
	plan     *plan   // nil without a rule
	extra    []point // RDATE, and the start where there is no rule, by instant
	excluded []point // EXDATE of Start's kind, by instant
	exDays   []int64 // EXDATE as dates in a timed set, sorted day numbers
	pauses   []span  // disjoint and sorted
}

// point is a slot with its instant.
type point struct {
	local   int64 // wall time
	instant int64 // Unix seconds
	fold    bool
}

// point resolves a slot of the set's kind.
func (z *zoneCache) point(s Slot) point {
	local := s.local()
	u, _ := z.resolve(local)
	if s.Fold {
		u = z.secondPass(u, local)
	}
	return point{local: local, instant: u, fold: s.Fold}
}

// secondPass is the second instant at which the clock shows local, where u is the
// first; u itself if there is no second one.
func (z *zoneCache) secondPass(u, local int64) int64 {
	z.at(u)
	end := z.end
	z.at(min(end, math.MaxInt64/4))
	if second := local - z.offset; second >= z.start && second < z.overlapEnd() && z.start == end {
		return second
	}
	return u
}

func (s *Schedule) compileExclusions(set Set, z *zoneCache) {
	for _, slot := range set.ExDates {
		if slot.AllDay && !s.allDay {
			s.exDays = append(s.exDays, floorDiv(slot.local(), secondsPerDay))
			continue
		}
		if s.allDay {
			slot = slot.Date()
		}
		s.excluded = append(s.excluded, z.point(slot))
	}
	slices.Sort(s.exDays)
	slices.SortFunc(s.excluded, func(a, b point) int { return cmp.Compare(a.instant, b.instant) })
	spans := make([]span, 0, len(set.Pauses))
	for _, pause := range set.Pauses {
		spans = append(spans, pause.span())
	}
	s.pauses = mergeSpans(spans)
}

// After is the first occurrence after t, or at t if inclusive; false if there is none
// until the end of year 9999. The error is ErrBudget, or nil. The cost does not grow
// with the distance from the start.
func (s *Schedule) After(t time.Time, inclusive bool) (Occurrence, bool, error) {
	var it Iterator
	it.init(s)
	it.seek(firstSecond(t, inclusive))
	o, ok := it.Next()
	return o, ok, it.err
}

// firstSecond is the first whole second after t, or not before t.
func firstSecond(t time.Time, inclusive bool) int64 {
	if inclusive && t.Nanosecond() == 0 {
		return t.Unix()
	}
	return t.Unix() + 1
}

// Next is the first occurrence after that of the given slot, whether or not the slot is
// one of the set.
func (s *Schedule) Next(slot Slot) (Occurrence, bool, error) {
	return s.After(s.Instant(slot), false)
}

// Instant is where a slot falls in the set's zone: forward by the gap if the clock
// passes over it, the first of two unless Fold says the second.
func (s *Schedule) Instant(slot Slot) time.Time {
	z := zoneCache{zone: s.zone}
	return time.Unix(z.point(slot).instant, 0).In(s.zone)
}

// Between is the occurrences from from (included) to to (excluded) in order, at most
// limit of them.
func (s *Schedule) Between(from, to time.Time, limit int) ([]Occurrence, error) {
	var out []Occurrence
	it := s.From(from)
	for len(out) < limit {
		o, ok := it.Next()
		if !ok || !o.Time.Before(to) {
			break
		}
		out = append(out, o)
	}
	return out, it.err
}

// From iterates the occurrences at t and after it.
func (s *Schedule) From(t time.Time) *Iterator {
	it := &Iterator{}
	it.init(s)
	it.seek(firstSecond(t, true))
	return it
}

// Iterate iterates all occurrences from the first.
func (s *Schedule) Iterate() *Iterator {
	it := &Iterator{}
	it.init(s)
	return it
}

// All ranges over all occurrences. If the search is given up, the last pair
// has the error and no occurrence.
func (s *Schedule) All() iter.Seq2[Occurrence, error] {
	return func(yield func(Occurrence, error) bool) {
		it := s.Iterate()
		for {
			o, ok := it.Next()
			if !ok {
				break
			}
			if !yield(o, nil) {
				return
			}
		}
		if it.err != nil {
			yield(Occurrence{}, it.err)
		}
	}
}

// First is the first occurrence of all.
func (s *Schedule) First() (Occurrence, bool, error) {
	it := s.Iterate()
	o, ok := it.Next()
	return o, ok, it.err
}

// excludes tests EXDATE. Where a whole day is out it gives the day's end.
func (s *Schedule) excludes(p point) (dayEnd int64, excluded bool) {
	if len(s.exDays) > 0 {
		day := floorDiv(p.local, secondsPerDay)
		if _, found := slices.BinarySearch(s.exDays, day); found {
			return (day + 1) * secondsPerDay, true
		}
	}
	if len(s.excluded) == 0 {
		return 0, false
	}
	_, excluded = slices.BinarySearchFunc(s.excluded, p.instant, func(e point, u int64) int { return cmp.Compare(e.instant, u) })
	return p.local, excluded
}

// pausedUntil is the end of the pause that a wall time is in.
func (s *Schedule) pausedUntil(local int64) (int64, bool) {
	if len(s.pauses) == 0 {
		return 0, false
	}
	i, found := slices.BinarySearchFunc(s.pauses, local, func(p span, l int64) int { return cmp.Compare(p.from, l) })
	if !found {
		i--
	}
	if i < 0 || local >= s.pauses[i].until {
		return 0, false
	}
	return s.pauses[i].until, true
}

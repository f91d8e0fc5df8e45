package recurrence

import (
	"math"
	"time"
)

// Iterator walks the occurrences of a Schedule in the order of their instants, which
// strictly increase. It is not safe for concurrent use.
type Iterator struct {
	s       *Schedule
	zone    zoneCache
	floor   int64 // instants before it are passed over
	err     error
	civil   civilCursor
	elapsed elapsedCursor

	next     point // the rule's next point, if hasNext
	hasNext  bool
	ended    bool  // the rule has no more points
	ahead    point // the next slot that the clock shows, if hasAhead
	hasAhead bool
	moved    []point // slots that a gap moved forward, not yet due
	extra    []point // what is left of RDATE
}

func (it *Iterator) init(s *Schedule) {
	it.s, it.zone, it.floor, it.extra = s, zoneCache{zone: s.zone}, math.MinInt64, s.extra
	switch {
	case s.plan == nil:
	case s.plan.freq < Daily:
		it.elapsed.reset(s.plan)
	default:
		it.civil.reset(s.plan)
	}
}

// seek passes over what is before the instant u.
func (it *Iterator) seek(u int64) {
	// Beyond the years of a calendar a time is as good as its end.
	u = min(max(u, (firstDay-2)*secondsPerDay), (lastDay+3)*secondsPerDay)
	it.floor = u
	if it.s.plan == nil {
		return
	}
	if it.s.plan.freq < Daily {
		it.elapsed.seek(u)
		return
	}
	it.civil.seek(it.zone.floorLocal(u))
}

// Err is ErrBudget (wrapped in an *Error) if the search was given up, else nil.
func (it *Iterator) Err() error { return it.err }

// Next is the next occurrence; false at the end or on an error, see Err.
func (it *Iterator) Next() (Occurrence, bool) {
	for {
		p, ok := it.merge()
		if !ok {
			return Occurrence{}, false
		}
		if p.instant < it.floor {
			continue
		}
		it.floor = p.instant + 1
		if until, paused := it.s.pausedUntil(p.local); paused {
			it.leave(until)
			continue
		}
		if end, excluded := it.s.excludes(p); excluded {
			it.leave(end)
			continue
		}
		slot := slotOf(p.local, it.s.allDay)
		slot.Fold = p.fold
		return Occurrence{Slot: slot, Time: time.Unix(p.instant, 0).In(it.s.zone)}, true
	}
}

// leave moves the rule to the wall time at which a pause or an excluded day ends.
func (it *Iterator) leave(until int64) {
	until = min(until, (lastDay+2)*secondsPerDay)
	if it.s.plan == nil {
		return
	}
	if it.s.plan.freq < Daily {
		u, _ := it.zone.resolve(until)
		it.elapsed.seek(u)
		it.hasAhead = it.hasAhead && it.ahead.instant >= u
		return
	}
	it.civil.seek(until)
	it.hasAhead = it.hasAhead && it.ahead.local >= until
}

// merge is the next of the rule's points and RDATE.
func (it *Iterator) merge() (point, bool) {
	if it.s.plan != nil && !it.hasNext && !it.ended {
		it.next, it.hasNext = it.rulePoint()
		it.ended = !it.hasNext
	}
	switch {
	case it.err != nil:
		return point{}, false
	case len(it.extra) > 0 && (!it.hasNext || it.extra[0].instant < it.next.instant):
		p := it.extra[0]
		it.extra = it.extra[1:]
		return p, true
	case len(it.extra) > 0 && it.extra[0].instant == it.next.instant:
		it.extra = it.extra[1:]
	}
	p, ok := it.next, it.hasNext
	it.hasNext = false
	return p, ok
}

func (it *Iterator) rulePoint() (point, bool) {
	p := it.s.plan
	if p.freq >= Daily {
		return it.civilPoint()
	}
	it.elapsed.steps = Budget
	u, ok := it.elapsed.next(&it.zone)
	if !ok {
		it.checkSteps(it.elapsed.steps)
		return point{}, false
	}
	it.zone.at(u)
	return point{local: u + it.zone.offset, instant: u, fold: u < it.zone.overlapEnd()}, true
}

// civilPoint is the next point by instant. Slots moved out of a gap take their place
// among those that the clock shows, and give way to one at the same instant.
func (it *Iterator) civilPoint() (point, bool) {
	it.civil.steps = Budget
	for !it.hasAhead {
		local, ok := it.civil.next()
		if !ok {
			it.checkSteps(it.civil.steps)
			break
		}
		u, gap := it.zone.resolve(local)
		p := point{local: local, instant: u}
		switch {
		case u > it.s.plan.maxUnix:
		case gap == 0:
			it.ahead, it.hasAhead = p, true
		case gap < secondsPerDay && it.s.plan.times == 1:
			return p, true // no other slot can be so near
		default:
			it.moved = append(it.moved, p)
		}
	}
	if len(it.moved) > 0 && (!it.hasAhead || it.moved[0].instant < it.ahead.instant) {
		p := it.moved[0]
		it.moved = it.moved[1:]
		return p, true
	}
	if len(it.moved) > 0 && it.moved[0].instant == it.ahead.instant {
		it.moved = it.moved[1:]
	}
	ok := it.hasAhead
	it.hasAhead = false
	return it.ahead, ok
}

func (it *Iterator) checkSteps(left int) {
	if left < 0 {
		it.err = &Error{Part: "RRULE", Reason: "no occurrence found within the work allowed", Kind: ErrBudget}
	}
}

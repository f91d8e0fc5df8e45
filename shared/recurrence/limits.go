package recurrence

import (
	"math"
	"strconv"
)

// compileRule prepares the rule and finds where it ends.
func (s *Schedule) compileRule(r Rule, start Slot, z *zoneCache) error {
	p := compile(r, start)
	p.endLocal = (lastDay+1)*secondsPerDay - 1
	p.maxUnix = p.endLocal + secondsPerDay
	switch p.freq {
	case Daily:
		p.lastPeriod = (lastDay - p.startDay) / p.interval
	case Weekly:
		p.lastPeriod = (lastDay - p.startWeek) / 7 / p.interval
	case Monthly:
		p.lastPeriod = (MaxYear*12 + 11 - p.startMonth) / p.interval
	case Yearly:
		p.lastPeriod = (MaxYear - p.startYear) / p.interval
	}
	if p.freq < Daily {
		p.startInstant = z.point(start).instant
		z.at(p.startInstant)
		p.startWindow = p.startInstant - floorMod(p.startInstant+z.offset, p.unit())
	}
	s.plan = p
	p.limitUntil(r.Until, z)
	if p.count > 0 {
		return p.limitCount(z)
	}
	return nil
}

// limitUntil turns UNTIL into the last wall time or instant.
func (p *plan) limitUntil(u Until, z *zoneCache) {
	if u.IsZero() {
		return
	}
	local := u.Slot.local()
	if u.Slot.AllDay {
		local += secondsPerDay - 1
	}
	switch {
	case u.UTC && p.allDay:
		z.at(local)
		p.endLocal = min(p.endLocal, local+z.offset)
	case u.UTC:
		p.maxUnix = min(p.maxUnix, local)
		p.endLocal = min(p.endLocal, local+secondsPerDay) // no offset reaches a day
	case p.freq < Daily:
		instant, _ := z.resolve(local)
		p.maxUnix = min(p.maxUnix, instant)
	default:
		p.endLocal = min(p.endLocal, local)
	}
}

// limitCount finds the slot that COUNT makes the last.
func (p *plan) limitCount(z *zoneCache) error {
	if p.freq >= Daily {
		return p.limitCivilCount()
	}
	var c elapsedCursor
	c.reset(p)
	var last int64
	for range p.count {
		u, ok := c.next(z)
		if !ok {
			if c.steps < 0 {
				return p.countError()
			}
			return nil
		}
		last = u
	}
	p.maxUnix = last
	return nil
}

func (p *plan) limitCivilCount() error {
	var c civilCursor
	c.reset(p)
	last := int64(math.MinInt64)
	for range p.count {
		local, ok := c.next()
		if !ok {
			if c.steps < 0 {
				return p.countError()
			}
			return nil
		}
		last = local
	}
	p.endLocal = last
	return nil
}

func (p *plan) countError() error {
	return &Error{Part: "COUNT", Value: strconv.Itoa(p.count), Reason: "too many to count", Kind: ErrBudget}
}

package recurrence

import "math"

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
	if p.empty {
		p.maxUnix, p.endLocal = math.MinInt64, math.MinInt64
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

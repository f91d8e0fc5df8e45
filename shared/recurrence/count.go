package recurrence

import (
	"math/bits"
	"strconv"
)

// limitCount finds the slot that COUNT makes the last, by arithmetic where every period
// has as many slots as the next, and otherwise by counting.
func (p *plan) limitCount(z *zoneCache) error {
	var left int
	switch {
	case p.empty:
		return nil
	case p.freq >= Daily:
		left = p.limitCivilCount()
	default:
		left = p.limitElapsedCount(z)
	}
	if left < 0 {
		return &Error{Part: "COUNT", Value: strconv.Itoa(p.count), Reason: "too many to count", Kind: ErrBudget}
	}
	return nil
}

// limitCivilCount gives the steps left, negative if they ran out.
func (p *plan) limitCivilCount() int {
	var c civilCursor
	c.reset(p)
	left := p.count
	if each := p.slotsPerPeriod(); each > 0 && c.load() {
		first := 0 // the slots of the start's own period, which it may cut short
		for local, ok := c.take(); ok; local, ok = c.take() {
			if local >= p.startLocal {
				first++
			}
		}
		c.reset(p)
		if left > first {
			leap := (left - first - 1) / each
			left -= first + leap*each
			c.period = 1 + int64(leap)
		}
	}
	if left > Budget {
		return -1
	}
	var last int64
	for ; left > 0; left-- {
		local, ok := c.next()
		if !ok {
			return c.steps
		}
		last = local
	}
	p.endLocal = last
	return c.steps
}

// slotsPerPeriod is how many slots every period has, 0 if that varies or is not
// easily told.
func (p *plan) slotsPerPeriod() int {
	if p.skip != Omit || len(p.setPos) > 0 {
		return 0
	}
	switch p.freq {
	case Daily:
		if p.dayLimited {
			return 0
		}
		return p.times
	case Weekly:
		if p.months != 0 {
			return 0
		}
		return bits.OnesCount8(p.weekdays) * p.times
	case Monthly:
		if p.months != 0 {
			return 0
		}
		return p.daysPerMonth() * p.times
	default:
		if p.byWeekNo || p.byYearDay || p.byDay && p.months == 0 {
			return 0
		}
		months := bits.OnesCount16(p.months)
		if months == 0 {
			months = 12
		}
		return months * p.daysPerMonth() * p.times
	}
}

// daysPerMonth is how many days every month has that the rule names, 0 if that varies:
// days that all months have, counted from one end.
func (p *plan) daysPerMonth() int {
	switch {
	case p.byDay && p.byMonthDay:
		return 0
	case p.byMonthDay && (p.monthDays == 0 || p.monthDaysEnd == 0) && (p.monthDays|p.monthDaysEnd)>>29 == 0:
		return bits.OnesCount64(p.monthDays | p.monthDaysEnd)
	case p.byMonthDay:
		return 0
	}
	for _, d := range p.ordinals {
		if d.N == 0 || d.N > 4 || d.N < -4 || (d.N < 0) != (p.ordinals[0].N < 0) {
			return 0
		}
	}
	return len(sortedDays(p.ordinals))
}

// limitElapsedCount gives the steps left, negative if they ran out.
func (p *plan) limitElapsedCount(z *zoneCache) int {
	var c elapsedCursor
	c.reset(p)
	left := p.count
	if each := p.slotsPerWindow(); each > 0 && c.load(z) {
		first := 0
		for _, u := range c.found {
			if u >= p.startInstant {
				first++
			}
		}
		c.reset(p)
		leap := (left - first - 1) / each
		if int64(leap) > (p.maxUnix-c.base)/c.stride {
			return c.steps // the years end first
		}
		if left > first && p.steady(z, c.base+int64(leap+2)*c.stride) {
			left -= first + leap*each
			c.window = 1 + int64(leap)
		}
	}
	if left > Budget {
		return -1
	}
	var last int64
	for ; left > 0; left-- {
		u, ok := c.next(z)
		if !ok {
			return c.steps
		}
		last = u
	}
	p.maxUnix = last
	return c.steps
}

// slotsPerWindow is how many instants every window has, 0 if some have none.
func (p *plan) slotsPerWindow() int {
	switch {
	case p.dayLimited || p.nHours < 24 || len(p.setPos) > 0:
		return 0
	case p.freq == Hourly:
		return p.nMins * p.nSecs
	case p.nMins < 60:
		return 0
	case p.freq == Minutely:
		return p.nSecs
	case p.nSecs < 60:
		return 0
	default:
		return 1
	}
}

// steady reports that until the instant end all UTC offsets of the zone differ by whole
// windows, so that each window shows every minute or second once.
func (p *plan) steady(z *zoneCache, end int64) bool {
	z.at(p.startInstant)
	phase := floorMod(z.offset, p.unit())
	for z.end < min(end, p.maxUnix) {
		z.load(z.end)
		if floorMod(z.offset, p.unit()) != phase {
			return false
		}
	}
	return true
}

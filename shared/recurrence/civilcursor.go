package recurrence

import (
	"math/bits"
	"slices"
)

// Budget is the number of steps after which a search is given up with ErrBudget. A
// step looks at one period, or at one month of days; 2^20 steps take some 20 ms.
const Budget = 1 << 20

// civilCursor walks the slots of a DAILY, WEEKLY, MONTHLY or YEARLY rule in wall
// time, strictly increasing. It knows no zone.
type civilCursor struct {
	p      *plan
	period int64 // the next to load, counted in INTERVALs from the start's
	floor  int64 // slots before this wall time are passed over
	steps  int

	days daySet
	word int   // of days, being consumed
	day  int64 // seconds of the current day's midnight
	time int   // the next time of the current day

	positions []int32 // BYSETPOS: remaining slots of the period, as day bit and time
	bits      []int16
	order     []int32
}

func (c *civilCursor) reset(p *plan) {
	*c = civilCursor{p: p, floor: p.startLocal, steps: Budget, time: p.times, positions: c.positions[:0], bits: c.bits[:0], order: c.order[:0]}
}

// seek passes over what is before the wall time local. It never moves back.
func (c *civilCursor) seek(local int64) {
	if local <= c.floor {
		return
	}
	c.floor = local
	if k := c.p.periodOf(floorDiv(local, secondsPerDay)); k > c.period {
		c.period = k
		c.drop()
	}
}

// drop forgets the rest of the loaded period.
func (c *civilCursor) drop() {
	c.days.n, c.word, c.time = 0, 0, c.p.times
	c.positions = c.positions[:0]
}

// periodOf is a period, as near as can be, of which no later slot than in the
// periods before it is on day or after.
func (p *plan) periodOf(day int64) int64 {
	var units int64
	switch p.freq {
	case Daily:
		units = day - p.startDay
	case Weekly:
		units = floorDiv(day-p.startWeek, 7)
	case Monthly:
		year, month, _ := civilDate(day)
		units = int64(year)*12 + int64(month) - 1 - p.startMonth
	default:
		year, _, _ := civilDate(day)
		units = int64(year) - p.startYear
		if p.byWeekNo {
			units--
		}
	}
	if p.skip != Omit {
		units--
	}
	return max(0, floorDiv(units, p.interval))
}

// next is the next slot in seconds of wall time; false at the end or out of steps.
func (c *civilCursor) next() (int64, bool) {
	p := c.p
	for {
		local, ok := c.take()
		if !ok {
			if !c.load() {
				return 0, false
			}
			continue
		}
		if local < c.floor {
			continue
		}
		if local > p.endLocal {
			return 0, false
		}
		c.floor = local + 1
		return local, true
	}
}

// take gives the next slot of the loaded period.
func (c *civilCursor) take() (int64, bool) {
	p := c.p
	if len(p.setPos) > 0 {
		if len(c.positions) == 0 {
			return 0, false
		}
		at := c.positions[0]
		c.positions = c.positions[1:]
		day := c.days.base + int64(c.bits[int(at)/p.times])
		return day*secondsPerDay + p.timeOfDay(int(at)%p.times), true
	}
	if c.time < p.times {
		c.time++
		return c.day + p.timeOfDay(c.time-1), true
	}
	for c.word < c.days.n {
		word := c.days.words[c.word]
		if word == 0 {
			c.word++
			continue
		}
		c.days.words[c.word] = word & (word - 1)
		c.day = (c.days.base + int64(c.word<<6+bits.TrailingZeros64(word))) * secondsPerDay
		if c.day+secondsPerDay <= c.floor {
			continue
		}
		c.time = 1
		if c.day < c.floor && p.times > 1 {
			c.time = p.timeIndex(c.floor - c.day)
			if c.time == p.times {
				continue
			}
			c.time++
			return c.day + p.timeOfDay(c.time-1), true
		}
		return c.day + p.firstTime, true
	}
	return 0, false
}

// load makes the next period that is not empty the current one.
func (c *civilCursor) load() bool {
	p := c.p
	for {
		if c.steps--; c.steps < 0 || c.period > p.lastPeriod {
			return false
		}
		if !c.fill() {
			return false
		}
		if c.days.base*secondsPerDay > p.endLocal {
			return false
		}
		if len(p.setPos) > 0 {
			c.fillPositions()
			if len(c.positions) > 0 {
				return true
			}
		} else if c.days.words[0] != 0 || c.days.n > 1 {
			return true
		}
	}
}

// fill loads the days of the next period; false if there is none.
func (c *civilCursor) fill() bool {
	p := c.p
	units := c.period * p.interval
	c.period++
	c.word, c.time = 0, p.times
	switch p.freq {
	case Daily:
		return c.fillDay(units)
	case Weekly:
		c.days.base, c.days.n = p.startWeek+7*units, 1
		c.days.words[0] = p.weekBits(c.days.base)
	case Monthly:
		month := p.startMonth + units
		year, m := int(month/12), int(month%12)+1
		first := dayNumber(year, m, 1)
		c.days.base, c.days.n = first-1, 1
		c.days.words[0] = p.monthBits(year, m, first)
	default:
		p.yearSet(int(p.startYear+units), &c.days)
	}
	return true
}

// fillDay loads the next day of a DAILY rule that its limits allow.
func (c *civilCursor) fillDay(units int64) bool {
	p := c.p
	day := p.startDay + units
	for p.dayLimited {
		allowed, ok := p.nextLimitedDay(day, &c.steps)
		if !ok {
			return false
		}
		if allowed == day {
			break
		}
		if c.steps--; c.steps < 0 {
			return false
		}
		k := (allowed - p.startDay + p.interval - 1) / p.interval
		day, c.period = p.startDay+k*p.interval, k+1
	}
	c.days.base, c.days.n, c.days.words[0] = day, 1, 1
	return true
}

// weekBits is the days of the week that begins on day base.
func (p *plan) weekBits(base int64) uint64 {
	set := p.weekPatterns[p.wkst] & (1<<7 - 1)
	if p.months == 0 {
		return set
	}
	year, month, dom := civilDate(base)
	left := daysInMonth(year, month) - dom + 1 // days of the week in the month it begins in
	inFirst := uint64(1)<<min(left, 7) - 1
	if p.months>>month&1 == 0 {
		set &^= inFirst
	}
	if p.months>>(month%12+1)&1 == 0 {
		set &= inFirst
	}
	return set
}

// fillPositions picks the slots that BYSETPOS names out of the loaded period.
func (c *civilCursor) fillPositions() {
	p := c.p
	c.bits, c.order = c.bits[:0], c.order[:0]
	for w, word := range c.days.words[:c.days.n] {
		for ; word != 0; word &= word - 1 {
			c.bits = append(c.bits, int16(w<<6+bits.TrailingZeros64(word)))
		}
	}
	total := len(c.bits) * p.times
	for _, n := range p.setPos {
		at := n - 1
		if n < 0 {
			at = total + n
		}
		if at >= 0 && at < total {
			c.order = append(c.order, int32(at))
		}
	}
	slices.Sort(c.order)
	c.positions = slices.Compact(c.order)
}

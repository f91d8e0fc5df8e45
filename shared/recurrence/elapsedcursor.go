package recurrence

import (
	"math/bits"
	"slices"
)

// elapsedCursor walks the instants of an HOURLY, MINUTELY or SECONDLY rule. Periods
// are windows of 3600, 60 or 1 real seconds, INTERVAL of them apart, counted
// from the one that contains the start.
type elapsedCursor struct {
	p      *plan
	base   int64 // the beginning of window 0, in Unix seconds
	unit   int64 // the length of a window
	stride int64 // from one window to the next
	window int64 // the next to look at
	floor  int64 // instants before it are passed over
	steps  int

	phases  [2]phase // those last tested: of summer and winter time, mostly
	dayFrom int64    // from this day on, dayNext is the first that the rule allows
	dayNext int64

	found []int64 // the instants of the current window that are left
	store []int64
}

func (c *elapsedCursor) reset(p *plan) {
	unit := p.unit()
	*c = elapsedCursor{
		p: p, unit: unit, stride: unit * p.interval, floor: p.startInstant, steps: Budget, store: c.store[:0],
		base: p.startWindow, dayFrom: lastDay + 1,
	}
}

// unit is the length of a window in seconds.
func (p *plan) unit() int64 {
	switch p.freq {
	case Hourly:
		return 3600
	case Minutely:
		return 60
	default:
		return 1
	}
}

// seek passes over what is before the instant u. It never moves back.
func (c *elapsedCursor) seek(u int64) {
	if u <= c.floor {
		return
	}
	c.floor = u
	if k := c.windowAt(u); k > c.window {
		c.window = k
		c.found = nil
	}
}

// windowAt is the first window that ends after the instant u.
func (c *elapsedCursor) windowAt(u int64) int64 {
	k := floorDiv(u-c.base, c.stride)
	if u-c.base-k*c.stride >= c.unit {
		k++
	}
	return max(k, 0)
}

// next is the next instant; false at the end or out of steps.
func (c *elapsedCursor) next(z *zoneCache) (int64, bool) {
	for {
		for len(c.found) > 0 {
			u := c.found[0]
			c.found = c.found[1:]
			if u >= c.floor {
				c.floor = u + 1
				return u, u <= c.p.maxUnix
			}
		}
		if !c.load(z) {
			return 0, false
		}
	}
}

// load finds the next window with an instant in it. It leaps over the wall times that
// the rule does not allow, as far as the current stretch of constant offset goes.
func (c *elapsedCursor) load(z *zoneCache) bool {
	for {
		begin := c.base + c.window*c.stride
		if c.steps--; c.steps < 0 || begin > c.p.maxUnix {
			return false
		}
		z.at(begin)
		local := begin + z.offset
		target := begin
		if c.misses(local) {
			target = z.end
		} else if allowed, ok := c.nextAllowed(local); !ok {
			return false
		} else if allowed != local {
			target = min(allowed-z.offset, z.end)
		}
		if target > c.p.maxUnix {
			return false
		}
		if k := c.windowAt(target); k > c.window {
			c.window = k
			continue
		}
		c.window++
		stretch := z.end // a window with a change of clock in it moves z on
		if c.fill(begin, z); len(c.found) > 0 {
			return true
		}
		if begin+c.unit <= stretch && floorMod(local, c.unit) == 0 {
			// BYSETPOS leaves nothing of a whole local hour or minute, so of none in this stretch.
			if stretch > c.p.maxUnix {
				return false
			}
			c.window = max(c.window, c.windowAt(stretch))
		}
	}
}

// phase says whether windows that begin at a place on the dial never meet an allowed time.
type phase struct {
	at             int64
	tested, missed bool
}

// misses reports that at the current UTC offset no window ever meets a time of day that
// the rule allows, as in FREQ=MINUTELY;INTERVAL=3;BYMINUTE=14 from 09:00: seen on
// the dial of a day, the windows come back to the same places. It is asked for each
// stretch of constant offset, up to two a year for eight thousand years.
func (c *elapsedCursor) misses(local int64) bool {
	turn := gcd(c.stride, secondsPerDay)
	at := floorMod(local, turn)
	if last := &c.phases[0]; !last.tested || last.at != at {
		c.phases[0], c.phases[1] = c.phases[1], c.phases[0]
		if !last.tested || last.at != at {
			*last = phase{at, true, c.p.avoids(at, turn, c.unit)}
		}
	}
	return c.phases[0].missed
}

// avoids tests every time of day, in steps of turn, at which a window can begin.
func (p *plan) avoids(phase, turn, unit int64) bool {
	for at := phase; at < secondsPerDay; at += turn {
		for _, second := range [2]int64{at, (at + unit - 1) % secondsPerDay} {
			h, m, s := second/3600, second/60%60, second%60
			if p.hourMask>>h&1 == 1 && (unit > 60 || p.minuteMask>>m&1 == 1) && (unit > 1 || p.secondMask>>s&1 == 1) {
				return false
			}
		}
	}
	return true
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// nextAllowed is the first wall time from local on that the parts longer than the
// period allow.
func (c *elapsedCursor) nextAllowed(local int64) (int64, bool) {
	day := floorDiv(local, secondsPerDay)
	second := local - day*secondsPerDay
	for {
		if day < c.dayFrom || day > c.dayNext {
			allowed, ok := c.p.nextLimitedDay(day, &c.steps)
			if !ok {
				return 0, false
			}
			c.dayFrom, c.dayNext = day, allowed
		}
		if c.dayNext != day {
			day, second = c.dayNext, 0
		}
		if at, ok := c.p.nextTime(second); ok {
			return day*secondsPerDay + at, true
		}
		day, second = day+1, 0
	}
}

// nextTime is the first second of day from second on that BYHOUR allows, and as far
// as they limit in this FREQ, BYMINUTE and BYSECOND.
func (p *plan) nextTime(second int64) (int64, bool) {
	h, m, s := second/3600, second/60%60, second%60
	if p.freq == Secondly {
		if next := p.secondMask >> s << s; next != 0 {
			s = int64(bits.TrailingZeros64(next))
		} else {
			s, m = int64(p.seconds[0]), m+1
		}
	}
	if p.freq <= Minutely {
		if next := p.minuteMask >> m << m; m < 60 && next != 0 {
			if at := int64(bits.TrailingZeros64(next)); at != m {
				m, s = at, p.firstSecond()
			}
		} else {
			m, s, h = int64(p.minutes[0]), p.firstSecond(), h+1
		}
	}
	next := p.hourMask >> h << h
	if next == 0 || h > 23 {
		return 0, false
	}
	if at := int64(bits.TrailingZeros64(next)); at != h {
		h, m, s = at, 0, p.firstSecond()
		if p.freq <= Minutely {
			m = int64(p.minutes[0])
		}
	}
	return h*3600 + m*60 + s, true
}

func (p *plan) firstSecond() int64 {
	if p.freq == Secondly {
		return int64(p.seconds[0])
	}
	return 0
}

// fill collects the instants of the window that begins at begin. A window can touch
// two local hours, and in a zone that moves by half an hour also a clock change.
func (c *elapsedCursor) fill(begin int64, z *zoneCache) {
	c.store = c.store[:0]
	end := begin + c.unit
	for u := begin; u < end; {
		z.at(u)
		stop := min(end, z.end)
		c.collect(u+z.offset, stop+z.offset, z.offset)
		u = stop
	}
	c.found = c.store
	if len(c.p.setPos) > 0 {
		c.pick()
	}
}

// collect adds the instants of the wall times from local to stop, which lie in one
// stretch of constant offset.
func (c *elapsedCursor) collect(local, stop, offset int64) {
	p := c.p
	for local < stop {
		hour := floorDiv(local, 3600)
		hourEnd := min(stop, (hour+1)*3600)
		if c.allows(hour) {
			from, to := (local-hour*3600)/60, (hourEnd-1-hour*3600)/60
			for minutes := p.minuteMask & (2<<to - 1) >> from << from; minutes != 0; minutes &= minutes - 1 {
				c.collectMinute(hour*3600+60*int64(bits.TrailingZeros64(minutes)), local, hourEnd, offset)
			}
		}
		local = hourEnd
	}
}

func (c *elapsedCursor) collectMinute(minute, local, stop, offset int64) {
	from, to := max(0, local-minute), min(59, stop-1-minute)
	for seconds := c.p.secondMask & (2<<to - 1) >> from << from; seconds != 0; seconds &= seconds - 1 {
		c.store = append(c.store, minute+int64(bits.TrailingZeros64(seconds))-offset)
	}
}

// allows tests the day and the hour of a wall clock hour.
func (c *elapsedCursor) allows(hour int64) bool {
	p := c.p
	day := floorDiv(hour, 24)
	if p.hourMask>>(hour-day*24)&1 == 0 {
		return false
	}
	if !p.dayLimited {
		return day <= lastDay
	}
	year, month, dom := civilDate(day)
	first := day - int64(dom) + 1
	set := p.monthBits(year, month, first) >> dom & 1
	if set != 0 && p.byYearDay {
		set = p.yearDayBits(year, first) >> dom & 1
	}
	return set != 0
}

// pick applies BYSETPOS to the window.
func (c *elapsedCursor) pick() {
	var kept []int64
	for _, n := range c.p.setPos {
		at := n - 1
		if n < 0 {
			at = len(c.store) + n
		}
		if at >= 0 && at < len(c.store) {
			kept = append(kept, c.store[at])
		}
	}
	slices.Sort(kept)
	c.found = slices.Compact(kept)
}

package recurrence

import "math/bits"

// plan is a rule compiled against its start: bit masks, and the parts that the
// start supplies filled in.
type plan struct {
	freq     Freq
	interval int64
	wkst     Weekday
	skip     Skip
	setPos   []int

	startDay             int64
	startLocal           int64
	startYear, startWeek int64 // the period of the start, where FREQ is YEARLY, WEEKLY
	startMonth           int64 // months since year 0

	months       uint16 // bit m; 0 is any
	monthDays    uint64 // bit d
	monthDaysEnd uint64 // bit n for -n
	byMonthDay   bool
	weekdays     uint8        // bit of the Weekday, those without a number
	ordinals     []WeekdayNum // may hold unnumbered ones too, which are skipped
	byDay        bool
	yearDays     [6]uint64 // bit d
	yearDaysEnd  [6]uint64 // bit n for -n
	byYearDay    bool
	weeks        uint64 // bit n
	weeksEnd     uint64 // bit n for -n
	byWeekNo     bool

	hourMask             uint64
	minuteMask           uint64
	secondMask           uint64
	hours                [24]uint8
	minutes, seconds     [60]uint8
	nHours, nMins, nSecs int
	times                int // slots per day
	firstTime            int64
	dayLimited           bool // months, monthDays, weekdays or yearDays limit a day
	weekPatterns         [7]uint64
	allDay               bool
	startInstant         int64 // HOURLY and shorter: the start, and the local hour or minute it is in
	startWindow          int64
	count                int
	lastPeriod           int64
	empty                bool  // there is no occurrence
	endLocal             int64 // no slot is after this wall time
	maxUnix              int64 // no occurrence is after this instant
}

func compile(r Rule, start Slot) *plan {
	year, month, dom := start.Year, int(start.Month), start.Day
	p := &plan{
		freq: r.Freq, interval: int64(max(r.Interval, 1)), wkst: r.WeekStart, setPos: r.BySetPos,
		startLocal: start.local(), startDay: dayNumber(year, month, dom), allDay: start.AllDay,
		startMonth: int64(year)*12 + int64(month) - 1, startYear: int64(year),
		byMonthDay: len(r.ByMonthDay) > 0, byDay: len(r.ByDay) > 0,
		byYearDay: len(r.ByYearDay) > 0, byWeekNo: len(r.ByWeekNo) > 0, ordinals: r.ByDay,
		count: r.Count,
	}
	if r.Freq == Monthly || r.Freq == Yearly {
		p.skip = r.Skip // elsewhere BYMONTHDAY and BYYEARDAY only limit, and name no invalid date
	}
	p.startWeek = p.startDay - floorMod(int64(weekdayOf(p.startDay)-p.wkst), 7)
	if p.byWeekNo {
		p.startYear = int64(weekYear(p.startDay, p.wkst))
	}
	for _, m := range r.ByMonth {
		p.months |= 1 << m
	}
	for _, d := range r.ByMonthDay {
		if d > 0 {
			p.monthDays |= 1 << d
		} else {
			p.monthDaysEnd |= 1 << -d
		}
	}
	for _, d := range r.ByDay {
		if d.N == 0 {
			p.weekdays |= 1 << d.Day
		}
	}
	for _, d := range r.ByYearDay {
		if d > 0 {
			p.yearDays[d/64] |= 1 << (d % 64)
		} else {
			p.yearDaysEnd[-d/64] |= 1 << (-d % 64)
		}
	}
	for _, w := range r.ByWeekNo {
		if w > 0 {
			p.weeks |= 1 << w
		} else {
			p.weeksEnd |= 1 << -w
		}
	}
	p.deriveDays(month, dom)
	p.compileTimes(r, start)
	p.compilePatterns()
	if len(p.setPos) > 0 {
		p.checkPositions()
	}
	p.dayLimited = p.months != 0 || p.byMonthDay || p.byDay || p.byYearDay
	return p
}

// deriveDays takes from the start what the rule leaves out (RFC 5545 section
// 3.3.10: "Information, not contained in the rule, … derived from … DTSTART").
func (p *plan) deriveDays(month, dom int) {
	switch {
	case p.byMonthDay || p.byDay || p.byYearDay:
	case p.freq == Weekly, p.byWeekNo:
		p.byDay, p.weekdays = true, 1<<weekdayOf(p.startDay)
	case p.freq == Yearly:
		if p.months == 0 {
			p.months = 1 << month
		}
		p.byMonthDay, p.monthDays = true, 1<<dom
	case p.freq == Monthly:
		p.byMonthDay, p.monthDays = true, 1<<dom
	}
}

func (p *plan) compileTimes(r Rule, start Slot) {
	mask := func(list []int, derived int, derive bool, all uint64) uint64 {
		var m uint64
		for _, n := range list {
			m |= 1 << min(n, 59) // second 60 is read as 59
		}
		if m == 0 && derive {
			m = 1 << derived
		} else if m == 0 {
			m = all
		}
		return m
	}
	if p.allDay { // section 3.3.10: BYHOUR, BYMINUTE, BYSECOND are ignored with a date
		r.ByHour, r.ByMinute, r.BySecond = nil, nil, nil
	}
	p.hourMask = mask(r.ByHour, start.Hour, p.freq > Hourly, 1<<24-1)
	p.minuteMask = mask(r.ByMinute, start.Minute, p.freq > Minutely, 1<<60-1)
	p.secondMask = mask(r.BySecond, start.Second, p.freq > Secondly, 1<<60-1)
	p.nHours = list(p.hours[:], p.hourMask)
	p.nMins = list(p.minutes[:], p.minuteMask)
	p.nSecs = list(p.seconds[:], p.secondMask)
	p.times = p.nHours * p.nMins * p.nSecs
	p.firstTime = p.timeOfDay(0)
}

// list writes the numbers of the set bits and returns how many there are.
func list(into []uint8, mask uint64) int {
	n := 0
	for ; mask != 0; mask &= mask - 1 {
		into[n] = uint8(bits.TrailingZeros64(mask))
		n++
	}
	return n
}

// timeOfDay is the ith time of a day, in seconds.
func (p *plan) timeOfDay(i int) int64 {
	second := i % p.nSecs
	i /= p.nSecs
	return int64(p.hours[i/p.nMins])*3600 + int64(p.minutes[i%p.nMins])*60 + int64(p.seconds[second])
}

// timeIndex is the number of times of day before second.
func (p *plan) timeIndex(second int64) int {
	h, m, s := second/3600, second/60%60, second%60
	i := bits.OnesCount64(p.hourMask&(1<<h-1)) * p.nMins * p.nSecs
	if p.hourMask>>h&1 == 0 {
		return i
	}
	i += bits.OnesCount64(p.minuteMask&(1<<m-1)) * p.nSecs
	if p.minuteMask>>m&1 == 0 {
		return i
	}
	return i + bits.OnesCount64(p.secondMask&(1<<s-1))
}

// compilePatterns prepares the weekday mask repeated over 64 bits, for each weekday
// that bit 0 may be.
func (p *plan) compilePatterns() {
	if !p.byDay {
		return
	}
	for first := range 7 {
		var pattern uint64
		for bit := range 64 {
			if p.weekdays>>((first+bit)%7)&1 == 1 {
				pattern |= 1 << bit
			}
		}
		p.weekPatterns[first] = pattern
	}
}

// checkPositions notes that BYSETPOS asks for more than a period can hold. Where a clock
// goes back by part of an hour or minute, one holds up to twice its usual.
func (p *plan) checkPositions() {
	most := map[Freq]int{
		Secondly: 1, Minutely: 2 * p.nSecs, Hourly: 2 * p.nMins * p.nSecs,
		Daily: p.times, Weekly: 7 * p.times, Monthly: 33 * p.times, Yearly: 373 * p.times,
	}[p.freq]
	p.empty = true
	for _, n := range p.setPos {
		if max(n, -n) <= most {
			p.empty = false
		}
	}
}

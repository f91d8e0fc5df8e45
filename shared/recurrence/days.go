package recurrence

import "math/bits"

// daySet is the days of one period: bit i is the day base+i. For a month or a year
// base is the day before its first, so that SKIP has room on both sides.
type daySet struct {
	base  int64
	words [6]uint64
	n     int // words in use
}

func (s *daySet) add(bit int) { s.words[bit>>6] |= 1 << (bit & 63) }

// or adds a month's bits, shifted up.
func (s *daySet) or(month uint64, shift int) {
	w, b := shift>>6, shift&63
	s.words[w] |= month << b
	if b != 0 && w+1 < len(s.words) {
		s.words[w+1] |= month >> (64 - b)
	}
}

// monthBits is the days of a month that the rule generates: bit d is day d, bit 0 the
// day before the first, bit length+1 the day after the last. With limit, the
// parts only limit (FREQ=DAILY and shorter).
func (p *plan) monthBits(year, month int, first int64) uint64 {
	if p.months != 0 && p.months>>month&1 == 0 {
		return 0
	}
	length := daysInMonth(year, month)
	inside := uint64(2)<<length - 2
	set := inside
	if p.byMonthDay {
		set = p.monthDayBits(length, inside)
	}
	if p.byDay && set != 0 {
		weekday := int(floorMod(int64(weekdayOf(first))-1, 7)) // of bit 0
		allowed := p.weekPatterns[weekday]
		if p.freq >= Monthly {
			allowed |= p.ordinalBits(weekday, length)
		}
		set &= allowed
	}
	return set
}

func (p *plan) monthDayBits(length int, inside uint64) uint64 {
	fromEnd := bits.Reverse64(p.monthDaysEnd) >> (62 - length)
	set := (p.monthDays | fromEnd) & inside
	if p.skip == Omit {
		return set
	}
	tooLate := p.monthDays>>(length+1) != 0
	tooEarly := p.monthDaysEnd>>(length+1) != 0
	switch {
	case p.skip == Forward && tooLate:
		set |= 1 << (length + 1)
	case p.skip == Backward && tooLate:
		set |= 1 << length
	}
	switch {
	case p.skip == Forward && tooEarly:
		set |= 1 << 1
	case p.skip == Backward && tooEarly:
		set |= 1
	}
	return set
}

// ordinalBits is the numbered weekdays of a stretch of length days, whose bit 0
// (the day before it) has the given weekday.
func (p *plan) ordinalBits(weekday, length int) uint64 {
	var set uint64
	for _, d := range p.ordinals {
		if at := nth(d, weekday, length); at > 0 {
			set |= 1 << at
		}
	}
	return set
}

// nth is the position, from 1 to length, of a numbered weekday; 0 if there is none.
func nth(d WeekdayNum, weekday, length int) int {
	if d.N == 0 {
		return 0
	}
	first := (int(d.Day)-weekday+6)%7 + 1 // of that weekday, 1 to 7
	at := first + 7*(d.N-1)
	if d.N < 0 {
		at = first + 7*((length-first)/7+1+d.N)
	}
	if at < 1 || at > length {
		return 0
	}
	return at
}

// yearSet fills s with the days of a year.
func (p *plan) yearSet(year int, s *daySet) {
	if p.byWeekNo {
		p.weekYearSet(year, s)
		return
	}
	jan1 := dayNumber(year, 1, 1)
	*s = daySet{base: jan1 - 1, n: 6}
	length := daysInYear(year)
	if p.byMonthDay || p.months != 0 {
		p.addMonths(year, jan1, s)
		if p.byYearDay {
			var days daySet
			p.addYearDays(length, &days)
			for i := range s.words {
				s.words[i] &= days.words[i]
			}
		}
	} else if p.byYearDay {
		p.addYearDays(length, s)
	} else {
		for d := 1; d <= length; d++ {
			s.add(d)
		}
	}
	if p.byDay && p.months == 0 {
		p.limitToWeekdays(int(weekdayOf(s.base)), length, s)
	}
}

// addMonths adds the days of the months. Without BYMONTH a numbered weekday counts
// within the year, so BYDAY is then left to limitToWeekdays.
func (p *plan) addMonths(year int, jan1 int64, s *daySet) {
	first := jan1
	for month := 1; month <= 12; month++ {
		length := daysInMonth(year, month)
		var set uint64
		if p.months != 0 {
			set = p.monthBits(year, month, first)
		} else {
			set = p.monthDayBits(length, uint64(2)<<length-2)
		}
		if set != 0 {
			s.or(set, int(first-jan1))
		}
		first += int64(length)
	}
}

func (p *plan) addYearDays(length int, s *daySet) {
	for d := 1; d <= 366; d++ {
		late := p.yearDays[d/64]>>(d%64)&1 == 1
		early := p.yearDaysEnd[d/64]>>(d%64)&1 == 1
		if d <= length {
			if late {
				s.add(d)
			}
			if early {
				s.add(length + 1 - d)
			}
			continue
		}
		switch {
		case p.skip == Forward && late:
			s.add(length + 1)
		case p.skip == Backward && late:
			s.add(length)
		}
		switch {
		case p.skip == Forward && early:
			s.add(1)
		case p.skip == Backward && early:
			s.add(0)
		}
	}
}

// limitToWeekdays keeps the weekdays of BYDAY, with numbers counted in the year.
func (p *plan) limitToWeekdays(weekday, length int, s *daySet) {
	var allowed [6]uint64
	for i := range allowed {
		allowed[i] = p.weekPatterns[(weekday+i)%7] // 64 is one more than nine weeks
	}
	for _, d := range p.ordinals {
		if at := nth(d, weekday, length); at > 0 {
			allowed[at>>6] |= 1 << (at & 63)
		}
	}
	for i := range s.words {
		s.words[i] &= allowed[i]
	}
}

// weekYearSet fills s with the days of the numbered weeks of a week year that the
// other parts allow.
func (p *plan) weekYearSet(year int, s *daySet) {
	first := weekOneStart(year, p.wkst)
	weeks := int(weekOneStart(year+1, p.wkst)-first) / 7
	*s = daySet{base: first, n: 6}
	for week := 1; week <= weeks; week++ {
		if p.weeks>>week&1 == 0 && p.weeksEnd>>(weeks+1-week)&1 == 0 {
			continue
		}
		for i := 7 * (week - 1); i < 7*week; i++ {
			if p.allowsDay(first + int64(i)) {
				s.add(i)
			}
		}
	}
}

// allowsDay tests BYMONTH, BYMONTHDAY, BYYEARDAY and plain BYDAY for one day, with
// the days that SKIP moves there.
func (p *plan) allowsDay(day int64) bool {
	if p.byDay && p.weekdays>>weekdayOf(day)&1 == 0 {
		return false
	}
	if !p.byMonthDay && !p.byYearDay {
		if p.months == 0 {
			return true
		}
		_, month, _ := civilDate(day)
		return p.months>>month&1 == 1
	}
	year, _, _ := civilDate(day)
	plain := *p
	plain.byWeekNo, plain.byDay = false, false
	// SKIP can move a day over the turn of the year.
	for y := year - 1; y <= year+1; y++ {
		var s daySet
		plain.yearSet(y, &s)
		if bit := day - s.base; bit >= 0 && bit < 64*int64(len(s.words)) && s.words[bit>>6]>>(bit&63)&1 == 1 {
			return true
		}
	}
	return false
}

// nextLimitedDay is the first day from day on that the limiting parts of a DAILY or
// shorter rule allow; false if there is none until the end of year 9999. Each month
// looked at takes a step.
func (p *plan) nextLimitedDay(day int64, steps *int) (int64, bool) {
	if !p.dayLimited {
		return day, day <= lastDay
	}
	year, month, dom := civilDate(day)
	for year <= MaxYear {
		first := day - int64(dom) + 1
		set := p.monthBits(year, month, first)
		if p.byYearDay && set != 0 {
			set &= p.yearDayBits(year, first)
		}
		if set &= ^uint64(0) << dom; set != 0 {
			return first - 1 + int64(bits.TrailingZeros64(set)), true
		}
		if *steps--; *steps < 0 {
			return 0, false
		}
		day, dom = first+int64(daysInMonth(year, month)), 1
		if month++; month > 12 {
			year, month = year+1, 1
		}
	}
	return 0, false
}

// yearDayBits is BYYEARDAY as bits of the month that begins at first.
func (p *plan) yearDayBits(year int, first int64) uint64 {
	var s daySet
	p.addYearDays(daysInYear(year), &s)
	shift := int(first - dayNumber(year, 1, 1))
	w, b := shift>>6, shift&63
	set := s.words[w] >> b
	if b != 0 && w+1 < len(s.words) {
		set |= s.words[w+1] << (64 - b)
	}
	return set
}

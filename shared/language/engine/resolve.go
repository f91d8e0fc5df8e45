package engine

import "function/shared/language/civil"

// defaultHours are the first and the last hour of each part of day; see
// docs/decisions/0004.
var defaultHours = [...][2]int{
	Morning: {8, 12}, MiddayPart: {12, 14}, Afternoon: {12, 18}, Evening: {18, 22}, Night: {20, 24},
	LunchTime: {11, 13}, BusinessHours: {8, 18}, DayTime: {8, 18},
}

func (p *Parser) partHours(pt *Point) (int, int) {
	h := defaultHours[pt.Part]
	if own := int(p.Hours[pt.Part]); own > 0 && own < 24 {
		length := h[1] - h[0]
		h[0], h[1] = own, min(own+length, 24)
	}
	switch pt.Slice {
	case 1:
		h[1] = h[0] + 2
		if pt.Part == Morning && h[0] > 6 {
			h[0] -= 2
			h[1] = h[0] + 2
		}
	case 2:
		h[0] = h[1] - 2
	}
	return h[0], h[1]
}

// hour is the hour on the 24-hour clock, by the words around it or by
// convention; 24 means midnight after the date.
func (p *Parser) hour(pt *Point) (int, bool) {
	h := int(pt.Hour)
	if pt.has(FSure) {
		return h, true
	}
	if pt.has(FPart) {
		switch pt.Part {
		case Morning:
			return h % 12, true
		case Afternoon, LunchTime:
			if h < 12 && (pt.Part == Afternoon || h < 5) {
				h += 12
			}
			return h, true
		case Evening:
			if h < 12 {
				h += 12
			} else if h == 12 {
				h = 24
			}
			return h, true
		case Night:
			if h == 12 {
				return 24, true
			}
			if h >= 5 && h < 12 {
				h += 12
			}
			return h, true
		}
	}
	if h >= 1 && h <= 11 && p.half != 0 {
		if p.half > 0 {
			h += 12
		}
		return h, true
	}
	if h >= 1 && h <= 6 {
		return h + 12, false
	}
	return h, false
}

// span is a resolved interval.
type span struct {
	start, end civil.DateTime
	grain      civil.Grain
	hasTime    bool
	assumed    Assumptions
}

// resolve makes a point final. end is the end of the unit named: the next day
// for a day, the hour's end of a part of day, the same instant for a clock
// time.
func (p *Parser) resolve(pt Point) (span, bool) {
	if !pt.has(dateFields) {
		return p.resolveClock(pt)
	}
	d, note, ok := p.resolveDate(pt)
	if !ok {
		return span{}, false
	}
	s := p.onDate(d, pt)
	s.assumed |= note
	return s, true
}

// onDate puts the clock part of pt on a date.
func (p *Parser) onDate(d civil.DateTime, pt Point) span {
	s := span{start: d, grain: pt.Grain}
	switch {
	case pt.has(FEnd):
		s.start, s.end, s.hasTime, s.grain = d.At(23, 59, 59), d.At(23, 59, 59), true, civil.Minute
	case pt.has(FHour):
		h, sure := p.hour(&pt)
		if !sure && h != int(pt.Hour) {
			s.assumed |= AssumedHalfDay
		}
		if !sure && d == p.Now.Midnight() && h < 12 && h > 0 && !pt.has(FPast) {
			if c := d.At(h, int(pt.Minute), int(pt.Second)); c.Before(p.Now) && c.Add(12, civil.Hour).After(p.Now) {
				h += 12
				s.assumed |= AssumedHalfDay
			}
		}
		// Night hours after midnight belong to the next date ("tonight at 1").
		if h >= 24 || pt.has(FPart) && pt.Part == Night && h < 5 && pt.has(FNext) {
			if h >= 24 {
				h -= 24
			}
			d = d.AddDays(1)
		}
		s.start, s.hasTime = d.At(h, int(pt.Minute), int(pt.Second)), true
		s.end = s.start
		if s.grain > civil.Hour || s.grain == civil.None {
			s.grain = civil.Hour
		}
	case pt.has(FPart):
		from, to := p.partHours(&pt)
		s.start, s.end, s.hasTime, s.grain = d.At(from, 0, 0), d.Add(to, civil.Hour), true, civil.Hour
		s.assumed |= AssumedPart
	case pt.has(FNow):
		s.start = d.At(int(pt.Hour), int(pt.Minute), int(pt.Second))
		s.end = s.start
	default:
		s.end = s.start.Add(1, pt.Grain)
	}
	return s
}

// resolveClock puts a time without a date on today or tomorrow.
func (p *Parser) resolveClock(pt Point) (span, bool) {
	today := p.Now.Midnight()
	s := p.onDate(today, pt)
	if !pt.has(FHour | FPart | FEnd) {
		return s, false
	}
	s.assumed |= AssumedFuture
	if pt.has(FHour) || pt.Part != NoPart && !pt.has(FPast) {
		late := s.end
		if pt.has(FHour) {
			late = s.start
		}
		if late.Before(p.Now) || !pt.has(FHour) && s.start.Before(p.Now) && pt.Part != Night && pt.Part != Evening {
			t := p.onDate(today.AddDays(1), pt)
			t.assumed |= s.assumed
			return t, true
		}
	}
	return s, true
}

// resolveDate finds the date that the known fields mean.
func (p *Parser) resolveDate(pt Point) (civil.DateTime, Assumptions, bool) {
	today := p.Now.Midnight()
	switch {
	case pt.has(FFixed):
		d := pt.date()
		return d, 0, d.Valid()
	case pt.has(FYear):
		return p.withYear(pt)
	case pt.has(FMonth) && pt.has(FDay):
		return p.monthAndDay(pt, today)
	case pt.has(FMonth):
		y := today.Year
		if pt.has(FPast) {
			if int(pt.Month) > today.Month {
				y--
			}
		} else if int(pt.Month) < today.Month {
			y++
		}
		return civil.Date(y, int(pt.Month), 1), 0, true
	case pt.has(FDay):
		return p.dayOfMonth(pt, today)
	case pt.has(FWeekday):
		return p.nextWeekday(pt, today), 0, true
	}
	return today, 0, false
}

func (p *Parser) withYear(pt Point) (civil.DateTime, Assumptions, bool) {
	d := civil.Date(int(pt.Year), 1, 1)
	if pt.has(FMonth) {
		d.Month = int(pt.Month)
	}
	if pt.has(FDay) {
		d.Day = int(pt.Day)
	}
	if !d.Valid() {
		return d, 0, false
	}
	if pt.has(FWeekday) && pt.has(FDay) && d.Weekday() != int(pt.Weekday) {
		return d, AssumedWeekdayWrong, true
	}
	return d, 0, true
}

// monthAndDay is the next such date from today on. A weekday named as well may
// choose another year; if it fits none near, the date wins.
func (p *Parser) monthAndDay(pt Point, today civil.DateTime) (civil.DateTime, Assumptions, bool) {
	m, day := int(pt.Month), int(pt.Day)
	if !validMonthDay(m, day) {
		return today, 0, false
	}
	at := func(y int) (civil.DateTime, bool) {
		d := civil.Date(y, m, day)
		return d, d.Valid()
	}
	y := today.Year
	var next civil.DateTime
	for ; ; y++ {
		if d, ok := at(y); ok && !d.Before(today) {
			next = d
			break
		}
	}
	if pt.has(FPast) {
		for ; ; y-- {
			if d, ok := at(y); ok && !d.After(today) {
				return d, 0, true
			}
		}
	}
	if !pt.has(FWeekday) {
		return next, 0, true
	}
	if prev, ok := at(next.Year - 1); ok && prev.Weekday() == int(pt.Weekday) && today.Days()-prev.Days() <= 10 {
		return prev, 0, true
	}
	if next.Days()-today.Days() <= 60 && next.Weekday() != int(pt.Weekday) {
		// So near, a wrong weekday is a slip.
		return next, AssumedWeekdayWrong, true
	}
	for k := next.Year; k <= next.Year+1; k++ {
		if d, ok := at(k); ok && d.Weekday() == int(pt.Weekday) {
			return d, 0, true
		}
	}
	return next, AssumedWeekdayWrong, true
}

// dayOfMonth is the next date with that day, and that weekday if one is named.
func (p *Parser) dayOfMonth(pt Point, today civil.DateTime) (civil.DateTime, Assumptions, bool) {
	day := int(pt.Day)
	if day < 1 || day > 31 {
		return today, 0, false
	}
	first := civil.Date(today.Year, today.Month, 1)
	step, limit := 1, 48
	if pt.has(FPast) {
		step = -1
	}
	for k := 0; k < limit; k++ {
		mon := first.AddMonths(step * k)
		if day > civil.DaysIn(mon.Year, mon.Month) {
			continue
		}
		d := civil.Date(mon.Year, mon.Month, day)
		if pt.has(FWeekday) && d.Weekday() != int(pt.Weekday) {
			continue
		}
		late := d.Before(today)
		if d == today && pt.has(FHour) && !pt.has(FWeekday) {
			late = p.onDate(d, pt).start.Before(p.Now)
		}
		if step > 0 && late {
			// "Friday the 15th" a few days ago is meant, if the next is far.
			if !pt.has(FWeekday) || today.Days()-d.Days() > 14 {
				continue
			}
		}
		if step < 0 && d.After(today) {
			continue
		}
		return d, 0, true
	}
	return today, 0, false
}

// nextWeekday is the next such day after today; today itself if a clock time
// later today is named.
func (p *Parser) nextWeekday(pt Point, today civil.DateTime) civil.DateTime {
	ahead := (int(pt.Weekday) - today.Weekday() + 7) % 7
	if pt.has(FPast) {
		back := (today.Weekday() - int(pt.Weekday) + 7) % 7
		if back == 0 {
			back = 7
		}
		return today.AddDays(-back)
	}
	if ahead == 0 {
		if pt.has(FHour) && p.onDate(today, pt).start.After(p.Now) {
			return today
		}
		if pt.has(FPart) && !pt.has(FHour) && p.onDate(today, pt).end.After(p.Now) {
			return today
		}
		ahead = 7
	}
	return today.AddDays(ahead)
}

// resolveSpan makes an interval final: the end takes from the start what it
// does not say, and lies after it.
func (p *Parser) resolveSpan(v *Value) (span, bool) {
	from, to := v.P, v.Q
	shareHalfDay(&from, &to)
	if !from.has(dateFields) && to.has(dateFields) {
		// "from 3 to 5 tomorrow"
		copyDate(&from, to)
	} else {
		shareDate(&from, &to)
	}
	s, ok := p.resolve(from)
	if !ok {
		return s, false
	}
	if !to.has(dateFields) {
		s = p.keepTogether(s, from, to)
		e := p.onDate(s.start.Midnight(), to)
		for range 3 {
			if e.start.After(s.start) {
				break
			}
			if !to.has(FSure) && !to.has(FPart) && e.start.Hour < 12 {
				e.start = e.start.Add(12, civil.Hour)
			} else {
				e = p.onDate(s.start.Midnight().AddDays(1), to)
			}
		}
		s.end = e.start
		if to.has(FPart) && !to.has(FHour) {
			s.end = e.end
		}
		if e.grain < s.grain {
			s.grain = e.grain
		}
		return s, true
	}
	// The end is sought from the start on.
	sub := *p
	if !s.start.Before(p.Now.Midnight()) || from.has(FFixed|FYear) {
		sub.Now = s.start
	}
	e, ok := sub.resolve(to)
	if !ok {
		return s, false
	}
	s.end = e.end
	if e.hasTime && to.has(FHour|FEnd) {
		s.end = e.start
		s.hasTime = true
	}
	if to.Grain >= civil.Month && from.Grain >= civil.Month || to.has(FNow) {
		s.end = e.start
	}
	if !s.end.After(s.start) {
		return s, false
	}
	return s, true
}

// keepTogether undoes the choice of the later half of today for the start
// where the end would then lie past midnight: "9 to 5" at noon is tomorrow's.
func (p *Parser) keepTogether(s span, from, to Point) span {
	h, sure := p.hour(&from)
	if sure || !from.has(FHour) || from.has(dateFields) || s.start.Hour == h || to.has(FHour) && int(to.Hour)%12 > h%12 {
		return s
	}
	d := p.Now.Midnight().AddDays(1)
	if p.Now.Hour < h {
		d = p.Now.Midnight()
	}
	from.Hour, from.Has = int8(h), from.Has|FSure
	return p.onDate(d, from)
}

// shareDate gives the end's month or year to the start ("13 to 15 July"), or
// the start's to the end ("July 13 to 15").
func shareDate(from, to *Point) {
	if from.has(FFixed) || to.has(FFixed) && !to.has(FMonth) {
		return
	}
	if !from.has(FMonth) && from.has(FDay) && to.has(FMonth) && !from.has(FWeekday) {
		from.Month = to.Month
		from.Has |= FMonth
	}
	if !from.has(FYear) && to.has(FYear) && from.has(FMonth) {
		from.Year = to.Year
		if from.Month > to.Month {
			from.Year--
		}
		from.Has |= FYear
	}
	if from.has(FMonth) && to.has(FDay) && !to.has(FMonth) && !to.has(FFixed) {
		to.Month = from.Month
		to.Has |= FMonth
	}
	if from.has(FYear) && to.has(FMonth) && !to.has(FYear) && !to.has(FFixed) {
		to.Year = from.Year
		if to.Month < from.Month {
			to.Year++
		}
		to.Has |= FYear
	}
}

func copyDate(from *Point, to Point) {
	from.Has |= to.Has & (dateFields | FPast)
	from.Year, from.Month, from.Day, from.Weekday = to.Year, to.Month, to.Day, to.Weekday
}

// shareHalfDay reads "3-5pm", "9.30-4.30pm" and "11 to 3am": the start takes
// the end's half of the day if that keeps it before the end.
func shareHalfDay(from, to *Point) {
	if !from.has(FHour) || !to.has(FHour) {
		if from.has(FPart) && !to.has(FPart|FSure) && to.has(FHour) {
			to.Part, to.Has = from.Part, to.Has|FPart
		}
		return
	}
	if from.has(FPart) && !to.has(FPart|FSure) && int(to.Hour) > int(from.Hour) {
		to.Part, to.Has = from.Part, to.Has|FPart
	}
	if to.has(FPart) && !from.has(FPart|FSure) {
		from.Part, from.Has = to.Part, from.Has|FPart
	}
	if from.has(FSure|FPart) || !to.has(FSure) || to.has(dateFields) && from.has(dateFields) {
		return
	}
	h, e := int(from.Hour), int(to.Hour)
	switch {
	case h == 12 && e < 12:
	case e >= 12 && h < 12 && h+12 < e || e >= 12 && h < 12 && h+12 == e && from.Minute < to.Minute:
		from.Hour += 12
	case e < 12 && h >= e && h < 12:
		from.Hour += 12
	}
	from.Has |= FSure
}

package engine

import (
	"function/shared/language/civil"
	"function/shared/language/token"
)

var dateActions = map[string]Action{
	// shift-day is a number of days from today.
	"shift-day": func(p *Parser, _ []*Value, k []int) (Value, bool) {
		return Value{P: fixed(p.Now.Midnight().AddDays(k[0]), civil.Day)}, true
	},
	// now is the present moment.
	"now": func(p *Parser, _ []*Value, _ []int) (Value, bool) {
		return Value{P: instant(p.Now, civil.Second)}, true
	},
	// month is a month without a year.
	"month": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		return Value{P: Point{Has: FMonth, Month: int8(a[0].N), Grain: civil.Month}}, true
	},
	// month-day is a month and a day of it.
	"month-day": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if a[1].N != float64(int(a[1].N)) || a[1].Dur.Days > 2 || !validMonthDay(int(a[0].N), int(a[1].N)) {
			return Value{}, false
		}
		if p.spelledBeforeSoft() {
			return Value{}, false
		}
		return Value{P: monthDay(int(a[0].N), int(a[1].N))}, true
	},
	// month-day-free is the same where nothing is counted by the number.
	"month-day-free": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if !p.nextIsFree() {
			return Value{}, false
		}
		return actions["month-day"](p, a, nil)
	},
	// month-day-foreign is a month by its name in another language, which may be another
	// word in this one; a time may follow.
	"month-day-foreign": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if !p.nextIsFree() && p.Tokens[p.to].Kind != token.Number {
			return Value{}, false
		}
		return actions["month-day"](p, a, nil)
	},
	// dash-weekday is a weekday and its date with a dash between: "Saturday - Mar 4".
	// A date on another weekday ends an interval.
	"dash-weekday": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		s, ok := p.resolve(a[1].P)
		if !ok || s.start.Weekday() != int(a[0].N) || p.Tokens[p.from+1].Glued {
			return Value{}, false
		}
		return *a[1], !a[1].P.has(FWeekday | FHour | FPart)
	},
	// month-const-day is a month and a fixed day: the ides of March.
	"month-const-day": func(_ *Parser, a []*Value, k []int) (Value, bool) {
		d := k[0]
		if m := int(a[0].N); d == 13 && (m == 3 || m == 5 || m == 7 || m == 10) {
			d = 15
		}
		return Value{P: monthDay(int(a[0].N), d)}, true
	},
	// month-day-const is a date of each year, of one name: "leap day".
	"month-day-const": func(_ *Parser, _ []*Value, k []int) (Value, bool) { return Value{P: monthDay(k[0], k[1])}, true },
	// year-point is a year.
	"year-point": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		return Value{P: Point{Has: FYear, Year: int16(a[0].N), Grain: civil.Year}}, true
	},
	// with-year gives a date without one its year.
	"with-year": func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.giveYear(a[0], a[1].N) },
	// day is a day of a month not named.
	"day": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		n := int(a[0].N)
		if a[0].N != float64(n) || n < 1 || n > 31 || a[0].Dur.Days > 2 {
			return Value{}, false
		}
		return Value{P: Point{Has: FDay, Day: int8(n), Grain: civil.Day}}, true
	},
	// weekday is the next such day.
	"weekday": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		return Value{P: Point{Has: FWeekday, Weekday: int8(a[0].N), Grain: civil.Day}}, true
	},
	// with-weekday adds a weekday to a date: it may choose the year or month.
	"with-weekday": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		v := *a[1]
		if v.P.Grain != civil.Day || v.P.has(FWeekday|FHour|FPart) {
			return v, false
		}
		if v.P.has(FFixed) && v.P.date().Weekday() != int(a[0].N) {
			v.Assumed |= AssumedWeekdayWrong
		}
		v.P.Weekday, v.P.Has = int8(a[0].N), v.P.Has|FWeekday
		return v, true
	},
	// rel-weekday is this, next or last such day: see conventions.
	"rel-weekday": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		return p.relWeekday(int(a[0].N), int(a[1].N))
	},
	// weekday-in is the weekday of a period: "Friday of next week". With a
	// duration from now it is the weekday of the week reached.
	"weekday-in": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		s, ok := p.resolve(a[1].P)
		if !ok || a[1].P.Grain != civil.Week {
			return Value{}, false
		}
		d := s.start.Floor(civil.Week, 1).AddDays(int(a[0].N) - 1)
		if d.Before(s.start) {
			d = d.AddDays(7)
		}
		return Value{P: fixed(d, civil.Day)}, true
	},
	// weekday-after is the first such weekday a duration after now: "Monday
	// two weeks from now", "a week on Friday", "Friday week".
	"weekday-after": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if a[1].Unit != civil.Week && a[1].Unit != civil.Day {
			return Value{}, false
		}
		first := p.nextWeekday(Point{Weekday: int8(a[0].N)}, p.Now.Midnight())
		return Value{P: fixed(move(first, a[1].Dur, 1), civil.Day)}, true
	},
	// weekday-on-week takes the weekday of the week a duration away: "Monday in
	// two weeks".
	"weekday-week-away": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if a[1].Unit != civil.Week {
			return Value{}, false
		}
		d := move(p.Now.Midnight(), a[1].Dur, 1).Floor(civil.Week, 1).AddDays(int(a[0].N) - 1)
		return Value{P: fixed(d, civil.Day)}, true
	},
	// weekday-week-ago is the weekday of a week behind: "Monday three weeks ago".
	"weekday-week-ago": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if a[1].Unit != civil.Week {
			return Value{}, false
		}
		d := move(p.Now.Midnight(), a[1].Dur, -1).Floor(civil.Week, 1).AddDays(int(a[0].N) - 1)
		return Value{P: fixed(d, civil.Day)}, true
	},
	// with-rel-year and month-rel-year take the year of "next year".
	"with-rel-year": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		return p.giveYear(a[0], float64(a[1].P.Year))
	},
	"month-rel-year": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		return monthYear(a[0].N, float64(a[1].P.Year))
	},
	// weekdays-ahead is the n-th such weekday from now: "3 Fridays from now".
	"weekdays-ahead": func(p *Parser, a []*Value, k []int) (Value, bool) {
		n := int(a[0].N)
		if n < 1 || n > 520 {
			return Value{}, false
		}
		if k[0] < 0 {
			first := p.nextWeekday(Point{Weekday: int8(a[1].N), Has: FPast}, p.Now.Midnight())
			return Value{P: fixed(first.AddDays(-7*(n-1)), civil.Day)}, true
		}
		first := p.nextWeekday(Point{Weekday: int8(a[1].N)}, p.Now.Midnight())
		return Value{P: fixed(first.AddDays(7*(n-1)), civil.Day)}, true
	},
	// weekday-after-next is "Friday after next".
	"weekday-after-next": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		first := p.nextWeekday(Point{Weekday: int8(a[0].N)}, p.Now.Midnight())
		return Value{P: fixed(first.AddDays(7), civil.Day)}, true
	},
	// nth-weekday is the n-th weekday of a period, or of this month.
	"nth-weekday": func(p *Parser, a []*Value, k []int) (Value, bool) {
		pt := fixed(p.Now.Floor(civil.Month, 1), civil.Month)
		if len(a) > 2 {
			pt = a[2].P
		}
		return p.nthWeekday(int(a[0].N), int(a[1].N), pt)
	},
	// nth-day is the n-th day of a period, -1 the last.
	"nth-day": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if len(a) == 1 {
			return p.nthUnit(int(a[0].N), civil.Day, fixed(p.Now.Floor(civil.Month, 1), civil.Month))
		}
		return p.nthUnit(int(a[0].N), civil.Day, a[1].P)
	},
	// nth-day-from is the 35th day from the year's start.
	"nth-day-of-year": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if a[0].N < 32 {
			return Value{}, false
		}
		return p.nthUnit(int(a[0].N), civil.Day, fixed(p.Now.Floor(civil.Year, 1), civil.Year))
	},
	// nth-unit is the n-th week, month or quarter of a period.
	"nth-unit": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if a[1].N != 1 {
			return Value{}, false
		}
		return p.nthUnit(int(a[0].N), a[1].Unit, a[2].P)
	},
	// nth-workday is the n-th working day of a period, -1 the last.
	"nth-workday": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		s, ok := p.resolve(a[1].P)
		if !ok || a[1].P.Grain < civil.Week {
			return Value{}, false
		}
		n, d, step := int(a[0].N), s.start, 1
		if n < 0 {
			n, d, step = -n, s.end.AddDays(-1), -1
		}
		for k := 0; k < 60; k++ {
			if d.Weekday() <= 5 {
				if n--; n == 0 {
					return Value{P: fixed(d, civil.Day)}, true
				}
			}
			d = d.AddDays(step)
		}
		return Value{}, false
	},
	// day-of-period is "the 20th of next month".
	"day-of-period": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if a[1].P.Grain != civil.Month {
			return Value{}, false
		}
		return p.nthUnit(int(a[0].N), civil.Day, a[1].P)
	},
	// closest is the weekday nearest to a date.
	"closest": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		s, ok := p.resolve(a[1].P)
		if !ok || a[1].P.Grain != civil.Day {
			return Value{}, false
		}
		diff := (int(a[0].N) - s.start.Weekday() + 7) % 7
		if diff > 3 {
			diff -= 7
		}
		return Value{P: fixed(s.start.AddDays(diff), civil.Day)}, true
	},
	// closest-nth is the n-th nearest such weekday to a date, the next one being
	// on the other side.
	"closest-nth": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		s, ok := p.resolve(a[2].P)
		n := int(a[0].N)
		if !ok || a[2].P.Grain != civil.Day || n < 1 || n > 50 {
			return Value{}, false
		}
		diff := (int(a[1].N) - s.start.Weekday() + 7) % 7
		if diff > 3 {
			diff -= 7
		}
		step := 7
		if diff > 0 {
			step = -7
		}
		for k := 1; k < n; k++ {
			diff += k * step
			step = -step
		}
		return Value{P: fixed(s.start.AddDays(diff), civil.Day)}, true
	},
	// md-time-year is a date whose year comes last: Mar 14 10:20:30 2014.
	"md-time-year": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		d, ok := p.giveYear(a[0], a[2].N)
		if !ok {
			return d, false
		}
		return putOn(&d, a[1])
	},
	// holiday is a named day, by code; with a year or relative if given.
	"holiday": func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.holiday(int(a[0].N), 0) },
	"holiday-year": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		return p.holiday(int(a[0].N), int(a[1].N))
	},
	"rel-holiday": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		return p.relHoliday(int(a[0].N), int(a[1].N))
	},
	// holiday-of is a holiday of a year named as a period: "of next year".
	"holiday-of": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if a[1].P.Grain != civil.Year {
			return Value{}, false
		}
		s, ok := p.resolve(a[1].P)
		if !ok {
			return Value{}, false
		}
		return p.holiday(int(a[0].N), s.start.Year)
	},
	// workdays-ahead is a number of working days from today.
	// workdays-from counts from another date.
	"workdays-from": func(p *Parser, a []*Value, k []int) (Value, bool) {
		n := int(a[0].N)
		s, ok := p.resolve(a[1].P)
		if n < 1 || n > 2000 || !ok || a[1].HasEnd || a[1].P.Grain > civil.Day {
			return Value{}, false
		}
		return Value{P: fixed(workdays(s.start.Midnight(), n*k[0]), civil.Day)}, true
	},
	"workdays-ahead": func(p *Parser, a []*Value, k []int) (Value, bool) {
		n := int(a[0].N)
		if n < 1 || n > 2000 {
			return Value{}, false
		}
		return Value{P: fixed(workdays(p.Now.Midnight(), n*k[0]), civil.Day)}, true
	},
}

func init() { register(dateActions) }

// spelledBeforeSoft reports whether the match is a number in words right before
// a month that is another word as well: "these three may".
func (p *Parser) spelledBeforeSoft() bool {
	if p.to-p.from < 2 {
		return false
	}
	first, last := &p.Tokens[p.to-2], &p.Tokens[p.to-1]
	return first.Kind == token.Word && p.Text[last.Start] >= 'a' && p.isCat(p.to-1, p.lang.cats.soft) && p.isCat(p.to-1, p.lang.cats.month) &&
		(p.isCat(p.to-2, p.lang.cats.digit) || p.isCat(p.to-2, p.lang.cats.ord1))
}

// giveYear gives a date without a year one.
func (p *Parser) giveYear(date *Value, year float64) (Value, bool) {
	v := *date
	if v.P.has(FYear|FFixed) || !v.P.has(FMonth) || year < 1 {
		return v, false
	}
	v.P.Year, v.P.Has = int16(year), v.P.Has|FYear
	_, _, ok := p.withYear(v.P)
	return v, ok
}

// nextIsFree reports whether the match ends the text, or is followed by a sign or by a
// word that joins it to others: so nothing is counted by its last number.
func (p *Parser) nextIsFree() bool {
	return int(p.to) >= len(p.Tokens) || p.Tokens[p.to].Kind == token.Sign || p.Tokens[p.to].Kind == token.Line || p.isCat(p.to, p.lang.cats.joint)
}

// workdays moves by days from Monday to Friday.
func workdays(d civil.DateTime, n int) civil.DateTime {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		d = d.AddDays(step)
		if d.Weekday() <= 5 {
			n--
		}
	}
	return d
}

// The codes of words such as this, next, last.
const (
	relThis     = 0
	relNext     = 1
	relLast     = -1
	relComing   = 2  // coming, upcoming: the nearest ahead
	relPast     = -2 // past: the nearest behind
	relPrevious = -3 // previous: of the unit before
)

func (p *Parser) relWeekday(rel, wd int) (Value, bool) {
	today := p.Now.Midnight()
	monday := today.Floor(civil.Week, 1)
	v := Value{}
	var d civil.DateTime
	switch rel {
	case relThis:
		d = monday.AddDays(wd - 1)
		if d.Before(today) {
			d = d.AddDays(7)
		}
	case relComing:
		d = p.nextWeekday(Point{Weekday: int8(wd)}, today)
	case relNext:
		d = monday.AddDays(7 + wd - 1)
		v.Assumed = AssumedNextWeek
	case relPrevious:
		d = monday.AddDays(-7 + wd - 1)
	default:
		d = p.nextWeekday(Point{Weekday: int8(wd), Has: FPast}, today)
	}
	v.P = fixed(d, civil.Day)
	return v, true
}

func (p *Parser) nthWeekday(n, wd int, pt Point) (Value, bool) {
	s, ok := p.resolve(pt)
	if !ok || n == 0 || pt.Grain < civil.Month || pt.Grain > civil.Year {
		return Value{}, false
	}
	if pt.Grain == civil.Month {
		d, ok := civil.NthWeekday(s.start.Year, s.start.Month, wd, n)
		if ok && !pt.has(FYear|FFixed) && d.Before(p.Now.Midnight()) && pt.has(FMonth) {
			d, ok = civil.NthWeekday(s.start.Year+1, s.start.Month, wd, n)
		}
		return Value{P: fixed(d, civil.Day)}, ok
	}
	var d civil.DateTime
	if n > 0 {
		d = s.start.AddDays((wd-s.start.Weekday()+7)%7 + 7*(n-1))
	} else {
		last := s.end.AddDays(-1)
		d = last.AddDays(-((last.Weekday() - wd + 7) % 7) + 7*(n+1))
	}
	return Value{P: fixed(d, civil.Day)}, !d.Before(s.start) && d.Before(s.end)
}

// nthUnit is the n-th day, week, month or quarter of a period. Weeks follow
// ISO 8601: a week belongs to the period that its Thursday lies in.
func (p *Parser) nthUnit(n int, g civil.Grain, pt Point) (Value, bool) {
	s, ok := p.resolve(pt)
	if !ok || n == 0 || g >= pt.Grain || pt.Grain < civil.Week {
		return Value{}, false
	}
	if g == civil.Day && !pt.has(FYear|FFixed) && pt.has(FMonth) && n > 0 && s.start.AddDays(n-1).Before(p.Now.Midnight()) {
		s.start, s.end = s.start.AddMonths(12), s.end.AddMonths(12)
	}
	var d civil.DateTime
	if g == civil.Week {
		d = s.start.AddDays(3).Floor(civil.Week, 1)
		if pt.Grain == civil.Year {
			d = civil.ISOWeek(s.start.Year, 1)
		}
		if n > 0 {
			d = d.AddDays(7 * (n - 1))
		} else {
			d = s.end.AddDays(-4).Floor(civil.Week, 1).AddDays(7 * (n + 1))
		}
		return Value{P: fixed(d, g)}, !d.Before(s.start.AddDays(-6)) && d.Before(s.end)
	}
	if n > 0 {
		d = s.start.Add(n-1, g)
	} else {
		d = s.end.Add(n, g)
	}
	return Value{P: fixed(d, g)}, !d.Before(s.start) && d.Before(s.end)
}

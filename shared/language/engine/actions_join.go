package engine

import (
	"function/shared/language/civil"
	"function/shared/language/token"
)

// joinActions put together what other actions made.
var joinActions = map[string]Action{
	// ymd is year, month and day; ymd-num the same with a month in digits.
	"ymd": func(_ *Parser, a []*Value, _ []int) (Value, bool) { return ymd(a, 2) },
	"ymd-num": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		if a[1].Dur.Days != 2 || a[2].Dur.Days != 2 {
			return Value{}, false
		}
		return ymd(a, 2)
	},
	// dmy2 is day, month and a year of two digits: 21-APR-16.
	"dmy2": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		return ymd([]*Value{a[2], a[1], a[0]}, 0)
	},
	// month-year is a month of a year; year-monthnum has it in digits.
	"month-year": func(_ *Parser, a []*Value, _ []int) (Value, bool) { return monthYear(a[0].N, a[1].N) },
	"year-monthnum": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		return monthYear(a[1].N, a[0].N)
	},
	// rel-year is this, next or last year; this-year this one.
	"rel-year":  func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.relUnit(int(a[0].N), civil.Year) },
	"this-year": func(p *Parser, _ []*Value, _ []int) (Value, bool) { return p.relUnit(0, civil.Year) },
	// the-unit is the present unit: "the week".
	"the-unit": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		g := a[0].Unit
		if a[0].N != 1 || g < civil.Week {
			return Value{}, false
		}
		return Value{P: fixed(p.Now.Floor(g, p.WeekStart), g)}, true
	},
	// the-unit-any is the same for days too.
	"the-unit-any": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		g := a[0].Unit
		return Value{P: fixed(p.Now.Floor(g, p.WeekStart), g)}, a[0].N == 1 && g >= civil.Day
	},
	// spelled-year-point is a year spelled out: two thousand and six.
	"spelled-year-point": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		return Value{P: Point{Has: FYear, Year: int16(a[0].N), Grain: civil.Year}}, a[0].N >= 1000 && a[0].N < 3000
	},
	// week-number-year is an ISO week of a year.
	// week-number-day is a day of a week of a year, as ISO 8601 counts them.
	"week-number-day": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		v, ok := isoWeek(a)
		if !ok || a[2].N < 1 || a[2].N > 7 || a[2].N != float64(int(a[2].N)) {
			return Value{}, false
		}
		return Value{P: fixed(v.P.date().AddDays(int(a[2].N)-1), civil.Day)}, true
	},
	"week-number-year": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		return isoWeek(a)
	},
	// nth-unit-week is the n-th week of a period.
	"nth-unit-week": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		return p.nthUnit(int(a[0].N), civil.Week, a[1].P)
	},
	// weekday-week is the weekday a week after the next one, or so many days: "Friday
	// week", "Monday fortnight".
	"weekday-week": func(p *Parser, a []*Value, k []int) (Value, bool) {
		d, days := p.nextWeekday(Point{Weekday: int8(a[0].N)}, p.Now.Midnight()), 7
		if len(k) > 0 {
			days = k[0]
		}
		return Value{P: fixed(d.AddDays(days), civil.Day)}, true
	},
	// full-week is the n-th week that lies in a period whole.
	"full-week": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		s, ok := p.resolve(a[1].P)
		n := int(a[0].N)
		if !ok || n == 0 || a[1].HasEnd || a[1].P.Grain < civil.Month {
			return Value{}, false
		}
		d := s.start.AddDays(6).Floor(civil.Week, p.WeekStart).AddDays(7 * (n - 1))
		if n < 0 {
			d = s.end.Floor(civil.Week, p.WeekStart).AddDays(7 * n)
		}
		return Value{P: fixed(d, civil.Week)}, !d.Before(s.start) && !d.AddDays(7).After(s.end)
	},
	// week-days is from one weekday to another of a week: "next week from Monday to
	// Wednesday".
	"week-days": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		from, ok := actions["weekday-in-rel"](p, []*Value{a[0], a[1]}, nil)
		if !ok || a[1].N >= a[2].N {
			return Value{}, false
		}
		return Value{P: from.P, Q: fixed(from.P.date().AddDays(int(a[2].N-a[1].N)), civil.Day), HasEnd: true}, true
	},
	// weekend-beside is the weekend after (1) or before (-1) a date.
	"weekend-beside": func(p *Parser, a []*Value, k []int) (Value, bool) {
		v, ok := actions["weekday-from"](p, []*Value{{N: 6}, a[len(a)-1]}, k)
		if !ok {
			return v, false
		}
		return saturdayTo(v.P.date()), true
	},
	// weekday-in-rel is the weekday of this, next or last week.
	"weekday-in-rel": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		v, ok := p.relUnit(int(a[0].N), civil.Week)
		if !ok {
			return v, false
		}
		monday := v.P.date()
		if p.WeekStart != 1 {
			monday = p.Now.Floor(civil.Week, 1)
			r := p.relUnitFrom(int(a[0].N), monday)
			monday = r
		}
		return Value{P: fixed(monday.AddDays(int(a[1].N)-1), civil.Day)}, true
	},
	// weekday-before-last is a week before the last one.
	"weekday-before-last": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		d := p.nextWeekday(Point{Weekday: int8(a[0].N), Has: FPast}, p.Now.Midnight())
		return Value{P: fixed(d.AddDays(-7), civil.Day)}, true
	},
	// weekday-before-holiday is that weekday before a named day.
	"weekday-before-holiday": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		h, ok := p.holiday(int(a[1].N), 0)
		if !ok {
			return h, false
		}
		sub := *p
		sub.Now = h.P.date()
		return Value{P: fixed(sub.nextWeekday(Point{Weekday: int8(a[0].N), Has: FPast}, sub.Now), civil.Day)}, true
	},
	// holiday-ago and holiday-ahead take it in the year a duration away.
	"holiday-ago": func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.holidayYears(a, -1) },
	"holiday-ahead": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		return p.holidayYears(a, 1)
	},
	// rel-workday is this, next or last day from Monday to Friday.
	"rel-workday": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		n := stepsOf(int(a[0].N))
		return Value{P: fixed(workdays(p.Now.Midnight(), n), civil.Day)}, n != 0
	},
	// workdays-span is the next or last n working days.
	"workdays-span": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		n := int(a[1].N)
		if n < 1 || n > 500 || a[0].N == relThis {
			return Value{}, false
		}
		today := p.Now.Midnight()
		if a[0].N < 0 {
			return Value{P: fixed(workdays(today, -n), civil.Day), Q: fixed(workdays(today, -1), civil.Day), HasEnd: true}, true
		}
		return Value{P: fixed(workdays(today, 1), civil.Day), Q: fixed(workdays(today, n), civil.Day), HasEnd: true}, true
	},
	// units-ahead-rel is the next or last n units.
	// unit-ahead-rel is the one unit that begins or ends now: "in the next hour".
	"unit-ahead-rel": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		switch int(a[0].N) {
		case relThis:
			return Value{}, false
		case relLast, relPast, relPrevious:
			return p.unitsAhead(-1, a[1])
		}
		return p.unitsAhead(1, a[1])
	},
	"units-ahead-rel": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		n := int(a[1].N)
		switch int(a[0].N) {
		case relThis:
			return Value{}, false
		case relLast, relPast, relPrevious:
			n = -n
		}
		if a[1].N != float64(int(a[1].N)) || n == 0 {
			return Value{}, false
		}
		return p.unitsAhead(n, a[2])
	},
	// weekday-part-date is "Friday night, 23 June".
	"weekday-part-date": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		d, ok := actions["with-weekday"](p, []*Value{a[0], a[2]}, nil)
		if !ok {
			return d, false
		}
		return putOn(&d, a[1])
	},
	// week-next-to is the week before or after that of a day.
	"week-next-to": func(p *Parser, a []*Value, k []int) (Value, bool) {
		return Value{P: fixed(a[0].P.date().Floor(civil.Week, p.WeekStart).AddDays(7*k[0]), civil.Week)}, a[0].P.has(FFixed)
	},
	// on-slice is an early or late part of a day: "early tomorrow morning".
	"on-slice": func(_ *Parser, a []*Value, k []int) (Value, bool) {
		part, _ := partSlice(a[1], int8(k[0]))
		return putOn(a[0], &part)
	},
	// weekend-rel, -bare, -of, -date and -after-next choose a weekend.
	"weekend-rel":  func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.weekend(int(a[0].N)) },
	"weekend-bare": func(p *Parser, _ []*Value, _ []int) (Value, bool) { return p.weekend(relThis) },
	"weekend-of": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		return actions["weekend-in"](p, []*Value{a[0], a[2]}, nil)
	},
	"weekend-date": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		return actions["weekend-in"](p, []*Value{a[1]}, nil)
	},
	"weekend-ahead": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		v, _ := p.weekend(relThis)
		n := int(a[0].N)
		return saturdayTo(v.P.date().AddDays(7 * (n - 1))), n >= 1 && n < 100
	},
	"weekend-after-next": func(p *Parser, _ []*Value, _ []int) (Value, bool) {
		v, _ := p.weekend(relNext)
		return saturdayTo(v.P.date().AddDays(7)), true
	},
	"weekend-before-last": func(p *Parser, _ []*Value, _ []int) (Value, bool) {
		v, _ := p.weekend(relLast)
		return saturdayTo(v.P.date().AddDays(-7)), true
	},
	// weekday-weekend is Friday, Saturday or Sunday of a weekend.
	"weekday-weekend": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		w := int(a[0].N)
		return Value{P: fixed(a[1].P.date().AddDays(w-6), civil.Day)}, w >= 5
	},
	// weekend-holiday is the weekend nearest to a holiday.
	"weekend-holiday": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		year := 0
		if len(a) > 1 {
			year = int(a[1].N)
		}
		h, ok := p.holiday(int(a[0].N), year)
		if !ok || h.HasEnd || h.P.Grain != civil.Day {
			return h, false
		}
		day := h.P.date()
		sat := day.Floor(civil.Week, 1).AddDays(5)
		if day.Weekday() < 3 {
			sat = sat.AddDays(-7)
		}
		return saturdayTo(sat), true
	},
	// piece-unit is a piece of the present unit: end of month.
	"piece-unit": func(p *Parser, _ []*Value, k []int) (Value, bool) {
		g := civil.Grain(k[1])
		return p.piece(fixed(p.Now.Floor(g, p.WeekStart), g), k[0])
	},
	// piece-close is the end of the working day.
	"piece-close": func(p *Parser, _ []*Value, _ []int) (Value, bool) {
		v := Value{P: clock(17, 0, 0), Assumed: AssumedVague}
		v.P.Has |= FSure
		return v, true
	},
	// keep-free passes on what ends in a number that counts nothing.
	"keep-free": func(p *Parser, a []*Value, _ []int) (Value, bool) { return *a[0], p.nextIsFree() },
	// piece-unit-free is a piece of the present unit that ends what is said: "end of the
	// day", not "at the end of the day it is all the same".
	"piece-unit-free": func(p *Parser, _ []*Value, k []int) (Value, bool) {
		if int(p.to) < len(p.Tokens) && p.Tokens[p.to].Kind == token.Word {
			return Value{}, false
		}
		return actions["piece-unit"](p, nil, k)
	},
	// keep-date passes on what is a day, for use as a date.
	"keep-date": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		return *a[0], !a[0].HasEnd && a[0].P.Grain == civil.Day
	},
	// keep-latent passes on a time that only its preposition shows to be one.
	"keep-latent": func(_ *Parser, a []*Value, _ []int) (Value, bool) { return *a[0], true },
	// hourspan-strong passes on an interval of hours that shows by itself: one
	// end at least is no bare number.
	"hourspan-strong": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		first := p.Tokens[p.from].Text
		weak := a[0].P.has(FBare) && a[0].Q.has(FBare)
		return *a[0], !weak || first == "from" || first == "between" || first == "at" || p.to-p.from == 3 && p.Tokens[p.from+1].Text == "til"
	},
	// hhmm-span is an interval of times of four digits: 0740-0910.
	"hhmm-span": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if a[0].Dur.Days != 4 || a[1].Dur.Days != 4 {
			return Value{}, false
		}
		v := Value{P: a[0].P, Q: a[1].P, HasEnd: true}
		v.P.Has &^= FBare
		v.Q.Has &^= FBare
		_, ok := p.resolveSpan(&v)
		return v, ok
	},
	// keep-whole passes on what makes up the whole text.
	"keep-whole": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		return *a[0], p.from == 0 && int(p.to) == len(p.Tokens)
	},
	// keep-whole-sign is the same for "28.11." with its last point, or "1/2".
	"keep-whole-sign": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		whole := p.from == 0 && int(p.to) == len(p.Tokens)
		return *a[0], whole && (p.Tokens[p.to-1].Text == "." || p.Tokens[p.from+1].Text == "/")
	},
	// zoned-span says the zone of an interval.
	"zoned-span": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		v := *a[0]
		v.P.Zone = int16(a[1].N)
		return v, a[0].P.Zone == 0
	},
	// from-on is a start without an end.
	"from-on": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		v := *a[0]
		v.Rel = RelFrom
		return v, true
	},

	// early-part and late-part are pieces of a part of the day.
	"early-part": func(_ *Parser, a []*Value, _ []int) (Value, bool) { return partSlice(a[0], 1) },
	"late-part":  func(_ *Parser, a []*Value, _ []int) (Value, bool) { return partSlice(a[0], 2) },
	"part-const": func(_ *Parser, _ []*Value, k []int) (Value, bool) {
		return Value{P: Point{Has: FPart, Part: Part(k[0]), Grain: civil.Hour}}, true
	},
	// on-part puts an hour on a date that has a part of day.
	"on-part": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		if !a[0].P.has(FPart) || a[0].P.has(FHour) {
			return Value{}, false
		}
		return putOn(a[0], a[1])
	},
	// on-part-free is the same with the hour last: "tomorrow evening 7".
	"on-part-free": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if !p.nextIsFree() {
			return Value{}, false
		}
		return actions["on-part"](p, a, nil)
	},
	// on-dotted puts a time with a point on a day, where it can be no date: "tomorrow
	// 10.30", not "Thursday 8.10".
	"on-dotted": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if m := a[1].P.Minute; m >= 1 && m <= 12 || !p.nextIsFree() {
			return Value{}, false
		}
		return actions["on"](p, a, nil)
	},
	// on-half puts half a day on a date: "Tuesday PM".
	"on-half": func(_ *Parser, a []*Value, k []int) (Value, bool) {
		part := Value{P: Point{Has: FPart, Part: Morning, Grain: civil.Hour}}
		if k[0] == 12 {
			part.P.Part = Afternoon
		}
		return putOn(a[0], &part)
	},
	// on-sure puts an hour of the 24-hour clock on a date.
	"on-sure": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		t := *a[1]
		t.P.Has |= FSure
		return putOn(a[0], &t)
	},
	// on-iso is ISO 8601's date and time; on-iso-utc has a Z.
	"on-iso": func(_ *Parser, a []*Value, _ []int) (Value, bool) { return onISO(a, 0) },
	"on-iso-utc": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		return onISO(a, 1)
	},
	// on-iso-offset has an offset of hours and minutes; offset-dt has it in
	// four digits after a space.
	"on-iso-offset": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		sign := 1
		if s := p.Tokens[p.to-4].Text; s == "-" {
			sign = -1
		}
		return onISO(a, int16(sign*(int(a[2].P.Hour)*60+int(a[2].P.Minute))-zoneBias))
	},
	"offset-dt": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		n := int(a[1].N)
		if a[1].Dur.Days != 4 || n/100 > 14 || n%100 > 59 || !a[0].P.has(FHour) || a[0].P.Zone != 0 {
			return Value{}, false
		}
		sign := 1
		if p.Tokens[p.to-2].Text == "-" {
			sign = -1
		}
		v := *a[0]
		v.P.Zone = int16(sign*(n/100*60+n%100) - zoneBias)
		return v, true
	},
	// offset-sign is a zone such as UTC+2; the sign is its second token.
	"offset-sign": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		sign := 1
		if p.Tokens[p.from+1].Text == "-" {
			sign = -1
		}
		return actions["offset"](p, a, []int{sign})
	},

	// one-ahead is one unit from now.
	"one-ahead": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		d, ok := duration(1, a[0])
		if !ok {
			return d, false
		}
		return p.shifted(&d, 1)
	},
	"week-dur":      unitDuration(1, civil.Week),
	"month-dur":     unitDuration(1, civil.Month),
	"year-dur":      unitDuration(1, civil.Year),
	"fortnight-dur": unitDuration(2, civil.Week),
	"hour-dur":      unitDuration(1, civil.Hour),
	"day-dur":       unitDuration(1, civil.Day),
	"weeks-dur":     unitDuration(1, civil.Week),
	"days-dur":      unitDuration(1, civil.Day),
	"months-dur":    unitDuration(1, civil.Month),
	// minute-ago is the minute before now.
	"minute-ago": func(p *Parser, _ []*Value, _ []int) (Value, bool) {
		return Value{P: instant(p.Now.Add(-1, civil.Minute), civil.Second)}, true
	},
	// minutes00 is a clock reading of minutes, and ahead-at puts it on a day
	// a duration away: "-5d 00".
	"minutes00": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		return Value{P: clock(int(a[0].N), 0, 0)}, a[0].Dur.Days == 2 && a[0].N < 24
	},
	"ahead-at": func(p *Parser, a []*Value, k []int) (Value, bool) {
		v, ok := p.shifted(a[0], k[0])
		if !ok || a[0].Unit < civil.Day {
			return v, false
		}
		v.P = instant(v.P.date().At(int(a[1].P.Hour), 0, 0), civil.Hour)
		return v, true
	},
	// within-from is the span of a duration after a date.
	"within-from": func(p *Parser, a []*Value, k []int) (Value, bool) {
		s, ok := p.resolve(a[1].P)
		if !ok || s.grain > civil.Day || a[1].HasEnd || a[0].Dur.Seconds != 0 {
			return Value{}, false
		}
		return Value{P: fixed(s.start, civil.Day), Q: fixed(move(s.start, a[0].Dur, 1).AddDays(-1), civil.Day), HasEnd: true}, true
	},
	// within-span is the time up to a duration from now.
	"within-span": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if a[0].N < relThis {
			return Value{}, false
		}
		return p.withinSpan(a[1])
	},
}

func init() { register(joinActions) }

func ymd(a []*Value, _ int) (Value, bool) {
	d := civil.Date(int(a[0].N), int(a[1].N), int(a[2].N))
	return Value{P: fixed(d, civil.Day)}, d.Valid()
}

func monthYear(m, y float64) (Value, bool) {
	return Value{P: Point{Has: FYear | FMonth, Year: int16(y), Month: int8(m), Grain: civil.Month}},
		m >= 1 && m <= 12 && y >= 1000 && y < 3000
}

func (p *Parser) relUnitFrom(rel int, monday civil.DateTime) civil.DateTime {
	switch rel {
	case relNext, relComing:
		return monday.AddDays(7)
	case relLast, relPast, relPrevious:
		return monday.AddDays(-7)
	}
	return monday
}

func (p *Parser) holidayYears(a []*Value, sign int) (Value, bool) {
	if a[1].Unit != civil.Year || a[1].Dur.Months > 1200 {
		return Value{}, false
	}
	return p.holiday(int(a[0].N), p.Now.Year+sign*int(a[1].Dur.Months)/12)
}

func partSlice(v *Value, slice int8) (Value, bool) {
	return Value{P: Point{Has: FPart, Part: Part(v.N), Slice: slice, Grain: civil.Hour}}, true
}

func onISO(a []*Value, zone int16) (Value, bool) {
	t := *a[1]
	t.P.Has |= FSure
	t.P.Zone = zone
	return putOn(a[0], &t)
}

// isoWeek is a week by its number and year.
func isoWeek(a []*Value) (Value, bool) {
	n := int(a[0].N)
	return Value{P: fixed(civil.ISOWeek(int(a[1].N), max(n, 1)), civil.Week)}, n >= 1 && n <= 53
}

func unitDuration(n float64, g civil.Grain) Action {
	return func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		k := n
		if len(a) > 0 {
			k *= a[0].N
		}
		return duration(k, &Value{N: 1, Unit: g})
	}
}

func (p *Parser) withinSpan(d *Value) (Value, bool) {
	if d.Dur.Seconds == 0 {
		today := p.Now.Midnight()
		return Value{P: fixed(today, civil.Day), Q: fixed(move(today, d.Dur, 1), civil.Day), HasEnd: true}, true
	}
	return Value{P: instant(p.Now, civil.Minute), Q: instant(p.fromNow(d.Dur, 1), civil.Second), HasEnd: true}, true
}

package engine

import "function/shared/language/civil"

var periodActions = map[string]Action{
	// rel-unit is this, next or last unit: "next week".
	"rel-unit": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if a[1].N != 1 {
			return Value{}, false
		}
		return p.relUnit(int(a[0].N), a[1].Unit)
	},
	// rel-const-unit is the same with the word's meaning given.
	"rel-const-unit": func(p *Parser, a []*Value, k []int) (Value, bool) { return p.relUnit(k[0], a[0].Unit) },
	// rel-month is this, next or last June.
	"rel-month": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		m, y := int(a[1].N), p.Now.Year
		switch int(a[0].N) {
		case relNext, relComing:
			if m <= p.Now.Month {
				y++
			}
		case relThis:
		default:
			if m >= p.Now.Month {
				y--
			}
		}
		return Value{P: fixed(civil.Date(y, m, 1), civil.Month)}, true
	},
	// rel-date is the next or last date like this: "next 5/12".
	"rel-date": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		v := *a[1]
		if v.P.has(FFixed|FYear|FPast) || !v.P.has(FMonth) || v.P.Grain != civil.Day {
			return v, false
		}
		if a[0].N < 0 {
			v.P.Has |= FPast
		}
		return v, true
	},
	// week-number is an ISO week of this year, or of a period's year.
	"week-number": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		n, y := int(a[0].N), p.Now.Year
		if len(a) > 1 {
			s, ok := p.resolve(a[1].P)
			if !ok || a[1].P.Grain != civil.Year {
				return Value{}, false
			}
			y = s.start.Year
		}
		if n < 1 || n > 53 || a[0].N != float64(n) {
			return Value{}, false
		}
		monday := civil.ISOWeek(y, n)
		if len(a) == 1 && monday.AddDays(7*26).Before(p.Now) {
			monday = civil.ISOWeek(y+1, n) // the one to come is nearer
		}
		return Value{P: fixed(monday, civil.Week)}, true
	},
	// week-of is the week that a date lies in.
	"week-of": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		s, ok := p.resolve(a[0].P)
		if !ok || a[0].P.Grain != civil.Day {
			return Value{}, false
		}
		return Value{P: fixed(s.start.Floor(civil.Week, p.WeekStart), civil.Week)}, true
	},
	// quarter is the next quarter of that number to end, or that of a year named.
	"quarter": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		n := int(a[0].N)
		if n < 1 || n > 4 {
			return Value{}, false
		}
		y := p.Now.Year
		if len(a) == 1 && 3*n < p.Now.Month {
			y++
		}
		if len(a) > 1 {
			if a[1].P.Has == 0 {
				y = int(a[1].N)
			} else if s, ok := p.resolve(a[1].P); ok && a[1].P.Grain == civil.Year {
				y = s.start.Year
			} else {
				return Value{}, false
			}
		}
		return Value{P: fixed(civil.Date(y, 3*n-2, 1), civil.Quarter)}, true
	},
	// quarter-year is the same with the year's number: Q1/2027.
	"quarter-year": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		n := int(a[0].N)
		return Value{P: fixed(civil.Date(int(a[1].N), 3*n-2, 1), civil.Quarter)}, n >= 1 && n <= 4
	},
	// decade is the nineteen seventies, by a number.
	"decade": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		y := int(a[0].N)
		if a[0].Dur.Days == 2 {
			y += 1900
			if a[0].N < 30 {
				y += 100
			}
		}
		if y%10 != 0 || y < 1000 {
			return Value{}, false
		}
		return Value{P: fixed(civil.Date(y, 1, 1), civil.Decade)}, true
	},
	// century is the n-th century.
	"century": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		n := int(a[0].N)
		if n < 11 || n > 30 {
			return Value{}, false
		}
		return Value{P: fixed(civil.Date((n-1)*100, 1, 1), civil.Century)}, true
	},
	"weekend-const": func(p *Parser, _ []*Value, k []int) (Value, bool) {
		return p.weekend(k[0])
	},
	// weekend-in is the first or last weekend of a period, or the one around a
	// date.
	"weekend-in": func(p *Parser, a []*Value, k []int) (Value, bool) {
		pt := a[len(a)-1].P
		s, ok := p.resolve(pt)
		if !ok {
			return Value{}, false
		}
		var sat civil.DateTime
		switch {
		case pt.Grain == civil.Week:
			sat = s.start.Floor(civil.Week, 1).AddDays(5)
		case pt.Grain == civil.Day && len(a) == 1:
			sat = s.start.Floor(civil.Week, 1).AddDays(5)
		case pt.Grain >= civil.Month && len(a) == 2 && a[0].N > 0:
			sat = s.start.AddDays((6-s.start.Weekday()+7)%7 + 7*(int(a[0].N)-1))
		case pt.Grain >= civil.Month && len(a) == 2:
			sat = s.end.AddDays(-2)
			sat = sat.AddDays(-((sat.Weekday() - 6 + 7) % 7))
		default:
			return Value{}, false
		}
		return saturdayTo(sat), true
	},
	// start-of, middle-of and end-of a period; the consts choose which.
	"piece-of": func(p *Parser, a []*Value, k []int) (Value, bool) {
		if !a[0].HasEnd {
			return p.piece(a[0].P, k[0])
		}
		// Of days named together, the first or the last.
		switch v := *a[0]; {
		case v.P.Grain != civil.Day || v.Q.Grain != civil.Day || v.P.has(FTail):
		case k[0] == pieceStart:
			return Value{P: v.P}, true
		case k[0] == pieceEnd:
			return Value{P: v.Q}, true
		}
		return Value{}, false
	},
	// rest-of is what is left of a period.
	"rest-of": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		s, ok := p.resolve(a[0].P)
		if !ok || a[0].P.Grain < civil.Day || !s.end.After(p.Now) {
			return Value{}, false
		}
		v := Value{P: fixed(p.Now.Midnight(), civil.Day), Q: fixed(s.end.AddDays(-1), civil.Day), HasEnd: true}
		if a[0].P.Grain == civil.Day {
			v.P = instant(p.Now, civil.Minute)
			v.Q = fixed(s.start, civil.Day)
			v.Q.Has |= FEnd
		}
		return v, true
	},
	// unit-before-last is "the week before last".
	"unit-before-last": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		g := a[0].Unit
		return Value{P: fixed(p.Now.Floor(g, p.WeekStart).Add(-2, g), g)}, g >= civil.Week && a[0].N == 1
	},
	// year-after takes the unit after next: "the week after next".
	"unit-after-next": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		g := a[0].Unit
		if g < civil.Day || a[0].N != 1 {
			return Value{}, false
		}
		return Value{P: fixed(p.Now.Floor(g, p.WeekStart).Add(2, g), g)}, true
	},
}

func init() { register(periodActions) }

func (p *Parser) relUnit(rel int, g civil.Grain) (Value, bool) {
	n := rel
	switch rel {
	case relComing:
		n = 1
	case relPast, relPrevious:
		n = -1
	}
	if g == civil.Day && rel == relThis {
		return Value{}, false
	}
	d := p.Now.Floor(g, p.WeekStart).Add(n, g)
	if g < civil.Day {
		return Value{P: instant(d, g)}, rel != relThis
	}
	return Value{P: fixed(d, g)}, true
}

// unitsAhead is the span of the next n units, tomorrow first for days and
// longer, or of the last -n, up to now.
func (p *Parser) unitsAhead(n int, u *Value) (Value, bool) {
	back := n < 0
	if back {
		n = -n
	}
	d, ok := duration(float64(n), u)
	if !ok || n > maxCount {
		return Value{}, false
	}
	if u.Unit < civil.Day {
		if back {
			return Value{P: instant(p.fromNow(d.Dur, -1), u.Unit), Q: instant(p.Now, u.Unit), HasEnd: true}, true
		}
		return Value{P: instant(p.Now, u.Unit), Q: instant(p.fromNow(d.Dur, 1), u.Unit), HasEnd: true}, true
	}
	today := p.Now.Midnight()
	if u.Unit >= civil.Quarter && u.Unit != civil.Year {
		from := p.Now.Floor(u.Unit, p.WeekStart)
		to := from
		if back {
			from = from.Add(-n, u.Unit)
		} else {
			from = from.Add(1, u.Unit)
			to = from.Add(n, u.Unit)
		}
		return Value{P: fixed(from, civil.Day), Q: fixed(to.AddDays(-1), civil.Day), HasEnd: true}, true
	}
	if back {
		return Value{P: fixed(move(today, d.Dur, -1), civil.Day), Q: fixed(today.AddDays(-1), civil.Day), HasEnd: true}, true
	}
	from := today.AddDays(1)
	return Value{P: fixed(from, civil.Day), Q: fixed(move(from, d.Dur, 1).AddDays(-1), civil.Day), HasEnd: true}, true
}

func saturdayTo(sat civil.DateTime) Value {
	return Value{P: fixed(sat, civil.Day), Q: fixed(sat.AddDays(1), civil.Day), HasEnd: true}
}

func (p *Parser) weekend(rel int) (Value, bool) {
	today := p.Now.Midnight()
	sat := today.Floor(civil.Week, 1).AddDays(5)
	switch rel {
	case relNext:
		sat = sat.AddDays(7)
	case relLast, relPast, relPrevious:
		sat = sat.AddDays(-7)
	case relComing:
		if !sat.After(today) {
			sat = sat.AddDays(7)
		}
	}
	return saturdayTo(sat), true
}

// The pieces of a period.
const (
	pieceStart = iota
	pieceMiddle
	pieceEnd
	pieceEarly
	pieceLate
)

// piece is the beginning, middle or end of a period. Beginning and end are
// the first and last ten days of a month, three days of a week, quarter of a
// year; early and late are halves.
func (p *Parser) piece(pt Point, which int) (Value, bool) {
	s, ok := p.resolve(pt)
	if !ok {
		return Value{}, false
	}
	from, to := s.start, s.end
	switch pt.Grain {
	case civil.Day:
		v := Value{P: pt, Assumed: AssumedVague}
		if pt.has(FHour | FPart) {
			return v, false
		}
		v.P = fixed(s.start, civil.Day)
		switch which {
		case pieceEnd:
			v.P.Has |= FEnd
		case pieceStart, pieceEarly:
			v.P.Part, v.P.Has = Morning, v.P.Has|FPart
		case pieceMiddle:
			v.P.setClock(s.start.At(12, 0, 0), FHour|FMinute|FSure)
		default:
			v.P.Part, v.P.Has = Evening, v.P.Has|FPart
		}
		return v, true
	case civil.Week:
		from, to = slices3(from, to, which, 3, 3)
		if which == pieceMiddle {
			from, to = s.start.AddDays(2), s.start.AddDays(4)
		}
	case civil.Month:
		switch which {
		case pieceStart:
			to = from.AddDays(10)
		case pieceEarly:
			to = from.AddDays(15)
		case pieceMiddle:
			from, to = from.AddDays(10), from.AddDays(20)
		case pieceLate:
			from = from.AddDays(15)
		default:
			from = to.AddDays(-10)
			if d := civil.Date(from.Year, from.Month, 21); d.Month == s.start.Month {
				from = d
			}
		}
	case civil.Quarter, civil.Year, civil.Decade, civil.Century:
		months := monthsIn[pt.Grain]
		switch which {
		case pieceStart, pieceEarly:
			to = from.AddMonths(months / 3)
			if which == pieceEarly {
				to = from.AddMonths(months / 2)
			}
		case pieceMiddle:
			from, to = from.AddMonths(months/3), from.AddMonths(2*months/3)
		case pieceLate:
			from = from.AddMonths(months / 2)
		default:
			from = to.AddMonths(-months / 2)
		}
	default:
		return Value{}, false
	}
	v := Value{P: fixed(from, civil.Day), Q: fixed(to.AddDays(-1), civil.Day), HasEnd: true, Assumed: AssumedVague}
	if which == pieceEnd {
		v.P.Has |= FTail
	}
	return v, true
}

func slices3(from, to civil.DateTime, which, head, tail int) (civil.DateTime, civil.DateTime) {
	switch which {
	case pieceStart, pieceEarly:
		return from, from.AddDays(head)
	case pieceEnd:
		return to.AddDays(-tail), to
	case pieceLate:
		return to.AddDays(-tail - 1), to
	}
	return from, to
}

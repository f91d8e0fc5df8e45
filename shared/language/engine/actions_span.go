package engine

import (
	"function/shared/language/civil"
	"function/shared/language/token"
)

var spanActions = map[string]Action{
	// ahead is a duration from now: "in two hours". Days and longer keep the
	// clock of now without claiming it.
	"ahead": func(p *Parser, a []*Value, k []int) (Value, bool) { return p.shifted(a[0], k[0]) },
	// ahead-assumed is the same where only the context says it: a timer.
	"ahead-assumed": func(p *Parser, a []*Value, k []int) (Value, bool) {
		v, ok := p.shifted(a[0], k[0])
		v.Assumed |= AssumedDuration
		return v, ok
	},
	// clock-ahead is hours and minutes from now, written as a clock writes them: "in 1:30
	// hours".
	"clock-ahead": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		t := a[0].P
		d := Value{Unit: civil.Minute, Dur: Duration{Seconds: int64(t.Hour)*3600 + int64(t.Minute)*60 + int64(t.Second)}}
		return p.shifted(&d, 1)
	},
	// within is a deadline a duration from now.
	"within": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		v, ok := p.shifted(a[0], 1)
		v.Rel = RelBy
		return v, ok
	},
	// now-on is the clock of now on another date: "this time tomorrow"; with a
	// constant the date alone.
	"now-on": func(p *Parser, a []*Value, k []int) (Value, bool) {
		s, ok := p.resolve(a[0].P)
		if !ok || a[0].HasEnd || a[0].P.has(FHour|FPart) {
			return Value{}, false
		}
		today := p.Now.Midnight()
		d := s.start
		if g := a[0].P.Grain; g > civil.Day {
			switch g {
			case civil.Week:
				d = today.AddDays(s.start.Days() - p.Now.Floor(g, p.WeekStart).Days())
			case civil.Month, civil.Year:
				d = today.AddMonths((s.start.Year-today.Year)*12 + s.start.Month - p.Now.Floor(g, p.WeekStart).Month)
			default:
				return Value{}, false
			}
		}
		if len(k) > 0 {
			return Value{P: fixed(d.Midnight(), civil.Day)}, true
		}
		return Value{P: instant(d.At(p.Now.Hour, p.Now.Minute, 0), civil.Minute)}, true
	},
	// in-minutes is a bare number of minutes from now: "in 15".
	"in-minutes": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if a[0].N < 2 || a[0].N > 90 || a[0].Dur.Days != 2 || int(p.to) != len(p.Tokens) {
			return Value{}, false
		}
		return Value{P: instant(p.Now.Add(int(a[0].N), civil.Minute), civil.Second), Assumed: AssumedVague}, true
	},
	// from-point is a duration after (1) or before (-1) a point.
	"from-point": func(p *Parser, a []*Value, k []int) (Value, bool) {
		s, ok := p.resolve(a[1].P)
		if !ok || a[1].HasEnd {
			return Value{}, false
		}
		base := s.start
		if s.grain > civil.Day && !a[1].P.has(FFixed) && k[0] > 0 && s.grain < civil.Year {
			return Value{}, false
		}
		v := Value{P: fixed(move(base, a[0].Dur, k[0]).Midnight(), civil.Day)}
		if a[0].Dur.Seconds != 0 || s.hasTime {
			g := civil.Minute
			if a[0].Unit == civil.Second || s.grain == civil.Second {
				g = civil.Second
			}
			v.P = instant(move(base, a[0].Dur, k[0]), g)
		}
		return v, true
	},
	// const-day-from is a constant number of days after a point: "the day
	// after", "the day before".
	"const-day-from": func(p *Parser, a []*Value, k []int) (Value, bool) {
		s, ok := p.resolve(a[0].P)
		if !ok || s.grain > civil.Day && !a[0].P.has(FTail) || a[0].P.has(FHour|FPart) || a[0].HasEnd {
			return Value{}, false
		}
		return Value{P: fixed(s.start.AddDays(k[0]), civil.Day)}, true
	},
	// weekday-from is the n-th such weekday after (1) or before (-1) a date.
	"weekday-from": func(p *Parser, a []*Value, k []int) (Value, bool) {
		s, ok := p.resolve(a[1].P)
		if !ok || a[1].P.Grain != civil.Day || a[1].HasEnd || a[1].P.has(FHour|FPart) {
			return Value{}, false
		}
		sub := *p
		sub.Now = s.start
		pt := Point{Weekday: int8(a[0].N)}
		if k[0] < 0 {
			pt.Has = FPast
		}
		return Value{P: fixed(sub.nextWeekday(pt, s.start), civil.Day)}, true
	},
	// nth-weekday-from is the n-th such weekday after (1) or before (-1) a date.
	"nth-weekday-from": func(p *Parser, a []*Value, k []int) (Value, bool) {
		n := int(a[0].N)
		v, ok := actions["weekday-from"](p, a[1:], k)
		if !ok || a[0].N != float64(n) || n < 1 || n > 53 {
			return Value{}, false
		}
		return Value{P: fixed(v.P.date().AddDays(k[0]*7*(n-1)), civil.Day)}, true
	},

	// range is from one point to another.
	// till-dash is a dash between two ends, and not the one in "forty-five".
	"till-dash": func(p *Parser, _ []*Value, _ []int) (Value, bool) {
		i := p.from
		inWord := i > 0 && int(i+1) < len(p.Tokens) && p.Tokens[i].Glued && p.Tokens[i+1].Glued &&
			p.lang.means(p.syms[i-1], p.lang.cats.tens) && p.lang.means(p.syms[i+1], p.lang.cats.digit)
		return Value{}, !inWord
	},
	"range": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if p.minutesTo() || p.Tokens[p.from].Text == "twenty" && p.Tokens[p.from+1].Text == "to" {
			return Value{}, false // "twenty to eight" is a time
		}
		if !endsRange(a[0]) || !endsRange(a[1]) {
			return Value{}, false
		}
		v := Value{P: a[0].P, Q: a[1].P, HasEnd: true}
		if a[1].HasEnd {
			v.Q = a[1].Q
		}
		// A date and a clock time make no interval, unless the start has a
		// clock.
		if v.P.has(dateFields) && !v.P.has(FHour|FPart) && !v.Q.has(dateFields) {
			return v, false
		}
		if v.P.Grain <= civil.Day && v.Q.Grain >= civil.Year && !v.Q.has(FFixed) {
			return v, false
		}
		sameOrder(&v, a[0].Assumed, a[1].Assumed)
		if v.P.has(FYear) != v.Q.has(FYear) && v.P.Grain == civil.Year && !v.Q.has(FYear|FFixed) {
			return v, false
		}
		_, ok := p.resolveSpan(&v)
		return v, ok
	},
	// day-range is days of one month: "July 13 to 15".
	"day-range": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		m, x, y := int(a[0].N), int(a[1].N), int(a[2].N)
		if x >= y || !validMonthDay(m, x) || !validMonthDay(m, y) || a[1].Dur.Days > 2 || a[2].Dur.Days > 2 {
			return Value{}, false
		}
		v := Value{P: monthDay(m, x), Q: monthDay(m, y), HasEnd: true}
		if len(a) > 3 {
			v.P.Year, v.Q.Year = int16(a[3].N), int16(a[3].N)
			v.P.Has, v.Q.Has = v.P.Has|FYear, v.Q.Has|FYear
		}
		_, ok := p.resolveSpan(&v)
		return v, ok
	},
	// days-of-period is "4-23 in next month": days x to y of a month.
	"days-of-period": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		s, ok := p.resolve(a[2].P)
		x, y := int(a[0].N), int(a[1].N)
		if !ok || a[2].P.Grain != civil.Month || x < 1 || x >= y || y > civil.DaysIn(s.start.Year, s.start.Month) {
			return Value{}, false
		}
		return Value{P: fixed(s.start.AddDays(x-1), civil.Day), Q: fixed(s.start.AddDays(y-1), civil.Day), HasEnd: true}, true
	},
	// day-numbers is "the 2nd to the 5th" of the coming month.
	"day-numbers": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		x, y := int(a[0].N), int(a[1].N)
		if x < 1 || x >= y || y > 31 {
			return Value{}, false
		}
		pt := Point{Has: FDay, Day: int8(x), Grain: civil.Day}
		s, ok := p.resolve(pt)
		if !ok || y > civil.DaysIn(s.start.Year, s.start.Month) {
			return Value{}, false
		}
		return Value{P: fixed(s.start, civil.Day), Q: fixed(s.start.AddDays(y-x), civil.Day), HasEnd: true}, true
	},
	// for is a start and a length.
	"for": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		s, ok := p.resolve(a[0].P)
		if !ok || a[0].HasEnd || a[0].P.Grain > civil.Day && !a[0].P.has(FFixed) {
			return Value{}, false
		}
		v := *a[0]
		v.HasEnd = true
		end := move(s.start, a[1].Dur, 1)
		if s.hasTime && !a[0].P.has(dateFields) && a[1].Dur.Days == 0 && a[1].Dur.Months == 0 {
			v.Q = clockAfter(a[0].P, int(a[1].Dur.Seconds/60))
			if a[0].P.has(FSure | FPart) {
				v.Q = clock(end.Hour, end.Minute, end.Second)
				v.Q.Has |= FSure
			}
			v.Q.Grain = civil.Minute
		} else if s.hasTime {
			v.P = instant(s.start, s.grain)
			v.Q = instant(end, civil.Minute)
			v.P.Zone = a[0].P.Zone
		} else {
			if a[1].Dur.Seconds != 0 {
				return v, false
			}
			v.Q = fixed(end.AddDays(-1), civil.Day)
		}
		v.Assumed |= s.assumed
		return v, true
	},
	// on-span puts an interval of clock times on a date.
	"on-span": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		d, v := a[0], *a[1]
		if d.P.Grain > civil.Day || d.HasEnd || !v.HasEnd || v.P.has(dateFields) || v.Q.has(dateFields) || d.P.has(FHour) || !v.P.has(FHour) || !d.P.has(dateFields) {
			return v, false
		}
		x, ok := putOn(d, &Value{P: v.P})
		if !ok {
			return v, false
		}
		v.P = x.P
		if d.P.has(FPart) && !v.Q.has(FSure|FPart) {
			v.Q.Part, v.Q.Has = d.P.Part, v.Q.Has|FPart
		}
		_, ok = p.resolveSpan(&v)
		return v, ok
	},
	// span-at puts a clock time on both ends of an interval of days: "22-23 Feb at 7pm".
	"span-at": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		v := *a[0]
		if !v.HasEnd || v.P.Grain != civil.Day || v.Q.Grain != civil.Day || v.P.has(FHour|FPart|FTail) || v.Q.has(FHour|FPart) || a[1].HasEnd {
			return v, false
		}
		from, ok := putOn(&Value{P: v.P}, a[1])
		to, ok2 := putOn(&Value{P: v.Q}, a[1])
		v.P, v.Q = from.P, to.P
		return v, ok && ok2
	},
	// since-to-date is from a time that is past up to now.
	"since-to-date": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		v, ok := actions["since"](p, a, nil)
		if !ok || v.HasEnd {
			return v, false
		}
		v.Rel, v.Q, v.HasEnd = RelAt, instant(p.Now, civil.Minute), true
		_, ok = p.resolveSpan(&v)
		return v, ok
	},
	// span-part puts an interval of hours in a part of the day.
	"span-part": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		v := *a[0]
		if !v.HasEnd || v.P.has(dateFields|FPart) || v.Q.has(dateFields|FPart) || !v.P.has(FHour) {
			return v, false
		}
		v.P.Part, v.P.Has = a[1].P.Part, v.P.Has|FPart
		v.Q.Part, v.Q.Has = a[1].P.Part, v.Q.Has|FPart
		return v, true
	},
	// day-to-date is "14-15.11.2017": a day up to a date of the same month.
	"day-to-date": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		s, ok := p.resolve(a[1].P)
		d := int(a[0].N)
		if !ok || a[0].Dur.Days > 2 || d < 1 || d >= s.start.Day {
			return Value{}, false
		}
		return Value{P: fixed(s.start.AddDays(d-s.start.Day), civil.Day), Q: fixed(s.start, civil.Day), HasEnd: true}, true
	},
	// on-rel puts a clock time on a date with how it relates: "Tuesday after
	// 2pm".
	"on-rel": func(_ *Parser, a []*Value, k []int) (Value, bool) {
		v, ok := putOn(a[0], a[1])
		v.Rel = Relation(k[0])
		return v, ok
	},
	// closest-holiday is the n-th nearest such holiday to a date.
	"closest-holiday": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		n, h, d := 1, a[0], a[len(a)-1]
		if len(a) == 3 {
			n, h = int(a[0].N), a[1]
		}
		s, ok := p.resolve(d.P)
		if !ok || n < 1 || n > 5 {
			return Value{}, false
		}
		return p.closestHoliday(int(h.N), n, s.start)
	},
	// rel marks how the point relates to the event.
	"rel": func(p *Parser, a []*Value, k []int) (Value, bool) {
		v := *a[0]
		if v.Rel != RelAt && v.Rel != RelAround {
			return v, false
		}
		v.Rel = Relation(k[0])
		if v.Rel == RelAfter && !v.HasEnd && v.P.Grain >= civil.Week {
			// After February is from March on.
			s, ok := p.resolve(v.P)
			if !ok {
				return v, false
			}
			v.P = fixed(s.end, civil.Day)
		}
		return v, true
	},
	// past marks a time as looked back to: "since August".
	"since": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		v := *a[0]
		v.Rel = RelFrom
		if !v.P.has(FFixed | FYear) {
			v.P.Has |= FPast
		}
		s, ok := p.resolve(v.P)
		switch {
		case !ok || v.HasEnd || !s.start.After(p.Now):
		case !v.P.has(dateFields) && v.P.has(FHour): // a clock time of today, or of yesterday
			at := p.Now.Midnight().At(s.start.Hour, s.start.Minute, s.start.Second)
			if at.After(p.Now) {
				at = at.AddDays(-1)
			}
			zone := v.P.Zone
			v.P = instant(at, v.P.Grain)
			v.P.Zone = zone
		case v.P.has(FFixed) && v.P.Grain == civil.Day && !v.P.has(FHour|FPart): // a day of last year
			v.P = fixed(s.start.AddMonths(-12), civil.Day)
		}
		return v, true
	},
	// earlier-in is from the start of a period to now; later-in from now on.
	"earlier-in": func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.piece(a[0].P, pieceEarly) },
	"later-in": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		v, ok := p.piece(a[0].P, pieceLate)
		if today := p.Now.Midnight(); ok && v.HasEnd && v.P.date().Before(today) && v.Q.date().After(today) {
			v.P = fixed(today, civil.Day)
		}
		return v, ok
	},
	// first-units and last-units are the first or last n units of a period.
	"first-units": func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.edgeUnits(a, false) },
	"last-units":  func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.edgeUnits(a, true) },
	// to-date is from the start of the present unit to now.
	"to-date": func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.toDate(a[0].Unit) },
	"to-date-const": func(p *Parser, _ []*Value, k []int) (Value, bool) {
		return p.toDate(civil.Grain(k[0]))
	},
	// half-year is H1 or H2 of a year.
	"half-year": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		switch a[0].N {
		case 1:
			return p.piece(a[1].P, pieceEarly)
		case 2:
			return p.piece(a[1].P, pieceLate)
		}
		return Value{}, false
	},
}

// endsRange reports whether an interval may begin or end with a value: a point, or a
// piece of a month or year ("from mid May to late June").
func endsRange(v *Value) bool {
	return !v.HasEnd || v.P.has(FTail) || v.P.has(FFixed) && v.Q.has(FFixed) && v.P.Grain == civil.Day && v.Q.Grain == civil.Day
}

// clockAfter is a clock time some minutes after one of which the half of the day is open.
func clockAfter(p Point, minutes int) Point {
	m := int(p.Hour)*60 + int(p.Minute) + minutes
	q := clock(m/60%24, m%60, 0)
	if m >= 13*60 {
		q.Has |= FSure
	}
	return q
}

// sameOrder reads a date of digits, whose order was guessed, in the order that the other
// one must have: "2/11 - 28/11".
func sameOrder(v *Value, start, end Assumptions) {
	swap := func(p *Point) {
		p.Month, p.Day = p.Day, p.Month
		p.Has |= FDayFirst
	}
	switch {
	case v.P.has(FDayFirst) && !v.Q.has(FDayFirst) && end&AssumedMonthFirst != 0:
		swap(&v.Q)
	case v.Q.has(FDayFirst) && !v.P.has(FDayFirst) && start&AssumedMonthFirst != 0:
		swap(&v.P)
	}
}

func init() { register(spanActions) }

func (p *Parser) edgeUnits(a []*Value, last bool) (Value, bool) {
	s, ok := p.resolve(a[2].P)
	n := int(a[0].N)
	g := a[1].Unit
	if !ok || n < 1 || n > 60 || g < civil.Day || g >= a[2].P.Grain || a[0].N != float64(n) {
		return Value{}, false
	}
	n *= max(int(a[1].N), 1)
	from, to := s.start, s.start.Add(n, g)
	if last {
		from, to = s.end.Add(-n, g), s.end
	}
	return Value{P: fixed(from, civil.Day), Q: fixed(to.AddDays(-1), civil.Day), HasEnd: true}, true
}

func (p *Parser) toDate(g civil.Grain) (Value, bool) {
	from := p.Now.Floor(g, p.WeekStart)
	return Value{P: fixed(from, civil.Day), Q: fixed(p.Now.Midnight(), civil.Day), HasEnd: true}, true
}

// shifted is a duration from a moment.
func (p *Parser) shifted(d *Value, sign int) (Value, bool) {
	t := p.fromNow(d.Dur, sign)
	if t.Year < 1 || t.Year > 9998 {
		return Value{}, false
	}
	v := Value{Assumed: d.Assumed}
	switch {
	case d.Dur.Seconds != 0 || d.Unit < civil.Day:
		v.P = instant(t, civil.Second)
	default:
		v.P = around(t, civil.Day)
	}
	return v, true
}

// minutesTo reports whether the match is "five to midnight": a number in words
// and two more.
func (p *Parser) minutesTo() bool {
	if p.to-p.from != 3 || p.Tokens[p.from].Kind != token.Word {
		return false
	}
	switch p.Tokens[p.to-1].Text {
	case "noon", "midnight":
		return p.Tokens[p.from+1].Text == "to"
	}
	return false
}

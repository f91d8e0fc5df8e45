package engine

import (
	"time"

	"function/shared/language/civil"
)

// actions are what grammar rules may name. Each file adds its own.
var actions = map[string]Action{}

func register(m map[string]Action) {
	for name, a := range m {
		if actions[name] != nil {
			panic("engine: action " + name + " twice")
		}
		actions[name] = a
	}
}

var numberActions = map[string]Action{
	// keep passes the only value on.
	"keep": func(_ *Parser, a []*Value, _ []int) (Value, bool) { return *a[0], true },
	// const is a number.
	"const": func(_ *Parser, _ []*Value, k []int) (Value, bool) { return Value{N: float64(k[0])}, true },
	// sum adds: twenty + five. The second must be smaller.
	"sum": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		return Value{N: a[0].N + a[1].N}, a[0].N > a[1].N && a[1].N > 0
	},
	// times multiplies by a constant and may add: five hundred [and six].
	"times": func(_ *Parser, a []*Value, k []int) (Value, bool) {
		n := a[0].N * float64(k[0])
		if len(a) > 1 {
			if a[1].N >= float64(k[0]) {
				return Value{}, false
			}
			n += a[1].N
		}
		return Value{N: n}, a[0].N < 1000 && a[0].N > 0
	},
	// half adds a half: two and a half.
	"half": func(_ *Parser, a []*Value, _ []int) (Value, bool) { return Value{N: a[0].N + 0.5}, true },
	// fraction divides: 3/4.
	"fraction": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		if a[1].N < 2 || a[1].N > 12 || a[0].N < 1 || a[0].N >= a[1].N {
			return Value{}, false
		}
		return Value{N: a[0].N / a[1].N}, true
	},
	// few is a vague number.
	"few": func(_ *Parser, _ []*Value, k []int) (Value, bool) {
		return Value{N: float64(k[0]), Assumed: AssumedFew}, true
	},
	// ordinal takes the number of "21st".
	"ordinal": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		return Value{N: a[0].N}, a[0].N >= 1 && a[0].N <= 366 && a[0].N == float64(int(a[0].N))
	},
	// century-year reads "nineteen [hundred] [eighty six]".
	"century-year": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		n := a[0].N * 100
		if len(a) > 1 {
			if a[1].N < 10 && a[1].N != 0 || a[1].N >= 100 {
				return Value{}, false
			}
			n += a[1].N
		}
		return Value{N: n}, a[0].N >= 11 && a[0].N <= 29 && a[0].N == float64(int(a[0].N))
	},
	// year checks a number said in words.
	"year": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		return Value{N: a[0].N}, a[0].N >= 1000 && a[0].N < 3000 && a[0].N == float64(int(a[0].N))
	},
	// short-year reads 96 as 1996; with a constant only what is above it.
	"short-year": func(_ *Parser, a []*Value, k []int) (Value, bool) {
		if a[0].Dur.Days != 2 {
			return Value{}, false
		}
		if len(k) > 0 && int(a[0].N) <= k[0] {
			return Value{}, false
		}
		y, ok := year4(int(a[0].N), 2)
		return Value{N: float64(y), Assumed: AssumedYear}, ok
	},
	// any-year is any positive number ("8 AD").
	"any-year": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		return Value{N: a[0].N}, a[0].N >= 1 && a[0].N < 3000
	},

	// duration is a number of units.
	"duration": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if last := &p.Tokens[p.to-1]; a[0].N <= 4 && last.Glued && p.Text[last.Start:last.End] == "D" {
			return Value{}, false // 3D
		}
		return duration(a[0].N, a[1])
	},
	// one-duration is one unit: "an hour".
	"one-duration": func(_ *Parser, a []*Value, _ []int) (Value, bool) { return duration(1, a[0]) },
	// part-duration is a fraction of a unit, in percent: "half an hour".
	"part-duration": func(_ *Parser, a []*Value, k []int) (Value, bool) {
		return duration(float64(k[0])/100, a[0])
	},
	// fraction-duration is a fraction of a unit in digits: "3/4 of an hour".
	"fraction-duration": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		n, ok := actions["fraction"](p, a[:2], nil)
		if !ok {
			return n, false
		}
		return duration(n.N, a[2])
	},
	// duration-half is a unit and a half: "an hour and a half".
	"duration-half": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		n := 1.0
		u := a[0]
		if len(a) > 1 {
			n, u = a[0].N, a[1]
		}
		return duration(n+0.5, u)
	},
	// hours-minutes is "2h30": hours and minutes.
	"hours-minutes": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		return Value{Unit: civil.Minute, Dur: Duration{Seconds: int64(a[0].N)*3600 + int64(a[1].N)*60}},
			a[1].N < 60 && a[1].Dur.Days == 2 && a[0].N < 1000
	},
	// add joins durations of falling units.
	"add": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		if a[1].Unit >= a[0].Unit {
			return Value{}, false
		}
		d := Duration{a[0].Dur.Months + a[1].Dur.Months, a[0].Dur.Days + a[1].Dur.Days, a[0].Dur.Seconds + a[1].Dur.Seconds}
		return Value{Unit: a[1].Unit, Dur: d}, true
	},
}

func init() { register(numberActions) }

const maxCount = 20000

// monthsIn is how many months a unit has, 0 for units below.
var monthsIn = [...]int{civil.Month: 1, civil.Quarter: 3, civil.Year: 12, civil.Decade: 120, civil.Century: 1200}

// duration multiplies a unit; the unit's N is how many of its grain it holds
// (a fortnight is two weeks).
func duration(n float64, u *Value) (Value, bool) {
	if n <= 0 || n > maxCount {
		return Value{}, false
	}
	if u.N > 0 {
		n *= u.N
	}
	v := Value{N: n, Unit: u.Unit}
	whole := n == float64(int(n))
	switch u.Unit {
	case civil.Second:
		v.Dur.Seconds = int64(n)
	case civil.Minute:
		v.Dur.Seconds = int64(n * 60)
	case civil.Hour:
		v.Dur.Seconds = int64(n * 3600)
	case civil.Day:
		v.Dur.Days = int32(n)
		v.Dur.Seconds = int64((n - float64(int(n))) * 86400)
	case civil.Week:
		v.Dur.Days = int32(n * 7)
		if !whole {
			v.Unit = civil.Day
		}
	default:
		perUnit := float64(monthsIn[u.Unit])
		if perUnit == 0 || n*perUnit > 12*3000 {
			return v, false
		}
		months := n * perUnit
		v.Dur.Months = int32(months)
		v.Dur.Days = int32((months - float64(int(months))) * 30)
	}
	if !whole && v.Dur.Seconds != 0 && v.Unit >= civil.Hour {
		v.Unit = civil.Minute
		if u.Unit == civil.Day && v.Dur.Seconds%3600 == 0 {
			v.Unit = civil.Hour
		}
	}
	return v, v.Dur != Duration{}
}

// move shifts a wall time by a duration.
func move(d civil.DateTime, by Duration, sign int) civil.DateTime {
	return d.AddMonths(sign * int(by.Months)).AddDays(sign * int(by.Days)).AddSeconds(int64(sign) * by.Seconds)
}

// fromNow is now moved by a distance: months and days on the calendar, hours
// and less as they pass.
func (p *Parser) fromNow(by Duration, sign int) civil.DateTime {
	if p.Instant.IsZero() || by.Seconds == 0 {
		return move(p.Now, by, sign)
	}
	t := p.Instant
	if by.Months != 0 || by.Days != 0 {
		t = move(p.Now, Duration{Months: by.Months, Days: by.Days}, sign).In(t.Location())
	}
	return civil.Of(t.Add(time.Duration(sign) * time.Duration(by.Seconds) * time.Second))
}

package engine

import (
	"math/bits"

	"function/shared/language/civil"
)

// ruleActions build recurrences.
var ruleActions = map[string]Action{
	// freq is every unit; freq-n every n units; freq-const every k units.
	"freq": func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.every(1, a[len(a)-1]) },
	"freq-n": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		return p.every(a[0].N, a[1])
	},
	"freq-const": func(p *Parser, a []*Value, k []int) (Value, bool) { return p.every(float64(k[0]), a[len(a)-1]) },
	// freq-word is one word for it: daily.
	"freq-word": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		v, ok := p.every(1, a[0])
		if ok {
			p.rules[v.Rule-1].Adjective = true
			if a[0].N == 2 && a[0].Unit == civil.Week {
				v.Assumed |= AssumedBiweekly
			}
		}
		return v, ok
	},
	// times-per is n times in a unit, on days or hours spread over it.
	"times-per": func(p *Parser, a []*Value, k []int) (Value, bool) {
		n := 0
		if len(k) > 0 {
			n = k[0]
		} else {
			n = int(a[0].N)
		}
		return p.timesPer(n, a[len(a)-1].Unit)
	},
	// wd, wd-add, wd-range, wd-const make sets of weekdays.
	"wd": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r := Rule{Bare: true}
		r.addDay(0, int8(a[0].N))
		return p.makeRule(r)
	},
	// last-wd is the last such weekday of a month, nth-monthly the n-th in each month.
	"last-wd": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r := Rule{Bare: true}
		r.addDay(-1, int8(a[0].N))
		return p.makeRule(r)
	},
	"nth-monthly": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		days, r, n := p.rule(a[1]), Rule{Bare: true}, int(a[0].N)
		if n < 1 || n > 5 || days.NDays != 1 {
			return Value{}, false
		}
		r.addDay(int8(n), days.Days[0].Weekday)
		v, _ := p.makeRule(r)
		return p.repeat(&v, civil.Month, 1)
	},
	"wd-range": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		from, to := int(a[0].N), int(a[1].N)
		if from == to {
			return Value{}, false
		}
		r := Rule{Bare: true}
		for w := from; ; w = w%7 + 1 {
			r.addDay(0, int8(w))
			if w == to {
				break
			}
		}
		return p.makeRule(r)
	},
	"wd-const": func(p *Parser, _ []*Value, k []int) (Value, bool) {
		r := Rule{Bare: true}
		for w := k[0]; w <= k[1]; w++ {
			r.addDay(0, int8(w))
		}
		return p.makeRule(r)
	},
	"wd-list": func(p *Parser, _ []*Value, k []int) (Value, bool) {
		r := Rule{Bare: true}
		for _, w := range k {
			r.addDay(0, int8(w))
		}
		return p.makeRule(r)
	},
	// nth puts ordinals before weekdays: the first and third Monday.
	"nth": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		ords, days := p.rule(a[0]), p.rule(a[1])
		r := Rule{Bare: true}
		if days.NDays >= 5 {
			return Value{}, false // the working days, see nth-workdays
		}
		for _, n := range ordinals(&ords) {
			if n > 5 && n < 54 && n != 13 || n < -5 {
				return Value{}, false
			}
			for _, d := range days.Days[:days.NDays] {
				if d.N != 0 || !r.addDay(int8(n), d.Weekday) {
					return Value{}, false
				}
			}
		}
		return p.makeRule(r)
	},
	// nth-workdays picks from the weekdays k[0] to k[1] together: the first or
	// last working day.
	"nth-workdays": func(p *Parser, a []*Value, k []int) (Value, bool) {
		ords := p.rule(a[0])
		r := Rule{Bare: true}
		for w := k[0]; w <= k[1]; w++ {
			r.addDay(0, int8(w))
		}
		for _, n := range ordinals(&ords) {
			if n > 23 || !r.SetPos.add(n) {
				return Value{}, false
			}
		}
		return p.makeRule(r)
	},
	// mday and its list: days of the month by ordinal; negative from the end.
	"mday": func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.monthDayRule(int(a[0].N), a[0]) },
	"mday-from-end": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		return p.monthDayRule(-int(a[0].N), a[0])
	},
	"mday-const": func(p *Parser, a []*Value, k []int) (Value, bool) {
		return p.monthDayRule(k[0], &Value{N: float64(k[0])})
	},
	"mday-range": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		x, y := int(a[0].N), int(a[1].N)
		if x < 1 || y > 31 || x >= y {
			return Value{}, false
		}
		r := Rule{Bare: true}
		for d := x; d <= y; d++ {
			r.MonthDays |= 1 << d
		}
		return p.makeRule(r)
	},
	// mday-first and mday-last are several days at the beginning or the end of a month.
	"mday-first": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		n := int(a[0].N)
		return p.makeRule2(Rule{Bare: true, MonthDays: 1<<(n+1) - 2}, n > 1 && n <= 28)
	},
	"mday-last": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		n := int(a[0].N)
		return p.makeRule2(Rule{Bare: true, LastDays: 1<<(n+1) - 2}, n > 1 && n <= 28)
	},
	// mday-odd is every second day of the month from k on, odd-days the same each month.
	"mday-odd": func(p *Parser, _ []*Value, k []int) (Value, bool) { return p.makeRule(alternate(k[0])) },
	"odd-days": func(p *Parser, _ []*Value, k []int) (Value, bool) {
		r := alternate(k[0])
		r.Bare, r.Freq, r.Interval = false, civil.Month, 1
		return p.makeRule(r)
	},
	// nth-first and nth-last are several weekdays of a month: "the first two Mondays".
	"nth-first": func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.severalOf(a, 1) },
	"nth-last":  func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.severalOf(a, -1) },
	// mon makes a set of months.
	"mon": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		return p.makeRule(Rule{Bare: true, Months: 1 << int(a[0].N)})
	},
	"mon-range": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r := Rule{Bare: true}
		for m := int(a[0].N); ; m = m%12 + 1 {
			r.Months |= 1 << m
			if m == int(a[1].N) {
				break
			}
		}
		return p.makeRule(r)
	},
	// weekno is a set of ISO weeks.
	"weekno": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		n := int(a[0].N)
		return p.makeRule2(Rule{Bare: true, Weeks: 1 << n}, n >= 1 && n <= 53)
	},
	// md-rule is a day of the year.
	"md-rule": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		pt := a[0].P
		if !pt.has(FMonth) || !pt.has(FDay) || pt.has(FYear|FFixed|FWeekday) {
			return Value{}, false
		}
		return p.makeRule(Rule{Bare: true, Months: 1 << pt.Month, MonthDays: 1 << pt.Day})
	},
	// holiday-rule is a holiday of fixed date.
	"holiday-rule": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		h, ok := holidayByCode(int(a[0].N))
		if !ok || h.isEaster || h.special != nil || h.offset != 0 {
			return Value{}, false
		}
		r := Rule{Bare: true, Months: 1 << h.month}
		if h.nth != 0 {
			r.addDay(int8(h.nth), int8(h.weekday))
		} else {
			r.MonthDays = 1 << h.day
		}
		return p.makeRule(r)
	},
	// set-add joins two sets of the same sort.
	"set-add": func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.joinSets(a[0], a[1]) },
	// md-add adds a further day to a day of the year: "Dec 21 and 31", "Jan 5 and
	// Jul 5".
	"md-add": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		x, y := p.rule(a[0]), p.rule(a[1])
		otherMonth := y.Months != 0 && y.Months != x.Months
		if x.Months == 0 || x.MonthDays == 0 || y.MonthDays == 0 || otherMonth && x.MonthDays != y.MonthDays {
			return Value{}, false
		}
		x.Months |= y.Months
		x.MonthDays |= y.MonthDays
		return p.makeRule(x)
	},
	// repeat makes a set repeat with the unit k (and interval k[1]).
	"repeat": func(p *Parser, a []*Value, k []int) (Value, bool) {
		interval := 1
		if len(k) > 1 {
			interval = k[1]
		}
		return p.repeat(a[0], civil.Grain(k[0]), interval)
	},
	// repeat-auto makes a set repeat with the unit it belongs to.
	"repeat-auto": func(p *Parser, a []*Value, k []int) (Value, bool) {
		r := p.rule(a[0])
		interval := 1
		if len(k) > 0 {
			interval = k[0]
		}
		return p.repeat(a[0], natural(&r), interval)
	},
	// in-rule narrows a recurrence by a set: "every month on the 1st".
	"in-rule": func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.narrow(a[0], a[1]) },
	// within-rule is the same with the set said first: "the 1st of every month".
	"within-rule": func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.narrow(a[1], a[0]) },
	// month-of-set joins months and days: "the 4th Thursday in November".
	"set-in": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		x, y := p.rule(a[0]), p.rule(a[1])
		if x.Months != 0 || y.Months == 0 || x.Weeks != 0 {
			return Value{}, false
		}
		x.Months = y.Months
		return p.makeRule(x)
	},
	"set-weeks": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		x, y := p.rule(a[0]), p.rule(a[1])
		if y.Weeks == 0 || x.NDays == 0 || x.Days[0].N != 0 {
			return Value{}, false
		}
		x.Weeks = y.Weeks
		return p.makeRule(x)
	},
	// at-time adds a clock time or a part of the day.
	"at-time": func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.ruleTime(a[0], a[1]) },
	// rule-first is the same with the time said first.
	"time-first": func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.ruleTime(a[1], a[0]) },
	// part-daily is every morning.
	"part-daily": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		return p.ruleTime(ref(p.makeRule(Rule{Freq: civil.Day, Interval: 1})), a[0])
	},
	// from-rule and until-rule bound it.
	"from-rule": func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.bound(a[0], &a[1].P, nil) },
	"until-rule": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		pt := a[1].P
		if a[1].HasEnd {
			pt = a[1].Q
		}
		return p.bound(a[0], nil, &pt)
	},
	// through-rule takes in the last day of what is named: "through June".
	"through-rule": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if a[1].HasEnd {
			return p.bound(a[0], nil, &a[1].Q)
		}
		v, ok := p.bound(a[0], nil, &a[1].P)
		if ok {
			p.rules[v.Rule-1].Through = true
		}
		return v, ok
	},
	"from-until": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if a[1].P.Has&dateFields == FWeekday && a[2].P.Has&dateFields == FWeekday {
			return Value{}, false
		}
		return p.bound(a[0], &a[1].P, &a[2].P)
	},
	// in-week keeps a rule on several weekdays: "every hour from Monday to Friday".
	"in-week": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r, days := p.rule(a[0]), p.rule(a[1])
		if days.NDays < 2 || r.NDays > 0 || r.Freq > civil.Week {
			return Value{}, false
		}
		if r.Freq == civil.Day && r.Interval == 1 {
			r.Freq = civil.Week
			v, _ := p.makeRule(r)
			return p.narrow(&v, a[1])
		}
		return p.narrow(a[0], a[1])
	},
	// until-clock ends what comes several times a day at a time.
	"until-clock": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r := p.rule(a[0])
		if ended(&r) || r.Freq >= civil.Day || !a[1].P.has(FHour) || a[1].P.has(dateFields) {
			return Value{}, false
		}
		r.Until = a[1].P
		return p.makeRule(r)
	},
	// freq-set is a set of days with the unit said before: "weekly every Friday".
	"freq-set": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		v, ok := p.every(1, a[0])
		if !ok {
			return v, false
		}
		return p.narrow(&v, a[1])
	},
	// span-rule bounds it by an interval: "from November until June".
	"span-rule": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if !a[1].HasEnd || !a[1].P.has(dateFields) {
			return Value{}, false
		}
		q := a[1].Q
		if !q.has(dateFields) || a[1].P.Has&dateFields == FWeekday && q.Has&dateFields == FWeekday {
			return Value{}, false // "every day from Monday to Friday" is so each week
		}
		return p.bound(a[0], &a[1].P, &q)
	},
	// for-rule ends it after a duration; count-rule after a number of times.
	"for-rule": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r := p.rule(a[0])
		if ended(&r) || a[1].Unit < civil.Day && r.Freq >= civil.Day {
			return Value{}, false
		}
		r.For = a[1].Dur
		return p.makeRule(r)
	},
	"count-rule": func(p *Parser, a []*Value, k []int) (Value, bool) {
		n := 0
		if len(k) > 0 {
			n = k[0]
		} else {
			n = int(a[1].N)
		}
		r := p.rule(a[0])
		if ended(&r) || n < 1 || n > 9999 || len(k) == 0 && a[1].N != float64(n) {
			return Value{}, false
		}
		r.Count = int16(n)
		return p.makeRule(r)
	},
	// next-times is a day so many times: "the next three Mondays".
	"next-times": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r, n := p.rule(a[1]), int(a[0].N)
		if n < 2 || n > 999 || a[0].N != float64(n) || r.NDays != 1 || r.Days[0].N != 0 {
			return Value{}, false
		}
		r.Bare, r.Freq, r.Interval, r.Count = false, civil.Week, 1, int16(n)
		return p.makeRule(r)
	},
	// once-in repeats after a duration: "once in three weeks".
	"once-in": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		return p.every(a[0].N, &Value{N: 1, Unit: a[0].Unit})
	},
	// skip leaves out weekdays or months; skip-date a date.
	"skip": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r, s := p.rule(a[0]), p.rule(a[1])
		for _, d := range s.Days[:s.NDays] {
			if d.N != 0 {
				return Value{}, false
			}
			r.SkipDays |= 1 << d.Weekday
		}
		if s.MonthDays != 0 || s.Weeks != 0 {
			return Value{}, false
		}
		r.SkipMonths |= s.Months
		return p.makeRule(r)
	},
	"skip-date": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r := p.rule(a[0])
		if a[1].P.has(FWeekday) && !a[1].P.has(FFixed|FMonth|FDay) {
			return Value{}, false
		}
		for i := range r.Skip {
			if r.Skip[i].Has == 0 {
				r.Skip[i] = a[1].P
				return p.makeRule(r)
			}
		}
		return Value{}, false
	},
	// completion counts from when it was done: "every 3 days after I finish".
	"completion": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r := p.rule(a[0])
		if r.FromCompletion || r.Freq == civil.None {
			return Value{}, false
		}
		r.FromCompletion = true
		return p.makeRule(r)
	},
	// completion-after is a duration after it was done.
	"completion-after": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		v, ok := p.every(a[0].N, &Value{N: 1, Unit: a[0].Unit})
		if ok {
			p.rules[v.Rule-1].FromCompletion = true
		}
		return v, ok && a[0].N > 0
	},
}

func init() { register(ruleActions) }

// hasSign reports whether a sign that joins stands among tokens: "Tue & Thu".
func (p *Parser) hasSign(from, to int32) bool {
	for i := from; i < to; i++ {
		switch p.Tokens[i].Text {
		case "&", "/", "+":
			return true
		}
	}
	return false
}

// alternate is every second day of the month.
func alternate(from int) Rule {
	r := Rule{Bare: true}
	for d := from; d <= 31; d += 2 {
		r.MonthDays |= 1 << d
	}
	return r
}

// severalOf is a number of one weekday from the beginning or the end of a month.
func (p *Parser) severalOf(a []*Value, sign int8) (Value, bool) {
	n, days, r := int8(a[0].N), p.rule(a[1]), Rule{Bare: true}
	if a[0].N < 2 || a[0].N > 4 || days.NDays != 1 || days.Days[0].N != 0 {
		return Value{}, false
	}
	for i := int8(1); i <= n; i++ {
		r.addDay(i*sign, days.Days[0].Weekday)
	}
	return p.makeRule(r)
}

// ref makes an argument of a result.
func ref(v Value, _ bool) *Value { return &v }

func (p *Parser) makeRule2(r Rule, ok bool) (Value, bool) {
	if !ok {
		return Value{}, false
	}
	return p.makeRule(r)
}

func ended(r *Rule) bool {
	return r.Count != 0 || r.Until.Has != 0 || r.For != Duration{} || r.Freq == civil.None
}

// ordinals are the numbers kept in a set of days of the month.
func ordinals(r *Rule) []int {
	var out []int
	for d := 1; d <= 31; d++ {
		if r.MonthDays&(1<<d) != 0 {
			out = append(out, d)
		}
	}
	for d := 1; d <= 31; d++ {
		if r.LastDays&(1<<d) != 0 {
			out = append(out, -d)
		}
	}
	return out
}

func rulePhraseWeekly(p *Parser, a []*Value) (Value, bool) {
	v, ok := p.repeat(a[0], civil.Week, 1)
	if !ok {
		return v, false
	}
	return p.ruleTime(&v, a[1])
}

// every repeats each n units.
func (p *Parser) every(n float64, u *Value) (Value, bool) {
	if u.N > 0 {
		n *= u.N
	}
	r := Rule{Freq: u.Unit, Interval: int16(n)}
	if u.Unit == civil.Hour && n != float64(int(n)) {
		// Every hour and a half.
		n *= 60
		r.Freq, r.Interval = civil.Minute, int16(n)
	}
	if n != float64(int(n)) || n < 1 || n > 5000 {
		return Value{}, false
	}
	switch u.Unit {
	case civil.Quarter:
		r.Freq, r.Interval, r.Quarterly = civil.Month, r.Interval*3, n == 1
	case civil.Decade:
		r.Freq, r.Interval = civil.Year, r.Interval*10
	case civil.Century, civil.None:
		return Value{}, false
	}
	return p.makeRule(r)
}

// timesPer spreads n times over a unit.
func (p *Parser) timesPer(n int, u civil.Grain) (Value, bool) {
	r := Rule{Freq: u, Interval: 1}
	if n < 1 || n > 7 {
		return Value{}, false
	}
	if n == 1 {
		return p.every(1, &Value{N: 1, Unit: u})
	}
	switch u {
	case civil.Day:
		hours := [...][]int8{2: {9, 18}, 3: {9, 14, 19}, 4: {8, 12, 16, 20}, 5: {8, 11, 14, 17, 20}, 6: {8, 10, 12, 15, 18, 21}}
		if n > 6 {
			return Value{}, false
		}
		for _, h := range hours[n] {
			r.Times[r.NTimes] = Point{Has: FHour | FMinute | FSure, Hour: h, Grain: civil.Hour}
			r.NTimes++
		}
	case civil.Week:
		days := [...][]int8{2: {1, 4}, 3: {1, 3, 5}, 4: {1, 2, 4, 5}, 5: {1, 2, 3, 4, 5}, 6: {1, 2, 3, 4, 5, 6}, 7: {1, 2, 3, 4, 5, 6, 7}}
		for _, d := range days[n] {
			r.addDay(0, d)
		}
	case civil.Month:
		days := [...][]int{2: {1, 15}, 3: {1, 11, 21}, 4: {1, 8, 15, 22}, 5: {1, 7, 13, 19, 25}, 6: {1, 6, 11, 16, 21, 26}, 7: {1, 5, 9, 13, 17, 21, 25}}
		for _, d := range days[n] {
			r.MonthDays |= 1 << d
		}
	case civil.Hour:
		if 60%n != 0 {
			return Value{}, false
		}
		r.Freq, r.Interval = civil.Minute, int16(60/n)
	case civil.Year:
		if 12%n != 0 {
			return Value{}, false
		}
		r.Freq, r.Interval = civil.Month, int16(12/n)
	default:
		return Value{}, false
	}
	v, ok := p.makeRule(r)
	v.Assumed = AssumedVague
	return v, ok
}

func (p *Parser) monthDayRule(n int, v *Value) (Value, bool) {
	if v.N != float64(int(v.N)) || n == 0 || n > 31 || n < -31 {
		return Value{}, false
	}
	if n < 0 {
		return p.makeRule(Rule{Bare: true, LastDays: 1 << -n})
	}
	return p.makeRule(Rule{Bare: true, MonthDays: 1 << n})
}

// joinSets adds two sets of weekdays, of days, of months or of weeks.
func (p *Parser) joinSets(a, b *Value) (Value, bool) {
	x, y := p.rule(a), p.rule(b)
	same := (x.NDays > 0) == (y.NDays > 0) && (x.MonthDays|x.LastDays > 0) == (y.MonthDays|y.LastDays > 0) &&
		(x.Months > 0) == (y.Months > 0) && (x.Weeks > 0) == (y.Weeks > 0) && (x.SetPos[0] != 0) == (y.SetPos[0] != 0) &&
		(x.SetPos[0] == 0 || x.Days == y.Days)
	if !same || x.Months > 0 && x.MonthDays > 0 && x.Months != y.Months && x.MonthDays != y.MonthDays {
		return Value{}, false
	}
	for _, d := range y.Days[:y.NDays] {
		if !x.addDay(d.N, d.Weekday) {
			return Value{}, false
		}
	}
	x.MonthDays |= y.MonthDays
	x.LastDays |= y.LastDays
	x.Months |= y.Months
	x.Weeks |= y.Weeks
	for _, n := range y.SetPos {
		if n != 0 && !x.SetPos.add(int(n)) {
			return Value{}, false
		}
	}
	return p.makeRule(x)
}

// natural is the unit in which a set repeats.
func natural(r *Rule) civil.Grain {
	switch {
	case r.Months != 0 || r.Weeks != 0 || r.YearDays[0] != 0:
		return civil.Year
	case r.MonthDays|r.LastDays != 0 || r.SetPos[0] != 0 || r.NDays > 0 && r.Days[0].N != 0:
		return civil.Month
	}
	return civil.Week
}

func (p *Parser) repeat(a *Value, g civil.Grain, interval int) (Value, bool) {
	r := p.rule(a)
	if r.Freq != civil.None || !r.Bare {
		return Value{}, false
	}
	r.Bare, r.Freq, r.Interval = false, g, int16(interval)
	return p.makeRule(r)
}

// narrow adds a set to a recurrence.
func (p *Parser) narrow(rule, set *Value) (Value, bool) {
	r, s := p.rule(rule), p.rule(set)
	if r.Freq == civil.None || s.Freq != civil.None ||
		r.NDays > 0 && s.NDays > 0 || r.MonthDays|r.LastDays != 0 && s.MonthDays|s.LastDays != 0 || r.Months != 0 && s.Months != 0 || r.Weeks != 0 && s.Weeks != 0 {
		return Value{}, false
	}
	nth := s.NDays > 0 && s.Days[0].N != 0
	quarterly := r.Quarterly
	switch {
	case (nth || s.SetPos[0] != 0) && r.Freq < civil.Month, s.MonthDays|s.LastDays != 0 && r.Freq < civil.Hour:
		return Value{}, false
	case quarterly && r.Interval == 3 && (nth || s.SetPos[0] != 0 || s.MonthDays|s.LastDays != 0) && s.Months == 0:
		// The last Friday of each quarter lies in its last month.
		r.Freq, r.Interval = civil.Year, 1
		r.Months = 1<<1 | 1<<4 | 1<<7 | 1<<10
		if nth && s.Days[0].N < 0 || s.SetPos[0] < 0 || s.LastDays != 0 {
			r.Months = 1<<3 | 1<<6 | 1<<9 | 1<<12
		}
	case r.Freq == civil.Year && s.MonthDays != 0 && s.Months == 0 && r.Months == 0 && s.NDays == 0:
		// "Every year on the 31st" is a day of the year.
		if d := ordinals(&s); len(d) == 1 {
			r.YearDays = Numbers{int16(d[0])}
			return p.makeRule(r)
		}
	}
	for _, d := range s.Days[:s.NDays] {
		r.addDay(d.N, d.Weekday)
	}
	r.MonthDays |= s.MonthDays
	r.LastDays |= s.LastDays
	r.Months |= s.Months
	r.Weeks |= s.Weeks
	r.LastWeeks |= s.LastWeeks
	switch {
	case r.Freq == civil.Week && r.MonthDays|r.LastDays != 0 && r.Interval == 1:
		r.Freq = civil.Month // "every Friday the 13th"
	case r.Freq == civil.Month && s.Months != 0 && s.MonthDays != 0 && bits.OnesCount16(s.Months)*int(r.Interval) == 12:
		r.Freq, r.Interval = civil.Year, 1 // "twice a year on June 1 and December 1"
	}
	if s.SetPos[0] != 0 {
		r.SetPos = s.SetPos
	}
	if r.Weeks|r.LastWeeks != 0 && r.Freq < civil.Year {
		r.Freq, r.Interval = civil.Year, 1
	}
	r.Adjective = false
	return p.makeRule(r)
}

// ruleTime adds a clock time.
func (p *Parser) ruleTime(rule, t *Value) (Value, bool) {
	r := p.rule(rule)
	if r.Freq == civil.None || r.Freq < civil.Day && r.Freq != civil.Hour || t.HasEnd || t.P.has(dateFields) || int(r.NTimes) >= len(r.Times) || ended(&r) && r.NTimes > 0 {
		return Value{}, false
	}
	if t.P.has(FPart) && !t.P.has(FHour) {
		if r.Part != NoPart {
			return Value{}, false
		}
		r.Part = t.P.Part
		for i := range r.Times[:r.NTimes] {
			r.Times[i].Part, r.Times[i].Has = t.P.Part, r.Times[i].Has|FPart
		}
		return p.makeRule(r)
	}
	if !t.P.has(FHour) {
		return Value{}, false
	}
	pt := t.P
	if r.Part != NoPart && !pt.has(FPart|FSure) {
		pt.Part, pt.Has = r.Part, pt.Has|FPart
	}
	for _, o := range r.Times[:r.NTimes] {
		if o == pt {
			return Value{}, false
		}
	}
	r.Times[r.NTimes] = pt
	r.NTimes++
	r.Adjective = false
	return p.makeRule(r)
}

func (p *Parser) bound(rule *Value, from, until *Point) (Value, bool) {
	r := p.rule(rule)
	if r.Freq == civil.None || from != nil && r.From.Has != 0 || until != nil && ended(&r) {
		return Value{}, false
	}
	if from != nil {
		if !from.has(dateFields) {
			return Value{}, false
		}
		r.From = *from
	}
	if until != nil {
		if !until.has(dateFields) {
			return Value{}, false
		}
		r.Until = *until
	}
	r.Adjective = false
	return p.makeRule(r)
}

// The rules said in set phrases.
var rulePhrases = map[string]Action{
	"mday-any": func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.monthDayRule(int(a[0].N), a[0]) },
	"freq-unit": func(p *Parser, _ []*Value, k []int) (Value, bool) {
		return p.every(float64(k[0]), &Value{N: 1, Unit: civil.Grain(k[1])})
	},
	"freq-months": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		return p.every(a[len(a)-1].N, &Value{N: 1, Unit: civil.Month})
	},
	"freq-hours": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		return p.every(a[0].N, &Value{N: 1, Unit: civil.Hour})
	},
	"times-per-const": func(p *Parser, _ []*Value, k []int) (Value, bool) { return p.timesPer(k[0], civil.Grain(k[1])) },
	"times-per-unit": func(p *Parser, a []*Value, k []int) (Value, bool) {
		return p.timesPer(int(a[0].N), civil.Grain(k[0]))
	},
	"workweek": func(p *Parser, _ []*Value, _ []int) (Value, bool) {
		r := Rule{Freq: civil.Week, Interval: 1}
		for w := int8(1); w <= 5; w++ {
			r.addDay(0, w)
		}
		return p.makeRule(r)
	},
	// repeat-drop makes the second argument repeat.
	"repeat-drop": func(p *Parser, a []*Value, k []int) (Value, bool) {
		return p.repeat(a[1], civil.Grain(k[0]), 1)
	},
	"repeat-month-days": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		x, y := p.rule(a[1]), p.rule(a[2])
		x.MonthDays, x.LastDays = y.MonthDays, y.LastDays
		x.Bare, x.Freq, x.Interval = false, civil.Year, 1
		return p.makeRule(x)
	},
	"first-month":   phraseRule(Rule{Freq: civil.Month, MonthDays: 1 << 1}),
	"mid-month":     phraseRule(Rule{Freq: civil.Month, MonthDays: 1 << 15}),
	"last-month":    phraseRule(Rule{Freq: civil.Month, LastDays: 1 << 1}),
	"first-quarter": phraseRule(Rule{Freq: civil.Year, Months: 1<<1 | 1<<4 | 1<<7 | 1<<10, MonthDays: 1 << 1}),
	"last-quarter":  phraseRule(Rule{Freq: civil.Year, Months: 1<<3 | 1<<6 | 1<<9 | 1<<12, LastDays: 1 << 1}),
	"first-year":    phraseRule(Rule{Freq: civil.Year, Months: 1 << 1, MonthDays: 1 << 1}),
	"last-year":     phraseRule(Rule{Freq: civil.Year, Months: 1 << 12, MonthDays: 1 << 31}),
	"first-week":    phraseRule(Rule{Freq: civil.Week, Days: [16]NthDay{{0, 1}}, NDays: 1}),
	"last-week":     phraseRule(Rule{Freq: civil.Week, Days: [16]NthDay{{0, 5}}, NDays: 1}),
	"day-end": phraseRule(Rule{Freq: civil.Day, NTimes: 1,
		Times: [8]Point{{Has: FHour | FMinute | FSure, Hour: 17, Grain: civil.Hour}}}),
	"nightly": func(p *Parser, _ []*Value, k []int) (Value, bool) {
		return p.makeRule(Rule{Freq: civil.Day, Interval: 1, Part: Part(k[0]), Adjective: true})
	},
	"part-every": func(p *Parser, a []*Value, k []int) (Value, bool) {
		n := 0
		if len(k) > 0 {
			n = k[0]
		} else if n = int(a[1].N); n < 2 || n > 31 {
			return Value{}, false
		}
		return p.makeRule(Rule{Freq: civil.Day, Interval: int16(n), Part: a[len(a)-1].P.Part})
	},
	"in-day": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		set, ok := p.monthDayRule(int(a[1].N), a[1])
		if !ok {
			return set, false
		}
		return p.narrow(a[0], &set)
	},
	"holiday-every": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		set, ok := ruleActions["holiday-rule"](p, a[1:], nil)
		if !ok {
			return set, false
		}
		return p.repeat(&set, civil.Year, 1)
	},
	"weeks-every": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		set, ok := ruleActions["set-weeks"](p, a[1:], nil)
		if !ok {
			return set, false
		}
		return p.repeat(&set, civil.Year, 1)
	},
	"set-in-year": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		set, ok := ruleActions["set-in"](p, a[:2], nil)
		if !ok {
			return set, false
		}
		return p.repeat(&set, civil.Year, 1)
	},
	"yearly-set": func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.repeat(a[0], civil.Year, 1) },
	// daily-until-whole is a mere end: every day up to it, where nothing else
	// is said.
	"daily-until-whole": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if p.from != 0 || int(p.to) != len(p.Tokens) {
			return Value{}, false
		}
		return p.makeRule(Rule{Freq: civil.Day, Interval: 1, Until: a[0].P})
	},
	// repeat-list-month makes two days of the month or more repeat.
	"repeat-list-month": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r := p.rule(a[0])
		if bits.OnesCount32(r.MonthDays)+bits.OnesCount32(r.LastDays) < 2 {
			return Value{}, false
		}
		return p.repeat(a[0], civil.Month, 1)
	},
	// weekly-part is "Monday mornings"; weekly-part-at adds a clock time.
	"weekly-part": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		v, ok := p.repeat(a[0], civil.Week, 1)
		if !ok {
			return v, false
		}
		return p.ruleTime(&v, a[1])
	},
	// weekday-part-weekly is a part of one weekday, each week, by a constant: "jeden Montagmorgen".
	"weekday-part-weekly": func(p *Parser, a []*Value, k []int) (Value, bool) {
		day, _ := actions["wd"](p, a[len(a)-1:], nil)
		part := Value{P: Point{Has: FPart, Part: Part(k[0]), Grain: civil.Hour}}
		return actions["weekly-part"](p, []*Value{&day, &part}, nil)
	},
	"weekly-part-at": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		v, ok := rulePhraseWeekly(p, a)
		if !ok {
			return v, false
		}
		return p.ruleTime(&v, a[2])
	},
	"weeknights": func(p *Parser, _ []*Value, _ []int) (Value, bool) {
		r := Rule{Freq: civil.Week, Interval: 1, Part: Evening}
		for w := int8(1); w <= 5; w++ {
			r.addDay(0, w)
		}
		return p.makeRule(r)
	},
	// weekday-row is "Mon Wed Fri".
	"weekday-row": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r := Rule{Freq: civil.Week, Interval: 1}
		for _, d := range a {
			r.addDay(0, int8(d.N))
		}
		return p.makeRule(r)
	},
	// parts-daily is every morning and evening.
	"parts-daily": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r := Rule{Freq: civil.Day, Interval: 1, NTimes: 2}
		for i, pt := range a[1:3] {
			h, _ := p.partHours(&pt.P)
			r.Times[i] = Point{Has: FHour | FMinute | FSure, Hour: int8(h), Grain: civil.Hour}
		}
		return p.makeRule(r)
	},
	// hours-between keeps an hourly rule within hours of the day.
	"hours-between": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r := p.rule(a[0])
		v := Value{P: a[1].P, Q: a[2].P, HasEnd: true}
		if r.Freq >= civil.Day {
			return p.ruleTime(a[0], a[1])
		}
		if r.Freq == civil.None || r.Hours != 0 || v.P.has(dateFields) || v.Q.has(dateFields) {
			return Value{}, false
		}
		from, _ := p.hour(&Point{Has: v.P.Has, Hour: v.P.Hour, Part: v.P.Part})
		to, _ := p.hour(&Point{Has: v.Q.Has, Hour: v.Q.Hour, Part: v.Q.Part})
		if to <= from {
			return Value{}, false
		}
		step := 1
		if r.Freq == civil.Hour {
			step, r.Interval = int(r.Interval), 1
		}
		for h := from; h <= to && h < 24; h += step {
			r.Hours |= 1 << h
		}
		return p.makeRule(r)
	},
	// during keeps a rule within this or next week or month.
	"during": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		s, ok := p.resolve(a[1].P)
		if !ok || a[1].P.Grain < civil.Week || !s.end.After(p.Now) {
			return Value{}, false
		}
		from := s.start
		if from.Before(p.Now.Midnight()) {
			from = p.Now.Midnight()
		}
		first, last := fixed(from, civil.Day), fixed(s.end.AddDays(-1), civil.Day)
		return p.bound(a[0], &first, &last)
	},
	// at-span takes the start of an interval of hours as the time.
	"at-span": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r := p.rule(a[0])
		if !a[1].HasEnd || r.Freq < civil.Day {
			return Value{}, false
		}
		from := a[1].P
		to := a[1].Q
		shareHalfDay(&from, &to)
		return p.ruleTime(a[0], &Value{P: from})
	},
	// times-first is two clock times before a rule.
	"times-first": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		v, ok := p.ruleTime(a[2], a[0])
		if !ok {
			return v, false
		}
		return p.ruleTime(&v, a[1])
	},
	// season-set is a day of a season: the 21st of the month it begins in.
	"season-set": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		k := int(a[0].N) - 1
		if k < 0 || k > 3 {
			return Value{}, false
		}
		v, ok := p.makeRule(Rule{Bare: true, Months: 1 << seasonStarts[k][0], MonthDays: 1 << 21})
		v.Assumed = AssumedVague
		return v, ok
	},
	// in-season keeps the months of a season: "every Friday in summer".
	"in-season": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		k := int(a[1].N) - 1
		if k < 0 || k > 3 {
			return Value{}, false
		}
		months := Rule{Bare: true}
		for i := range 3 {
			months.Months |= 1 << ((seasonStarts[k][0]+i-1)%12 + 1)
		}
		set, _ := p.makeRule(months)
		v, ok := p.narrow(a[0], &set)
		v.Assumed |= AssumedVague
		return v, ok
	},
	// in-months keeps several months: "every Monday from May to July".
	"in-months": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if months := p.rule(a[1]).Months; months&(months-1) == 0 {
			return Value{}, false
		}
		return p.narrow(a[0], a[1])
	},
	"season-add": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		x, y := p.rule(a[0]), p.rule(a[1])
		x.Months |= y.Months
		return p.makeRule(x)
	},
	// repeat-list makes three weekdays or more in a row repeat, or two that are
	// the whole text.
	"repeat-list": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r := p.rule(a[0])
		if r.NDays < 2 || r.NDays == 2 && p.from != 0 && !p.hasSign(p.from, p.to) || p.from > 0 && p.Tokens[p.from-1].Text == "from" {
			return Value{}, false
		}
		return p.repeat(a[0], civil.Week, 1)
	},
	// skip-more leaves out a further date, after one was left out.
	"skip-more": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r := p.rule(a[0])
		if r.Skip[0].Has == 0 && r.SkipMonths == 0 {
			return Value{}, false
		}
		if pt := a[1].P; r.SkipMonths != 0 && pt.Has == FMonth {
			r.SkipMonths |= 1 << pt.Month
			return p.makeRule(r)
		}
		return ruleActions["skip-date"](p, a, nil)
	},
	"completion-n": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		v, ok := p.every(a[1].N, a[2])
		if ok {
			p.rules[v.Rule-1].FromCompletion = true
		}
		return v, ok
	},
	"completion-unit": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		v, ok := p.every(1, a[1])
		if ok {
			p.rules[v.Rule-1].FromCompletion = true
		}
		return v, ok
	},
	// in-year keeps a rule within a year.
	"in-year": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		year := int(a[1].N)
		if year < p.Now.Year || year > p.Now.Year+100 {
			return Value{}, false
		}
		first, last := fixed(civil.Date(year, 1, 1), civil.Day), fixed(civil.Date(year, 12, 31), civil.Day)
		if year == p.Now.Year {
			first = fixed(p.Now.Midnight(), civil.Day)
		}
		return p.bound(a[0], &first, &last)
	},
	// at-minute is a minute of each hour.
	"at-minute": func(p *Parser, a []*Value, k []int) (Value, bool) {
		r, m := p.rule(a[0]), -1
		if len(k) > 0 {
			m = k[0]
		} else if a[1].N == float64(int(a[1].N)) {
			m = int(a[1].N)
		}
		if r.Freq != civil.Hour || r.Minutes != 0 || r.NTimes > 0 || m < 0 || m > 59 {
			return Value{}, false
		}
		r.Minutes = 1 << m
		return p.makeRule(r)
	},
	"minute-hourly": func(p *Parser, a []*Value, k []int) (Value, bool) {
		v, _ := p.makeRule(Rule{Freq: civil.Hour, Interval: 1})
		return actions["at-minute"](p, append([]*Value{&v}, a...), k)
	},
	// rule-add joins two rules to one that comes as often as both: the days of the one and
	// the other where their times are the same, their times where the days are, and else
	// each day at its own time.
	"rule-add": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		x, y := p.rule(a[0]), p.rule(a[1])
		guess := Assumptions(0)
		if x.Bare || y.Bare || x.Freq != y.Freq || x.Interval != y.Interval || x.Freq != civil.Day && x.Freq != civil.Week {
			return Value{}, false
		}
		for _, r := range []*Rule{&x, &y} {
			if r.NTimes == 0 && r.Part != NoPart {
				h, _ := p.partHours(&Point{Part: r.Part})
				r.Times[0], r.NTimes, r.Part = Point{Has: FHour | FMinute | FSure, Hour: int8(h), Grain: civil.Hour}, 1, NoPart
			}
			for i := range r.Times[:r.NTimes] {
				if h, sure := p.hour(&r.Times[i]); h < 24 && (sure || h != int(r.Times[i].Hour)) {
					if !sure {
						guess = AssumedHalfDay
					}
					r.Times[i].Hour, r.Times[i].Has, r.Times[i].Part = int8(h), r.Times[i].Has&^(FPart|FBare)|FSure, NoPart
				}
			}
			r.Part, r.Adjective = NoPart, false
			if r.NTimes == 0 {
				return Value{}, false
			}
		}
		rest := y
		rest.Days, rest.NDays, rest.Times, rest.NTimes, rest.Paired = x.Days, x.NDays, x.Times, x.NTimes, x.Paired
		if rest != x || y.Paired {
			return Value{}, false
		}
		switch {
		case x.Paired:
			if !x.pair(&y) {
				return Value{}, false
			}
		case x.Days == y.Days:
			for _, t := range y.Times[:y.NTimes] {
				if int(x.NTimes) == len(x.Times) {
					return Value{}, false
				}
				x.Times[x.NTimes] = t
				x.NTimes++
			}
		case x.NDays == 0 || y.NDays == 0:
			return Value{}, false
		case x.Times == y.Times:
			for _, d := range y.Days[:y.NDays] {
				if !x.addDay(d.N, d.Weekday) {
					return Value{}, false
				}
			}
		case x.NTimes != 1 || int(x.NDays) > len(x.Times):
			return Value{}, false
		default:
			for i := range x.NDays {
				x.Times[i] = x.Times[0]
			}
			x.NTimes, x.Paired = x.NDays, true
			if !x.pair(&y) {
				return Value{}, false
			}
		}
		v, ok := p.makeRule(x)
		v.Assumed |= guess
		return v, ok
	},
	// keep-recur passes on a recurrence that is whole.
	"keep-recur": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r := p.rule(a[0])
		return *a[0], r.Freq != civil.None && !r.Bare
	},
}

func init() { register(rulePhrases) }

// pair adds weekdays with one time to a rule in which each has its own.
func (r *Rule) pair(more *Rule) bool {
	for _, d := range more.Days[:more.NDays] {
		n := r.NDays
		if more.NTimes != 1 || d.N != 0 || int(n) == len(r.Times) || !r.addDay(0, d.Weekday) || r.NDays == n {
			return false
		}
		r.Times[n] = more.Times[0]
		r.NTimes++
	}
	return true
}

func phraseRule(r Rule) Action {
	r.Interval = max(r.Interval, 1)
	return func(p *Parser, _ []*Value, _ []int) (Value, bool) { return p.makeRule(r) }
}

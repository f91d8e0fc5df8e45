package engine

import (
	"function/shared/language/civil"
	"function/shared/recurrence"
)

// exact reports parts of a rule that people rarely say and that package words
// says for completeness. Their first occurrence is left to package recurrence.
func (r *Rule) exact() bool {
	if r.Freq < civil.Day && (r.NDays > 0 || r.MonthDays|r.LastDays != 0 || r.Months != 0) {
		return true
	}
	if r.Hours != 0 || r.Minutes|r.Seconds|r.LastWeeks != 0 || r.YearDays[1] != 0 || r.YearDays[0] < 0 ||
		r.SetPos[1] != 0 || r.SetPos[0] != 0 && (r.Freq != civil.Month || r.MonthDays|r.LastDays != 0 || r.NDays == 0) {
		return true
	}
	nth := false
	for _, d := range r.Days[:r.NDays] {
		nth = nth || d.N != 0
	}
	return r.Paired || nth && r.Freq == civil.Year && r.Months == 0
}

// firstExact is the first occurrence of the rule from a day on.
func (p *Parser) firstExact(r *Rule, from civil.DateTime, times []int) (civil.DateTime, bool) {
	bare := *r
	bare.Count, bare.Until, bare.For = 0, Point{}, Duration{}
	rule, err := recurrence.Parse(p.text(&bare, &Recurrence{Times: times}, civil.DateTime{}))
	if err != nil {
		return civil.DateTime{}, false
	}
	start := from
	switch {
	case len(times) > 0:
		start = from.At(times[0]/60, times[0]%60, 0)
	case r.Freq < civil.Day && r.From.Has == 0:
		start = p.Now.Add(1, civil.Minute).Floor(civil.Minute, 1)
	}
	return p.firstOf(rule, start)
}

// appendExactClock writes the hours, minutes and seconds named apart from clock times.
func (r *Rule) appendExactClock(b []byte) []byte {
	b = appendSet(b, ";BYHOUR=", uint64(r.Hours), 0, 59)
	b = appendSet(b, ";BYMINUTE=", r.Minutes, 0, 59)
	return appendSet(b, ";BYSECOND=", r.Seconds, 0, 59)
}

// appendExactCalendar writes the start of the week and what replaces missing days.
func (r *Rule) appendExactCalendar(b []byte) []byte {
	if r.WeekStart > 1 {
		b = append(append(b, ";WKST="...), weekdayCodes[r.WeekStart]...)
	}
	switch r.Missing {
	case MissingForward:
		b = append(b, ";RSCALE=GREGORIAN;SKIP=FORWARD"...)
	case MissingBackward:
		b = append(b, ";RSCALE=GREGORIAN;SKIP=BACKWARD"...)
	}
	return b
}

// untilText is the value of UNTIL: a date, the end of it, or the time named.
func (r *Rule) untilText(until civil.DateTime, timed bool) string {
	s := until.String() // 2006-01-02T15:04:05
	date := s[0:4] + s[5:7] + s[8:10]
	switch {
	case r.Until.has(FHour):
		date += "T" + s[11:13] + s[14:16] + s[17:19]
		if zoneName(r.Until.Zone) == "UTC" {
			date += "Z"
		}
	case timed:
		date += "T235959"
	}
	return date
}

// exactActions read what package words says for completeness.
var exactActions = map[string]Action{
	// yday is a day of the year, yday-add a further one.
	"yday": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		n := int(a[0].N)
		return p.makeRule2(Rule{Bare: true, YearDays: Numbers{int16(n)}}, n != 0 && n <= 366 && n >= -366)
	},
	"yday-from-end": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		n := int(a[0].N)
		return p.makeRule2(Rule{Bare: true, YearDays: Numbers{int16(-n)}}, n > 0 && n <= 366)
	},
	"yday-add": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		x, y := p.rule(a[0]), p.rule(a[1])
		for _, n := range y.YearDays {
			if n != 0 && !x.YearDays.add(int(n)) {
				return Value{}, false
			}
		}
		return p.makeRule(x)
	},
	// nth-year counts weekdays in the year: the 20th Monday of the year.
	"nth-year": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		numbers, days := p.rule(a[0]), p.rule(a[1])
		r := Rule{Bare: true}
		for _, n := range numbers.YearDays {
			for _, d := range days.Days[:days.NDays] {
				if n > 53 || n < -53 || d.N != 0 || n != 0 && !r.addDay(int8(n), d.Weekday) {
					return Value{}, false
				}
			}
		}
		return p.makeRule2(r, r.NDays > 0)
	},
	// nth-end, nth-year-end and ydays-end count from the end what was said first: "the
	// 4th Saturday, counted from the end".
	"nth-end":      fromEnd("nth"),
	"nth-year-end": fromEnd("nth-year"),
	"ydays-end":    fromEnd("keep"),
	// week-from-end is a week of the year counted from its end.
	"week-from-end": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		n := -int(a[0].N)
		return p.makeRule2(Rule{Bare: true, LastWeeks: 1 << max(n, 0)}, n >= 1 && n <= 53)
	},
	// minute-set is a minute of the hour; second-set makes the set one of seconds.
	"minute-set": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		n := int(a[0].N)
		return p.makeRule2(Rule{Bare: true, Minutes: 1 << min(max(n, 0), 63)}, n >= 0 && n <= 59)
	},
	"second-set": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r := p.rule(a[0])
		r.Seconds, r.Minutes = r.Minutes, 0
		return p.makeRule(r)
	},
	"minute-add": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r, n := p.rule(a[0]), int(a[1].N)
		r.Minutes |= 1 << min(max(n, 0), 63)
		return p.makeRule2(r, n >= 0 && n <= 59)
	},
	// hour-set is the hour that begins at a full one; hour-range all from a full
	// hour to the last minute of another.
	"hour-set": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		h := int(a[0].P.Hour)
		return p.makeRule2(Rule{Bare: true, Hours: 1 << (h % 24)}, a[0].P.Minute == 0)
	},
	"hour-add": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r := p.rule(a[0])
		r.Hours |= 1 << (int(a[1].P.Hour) % 24)
		return p.makeRule2(r, a[1].P.Minute == 0)
	},
	"hour-range": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r := Rule{Bare: true}
		for h := a[0].P.Hour; h <= a[1].P.Hour && h < 24; h++ {
			r.Hours |= 1 << h
		}
		return p.makeRule2(r, r.Hours != 0 && a[0].P.Minute == 0 && a[1].P.Minute == 59)
	},
	// exact-add joins sets of one of these sorts.
	"exact-add": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		x, y := p.rule(a[0]), p.rule(a[1])
		x.Hours |= y.Hours
		x.Minutes |= y.Minutes
		x.Seconds |= y.Seconds
		x.LastWeeks |= y.LastWeeks
		x.Weeks |= y.Weeks
		return p.makeRule(x)
	},
	// limit adds a set to a recurrence as RFC 5545 does, without looking for what
	// a person may have meant: "every month on the 13th, only on Friday".
	"limit": func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.limit(a[0], a[1]) },
	// positions picks from the occurrences of a period.
	"positions": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r, s := p.rule(a[0]), p.rule(a[1])
		if r.Freq == civil.None || r.SetPos[0] != 0 {
			return Value{}, false
		}
		r.SetPos = s.YearDays
		return p.makeRule(r)
	},
	"week-start": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		r := p.rule(a[0])
		if r.WeekStart != 0 {
			return Value{}, false
		}
		r.WeekStart = int8(a[1].N)
		return p.makeRule2(r, r.WeekStart >= 1 && r.WeekStart <= 7)
	},
	"missing": func(p *Parser, a []*Value, k []int) (Value, bool) {
		r := p.rule(a[0])
		if r.Missing != MissingOmit || r.Freq < civil.Month {
			return Value{}, false
		}
		r.Missing = Missing(k[0])
		return p.makeRule(r)
	},
}

func init() { register(exactActions) }

// fromEnd is an action whose ordinals are then counted from the end.
func fromEnd(name string) Action {
	return func(p *Parser, a []*Value, k []int) (Value, bool) {
		v, ok := actions[name](p, a, k)
		if !ok {
			return v, false
		}
		r := p.rule(&v)
		for i := range r.Days {
			r.Days[i].N = -r.Days[i].N
		}
		for i := range r.YearDays {
			r.YearDays[i] = -r.YearDays[i]
		}
		return p.makeRule(r)
	}
}

func (p *Parser) limit(rule, set *Value) (Value, bool) {
	r, s := p.rule(rule), p.rule(set)
	twice := r.NDays > 0 && s.NDays > 0 || r.MonthDays|r.LastDays != 0 && s.MonthDays|s.LastDays != 0 ||
		r.Months != 0 && s.Months != 0 || r.Weeks|r.LastWeeks != 0 && s.Weeks|s.LastWeeks != 0 ||
		r.YearDays[0] != 0 && s.YearDays[0] != 0 || r.Hours != 0 && s.Hours != 0 ||
		r.Minutes != 0 && s.Minutes != 0 || r.Seconds != 0 && s.Seconds != 0
	if twice || r.Freq == civil.None || s.Freq != civil.None || !s.Bare {
		return Value{}, false
	}
	if s.NDays > 0 && s.Days[0].N != 0 && r.Freq < civil.Month || s.YearDays[0] != 0 && r.Freq > civil.Hour && r.Freq != civil.Year {
		return Value{}, false
	}
	for _, d := range s.Days[:s.NDays] {
		r.addDay(d.N, d.Weekday)
	}
	r.MonthDays |= s.MonthDays
	r.LastDays |= s.LastDays
	r.Months |= s.Months
	r.Weeks |= s.Weeks
	r.LastWeeks |= s.LastWeeks
	r.Hours |= s.Hours
	r.Minutes |= s.Minutes
	r.Seconds |= s.Seconds
	if s.YearDays[0] != 0 {
		r.YearDays = s.YearDays
	}
	if s.SetPos[0] != 0 && r.SetPos[0] == 0 {
		r.SetPos = s.SetPos
	}
	r.Adjective = false
	return p.makeRule(r)
}

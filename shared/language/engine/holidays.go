package engine

import (
	"sort"
	"strconv"
	"strings"

	"function/shared/language/civil"
)

// holiday is the next day so named, or the one of a year.
func (p *Parser) holiday(code, year int) (Value, bool) {
	h, ok := holidayByCode(code)
	if !ok {
		return Value{}, false
	}
	if year != 0 {
		d, n, ok := h.in(year, p.Region)
		return holidayValue(d, n), ok
	}
	today := p.Now.Midnight()
	for y := today.Year - 1; y <= today.Year+4; y++ {
		if d, n, ok := h.in(y, p.Region); ok && !d.AddDays(n-1).Before(today) {
			return holidayValue(d, n), true
		}
	}
	// What comes no more is the last one that was.
	return p.relHoliday(relLast, code)
}

// relHoliday is the next or last day so named.
func (p *Parser) relHoliday(rel, code int) (Value, bool) {
	if rel >= 0 {
		return p.holiday(code, 0)
	}
	h, ok := holidayByCode(code)
	if !ok {
		return Value{}, false
	}
	today := p.Now.Midnight()
	for y := today.Year + 1; y >= today.Year-40; y-- {
		if d, n, ok := h.in(y, p.Region); ok && d.Before(today) {
			return holidayValue(d, n), true
		}
	}
	return Value{}, false
}

func holidayValue(d civil.DateTime, days int) Value {
	v := Value{P: fixed(d, civil.Day)}
	if days > 1 {
		v.Q, v.HasEnd = fixed(d.AddDays(days-1), civil.Day), true
	}
	return v
}

// Codes from dayCode on are fixed days and numbered weekdays of a month that a
// lexicon names by their date: "holiday 11/1", "holiday 11/thu#3", with #-1 for
// the last.
const (
	dayCode = 10000
	nthCode = 20000
)

var shortWeekdays = [...]string{"", "mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// parseHolidayCode reads the name of a holiday, or its date.
func parseHolidayCode(s string) (int, bool) {
	if code, ok := holidayCodes[s]; ok {
		return code, true
	}
	month, rest, ok := strings.Cut(s, "/")
	m, err := strconv.Atoi(month)
	if !ok || err != nil || m < 1 || m > 12 {
		return 0, false
	}
	if d, err := strconv.Atoi(rest); err == nil {
		return dayCode + m*100 + d, validMonthDay(m, d)
	}
	day, nth, ok := strings.Cut(rest, "#")
	n, err := strconv.Atoi(nth)
	for w, name := range shortWeekdays {
		if ok && err == nil && name == day && w > 0 && n >= -1 && n <= 5 {
			return nthCode + m*100 + w*10 + (n + 1), true
		}
	}
	return 0, false
}

// holidayByCode is a named day.
func holidayByCode(code int) (*holiday, bool) {
	switch {
	case code >= 0 && code < len(holidays):
		return &holidays[code], true
	case code >= nthCode:
		code -= nthCode
		return &holiday{month: code / 100, weekday: code / 10 % 10, nth: code%10 - 1}, true
	case code >= dayCode:
		code -= dayCode
		return &holiday{month: code / 100, day: code % 100}, true
	}
	return nil, false
}

// holiday is how a named day falls in a year.
type holiday struct {
	// month and day, for a fixed date; with nth, the nth weekday of month.
	month, day   int
	nth, weekday int
	// easter is an offset from Western Easter, where isEaster.
	easter   int
	isEaster bool
	// offset is added at the end; length is in days, 0 means one.
	offset, length int
	special        func(year int, region string) (civil.DateTime, bool)
}

func (h *holiday) in(year int, region string) (civil.DateTime, int, bool) {
	var d civil.DateTime
	ok := true
	switch {
	case h.special != nil:
		d, ok = h.special(year, region)
	case h.isEaster:
		d = easter(year).AddDays(h.easter)
	case h.nth != 0:
		d, ok = civil.NthWeekday(year, h.month, h.weekday, h.nth)
	default:
		d = civil.Date(year, h.month, h.day)
		ok = d.Valid()
	}
	return d.AddDays(h.offset), max(h.length, 1), ok
}

// easter is Western Easter Sunday, by the anonymous Gregorian computus.
func easter(y int) civil.DateTime {
	a, b, c := y%19, y/100, y%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return civil.Date(y, n/31, n%31+1)
}

// orthodoxEaster is Eastern Easter Sunday in the Gregorian calendar.
func orthodoxEaster(y int) civil.DateTime {
	a, b, c := y%4, y%7, y%19
	d := (19*c + 15) % 30
	e := (2*a + 4*b - d + 34) % 7
	n := d + e + 114
	return civil.Date(y, n/31, n%31+1).AddDays(y/100 - y/400 - 2)
}

// closestHoliday is the n-th nearest day so named to a date.
func (p *Parser) closestHoliday(code, n int, to civil.DateTime) (Value, bool) {
	h, ok := holidayByCode(code)
	if !ok {
		return Value{}, false
	}
	var near []civil.DateTime
	for y := to.Year - 24; y <= to.Year+24; y++ {
		if d, _, ok := h.in(y, p.Region); ok {
			near = append(near, d)
		}
	}
	away := func(d civil.DateTime) int { return max(d.Days()-to.Days(), to.Days()-d.Days()) }
	sort.Slice(near, func(i, j int) bool { return away(near[i]) < away(near[j]) })
	if len(near) < n {
		return Value{}, false
	}
	return holidayValue(near[n-1], 1), true
}

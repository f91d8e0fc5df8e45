// Package civil is calendar arithmetic on wall time: dates and clock times
// without a zone, in the proleptic Gregorian calendar.
package civil

import (
	"fmt"
	"time"
)

// Grain is a calendar unit.
type Grain uint8

// The grains, from fine to coarse. None is the zero value.
const (
	None Grain = iota
	Second
	Minute
	Hour
	Day
	Week
	Month
	Quarter
	Year
	Decade
	Century
)

var grainNames = [...]string{"", "second", "minute", "hour", "day", "week", "month", "quarter", "year", "decade", "century"}

func (g Grain) String() string {
	if int(g) < len(grainNames) {
		return grainNames[g]
	}
	return ""
}

// DateTime is wall time. Month and Day count from 1. The zero value is not a
// valid date.
type DateTime struct {
	Year   int `json:"year"`
	Month  int `json:"month"`
	Day    int `json:"day"`
	Hour   int `json:"hour"`
	Minute int `json:"minute"`
	Second int `json:"second"`
}

// Date is midnight of a date.
func Date(year, month, day int) DateTime { return DateTime{Year: year, Month: month, Day: day} }

// Of is the wall time that t shows.
func Of(t time.Time) DateTime {
	y, m, d := t.Date()
	h, mi, s := t.Clock()
	return DateTime{y, int(m), d, h, mi, s}
}

// String formats as 2006-01-02T15:04:05.
func (d DateTime) String() string {
	return fmt.Sprintf("%04d-%02d-%02dT%02d:%02d:%02d", d.Year, d.Month, d.Day, d.Hour, d.Minute, d.Second)
}

// IsZero reports whether d is the zero value.
func (d DateTime) IsZero() bool { return d == DateTime{} }

// In is the instant at which a clock in loc first shows d. Where d is skipped
// by a clock change it is later by what was skipped; where it is shown twice
// it is the first of the two.
func (d DateTime) In(loc *time.Location) time.Time {
	utc := time.Date(d.Year, time.Month(d.Month), d.Day, d.Hour, d.Minute, d.Second, 0, time.UTC)
	// The offsets a day before and a day after bracket any one transition.
	_, before := utc.AddDate(0, 0, -1).In(loc).Zone()
	_, after := utc.AddDate(0, 0, 1).In(loc).Zone()
	for _, offset := range [2]int{before, after} {
		t := utc.Add(-time.Duration(offset) * time.Second).In(loc)
		if Of(t) == d {
			return t
		}
	}
	return utc.Add(-time.Duration(before) * time.Second).In(loc)
}

// Days is the number of days since 1970-01-01.
func (d DateTime) Days() int {
	y := d.Year
	if d.Month <= 2 {
		y--
	}
	era := floorDiv(y, 400)
	yoe := y - era*400
	mp := (d.Month + 9) % 12
	doy := (153*mp+2)/5 + d.Day - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return era*146097 + doe - 719468
}

// FromDays is the date that many days after 1970-01-01, at midnight.
func FromDays(days int) DateTime {
	z := days + 719468
	era := floorDiv(z, 146097)
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	y := yoe + era*400
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day := doy - (153*mp+2)/5 + 1
	month := mp + 3
	if month > 12 {
		month -= 12
	}
	if month <= 2 {
		y++
	}
	return DateTime{Year: y, Month: month, Day: day}
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// Midnight is the start of the day.
func (d DateTime) Midnight() DateTime { return Date(d.Year, d.Month, d.Day) }

// At is the same date at a clock time.
func (d DateTime) At(hour, minute, second int) DateTime {
	d.Hour, d.Minute, d.Second = hour, minute, second
	return d
}

// AddDays moves the date and keeps the clock.
func (d DateTime) AddDays(n int) DateTime {
	if day := d.Day + n; day >= 1 && day <= 28 {
		d.Day = day
		return d
	}
	r := FromDays(d.Days() + n)
	r.Hour, r.Minute, r.Second = d.Hour, d.Minute, d.Second
	return r
}

// AddMonths moves by months and keeps the day, or takes the last day of a
// month that is too short.
func (d DateTime) AddMonths(n int) DateTime {
	m := d.Year*12 + d.Month - 1 + n
	d.Year, d.Month = floorDiv(m, 12), m-floorDiv(m, 12)*12+1
	if last := DaysIn(d.Year, d.Month); d.Day > last {
		d.Day = last
	}
	return d
}

// AddSeconds moves on the wall clock, as if no clock change happened.
func (d DateTime) AddSeconds(n int64) DateTime {
	s := d.seconds() + n
	days := s / 86400
	if s%86400 < 0 {
		days--
	}
	s -= days * 86400
	r := FromDays(int(days))
	r.Hour, r.Minute, r.Second = int(s/3600), int(s/60%60), int(s%60)
	return r
}

func (d DateTime) seconds() int64 {
	return int64(d.Days())*86400 + int64(d.Hour)*3600 + int64(d.Minute)*60 + int64(d.Second)
}

// order grows with time, unlike seconds without arithmetic on the calendar.
func (d DateTime) order() int64 {
	return (int64(d.Year)*16+int64(d.Month))*32<<20 + int64(d.Day)<<20 + int64(d.Hour*3600+d.Minute*60+d.Second)
}

// Before reports whether d is earlier than e.
func (d DateTime) Before(e DateTime) bool { return d.order() < e.order() }

// After reports whether d is later than e.
func (d DateTime) After(e DateTime) bool { return d.order() > e.order() }

// Sub is d minus e in seconds of wall time.
func (d DateTime) Sub(e DateTime) int64 { return d.seconds() - e.seconds() }

// Weekday is 1 for Monday to 7 for Sunday (ISO 8601).
func (d DateTime) Weekday() int {
	w := (d.Days() + 3) % 7
	if w < 0 {
		w += 7
	}
	return w + 1
}

// YearDay counts from 1.
func (d DateTime) YearDay() int { return d.Days() - Date(d.Year, 1, 1).Days() + 1 }

// Valid reports whether the fields are in range and the day exists.
func (d DateTime) Valid() bool {
	return d.Month >= 1 && d.Month <= 12 && d.Day >= 1 && d.Day <= DaysIn(d.Year, d.Month) &&
		d.Hour >= 0 && d.Hour < 24 && d.Minute >= 0 && d.Minute < 60 && d.Second >= 0 && d.Second < 60 &&
		d.Year >= 0 && d.Year <= 9999
}

// DaysIn is the length of a month.
func DaysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// Floor is the start of the unit that d lies in. weekStart is 1 (Monday) to 7
// (Sunday).
func (d DateTime) Floor(g Grain, weekStart int) DateTime {
	switch g {
	case Second, None:
		return d
	case Minute:
		d.Second = 0
		return d
	case Hour:
		d.Minute, d.Second = 0, 0
		return d
	case Day:
		return d.Midnight()
	case Week:
		back := (d.Weekday() - weekStart + 7) % 7
		return d.Midnight().AddDays(-back)
	case Month:
		return Date(d.Year, d.Month, 1)
	case Quarter:
		return Date(d.Year, (d.Month-1)/3*3+1, 1)
	case Decade:
		return Date(d.Year/10*10, 1, 1)
	case Century:
		return Date(d.Year/100*100, 1, 1)
	}
	return Date(d.Year, 1, 1)
}

// Add moves by n units of g, months clamped to their last day.
func (d DateTime) Add(n int, g Grain) DateTime {
	switch g {
	case Second:
		return d.AddSeconds(int64(n))
	case Minute:
		return d.AddSeconds(int64(n) * 60)
	case Hour:
		return d.AddSeconds(int64(n) * 3600)
	case Day:
		return d.AddDays(n)
	case Week:
		return d.AddDays(7 * n)
	case Month:
		return d.AddMonths(n)
	case Quarter:
		return d.AddMonths(3 * n)
	case Year:
		return d.AddMonths(12 * n)
	case Decade:
		return d.AddMonths(120 * n)
	case Century:
		return d.AddMonths(1200 * n)
	}
	return d
}

// NthWeekday is the n-th weekday (1 to 7) of a month; n counts from the end
// if negative. False if there is none.
func NthWeekday(year, month, weekday, n int) (DateTime, bool) {
	if n == 0 {
		return DateTime{}, false
	}
	day := 0
	if n > 0 {
		first := Date(year, month, 1).Weekday()
		day = 1 + (weekday-first+7)%7 + (n-1)*7
	} else {
		end := DaysIn(year, month)
		last := Date(year, month, end).Weekday()
		day = end - (last-weekday+7)%7 + (n+1)*7
	}
	if day < 1 || day > DaysIn(year, month) {
		return DateTime{}, false
	}
	return Date(year, month, day), true
}

// ISOWeek is the Monday of an ISO 8601 week.
func ISOWeek(year, week int) DateTime {
	return Date(year, 1, 4).Floor(Week, 1).AddDays(7 * (week - 1))
}

package recurrence

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Freq is the FREQ part: the unit of the rule's period.
type Freq uint8

// The frequencies. The zero Freq is invalid.
const (
	Secondly Freq = iota + 1
	Minutely
	Hourly
	Daily
	Weekly
	Monthly
	Yearly
)

var freqNames = [...]string{"", "SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"}

// String is the RFC 5545 name.
func (f Freq) String() string {
	if int(f) < len(freqNames) {
		return freqNames[f]
	}
	return "Freq(" + strconv.Itoa(int(f)) + ")"
}

// Weekday counts from Monday, so that the zero WKST is the RFC's default.
type Weekday int8

// The days of the week.
const (
	Monday Weekday = iota
	Tuesday
	Wednesday
	Thursday
	Friday
	Saturday
	Sunday
)

var weekdayNames = [...]string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

// String is the two letters of RFC 5545.
func (d Weekday) String() string {
	if d >= Monday && d <= Sunday {
		return weekdayNames[d]
	}
	return "Weekday(" + strconv.Itoa(int(d)) + ")"
}

// Time is the same day as package time counts it.
func (d Weekday) Time() time.Weekday { return time.Weekday((int(d) + 1) % 7) }

// WeekdayOf converts from package time.
func WeekdayOf(d time.Weekday) Weekday { return Weekday((int(d) + 6) % 7) }

// WeekdayNum is an element of BYDAY: a weekday, with N not 0 the Nth one of the
// month or year, counted from its end if negative.
type WeekdayNum struct {
	N   int
	Day Weekday
}

// String is the RFC 5545 form, such as MO, 2TU or -1FR.
func (w WeekdayNum) String() string {
	if w.N == 0 {
		return w.Day.String()
	}
	return strconv.Itoa(w.N) + w.Day.String()
}

// Skip is the SKIP part of RFC 7529: what becomes of a date that the rule names
// and the month or year does not have (31 April, 29 February, day 366).
type Skip uint8

// Omit drops the date, Forward takes the next existing day, Backward the previous
// ("clamp to the end of the month").
const (
	Omit Skip = iota
	Forward
	Backward
)

var skipNames = [...]string{"OMIT", "FORWARD", "BACKWARD"}

// String is the RFC 7529 name.
func (s Skip) String() string {
	if int(s) < len(skipNames) {
		return skipNames[s]
	}
	return "Skip(" + strconv.Itoa(int(s)) + ")"
}

// Until is the UNTIL part: the last moment at which an occurrence may start,
// included. The Slot is a date, a local time, or with UTC a time in UTC.
type Until struct {
	Slot Slot
	UTC  bool
}

// IsZero reports whether there is no UNTIL.
func (u Until) IsZero() bool { return u == Until{} }

// String is the iCalendar form: 20060102, 20060102T150405 or 20060102T150405Z.
func (u Until) String() string {
	s := u.Slot
	if s.AllDay {
		return fmt.Sprintf("%04d%02d%02d", s.Year, int(s.Month), s.Day)
	}
	text := fmt.Sprintf("%04d%02d%02dT%02d%02d%02d", s.Year, int(s.Month), s.Day, s.Hour, s.Minute, s.Second)
	if u.UTC {
		text += "Z"
	}
	return text
}

// Rule is a recurrence rule. Parse returns it normal: lists sorted (positive
// numbers before negative ones) and free of duplicates, INTERVAL at least 1. In a
// literal, Interval 0 means 1 and Count 0 means no COUNT. A Rule is never modified by
// this package.
type Rule struct {
	Freq     Freq
	Interval int
	Count    int
	Until    Until

	BySecond   []int // 0 to 60
	ByMinute   []int // 0 to 59
	ByHour     []int // 0 to 23
	ByDay      []WeekdayNum
	ByMonthDay []int // ±1 to ±31
	ByYearDay  []int // ±1 to ±366
	ByWeekNo   []int // ±1 to ±53
	ByMonth    []int // 1 to 12
	BySetPos   []int // ±1 to ±366

	WeekStart Weekday // WKST
	Skip      Skip
}

// String is the canonical form, which Parse reads back to an equal rule: FREQ
// first, defaults left out, SKIP with the RSCALE that RFC 7529 demands.
func (r Rule) String() string {
	var b strings.Builder
	b.WriteString("FREQ=" + r.Freq.String())
	if r.Interval > 1 {
		b.WriteString(";INTERVAL=" + strconv.Itoa(r.Interval))
	}
	if r.Count > 0 {
		b.WriteString(";COUNT=" + strconv.Itoa(r.Count))
	}
	if !r.Until.IsZero() {
		b.WriteString(";UNTIL=" + r.Until.String())
	}
	writeNumbers(&b, "BYMONTH", r.ByMonth)
	writeNumbers(&b, "BYWEEKNO", r.ByWeekNo)
	writeNumbers(&b, "BYYEARDAY", r.ByYearDay)
	writeNumbers(&b, "BYMONTHDAY", r.ByMonthDay)
	for i, d := range sortedDays(r.ByDay) {
		b.WriteString(separator(i, "BYDAY"))
		b.WriteString(d.String())
	}
	writeNumbers(&b, "BYHOUR", r.ByHour)
	writeNumbers(&b, "BYMINUTE", r.ByMinute)
	writeNumbers(&b, "BYSECOND", r.BySecond)
	writeNumbers(&b, "BYSETPOS", r.BySetPos)
	if r.WeekStart != Monday {
		b.WriteString(";WKST=" + r.WeekStart.String())
	}
	if r.Skip != Omit {
		b.WriteString(";RSCALE=GREGORIAN;SKIP=" + r.Skip.String())
	}
	return b.String()
}

func writeNumbers(b *strings.Builder, part string, list []int) {
	for i, n := range sortedNumbers(list) {
		b.WriteString(separator(i, part))
		b.WriteString(strconv.Itoa(n))
	}
}

func separator(i int, part string) string {
	if i > 0 {
		return ","
	}
	return ";" + part + "="
}

// MarshalText is String.
func (r Rule) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText is Parse.
func (r *Rule) UnmarshalText(text []byte) error {
	rule, err := Parse(string(text))
	if err != nil {
		return err
	}
	*r = rule
	return nil
}

package recurrence

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Slot is a civil date, or date-time to the second: what a calendar and a clock on
// the wall show. It names an occurrence within its series, is comparable with
// ==, and does not change with the time zone database. The zero Slot is "none".
type Slot struct {
	Year                 int
	Month                time.Month
	Day                  int
	Hour, Minute, Second int
	// AllDay marks a date without a time; Hour, Minute and Second are then 0.
	AllDay bool
	// Fold marks the second pass of a wall time that a clock change repeats.
	// Only rules that count real time (HOURLY and shorter) produce it.
	Fold bool
}

// Date is the all-day slot of a date.
func Date(year int, month time.Month, day int) Slot {
	return Slot{Year: year, Month: month, Day: day, AllDay: true}
}

// DateTime is the slot of a wall time.
func DateTime(year int, month time.Month, day, hour, minute, second int) Slot {
	return Slot{Year: year, Month: month, Day: day, Hour: hour, Minute: minute, Second: second}
}

// SlotAt is what the wall clock in zone shows at t, to the second. Fold is set in
// the second pass of a repeated hour.
func SlotAt(t time.Time, zone *time.Location) Slot {
	z := zoneCache{zone: zone}
	return z.slot(t.Unix())
}

// IsZero reports whether s is the zero Slot.
func (s Slot) IsZero() bool { return s == Slot{} }

// Date is the all-day slot of s's date.
func (s Slot) Date() Slot { return Date(s.Year, s.Month, s.Day) }

// Compare orders slots as a clock shows them; a date is before the times of its
// day, the first pass of a time before the second.
func (s Slot) Compare(o Slot) int {
	return cmp.Or(
		cmp.Compare(s.local(), o.local()),
		cmp.Compare(rank(!s.AllDay), rank(!o.AllDay)),
		cmp.Compare(rank(s.Fold), rank(o.Fold)),
	)
}

func rank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Check reports a slot that no calendar or clock shows, as an *Error.
func (s Slot) Check() error {
	fail := func(reason string) error {
		return &Error{Part: "date-time", Value: s.String(), Reason: reason, Kind: ErrInvalid}
	}
	switch {
	case s.Year < minYear || s.Year > MaxYear:
		return fail("the year must be 1 to 9999")
	case s.Month < 1 || s.Month > 12:
		return fail("the month must be 1 to 12")
	case s.Day < 1 || s.Day > daysInMonth(s.Year, int(s.Month)):
		return fail("the month has no such day")
	case s.Hour < 0 || s.Hour > 23 || s.Minute < 0 || s.Minute > 59 || s.Second < 0 || s.Second > 59:
		return fail("the time must be 00:00:00 to 23:59:59")
	case s.AllDay && (s.Hour != 0 || s.Minute != 0 || s.Second != 0 || s.Fold):
		return fail("a date must not have a time")
	}
	return nil
}

// String is 2006-01-02 for a date and 2006-01-02T15:04:05 for a date-time. The second
// pass of a repeated hour is marked as German time law and railways write it, B
// after the hour (2026-10-25T02B:30:00), so that texts sort as the times do.
func (s Slot) String() string {
	b := fmt.Appendf(nil, "%04d-%02d-%02d", s.Year, int(s.Month), s.Day)
	if s.AllDay {
		return string(b)
	}
	b = fmt.Appendf(b, "T%02d", s.Hour)
	if s.Fold {
		b = append(b, 'B')
	}
	return string(fmt.Appendf(b, ":%02d:%02d", s.Minute, s.Second))
}

// ParseSlot reads what String writes, and the forms of iCalendar without a
// zone (20060102, 20060102T150405). Errors are *Error.
func ParseSlot(text string) (Slot, error) {
	digits, fold := text, false
	if len(text) == len("2006-01-02T15B:04:05") && text[13] == 'B' {
		digits, fold = text[:13]+text[14:], true
	}
	switch n := len(digits); {
	case n == 10 && digits[4] == '-' && digits[7] == '-':
		digits = digits[:4] + digits[5:7] + digits[8:]
	case n == 19 && digits[4] == '-' && digits[7] == '-' && digits[13] == ':' && digits[16] == ':':
		digits = digits[:4] + digits[5:7] + digits[8:13] + digits[14:16] + digits[17:]
	case fold:
		digits = ""
	}
	slot, utc, ok := parseBasic(digits)
	if !ok || utc {
		return Slot{}, &Error{Part: "date-time", Value: clip(text), Reason: "want 2006-01-02 or 2006-01-02T15:04:05", Kind: ErrInvalid}
	}
	slot.Fold = fold
	return slot, slot.Check()
}

// MarshalText is String.
func (s Slot) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is ParseSlot.
func (s *Slot) UnmarshalText(text []byte) error {
	slot, err := ParseSlot(string(text))
	if err != nil {
		return err
	}
	*s = slot
	return nil
}

// parseBasic reads 20060102, 20060102T150405 and 20060102T150405Z without
// checking ranges.
func parseBasic(text string) (slot Slot, utc, ok bool) {
	text, utc = strings.CutSuffix(text, "Z")
	if len(text) != 8 && (len(text) != 15 || text[8] != 'T') {
		return Slot{}, false, false
	}
	number := func(from, to int) int {
		n := 0
		for _, c := range []byte(text[from:to]) {
			if c < '0' || c > '9' {
				ok = false
				return 0
			}
			n = n*10 + int(c-'0')
		}
		return n
	}
	ok = true
	slot = Date(number(0, 4), time.Month(number(4, 6)), number(6, 8))
	if len(text) == 8 {
		return slot, utc, ok && !utc
	}
	slot.AllDay = false
	slot.Hour, slot.Minute, slot.Second = number(9, 11), number(11, 13), number(13, 15)
	return slot, utc, ok
}

// local is the slot as seconds from 1970-01-01T00:00:00 on the wall clock.
func (s Slot) local() int64 {
	return dayNumber(s.Year, int(s.Month), s.Day)*secondsPerDay + int64(s.Hour*3600+s.Minute*60+s.Second)
}

func slotOf(local int64, allDay bool) Slot {
	day := floorDiv(local, secondsPerDay)
	second := int(local - day*secondsPerDay)
	year, month, dom := civilDate(day)
	return Slot{
		Year: year, Month: time.Month(month), Day: dom,
		Hour: second / 3600, Minute: second / 60 % 60, Second: second % 60, AllDay: allDay,
	}
}

package words

import (
	"strings"
	"time"
)

// Due says a due date relative to now, which is in the person's zone: "tomorrow at
// 9:00", "Friday, December 4 at 17:00". date is "2006-01-02", clock is "15:04" or empty
// for a whole day; the year is named if it is not the present one. What cannot be read as
// a date or clock is given back as it is, so that nothing is hidden.
func Due(date, clock string, now time.Time, language string) string {
	b := book(language)
	return withTail(b.due(date, now), b.clockOf(clock))
}

// Date says a date with its weekday and year: "Friday, December 4, 2026".
func Date(date, language string) string {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	b := book(language)
	return b.withWeekday(day, b.dateWithYear(day.Year(), int(day.Month()), day.Day()))
}

func (b *phrasebook) due(date string, now time.Time) string {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	switch day.Sub(today) {
	case -24 * time.Hour:
		return b.yesterday
	case 0:
		return b.today
	case 24 * time.Hour:
		return b.tomorrow
	}
	if day.Year() != now.Year() {
		return b.withWeekday(day, b.dateWithYear(day.Year(), int(day.Month()), day.Day()))
	}
	return b.withWeekday(day, fill(b.dayMonth, "d", b.day(day.Day()), "month", b.months[day.Month()-1]))
}

func (b *phrasebook) withWeekday(day time.Time, date string) string {
	return fill(b.weekday, "x", b.weekdays[(int(day.Weekday())+6)%7], "date", date)
}

func (b *phrasebook) clockOf(clock string) string {
	if clock == "" {
		return ""
	}
	at, err := time.Parse("15:04", clock)
	if err != nil {
		return clock
	}
	return b.at([]moment{{at.Hour(), at.Minute(), 0}})
}

// Duration says a length of time to the second: "2 days", "1 hour and 30 minutes". A
// negative one is said as positive.
func Duration(d time.Duration, language string) string {
	b := book(language)
	seconds := int64(d.Abs() / time.Second)
	var parts []string
	for _, u := range []struct {
		seconds int64
		name    [2]string
	}{
		{7 * 86400, b.units[5]}, {86400, b.units[4]}, {3600, b.units[3]}, {60, b.units[2]}, {1, b.units[1]},
	} {
		n := seconds / u.seconds
		if u.seconds > 86400 && (seconds%u.seconds != 0 || n == 0) {
			continue // weeks only where they are whole
		}
		seconds -= n * u.seconds
		switch {
		case n == 1:
			parts = append(parts, "1 "+u.name[0])
		case n > 1:
			parts = append(parts, itoa(int(n))+" "+u.name[1])
		}
	}
	if len(parts) == 0 {
		return "0 " + b.units[2][1]
	}
	return b.join(parts)
}

// Before says when a reminder comes: "2 days before", or for zero "at the due time".
func Before(d time.Duration, language string) string {
	b := book(language)
	if d == 0 {
		return b.atDue
	}
	return strings.TrimSpace(fill(b.before, "x", Duration(d, language)))
}

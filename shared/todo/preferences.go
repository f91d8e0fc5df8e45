package todo

import (
	"slices"
	"strings"
	"time"
)

// Preferences are a person's settings.
type Preferences struct {
	Owner      string
	TimeZone   string    // IANA name; empty until somebody says
	Language   string    // BCP 47; empty until somebody says
	WeekStart  string    // "monday" … "sunday"
	QuietFrom  string    // "22:00", local; with QuietUntil the hours in which nothing is sent. Empty: there are none
	QuietUntil string    // "07:00"; before QuietFrom: on the next day
	DigestAt   string    // "08:00", local: when the day's digest is sent. Empty: never
	DateOrder  DateOrder // how 3/4 is read
	Parts      DayParts
	Version    int64  // 0: never saved
	Timing     Timing // for the store; empty in what it gives
}

// Timing is what follows from settings at the moment when they are saved.
type Timing struct {
	HeldUntil  time.Time  // until when what is held for quiet hours waits
	NextDigest *time.Time // nil: there is none
}

// DayParts are when the parts of the person's day begin, as full hours such as "07:00".
// What is empty begins at the usual hour.
type DayParts struct{ Morning, Afternoon, Evening, Night string }

// Hour is the hour of the day that a part begins at, 0 where it is the usual one.
func Hour(part string) int {
	at, err := time.Parse("15:04", part)
	if err != nil {
		return 0
	}
	return at.Hour()
}

// DateOrder says which number of a date such as 3/4 is the day.
type DateOrder string

// The orders. Empty leaves it to the language.
const (
	DayFirst   DateOrder = "day_first"
	MonthFirst DateOrder = "month_first"
)

// DefaultPreferences are those of somebody new.
func DefaultPreferences(owner string) Preferences {
	return Preferences{Owner: owner, WeekStart: "monday"}
}

var weekdays = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// FirstWeekday is WeekStart as a time.Weekday.
func (p Preferences) FirstWeekday() time.Weekday {
	return time.Weekday(max(slices.Index(weekdays, p.WeekStart), 0))
}

// Zone is TimeZone, or UTC where none was said.
func (p Preferences) Zone() string {
	if p.TimeZone == "" {
		return "UTC"
	}
	return p.TimeZone
}

// notOfTags tells what no language tag has (BCP 47).
func notOfTags(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-'
}

func (p Preferences) validate(calendar Calendar) error {
	if p.TimeZone != "" {
		if _, err := calendar.At("2000-01-01", p.TimeZone); err != nil {
			return Invalid("/time_zone", "%q is no IANA time zone, such as Europe/Paris", p.TimeZone)
		}
	}
	if !slices.Contains(weekdays, p.WeekStart) {
		return Invalid("/week_start", "must be a day of the week, in English and lower case")
	}
	if len(p.Language) > 35 || strings.ContainsFunc(p.Language, notOfTags) {
		return Invalid("/language", "must be a language tag such as en or pt-BR")
	}
	return p.validateTimes()
}

func (p Preferences) validateTimes() error {
	for _, clock := range []struct{ pointer, value string }{
		{"/quiet_from", p.QuietFrom}, {"/quiet_until", p.QuietUntil}, {"/digest_at", p.DigestAt},
	} {
		if !isClock(clock.value) && clock.value != "" {
			return Invalid(clock.pointer, "must be a time of day such as 22:00, or empty")
		}
	}
	last := 0
	for _, part := range []struct{ pointer, value string }{
		{"/morning_at", p.Parts.Morning}, {"/afternoon_at", p.Parts.Afternoon}, {"/evening_at", p.Parts.Evening}, {"/night_at", p.Parts.Night},
	} {
		if part.value == "" {
			continue
		}
		hour := Hour(part.value)
		switch {
		case hour == 0 || !isClock(part.value) || !strings.HasSuffix(part.value, ":00"):
			return Invalid(part.pointer, "must be a full hour from 01:00 to 23:00, or empty")
		case hour <= last:
			return Invalid(part.pointer, "must be later than the part of the day before it")
		}
		last = hour
	}
	switch {
	case p.QuietFrom != "" && p.QuietUntil == "":
		return Invalid("/quiet_until", "must be said where quiet_from is")
	case p.QuietFrom == "" && p.QuietUntil != "":
		return Invalid("/quiet_from", "must be said where quiet_until is")
	case p.QuietFrom != "" && p.QuietFrom == p.QuietUntil:
		return Invalid("/quiet_until", "must differ from quiet_from")
	}
	if p.DateOrder != "" && p.DateOrder != DayFirst && p.DateOrder != MonthFirst {
		return Invalid("/date_order", "must be day_first or month_first, or empty")
	}
	return nil
}

// timing works out what is to be kept beside the settings.
func (p Preferences) timing(calendar Calendar, now time.Time) (t Timing, err error) {
	until, quiet, err := p.Quiet(calendar, now)
	if err != nil {
		return t, err
	}
	if t.HeldUntil = now; quiet {
		t.HeldUntil = until
	}
	t.NextDigest, err = p.NextDigest(calendar, now)
	return t, err
}

// isClock reports whether text is a time of day from 00:00 to 23:59.
func isClock(text string) bool {
	at, err := time.Parse("15:04", text)
	return err == nil && at.Format("15:04") == text
}

// Tomorrow is the first instant of the person's tomorrow.
func (p Preferences) Tomorrow(calendar Calendar, now time.Time) (time.Time, error) {
	zone, err := time.LoadLocation(p.Zone())
	if err != nil {
		return time.Time{}, Errorf(CodeInternal, "a stored zone does not exist: %w", err)
	}
	return calendar.At(now.In(zone).AddDate(0, 0, 1).Format(time.DateOnly), p.Zone())
}

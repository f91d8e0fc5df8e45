package todo

import (
	"slices"
	"strings"
	"time"
)

// Preferences are a person's settings.
type Preferences struct {
	Owner          string
	TimeZone       string // IANA name; empty until somebody says
	Language       string // BCP 47
	WeekStart      string // "monday" … "sunday"
	Email          string // where reminders go; empty: nowhere
	EmailReminders bool
	Version        int64 // 0: never saved
}

// DefaultPreferences are those of somebody new.
func DefaultPreferences(owner string) Preferences {
	return Preferences{Owner: owner, Language: "en", WeekStart: "monday", EmailReminders: true}
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

func (p Preferences) validate(calendar Calendar) error {
	if p.TimeZone != "" {
		if _, err := calendar.At("2000-01-01", p.TimeZone); err != nil {
			return Invalid("/time_zone", "%q is no IANA time zone, such as Europe/Paris", p.TimeZone)
		}
	}
	if !slices.Contains(weekdays, p.WeekStart) {
		return Invalid("/week_start", "must be a day of the week, in English and lower case")
	}
	if p.Language == "" || len(p.Language) > 35 || strings.ContainsAny(p.Language, " \t\n") {
		return Invalid("/language", "must be a language tag such as en or pt-BR")
	}
	if at := strings.LastIndexByte(p.Email, '@'); p.Email != "" && (at < 1 || at == len(p.Email)-1 || len(p.Email) > 254 || strings.ContainsAny(p.Email, " \r\n\t<>,;")) {
		return Invalid("/email", "is no e-mail address")
	}
	return nil
}

// Tomorrow is the first instant of the person's tomorrow.
func (p Preferences) Tomorrow(calendar Calendar, now time.Time) (time.Time, error) {
	zone, err := time.LoadLocation(p.Zone())
	if err != nil {
		return time.Time{}, Errorf(CodeInternal, "a stored zone does not exist: %w", err)
	}
	return calendar.At(now.In(zone).AddDate(0, 0, 1).Format(time.DateOnly), p.Zone())
}

package todo

import (
	"strconv"
	"strings"
	"time"
)

// ReminderState is where a reminder stands; docs/states.md draws the transitions.
type ReminderState string

// The states.
const (
	ReminderPending   ReminderState = "pending"
	ReminderFired     ReminderState = "fired"
	ReminderCancelled ReminderState = "cancelled" // its task was completed or deleted, or it has no due to relate to
)

// Reminder asks for a person's attention at an instant, either fixed or relative
// to the task's due.
type Reminder struct {
	ID      string        `json:"id"`
	TaskID  string        `json:"task_id"`
	Owner   string        `json:"owner"`
	Before  *Before       `json:"before,omitempty"` // nil: At was given
	At      time.Time     `json:"at"`
	Repeat  time.Duration `json:"repeat,omitempty"` // again and again until the task is done
	State   ReminderState `json:"state"`
	FiredAt *time.Time    `json:"fired_at,omitempty"`
}

// Before is how long before the due a reminder comes. Days are days of the local
// calendar, so that a reminder keeps its time of day over a DST change.
type Before struct {
	Days     int           `json:"days,omitempty"`
	Duration time.Duration `json:"duration,omitempty"`
	Clock    string        `json:"clock,omitempty"` // "15:04": the time of day it comes, instead of the due's
}

// DayStart is the time of day at which a reminder relative to a date with no time comes.
const DayStart = "09:00"

// String gives the ISO 8601 duration, as "P2D" or "PT1H30M".
func (b Before) String() string {
	var out strings.Builder
	out.WriteByte('P')
	if b.Days != 0 {
		out.WriteString(strconv.Itoa(b.Days) + "D")
	}
	if b.Duration != 0 || b.Days == 0 {
		out.WriteString("T" + durationUnits(b.Duration))
	}
	return out.String()
}

// FormatDuration gives a duration of whole seconds in ISO 8601, as "PT10M".
func FormatDuration(d time.Duration) string { return "PT" + durationUnits(d) }

func durationUnits(d time.Duration) string {
	var out strings.Builder
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{time.Hour, "H"}, {time.Minute, "M"}, {time.Second, "S"}} {
		if n := d / unit.size; n > 0 {
			out.WriteString(strconv.FormatInt(int64(n), 10) + unit.name)
			d -= n * unit.size
		}
	}
	if out.Len() == 0 {
		return "0S"
	}
	return out.String()
}

// ParseBefore reads an ISO 8601 duration of weeks, days, hours, minutes and seconds
// ("P1W", "P2DT3H"), at most a year.
func ParseBefore(text string) (Before, error) {
	bad := Errorf(CodeInvalid, "%q is no ISO 8601 duration such as P2D or PT1H30M, of at most a year", text)
	rest, ok := strings.CutPrefix(strings.ToUpper(text), "P")
	if !ok || rest == "" {
		return Before{}, bad
	}
	var b Before
	inTime, last := false, -1
	for rest != "" {
		if after, found := strings.CutPrefix(rest, "T"); found && !inTime && after != "" {
			inTime, rest = true, after
			continue
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
		if end <= 0 {
			return Before{}, bad
		}
		n, err := strconv.Atoi(rest[:end])
		unit := strings.IndexByte("WDHMS", rest[end])
		if err != nil || n > 366*24*3600 || unit <= last || unit < 0 || (unit >= 2) != inTime {
			return Before{}, bad
		}
		switch unit {
		case 0:
			b.Days += 7 * n
		case 1:
			b.Days += n
		default:
			b.Duration += time.Duration(n) * map[int]time.Duration{2: time.Hour, 3: time.Minute, 4: time.Second}[unit]
		}
		last, rest = unit, rest[end+1:]
	}
	if b.Days > 366 || b.Duration > 366*24*time.Hour {
		return Before{}, bad
	}
	return b, nil
}

// goesOnFrom reports whether a reminder that repeats has come at an instant and goes on
// from there: then it stays where it is.
func (r Reminder) goesOnFrom(instant time.Time) bool {
	return r.Repeat > 0 && r.FiredAt != nil && !r.At.Before(instant) && r.At.Sub(instant)%r.Repeat == 0
}

// remindAt gives the instant of a relative reminder for a due.
func remindAt(calendar Calendar, b Before, due Due) (time.Time, error) {
	date, err := time.Parse(time.DateOnly, due.Date())
	if err != nil {
		return time.Time{}, Errorf(CodeInternal, "a stored due has no date: %w", err)
	}
	clock := DayStart + ":00"
	if b.Clock != "" {
		clock = b.Clock + ":00"
	} else if !due.AllDay() {
		clock = due.Local[len(time.DateOnly)+1:]
	}
	at, err := calendar.At(date.AddDate(0, 0, -b.Days).Format(time.DateOnly)+"T"+clock, due.Zone)
	if err != nil {
		return time.Time{}, err
	}
	return at.Add(-b.Duration), nil
}

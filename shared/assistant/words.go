package assistant

import (
	"fmt"
	"strings"
	"time"

	"function/shared/language"
	"function/shared/language/words"
	"function/shared/todo"
)

// Words are a task's facts as a person reads them; empty where there are none.
type Words struct {
	Due       string // "tomorrow at 09:00"
	Overdue   bool
	Rule      string   // "every month on the 1st"
	Reminders []string // those still to come: "2 days before, on Sunday, 29 November at 09:00"
}

func (s *session) words(d todo.Details) Words {
	w := Words{Rule: s.rule(d), Overdue: s.overdue(d)}
	if d.Due != nil {
		w.Due = s.when(*d.Due)
	}
	for _, r := range d.Reminders {
		if r.State == todo.ReminderPending {
			w.Reminders = append(w.Reminders, s.reminder(r))
		}
	}
	return w
}

// when says a due, in its own zone where that is another than the person's.
func (s *session) when(due todo.Due) string {
	if due.AllDay() {
		t, err := time.Parse(time.DateOnly, due.Local)
		if err != nil {
			return due.Local
		}
		return s.day(t)
	}
	zone := s.now.Location()
	suffix := ""
	if due.Zone != zone.String() {
		if other, err := time.LoadLocation(due.Zone); err == nil {
			zone, suffix = other, " ("+due.Zone+")"
		}
	}
	return s.moment(due.At.In(zone)) + suffix
}

// moment says a date with its time of day.
func (s *session) moment(t time.Time) string { return s.day(t) + " at " + s.clock(t) }

// day says a date, near ones by name.
func (s *session) day(t time.Time) string {
	switch daysBetween(s.now, t) {
	case 0:
		return "today"
	case 1:
		return "tomorrow"
	case -1:
		return "yesterday"
	}
	layout := "Monday, 2 January"
	if !s.reader.Context().DayFirst {
		layout = "Monday, January 2"
	}
	if t.Year() != s.now.Year() {
		layout += " 2006"
	}
	return t.Format(layout)
}

// daysBetween counts the dates from one to another, whatever their zones.
func daysBetween(from, to time.Time) int {
	date := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(date(to).Sub(date(from)) / (24 * time.Hour))
}

// clock says a time of day: with am and pm where the month is written first, which
// are the same countries.
func (s *session) clock(t time.Time) string {
	layout := "15:04"
	if !s.reader.Context().DayFirst {
		layout = "3:04 PM"
	}
	if t.Second() != 0 {
		layout = strings.Replace(layout, "04", "04:05", 1)
	}
	return t.Format(layout)
}

// rule says how a task repeats.
func (s *session) rule(d todo.Details) string {
	if d.Series == nil || d.Series.EndedAt != nil {
		return ""
	}
	c := s.reader.Context()
	text, err := words.Rule(d.Series.Rule, words.Options{
		Language: "en", FromCompletion: d.Series.FromCompletion, WeekStart: c.WeekStart, Start: d.Series.Start[:len(time.DateOnly)], Zone: s.now.Location(),
	})
	if err != nil {
		return "by the rule " + d.Series.Rule
	}
	return text
}

func (s *session) reminder(r todo.Reminder) string {
	at := s.moment(r.At.In(s.now.Location()))
	again := ""
	if r.Repeat > 0 {
		again = ", and then every " + span(r.Repeat)
	}
	if r.Before == nil {
		return at + again
	}
	var parts []string
	if r.Before.Days > 0 {
		parts = append(parts, count(r.Before.Days, "day"))
	}
	if r.Before.Duration > 0 {
		parts = append(parts, span(r.Before.Duration))
	}
	if len(parts) == 0 {
		return "when it is due, " + at + again
	}
	return strings.Join(parts, " and ") + " before, " + at + again
}

func (s *session) reminderSentence(d todo.Details) string {
	w := s.words(d)
	if len(w.Reminders) == 0 {
		return "no reminder any more"
	}
	return "reminder " + strings.Join(w.Reminders, "; ")
}

// span says a duration in whole units.
func span(d time.Duration) string {
	var parts []string
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		if n := int(d / unit.size); n > 0 {
			parts = append(parts, count(n, unit.name))
			d -= time.Duration(n) * unit.size
		}
	}
	return strings.Join(parts, " and ")
}

// intention says what an act would do to n tasks: the title of a preview.
func (s *session) intention(act language.Act, n int) string {
	tasks := count(n, "task")
	c := act.Change
	switch {
	case act.Intent == language.Complete:
		return "Complete " + tasks
	case act.Intent == language.Reopen:
		return "Open " + tasks + " again"
	case act.Intent == language.Delete:
		return "Delete " + tasks
	case act.Intent == language.Restore:
		return "Restore " + tasks
	case c.ClearDue:
		return "Clear the due date of " + tasks
	case c.Due != nil && act.Intent != language.Remind:
		due := s.reader.Due(*c.Due)
		if t, err := time.Parse(time.DateOnly, due.Date); err == nil {
			if due.Time != "" {
				return fmt.Sprintf("Move %s to %s at %s", tasks, s.day(t), due.Time)
			}
			return fmt.Sprintf("Move %s to %s", tasks, s.day(t))
		}
	case c.Shift != nil:
		return "Move " + tasks
	case act.Intent == language.Remind:
		return "Change the reminders of " + tasks
	}
	return "Change " + tasks
}

// verb labels the yes.
func verb(intent language.Intent) string {
	switch intent {
	case language.Complete:
		return "Complete"
	case language.Reopen:
		return "Open again"
	case language.Delete:
		return "Delete"
	case language.Restore:
		return "Restore"
	case language.Reschedule, language.Snooze:
		return "Move"
	}
	return "Change"
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// titles names tasks, the first few in full.
func titles(list []todo.Details) string {
	const most = 5
	var names []string
	for _, d := range list[:min(len(list), most)] {
		names = append(names, "**"+escape(d.Title)+"**")
	}
	if len(list) > most {
		names = append(names, fmt.Sprintf("%d more", len(list)-most))
	}
	return strings.Join(names, ", ")
}

func alternatives(list []todo.Details) string {
	var names []string
	for _, d := range list {
		names = append(names, "**"+escape(d.Title)+"**")
	}
	return strings.Join(names, " or ")
}

// escape keeps a person's text from being read as Markdown or HTML. Titles stand inside
// a line, so what means something at the start of one only stays as it is.
var escape = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", `*`, `\*`, `_`, `\_`, `[`, `\[`, `]`, `\]`, `<`, `\<`, `>`, `\>`, `~`, `\~`, `|`, `\|`, `&`, `\&`,
).Replace

package assistant

import (
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
func (s *session) moment(t time.Time) string {
	clock := t.Format("15:04")
	if s.catalog.Language == "en" {
		return s.day(t) + " at " + s.englishClock(t)
	}
	return words.Due(t.Format(time.DateOnly), clock, s.now, s.catalog.Language)
}

// day says a date, near ones by name.
func (s *session) day(t time.Time) string {
	date := t.Format(time.DateOnly)
	said := words.Due(date, "", s.now, s.catalog.Language)
	if s.catalog.Language == "en" && strings.Contains(said, ",") && s.reader.Context().DayFirst {
		layout := "Monday, 2 January"
		if t.Year() != s.now.Year() {
			layout += " 2006"
		}
		return t.Format(layout)
	}
	return said
}

// englishClock says a time of day as English does it in the person's region: with am
// and pm where the month is written first, which are the same countries.
func (s *session) englishClock(t time.Time) string {
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
		Language: s.catalog.Language, FromCompletion: d.Series.FromCompletion, WeekStart: c.WeekStart, Start: d.Series.Start[:len(time.DateOnly)], Zone: s.now.Location(),
	})
	if err != nil {
		return s.text("rule.other", "rule", escape(d.Series.Rule))
	}
	return text
}

func (s *session) reminder(r todo.Reminder) string {
	at := s.moment(r.At.In(s.now.Location()))
	again := words.Duration(r.Repeat, s.catalog.Language)
	if r.Before == nil {
		if r.Repeat == 0 {
			return at
		}
		return s.text("reminder.again", "when", at, "span", again)
	}
	before := words.Before(time.Duration(r.Before.Days)*24*time.Hour+r.Before.Duration, s.catalog.Language)
	if r.Repeat == 0 {
		return s.text("reminder.relative", "before", before, "when", at)
	}
	return s.text("reminder.relative_again", "before", before, "when", at, "span", again)
}

// intention says what an act would do to n tasks: the title of a preview.
func (s *session) intention(act language.Act, n int) string {
	c := act.Change
	switch {
	case act.Intent == language.Complete:
		return s.text("preview.complete", "n", n)
	case act.Intent == language.Reopen:
		return s.text("preview.reopen", "n", n)
	case act.Intent == language.Delete:
		return s.text("preview.delete", "n", n)
	case act.Intent == language.Restore:
		return s.text("preview.restore", "n", n)
	case act.Intent == language.Skip:
		return s.text("preview.skip", "n", n)
	case c.ClearDue:
		return s.text("preview.clear_due", "n", n)
	case c.Due != nil && act.Intent != language.Remind:
		due := s.reader.Due(*c.Due)
		when := words.Due(due.Date, due.Time, s.now, s.catalog.Language)
		if t, err := time.Parse("2006-01-02 15:04", due.Date+" "+due.Time); err == nil {
			when = s.moment(t)
		} else if t, err := time.Parse(time.DateOnly, due.Date); err == nil {
			when = s.day(t)
		}
		return s.text("preview.move_to", "n", n, "when", when)
	case c.Shift != nil:
		return s.text("preview.move", "n", n)
	case act.Intent == language.Remind:
		return s.text("preview.remind", "n", n)
	}
	return s.text("preview.change", "n", n)
}

// verb labels the yes.
func (s *session) verb(intent language.Intent) string {
	switch intent {
	case language.Complete:
		return s.text("label.complete")
	case language.Reopen:
		return s.text("label.reopen")
	case language.Delete:
		return s.text("label.delete")
	case language.Restore:
		return s.text("label.restore")
	case language.Reschedule, language.Snooze:
		return s.text("label.move")
	case language.Skip:
		return s.text("label.skip")
	}
	return s.text("label.change")
}

// name is a task's title as it stands in a sentence.
func name(d todo.Details) string { return "**" + escape(d.Title) + "**" }

// titles names tasks, the first few in full.
func (s *session) titles(list []todo.Details) string {
	const most = 5
	var names []string
	for _, d := range list[:min(len(list), most)] {
		names = append(names, name(d))
	}
	if len(list) > most {
		names = append(names, s.text("more", "n", len(list)-most))
	}
	return strings.Join(names, ", ")
}

func (s *session) alternatives(list []todo.Details) string {
	var names []string
	for _, d := range list {
		names = append(names, name(d))
	}
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return s.text("or", "list", strings.Join(names[:last], ", "), "last", names[last])
}

// escape keeps a person's text from being read as Markdown or HTML. Titles stand inside
// a line, so what means something at the start of one only stays as it is.
var escape = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", `*`, `\*`, `_`, `\_`, `[`, `\[`, `]`, `\]`, `<`, `\<`, `>`, `\>`, `~`, `\~`, `|`, `\|`, `&`, `\&`,
).Replace

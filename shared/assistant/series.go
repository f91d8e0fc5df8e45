package assistant

import (
	"context"
	"fmt"
	"strings"
	"time"

	"function/shared/language"
	"function/shared/todo"
)

// series carries out what is about how tasks come again: skip, pause and resume.
func (s *session) series(ctx context.Context, act language.Act, tasks []todo.Details) error {
	for _, d := range tasks {
		if d.Series == nil || d.Series.EndedAt != nil {
			s.about(d)
			s.say("report.not_recurring", "tasks", name(d))
			return nil
		}
	}
	if act.Intent == language.Skip {
		return s.skip(ctx, tasks)
	}
	if len(tasks) > 1 {
		s.ask(act, tasks)
		return nil
	}
	d := tasks[0]
	target := todo.Target{ID: d.ID, Version: d.Version}
	if act.Intent == language.Resume {
		result, err := s.Todo.Resume(ctx, s.by("resume"), target)
		if err != nil {
			return err
		}
		if result.ChangeSet.ID == "" {
			s.about(result.Tasks...)
			s.say("already.resume", "tasks", name(d))
			return nil
		}
		return s.moved("report.resumed", result)
	}
	until := s.pausedUntil(act.Change)
	result, err := s.Todo.Pause(ctx, s.by("pause"), target, until.Format(time.DateOnly))
	if err != nil {
		return err
	}
	return s.moved("report.paused", result, "until", s.day(until))
}

func (s *session) skip(ctx context.Context, tasks []todo.Details) error {
	result, err := s.Todo.Skip(ctx, s.by("skip"), targets(tasks)...)
	if err != nil {
		return err
	}
	if len(tasks) == 1 && tasks[0].Due != nil {
		return s.moved("report.skipped", result, "date", s.when(*tasks[0].Due))
	}
	s.about(result.Tasks...)
	s.say("report.skipped_many", "tasks", s.titles(result.Tasks))
	s.present(result.Tasks, result.ChangeSet.ID)
	return nil
}

// moved says what became of one occurrence, and shows it.
func (s *session) moved(key string, r todo.Result, holes ...any) error {
	d := r.First()
	s.about(d)
	s.say(key, append([]any{"tasks", name(d), "when", s.when(*d.Due)}, holes...)...)
	s.present(r.Tasks, r.ChangeSet.ID)
	return nil
}

// pausedUntil is the first day after a pause: the day named ("until Friday"), what
// follows an interval ("next week"), or today and a duration ("for two weeks").
func (s *session) pausedUntil(c language.Change) time.Time {
	if c.Due == nil {
		return s.now.Add(c.Snooze)
	}
	at := c.Due.Start
	if c.Due.End != nil && c.Due.Relation == language.At {
		at = *c.Due.End
	}
	return at.Midnight().In(s.now.Location())
}

// remindsOnly tells that a snooze moves no due: one of less than a day or to a time of
// day, and every snooze of a task that has none.
func (s *session) remindsOnly(act language.Act, d todo.Details) bool {
	c := act.Change
	if d.Due == nil {
		return c.Due != nil || c.Snooze > 0
	}
	if c.Due != nil {
		return c.Due.HasTime
	}
	return c.Snooze > 0 && c.Snooze < 24*time.Hour
}

// snooze makes a reminder come again later.
func (s *session) snooze(ctx context.Context, act language.Act, d todo.Details) error {
	until := s.now.Add(act.Change.Snooze).UTC().Truncate(time.Second)
	if act.Change.Due != nil {
		var err error
		if until, err = s.reader.Instant(*act.Change.Due); err != nil {
			return err
		}
	}
	result, err := s.Todo.Snooze(ctx, s.by("snooze"), todo.Target{ID: d.ID, Version: d.Version}, until)
	if err != nil {
		return err
	}
	s.about(result.Tasks...)
	s.tell(append([]string{s.reminderSentence(result.First(), name(d))}, s.guessed(act)...)...)
	s.present(result.Tasks, result.ChangeSet.ID)
	return nil
}

// editSeries makes a move that is meant for all occurrences, or for this and the
// following ones, a new rule that begins here; what lies behind stays as it was. A rule
// that names more than one day cannot be moved by naming one.
func (s *session) editSeries(act language.Act, d todo.Details, e *todo.Edit) error {
	wide := act.Target.Scope == "following" || act.Target.Scope == "all"
	if !wide || !e.Due.Given || e.Due.Value == nil || e.Recurrence.Given || d.Series == nil || d.Series.EndedAt != nil || d.Due == nil {
		return nil
	}
	old, to := d.Series, e.Due.Value
	day, err := time.Parse(time.DateOnly, to.Date)
	if err != nil {
		return err
	}
	var parts []string
	for part := range strings.SplitSeq(old.Rule, ";") {
		name, value, _ := strings.Cut(part, "=")
		switch {
		case name == "INTERVAL" && value == "1":
			continue
		case to.Date == d.Due.Date() && !strings.HasPrefix(name, "BYHOUR") && !strings.HasPrefix(name, "BYMINUTE"):
		case name == "COUNT": // how many are left is not known here
			return excuse("error.series")
		case name == "BYDAY" && len(value) == 2:
			part = "BYDAY=" + strings.ToUpper(day.Weekday().String()[:2])
		case name == "BYMONTHDAY" && value == fmt.Sprint(slotDay(d.Slot)):
			part = fmt.Sprintf("BYMONTHDAY=%d", day.Day())
		case strings.HasPrefix(name, "BY"):
			return excuse("error.series")
		}
		parts = append(parts, part)
	}
	rule := strings.Join(parts, ";")
	if rule == old.Rule { // the same rule from another start is another series
		rule += ";INTERVAL=1"
		if strings.Contains(old.Rule, "INTERVAL=") {
			rule = old.Rule + ";WKST=MO"
		}
		if strings.Contains(old.Rule, "WKST=") {
			return excuse("error.series")
		}
	}
	e.Recurrence = todo.Some(&todo.NewRecurrence{Rule: rule, FromCompletion: old.FromCompletion, EndOfMonth: old.EndOfMonth, CatchUp: old.CatchUp})
	return nil
}

// slotDay is the day of the month of a slot.
func slotDay(slot string) int {
	t, err := time.Parse(time.DateOnly, slot[:min(len(slot), len(time.DateOnly))])
	if err != nil {
		return 0
	}
	return t.Day()
}

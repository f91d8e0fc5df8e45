package assistant

import (
	"context"
	"errors"
	"slices"
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
	result, err := s.Todo.Pause(ctx, s.by("pause"), target, todo.Pause{Until: until.Format(time.DateOnly)})
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

// scopeOf is how far a change of an occurrence is meant to go, as it was said. What does
// not come again has no other occurrences, and a new rule is never for one alone.
func scopeOf(act language.Act, d todo.Details) todo.Scope {
	scope := todo.Scope(act.Target.Scope)
	switch {
	case d.Series == nil || d.Series.EndedAt != nil || d.Status != todo.StatusOpen || d.Trashed():
		return ""
	case scope == todo.ScopeThis && (act.Change.Recurrence != nil || act.Change.ClearRecurrence):
		return ""
	}
	return scope
}

// wide reports whether an edit is for occurrences to come.
func wide(e todo.TaskEdit) bool {
	return e.Scope == todo.ScopeFollowing || e.Scope == todo.ScopeAll
}

// seriesExcuse says of a rule that cannot follow where it was to be moved that the new
// one must be said.
func seriesExcuse(err error, edits []todo.TaskEdit) error {
	var known *todo.Error
	if !errors.As(err, &known) || known.Code != todo.CodeInvalid || len(known.Fields) == 0 || !slices.ContainsFunc(edits, wide) {
		return err
	}
	if strings.Contains(known.Fields[0].Pointer, "/due") {
		return excuse("error.series")
	}
	return err
}

// otherwise tells that a series comes otherwise than it did.
func otherwise(before, after todo.Details) bool {
	if before.SeriesID != after.SeriesID {
		return true
	}
	return before.Series != nil && after.Series != nil && (before.Series.Rule != after.Series.Rule || before.Series.Start != after.Series.Start)
}

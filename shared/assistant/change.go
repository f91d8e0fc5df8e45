package assistant

import (
	"context"
	"slices"
	"strings"
	"time"

	"function/shared/language"
	"function/shared/language/civil"
	"function/shared/language/engine"
	"function/shared/todo"
)

// incomplete is the key of what is missing to change anything; empty: nothing.
func incomplete(act language.Act) string {
	c := act.Change
	switch {
	case act.Intent == language.Skip || act.Intent == language.Resume:
		return ""
	case act.Intent == language.Pause:
		if c.Due == nil && c.Snooze == 0 {
			return "ask.until"
		}
	case act.Intent == language.Rename && strings.TrimSpace(c.Title) == "":
		return "ask.title"
	case act.Intent == language.Remind && len(c.Reminders) == 0 && !c.ClearReminders && c.Due == nil && c.Snooze == 0:
		return "ask.remind"
	case c.Title == "" && c.Description == "" && c.Due == nil && c.Shift == nil && !c.ClearDue && c.Recurrence == nil && !c.ClearRecurrence &&
		len(c.Reminders) == 0 && !c.ClearReminders && c.Snooze == 0 && len(c.AddTags) == 0 && len(c.RemoveTags) == 0 && c.Priority == "" && !c.ClearPriority:
		if act.Intent == language.Reschedule || act.Intent == language.Snooze {
			return "ask.when"
		}
		return "ask.change"
	}
	return ""
}

// edit changes fields of tasks, all or none, in one change set.
func (s *session) edit(ctx context.Context, act language.Act, tasks []todo.Details) error {
	edits := make([]todo.TaskEdit, 0, len(tasks))
	for _, d := range tasks {
		e, err := s.editOf(act, d)
		if err != nil {
			return err
		}
		edits = append(edits, todo.TaskEdit{Target: todo.Target{ID: d.ID, Version: d.Version}, Edit: e})
	}
	result, err := s.Todo.EditAll(ctx, s.by("edit"), edits...)
	if err != nil {
		return seriesExcuse(err, edits)
	}
	s.about(result.Tasks...)
	if result.ChangeSet.ID == "" {
		s.say("already.change", "tasks", s.titles(result.Tasks))
		return nil
	}
	s.tell(append([]string{s.report(act, tasks, result.Tasks)}, s.guessed(act)...)...)
	s.present(result.Tasks, result.ChangeSet.ID)
	return nil
}

// guessed says what was assumed about a change. That the next date of a kind was taken
// is not said: the answer names the date.
func (s *session) guessed(act language.Act) []string {
	list := act.Assumed
	if act.Change.Due != nil {
		list = append(slices.Clone(list), act.Change.Due.Assumed...)
	}
	list = slices.DeleteFunc(slices.Clone(list), func(one string) bool { return one == engine.AssumedFuture.Texts()[0] })
	if notes := s.assumptions(list); len(notes) > 0 {
		return []string{s.text("assumed", "notes", escape(strings.Join(notes, "; ")))}
	}
	return nil
}

// editOf works out what an act means for one task.
func (s *session) editOf(act language.Act, d todo.Details) (todo.Edit, error) {
	c := act.Change
	var e todo.Edit
	if title := strings.TrimSpace(c.Title); title != "" {
		e.Title = todo.Some(title)
	}
	if c.Description != "" {
		e.Description = todo.Some(c.Description)
	}
	switch {
	case c.Priority != "":
		e.Priority = todo.Some(todo.Priority(c.Priority))
	case c.ClearPriority:
		e.Priority = todo.Some(todo.PriorityMedium)
	}
	if len(c.AddTags)+len(c.RemoveTags) > 0 {
		e.Tags = todo.Some(retag(d.Tags, c.AddTags, c.RemoveTags))
	}
	if err := s.editDue(act, d, &e); err != nil {
		return e, err
	}
	s.editRecurrence(c, d, &e)
	e.Scope = scopeOf(act, d)
	return e, s.editReminders(act, d, &e)
}

func retag(have, add, remove []string) []string {
	same := func(a string) func(string) bool {
		return func(b string) bool { return strings.EqualFold(a, b) }
	}
	out := slices.DeleteFunc(slices.Clone(have), func(tag string) bool { return slices.ContainsFunc(remove, same(tag)) })
	for _, tag := range add {
		if !slices.ContainsFunc(out, same(tag)) {
			out = append(out, tag)
		}
	}
	return out
}

func (s *session) editDue(act language.Act, d todo.Details, e *todo.Edit) error {
	c := act.Change
	switch {
	case c.ClearDue:
		e.Due = todo.Some[*todo.NewDue](nil)
	case c.Due != nil && act.Intent != language.Remind:
		e.Due = todo.Some(s.reader.Moved(*c.Due, d.Due))
	case c.Shift != nil || act.Intent == language.Snooze && c.Snooze >= 24*time.Hour:
		shift := c.Shift
		if shift == nil {
			shift = &language.Shift{Days: int(c.Snooze / (24 * time.Hour)), Seconds: int64(c.Snooze % (24 * time.Hour) / time.Second)}
		}
		due, err := s.shifted(*shift, d)
		if err != nil {
			return err
		}
		e.Due = todo.Some(due)
	}
	return nil
}

// shifted moves a due by calendar units, in the zone that it is kept in.
func (s *session) shifted(by language.Shift, d todo.Details) (*todo.NewDue, error) {
	if d.Due == nil {
		return nil, excuse("error.no_due", "task", name(d))
	}
	if d.Due.AllDay() && by.Seconds != 0 {
		return nil, excuse("error.no_time", "task", name(d))
	}
	layout := "2006-01-02T15:04:05"
	t, err := time.Parse(layout[:len(d.Due.Local)], d.Due.Local)
	if err != nil {
		return nil, err
	}
	at := civil.Of(t).AddMonths(by.Months).AddDays(by.Days).AddSeconds(by.Seconds)
	due := &todo.NewDue{Date: at.String()[:len(time.DateOnly)], Zone: d.Due.Zone}
	if !d.Due.AllDay() {
		due.Time = at.String()[len("2006-01-02T"):]
	}
	return due, nil
}

func (s *session) editRecurrence(c language.Change, d todo.Details, e *todo.Edit) {
	if c.ClearRecurrence {
		e.Recurrence = todo.Some[*todo.NewRecurrence](nil)
	}
	if c.Recurrence == nil {
		return
	}
	e.Recurrence = todo.Some(s.reader.Recurrence(*c.Recurrence))
	if due := s.reader.Begun(*c.Recurrence, d.Due); due != nil && !e.Due.Given {
		e.Due = todo.Some(due)
	}
}

// editReminders adds to the reminders that are still to come, or takes them away.
func (s *session) editReminders(act language.Act, d todo.Details, e *todo.Edit) error {
	c := act.Change
	wanted, err := s.reader.Reminders(c.Reminders)
	if err != nil {
		return err
	}
	if act.Intent == language.Remind && c.Due != nil {
		at, err := s.reader.Instant(*c.Due)
		if err != nil {
			return err
		}
		wanted = append(wanted, todo.NewReminder{At: &at})
	}
	if c.Snooze > 0 && !e.Due.Given {
		at := s.now.Add(c.Snooze).UTC().Truncate(time.Second)
		wanted = append(wanted, todo.NewReminder{At: &at})
	}
	if len(wanted) == 0 && !c.ClearReminders {
		return nil
	}
	var list []todo.NewReminder
	for _, r := range d.Reminders {
		switch {
		case c.ClearReminders:
		case r.Before != nil:
			list = append(list, todo.NewReminder{Before: r.Before, Repeat: r.Repeat})
		case r.State == todo.ReminderPending && r.At.After(s.now):
			at := r.At
			list = append(list, todo.NewReminder{At: &at, Repeat: r.Repeat})
		}
	}
	e.Reminders = todo.Some(append(list, wanted...))
	return nil
}

// report says what an edit did.
func (s *session) report(act language.Act, before, after []todo.Details) string {
	c, d, subject := act.Change, after[0], s.titles(after)
	one := len(after) == 1
	reminding := act.Intent == language.Remind || act.Intent == language.Snooze && (d.Due == nil || before[0].Due != nil && d.Due.At.Equal(before[0].Due.At))
	switch {
	case c.Title != "" && one:
		return s.text("report.renamed", "old", name(before[0]), "task", subject)
	case c.ClearDue:
		return s.text("report.no_due", "tasks", subject)
	case one && d.Series != nil && d.Series.EndedAt == nil && (c.Recurrence != nil || otherwise(before[0], d)):
		return s.text("report.repeats", "tasks", subject, "rule", s.rule(d), "when", s.when(*d.Due))
	case c.ClearRecurrence:
		return s.text("report.single", "tasks", subject)
	case reminding:
		return s.reminderSentence(d, subject)
	case (c.Due != nil || c.Shift != nil || c.Snooze > 0) && d.Due != nil && one:
		return s.text("report.moved_to", "tasks", subject, "when", s.when(*d.Due))
	case c.Due != nil || c.Shift != nil || c.Snooze > 0:
		return s.text("report.moved", "tasks", subject)
	}
	if facts := s.changed(c, d); one && len(facts) > 0 {
		return s.text("report.now", "tasks", subject, "facts", strings.Join(facts, ", "))
	}
	return s.text("report.changed", "tasks", subject)
}

// changed are the facts that a change of priority or tags has left.
func (s *session) changed(c language.Change, d todo.Details) []string {
	var facts []string
	if c.Priority != "" || c.ClearPriority {
		facts = append(facts, s.text("fact."+string(d.Priority)))
	}
	if len(c.AddTags)+len(c.RemoveTags) == 0 {
		return facts
	}
	if len(d.Tags) == 0 {
		return append(facts, s.text("fact.no_tags"))
	}
	for _, tag := range d.Tags {
		facts = append(facts, escape("#"+tag))
	}
	return facts
}

func (s *session) reminderSentence(d todo.Details, subject string) string {
	w := s.words(d)
	if len(w.Reminders) == 0 {
		return s.text("report.no_reminders", "tasks", subject)
	}
	return s.text("report.reminders", "tasks", subject, "when", strings.Join(w.Reminders, "; "))
}

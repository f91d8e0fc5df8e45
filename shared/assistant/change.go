package assistant

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"function/shared/language"
	"function/shared/language/civil"
	"function/shared/language/engine"
	"function/shared/todo"
)

// incomplete says what is missing to change anything; empty: nothing.
func incomplete(act language.Act) string {
	c := act.Change
	switch {
	case act.Intent == language.Rename && strings.TrimSpace(c.Title) == "":
		return "What should the new title be? Nothing was changed."
	case act.Intent == language.Remind && len(c.Reminders) == 0 && !c.ClearReminders && c.Due == nil && c.Snooze == 0:
		return "When should I remind you? Nothing was changed."
	case c.Title == "" && c.Description == "" && c.Due == nil && c.Shift == nil && !c.ClearDue && c.Recurrence == nil && !c.ClearRecurrence &&
		len(c.Reminders) == 0 && !c.ClearReminders && c.Snooze == 0 && len(c.AddTags) == 0 && len(c.RemoveTags) == 0 && c.Priority == "" && !c.ClearPriority:
		if act.Intent == language.Reschedule || act.Intent == language.Snooze {
			return "To when? Nothing was changed."
		}
		return "What should I change about it? Nothing was changed."
	}
	return ""
}

// edit changes fields of tasks. Several are worked out first, so that what is wrong
// with one leaves all as they are; the change sets after the first name it as their
// cause, so that one undo takes back all.
func (s *session) edit(ctx context.Context, act language.Act, tasks []todo.Details) error {
	edits := make([]todo.Edit, 0, len(tasks))
	for _, d := range tasks {
		e, err := s.editOf(act, d)
		if err != nil {
			return err
		}
		if len(tasks) > 1 {
			dry := s.by("")
			dry.DryRun = true
			if _, err := s.Todo.Edit(ctx, dry, d.ID, d.Version, e); err != nil {
				return err
			}
		}
		edits = append(edits, e)
	}
	first := ""
	var changed []todo.Details
	for i, d := range tasks {
		by := s.by(d.ID)
		by.Cause = first
		r, err := s.Todo.Edit(ctx, by, d.ID, d.Version, edits[i])
		if err != nil {
			if first != "" {
				s.say("I changed %s and then had to stop; undo takes that back.", count(len(changed), "task"))
				s.present(changed, first)
			}
			return err
		}
		if first == "" {
			first = r.ChangeSet.ID
		}
		changed = append(changed, r.First())
	}
	s.about(changed...)
	if first == "" {
		s.say("%s: that is so already.", titles(changed))
		return nil
	}
	s.say("%s", s.report(act, tasks, changed))
	s.present(changed, first)
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
		e.Due = todo.Some(s.movedTo(*c.Due, d))
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

// movedTo is the due that a phrase names for a task: a new day keeps the time of day,
// a new time of day keeps the day, unless that is past.
func (s *session) movedTo(w language.When, d todo.Details) *todo.NewDue {
	due := s.reader.Due(w)
	switch {
	case d.Due == nil:
	case due.Time == "" && !d.Due.AllDay():
		due.Time, due.Zone = d.Due.Local[len("2006-01-02T"):], d.Due.Zone
	case clockOnly(w) && d.Due.Date() > s.now.Format(time.DateOnly):
		due.Date = d.Due.Date()
	}
	return due
}

// clockOnly tells that a phrase names a time and no day, so that the next one to come
// was taken.
func clockOnly(w language.When) bool {
	return w.HasTime && slices.Contains(w.Assumed, engine.AssumedFuture.Texts()[0])
}

// shifted moves a due by calendar units, in the zone that it is kept in.
func (s *session) shifted(by language.Shift, d todo.Details) (*todo.NewDue, error) {
	if d.Due == nil {
		return nil, todo.Errorf(todo.CodeInvalid, "it has no due date that could be moved")
	}
	if d.Due.AllDay() && by.Seconds != 0 {
		return nil, todo.Errorf(todo.CodeInvalid, "it is due on a day without a time, so it cannot move by hours")
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
	// A rule that names days or times says when the first one is; "weekly" goes on from the due.
	if start := c.Recurrence.Start; start != nil && !e.Due.Given && (d.Due == nil || strings.Contains(c.Recurrence.RRULE, "BY") || start.HasTime) {
		due := s.reader.Due(*start)
		if due.Time == "" && d.Due != nil && !d.Due.AllDay() {
			due.Time = d.Due.Local[len("2006-01-02T"):]
		}
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
	c := act.Change
	subject := titles(after)
	if len(after) > 1 {
		subject = count(len(after), "task")
	}
	d := after[0]
	switch {
	case c.Title != "" && len(after) == 1:
		return fmt.Sprintf("Renamed **%s** to %s.", escape(before[0].Title), subject)
	case c.ClearDue:
		return fmt.Sprintf("%s: no due date any more.", subject)
	case c.Recurrence != nil && d.Series != nil:
		return fmt.Sprintf("%s now repeats %s; next due %s.", subject, s.rule(d), s.when(*d.Due))
	case c.ClearRecurrence:
		return fmt.Sprintf("%s does not repeat any more.", subject)
	case (act.Intent == language.Remind || act.Intent == language.Snooze) && d.Due != nil && before[0].Due != nil && d.Due.At.Equal(before[0].Due.At),
		act.Intent == language.Remind, act.Intent == language.Snooze && d.Due == nil:
		return fmt.Sprintf("%s: %s.", subject, s.reminderSentence(d))
	case (c.Due != nil || c.Shift != nil || c.Snooze > 0) && d.Due != nil && len(after) == 1:
		return fmt.Sprintf("Moved %s to %s.", subject, s.when(*d.Due))
	case c.Due != nil || c.Shift != nil:
		return fmt.Sprintf("Moved %s.", subject)
	}
	return fmt.Sprintf("Changed %s.", subject)
}

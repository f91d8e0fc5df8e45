package quickadd

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"function/shared/language"
	"function/shared/todo"
)

// Tasks turns a draft into the tasks to create: one with what is nested under it, and
// one more for each further time of day that one rule cannot hold together; the first
// of them has the subtasks. assumed says in short English sentences what was guessed.
func (r Reader) Tasks(d language.Draft) (tasks []todo.NewTask, assumed []string, err error) {
	t := todo.NewTask{
		Title: d.Title, Description: d.Description, Priority: todo.Priority(d.Priority), Tags: slices.Clone(d.Tags),
	}
	assumed = slices.Clone(d.Assumed)
	if d.Due != nil {
		t.Due = r.Due(*d.Due)
	}
	if t.Reminders, err = r.Reminders(d.Reminders); err != nil {
		return nil, nil, err
	}
	tasks = []todo.NewTask{t}
	if d.Recurrence != nil {
		tasks = r.recurring(t, *d.Recurrence)
	}
	for _, sub := range d.Subtasks {
		below, notes, err := r.Tasks(sub)
		if err != nil {
			return nil, nil, err
		}
		tasks[0].Subtasks, assumed = append(tasks[0].Subtasks, below...), append(assumed, notes...)
	}
	return tasks, assumed, nil
}

// recurring gives a task its rule: several tasks where a day has several times that
// differ in their minutes, because one RRULE makes every hour with every minute.
func (r Reader) recurring(t todo.NewTask, rec language.Recurrence) (tasks []todo.NewTask) {
	if rec.Start != nil {
		t.Due = r.startOf(*rec.Start, t.Due)
	}
	if len(rec.Times) < 2 || t.Due == nil {
		t.Recurrence = r.Recurrence(rec)
		return []todo.NewTask{t}
	}
	if rule, ok := manyTimes(rec); ok {
		rec.RRULE = rule
		t.Recurrence = r.Recurrence(rec)
		return []todo.NewTask{t}
	}
	for _, minutes := range rec.Times {
		one, due := t, *t.Due
		due.Time = clock(minutes)
		one.Due, one.Recurrence = &due, r.Recurrence(rec)
		tasks = append(tasks, one)
	}
	return tasks
}

// startOf is the first occurrence. Its date is the rule's; a time may stand
// elsewhere in the text.
func (r Reader) startOf(start language.When, due *todo.NewDue) *todo.NewDue {
	start.End, start.Relation = nil, language.At
	first := r.Due(start)
	if first.Time == "" && due != nil {
		first.Time = due.Time
	}
	return first
}

// Recurrence turns a repetition into the domain's.
func (r Reader) Recurrence(rec language.Recurrence) *todo.NewRecurrence {
	made := &todo.NewRecurrence{Rule: rec.RRULE, FromCompletion: rec.FromCompletion}
	for _, day := range rec.Except {
		made.Except = append(made.Except, dateOf(day))
	}
	return made
}

// manyTimes puts the times of a day into the rule, where they share their minute.
func manyTimes(rec language.Recurrence) (string, bool) {
	if strings.Contains(rec.RRULE, "BYHOUR") || strings.Contains(rec.RRULE, "BYMINUTE") {
		return rec.RRULE, true
	}
	var hours []string
	for _, minutes := range rec.Times {
		if minutes%60 != rec.Times[0]%60 {
			return "", false
		}
		hours = append(hours, fmt.Sprint(minutes/60))
	}
	return fmt.Sprintf("%s;BYHOUR=%s;BYMINUTE=%d", rec.RRULE, strings.Join(hours, ","), rec.Times[0]%60), true
}

// Reminders turns phrases into reminders.
func (r Reader) Reminders(list []language.Reminder) ([]todo.NewReminder, error) {
	var out []todo.NewReminder
	for _, one := range list {
		made := todo.NewReminder{Repeat: one.Repeat}
		switch {
		case one.At != nil:
			at, err := r.Instant(*one.At)
			if err != nil {
				return nil, err
			}
			made.At = &at
		case one.Clock != nil:
			made.Before = &todo.Before{Days: one.Days, Clock: clock(*one.Clock)}
		default:
			made.Before = &todo.Before{Duration: one.Before}
			if one.Before%(24*time.Hour) == 0 { // whole days keep the time of day over a change of the clocks
				made.Before = &todo.Before{Days: int(one.Before / (24 * time.Hour))}
			}
		}
		out = append(out, made)
	}
	return out, nil
}

func clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60%24, minutes%60) }

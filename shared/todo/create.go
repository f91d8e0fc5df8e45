package todo

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// NewDue is a due as a caller says it.
type NewDue struct {
	Date string // "2006-01-02"
	Time string // "15:04" or "15:04:05"; empty: a date with no time
	Zone string // IANA name; empty: the person's
}

// NewReminder is a reminder as a caller says it: Before or At, not both.
type NewReminder struct {
	Before *Before
	At     *time.Time
	Repeat time.Duration // 0: once
}

// NewRecurrence makes a task the first occurrence of a series.
type NewRecurrence struct {
	Rule           string // RFC 5545 RRULE value
	FromCompletion bool
	EndOfMonth     EndOfMonth
	CatchUp        CatchUp
	Except         []string // local dates, or slots, that are left out; nil: as it was
	Also           []string // slots that are added; nil: as it was
}

// NewTask is a task as a caller says it. Zero values stand for what was not said.
type NewTask struct {
	Title       string
	Description string
	Priority    Priority
	Due         *NewDue
	Tags        []string
	Reminders   []NewReminder
	Recurrence  *NewRecurrence
	Parent      string    // the id of the task that this is a part of
	BlockedBy   []string  // ids of the tasks that come first
	Position    float64   // 0: behind all that were made before
	Subtasks    []NewTask // at most MaxDepth levels
}

// inTheirZone says whether the person's zone is needed to know what is meant: it is read
// for nothing else, which saves most writes a round trip to the database.
func (w NewTask) inTheirZone() bool {
	return w.Due != nil && w.Due.Zone == "" || w.Due == nil && w.Recurrence != nil || slices.ContainsFunc(w.Subtasks, NewTask.inTheirZone)
}

// MaxDepth bounds how deep subtasks nest.
const MaxDepth = 5

// Create makes tasks, all or none, in one change set.
func (s *Service) Create(ctx context.Context, act Act, wanted ...NewTask) (Result, error) {
	zone := ""
	if slices.ContainsFunc(wanted, NewTask.inTheirZone) {
		prefs, err := s.Store.Preferences(ctx, act.Owner)
		if err != nil {
			return Result{}, err
		}
		zone = prefs.Zone()
	}
	p := s.plan(act)
	for i, w := range wanted {
		if err := p.create(ctx, w, zone, 0); err != nil {
			return Result{}, at(err, i, len(wanted))
		}
	}
	return p.finish(ctx)
}

// at says which of several tasks an error is about.
func at(err error, i, n int) error {
	var e *Error
	if n == 1 || !errors.As(err, &e) {
		return err
	}
	copied := *e
	copied.Fields = nil
	for _, f := range e.Fields {
		copied.Fields = append(copied.Fields, Field{fmt.Sprintf("/%d%s", i, f.Pointer), f.Detail})
	}
	return &copied
}

func (p *plan) create(ctx context.Context, w NewTask, zone string, depth int) error {
	if depth >= MaxDepth {
		return Invalid("/subtasks", "at most %d levels", MaxDepth)
	}
	d := Details{Task: Task{
		ID: p.NewID(), Owner: p.act.Owner, Title: w.Title, Description: w.Description, Priority: w.Priority,
		Tags: cleanTags(w.Tags), Position: w.Position, Status: StatusOpen, CreatedAt: p.now,
	}}
	if d.Priority == "" {
		d.Priority = PriorityMedium
	}
	if d.Position == 0 {
		d.Position = lastPosition(p.now)
	}
	if err := d.validate(); err != nil {
		return err
	}
	err := p.link(ctx, &d, w.Parent, w.BlockedBy)
	if err != nil {
		return err
	}
	if d.Due, err = p.due(w.Due, zone); err != nil {
		return err
	}
	if w.Recurrence != nil {
		if err := p.startSeries(&d, *w.Recurrence, zone); err != nil {
			return err
		}
	}
	if d.Reminders, err = p.reminders(d.Task, w.Reminders); err != nil {
		return err
	}
	for i := range d.Reminders {
		p.putReminder(nil, &d.Reminders[i])
	}
	p.put(nil, d)
	for _, sub := range w.Subtasks {
		sub.Parent = d.ID
		if err := p.create(ctx, sub, zone, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// MaxExcept bounds the slots that a person leaves out of a series, and those that are added.
const MaxExcept = 366

var clockShape = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$`)

// due resolves what a caller said to an instant.
func (p *plan) due(w *NewDue, zone string) (*Due, error) {
	if w == nil {
		return nil, nil
	}
	if w.Zone != "" {
		zone = w.Zone
		if _, err := p.Calendar.At("2000-01-01", zone); err != nil {
			return nil, Invalid("/due/zone", "%q is no IANA time zone, such as Europe/Paris", zone)
		}
	}
	if _, err := time.Parse(time.DateOnly, w.Date); err != nil {
		return nil, Invalid("/due/date", "%q is no date that exists, such as 2026-12-01", w.Date)
	}
	local := w.Date
	if w.Time != "" {
		if !clockShape.MatchString(w.Time) {
			return nil, Invalid("/due/time", "%q is no time of day, such as 09:00", w.Time)
		}
		local += "T" + w.Time
		if len(w.Time) == len("15:04") {
			local += ":00"
		}
	}
	instant, err := p.Calendar.At(local, zone)
	if err != nil {
		return nil, Invalid("/due/date", "%q does not exist in %s", local, zone)
	}
	return &Due{Local: local, Zone: zone, At: instant}, nil
}

// startSeries makes d the first occurrence of a new series. A due is the start; with
// none, the rule's first slot from today on becomes the due.
func (p *plan) startSeries(d *Details, r NewRecurrence, zone string) error {
	s := Series{
		ID: p.NewID(), Owner: p.act.Owner, Rule: r.Rule, Zone: zone, FromCompletion: r.FromCompletion,
		EndOfMonth: r.EndOfMonth, CatchUp: r.CatchUp, CreatedAt: p.now,
	}
	if s.EndOfMonth == "" {
		s.EndOfMonth = EndOfMonthClamp
	}
	if s.CatchUp == "" {
		s.CatchUp = CatchUpNext
	}
	if d.Due != nil {
		s.Start, s.Zone = d.Due.Local, d.Due.Zone
	} else {
		location, err := time.LoadLocation(zone)
		if err != nil {
			return Errorf(CodeInternal, "a stored zone does not exist: %w", err)
		}
		s.Start = p.now.In(location).Format(time.DateOnly)
	}
	if err := p.Calendar.Check(s); err != nil {
		return Invalid("/recurrence/rrule", "%s", Message(err))
	}
	if err := r.onto(&s, p.Calendar); err != nil {
		return err
	}
	slot := s.Start
	if d.Due == nil {
		first, ok, err := p.Calendar.First(s)
		if err != nil {
			return Invalid("/recurrence/rrule", "%s", Message(err))
		}
		if !ok {
			return Invalid("/recurrence/rrule", "the rule yields no date")
		}
		slot = first
		instant, err := p.Calendar.At(slot, s.Zone)
		if err != nil {
			return err
		}
		d.Due = &Due{Local: slot, Zone: s.Zone, At: instant}
		s.Start = slot
	}
	d.SeriesID, d.Slot = s.ID, slot
	p.putSeries(nil, &s)
	d.Series = &s
	return nil
}

// reminders resolves what a caller said for a task that has its due already.
func (p *plan) reminders(t Task, wanted []NewReminder) ([]Reminder, error) {
	if len(wanted) > MaxReminders {
		return nil, Invalid("/reminders", "at most %d reminders", MaxReminders)
	}
	var out []Reminder
	for i, w := range wanted {
		pointer := "/reminders/" + strconv.Itoa(i)
		r := Reminder{ID: p.NewID(), TaskID: t.ID, Owner: t.Owner, Before: w.Before, Repeat: w.Repeat}
		switch {
		case (w.Before == nil) == (w.At == nil):
			return nil, Invalid(pointer, "say either when it comes or how long before the due")
		case w.Repeat != 0 && (w.Repeat < time.Minute || w.Repeat > 7*24*time.Hour):
			return nil, Invalid(pointer+"/repeat", "between a minute and a week")
		case w.At != nil && !w.At.After(p.now):
			return nil, Invalid(pointer+"/at", "lies in the past")
		case w.At != nil && w.At.Year() > 9999:
			return nil, Invalid(pointer+"/at", "lies too far in the future")
		case w.Before != nil && t.Due == nil:
			return nil, Invalid(pointer+"/before", "the task has no due date to come before")
		case w.Before != nil && w.Before.Clock != "" && !clockShape.MatchString(w.Before.Clock+":00"):
			return nil, Invalid(pointer+"/clock", "%q is no time of day, such as 09:00", w.Before.Clock)
		case w.At != nil:
			r.At = w.At.UTC().Truncate(time.Microsecond)
		}
		if err := p.schedule(&r, t); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// schedule sets a reminder's instant and state from its task. One whose instant
// has gone by when it is made never comes: nobody wants it at once.
func (p *plan) schedule(r *Reminder, t Task) error {
	r.State = ReminderPending
	if r.Before != nil {
		if t.Due == nil {
			r.State = ReminderCancelled
			return nil
		}
		instant, err := remindAt(p.Calendar, *r.Before, *t.Due)
		if err != nil {
			return err
		}
		if !r.goesOnFrom(instant) {
			r.At = instant
		}
	}
	if !r.At.After(p.now) || t.Status == StatusCompleted || t.Trashed() {
		r.State = ReminderCancelled
	}
	return nil
}

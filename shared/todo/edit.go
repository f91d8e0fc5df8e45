package todo

import (
	"context"
	"reflect"
)

// Maybe is a value that a caller gave, or left as it is.
type Maybe[T any] struct {
	Given bool
	Value T
}

// Some makes a given Maybe.
func Some[T any](value T) Maybe[T] { return Maybe[T]{true, value} }

// Edit is a change to one task. What is not given stays.
type Edit struct {
	Scope       Scope
	Title       Maybe[string]
	Description Maybe[string]
	Priority    Maybe[Priority]
	Due         Maybe[*NewDue] // nil clears it
	Tags        Maybe[[]string]
	Parent      Maybe[string]         // the task that this is a part of; empty: of none
	BlockedBy   Maybe[[]string]       // the tasks that come first
	Position    Maybe[float64]        // where it stands among the others
	Reminders   Maybe[[]NewReminder]  // replaces them all
	Recurrence  Maybe[*NewRecurrence] // nil ends the series; a rule starts a new one here
}

// Edit changes one task. Reminders relative to the due move with it.
func (s *Service) Edit(ctx context.Context, act Act, id string, version int64, edit Edit) (Result, error) {
	return s.EditAll(ctx, act, TaskEdit{Target{ID: id, Version: version}, edit})
}

// TaskEdit is an edit and the task it is for.
type TaskEdit struct {
	Target
	Edit
}

// EditAll changes several tasks, all or none, in one change set.
func (s *Service) EditAll(ctx context.Context, act Act, edits ...TaskEdit) (Result, error) {
	zone, err := s.zoneOf(ctx, act.Owner, edits)
	if err != nil {
		return Result{}, err
	}
	targets := make([]Target, 0, len(edits))
	for _, e := range edits {
		targets = append(targets, e.Target)
	}
	found, err := s.currents(ctx, act.Owner, targets)
	if err != nil {
		return Result{}, err
	}
	p := s.plan(act)
	for i, e := range edits {
		if err := p.edit(ctx, p.asPlanned(found[i]), e.Edit, zone); err != nil {
			return Result{}, at(err, i, len(edits))
		}
	}
	return p.finish(ctx)
}

// zoneOf gives the person's time zone, which is read only where one of the edits may need it.
func (s *Service) zoneOf(ctx context.Context, owner string, edits []TaskEdit) (string, error) {
	for _, e := range edits {
		if e.Due.Given || e.Recurrence.Given {
			prefs, err := s.Store.Preferences(ctx, owner)
			return prefs.Zone(), err
		}
	}
	return "", nil
}

func (p *plan) edit(ctx context.Context, d Details, edit Edit, zone string) error {
	var kept *Template
	switch edit.Scope {
	case "":
	case ScopeThis:
		var err error
		if kept, err = p.editThis(ctx, d, &edit); err != nil {
			return err
		}
	case ScopeFollowing, ScopeAll:
		if edit.Recurrence.Given && edit.Recurrence.Value == nil {
			if err := d.goesOn(); err != nil {
				return err
			}
			break // the series ends here
		}
		return p.editSeries(ctx, d, edit)
	default:
		return Invalid("/scope", "must be this, following or all")
	}
	return p.editOne(ctx, d, edit, zone, kept)
}

// editOne changes a task. What its series makes next is changed with it where it is kept
// apart, unless it is to be kept as it is from now on.
func (p *plan) editOne(ctx context.Context, d Details, edit Edit, zone string, kept *Template) error {
	before, series := d.Task, d.Series
	if err := p.editContent(ctx, &d, edit); err != nil {
		return err
	}
	if edit.Due.Given {
		if d.Due != nil {
			zone = d.Due.Zone
		}
		due, err := p.due(edit.Due.Value, zone)
		if err != nil {
			return err
		}
		d.Due = due
	}
	if err := p.editRecurrence(&d, edit.Recurrence, zone); err != nil {
		return err
	}
	changed, err := p.editReminders(&d, edit.Reminders)
	if err != nil {
		return err
	}
	if !changed && d.Series == series && reflect.DeepEqual(before, d.Task) {
		p.show(d)
		return nil
	}
	if edit.Scope == "" && d.Series != nil && d.Series.Template != nil && isOpen(&d) {
		kept = d.Series.Template.with(d, edit)
	}
	if kept != nil {
		p.putTemplate(&d, kept)
	}
	p.put(&before, d)
	return nil
}

// editContent changes what a task is, apart from when it is.
func (p *plan) editContent(ctx context.Context, d *Details, edit Edit) error {
	set(&d.Title, edit.Title)
	set(&d.Description, edit.Description)
	set(&d.Priority, edit.Priority)
	if edit.Tags.Given {
		d.Tags = cleanTags(edit.Tags.Value)
	}
	set(&d.Position, edit.Position)
	if err := d.validate(); err != nil {
		return err
	}
	if !edit.Parent.Given && !edit.BlockedBy.Given {
		return nil
	}
	parent, blockers := d.Parent, d.BlockedBy
	set(&parent, edit.Parent)
	set(&blockers, edit.BlockedBy)
	return p.link(ctx, d, parent, blockers)
}

func set[T any](target *T, value Maybe[T]) {
	if value.Given {
		*target = value.Value
	}
}

func (p *plan) editRecurrence(d *Details, wanted Maybe[*NewRecurrence], zone string) error {
	if !wanted.Given {
		return nil
	}
	old := d.Series
	if w := wanted.Value; w != nil && old != nil && w.Rule == old.Rule && w.FromCompletion == old.FromCompletion {
		if old.EndedAt != nil || w.sameAs(*old) {
			return nil
		}
		changed := *old
		p.putSeries(old, &changed)
		d.Series = &changed
		return w.onto(&changed, p.Calendar)
	}
	if old != nil {
		ended := *old
		ended.EndedAt = &p.now
		p.putSeries(old, &ended)
		d.Series, d.SeriesID, d.Slot = nil, "", ""
	}
	if wanted.Value == nil {
		return nil
	}
	if err := p.startSeries(d, *wanted.Value, zone); err != nil {
		return err
	}
	if old != nil && old.Template != nil {
		d.Series.Template = old.Template
	}
	return nil
}

// editReminders replaces a task's reminders where that was asked for, and keeps
// the others in step with the task.
func (p *plan) editReminders(d *Details, wanted Maybe[[]NewReminder]) (changed bool, err error) {
	if !wanted.Given {
		return p.reschedule(d)
	}
	fresh, err := p.reminders(d.Task, wanted.Value)
	if err != nil {
		return false, err
	}
	for i := range d.Reminders {
		p.putReminder(&d.Reminders[i], nil)
	}
	for i := range fresh {
		p.putReminder(nil, &fresh[i])
	}
	changed = len(d.Reminders)+len(fresh) > 0
	d.Reminders = fresh
	return changed, nil
}

// reschedule brings a task's reminders in step with its due, status and trash date.
func (p *plan) reschedule(d *Details) (changed bool, err error) {
	kept := make([]Reminder, 0, len(d.Reminders))
	for _, before := range d.Reminders {
		after := before
		if err := p.schedule(&after, d.Task); err != nil {
			return false, err
		}
		if before.State == ReminderFired && after.At.Equal(before.At) {
			after.State = ReminderFired // it came; nothing about it changed
		}
		if before.State == ReminderPending && after.At.Equal(before.At) && d.Status == StatusOpen && !d.Trashed() && (before.Before == nil || d.Due != nil) {
			after.State = ReminderPending // it is due and has not come yet: it still comes
		}
		if after.State != before.State || !after.At.Equal(before.At) {
			if after.State == ReminderPending {
				after.FiredAt = nil
			}
			changed = true
			p.putReminder(&before, &after)
		}
		kept = append(kept, after)
	}
	d.Reminders = kept
	return changed, nil
}

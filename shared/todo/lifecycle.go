package todo

import (
	"context"
	"strings"
	"time"
)

// Target names a task and the version that a change is based on; Version 0 is for
// whatever is current.
type Target struct {
	ID      string
	Version int64
}

// step is one change of a task's place in its life; false says that it is there already.
type step func(p *plan, d *Details) (bool, error)

// Complete marks tasks as done and cancels the reminders that are still to come.
// For an occurrence of a series its event makes the next one.
func (s *Service) Complete(ctx context.Context, act Act, targets ...Target) (Result, error) {
	return s.move(ctx, act, targets, func(p *plan, d *Details) (bool, error) {
		if d.Trashed() {
			return false, Errorf(CodeConflict, "the task is in the trash; restore it first")
		}
		if d.Status == StatusCompleted {
			return false, nil
		}
		d.Status, d.CompletedAt = StatusCompleted, &p.now
		return true, nil
	})
}

// Reopen makes done tasks open again and withdraws the next occurrence if nobody
// has touched it.
func (s *Service) Reopen(ctx context.Context, act Act, targets ...Target) (Result, error) {
	return s.move(ctx, act, targets, func(p *plan, d *Details) (bool, error) {
		if d.Trashed() {
			return false, Errorf(CodeConflict, "the task is in the trash; restore it first")
		}
		if d.Status == StatusOpen {
			return false, nil
		}
		d.Status, d.CompletedAt = StatusOpen, nil
		return true, p.withdrawSuccessors(ctx, *d)
	})
}

// Delete puts tasks into the trash.
func (s *Service) Delete(ctx context.Context, act Act, targets ...Target) (Result, error) {
	return s.move(ctx, act, targets, func(p *plan, d *Details) (bool, error) {
		if d.Trashed() {
			return false, nil
		}
		d.TrashedAt = &p.now
		return true, nil
	})
}

// Restore takes tasks out of the trash.
func (s *Service) Restore(ctx context.Context, act Act, targets ...Target) (Result, error) {
	return s.move(ctx, act, targets, func(_ *plan, d *Details) (bool, error) {
		if !d.Trashed() {
			return false, nil
		}
		d.TrashedAt = nil
		return true, nil
	})
}

func (s *Service) move(ctx context.Context, act Act, targets []Target, change step) (Result, error) {
	found, err := s.currents(ctx, act.Owner, targets)
	if err != nil {
		return Result{}, err
	}
	p := s.plan(act)
	for _, d := range found {
		before := d.Task
		moved, err := change(p, &d)
		if err != nil {
			return Result{}, err
		}
		if !moved {
			p.tasks = append(p.tasks, d)
			continue
		}
		if _, err := p.reschedule(&d); err != nil {
			return Result{}, err
		}
		p.put(&before, d)
	}
	return p.finish(ctx)
}

func (p *plan) withdrawSuccessors(ctx context.Context, d Details) error {
	if d.SeriesID == "" {
		return nil
	}
	following, err := p.Store.Following(ctx, d.Owner, d.SeriesID, d.Slot)
	if err != nil {
		return err
	}
	for _, f := range following {
		if f.Version == 1 && f.Status == StatusOpen && !f.Trashed() {
			p.remove(f)
		}
	}
	return nil
}

// remove takes a task out altogether: its making is undone, so that its slot is free again.
func (p *plan) remove(d Details) {
	for i := range d.Reminders {
		p.putReminder(&d.Reminders[i], nil)
	}
	task := d.Task
	p.commit.ChangeSet.Tasks = append(p.commit.ChangeSet.Tasks, Delta[Task]{Before: &task})
}

// Spawn makes the occurrence that follows a completed one, exactly once: a slot
// that is taken is CodeDuplicate, a task that is no longer completed at the
// version is left alone. The template is the completed occurrence itself.
func (s *Service) Spawn(ctx context.Context, act Act, taskID string, version int64) (Result, error) {
	done, err := s.Store.Task(ctx, act.Owner, taskID)
	if err != nil {
		return Result{}, err
	}
	if done.Series == nil || done.Series.EndedAt != nil || done.Status != StatusCompleted || done.Trashed() || done.Version < version {
		return Result{}, nil
	}
	so, err := s.occurrences(ctx, *done.Series)
	if err != nil {
		return Result{}, err
	}
	slot, ok, err := s.Calendar.Next(*done.Series, done.Slot, *done.CompletedAt, so)
	if err != nil || !ok {
		return Result{}, err
	}
	p := s.plan(act)
	p.commit.Expect = []Expectation{{TaskID: done.ID, Version: done.Version}}
	instant, err := s.Calendar.At(slot, done.Series.Zone)
	if err != nil {
		return Result{}, err
	}
	next := Details{Series: done.Series, Task: Task{
		ID: s.NewID(), Owner: done.Owner, Title: done.Title, Description: done.Description, Priority: done.Priority,
		Tags: done.Tags, Parent: done.Parent, Position: done.Position, Status: StatusOpen, CreatedAt: p.now,
		SeriesID: done.SeriesID, Slot: slot, Due: &Due{Local: slot, Zone: done.Series.Zone, At: instant},
	}}
	if err := p.repeatReminders(&next, done); err != nil {
		return Result{}, err
	}
	p.put(nil, next)
	return p.finish(ctx)
}

// occurrences counts those that there were so far, for the rules that need it.
func (s *Service) occurrences(ctx context.Context, series Series) (int, error) {
	if !series.FromCompletion || !strings.Contains(strings.ToUpper(series.Rule), "COUNT=") {
		return 0, nil
	}
	all, err := s.Store.Following(ctx, series.Owner, series.ID, "")
	return len(all), err
}

// repeatReminders gives an occurrence the reminders of the one before it: relative
// ones as they are, fixed ones moved by as much as the due moved.
func (p *plan) repeatReminders(next *Details, done Details) error {
	for _, old := range done.Reminders {
		r := Reminder{ID: p.NewID(), TaskID: next.ID, Owner: next.Owner, Before: old.Before, Repeat: old.Repeat}
		if old.Before == nil {
			if done.Due == nil {
				continue
			}
			r.At = old.At.Add(next.Due.At.Sub(done.Due.At)).Truncate(time.Second)
		}
		if err := p.schedule(&r, next.Task); err != nil {
			return err
		}
		next.Reminders = append(next.Reminders, r)
		p.putReminder(nil, &next.Reminders[len(next.Reminders)-1])
	}
	return nil
}

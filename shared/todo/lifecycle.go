package todo

import "context"

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
			return false, Errorf(CodeNotPossible, "the task is in the trash; restore it first")
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
			return false, Errorf(CodeNotPossible, "the task is in the trash; restore it first")
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
		d = p.asPlanned(d)
		before := d.Task
		moved, err := change(p, &d)
		if err != nil {
			return Result{}, err
		}
		if !moved {
			p.show(d)
			continue
		}
		if _, err := p.reschedule(&d); err != nil {
			return Result{}, err
		}
		p.put(&before, d)
	}
	return p.finish(ctx)
}

// withdrawSuccessors takes out what the series went on with while the occurrence was
// done, if nobody has touched it. Another successor that comes at the same time makes
// the commit fail.
func (p *plan) withdrawSuccessors(ctx context.Context, d Details) error {
	if d.Series == nil {
		return nil
	}
	untouched, kept, err := p.successors(ctx, d)
	if err != nil {
		return err
	}
	for _, o := range untouched {
		p.remove(o) // at the version that is untouched
	}
	p.commit.Series = append(p.commit.Series, SeriesExpectation{d.SeriesID, d.Series.Version, kept + 1})
	return nil
}

// successors gives the open occurrences of an occurrence's series beside itself: those
// that are as they were made, and how many others there are.
func (s *Service) successors(ctx context.Context, d Details) (untouched []Details, touched int, err error) {
	all, err := s.Store.Occurrences(ctx, d.Owner, d.SeriesID)
	if err != nil {
		return nil, 0, err
	}
	var ids []string
	for _, o := range all {
		switch {
		case o.ID == d.ID || !o.Open:
		case o.Version == 1:
			ids = append(ids, o.ID)
		default:
			touched++
		}
	}
	found, err := s.Store.Tasks(ctx, d.Owner, ids)
	for _, o := range found {
		if o.Version == 1 {
			untouched = append(untouched, o)
		} else {
			touched++ // since a moment ago
		}
	}
	return untouched, touched, err
}

// remove takes a task out altogether: its making is undone, so that its slot is free again.
func (p *plan) remove(d Details) {
	for i := range d.Reminders {
		p.putReminder(&d.Reminders[i], nil)
	}
	task := d.Task
	p.commit.ChangeSet.Tasks = append(p.commit.ChangeSet.Tasks, Delta[Task]{Before: &task})
}

// Spawn makes the occurrence that follows a completed one, exactly once. Where the task
// is no longer completed, or its series has ended or goes on with an open occurrence
// already, nothing is to be done. The template is the completed occurrence itself, also
// when it lies in the trash by now. CodeVersionMismatch: it, or its series, was changed
// meanwhile; look again.
func (s *Service) Spawn(ctx context.Context, act Act, taskID string, version int64) (Result, error) {
	done, err := s.Store.Task(ctx, act.Owner, taskID)
	if err != nil {
		return Result{}, err
	}
	if done.Series == nil || done.Series.EndedAt != nil || done.Status != StatusCompleted || done.Version < version {
		return Result{}, nil
	}
	all, err := s.Store.Occurrences(ctx, act.Owner, done.SeriesID)
	if err != nil {
		return Result{}, err
	}
	taken := map[string]bool{}
	for _, o := range all {
		if o.Open {
			return Result{}, nil
		}
		taken[o.Slot] = true
	}
	due, err := s.following(done, taken)
	if err != nil || due == nil {
		return Result{}, err
	}
	p := s.plan(act)
	p.commit.Expect = []Expectation{{TaskID: done.ID, Version: done.Version}}
	p.commit.Series = []SeriesExpectation{{done.SeriesID, done.Series.Version, 1}}
	next := Details{Series: done.Series, Task: Task{
		ID: s.NewID(), Owner: done.Owner, Status: StatusOpen, CreatedAt: p.now, SeriesID: done.SeriesID, Slot: due.Local, Due: due,
	}}
	template := done.Series.Template
	if template == nil {
		template = templateOf(done)
	}
	if err := p.fill(&next, *template); err != nil {
		return Result{}, err
	}
	p.put(nil, next)
	return p.finish(ctx)
}

// following gives the due of the occurrence after a completed one; nil where the series
// has come to its end. A slot that was done early is not done again.
func (s *Service) following(done Details, taken map[string]bool) (*Due, error) {
	slot, completed := done.Slot, *done.CompletedAt
	for {
		next, ok, err := s.Calendar.Next(*done.Series, slot, completed, len(taken))
		if err != nil || !ok {
			return nil, err
		}
		instant, err := s.Calendar.At(next, done.Series.Zone)
		if err != nil {
			return nil, err
		}
		if !taken[next] {
			return &Due{Local: next, Zone: done.Series.Zone, At: instant}, nil
		}
		slot = next
		if done.Series.FromCompletion {
			completed = instant
		}
	}
}

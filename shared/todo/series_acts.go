package todo

import (
	"context"
	"slices"
	"time"
)

// Skip moves occurrences of series on to their next slot: what they were due for does
// not happen, and the series goes on. CodeNotPossible for a task that does not come again.
func (s *Service) Skip(ctx context.Context, act Act, targets ...Target) (Result, error) {
	p := s.plan(act)
	for _, target := range targets {
		d, err := s.recurring(ctx, act.Owner, target)
		if err != nil {
			return Result{}, err
		}
		d = p.asPlanned(d)
		series := *d.Series
		series.ExDates = append(slices.Clone(series.ExDates), d.Slot)
		if err := p.moveOn(ctx, &d, series); err != nil {
			return Result{}, err
		}
	}
	return p.finish(ctx)
}

// Pause lets a series rest for a stretch of local dates, from today or before if it is
// not said from when: an occurrence that falls into it moves to its end, one that is
// overdue as well.
func (s *Service) Pause(ctx context.Context, act Act, target Target, rest Pause) (Result, error) {
	d, err := s.recurring(ctx, act.Owner, target)
	if err != nil {
		return Result{}, err
	}
	today, err := localDate(s.Now(), d.Series.Zone)
	if err != nil {
		return Result{}, err
	}
	if _, err := time.Parse(time.DateOnly, rest.Until); err != nil || rest.Until <= today {
		return Result{}, Invalid("/until", "must be a date after today, such as 2026-12-01")
	}
	day := d.Slot[:len(time.DateOnly)]
	if rest.From == "" {
		rest.From = min(today, day)
	} else if _, err := time.Parse(time.DateOnly, rest.From); err != nil || rest.From >= rest.Until {
		return Result{}, Invalid("/from", "must be a date before until, such as 2026-12-01")
	}
	if len(d.Series.Pauses) >= MaxExcept {
		return Result{}, Invalid("/from", "at most %d pauses", MaxExcept)
	}
	p := s.plan(act)
	series := *d.Series
	series.Pauses = append(slices.Clone(series.Pauses), rest)
	if day < rest.From || day >= rest.Until {
		p.putSeries(d.Series, &series)
		d.Series = &series
		p.touch(d)
		return p.finish(ctx)
	}
	if err := p.moveOn(ctx, &d, series); err != nil {
		return Result{}, err
	}
	return p.finish(ctx)
}

// Resume ends the pauses of a series today, those to come too; where the occurrence may
// have moved for one, it moves to the next slot.
func (s *Service) Resume(ctx context.Context, act Act, target Target) (Result, error) {
	d, err := s.recurring(ctx, act.Owner, target)
	if err != nil {
		return Result{}, err
	}
	today, err := localDate(s.Now(), d.Series.Zone)
	if err != nil {
		return Result{}, err
	}
	series := *d.Series
	series.Pauses = nil
	moved := false
	for _, pause := range d.Series.Pauses {
		if pause.Until <= today {
			series.Pauses = append(series.Pauses, pause)
			continue
		}
		moved = moved || pause.From <= d.Slot[:len(time.DateOnly)]
	}
	if len(series.Pauses) == len(d.Series.Pauses) {
		return Result{Tasks: []Details{d}}, nil
	}
	p := s.plan(act)
	if !moved {
		p.putSeries(d.Series, &series)
		d.Series = &series
		p.touch(d)
		return p.finish(ctx)
	}
	if err := p.moveOn(ctx, &d, series); err != nil {
		return Result{}, err
	}
	return p.finish(ctx)
}

// recurring gives an open occurrence of a series.
func (s *Service) recurring(ctx context.Context, owner string, target Target) (Details, error) {
	d, err := s.current(ctx, owner, target.ID, target.Version)
	switch {
	case err != nil:
		return d, err
	case d.Series == nil || d.Series.EndedAt != nil:
		return d, Errorf(CodeNotPossible, "the task does not come again")
	case d.Status != StatusOpen || d.Trashed():
		return d, Errorf(CodeNotPossible, "the task is not open")
	}
	return d, nil
}

// moveOn puts an occurrence on the first slot of the changed series that comes after
// now, or after the slot that it leaves.
func (p *plan) moveOn(ctx context.Context, d *Details, series Series) error {
	slot, ok, err := p.onward(ctx, *d, series)
	if err != nil {
		return err
	}
	if !ok {
		return Errorf(CodeNotPossible, "the series has no further occurrence")
	}
	at, err := p.Calendar.At(slot, series.Zone)
	if err != nil {
		return err
	}
	before := d.Task
	p.putSeries(d.Series, &series)
	d.Series, d.Slot, d.Due = &series, slot, &Due{Local: slot, Zone: series.Zone, At: at}
	if series.Template != nil { // what was changed of the one that is left out
		err = p.remake(d, *series.Template)
	} else {
		_, err = p.reschedule(d)
	}
	if err != nil {
		return err
	}
	p.put(&before, *d)
	return nil
}

// onward finds that slot. One that another occurrence has, which was done early, is not
// taken again.
func (p *plan) onward(ctx context.Context, d Details, series Series) (slot string, ok bool, err error) {
	others, err := p.others(ctx, d)
	if err != nil {
		return "", false, err
	}
	from, err := p.Calendar.At(d.Slot, series.Zone)
	if err != nil {
		return "", false, err
	}
	if from.Before(p.now) {
		from = p.now
	}
	if slot, ok, err = p.Calendar.Next(series, d.Slot, from, len(others)); err != nil {
		return "", false, err
	}
	if ok && len(series.Pauses) < len(d.Series.Pauses) { // a pause was lifted: an earlier slot may be free again
		slot, ok, err = p.Calendar.After(series, p.now)
	}
	for err == nil && ok && slices.ContainsFunc(others, func(o Occurrence) bool { return o.Slot == slot }) {
		if from, err = p.Calendar.At(slot, series.Zone); err == nil {
			slot, ok, err = p.Calendar.Next(series, slot, from, len(others))
		}
	}
	return slot, ok, err
}

// touch writes a task whose own fields stay, so that its version tells of the change
// to what belongs to it.
func (p *plan) touch(d Details) {
	before := d.Task
	p.put(&before, d)
}

func localDate(now time.Time, zone string) (string, error) {
	location, err := time.LoadLocation(zone)
	if err != nil {
		return "", Errorf(CodeInternal, "a stored zone does not exist: %w", err)
	}
	return now.In(location).Format(time.DateOnly), nil
}

// Snooze makes a task's reminder come again at an instant: one that repeats moves
// there, otherwise a new one is added.
func (s *Service) Snooze(ctx context.Context, act Act, target Target, until time.Time) (Result, error) {
	d, err := s.current(ctx, act.Owner, target.ID, target.Version)
	if err != nil {
		return Result{}, err
	}
	if d.Status != StatusOpen || d.Trashed() {
		return Result{}, Errorf(CodeNotPossible, "the task is not open")
	}
	p := s.plan(act)
	until = until.UTC().Truncate(time.Microsecond)
	if !until.After(p.now) || until.Year() > 9999 {
		return Result{}, Invalid("/until", "must lie in the future")
	}
	for i, r := range d.Reminders {
		if r.Repeat > 0 && r.State == ReminderPending {
			moved := r
			moved.At, moved.Before = until, nil
			d.Reminders[i] = moved
			p.putReminder(&r, &moved)
			p.touch(d)
			return p.finish(ctx)
		}
	}
	if len(d.Reminders) >= MaxReminders {
		return Result{}, Invalid("/reminders", "at most %d reminders", MaxReminders)
	}
	fresh := Reminder{ID: s.NewID(), TaskID: d.ID, Owner: d.Owner, At: until, State: ReminderPending}
	d.Reminders = append(slices.Clone(d.Reminders), fresh)
	p.putReminder(nil, &fresh)
	p.touch(d)
	return p.finish(ctx)
}

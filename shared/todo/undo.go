package todo

import (
	"context"
	"reflect"
	"slices"
)

// Undo reverts a whole change set with all that followed from it. A field that was
// changed since is never overwritten: every one is named in a CodeConflict error,
// and nothing is written. Undoing an undo redoes.
func (s *Service) Undo(ctx context.Context, act Act, changeSetID string) (Result, error) {
	cs, err := s.Store.ChangeSet(ctx, act.Owner, changeSetID)
	if err != nil {
		return Result{}, err
	}
	if cs.UndoneBy != "" {
		return Result{}, Errorf(CodeConflict, "this was undone already")
	}
	effects, err := s.Store.Effects(ctx, act.Owner, cs.ID)
	if err != nil {
		return Result{}, err
	}
	p := s.plan(act)
	p.commit.ChangeSet.Undoes = cs.ID
	if cs.Undoes != "" {
		p.commit.Redone = cs.ID
	}
	// What came last is taken back first.
	sets := append([]ChangeSet{cs}, effects...)
	state := newReverted(p)
	for i := len(sets) - 1; i >= 0; i-- {
		p.commit.Undone = append(p.commit.Undone, sets[i].ID)
		if err := state.revert(ctx, sets[i]); err != nil {
			return Result{}, err
		}
	}
	if len(state.conflicts) > 0 {
		return Result{}, &Error{Code: CodeConflict, Message: "some of it was changed since; nothing was undone", Fields: state.conflicts}
	}
	if err := state.withdrawSuccessors(ctx); err != nil {
		return Result{}, err
	}
	state.write()
	result, err := p.finish(ctx)
	if CodeOf(err) == CodeVersionMismatch { // between our look and the commit, or in a series
		return Result{}, Errorf(CodeConflict, "some of it was changed since; nothing was undone")
	}
	return result, err
}

// reverted is the state of every touched thing while change sets are taken back.
type reverted struct {
	plan      *plan
	order     []string
	original  map[string]*Details // as stored now; nil: gone
	target    map[string]*Details // as it will be; nil: gone
	reminders map[string]Delta[Reminder]
	remOrder  []string
	series    map[string]Delta[Series]
	serOrder  []string
	conflicts []Field
}

func newReverted(p *plan) *reverted {
	return &reverted{plan: p, original: map[string]*Details{}, target: map[string]*Details{}, reminders: map[string]Delta[Reminder]{}, series: map[string]Delta[Series]{}}
}

func (r *reverted) revert(ctx context.Context, cs ChangeSet) error {
	for i := len(cs.Tasks) - 1; i >= 0; i-- {
		if err := r.revertTask(ctx, cs.Tasks[i]); err != nil {
			return err
		}
	}
	for i := len(cs.Series) - 1; i >= 0; i-- {
		r.revertSeries(cs.Series[i])
	}
	for i := len(cs.Reminders) - 1; i >= 0; i-- {
		r.revertReminder(cs.Reminders[i])
	}
	return nil
}

func (r *reverted) load(ctx context.Context, id string) (*Details, error) {
	if d, seen := r.target[id]; seen {
		return d, nil
	}
	var found *Details
	switch d, err := r.plan.Store.Task(ctx, r.plan.act.Owner, id); {
	case err == nil:
		found = &d
	case CodeOf(err) != CodeNotFound:
		return nil, err
	}
	r.order = append(r.order, id)
	r.original[id], r.target[id] = found, found
	return found, nil
}

func (r *reverted) revertTask(ctx context.Context, d Delta[Task]) error {
	id := ChangeSet{Tasks: []Delta[Task]{d}}.TaskIDs()[0]
	now, err := r.load(ctx, id)
	if err != nil {
		return err
	}
	switch {
	case d.After == nil && now == nil: // it was removed: bring it back
		restored := Details{Task: *d.Before}
		restored.Version = d.Before.Version + 2 // past the version that told of the removal
		r.target[id] = &restored
	case d.After == nil || now == nil:
		r.conflicts = append(r.conflicts, Field{"/tasks/" + id, "it was removed or made again since"})
	case d.Before == nil: // it was made: take it away, if it is as it was made
		for _, f := range taskFields {
			if !reflect.DeepEqual(f.get(now.Task), f.get(*d.After)) {
				r.conflict(id, f.name)
			}
		}
		r.target[id] = nil
	default:
		after := *now
		for _, f := range taskFields {
			was, became := f.get(*d.Before), f.get(*d.After)
			switch {
			case reflect.DeepEqual(was, became):
			case reflect.DeepEqual(f.get(now.Task), became):
				f.copy(&after.Task, *d.Before)
			default:
				r.conflict(id, f.name)
			}
		}
		r.target[id] = &after
	}
	return nil
}

func (r *reverted) conflict(id, field string) {
	r.conflicts = append(r.conflicts, Field{"/tasks/" + id + "/" + field, "was changed since"})
}

func (r *reverted) revertSeries(d Delta[Series]) {
	back := d.reversed()
	id := seriesID(d)
	if earlier, seen := r.series[id]; seen {
		back.Before = earlier.Before
	} else {
		r.serOrder = append(r.serOrder, id)
	}
	r.series[id] = back
}

func seriesID(d Delta[Series]) string {
	if d.After != nil {
		return d.After.ID
	}
	return d.Before.ID
}

func (r *reverted) revertReminder(d Delta[Reminder]) {
	back := d.reversed()
	id := ""
	if d.After != nil {
		id = d.After.ID
	} else {
		id = d.Before.ID
	}
	if earlier, seen := r.reminders[id]; seen {
		back.Before = earlier.Before
	} else {
		r.remOrder = append(r.remOrder, id)
	}
	r.reminders[id] = back
}

// withdrawSuccessors takes back what a series went on with after an occurrence that the
// undo opens again, also where that came of another change set. One that somebody has
// touched stays.
func (r *reverted) withdrawSuccessors(ctx context.Context) error {
	for _, id := range slices.Clone(r.order) {
		before, after := r.original[id], r.target[id]
		if after == nil || after.SeriesID == "" || after.Series == nil || !isOpen(after) || before == nil || isOpen(before) {
			continue
		}
		untouched, open, err := r.plan.successors(ctx, *after)
		if err != nil {
			return err
		}
		for _, o := range untouched {
			if _, seen := r.target[o.ID]; !seen {
				r.order = append(r.order, o.ID)
				r.original[o.ID], r.target[o.ID] = &o, nil
				for _, reminder := range o.Reminders {
					r.revertReminder(Delta[Reminder]{After: &reminder})
				}
			} else if isOpen(r.target[o.ID]) {
				open++
			}
		}
		r.plan.commit.Series = append(r.plan.commit.Series, SeriesExpectation{after.SeriesID, after.Series.Version, open + 1})
	}
	return nil
}

func isOpen(d *Details) bool { return d != nil && d.Status == StatusOpen && !d.Trashed() }

// write puts the reverted state into the plan.
func (r *reverted) write() {
	for _, id := range r.serOrder {
		if d := r.series[id]; d.Before != nil || d.After != nil {
			r.plan.putSeries(d.Before, d.After)
		}
	}
	for _, id := range r.order {
		before, after := r.original[id], r.target[id]
		switch {
		case after == nil && before != nil:
			task := before.Task
			r.plan.commit.ChangeSet.Tasks = append(r.plan.commit.ChangeSet.Tasks, Delta[Task]{Before: &task})
		case after != nil && before == nil:
			after.UpdatedAt = r.plan.now
			task := after.Task
			r.plan.commit.ChangeSet.Tasks = append(r.plan.commit.ChangeSet.Tasks, Delta[Task]{After: &task})
			r.plan.tasks = append(r.plan.tasks, *after)
		case after != nil && before != nil:
			task := before.Task
			r.plan.put(&task, *after)
		}
	}
	for _, id := range r.remOrder {
		if d := r.reminders[id]; d.Before != nil || d.After != nil {
			r.plan.putReminder(d.Before, r.asItStands(id, d.After))
		}
	}
}

// asItStands fits a reminder that is put back to what is so by now: one of a task that is
// done or away does not come, one that came does not come again, and one whose time went
// by does not come at once, as with one that is made too late.
func (r *reverted) asItStands(id string, back *Reminder) *Reminder {
	if back == nil || back.State != ReminderPending {
		return back
	}
	fitted := *back
	if t, touched := r.target[back.TaskID]; touched && (!isOpen(t) || back.Before != nil && t.Due == nil) {
		fitted.State = ReminderCancelled
		return &fitted
	}
	if back.At.After(r.plan.now) {
		return back
	}
	fitted.State = ReminderCancelled
	if now := r.storedReminder(id); now != nil && now.State == ReminderFired {
		fitted.State, fitted.FiredAt = ReminderFired, now.FiredAt
	} else if now != nil && now.State == ReminderPending && now.At.Equal(back.At) {
		fitted.State = ReminderPending // it is late, and on its way
	}
	return &fitted
}

func (r *reverted) storedReminder(id string) *Reminder {
	for _, d := range r.original {
		if d == nil {
			continue
		}
		for _, now := range d.Reminders {
			if now.ID == id {
				return &now
			}
		}
	}
	return nil
}

// taskField is one part of a task that a change set can change and undo on its own.
type taskField struct {
	name string
	get  func(Task) any
	copy func(to *Task, from Task)
}

var taskFields = []taskField{
	{"title", func(t Task) any { return t.Title }, func(to *Task, from Task) { to.Title = from.Title }},
	{"description", func(t Task) any { return t.Description }, func(to *Task, from Task) { to.Description = from.Description }},
	{"priority", func(t Task) any { return t.Priority }, func(to *Task, from Task) { to.Priority = from.Priority }},
	{"due", func(t Task) any { return dueKey(t.Due) }, func(to *Task, from Task) { to.Due = from.Due }},
	{"tags", func(t Task) any { return append([]string{}, t.Tags...) }, func(to *Task, from Task) { to.Tags = from.Tags }},
	{"parent", func(t Task) any { return t.Parent }, func(to *Task, from Task) { to.Parent = from.Parent }},
	{"blocked_by", func(t Task) any { return append([]string{}, t.BlockedBy...) }, func(to *Task, from Task) { to.BlockedBy = from.BlockedBy }},
	{"position", func(t Task) any { return t.Position }, func(to *Task, from Task) { to.Position = from.Position }},
	{"status", func(t Task) any { return t.Status }, func(to *Task, from Task) { to.Status, to.CompletedAt = from.Status, from.CompletedAt }},
	{"recurrence", func(t Task) any { return t.SeriesID + " " + t.Slot }, func(to *Task, from Task) { to.SeriesID, to.Slot = from.SeriesID, from.Slot }},
	{"trashed_at", func(t Task) any { return t.Trashed() }, func(to *Task, from Task) { to.TrashedAt = from.TrashedAt }},
}

func dueKey(d *Due) string {
	if d == nil {
		return ""
	}
	return d.Local + " " + d.Zone
}

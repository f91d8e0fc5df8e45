package todo

import (
	"context"
	"reflect"
	"slices"
)

// Undo reverts a whole change set with all that followed from it. A field that was
// changed since is never overwritten: every one is named in a CodeConflict error,
// and nothing is written. What is written between the look and the commit, as a successor
// that comes just then, is looked at again. Undoing an undo redoes.
func (s *Service) Undo(ctx context.Context, act Act, changeSetID string) (Result, error) {
	for range looks {
		if result, err := s.undoAsItIs(ctx, act, changeSetID); CodeOf(err) != CodeVersionMismatch {
			return result, err
		}
	}
	return Result{}, Errorf(CodeConflict, "some of it was changed since; nothing was undone")
}

// looks is how often an undo looks at what changes under its hands.
const looks = 5

// undoAsItIs is CodeVersionMismatch where something was written after it had looked.
func (s *Service) undoAsItIs(ctx context.Context, act Act, changeSetID string) (Result, error) {
	cs, err := s.Store.ChangeSet(ctx, act.Owner, changeSetID)
	if err != nil {
		return Result{}, err
	}
	if cs.UndoneBy != "" {
		return Result{}, Errorf(CodeNotPossible, "this was undone already")
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
	state, err := newReverted(ctx, p, sets)
	if err != nil {
		return Result{}, err
	}
	for i := len(sets) - 1; i >= 0; i-- {
		p.commit.Undone = append(p.commit.Undone, sets[i].ID)
		state.revert(sets[i])
	}
	if err := state.settle(ctx); err != nil {
		return Result{}, err
	}
	if len(state.conflicts) > 0 {
		return Result{}, &Error{Code: CodeConflict, Message: "some of it was changed since; nothing was undone", Fields: state.conflicts}
	}
	state.write()
	return p.finish(ctx)
}

// reverted is the state of every touched thing while change sets are taken back.
type reverted struct {
	plan      *plan
	tasks     things[Details]
	series    things[Series]
	reminders map[string]Delta[Reminder]
	remOrder  []string
	stored    map[string]Reminder // as they are now
	conflicts []Field
}

// things are tasks or series by their ids; nil: gone.
type things[T any] struct {
	order            []string
	original, target map[string]*T
}

func newThings[T any]() things[T] {
	return things[T]{original: map[string]*T{}, target: map[string]*T{}}
}

func (t *things[T]) add(id string, now *T) {
	if _, seen := t.original[id]; seen {
		return
	}
	t.order = append(t.order, id)
	t.original[id], t.target[id] = now, now
}

// newReverted looks at everything that the change sets touched, at once.
func newReverted(ctx context.Context, p *plan, sets []ChangeSet) (*reverted, error) {
	r := &reverted{plan: p, tasks: newThings[Details](), series: newThings[Series](), reminders: map[string]Delta[Reminder]{}, stored: map[string]Reminder{}}
	var taskIDs, seriesIDs []string
	for _, cs := range slices.Backward(sets) {
		taskIDs = append(taskIDs, cs.TaskIDs()...)
		for _, d := range cs.Series {
			seriesIDs = append(seriesIDs, seriesID(d))
		}
		for _, d := range cs.Tasks {
			if d.Before != nil && d.Before.SeriesID != "" { // what comes back comes back into it
				seriesIDs = append(seriesIDs, d.Before.SeriesID)
			}
		}
	}
	slices.Sort(seriesIDs)
	seriesIDs = slices.Compact(seriesIDs)
	found, err := p.Store.Tasks(ctx, p.act.Owner, taskIDs)
	if err != nil {
		return nil, err
	}
	r.see(found)
	for _, id := range taskIDs {
		r.tasks.add(id, nil) // those that are gone
	}
	list, err := p.Store.Series(ctx, p.act.Owner, seriesIDs)
	for i := range list {
		r.series.add(list[i].ID, &list[i])
	}
	for _, id := range seriesIDs {
		r.series.add(id, nil)
	}
	return r, err
}

// see takes tasks as they are now.
func (r *reverted) see(found []Details) {
	for i := range found {
		r.tasks.add(found[i].ID, &found[i])
		for _, reminder := range found[i].Reminders {
			r.stored[reminder.ID] = reminder
		}
	}
}

func (r *reverted) revert(cs ChangeSet) {
	for _, d := range slices.Backward(cs.Tasks) {
		r.revertTask(d)
	}
	for _, d := range slices.Backward(cs.Series) {
		r.revertSeries(d)
	}
	for _, d := range slices.Backward(cs.Reminders) {
		r.revertReminder(d)
	}
}

func (r *reverted) revertTask(d Delta[Task]) {
	id := ChangeSet{Tasks: []Delta[Task]{d}}.TaskIDs()[0]
	now := r.tasks.target[id]
	switch {
	case d.After == nil && now == nil: // it was removed: bring it back
		restored := Details{Task: *d.Before}
		restored.Version = d.Before.Version + 2 // past the version that told of the removal
		r.tasks.target[id] = &restored
	case d.After == nil || now == nil:
		r.conflicts = append(r.conflicts, Field{"/tasks/" + id, "it was removed or made again since"})
	case d.Before == nil: // it was made: take it away, if it is as it was made
		for _, f := range taskFields {
			if !reflect.DeepEqual(f.get(now.Task), f.get(*d.After)) {
				r.conflict("/tasks/" + id + "/" + f.name)
			}
		}
		r.tasks.target[id] = nil
	default:
		after := *now
		for _, f := range taskFields {
			was, became := f.get(*d.Before), f.get(*d.After)
			switch {
			case reflect.DeepEqual(was, became):
			case reflect.DeepEqual(f.get(now.Task), became):
				f.copy(&after.Task, *d.Before)
			default:
				r.conflict("/tasks/" + id + "/" + f.name)
			}
		}
		r.tasks.target[id] = &after
	}
}

func (r *reverted) conflict(pointer string) {
	r.conflicts = append(r.conflicts, Field{pointer, "was changed since"})
}

func (r *reverted) revertReminder(d Delta[Reminder]) {
	of := d.After
	if of == nil {
		of = d.Before
	}
	earlier, seen := r.reminders[of.ID]
	now, there := r.stored[of.ID]
	if seen {
		there = earlier.After != nil
		if there {
			now = *earlier.After
		}
	}
	same := d.Before != nil && d.After != nil && d.Before.saidAs(*d.After)
	switch {
	case d.After != nil && !there && (d.Before == nil || same):
		return // it is gone with a later change, which goes on
	case d.After == nil && there, d.After != nil && !there, d.After != nil && !now.saidAs(*d.After) && !same:
		r.conflict("/tasks/" + of.TaskID + "/reminders")
		return
	case d.After != nil && !now.saidAs(*d.After):
		return // it was said anew since, and keeps to that
	}
	back := d.reversed()
	if seen {
		back.Before = earlier.Before
	} else {
		r.remOrder = append(r.remOrder, of.ID)
	}
	r.reminders[of.ID] = back
}

// saidAs reports whether two reminders are the same request, whatever has become of it.
func (r Reminder) saidAs(o Reminder) bool {
	if r.Repeat != o.Repeat || (r.Before == nil) != (o.Before == nil) {
		return false
	}
	if r.Before != nil {
		return *r.Before == *o.Before
	}
	return r.Repeat > 0 || r.At.Equal(o.At)
}

// settle looks at what lies beside that which is taken back: the occurrences of the
// series that change hands.
func (r *reverted) settle(ctx context.Context) error {
	var ids []string
	for _, id := range r.series.order {
		if r.series.original[id] != nil && r.series.target[id] == nil {
			ids = append(ids, id)
		}
	}
	for _, id := range r.tasks.order {
		before, after := r.tasks.original[id], r.tasks.target[id]
		if after != nil && after.SeriesID != "" && (before == nil || before.SeriesID != after.SeriesID || before.Slot != after.Slot || !isOpen(before)) {
			ids = append(ids, after.SeriesID)
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	all, err := r.plan.Store.Occurrences(ctx, r.plan.act.Owner, ids...)
	if err != nil {
		return err
	}
	if err := r.withdrawSuccessors(ctx, all); err != nil {
		return err
	}
	for _, o := range all {
		r.collide(o)
	}
	return nil
}

// collide finds what keeps a series or a slot from being free.
func (r *reverted) collide(o Occurrence) {
	mine, touched := r.tasks.target[o.ID]
	if touched && (mine == nil || mine.SeriesID != o.SeriesID) {
		return // it leaves
	}
	if r.series.target[o.SeriesID] == nil && r.series.original[o.SeriesID] != nil {
		r.conflicts = append(r.conflicts, Field{"/tasks/" + o.ID + "/recurrence", "comes of the series since"})
	}
	for _, id := range r.tasks.order {
		if t := r.tasks.target[id]; t != nil && id != o.ID && t.SeriesID == o.SeriesID && t.Slot == o.Slot && (!touched || mine.Slot == o.Slot) {
			r.conflicts = append(r.conflicts, Field{"/tasks/" + o.ID + "/recurrence", "has come at the same date since"})
		}
	}
}

// withdrawSuccessors takes back what a series went on with after an occurrence that the
// undo opens again, also where that came of another change set. One that somebody has
// touched stays.
func (r *reverted) withdrawSuccessors(ctx context.Context, all []Occurrence) error {
	reopened := map[string]string{} // by series
	for _, id := range r.tasks.order {
		before, after := r.tasks.original[id], r.tasks.target[id]
		if after != nil && after.SeriesID != "" && isOpen(after) && before != nil && !isOpen(before) {
			reopened[after.SeriesID] = id
		}
	}
	if len(reopened) == 0 {
		return nil
	}
	var ids []string
	for _, o := range all {
		if _, touched := r.tasks.target[o.ID]; reopened[o.SeriesID] != "" && o.Open && o.Version == 1 && !touched {
			ids = append(ids, o.ID)
		}
	}
	found, err := r.plan.Store.Tasks(ctx, r.plan.act.Owner, ids)
	if err != nil {
		return err
	}
	found = slices.DeleteFunc(found, func(o Details) bool { return o.Version != 1 }) // since a moment ago
	r.see(found)
	for _, o := range found {
		r.tasks.target[o.ID] = nil
		for _, reminder := range o.Reminders {
			r.revertReminder(Delta[Reminder]{After: &reminder})
		}
	}
	for series := range reopened {
		if now := r.series.original[series]; now != nil {
			r.plan.commit.Series = append(r.plan.commit.Series, SeriesExpectation{series, now.Version, r.open(series, all)})
		}
	}
	return nil
}

// open counts the open occurrences that a series will have.
func (r *reverted) open(series string, all []Occurrence) (n int) {
	for _, o := range all {
		if _, touched := r.tasks.target[o.ID]; o.SeriesID == series && o.Open && !touched {
			n++
		}
	}
	for _, id := range r.tasks.order {
		if t := r.tasks.target[id]; isOpen(t) && t.SeriesID == series {
			n++
		}
	}
	return n
}

func isOpen(d *Details) bool { return d != nil && d.Status == StatusOpen && !d.Trashed() }

// write puts the reverted state into the plan.
func (r *reverted) write() {
	for _, id := range r.series.order {
		before, after := r.series.original[id], r.series.target[id]
		if before != after && !(before != nil && after != nil && reflect.DeepEqual(*before, *after)) {
			r.plan.putSeries(before, after)
		}
	}
	for _, id := range r.tasks.order {
		before, after := r.tasks.original[id], r.tasks.target[id]
		if after != nil {
			after.Series = r.series.target[after.SeriesID]
		}
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
	r.silence()
}

// silence cancels what would still come of tasks that the undo puts away or completes:
// reminders that the change set knew nothing of.
func (r *reverted) silence() {
	for _, id := range r.tasks.order {
		before, after := r.tasks.original[id], r.tasks.target[id]
		if before == nil || after == nil || isOpen(after) {
			continue
		}
		for _, reminder := range before.Reminders {
			if _, known := r.reminders[reminder.ID]; !known && reminder.State == ReminderPending {
				cancelled := reminder
				cancelled.State = ReminderCancelled
				r.plan.putReminder(&reminder, &cancelled)
			}
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
	if t, touched := r.tasks.target[back.TaskID]; touched && (!isOpen(t) || back.Before != nil && t.Due == nil) {
		fitted.State = ReminderCancelled
		return &fitted
	}
	if back.At.After(r.plan.now) {
		return back
	}
	fitted.State = ReminderCancelled
	if now, there := r.stored[id]; there && now.State == ReminderFired {
		fitted.State, fitted.FiredAt = ReminderFired, now.FiredAt
	} else if there && now.State == ReminderPending && now.At.Equal(back.At) {
		fitted.State = ReminderPending // it is late, and on its way
	}
	return &fitted
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

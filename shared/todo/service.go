package todo

import (
	"context"
	"time"
)

// Service carries out what people, the assistant and the functions ask for.
type Service struct {
	Store    Store
	Calendar Calendar
	Now      func() time.Time
	NewID    func() string // UUIDv7, so that ids sort by time
}

// Act says for whom and by whom something is done.
type Act struct {
	Owner   string
	Actor   Actor
	Cause   string   // the change set whose event led here
	Receipt *Receipt // the event that led here, marked as handled in the same transaction
	DryRun  bool     // work it all out and write nothing
}

// Result is what an act came to: the tasks as they are now, and the change set.
// ChangeSet.ID is empty where nothing had to change.
type Result struct {
	ChangeSet ChangeSet
	Tasks     []Details
}

// First is the first task of the result; acts on one task have exactly one.
func (r Result) First() Details {
	if len(r.Tasks) == 0 {
		return Details{}
	}
	return r.Tasks[0]
}

// plan gathers what one act will write.
type plan struct {
	*Service
	act    Act
	now    time.Time
	commit Commit
	tasks  []Details
	// Where the tasks stand, by id, in commit.ChangeSet.Tasks and in tasks.
	changed, shown map[string]int
}

func (s *Service) plan(act Act) *plan {
	now := s.Now().UTC().Truncate(time.Microsecond) // what PostgreSQL keeps
	return &plan{Service: s, act: act, now: now, changed: map[string]int{}, shown: map[string]int{}, commit: Commit{
		ChangeSet: ChangeSet{ID: s.NewID(), Owner: act.Owner, Actor: act.Actor, At: now, Cause: act.Cause},
		Receipt:   act.Receipt,
	}}
}

// put records a task's change and what the caller will see of it. A second change of the
// same task in one act joins the first.
func (p *plan) put(before *Task, after Details) {
	after.UpdatedAt = p.now
	after.Version = 1
	if before != nil {
		after.Version = before.Version + 1
		if i, again := p.changed[before.ID]; again {
			after.Version = before.Version
			task := after.Task
			p.commit.ChangeSet.Tasks[i].After = &task
			p.show(after)
			return
		}
	}
	p.changed[after.ID] = len(p.commit.ChangeSet.Tasks)
	task := after.Task
	p.commit.ChangeSet.Tasks = append(p.commit.ChangeSet.Tasks, Delta[Task]{Before: before, After: &task})
	p.show(after)
}

// show lets the caller see a task as it will be.
func (p *plan) show(d Details) {
	if i, shown := p.shown[d.ID]; shown {
		p.tasks[i] = d
		return
	}
	p.shown[d.ID] = len(p.tasks)
	p.tasks = append(p.tasks, d)
}

// asPlanned gives a task as the act has left it so far.
func (p *plan) asPlanned(d Details) Details {
	if i, shown := p.shown[d.ID]; shown {
		d = p.tasks[i]
	}
	if d.Series != nil {
		for _, s := range p.commit.ChangeSet.Series {
			if s.After != nil && s.After.ID == d.SeriesID {
				d.Series = s.After
			}
		}
	}
	return d
}

func (p *plan) putReminder(before, after *Reminder) {
	p.commit.ChangeSet.Reminders = append(p.commit.ChangeSet.Reminders, Delta[Reminder]{Before: before, After: after})
}

func (p *plan) putSeries(before, after *Series) {
	list := &p.commit.ChangeSet.Series
	if after != nil {
		after.Version = 1
		if before != nil {
			after.Version = before.Version + 1
			for i, d := range *list {
				if d.After != nil && d.After.ID == before.ID { // changed in this act already
					after.Version = before.Version
					(*list)[i].After = after
					return
				}
			}
		}
	}
	*list = append(*list, Delta[Series]{Before: before, After: after})
}

// finish writes the plan, unless it is empty or only to be looked at.
func (p *plan) finish(ctx context.Context) (Result, error) {
	cs := &p.commit.ChangeSet
	if len(cs.Tasks)+len(cs.Series)+len(cs.Reminders) == 0 {
		return Result{Tasks: p.tasks}, nil
	}
	p.commit.Events = eventsOf(*cs, p.NewID)
	if !p.act.DryRun {
		if err := p.Store.Commit(ctx, p.commit); err != nil {
			return Result{}, err
		}
	}
	return Result{ChangeSet: *cs, Tasks: p.tasks}, nil
}

// current gives a task that is to be changed, after checking the version that the
// caller based the change on; 0 is for callers who work on whatever is there.
func (s *Service) current(ctx context.Context, owner, id string, version int64) (Details, error) {
	d, err := s.Store.Task(ctx, owner, id)
	if err != nil {
		return Details{}, err
	}
	return d, Target{id, version}.check(d)
}

// currents gives the tasks of several targets, in their order, read at once.
func (s *Service) currents(ctx context.Context, owner string, targets []Target) ([]Details, error) {
	if len(targets) == 1 {
		d, err := s.current(ctx, owner, targets[0].ID, targets[0].Version)
		return []Details{d}, err
	}
	ids := make([]string, 0, len(targets))
	for _, t := range targets {
		ids = append(ids, t.ID)
	}
	found, err := s.Store.Tasks(ctx, owner, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]Details, len(found))
	for _, d := range found {
		byID[d.ID] = d
	}
	list := make([]Details, 0, len(targets))
	for _, t := range targets {
		d, ok := byID[t.ID]
		if !ok {
			return nil, Errorf(CodeNotFound, "there is no such task")
		}
		if err := t.check(d); err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

// check compares the version that a change is based on with the current one.
func (t Target) check(d Details) error {
	if t.Version != 0 && t.Version != d.Version {
		return Errorf(CodeVersionMismatch, "version %d was named, the current one is %d", t.Version, d.Version)
	}
	return nil
}

// Preferences gives a person's settings.
func (s *Service) Preferences(ctx context.Context, owner string) (Preferences, error) {
	return s.Store.Preferences(ctx, owner)
}

// SetPreferences checks and keeps a person's settings, based on the version that p names.
func (s *Service) SetPreferences(ctx context.Context, p Preferences) (Preferences, error) {
	if err := p.validate(s.Calendar); err != nil {
		return Preferences{}, err
	}
	var err error
	if p.Timing, err = p.timing(s.Calendar, s.Now().UTC().Truncate(time.Microsecond)); err != nil {
		return Preferences{}, err
	}
	if err := s.Store.SetPreferences(ctx, p); err != nil {
		return Preferences{}, err
	}
	p.Timing = Timing{}
	p.Version++
	return p, nil
}

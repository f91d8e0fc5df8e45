package assistant_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"function/shared/todo"
)

// store is a todo.Store in memory, for the assistant's decisions. The real one has
// tests of its own, and the conversations in functions/chat run on it.
type store struct {
	mu       sync.Mutex
	tasks    map[string]todo.Details
	series   map[string]todo.Series
	sets     []todo.ChangeSet
	receipts map[todo.Receipt]bool
	prefs    todo.Preferences
	fail     error // what every commit ends with
}

func newStore() *store {
	return &store{tasks: map[string]todo.Details{}, series: map[string]todo.Series{}, receipts: map[todo.Receipt]bool{}}
}

func gone() error { return todo.Errorf(todo.CodeNotFound, "not there") }

func (s *store) Task(_ context.Context, _, id string) (todo.Details, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, ok := s.tasks[id]
	if !ok {
		return d, gone()
	}
	return s.whole(d), nil
}

func (s *store) whole(d todo.Details) todo.Details {
	d.Series = nil
	if series, ok := s.series[d.SeriesID]; ok {
		d.Series = &series
	}
	d.Reminders = slices.Clone(d.Reminders)
	return d
}

func (s *store) Tasks(ctx context.Context, owner string, ids []string) ([]todo.Details, error) {
	var list []todo.Details
	for _, id := range ids {
		if d, err := s.Task(ctx, owner, id); err == nil {
			list = append(list, d)
		}
	}
	return list, nil
}

func (s *store) List(_ context.Context, _ string, q todo.Query) (todo.Page[todo.Details], error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []todo.Details
	for _, d := range s.tasks {
		if fits(q, d) {
			list = append(list, s.whole(d))
		}
	}
	slices.SortFunc(list, func(a, b todo.Details) int {
		switch {
		case a.Due != nil && b.Due != nil && !a.Due.At.Equal(b.Due.At):
			return a.Due.At.Compare(b.Due.At)
		case (a.Due == nil) != (b.Due == nil):
			if a.Due == nil {
				return 1
			}
			return -1
		}
		return strings.Compare(a.ID, b.ID)
	})
	page := todo.Page[todo.Details]{Data: list}
	if q.Limit > 0 && len(list) > q.Limit {
		page.Data, page.HasMore = list[:q.Limit], true
	}
	return page, nil
}

func fits(q todo.Query, d todo.Details) bool {
	open := d.Status == todo.StatusOpen && !d.Trashed()
	in := map[todo.View]bool{
		todo.ViewAll: open, todo.ViewDone: d.Status == todo.StatusCompleted && !d.Trashed(), todo.ViewTrash: d.Trashed(),
	}[q.View]
	facts := todo.Facts{Details: d, Words: strings.Fields(strings.ToLower(d.Title)), Now: q.Now, Today: q.Today}
	return in && (q.Where == nil || facts.Holds(q.Where))
}

func (s *store) Counts(_ context.Context, _ string, tomorrow time.Time) (c todo.Counts, err error) {
	for _, d := range s.tasks {
		switch {
		case d.Trashed():
		case d.Status == todo.StatusCompleted:
			c.Done++
		default:
			c.All++
			if d.Due != nil && d.Due.At.Before(tomorrow) {
				c.Today++
			} else if d.Due != nil {
				c.Upcoming++
			}
		}
	}
	return c, nil
}

func (s *store) Occurrences(_ context.Context, _ string, ids ...string) (list []todo.Occurrence, err error) {
	for _, d := range s.tasks {
		if d.SeriesID != "" && slices.Contains(ids, d.SeriesID) {
			list = append(list, todo.Occurrence{SeriesID: d.SeriesID, ID: d.ID, Slot: d.Slot, Version: d.Version, Open: d.Status == todo.StatusOpen && !d.Trashed()})
		}
	}
	return list, nil
}

func (s *store) Series(_ context.Context, _ string, ids []string) (list []todo.Series, err error) {
	for _, id := range ids {
		if series, ok := s.series[id]; ok {
			list = append(list, series)
		}
	}
	return list, nil
}

func (s *store) ChangeSet(_ context.Context, _, id string) (todo.ChangeSet, error) {
	for _, c := range s.sets {
		if c.ID == id {
			return c, nil
		}
	}
	return todo.ChangeSet{}, gone()
}

func (s *store) LatestChangeSet(_ context.Context, _ string, actors ...todo.Actor) (todo.ChangeSet, error) {
	for _, c := range slices.Backward(s.sets) {
		if c.UndoneBy == "" && c.Undoes == "" && slices.Contains(actors, c.Actor) {
			return c, nil
		}
	}
	return todo.ChangeSet{}, gone()
}

func (s *store) Effects(_ context.Context, _, id string) ([]todo.ChangeSet, error) {
	var list []todo.ChangeSet
	for _, c := range s.sets {
		if c.Cause == id && c.UndoneBy == "" {
			list = append(list, c)
		}
	}
	return list, nil
}

func (s *store) Preferences(_ context.Context, owner string) (todo.Preferences, error) {
	if s.prefs.Owner == "" {
		return todo.DefaultPreferences(owner), nil
	}
	return s.prefs, nil
}

func (s *store) SetPreferences(_ context.Context, p todo.Preferences) error {
	p.Version++
	s.prefs = p
	return nil
}

func (s *store) Commit(_ context.Context, c todo.Commit) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return s.fail
	}
	if c.Receipt != nil {
		if s.receipts[*c.Receipt] {
			return todo.Errorf(todo.CodeDuplicate, "handled")
		}
		s.receipts[*c.Receipt] = true
	}
	for _, d := range c.ChangeSet.Series {
		if d.After == nil {
			delete(s.series, d.Before.ID)
		} else {
			s.series[d.After.ID] = *d.After
		}
	}
	for _, d := range c.ChangeSet.Tasks {
		if d.After == nil {
			delete(s.tasks, d.Before.ID)
			continue
		}
		now := s.tasks[d.After.ID]
		now.Task = *d.After
		s.tasks[d.After.ID] = now
	}
	for _, d := range c.ChangeSet.Reminders {
		s.putReminder(d)
	}
	for i, set := range s.sets {
		if slices.Contains(c.Undone, set.ID) {
			s.sets[i].UndoneBy = c.ChangeSet.ID
		}
		if c.Redone != "" && set.UndoneBy == c.Redone {
			s.sets[i].UndoneBy = ""
		}
	}
	s.sets = append(s.sets, c.ChangeSet)
	return nil
}

func (s *store) putReminder(d todo.Delta[todo.Reminder]) {
	one := d.After
	if one == nil {
		one = d.Before
	}
	task, ok := s.tasks[one.TaskID]
	if !ok {
		return
	}
	task.Reminders = slices.DeleteFunc(slices.Clone(task.Reminders), func(r todo.Reminder) bool { return r.ID == one.ID })
	if d.After != nil {
		task.Reminders = append(task.Reminders, *d.After)
	}
	s.tasks[one.TaskID] = task
}

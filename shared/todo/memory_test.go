package todo_test

import (
	"context"
	"slices"
	"sync"
	"time"

	"function/shared/todo"
)

// memory is a todo.Store that keeps the promises of Commit: versions, slots taken once,
// and series that are in use. It lets the domain's rules be tried a great many times; the
// same tests run on PostgreSQL.
type memory struct {
	mu        sync.Mutex
	tasks     map[string]todo.Task
	series    map[string]todo.Series
	reminders map[string]todo.Reminder
	sets      []todo.ChangeSet
	receipts  map[todo.Receipt]bool
}

func newMemory() *memory {
	return &memory{tasks: map[string]todo.Task{}, series: map[string]todo.Series{}, reminders: map[string]todo.Reminder{}, receipts: map[todo.Receipt]bool{}}
}

func (m *memory) Task(ctx context.Context, owner, id string) (todo.Details, error) {
	list, err := m.Tasks(ctx, owner, []string{id})
	if len(list) == 0 {
		return todo.Details{}, todo.Errorf(todo.CodeNotFound, "there is no such task")
	}
	return list[0], err
}

func (m *memory) Tasks(_ context.Context, owner string, ids []string) (list []todo.Details, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, t := range m.tasks {
		if t.Owner == owner && slices.Contains(ids, id) {
			list = append(list, m.details(t))
		}
	}
	return list, nil
}

func (m *memory) details(t todo.Task) todo.Details {
	d := todo.Details{Task: t}
	if s, ok := m.series[t.SeriesID]; ok {
		d.Series = &s
	}
	for _, r := range m.reminders {
		if r.TaskID == t.ID {
			d.Reminders = append(d.Reminders, r)
		}
	}
	slices.SortFunc(d.Reminders, func(a, b todo.Reminder) int { return a.At.Compare(b.At) })
	return d
}

func (m *memory) List(_ context.Context, owner string, _ todo.Query) (page todo.Page[todo.Details], err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, t := range m.tasks {
		if t.Owner == owner {
			page.Data = append(page.Data, m.details(t))
		}
	}
	return page, nil
}

func (m *memory) Counts(context.Context, string, time.Time) (todo.Counts, error) {
	return todo.Counts{}, nil
}

func (m *memory) Series(_ context.Context, owner string, ids []string) (list []todo.Series, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, s := range m.series {
		if s.Owner == owner && slices.Contains(ids, id) {
			list = append(list, s)
		}
	}
	return list, nil
}

func (m *memory) Occurrences(_ context.Context, owner string, ids ...string) (list []todo.Occurrence, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, t := range m.tasks {
		if t.Owner == owner && t.SeriesID != "" && slices.Contains(ids, t.SeriesID) {
			list = append(list, todo.Occurrence{SeriesID: t.SeriesID, ID: t.ID, Slot: t.Slot, Version: t.Version, Open: t.Status == todo.StatusOpen && !t.Trashed()})
		}
	}
	return list, nil
}

func (m *memory) ChangeSet(_ context.Context, _, id string) (todo.ChangeSet, error) {
	for _, c := range m.sets {
		if c.ID == id {
			return c, nil
		}
	}
	return todo.ChangeSet{}, todo.Errorf(todo.CodeNotFound, "there is no such change")
}

func (m *memory) LatestChangeSet(context.Context, string, ...todo.Actor) (todo.ChangeSet, error) {
	return todo.ChangeSet{}, todo.Errorf(todo.CodeNotFound, "there is no such change")
}

func (m *memory) Effects(_ context.Context, _, id string) (list []todo.ChangeSet, err error) {
	led := map[string]bool{id: true}
	for _, c := range m.sets {
		if led[c.Cause] {
			led[c.ID] = true
			if c.UndoneBy == "" {
				list = append(list, c)
			}
		}
	}
	return list, nil
}

func (m *memory) Preferences(_ context.Context, owner string) (todo.Preferences, error) {
	return todo.DefaultPreferences(owner), nil
}

func (m *memory) SetPreferences(context.Context, todo.Preferences) error { return nil }

func stale() error { return todo.Errorf(todo.CodeVersionMismatch, "it was changed in the meantime") }

// Commit implements todo.Store.
func (m *memory) Commit(_ context.Context, c todo.Commit) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	next := memory{tasks: clone(m.tasks), series: clone(m.series), reminders: clone(m.reminders)}
	for _, e := range c.Expect {
		if next.tasks[e.TaskID].Version != e.Version {
			return stale()
		}
	}
	for _, e := range c.Series {
		if next.series[e.SeriesID].Version != e.Version {
			return stale()
		}
	}
	if c.Receipt != nil && m.receipts[*c.Receipt] {
		return todo.Errorf(todo.CodeDuplicate, "handled_once")
	}
	if err := next.write(c.ChangeSet); err != nil {
		return err
	}
	for _, e := range c.Series {
		open := 0
		for _, t := range next.tasks {
			if t.SeriesID == e.SeriesID && t.Status == todo.StatusOpen && !t.Trashed() {
				open++
			}
		}
		if open != e.Open {
			return stale()
		}
	}
	m.tasks, m.series, m.reminders = next.tasks, next.series, next.reminders
	if c.Receipt != nil {
		m.receipts[*c.Receipt] = true
	}
	for i, set := range m.sets {
		if slices.Contains(c.Undone, set.ID) {
			m.sets[i].UndoneBy = c.ChangeSet.ID
		}
		if c.Redone != "" && set.UndoneBy == c.Redone {
			m.sets[i].UndoneBy = ""
		}
	}
	m.sets = append(m.sets, c.ChangeSet)
	return nil
}

func clone[V any](from map[string]V) map[string]V {
	to := make(map[string]V, len(from))
	for id, v := range from {
		to[id] = v
	}
	return to
}

func (m *memory) write(cs todo.ChangeSet) error {
	for _, d := range cs.Series {
		if d.Before != nil && d.After != nil && m.series[d.Before.ID].Version != d.Before.Version {
			return stale()
		}
		if d.After != nil {
			m.series[d.After.ID] = *d.After
		}
	}
	for _, d := range cs.Tasks {
		if d.Before != nil && m.tasks[d.Before.ID].Version != d.Before.Version {
			return stale()
		}
		if d.After == nil {
			delete(m.tasks, d.Before.ID)
		} else {
			m.tasks[d.After.ID] = *d.After
		}
	}
	for _, d := range cs.Reminders {
		if d.After == nil {
			delete(m.reminders, d.Before.ID)
		} else {
			m.reminders[d.After.ID] = *d.After
		}
	}
	for _, d := range cs.Series {
		if d.After == nil {
			delete(m.series, d.Before.ID)
		}
	}
	taken := map[string]bool{}
	for _, t := range m.tasks {
		if t.SeriesID == "" {
			continue
		}
		if _, there := m.series[t.SeriesID]; !there {
			return stale()
		}
		if taken[t.SeriesID+t.Slot] {
			return todo.Errorf(todo.CodeDuplicate, "one_task_per_slot")
		}
		taken[t.SeriesID+t.Slot] = true
	}
	return nil
}

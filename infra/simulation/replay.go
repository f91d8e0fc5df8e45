package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"function/shared/todo"
)

// model is the state that replaying every commit in its order gives.
type model struct {
	*checker
	tasks     map[string]todo.Task
	series    map[string]todo.Series
	reminders map[string]todo.Reminder
	versions  map[string]int64
	spawned   map[string]string // cause → change set that made the successor
	last      map[string]todo.Task
	applied   map[string]bool
}

// replay goes through all commits in their order (I6, I7, I9 to I13, I17).
func (c *checker) replay(ctx context.Context) error {
	m := &model{
		checker: c, tasks: map[string]todo.Task{}, series: map[string]todo.Series{}, reminders: map[string]todo.Reminder{},
		versions: map[string]int64{}, spawned: map[string]string{}, last: map[string]todo.Task{}, applied: map[string]bool{},
	}
	for _, f := range c.events {
		switch {
		case f.Kind == "reminder.due":
			m.comes(f)
		case strings.HasPrefix(f.Kind, "task."):
			if f.Sequence <= m.versions[f.Task] {
				c.violate("I6", "task %s goes from version %d to %d", f.Task, m.versions[f.Task], f.Sequence)
			}
			m.versions[f.Task] = f.Sequence
			if s, ok := c.sets[f.ChangeSet]; ok && !m.applied[s.ID] {
				m.applied[s.ID] = true
				m.apply(s)
			}
		}
	}
	m.finalSeries()
	return m.compare(ctx)
}

// comes: a reminder comes for an open task only (I17).
func (m *model) comes(f fact) {
	t, ok := m.tasks[f.Task]
	switch {
	case !ok:
		m.violate("I17", "reminder %s came for task %s, which is not there", f.Reminder, f.Task)
	case !open(t):
		m.violate("I17", "reminder %s came for task %s, which is done or in the trash", f.Reminder, f.Task)
	}
}

func open(t todo.Task) bool { return t.Status == todo.StatusOpen && t.TrashedAt == nil }

func (m *model) apply(s todo.ChangeSet) {
	if s.Actor == todo.ActorRecurrence {
		m.successor(s)
	}
	for _, d := range s.Series {
		if d.After != nil {
			m.series[d.After.ID] = *d.After
		} else {
			delete(m.series, d.Before.ID)
		}
	}
	for _, d := range s.Tasks {
		if d.After == nil {
			delete(m.tasks, d.Before.ID)
			continue
		}
		m.tasks[d.After.ID] = *d.After
		if due := d.After.Due; due != nil && !due.At.Equal(instantOf(due.Local, due.Zone)) {
			m.violate("I13", "task %s is due at %s in %s, which is not %s", d.After.ID, due.Local, due.Zone, due.At)
		}
		if d.After.SeriesID != "" && d.After.Status == todo.StatusCompleted && (d.Before == nil || d.Before.Status != todo.StatusCompleted) {
			m.last[d.After.SeriesID] = *d.After
		}
	}
	for _, d := range s.Reminders {
		m.reminder(s, d)
	}
}

// reminder: one that is still to come is cancelled only where its task or its time says so.
func (m *model) reminder(s todo.ChangeSet, d todo.Delta[todo.Reminder]) {
	if d.After == nil {
		delete(m.reminders, d.Before.ID)
		return
	}
	before, known := m.reminders[d.After.ID]
	m.reminders[d.After.ID] = *d.After
	t := m.tasks[d.After.TaskID]
	if known && before.State == todo.ReminderPending && d.After.State == todo.ReminderCancelled && before.At.Equal(d.After.At) && open(t) && (d.After.Before == nil || t.Due != nil) && s.Undoes == "" {
		m.violate("I14", "reminder %s of %s is cancelled by %s at %s for no reason", d.After.ID, d.After.At, s.ID, s.At)
	}
}

// successor: one per completion (I11), in the slot that a plain walk over the calendar
// gives (I9, I12), and none of a series that ended (I10).
func (m *model) successor(s todo.ChangeSet) {
	if len(s.Tasks) != 1 || s.Tasks[0].Before != nil {
		m.violate("I9", "%s is no successor", s.ID)
		return
	}
	next := *s.Tasks[0].After
	if other, twice := m.spawned[s.Cause]; twice {
		m.violate("I11", "%s and %s both follow from %s", other, s.ID, s.Cause)
	}
	m.spawned[s.Cause] = s.ID
	series, ok := m.series[next.SeriesID]
	if !ok || series.EndedAt != nil {
		m.violate("I10", "%s is made of a series that ended", next.ID)
		return
	}
	taken := map[string]bool{}
	for _, t := range m.tasks {
		if t.SeriesID == series.ID {
			taken[t.Slot] = true
			if open(t) {
				m.violate("I11", "%s is made beside %s, which is open", next.ID, t.ID)
			}
		}
	}
	done, ok := m.predecessor(s, series.ID)
	if !ok {
		m.violate("I9", "%s follows from nothing that is completed (%s)", next.ID, s.Cause)
		return
	}
	if slot, ok := nextSlot(series, done, taken); !ok || slot != next.Slot {
		m.violate("I9", "after %s (completed %s, rule %s from %s) comes %q, not %q", done.Slot, done.CompletedAt, series.Rule, series.Start, next.Slot, slot)
	}
}

// predecessor is the occurrence that a spawn's cause completed.
func (m *model) predecessor(s todo.ChangeSet, series string) (todo.Task, bool) {
	for _, d := range m.sets[s.Cause].Tasks {
		if d.After != nil {
			if t, ok := m.tasks[d.After.ID]; ok && t.SeriesID == series && t.Status == todo.StatusCompleted {
				return t, true
			}
		}
	}
	return todo.Task{}, false
}

// finalSeries: no series stops that has not come to its end (I9).
func (m *model) finalSeries() {
	for id, series := range m.series {
		done, ok := m.last[id]
		if !ok || series.EndedAt != nil {
			continue
		}
		current, ok := m.tasks[done.ID]
		if !ok || current.Status != todo.StatusCompleted || current.SeriesID != id {
			continue
		}
		taken, goesOn := map[string]bool{}, false
		for _, t := range m.tasks {
			if t.SeriesID == id {
				taken[t.Slot] = true
				goesOn = goesOn || t.Status == todo.StatusOpen // one in the trash was put there by a person
			}
		}
		if slot, more := nextSlot(series, current, taken); more && !goesOn {
			m.violate("I9", "series %s stops after %s, done at %s, though %s follows", id, current.Slot, current.CompletedAt, slot)
		}
	}
}

// compare: what the replay gives is what is stored (I7).
func (m *model) compare(ctx context.Context) error {
	seen := 0
	err := m.rows(ctx, `SELECT id::text, version, completed, trashed_at IS NOT NULL, due_at, coalesce(slot, ''), coalesce(series_id::text, '') FROM tasks`, func(rows pgx.Rows) error {
		var (
			id, slot, series   string
			version            int64
			completed, trashed bool
			due                *time.Time
		)
		if err := rows.Scan(&id, &version, &completed, &trashed, &due, &slot, &series); err != nil {
			return err
		}
		seen++
		t, ok := m.tasks[id]
		if !ok {
			m.violate("I7", "task %s is stored, and no event tells of it", id)
			return nil
		}
		same := t.Version == version && (t.Status == todo.StatusCompleted) == completed && (t.TrashedAt != nil) == trashed && t.Slot == slot && t.SeriesID == series && (due == nil) == (t.Due == nil)
		if !same || m.versions[id] != version {
			m.violate("I7", "task %s is stored as version %d, and events give version %d of it", id, version, m.versions[id])
		}
		return nil
	})
	if seen != len(m.tasks) {
		m.violate("I7", "%d tasks are stored, events give %d", seen, len(m.tasks))
	}
	return err
}

// instantOf is the instant of a local date or date-time: in a gap moved forward by it,
// of two the first.
func instantOf(local, zone string) time.Time {
	location, err := time.LoadLocation(zone)
	if err != nil {
		panic(err)
	}
	layout := time.DateOnly
	if len(local) > len(time.DateOnly) {
		layout = "2006-01-02T15:04:05"
	}
	wall, err := time.Parse(layout, local)
	if err != nil {
		return time.Time{}
	}
	offset := func(at time.Time) time.Duration {
		_, seconds := at.In(location).Zone()
		return time.Duration(seconds) * time.Second
	}
	before, after := offset(wall.Add(-30*time.Hour)), offset(wall.Add(30*time.Hour))
	for _, o := range []time.Duration{max(before, after), min(before, after)} {
		if at := wall.Add(-o); offset(at) == o {
			return at
		}
	}
	return wall.Add(-before)
}

// nextSlot walks over the calendar, day by day, from a completed occurrence.
func nextSlot(s todo.Series, done todo.Task, taken map[string]bool) (string, bool) {
	days, count, until := 1, 1<<30, "9999-12-31"
	for part := range strings.SplitSeq(s.Rule, ";") {
		switch {
		case part == "INTERVAL=2":
			days = 2
		case part == "COUNT=3":
			count = 3
		case strings.HasPrefix(part, "UNTIL="):
			day, err := time.Parse("20060102", strings.TrimPrefix(part, "UNTIL="))
			if err != nil {
				panic(err)
			}
			until = day.Format(time.DateOnly)
		}
	}
	clock := s.Start[len(time.DateOnly):]
	first, err := time.Parse(time.DateOnly, s.Start[:len(time.DateOnly)])
	if err != nil {
		panic(err)
	}
	after := instantOf(done.Slot, s.Zone)
	if s.CatchUp != todo.CatchUpEach && done.CompletedAt.After(after) {
		after = *done.CompletedAt
	}
	if s.FromCompletion {
		location, err := time.LoadLocation(s.Zone)
		if err != nil {
			panic(err)
		}
		first, err = time.Parse(time.DateOnly, done.CompletedAt.In(location).Format(time.DateOnly))
		if err != nil {
			panic(err)
		}
		after = instantOf(first.Format(time.DateOnly)+clock, s.Zone) // not on the day itself
	}
	for n := range 2000 {
		date := first.AddDate(0, 0, n*days).Format(time.DateOnly)
		slot := date + clock
		if n >= count || date > until {
			return "", false
		}
		left := slices.Contains(s.ExDates, slot) || slices.Contains(s.ExDates, date) || taken[slot] || slices.ContainsFunc(s.Pauses, func(p todo.Pause) bool { return p.From <= date && date < p.Until })
		if !left && instantOf(slot, s.Zone).After(after) {
			return slot, true
		}
	}
	return "", false
}

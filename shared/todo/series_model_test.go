package todo_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"function/shared/todo"
	"function/shared/todotest"
)

// days is a model of a series that comes every few days: plain arithmetic on days, with
// no rule and no store. Days count from the clock's day, which stands still before all.
type days struct {
	part  int // which of the parts that the series was divided into
	start int // where the count begins
	every int
	count int // from start on; 0: without end
	clock string
	title string // of the occurrences to come
	slot  int
	open  oneDay   // the occurrence that is open
	done  []oneDay // of all parts
	taken []string // the slots of this part's done ones
	over  bool
}

type oneDay struct {
	title string
	day   int
	clock string
}

// last reports whether no slot follows.
func (m *days) last() bool { return m.count > 0 && (m.slot-m.start)/m.every+1 >= m.count }

// left is what there is of the count from the open slot on.
func (m *days) left() int {
	if m.count == 0 {
		return 0
	}
	return m.count - (m.slot-m.start)/m.every
}

// further goes on to the next slot that was not done early.
func (m *days) further() bool {
	for !m.last() {
		m.slot += m.every
		if !slices.Contains(m.taken, m.at(m.slot)) {
			m.open = oneDay{m.title, m.slot, m.clock}
			return true
		}
	}
	return false
}

func (m *days) complete() {
	m.done, m.taken = append(m.done, m.open), append(m.taken, m.at(m.slot))
	m.over = !m.further()
}

func (m *days) skip() bool {
	was := *m
	if m.further() {
		return true
	}
	*m = was
	return false
}

// divide begins a new part at the open slot; with nothing ahead there is nothing to
// divide.
func (m *days) divide(scope todo.Scope) {
	here := m.at(m.slot)
	ahead := func(slot string) bool { return slot < here }
	if scope != todo.ScopeFollowing || !slices.ContainsFunc(m.taken, ahead) {
		return
	}
	m.part++
	m.count, m.start = m.left(), m.slot
	m.taken = slices.DeleteFunc(slices.Clone(m.taken), ahead)
}

func (m *days) retitle(scope todo.Scope, title string) {
	changed := m.open.title != title
	m.open.title = title
	if scope == todo.ScopeThis || !changed {
		return
	}
	m.title = title
	m.divide(scope)
}

// move puts the open occurrence on another day; false where that is taken.
func (m *days) move(scope todo.Scope, day int) bool {
	if scope == todo.ScopeThis || day == m.open.day {
		m.open.day = day
		return true
	}
	was := *m
	m.divide(scope)
	m.clock = m.open.clock // the time that it has by itself goes along
	if m.at(day) != was.at(was.slot) && slices.Contains(m.taken, m.at(day)) {
		*m = was
		return false
	}
	if day != m.slot { // otherwise it comes back to where its series has it
		m.count, m.start, m.slot = m.left(), day, day
	}
	m.open.day = day
	return true
}

// retime gives another time of day; false where that is taken.
func (m *days) retime(scope todo.Scope, clock string) bool {
	before := m.open.clock
	m.open.clock = clock
	if scope == todo.ScopeThis || before == clock {
		return true
	}
	was := *m
	m.divide(scope)
	if m.clock = clock; m.at(m.slot) != was.at(was.slot) && slices.Contains(m.taken, m.at(m.slot)) {
		*m = was
		m.open.clock = before
		return false
	}
	return true
}

func (m *days) rule(scope todo.Scope, every, count int) {
	if every == m.every && count == m.count {
		return
	}
	m.divide(scope)
	m.every, m.count = every, count
	if past := m.slot - m.start; past < 0 || past%every != 0 || count > 0 && past/every >= count {
		m.start = m.slot
	}
}

func (m *days) text() string {
	text := fmt.Sprintf("FREQ=DAILY;INTERVAL=%d", m.every)
	if m.every == 1 {
		text = "FREQ=DAILY"
	}
	if m.count > 0 {
		text += fmt.Sprintf(";COUNT=%d", m.count)
	}
	return text
}

// at is the slot of a day.
func (m *days) at(day int) string { return dayOf(day) + "T" + m.clock + ":00" }

func dayOf(n int) string { return todotest.Start.AddDate(0, 0, n).Format(time.DateOnly) }

// Edits of this, of this and the following, and of all do what the model does.
func TestEditsOfASeriesFollowTheModel(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *rapid.T, s *todo.Service, owner string) {
		p := &person{t: t, s: s, owner: owner}
		m := &days{start: 30, slot: 30, every: rapid.IntRange(1, 3).Draw(t, "every"), clock: "09:00", title: "Gym"}
		m.count = rapid.SampledFrom([]int{0, 3, 8}).Draw(t, "count")
		m.open = oneDay{m.title, m.slot, m.clock}
		p.did(s.Create(context.Background(), p.act(), todo.NewTask{
			Title: m.title, Due: &todo.NewDue{Date: dayOf(m.slot), Time: m.clock, Zone: "UTC"}, Recurrence: &todo.NewRecurrence{Rule: m.text()},
		}))
		for range rapid.IntRange(1, 12).Draw(t, "acts") {
			if p.step(m); m.over {
				break
			}
		}
		p.agree(m)
	})
}

// step does the same to the series and to its model.
func (p *person) step(m *days) {
	ctx := context.Background()
	d, ok := p.pick(func(d todo.Details) bool { return d.Status == todo.StatusOpen })
	require.True(p.t, ok)
	scope := rapid.SampledFrom([]todo.Scope{todo.ScopeThis, todo.ScopeFollowing, todo.ScopeAll}).Draw(p.t, "scope")
	edit := todo.Edit{Scope: scope}
	want := todo.Code("")
	switch rapid.IntRange(0, 5).Draw(p.t, "what") {
	case 0:
		require.Empty(p.t, p.did(p.s.Complete(ctx, p.act(), todo.Target{ID: d.ID})))
		m.complete()
	case 1:
		if !m.skip() {
			want = todo.CodeNotPossible
		}
		require.Equal(p.t, want, p.did(p.s.Skip(ctx, p.act(), todo.Target{ID: d.ID})))
	case 2:
		title := rapid.SampledFrom([]string{"Gym", "Swim", "Run"}).Draw(p.t, "title")
		m.retitle(scope, title)
		edit.Title = todo.Some(title)
	case 3:
		day := max(m.open.day+rapid.IntRange(-5, 9).Draw(p.t, "by"), 1)
		edit.Due = todo.Some(&todo.NewDue{Date: dayOf(day), Time: m.open.clock})
		if !m.move(scope, day) {
			want = todo.CodeNotPossible
		}
	case 4:
		clock := rapid.SampledFrom([]string{"09:00", "17:30"}).Draw(p.t, "clock")
		edit.Due = todo.Some(&todo.NewDue{Date: dayOf(m.open.day), Time: clock})
		if !m.retime(scope, clock) {
			want = todo.CodeNotPossible
		}
	case 5:
		if scope != todo.ScopeThis {
			m.rule(scope, rapid.IntRange(1, 3).Draw(p.t, "every"), rapid.SampledFrom([]int{0, 2, 6}).Draw(p.t, "count"))
			edit.Recurrence = todo.Some(&todo.NewRecurrence{Rule: m.text()})
		}
	}
	if edit.Title.Given || edit.Due.Given || edit.Recurrence.Given {
		require.Equal(p.t, want, p.did(p.s.Edit(ctx, p.act(), d.ID, d.Version, edit)))
	}
	p.agree(m)
}

// agree compares what is open, what is done, and what is to come.
func (p *person) agree(m *days) {
	parts := map[string]bool{}
	done, taken := []oneDay{}, []string{}
	open := todo.Details{}
	for _, d := range p.all() {
		parts[d.SeriesID] = true
		if d.Status == todo.StatusOpen {
			require.Empty(p.t, open.ID, "one is open")
			open = d
		} else {
			done = append(done, oneDay{d.Title, dayNumber(p.t, d.Due.Date()), d.Due.Local[11:16]})
		}
	}
	require.ElementsMatch(p.t, m.done, done, "what is done stays as it was")
	require.Len(p.t, parts, m.part+1)
	if m.over {
		require.Empty(p.t, open.ID)
		return
	}
	for _, d := range p.all() {
		if d.SeriesID == open.SeriesID && d.ID != open.ID {
			taken = append(taken, d.Slot)
		}
	}
	require.ElementsMatch(p.t, m.taken, taken)
	require.Equal(p.t, m.open, oneDay{open.Title, dayNumber(p.t, open.Due.Date()), open.Due.Local[11:16]})
	require.Equal(p.t, m.at(m.slot), open.Slot)
	require.Equal(p.t, m.text(), open.Series.Rule)
	at, err := p.s.Calendar.At(open.Slot, "UTC")
	require.NoError(p.t, err)
	var coming []int
	slots, err := p.s.Calendar.Between(*open.Series, at.Add(time.Second), at.AddDate(1, 0, 0), 3)
	require.NoError(p.t, err)
	for _, slot := range slots {
		coming = append(coming, dayNumber(p.t, slot.Local[:10]))
	}
	var expected []int
	for ahead := *m; len(expected) < 3 && !ahead.last(); {
		ahead.slot += ahead.every
		expected = append(expected, ahead.slot)
	}
	require.Equal(p.t, expected, coming)
}

func dayNumber(t require.TestingT, date string) int {
	at, err := time.Parse(time.DateOnly, date)
	require.NoError(t, err)
	first, err := time.Parse(time.DateOnly, dayOf(0))
	require.NoError(t, err)
	return int(at.Sub(first) / (24 * time.Hour))
}

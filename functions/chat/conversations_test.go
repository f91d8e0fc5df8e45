package chat_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/todo"
)

// conversation is a scripted one: what is said at which moment, over which tasks, and
// which tasks there are afterwards. It is judged by the tasks, all of them.
type conversation struct {
	Name   string     `json:"name"`
	Now    time.Time  `json:"now"`
	Zone   string     `json:"zone"`
	Speaks string     `json:"speaks"` // the page's language, as Accept-Language says it
	Before []expected `json:"before"`
	Turns  []turn     `json:"turns"`
	After  []expected `json:"after"`
}

// turn is a message or the newest button of a kind; Says are words that the answer
// has, and where Same is true the turn must leave every task as it is.
type turn struct {
	Say   string   `json:"say"`
	Press string   `json:"press"`
	Label string   `json:"label"`
	Says  []string `json:"says"`
	Same  bool     `json:"same"`
}

// expected is a task in short.
type expected struct {
	Title       string   `json:"title"`
	Description string   `json:"description,omitempty"`
	Due         string   `json:"due,omitempty"` // local date, or date and time
	Tags        []string `json:"tags,omitempty"`
	Priority    string   `json:"priority,omitempty"`
	Rule        string   `json:"rule,omitempty"`
	After       bool     `json:"from_completion,omitempty"`
	Reminders   []string `json:"reminders,omitempty"` // ISO 8601 duration before the due, or an instant
	Status      string   `json:"status,omitempty"`    // done, deleted; open where empty
}

func conversations(r *rig) {
	files, err := filepath.Glob("testdata/conversations/*.json")
	require.NoError(r, err)
	require.NotEmpty(r, files)
	names := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(r, err)
		decoder := json.NewDecoder(strings.NewReader(string(text)))
		decoder.DisallowUnknownFields()
		var list []conversation
		require.NoError(r, decoder.Decode(&list), file)
		for _, c := range list {
			require.False(r, names[c.Name], "%s is there twice", c.Name)
			names[c.Name] = true
			r.Run(strings.TrimSuffix(filepath.Base(file), ".json")+"/"+c.Name, func(t *testing.T) { r.converse(t, c) })
		}
	}
	require.GreaterOrEqual(r, len(names), 120)
}

func (r *rig) converse(t *testing.T, c conversation) {
	p, bystander := r.person(), r.person()
	p.t, bystander.t = t, t
	if c.Zone != "" {
		p.headers["Time-Zone"] = c.Zone
	}
	if c.Speaks != "" {
		p.headers["Accept-Language"] = c.Speaks
	}
	if c.Now.IsZero() {
		c.Now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) // a Monday, 10:00 in Paris
	}
	r.clock.Store(c.Now.UnixMilli())
	for _, id := range []string{p.id, bystander.id} {
		r.put(t, id, p.headers["Time-Zone"], c.Before)
	}
	untouched := r.all(bystander.id)
	for _, turn := range c.Turns {
		before := r.all(p.id)
		var events []event
		if turn.Press != "" {
			events = p.press(turn.Press, turn.Label)
		} else {
			events = p.say(turn.Say)
		}
		said := words(events)
		require.NotEqual(t, "error", events[len(events)-1]["type"], "%v", events[len(events)-1])
		for _, want := range turn.Says {
			require.Contains(t, said, want, "after %q", turn.Say+turn.Press)
		}
		if turn.Same {
			require.Equal(t, before, r.all(p.id), "after %q, which was answered %q", turn.Say+turn.Press, said)
		}
		t.Logf("%s%s → %s", turn.Say, turn.Press, said)
	}
	want := slices.Clone(c.After)
	slices.SortFunc(want, compare)
	require.Equal(t, shorts(want), r.short(p.id))
	require.Equal(t, untouched, r.all(bystander.id), "another person's tasks")
}

// put makes the tasks that there are before.
func (r *rig) put(t *testing.T, owner, zone string, tasks []expected) {
	by := todo.Act{Owner: owner, Actor: todo.ActorPerson}
	for _, e := range tasks {
		w := todo.NewTask{Title: e.Title, Description: e.Description, Tags: e.Tags, Priority: todo.Priority(e.Priority)}
		if e.Due != "" {
			date, clock, _ := strings.Cut(e.Due, "T")
			w.Due = &todo.NewDue{Date: date, Time: clock, Zone: zone}
		}
		if e.Rule != "" {
			w.Recurrence = &todo.NewRecurrence{Rule: e.Rule, FromCompletion: e.After}
		}
		for _, reminder := range e.Reminders {
			before, err := todo.ParseBefore(reminder)
			require.NoError(t, err)
			w.Reminders = append(w.Reminders, todo.NewReminder{Before: &before})
		}
		made, err := r.host.Todo.Create(t.Context(), by, w)
		require.NoError(t, err)
		target := todo.Target{ID: made.First().ID}
		switch e.Status {
		case "done":
			_, err = r.host.Todo.Complete(t.Context(), by, target)
		case "deleted":
			_, err = r.host.Todo.Delete(t.Context(), by, target)
		}
		require.NoError(t, err)
	}
}

// short is every task of a person, sorted.
func (r *rig) short(owner string) []string {
	var list []expected
	for _, d := range r.all(owner) {
		e := expected{Title: d.Title, Description: d.Description, Tags: d.Tags}
		if d.Due != nil {
			e.Due = strings.TrimSuffix(d.Due.Local, ":00")
		}
		if d.Priority != todo.PriorityMedium {
			e.Priority = string(d.Priority)
		}
		if d.Series != nil {
			e.Rule, e.After = d.Series.Rule, d.Series.FromCompletion
		}
		for _, one := range d.Reminders {
			if one.Before != nil {
				e.Reminders = append(e.Reminders, one.Before.String())
			} else {
				e.Reminders = append(e.Reminders, one.At.Format(time.RFC3339))
			}
		}
		switch {
		case d.Trashed():
			e.Status = "deleted"
		case d.Status == todo.StatusCompleted:
			e.Status = "done"
		}
		list = append(list, e)
	}
	slices.SortFunc(list, compare)
	return shorts(list)
}

func compare(a, b expected) int {
	return strings.Compare(a.Title+a.Due+a.Status, b.Title+b.Due+b.Status)
}

func shorts(list []expected) []string {
	out := []string{}
	for _, e := range list {
		text, _ := json.Marshal(e) // strings cannot fail
		out = append(out, string(text))
	}
	return out
}

package exchange

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"function/shared/todo"
)

const (
	documentFormat  = "nudge"
	documentVersion = 1
)

// document is the JSON form. The series stand behind the tasks that are in them.
type document struct {
	Format     string            `json:"format"`
	Version    int               `json:"version"`
	ExportedAt time.Time         `json:"exported_at"`
	Settings   *settings         `json:"settings,omitempty"`
	Filters    []json.RawMessage `json:"filters,omitempty"`
	Tasks      []json.RawMessage `json:"tasks"`
	Series     []todo.Series     `json:"series"`
}

type settings struct {
	TimeZone   string `json:"time_zone"`
	Language   string `json:"language"`
	WeekStart  string `json:"week_start"`
	QuietFrom  string `json:"quiet_from"`
	QuietUntil string `json:"quiet_until"`
	DigestAt   string `json:"digest_at"`
	DateOrder  string `json:"date_order"`
	Morning    string `json:"morning_at,omitempty"`
	Afternoon  string `json:"afternoon_at,omitempty"`
	Evening    string `json:"evening_at,omitempty"`
	Night      string `json:"night_at,omitempty"`
}

type taskDocument struct {
	todo.Task
	Owner     *string            `json:"owner,omitempty"` // hides the task's: whose it is the account says
	Reminders []reminderDocument `json:"reminders,omitempty"`
}

type reminderDocument struct {
	Before  string             `json:"before,omitempty"` // ISO 8601
	Clock   string             `json:"clock,omitempty"`
	At      time.Time          `json:"at"`
	Repeat  string             `json:"repeat,omitempty"` // ISO 8601
	State   todo.ReminderState `json:"state"`
	FiredAt *time.Time         `json:"fired_at,omitempty"`
}

// jsonWriter writes a document piece by piece.
type jsonWriter struct {
	w      io.Writer
	o      Options
	tasks  int
	known  map[string]bool
	series []todo.Series
}

func (j *jsonWriter) begin() error {
	raw, err := json.Marshal(struct {
		Format     string    `json:"format"`
		Version    int       `json:"version"`
		ExportedAt time.Time `json:"exported_at"`
		Settings   *settings `json:"settings,omitempty"`
		Filters    []Filter  `json:"filters,omitempty"`
	}{documentFormat, documentVersion, j.o.Now.UTC(), showSettings(j.o.Settings), j.o.Filters})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(j.w, "%s,\n\"tasks\":[", raw[:len(raw)-1])
	return err
}

func showSettings(p *todo.Preferences) *settings {
	if p == nil {
		return nil
	}
	return &settings{p.TimeZone, p.Language, p.WeekStart, p.QuietFrom, p.QuietUntil, p.DigestAt, string(p.DateOrder), p.Parts.Morning, p.Parts.Afternoon, p.Parts.Evening, p.Parts.Night}
}

func (j *jsonWriter) Tasks(list []todo.Details) error {
	for _, d := range list {
		t := taskDocument{Task: d.Task}
		for _, r := range d.Reminders {
			t.Reminders = append(t.Reminders, showReminder(r))
		}
		if d.Series != nil && !j.known[d.Series.ID] {
			j.known[d.Series.ID] = true
			s := *d.Series
			s.Owner = ""
			j.series = append(j.series, s)
		}
		if err := j.element(j.tasks, t); err != nil {
			return err
		}
		j.tasks++
	}
	return nil
}

func (j *jsonWriter) element(n int, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return err
	}
	separator := ",\n"
	if n == 0 {
		separator = "\n"
	}
	_, err = fmt.Fprintf(j.w, "%s%s", separator, raw)
	return err
}

func (j *jsonWriter) Close() error {
	if _, err := io.WriteString(j.w, "],\n\"series\":["); err != nil {
		return err
	}
	for n, s := range j.series {
		if err := j.element(n, s); err != nil {
			return err
		}
	}
	_, err := io.WriteString(j.w, "]}\n")
	return err
}

func showReminder(r todo.Reminder) reminderDocument {
	out := reminderDocument{At: r.At, State: r.State, FiredAt: r.FiredAt}
	if r.Before != nil {
		out.Before, out.Clock = r.Before.String(), r.Before.Clock
	}
	if r.Repeat > 0 {
		out.Repeat = todo.FormatDuration(r.Repeat)
	}
	return out
}

func (r *reader) json(raw []byte) error {
	var doc document
	if err := json.Unmarshal(raw, &doc); err != nil {
		return todo.Invalid("", "the file is no JSON: %s", err)
	}
	if doc.Format != documentFormat || doc.Version != documentVersion {
		return todo.Invalid("", "the file is no export of Nudge: it must say \"format\": %q and \"version\": %d", documentFormat, documentVersion)
	}
	series := map[string]*todo.Series{}
	for n := range doc.Series {
		series[doc.Series[n].ID] = &doc.Series[n]
	}
	if s := doc.Settings; s != nil {
		r.Settings = &todo.Preferences{
			TimeZone: s.TimeZone, Language: s.Language, WeekStart: s.WeekStart, QuietFrom: s.QuietFrom, QuietUntil: s.QuietUntil,
			DigestAt: s.DigestAt, DateOrder: todo.DateOrder(s.DateOrder),
			Parts: todo.DayParts{Morning: s.Morning, Afternoon: s.Afternoon, Evening: s.Evening, Night: s.Night},
		}
	}
	r.filters(doc.Filters)
	for n, raw := range doc.Tasks {
		at := Place{Pointer: fmt.Sprintf("/tasks/%d", n)}
		var t taskDocument
		if err := json.Unmarshal(raw, &t); err != nil || t.ID == "" {
			r.problem(at, false, "is no task")
			continue
		}
		item := Item{Place: at, UID: t.ID, Parent: t.Parent, BlockedBy: t.BlockedBy, Series: t.SeriesID, Task: todo.Details{Task: t.Task, Series: series[t.SeriesID]}}
		for _, w := range t.Reminders {
			reminder, err := w.domain()
			if err != nil {
				r.problem(at, true, todo.Message(err))
				continue
			}
			item.Task.Reminders = append(item.Task.Reminders, reminder)
		}
		if err := r.add(item); err != nil {
			return err
		}
	}
	return nil
}

// maxFilters is how many filters of a file are looked at.
const maxFilters = 1000

func (r *reader) filters(list []json.RawMessage) {
	for n, raw := range list[:min(len(list), maxFilters)] {
		var f Filter
		if err := json.Unmarshal(raw, &f); err != nil || f.Name == "" || f.Filter == "" {
			f = Filter{}
			r.problem(FilterPlace(n), false, "is no filter")
		}
		r.Filters = append(r.Filters, f)
	}
}

// FilterPlace is where a file's filter stands.
func FilterPlace(n int) Place { return Place{Pointer: fmt.Sprintf("/filters/%d", n)} }

func (w reminderDocument) domain() (todo.Reminder, error) {
	out := todo.Reminder{At: w.At, State: w.State, FiredAt: w.FiredAt}
	if w.Before != "" {
		before, err := todo.ParseBefore(w.Before)
		if err != nil {
			return out, err
		}
		before.Clock = w.Clock
		out.Before = &before
	}
	if w.Repeat != "" {
		repeat, err := todo.ParseBefore(w.Repeat)
		if err != nil {
			return out, err
		}
		out.Repeat = time.Duration(repeat.Days)*24*time.Hour + repeat.Duration
	}
	return out, nil
}

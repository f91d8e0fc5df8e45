package postgres

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"function/shared/seal"
	"function/shared/todo"
)

// content is the sealed part of a task.
type content struct {
	Title       string   `json:"title"`
	Description string   `json:"description,omitempty"`
	Tags        []string `json:"tags,omitempty"`
}

func taskPlace(id string) string { return "tasks/" + id }

// open gives the content of a task.
func open(sealed []byte, id string, key *seal.Key) (c content, err error) {
	plain, err := key.Open(sealed, taskPlace(id))
	if err != nil {
		return c, err
	}
	if c, ok := plainContent(plain); ok {
		return c, nil
	}
	return c, json.Unmarshal(plain, &c)
}

// plainContent reads content as it is written, where no text has anything escaped: a list
// reads it for each of its tasks.
func plainContent(raw []byte) (c content, ok bool) {
	if raw, ok = bytes.CutPrefix(raw, []byte(`{"title":`)); !ok {
		return c, false
	}
	if c.Title, raw, ok = plainText(raw); !ok {
		return c, false
	}
	if rest, found := bytes.CutPrefix(raw, []byte(`,"description":`)); found {
		if c.Description, raw, ok = plainText(rest); !ok {
			return c, false
		}
	}
	rest, more := bytes.CutPrefix(raw, []byte(`,"tags":[`))
	for more {
		var tag string
		if tag, raw, ok = plainText(rest); !ok {
			return c, false
		}
		c.Tags = append(c.Tags, tag)
		if rest, more = bytes.CutPrefix(raw, []byte(`,`)); !more {
			raw = bytes.TrimPrefix(raw, []byte(`]`))
		}
	}
	return c, string(raw) == `}`
}

// plainText reads a text in which nothing is escaped.
func plainText(raw []byte) (text string, rest []byte, ok bool) {
	if len(raw) == 0 || raw[0] != '"' {
		return "", nil, false
	}
	for i, c := range raw[1:] {
		switch {
		case c == '"':
			return string(raw[1 : 1+i]), raw[2+i:], true
		case c == '\\', c < ' ':
			return "", nil, false
		}
	}
	return "", nil, false
}

// selectDetails reads tasks with their series and reminders; a WHERE clause follows.
const selectDetails = `
SELECT t.id::text, t.content, t.priority, t.due_at, t.due_local, t.due_zone, coalesce(t.parent::text, ''), t.position, t.completed,
       coalesce(t.series_id::text, ''), coalesce(t.slot, ''), t.version, t.created_at, t.updated_at, t.completed_at, t.trashed_at, t.blocked_by::text[],
       ` + blocked + `, parts.n, parts.done,
       to_jsonb(s), (SELECT jsonb_agg(to_jsonb(r) ORDER BY r.at, r.id) FROM reminders r WHERE r.task_id = t.id)
FROM tasks t LEFT JOIN series s ON s.id = t.series_id
     LEFT JOIN LATERAL (SELECT count(*) AS n, count(*) FILTER (WHERE p.completed) AS done FROM tasks p WHERE p.parent = t.id AND p.trashed_at IS NULL) parts ON true `

var priorities = []todo.Priority{"", todo.PriorityHigh, todo.PriorityMedium, todo.PriorityLow}

func priorityNumber(p todo.Priority) int {
	for i, name := range priorities {
		if name == p {
			return i
		}
	}
	return 2
}

// detailsRow is what a row of selectDetails is read into.
type detailsRow struct {
	details   todo.Details
	sealed    pgtype.DriverBytes
	priority  int
	dueAt     pgtype.Timestamptz
	dueLocal  pgtype.Text
	dueZone   pgtype.Text
	completed bool
	series    *seriesRow
	reminders []reminderRow
}

// columns are where the row's columns go.
func (r *detailsRow) columns() []any {
	d := &r.details
	return []any{
		&d.ID, &r.sealed, &r.priority, &r.dueAt, &r.dueLocal, &r.dueZone, &d.Parent, &d.Position, &r.completed,
		&d.SeriesID, &d.Slot, &d.Version, &d.CreatedAt, &d.UpdatedAt, &d.CompletedAt, &d.TrashedAt, &d.BlockedBy,
		&d.Blocked, &d.Subtasks, &d.DoneParts, &r.series, &r.reminders,
	}
}

// collectDetails reads all rows, of which there are hardly more than expected. One place
// for a row serves all of them: a page of a list is the bulk of what an instance allocates.
func collectDetails(rows pgx.Rows, owner string, key *seal.Key, expected int) ([]todo.Details, error) {
	defer rows.Close()
	list := make([]todo.Details, 0, expected)
	row := &detailsRow{}
	columns := row.columns()
	for rows.Next() {
		*row = detailsRow{}
		if err := rows.Scan(columns...); err != nil {
			return nil, err
		}
		if err := row.finish(owner, key); err != nil {
			return nil, err
		}
		list = append(list, row.details)
	}
	return list, rows.Err()
}

// finish opens what is sealed, and says what the columns say.
func (r *detailsRow) finish(owner string, key *seal.Key) error {
	d := &r.details
	d.Owner, d.Priority, d.Status = owner, priorities[r.priority], todo.StatusOpen
	if r.completed {
		d.Status = todo.StatusCompleted
	}
	if r.dueAt.Valid {
		d.Due = &todo.Due{Local: r.dueLocal.String, Zone: r.dueZone.String, At: r.dueAt.Time.UTC()}
	}
	c, err := open(r.sealed, d.ID, key)
	if err != nil {
		return err
	}
	d.Title, d.Description, d.Tags = c.Title, c.Description, c.Tags
	if r.series != nil {
		found, err := r.series.series(key)
		if err != nil {
			return err
		}
		d.Series = &found
	}
	for _, reminder := range r.reminders {
		d.Reminders = append(d.Reminders, reminder.reminder())
	}
	if len(d.BlockedBy) == 0 {
		d.BlockedBy = nil
	}
	utc(&d.CreatedAt, &d.UpdatedAt, d.CompletedAt, d.TrashedAt)
	return nil
}

func utc(times ...*time.Time) {
	for _, t := range times {
		if t != nil {
			*t = t.UTC()
		}
	}
}

// seriesRow is a row of series as to_jsonb gives it.
type seriesRow struct {
	ID             string          `json:"id"`
	Owner          string          `json:"owner"`
	Rule           string          `json:"rule"`
	Start          string          `json:"start"`
	Zone           string          `json:"zone"`
	FromCompletion bool            `json:"from_completion"`
	EndOfMonth     todo.EndOfMonth `json:"end_of_month"`
	CatchUp        todo.CatchUp    `json:"catch_up"`
	ExDates        []string        `json:"exdates"`
	RDates         []string        `json:"rdates"`
	Pauses         []todo.Pause    `json:"pauses"`
	Version        int64           `json:"version"`
	CreatedAt      time.Time       `json:"created_at"`
	EndedAt        *time.Time      `json:"ended_at"`
	Template       string          `json:"template"` // sealed, in hexadecimal after \\x
}

func seriesPlace(id string) string { return "series/" + id }

func (r seriesRow) series(key *seal.Key) (todo.Series, error) {
	s := todo.Series{
		ID: r.ID, Owner: r.Owner, Rule: r.Rule, Start: r.Start, Zone: r.Zone, FromCompletion: r.FromCompletion, EndOfMonth: r.EndOfMonth,
		CatchUp: r.CatchUp, Version: r.Version, CreatedAt: r.CreatedAt, EndedAt: r.EndedAt,
	}
	if len(r.ExDates) > 0 {
		s.ExDates = r.ExDates
	}
	if len(r.RDates) > 0 {
		s.RDates = r.RDates
	}
	if len(r.Pauses) > 0 {
		s.Pauses = r.Pauses
	}
	utc(&s.CreatedAt, s.EndedAt)
	if r.Template == "" {
		return s, nil
	}
	sealed, err := hex.DecodeString(strings.TrimPrefix(r.Template, `\x`))
	if err != nil {
		return s, err
	}
	plain, err := key.Open(sealed, seriesPlace(s.ID))
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(plain, &s.Template)
}

// template gives the column's value; null where there is none.
func template(s *todo.Series, key *seal.Key) ([]byte, error) {
	if s.Template == nil {
		return nil, nil
	}
	plain, err := json.Marshal(s.Template)
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, seriesPlace(s.ID))
}

// reminderRow is a row of reminders as to_jsonb gives it.
type reminderRow struct {
	ID            string             `json:"id"`
	TaskID        string             `json:"task_id"`
	Owner         string             `json:"owner"`
	IsRelative    bool               `json:"is_relative"`
	BeforeDays    int                `json:"before_days"`
	BeforeSeconds int                `json:"before_seconds"`
	BeforeClock   string             `json:"before_clock"`
	At            time.Time          `json:"at"`
	RepeatSeconds int                `json:"repeat_seconds"`
	State         todo.ReminderState `json:"state"`
	FiredAt       *time.Time         `json:"fired_at"`
}

func (r reminderRow) reminder() todo.Reminder {
	out := todo.Reminder{
		ID: r.ID, TaskID: r.TaskID, Owner: r.Owner, At: r.At.UTC(), State: r.State, FiredAt: r.FiredAt,
		Repeat: time.Duration(r.RepeatSeconds) * time.Second,
	}
	if r.IsRelative {
		out.Before = &todo.Before{Days: r.BeforeDays, Duration: time.Duration(r.BeforeSeconds) * time.Second, Clock: r.BeforeClock}
	}
	utc(out.FiredAt)
	return out
}

// known reports whether an id can be one of ours; what cannot is simply not found.
func known(id string) bool { return uuid.Validate(id) == nil && len(id) == 36 }

func notFound() error { return todo.Errorf(todo.CodeNotFound, "there is no such thing") }

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

package tasks

import (
	"strings"
	"time"

	"function/shared/language/words"
	"function/shared/todo"
)

// taskBody is a task as the API shows it.
type taskBody struct {
	ID          string                 `json:"id" format:"uuid"`
	Title       string                 `json:"title"`
	Description string                 `json:"description"`
	Status      string                 `json:"status" enum:"open,completed"`
	Priority    string                 `json:"priority" enum:"high,medium,low"`
	Due         orNull[dueBody]        `json:"due"`
	Tags        []string               `json:"tags" nullable:"false"`
	ParentID    *string                `json:"parent_id" nullable:"true"`
	Subtasks    partsBody              `json:"subtasks"`
	BlockedBy   []string               `json:"blocked_by" nullable:"false" doc:"The tasks that come first"`
	Blocked     bool                   `json:"blocked" doc:"It is open, and one that comes first is open"`
	Position    float64                `json:"position" doc:"Where it stands in the order of one's own"`
	Recurrence  orNull[recurrenceBody] `json:"recurrence"`
	Reminders   []reminderBody         `json:"reminders" nullable:"false"`
	Version     int64                  `json:"version"`
	CreatedAt   time.Time              `json:"created_at"`
	UpdatedAt   time.Time              `json:"updated_at"`
	CompletedAt *time.Time             `json:"completed_at,omitempty"`
	TrashedAt   *time.Time             `json:"trashed_at,omitempty"`
	Changes     []changeBody           `json:"changes,omitempty" readOnly:"true" doc:"In a preview: all that would be written"`
}

// partsBody counts the subtasks outside the trash.
type partsBody struct {
	Total int `json:"total"`
	Done  int `json:"done"`
}

type dueBody struct {
	Date string     `json:"date" doc:"2026-12-01"`
	Time string     `json:"time,omitempty" doc:"09:00; absent for a date with no time"`
	Zone string     `json:"zone" doc:"IANA time zone"`
	At   *time.Time `json:"at,omitempty" doc:"The instant, where there is a time"`
}

type recurrenceBody struct {
	SeriesID       string       `json:"series_id" format:"uuid"`
	RRule          string       `json:"rrule" doc:"RFC 5545 RRULE value"`
	FromCompletion bool         `json:"from_completion"`
	Text           string       `json:"text" doc:"The rule in words"`
	Slot           string       `json:"slot" doc:"The local date or date-time of this occurrence"`
	Start          string       `json:"start" doc:"The local date or date-time that the rule counts from"`
	Zone           string       `json:"zone" doc:"IANA time zone"`
	EndOfMonth     string       `json:"end_of_month" enum:"skip,clamp"`
	CatchUp        string       `json:"catch_up" enum:"next,each"`
	Pauses         []todo.Pause `json:"pauses" nullable:"false" doc:"Stretches of local dates in which it rests; until is the first date after"`
	ExDates        []string     `json:"exdates" nullable:"false" doc:"Slots that are left out; a date is all of its day"`
	RDates         []string     `json:"rdates" nullable:"false" doc:"Slots that are added"`
	Ended          bool         `json:"ended" doc:"It does not come again"`
}

type reminderBody struct {
	ID     string    `json:"id" format:"uuid"`
	At     time.Time `json:"at"`
	Before string    `json:"before,omitempty" doc:"ISO 8601 duration before the due"`
	Clock  string    `json:"clock,omitempty" doc:"Time of day it comes instead of the due's"`
	Repeat string    `json:"repeat,omitempty" doc:"ISO 8601 duration between repetitions until the task is done"`
	State  string    `json:"state" enum:"pending,fired,cancelled"`
}

// show gives a task in the caller's language.
func show(d todo.Details, language string) taskBody {
	body := taskBody{
		ID: d.ID, Title: d.Title, Description: d.Description, Status: string(d.Status), Priority: string(d.Priority),
		Due: orNull[dueBody]{showDue(d.Due)}, Tags: append([]string{}, d.Tags...), Reminders: []reminderBody{}, Version: d.Version,
		Subtasks: partsBody{d.Subtasks, d.DoneParts}, BlockedBy: append([]string{}, d.BlockedBy...), Blocked: d.Blocked, Position: d.Position,
		CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt, CompletedAt: d.CompletedAt, TrashedAt: d.TrashedAt,
	}
	if parent := d.Parent; parent != "" { // a copy: the address of d's would put all of d on the heap
		body.ParentID = &parent
	}
	if s := d.Series; s != nil {
		shown := showRecurrence(*s, d.Slot, language)
		body.Recurrence.value = &shown
	}
	for _, r := range d.Reminders {
		body.Reminders = append(body.Reminders, showReminder(r))
	}
	return body
}

func showRecurrence(s todo.Series, slot, language string) recurrenceBody {
	return recurrenceBody{
		SeriesID: s.ID, RRule: s.Rule, FromCompletion: s.FromCompletion, Text: inWords(s, language), Slot: slot, Start: s.Start, Zone: s.Zone,
		EndOfMonth: string(s.EndOfMonth), CatchUp: string(s.CatchUp), Pauses: append([]todo.Pause{}, s.Pauses...),
		ExDates: append([]string{}, s.ExDates...), RDates: append([]string{}, s.RDates...), Ended: s.EndedAt != nil,
	}
}

func showReminder(r todo.Reminder) reminderBody {
	shown := reminderBody{ID: r.ID, At: r.At, State: string(r.State)}
	if r.Before != nil {
		shown.Before, shown.Clock = r.Before.String(), r.Before.Clock
	}
	if r.Repeat > 0 {
		shown.Repeat = todo.FormatDuration(r.Repeat)
	}
	return shown
}

func inWords(s todo.Series, language string) string {
	text, err := words.Rule(s.Rule, words.Options{Language: language, FromCompletion: s.FromCompletion, Start: s.Start[:len(time.DateOnly)]})
	if err != nil {
		return s.Rule
	}
	return text
}

func showDue(d *todo.Due) *dueBody {
	if d == nil {
		return nil
	}
	body := &dueBody{Date: d.Date(), Zone: d.Zone}
	if !d.AllDay() {
		body.Time, body.At = strings.TrimSuffix(d.Local[len(time.DateOnly)+1:], ":00"), &d.At
	}
	return body
}

func showAll(list []todo.Details, language string) []taskBody {
	out := make([]taskBody, 0, len(list))
	for _, d := range list {
		out = append(out, show(d, language))
	}
	return out
}

// What callers say. Everything that is shown and cannot be said is accepted back and
// left alone, so that a client may send what it read.

type newDue struct {
	Date string     `json:"date" example:"2026-12-01"`
	Time string     `json:"time,omitempty" example:"09:00"`
	Zone string     `json:"zone,omitempty" doc:"IANA time zone; the person's own if absent"`
	At   *time.Time `json:"at,omitempty" readOnly:"true"`
}

func (d *newDue) domain() *todo.NewDue {
	if d == nil {
		return nil
	}
	return &todo.NewDue{Date: d.Date, Time: d.Time, Zone: d.Zone}
}

type newReminder struct {
	Before string     `json:"before,omitempty" doc:"ISO 8601 duration before the due, such as P2D"`
	Clock  string     `json:"clock,omitempty" doc:"Time of day it comes instead of the due's"`
	At     *time.Time `json:"at,omitempty" doc:"When it comes, if not relative to the due"`
	Repeat string     `json:"repeat,omitempty" doc:"ISO 8601 duration between repetitions until the task is done"`
	ID     string     `json:"id,omitempty" readOnly:"true"`
	State  string     `json:"state,omitempty" readOnly:"true"`
}

type newRecurrence struct {
	RRule          string       `json:"rrule" doc:"RFC 5545 RRULE value" maxLength:"1000"`
	FromCompletion bool         `json:"from_completion,omitempty"`
	EndOfMonth     string       `json:"end_of_month,omitempty" enum:"skip,clamp" doc:"What becomes of the 31st in a shorter month; if absent as it was, at first clamp"`
	CatchUp        string       `json:"catch_up,omitempty" enum:"next,each" doc:"After missed occurrences: the next in the future, or each; if absent as it was, at first next"`
	ExDates        []string     `json:"exdates,omitempty" maxItems:"366" doc:"Slots that are left out, as 2026-12-24 or 2026-12-24T09:00:00; a date is all of its day. If absent as it was"`
	RDates         []string     `json:"rdates,omitempty" maxItems:"366" doc:"Slots that are added. If absent as it was"`
	SeriesID       string       `json:"series_id,omitempty" readOnly:"true"`
	Text           string       `json:"text,omitempty" readOnly:"true"`
	Slot           string       `json:"slot,omitempty" readOnly:"true"`
	Start          string       `json:"start,omitempty" readOnly:"true"`
	Zone           string       `json:"zone,omitempty" readOnly:"true"`
	Pauses         []todo.Pause `json:"pauses,omitempty" readOnly:"true"`
	Ended          bool         `json:"ended,omitempty" readOnly:"true"`
}

func (r *newRecurrence) domain() *todo.NewRecurrence {
	if r == nil {
		return nil
	}
	return &todo.NewRecurrence{
		Rule: r.RRule, FromCompletion: r.FromCompletion, EndOfMonth: todo.EndOfMonth(r.EndOfMonth), CatchUp: todo.CatchUp(r.CatchUp),
		Except: r.ExDates, Also: r.RDates,
	}
}

func reminders(list []newReminder) ([]todo.NewReminder, error) {
	out := make([]todo.NewReminder, 0, len(list))
	for i, r := range list {
		w := todo.NewReminder{}
		if r.Before != "" {
			before, err := todo.ParseBefore(r.Before)
			if err != nil {
				return nil, pointed(err, i, "before")
			}
			before.Clock = r.Clock
			w.Before = &before
		} else {
			w.At = r.At
		}
		if r.Repeat != "" {
			repeat, err := todo.ParseBefore(r.Repeat)
			if err != nil {
				return nil, pointed(err, i, "repeat")
			}
			w.Repeat = time.Duration(repeat.Days)*24*time.Hour + repeat.Duration
		}
		out = append(out, w)
	}
	return out, nil
}

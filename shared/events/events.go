// Package events gives the domain's facts their CloudEvents form and reads them back.
//
// Every event is CloudEvents 1.0 with `type` dev.nudge.<kind>.v1, `subject`
// tasks/<id>, `partitionkey` the owner, and these extensions: `sequence` the task's
// version (order comes from it, never from the broker), `changeset` and `actor` of
// the change, `traceparent`. The data is one shape for all, checked against the
// JSON Schemas in eventing/schemas; title and description in it are sealed.
package events

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"

	"function/eventing"
	"function/shared/todo"
)

// Prefix and Suffix stand around a kind in an event's type.
const (
	Prefix = "dev.nudge."
	Suffix = ".v1"
)

// Tick is the type of the PingSource's events.
const Tick = "dev.knative.sources.ping"

// Owed is the type of the event that says that something is to be sent before the next
// tick. It is a wake-up as the tick is, about nobody, and may be lost or doubled: it has
// no row in the outbox, and its name is outside Prefix, so that the audit has no link of it.
const Owed = "dev.nudge-wake.notifications"

// EncodeOwed makes such an event, in structured mode.
func EncodeOwed(id, source string, now time.Time) ([]byte, error) {
	e := cloudevents.New()
	e.SetID(id)
	e.SetSource(source)
	e.SetType(Owed)
	e.SetTime(now.UTC())
	if err := e.SetData(cloudevents.ApplicationJSON, struct{}{}); err != nil {
		return nil, err
	}
	return json.Marshal(e)
}

// MaxSize is what an intermediary must forward (CloudEvents 1.0, size limits).
const MaxSize = 64 << 10

const schemaVersion = "1.0.0"

// Type gives a kind's CloudEvents type.
func Type(kind todo.EventKind) string { return Prefix + string(kind) + Suffix }

// Data is what every event carries.
type Data struct {
	EventType string  `json:"event_type"` // created, updated, completed, deleted, reminder, recurring or notification
	TaskID    string  `json:"task_id"`
	UserID    string  `json:"user_id"`
	Timestamp string  `json:"timestamp"` // RFC 3339
	Version   string  `json:"version"`   // of this shape
	Payload   Payload `json:"payload"`
}

// Payload is the task as it was when the event was made.
type Payload struct {
	Title          string         `json:"title,omitempty"`       // sealed: a compact JWE
	Description    string         `json:"description,omitempty"` // sealed
	Priority       todo.Priority  `json:"priority"`
	DueDate        string         `json:"due_date,omitempty"` // RFC 3339, or a date with no time
	Tags           []string       `json:"tags"`               // sealed, one by one
	RecurrenceInfo RecurrenceInfo `json:"recurrence_info"`
}

// RecurrenceInfo says whether the task comes again.
type RecurrenceInfo struct {
	HasRecurrence bool   `json:"has_recurrence"`
	SeriesID      string `json:"series_id,omitempty"`
}

// Sealer makes text unreadable for the broker.
type Sealer interface {
	SealForEvent(text string) (string, error)
}

// varying is what differs among events of one kind that come at one time, as it stands in
// JSON; the owner and the payload with what is around them.
type varying struct {
	id, task, owner, sequence, reminder, remindAt, payload string
}

// Encode makes the CloudEvent of a fact, in structured mode (CloudEvents 1.0, JSON format),
// with the trace that ctx belongs to. The source names the emitting capability.
func Encode(ctx context.Context, e todo.Event, source string, sealer Sealer) ([]byte, error) {
	payload, err := Tell(e.Task, sealer)
	if err != nil {
		return nil, err
	}
	v := varying{
		id: escaped(e.ID), task: escaped(e.Task.ID), owner: quoted(e.Task.Owner), sequence: strconv.FormatInt(e.Task.Version, 10), payload: payload,
	}
	if e.Reminder != nil {
		v.reminder, v.remindAt = escaped(e.Reminder.ID), e.Reminder.At.UTC().Format(time.RFC3339Nano)
	}
	return write(ctx, e, source, v), nil
}

// Pattern gives the ten texts around what differs among the events of reminders that come
// at one time. Between them are, in this order: the event's id, the task's, the owner as
// JSON, the task's version, the reminder's id, its time, the task's id, the owner as JSON,
// and what is told of the task (Tell).
func Pattern(ctx context.Context, at time.Time, actor todo.Actor, source string) []string {
	const gap = "\x00"
	e := todo.Event{Kind: todo.EventReminderDue, At: at, Actor: actor, Reminder: &todo.Reminder{}}
	return strings.Split(string(write(ctx, e, source, varying{gap, gap, gap, gap, gap, gap, gap})), gap)
}

// write puts an event together as it stands: an event of the SDK would encode the data, and
// then copy and check what it had encoded.
func write(ctx context.Context, e todo.Event, source string, v varying) []byte {
	eventType, at := Type(e.Kind), e.At.UTC().Format(time.RFC3339Nano)
	b := append(make([]byte, 0, 768+len(v.payload)), `{"specversion":"`+cloudevents.CloudEventsVersionV1+`"`...)
	add := func(name, value string) {
		if value != "" {
			b = append(append(append(append(append(b, `,"`...), name...), `":"`...), value...), '"')
		}
	}
	add("id", v.id)
	add("source", escaped(source))
	add("type", escaped(eventType))
	add("subject", "tasks/"+v.task)
	add("time", at)
	add("datacontenttype", cloudevents.ApplicationJSON)
	if uri, ok := eventing.SchemaID(eventType); ok {
		add("dataschema", escaped(uri))
	}
	b = append(append(b, `,"partitionkey":`...), v.owner...)
	add("sequence", v.sequence)
	add("actor", escaped(string(e.Actor)))
	add("changeset", escaped(e.ChangeSet))
	add("channel", escaped(e.Channel))
	add("reason", escaped(e.Detail))
	if e.Reminder != nil {
		add("reminder", v.reminder)
		add("remindat", v.remindAt)
	}
	parent, state := traceOf(ctx)
	add(traceParent, escaped(parent))
	add(traceState, escaped(state))
	b = append(append(append(b, `,"data":{"event_type":"`...), eventTypeOf(e)...), '"')
	add("task_id", v.task)
	b = append(append(b, `,"user_id":`...), v.owner...)
	add("timestamp", at)
	add("version", schemaVersion)
	return append(append(append(b, `,"payload":`...), v.payload...), "}}"...)
}

// quoted gives a text as JSON, escaped without the quotes around it.
func quoted(text string) string { return `"` + escaped(text) + `"` }

func escaped(text string) string {
	for i := range len(text) {
		if c := text[i]; c < 0x20 || c > 0x7e || c == '"' || c == '\\' {
			raw, _ := json.Marshal(text) // a string cannot fail
			return string(raw[1 : len(raw)-1])
		}
	}
	return text
}

// Tell gives what events tell of a task, sealed: the payload, as JSON.
func Tell(t todo.Task, sealer Sealer) (string, error) {
	p := Payload{
		Priority: t.Priority, Tags: []string{},
		RecurrenceInfo: RecurrenceInfo{HasRecurrence: t.SeriesID != "", SeriesID: t.SeriesID},
	}
	if d := t.Due; d != nil {
		p.DueDate = d.At.UTC().Format(time.RFC3339)
		if d.AllDay() {
			p.DueDate = d.Date()
		}
	}
	if err := sealTexts(&p, t, sealer); err != nil {
		return "", err
	}
	raw, err := json.Marshal(p)
	return string(raw), err
}

func sealTexts(p *Payload, t todo.Task, sealer Sealer) (err error) {
	if p.Title, err = sealer.SealForEvent(t.Title); err != nil {
		return err
	}
	if p.Description, err = sealer.SealForEvent(clip(t.Description)); err != nil {
		return err
	}
	for _, tag := range t.Tags {
		sealed, err := sealer.SealForEvent(tag)
		if err != nil {
			return err
		}
		p.Tags = append(p.Tags, sealed)
	}
	return nil
}

// clip keeps an event under MaxSize: the database has the whole text.
func clip(text string) string {
	const most = 16 << 10
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "")
}

func eventTypeOf(e todo.Event) string {
	if e.Recurring() {
		return "recurring"
	}
	kind, verb, _ := strings.Cut(string(e.Kind), ".")
	if kind == "task" {
		return verb
	}
	return kind
}

// Notice is an event as a consumer needs it.
type Notice struct {
	Source, ID  string
	Kind        todo.EventKind
	Owner       string
	TaskID      string
	TaskVersion int64
	ChangeSet   string
	Actor       todo.Actor
	ReminderID  string
	RemindAt    time.Time
	At          time.Time
	Data        Data
}

// Receipt is the inbox entry of the event for a consumer.
func (n Notice) Receipt(consumer string) *todo.Receipt {
	return &todo.Receipt{Consumer: consumer, Source: n.Source, ID: n.ID}
}

// Decode checks an event against its schema and reads it. Every error is
// todo.CodeInvalid: delivering the event again would not mend it.
func Decode(e cloudevents.Event) (Notice, error) {
	if err := e.Validate(); err != nil {
		return Notice{}, todo.Errorf(todo.CodeInvalid, "not a CloudEvent: %w", err)
	}
	if err := validate(e.Type(), e.Data()); err != nil {
		return Notice{}, err
	}
	n := Notice{
		Source: e.Source(), ID: e.ID(), At: e.Time(),
		Kind: todo.EventKind(strings.TrimSuffix(strings.TrimPrefix(e.Type(), Prefix), Suffix)),
	}
	if err := json.Unmarshal(e.Data(), &n.Data); err != nil {
		return Notice{}, todo.Errorf(todo.CodeInvalid, "the data is not of the event's shape: %w", err)
	}
	n.Owner, n.TaskID = n.Data.UserID, n.Data.TaskID
	text := func(name string) string {
		if v, ok := e.Extensions()[name]; ok {
			return fmt.Sprint(v)
		}
		return ""
	}
	n.ChangeSet, n.Actor, n.ReminderID = text("changeset"), todo.Actor(text("actor")), text("reminder")
	if s := text("sequence"); s != "" {
		v, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return Notice{}, todo.Errorf(todo.CodeInvalid, "the sequence is no number")
		}
		n.TaskVersion = v
	}
	if s := text("remindat"); s != "" {
		at, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			return Notice{}, todo.Errorf(todo.CodeInvalid, "remindat is no RFC 3339 time")
		}
		n.RemindAt = at
	}
	return n, nil
}

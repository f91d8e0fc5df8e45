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

// structured is an event in structured mode (CloudEvents 1.0, JSON format), as the outbox
// keeps it. It is written as it stands: an event of the SDK would encode the data, and
// then copy and check what it had encoded.
type structured struct {
	SpecVersion     string `json:"specversion"`
	ID              string `json:"id"`
	Source          string `json:"source"`
	Type            string `json:"type"`
	Subject         string `json:"subject"`
	Time            string `json:"time"`
	DataContentType string `json:"datacontenttype"`
	DataSchema      string `json:"dataschema,omitempty"`
	PartitionKey    string `json:"partitionkey"`
	Sequence        string `json:"sequence"`
	Actor           string `json:"actor"`
	ChangeSet       string `json:"changeset,omitempty"`
	Channel         string `json:"channel,omitempty"`
	Reason          string `json:"reason,omitempty"`
	Reminder        string `json:"reminder,omitempty"`
	RemindAt        string `json:"remindat,omitempty"`
	TraceParent     string `json:"traceparent,omitempty"`
	TraceState      string `json:"tracestate,omitempty"`
	Data            Data   `json:"data"`
}

// Encode makes the CloudEvent of a fact, in structured mode, with the trace that ctx
// belongs to. The source names the emitting capability.
func Encode(ctx context.Context, e todo.Event, source string, sealer Sealer) ([]byte, error) {
	out := structured{
		SpecVersion: cloudevents.CloudEventsVersionV1, ID: e.ID, Source: source, Type: Type(e.Kind), Subject: "tasks/" + e.Task.ID,
		Time: e.At.UTC().Format(time.RFC3339Nano), DataContentType: cloudevents.ApplicationJSON,
		PartitionKey: e.Task.Owner, Sequence: strconv.FormatInt(e.Task.Version, 10), Actor: string(e.Actor),
		ChangeSet: e.ChangeSet, Channel: e.Channel, Reason: e.Detail,
	}
	if uri, ok := eventing.SchemaID(out.Type); ok {
		out.DataSchema = uri
	}
	if e.Reminder != nil {
		out.Reminder, out.RemindAt = e.Reminder.ID, e.Reminder.At.UTC().Format(time.RFC3339Nano)
	}
	out.TraceParent, out.TraceState = traceOf(ctx)
	var err error
	if out.Data, err = dataOf(e, sealer); err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

func dataOf(e todo.Event, sealer Sealer) (Data, error) {
	data := Data{
		EventType: eventType(e), TaskID: e.Task.ID, UserID: e.Task.Owner, Version: schemaVersion,
		Timestamp: e.At.UTC().Format(time.RFC3339Nano),
		Payload: Payload{
			Priority: e.Task.Priority, Tags: []string{},
			RecurrenceInfo: RecurrenceInfo{HasRecurrence: e.Task.SeriesID != "", SeriesID: e.Task.SeriesID},
		},
	}
	if d := e.Task.Due; d != nil {
		data.Payload.DueDate = d.At.UTC().Format(time.RFC3339)
		if d.AllDay() {
			data.Payload.DueDate = d.Date()
		}
	}
	return data, sealTexts(&data.Payload, e.Task, sealer)
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

func eventType(e todo.Event) string {
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

package todo

import (
	"slices"
	"time"
)

// EventKind names what happened; shared/events gives each its CloudEvents type.
type EventKind string

// The kinds that the domain emits.
const (
	EventTaskCreated           EventKind = "task.created"
	EventTaskUpdated           EventKind = "task.updated"
	EventTaskCompleted         EventKind = "task.completed"
	EventTaskDeleted           EventKind = "task.deleted"
	EventReminderDue           EventKind = "reminder.due"
	EventNotificationDelivered EventKind = "notification.delivered"
	EventNotificationFailed    EventKind = "notification.failed"
)

// Event is a fact to be told to whoever listens. It is written in the transaction
// of its change.
type Event struct {
	ID        string
	Kind      EventKind
	At        time.Time
	Actor     Actor
	ChangeSet string // empty where no change set made it
	Task      Task   // as it is after the change; as it was, for a deletion
	Reminder  *Reminder
	Channel   string // of a notification event
	Detail    string // of a failed notification: why, without personal data
}

// Recurring reports whether the event tells of an occurrence that a series made.
func (e Event) Recurring() bool { return e.Kind == EventTaskCreated && e.Actor == ActorRecurrence }

// eventsOf derives the events of a change set: one per task it touched.
func eventsOf(c ChangeSet, newID func() string) []Event {
	events := make([]Event, 0, len(c.Tasks))
	for _, d := range c.Tasks {
		e := Event{ID: newID(), Kind: kindOf(d, c), At: c.At, Actor: c.Actor, ChangeSet: c.ID}
		if d.After != nil {
			e.Task = *d.After
		} else {
			e.Task = *d.Before
			e.Task.Version++ // so that a listener sees it as newer than what it removes
		}
		events = append(events, e)
	}
	return events
}

func kindOf(d Delta[Task], of ChangeSet) EventKind {
	switch {
	case d.After == nil || d.After.Trashed() && (d.Before == nil || !d.Before.Trashed()):
		return EventTaskDeleted
	case d.Before == nil:
		return EventTaskCreated
	case d.After.Status == StatusCompleted && (d.Before.Status != StatusCompleted || goesOnFrom(d, of)):
		return EventTaskCompleted
	default:
		return EventTaskUpdated
	}
}

// goesOnFrom tells that a series may go on from an occurrence that was done before: it
// comes into the series only now, or an undo gives the series back what the occurrence's
// completion had found no successor in, such as the days of a pause.
func goesOnFrom(d Delta[Task], of ChangeSet) bool {
	series := d.After.SeriesID
	return series != "" && (d.Before.SeriesID == "" ||
		of.Undoes != "" && slices.ContainsFunc(of.Series, func(s Delta[Series]) bool { return s.After != nil && s.After.ID == series }))
}

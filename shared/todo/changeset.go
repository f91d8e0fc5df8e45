package todo

import "time"

// Actor is who made a change.
type Actor string

// The actors.
const (
	ActorPerson        Actor = "person"
	ActorAssistant     Actor = "assistant"
	ActorRecurrence    Actor = "recurrence"
	ActorReminders     Actor = "reminders"
	ActorNotifications Actor = "notifications"
	ActorImport        Actor = "import"
)

// Delta is one thing before and after a change. Before is nil where it was made,
// After where it was removed.
type Delta[T any] struct {
	Before *T `json:"before,omitempty"`
	After  *T `json:"after,omitempty"`
}

// reversed swaps the two sides.
func (d Delta[T]) reversed() Delta[T] { return Delta[T]{Before: d.After, After: d.Before} }

// ChangeSet is everything that one act wrote.
type ChangeSet struct {
	ID        string
	Owner     string
	Actor     Actor
	At        time.Time
	Cause     string // the change set whose event led to this one
	Undoes    string // the change set that this one undoes
	UndoneBy  string // the change set that undid this one
	Tasks     []Delta[Task]
	Series    []Delta[Series]
	Reminders []Delta[Reminder]
}

// TaskIDs lists the tasks it touches.
func (c ChangeSet) TaskIDs() []string {
	ids := make([]string, 0, len(c.Tasks))
	for _, d := range c.Tasks {
		if d.After != nil {
			ids = append(ids, d.After.ID)
		} else {
			ids = append(ids, d.Before.ID)
		}
	}
	return ids
}

package todo

import (
	"context"
	"time"
)

// Claim is a due reminder that one dispatcher holds until its lease ends.
type Claim struct {
	ReminderID string
	Owner      string
	At         time.Time
	Lease      string
}

// Firing is what a reminder's coming writes, in one transaction.
type Firing struct {
	Claim Claim
	Now   time.Time
	Next  *time.Time // when it comes again; nil: it came for the last time
	Event Event
}

// ReminderStore keeps the due index.
type ReminderStore interface {
	// ClaimReminders leases the reminders due until the horizon that nobody holds, at most n.
	ClaimReminders(ctx context.Context, now, horizon, until time.Time, lease string, n int) ([]Claim, error)
	// NextReminder gives when the next one can be claimed; nil: there is none.
	NextReminder(ctx context.Context, now time.Time) (*time.Time, error)
	// DueReminders gives the claimed reminders, with their tasks, of which the claim
	// still holds. What it could read comes with the error about what it could not.
	DueReminders(ctx context.Context, claims []Claim) ([]DueReminder, error)
	// Fire writes all of the list in one transaction. A claim that no longer holds is
	// let go: somebody else has it, or the reminder was moved, cancelled or removed.
	Fire(ctx context.Context, list []Firing) error
}

// DueReminder is a claimed reminder and what its event tells.
type DueReminder struct {
	Claim  Claim
	Repeat time.Duration
	Task   Task
}

// Fire makes claimed reminders come: their events are committed with their new state. A
// claim that no longer holds is let go without an error, for whoever changed the
// reminder has said what is to become of it.
func (s *Service) Fire(ctx context.Context, store ReminderStore, claims ...Claim) error {
	due, unread := store.DueReminders(ctx, claims)
	if len(due) == 0 {
		return unread
	}
	now := s.Now().UTC().Truncate(time.Microsecond)
	list := make([]Firing, len(due))
	for i, d := range due {
		r := Reminder{ID: d.Claim.ReminderID, TaskID: d.Task.ID, Owner: d.Claim.Owner, At: d.Claim.At, Repeat: d.Repeat}
		list[i] = Firing{Claim: d.Claim, Now: now, Event: Event{
			ID: s.NewID(), Kind: EventReminderDue, At: now, Actor: ActorReminders, Task: d.Task, Reminder: &r,
		}}
		if d.Repeat > 0 {
			missed := max(now.Sub(d.Claim.At), 0) / d.Repeat
			next := d.Claim.At.Add((missed + 1) * d.Repeat)
			list[i].Next = &next
		}
	}
	if err := store.Fire(ctx, list); err != nil {
		return err
	}
	return unread
}

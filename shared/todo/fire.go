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
	// Reminder gives a reminder and its task. CodeNotFound.
	Reminder(ctx context.Context, owner, id string) (Reminder, Details, error)
	// Fire writes f. CodeVersionMismatch where the claim no longer holds: somebody
	// else has it, or the reminder was moved, cancelled or removed.
	Fire(ctx context.Context, f Firing) error
}

// Fire makes a claimed reminder come: its event is committed with its new state. A
// claim that no longer holds is let go without an error, for whoever changed the
// reminder has said what is to become of it.
func (s *Service) Fire(ctx context.Context, store ReminderStore, c Claim) error {
	r, task, err := store.Reminder(ctx, c.Owner, c.ReminderID)
	if err != nil {
		return unlessGone(err)
	}
	now := s.Now().UTC().Truncate(time.Microsecond)
	r.At = c.At
	f := Firing{Claim: c, Now: now, Event: Event{
		ID: s.NewID(), Kind: EventReminderDue, At: now, Actor: ActorReminders, Task: task.Task, Reminder: &r,
	}}
	if r.Repeat > 0 {
		missed := max(now.Sub(c.At), 0) / r.Repeat
		next := c.At.Add((missed + 1) * r.Repeat)
		f.Next = &next
	}
	if err := store.Fire(ctx, f); err != nil {
		return unlessGone(err)
	}
	return nil
}

// unlessGone lets go of a reminder that is no longer there, or no longer as claimed.
func unlessGone(err error) error {
	if code := CodeOf(err); code == CodeNotFound || code == CodeVersionMismatch {
		return nil
	}
	return err
}

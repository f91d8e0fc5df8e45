// Package recurrence makes the occurrence that follows a completed one: exactly one,
// however often and in whatever order its events arrive.
package recurrence

import (
	"context"
	"net/http"

	"function/shared/events"
	"function/shared/host"
	"function/shared/todo"
)

const consumer = "recurrence"

// tries is how often one delivery looks again at what was changed meanwhile; the broker
// delivers again after that.
const tries = 3

// Register mounts the function's event endpoint.
func Register(mux *http.ServeMux, h *host.Host) {
	mux.Handle("/events/recurrence", events.Notices(h.Log, func(ctx context.Context, n events.Notice) error {
		return handle(ctx, h, n)
	}))
}

// handle looks at the task as it is, not as the event says it was: an event that came
// late or twice finds nothing left to do, and leaves its receipt all the same.
func handle(ctx context.Context, h *host.Host, n events.Notice) error {
	if n.Kind != todo.EventTaskCompleted || !n.Data.Payload.RecurrenceInfo.HasRecurrence {
		return nil
	}
	act := todo.Act{Owner: n.Owner, Actor: todo.ActorRecurrence, Cause: n.ChangeSet, Receipt: n.Receipt(consumer)}
	var (
		made todo.Result
		err  error
	)
	for range tries {
		made, err = h.Todo.Spawn(ctx, act, n.TaskID, n.TaskVersion)
		if code := todo.CodeOf(err); err == nil || code != todo.CodeVersionMismatch && code != todo.CodeDuplicate {
			break
		}
		// It was edited or reopened while we looked, or another delivery was faster: the
		// next look tells which.
	}
	switch {
	case err == nil && made.ChangeSet.ID != "":
		return nil // the receipt is with what was made
	case err == nil || todo.CodeOf(err) == todo.CodeNotFound || todo.CodeOf(err) == todo.CodeDuplicate:
		return h.Store.Handled(ctx, n.Owner, *act.Receipt, h.Now())
	}
	return err
}

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

// Register mounts the function's event endpoint.
func Register(mux *http.ServeMux, h *host.Host) {
	mux.Handle("/events/recurrence", events.Notices(h.Log, func(ctx context.Context, n events.Notice) error {
		return handle(ctx, h.Todo, n)
	}))
}

// handle looks at the task as it is, not as the event says it was: an event that came
// late or twice finds nothing left to do.
func handle(ctx context.Context, service *todo.Service, n events.Notice) error {
	if n.Kind != todo.EventTaskCompleted || !n.Data.Payload.RecurrenceInfo.HasRecurrence {
		return nil
	}
	act := todo.Act{Owner: n.Owner, Actor: todo.ActorRecurrence, Cause: n.ChangeSet, Receipt: n.Receipt(consumer)}
	_, err := service.Spawn(ctx, act, n.TaskID, n.TaskVersion)
	if todo.CodeOf(err) == todo.CodeVersionMismatch {
		return nil // edited or reopened while we looked: that change's own event decides
	}
	return err
}

// Package audit keeps a hash chain of every event for each person, shows it as their
// activity, and verifies it.
package audit

import (
	"context"
	"net/http"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"github.com/danielgtaylor/huma/v2"

	"function/shared/chain"
	"function/shared/events"
	"function/shared/host"
	"function/shared/todo"
)

// Register mounts the function's endpoints.
func Register(mux *http.ServeMux, api huma.API, h *host.Host) {
	mux.Handle("/events/audit", events.Receiver(h.Log, func(ctx context.Context, e cloudevents.Event) error {
		return handle(ctx, h, e)
	}))
	operations(api, h)
}

// handle appends an event to its owner's chain. The same event again is acknowledged:
// the chain has it.
func handle(ctx context.Context, h *host.Host, e cloudevents.Event) error {
	n, err := events.Decode(e)
	if err != nil {
		return err
	}
	entry, err := chain.EntryOf(n, e).Canonical()
	if err != nil {
		return todo.Errorf(todo.CodeInvalid, "the event has no canonical form: %w", err)
	}
	return h.Store.AppendAudit(ctx, n.Owner, n.Source, n.ID, entry)
}

// Package audit keeps a hash chain of every event for each person, shows it as their
// activity, signs how it stands, and hands it out so that anyone can verify it.
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
	f := &function{Host: h, metrics: newMetrics()}
	f.readKey()
	mux.Handle("/events/audit", events.Receiver(h.Log, f.handle))
	f.operations(api)
}

type function struct {
	*host.Host
	signer  *chain.Signer // nil: nothing is signed
	metrics metrics
}

// readKey takes the key that signs. A key that cannot be used is said aloud and leaves
// the chains unsigned: entries are kept all the same.
func (f *function) readKey() {
	if f.Config.AuditSigningKey == "" {
		return
	}
	var err error
	if f.signer, err = chain.NewSigner(f.Config.AuditSigningKey); err != nil {
		f.Log.Error("the audit chains are not signed: AUDIT_SIGNING_KEY cannot be used", "error", err)
	}
}

// handle appends an event to its owner's chain. The same event again is acknowledged:
// the chain has it. The tick signs and prunes.
func (f *function) handle(ctx context.Context, e cloudevents.Event) error {
	if e.Type() == events.Tick {
		return f.tidy(ctx)
	}
	n, err := events.Decode(e)
	if err != nil {
		return err
	}
	entry, err := chain.EntryOf(n, e).Canonical()
	if err != nil {
		return todo.Errorf(todo.CodeInvalid, "the event has no canonical form: %w", err)
	}
	seq, err := f.Store.AppendAudit(ctx, n.Owner, n.Source, n.ID, entry)
	if err != nil {
		return err
	}
	f.metrics.appended(ctx, n, e)
	if seq%checkpointEvery == 0 {
		f.checkpointSoon(ctx, n.Owner)
	}
	return nil
}

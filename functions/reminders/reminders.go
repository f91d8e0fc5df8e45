// Package reminders makes reminders come on their second while everything may sleep
// in between.
//
// The due index in PostgreSQL is the only truth about time. A tick, which may be lost
// or doubled, makes the function send itself one request that stays open while it
// watches the index: the open request is what keeps the instance. Before the platform
// would cut it, it ends, and is sent again if anything else is due before the next tick.
package reminders

import (
	"context"
	"io"
	"net/http"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"

	"function/shared/events"
	"function/shared/host"
	"function/shared/httpapi"
	"function/shared/problem"
)

// tickPeriod is the PingSource's (eventing/pingsource.yaml); window adds to it what a
// tick may be late.
const (
	tickPeriod = 4 * time.Minute
	window     = tickPeriod + 30*time.Second
)

const watchPath = "/reminders/watch"

// Register mounts the function's endpoints. The watch is for the function itself: no
// route leads to it from outside.
func Register(mux *http.ServeMux, h *host.Host) {
	f := &function{Host: h, dispatcher: newDispatcher(h.Todo, h.Store, h.Log)}
	mux.Handle("/events/reminders", events.Receiver(h.Log, f.handle))
	mux.HandleFunc("POST "+watchPath, f.watch)
}

type function struct {
	*host.Host
	dispatcher *dispatcher
}

// handle answers at once: a delivery that is held open keeps others from being made.
// A tick always leads to a watch, which also tidies up; a task event only where
// something falls due before the next tick.
func (f *function) handle(ctx context.Context, e cloudevents.Event) error {
	if e.Type() != events.Tick {
		next, err := f.Store.NextReminder(ctx, f.Now())
		if err != nil {
			return err
		}
		if next == nil || next.After(f.Now().Add(window)) || f.dispatcher.look() {
			return nil
		}
	}
	go f.wake(context.WithoutCancel(ctx))
	return nil
}

// wake sends the function the request that keeps it up, and stays until it ends.
func (f *function) wake(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, f.Config.StreamTimeout+time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, f.Config.Self()+watchPath, nil)
	if err != nil {
		f.Log.ErrorContext(ctx, "the function does not know its own address", "error", err)
		return
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		f.Log.WarnContext(ctx, "the function does not reach itself; the next tick tries again", "error", err)
		return
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<10))
	_ = response.Body.Close()
}

// watch is the open request.
func (f *function) watch(w http.ResponseWriter, r *http.Request) {
	if err := httpapi.KeepOpen(w, f.Config.StreamTimeout); err != nil {
		problem.Write(w, r, f.Log, err)
		return
	}
	if f.dispatcher.look() { // one watch is enough for an instance
		w.WriteHeader(http.StatusNoContent)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), f.Config.StreamTimeout)
	defer cancel()
	f.tidy(ctx)
	more, err := f.dispatcher.run(ctx, f.Now().Add(window))
	if err != nil && ctx.Err() == nil {
		problem.Write(w, r, f.Log, err)
		return
	}
	if more {
		go f.wake(context.WithoutCancel(ctx))
	}
	w.WriteHeader(http.StatusNoContent)
}

// What reconciliation looks at: events old enough to have arrived, and not so old that
// a person has given them up.
const (
	reconcileAfter  = 2 * time.Minute
	reconcileBefore = 7 * 24 * time.Hour
	reconcileBatch  = 1000
)

// tidy publishes what waits in the outbox and causes again what got lost.
func (f *function) tidy(ctx context.Context) {
	now := f.Now()
	again, err := f.Store.Reconcile(ctx, now, now.Add(-reconcileBefore), now.Add(-reconcileAfter), reconcileBatch)
	if err != nil {
		f.Log.WarnContext(ctx, "not reconciled; the next tick tries again", "error", err)
	}
	swept, err := f.Relay.Sweep(ctx)
	if err != nil {
		f.Log.WarnContext(ctx, "outbox not swept; the next tick tries again", "error", err)
	}
	if swept+int(again) > 0 {
		f.Log.InfoContext(ctx, "tidied", "published", swept, "caused_again", again)
	}
}

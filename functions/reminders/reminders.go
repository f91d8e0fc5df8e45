// Package reminders makes reminders come on their second while everything may sleep
// in between: see shared/watch. With every tick it also tidies up: it publishes what
// waits in the outbox, and causes again what an event should have caused and has not. It
// is the one function that ticks wake, and wakes others where there is something for them.
package reminders

import (
	"context"
	"net/http"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"

	"function/shared/events"
	"function/shared/host"
	"function/shared/watch"
)

// tickPeriod is the PingSource's (eventing/pingsource.yaml); window adds to it what a
// tick may be late.
const (
	tickPeriod = 4 * time.Minute
	window     = tickPeriod + 30*time.Second
)

const (
	watchPath = "/reminders/watch"
	source    = "/nudge/reminders" // of its own events
)

// Register mounts the function's endpoints. The watch is for the function itself: no
// route leads to it from outside.
func Register(mux *http.ServeMux, h *host.Host) {
	f := &function{Host: h}
	f.watch = f.newWatch()
	mux.Handle("/events/reminders", events.Receiver(h.Log, f.handle))
	mux.Handle("POST "+watchPath, f.watch)
}

type function struct {
	*host.Host
	watch *watch.Watch
}

func (f *function) newWatch() *watch.Watch {
	w := &watch.Watch{
		Address: f.Config.Self() + watchPath, Lasts: f.Config.StreamTimeout, Window: window, Ahead: lookAhead,
		Now: f.Now, Log: f.Log, Next: f.Store.NextReminder, Tidy: f.tidy, Woken: f.wakeOthers, Wait: f.Wait, Call: f.Call,
	}
	w.Ready()
	w.Due = (&dispatcher{service: f.Todo, store: f.Store, log: f.Log, wait: w.Wait, oneByOne: f.OneByOne}).fireDue
	return w
}

// handle answers at once: a delivery that is held open keeps others from being made.
// A tick always leads to a watch, which also tidies up; a task event only where
// something falls due before the next tick.
func (f *function) handle(ctx context.Context, e cloudevents.Event) error {
	if e.Type() != events.Tick {
		return f.watch.WakeIfSoon(ctx)
	}
	f.watch.Wake(ctx)
	return nil
}

// wakeOthers sends for the notifications where something is to be sent before the next
// tick: a try again, a digest, what quiet hours held.
func (f *function) wakeOthers(ctx context.Context) {
	next, err := f.Store.NextDelivery(ctx)
	if err == nil && next != nil && !next.After(f.Now().Add(window)) {
		var owed []byte
		if owed, err = events.EncodeOwed(f.NewID(), source, f.Now()); err == nil {
			err = f.Relay.Tell(ctx, owed)
		}
	}
	if err != nil {
		f.Log.WarnContext(ctx, "notifications not woken; the next tick tries again", "error", err)
	}
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
	again := f.reconcile(ctx)
	swept, err := f.Relay.Sweep(ctx)
	if err != nil {
		f.Log.WarnContext(ctx, "outbox not swept; the next tick tries again", "error", err)
	}
	if swept+again > 0 {
		f.Log.InfoContext(ctx, "tidied", "published", swept, "caused_again", again)
	}
}

// reconcile causes events again whose effects are missing, and gives how many. Where most
// of a batch is missing something, consumers are behind rather than events lost, and
// would fall further behind by doing all of it twice: the rest waits for the next tick.
func (f *function) reconcile(ctx context.Context) (again int) {
	for {
		looked, missed, err := f.Store.Reconcile(ctx, f.Now(), reconcileAfter, reconcileBefore, reconcileBatch)
		again += missed
		if err != nil {
			f.Log.WarnContext(ctx, "not reconciled; the next tick tries again", "error", err)
		}
		if err != nil || looked < reconcileBatch || missed > looked/2 {
			return again
		}
	}
}

// Package watch does things on their second while everything may sleep in between.
//
// An index in the database is the only truth about time. Something that may be lost or
// doubled (a tick, an event) makes the function send itself one request that stays open
// while a loop watches the index: the open request is what keeps the instance. Before
// the platform would cut it, it ends, and is sent again if anything else falls due
// before the next tick.
package watch

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"function/shared/httpapi"
	"function/shared/problem"
)

// shortest and longest are between two looks at the index: what is due may be held by
// somebody who died, and clocks may jump. A look that fails is made again after a second,
// and after twice as long each time.
const (
	shortest   = 50 * time.Millisecond
	longest    = 30 * time.Second
	firstPause = time.Second
)

// Wait returns true at the instant or when woken is sent to, whichever comes first, and
// false when the context ended.
type Wait func(ctx context.Context, instant time.Time, woken <-chan struct{}) bool

// Call sends the function a request at an address of its own, and does not wait for it.
type Call func(ctx context.Context, address string)

// Watch is one kind of thing to be done on time. One loop runs at most.
type Watch struct {
	Address string        // where the function reaches the open request
	Lasts   time.Duration // how long the open request may stay open
	Window  time.Duration // how far ahead the instance stays up for what falls due
	Ahead   time.Duration // how long before its time Due is called
	Now     func() time.Time
	Log     *slog.Logger
	Next    func(ctx context.Context, now time.Time) (*time.Time, error) // when something falls due; nil: never
	Due     func(ctx context.Context) error                              // does what falls due within Ahead
	Tidy    func(ctx context.Context)                                    // before each watch; may be nil
	Woken   func(ctx context.Context)                                    // each time, whether a watch runs or not; may be nil
	Wait    Wait                                                         // nil: by timer
	Call    Call                                                         // nil: by HTTP

	mu      sync.Mutex
	running bool
	until   time.Time // what falls due before it is waited for
	changed chan struct{}
}

// Ready fills in what was left out. It comes before any other call.
func (w *Watch) Ready() *Watch {
	w.changed = make(chan struct{}, 1)
	if w.Wait == nil {
		w.Wait = byTimer(w.Now)
	}
	if w.Call == nil {
		w.Call = w.byHTTP
	}
	return w
}

// Wake makes sure that somebody watches: this instance, or another one.
func (w *Watch) Wake(ctx context.Context) { w.Call(context.WithoutCancel(ctx), w.Address) }

// WakeIfSoon looks whether something falls due within the window, and wakes if nobody
// here watches.
func (w *Watch) WakeIfSoon(ctx context.Context) error {
	now := w.Now()
	next, err := w.Next(ctx, now)
	if err != nil {
		return err
	}
	if next != nil && !next.After(now.Add(w.Window)) && !w.Look() {
		w.Wake(ctx)
	}
	return nil
}

// byHTTP sends the request and stays with it until it ends.
func (w *Watch) byHTTP(ctx context.Context, address string) {
	go func() {
		ctx, cancel := context.WithTimeout(ctx, w.Lasts+time.Minute)
		defer cancel()
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, nil)
		if err != nil {
			w.Log.ErrorContext(ctx, "the function does not know its own address", "error", err)
			return
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			w.Log.WarnContext(ctx, "the function does not reach itself; the next tick tries again", "error", err)
			return
		}
		_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<10))
		_ = response.Body.Close()
	}()
}

// ServeHTTP is the open request.
func (w *Watch) ServeHTTP(response http.ResponseWriter, r *http.Request) {
	if err := httpapi.KeepOpen(response, w.Lasts); err != nil {
		problem.Write(response, r, w.Log, err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), w.Lasts)
	defer cancel()
	running := w.Look()
	if !running && w.Tidy != nil {
		w.Tidy(ctx)
	}
	if w.Woken != nil {
		w.Woken(ctx)
	}
	if running { // one watch is enough for an instance
		response.WriteHeader(http.StatusNoContent)
		return
	}
	more, err := w.Run(ctx, w.Now().Add(w.Window))
	if err != nil && ctx.Err() == nil {
		problem.Write(response, r, w.Log, err)
		return
	}
	if more {
		w.Wake(ctx)
	}
	response.WriteHeader(http.StatusNoContent)
}

// Look makes a running loop look at the index again, a whole window ahead; false: none
// is running.
func (w *Watch) Look() bool {
	ahead := w.Now().Add(w.Window)
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.running {
		return false
	}
	if ahead.After(w.until) {
		w.until = ahead
	}
	select {
	case w.changed <- struct{}{}:
	default: // it is about to look anyway
	}
	return true
}

// Run does what falls due until nothing more does before the given instant, or before
// the one that a look has put in its place, or the context or the time that the request may last ends; more says that something is left
// before that instant. A database that is away for a moment ends no watch: nobody would
// take it up before the next tick.
func (w *Watch) Run(ctx context.Context, until time.Time) (more bool, err error) {
	if !w.begin(until) {
		return false, nil
	}
	end := w.Now().Add(w.Lasts)
	for pause := firstPause; ; {
		next, err := w.look(ctx)
		if err != nil {
			again := w.Now().Add(pause)
			if ctx.Err() != nil || again.After(end) || !w.Wait(ctx, again, nil) {
				w.end()
				return true, err
			}
			w.Log.WarnContext(ctx, "what is due could not be looked after and is looked at again", "error", err)
			pause = min(2*pause, longest)
			continue
		}
		pause = firstPause
		if next == nil || next.After(w.watchesUntil()) {
			if w.endUnlessChanged() {
				return false, nil
			}
			continue
		}
		now := w.Now()
		due := next.Add(-w.Ahead)
		if soon := now.Add(shortest); due.Before(soon) {
			due = soon
		}
		if !now.Before(end) || !w.Wait(ctx, earliest(due, now.Add(longest), end), w.changed) {
			w.end()
			return true, nil
		}
	}
}

// look does what is due and says when something is next.
func (w *Watch) look(ctx context.Context) (*time.Time, error) {
	if err := w.Due(ctx); err != nil {
		return nil, err
	}
	return w.Next(ctx, w.Now())
}

func earliest(instants ...time.Time) time.Time {
	first := instants[0]
	for _, t := range instants[1:] {
		if t.Before(first) {
			first = t
		}
	}
	return first
}

func (w *Watch) watchesUntil() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.until
}

func (w *Watch) begin(until time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running {
		return false
	}
	w.running, w.until = true, until
	return true
}

func (w *Watch) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running = false
	w.drain()
}

// endUnlessChanged ends the loop, unless somebody asked it to look again meanwhile:
// who asks a running loop relies on it.
func (w *Watch) endUnlessChanged() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.drain() {
		return false
	}
	w.running = false
	return true
}

func (w *Watch) drain() bool {
	select {
	case <-w.changed:
		return true
	default:
		return false
	}
}

// byTimer waits in real time.
func byTimer(now func() time.Time) Wait {
	return func(ctx context.Context, instant time.Time, woken <-chan struct{}) bool {
		timer := time.NewTimer(instant.Sub(now()))
		defer timer.Stop()
		select {
		case <-ctx.Done():
			return false
		case <-woken:
			return true
		case <-timer.C:
			return true
		}
	}
}

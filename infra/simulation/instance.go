package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/google/uuid"

	"function/functions/audit"
	"function/functions/deadletters"
	"function/functions/notifications"
	"function/functions/recurrence"
	"function/functions/reminders"
	"function/shared/fault"
	"function/shared/host"
	"function/shared/httpapi"
	"function/shared/occurrence"
	"function/shared/outbox"
	"function/shared/todo"

	store "function/shared/postgres"
)

// concurrency is how many requests an instance serves at once.
const concurrency = 6

// instance is one process of the functions: the real handlers and the real domain. A
// crash takes all of its memory.
type instance struct {
	world   *world
	name    string
	host    *host.Host
	mux     *http.ServeMux
	up      bool
	busy    int
	crashed bool // asked for; the scheduler does it when the process at hand has ended
	faults  *fault.Faults
}

func (w *world) newInstance(name, faults string) (*instance, error) {
	f, err := fault.Parse(faults)
	if err != nil {
		return nil, err
	}
	i := &instance{world: w, name: name, faults: f}
	i.faults.With(fault.Hooks{
		Kill: func(ctx context.Context) {
			w.note("%s dies at a fault point", name)
			i.crashed = true
			die(processOf(ctx))
		},
		Wait: func(ctx context.Context, d time.Duration) error {
			w.sleep(processOf(ctx), w.now.Add(d), nil)
			return nil
		},
	})
	i.boot()
	return i, nil
}

// boot gives the instance new memory.
func (i *instance) boot() {
	w := i.world
	h := &host.Host{
		Log: slog.New(slog.DiscardHandler), Now: w.clock, NewID: w.newID, Dapr: w.worker.dapr, OneByOne: true, Jitter: w.rng.Float64,
		Wait: func(ctx context.Context, instant time.Time, woken <-chan struct{}) bool {
			p := processOf(ctx)
			w.sleep(p, w.now.Add(instant.Sub(w.clock())), woken)
			return !p.dying
		},
		Call: func(ctx context.Context, address string) {
			if !processOf(ctx).dying {
				w.callSelf(address)
			}
		},
	}
	h.Config.StreamTimeout = 280 * time.Second
	h.Config.SelfURL = "http://self"
	h.Store = store.New(w.worker.db.pool, w.worker.db.ring, func(list []store.Outgoing) { i.publish(list) })
	h.Relay = outbox.NewRelay(relayBroker{w}, h.Log, h.Now)
	h.Relay.OneByOne = true
	h.Relay.Use(h.Store)
	h.Todo = &todo.Service{Store: h.Store, Calendar: occurrence.Calendar{}, Now: h.Now, NewID: h.NewID}
	i.host, i.up, i.busy, i.crashed = h, true, 0, false
	i.inject(i.faults)
	i.mux = http.NewServeMux()
	api := httpapi.New(http.NewServeMux(), nil, h.Log)
	audit.Register(i.mux, api, h)
	deadletters.Register(i.mux, h)
	notifications.Register(i.mux, api, h)
	recurrence.Register(i.mux, h)
	reminders.Register(i.mux, h)
}

func (i *instance) inject(f *fault.Faults) {
	i.host.Store.Inject(f)
	i.host.Relay.Faults = f
}

// publish is the relay's work right after a commit.
func (i *instance) publish(list []store.Outgoing) {
	h := i.host
	i.world.after(i.world.latency(), func() {
		if i.up && i.host == h {
			i.world.start("relay", i, func(ctx context.Context) { _, _ = h.Relay.Publish(ctx, list) }, i.world.reap)
		}
	})
}

// newID makes a UUIDv7 from the world's clock and a counter.
func (w *world) newID() string {
	w.ids++
	var id uuid.UUID
	ms := w.clock().UnixMilli()
	for b := range 6 {
		id[b] = byte(ms >> (40 - 8*b))
	}
	id[6] = 0x70 | byte(w.ids>>40&0x0f)
	id[7] = byte(w.ids >> 32)
	id[8] = 0x80
	for b := range 4 {
		id[12+b] = byte(w.ids >> (24 - 8*b))
	}
	return id.String()
}

// response is what a handler answers; it takes deadlines as a server's would.
type response struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func newResponse() *response { return &response{header: http.Header{}} }

func (r *response) Header() http.Header { return r.header }
func (r *response) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}
func (r *response) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(b)
}
func (r *response) SetReadDeadline(time.Time) error  { return nil }
func (r *response) SetWriteDeadline(time.Time) error { return nil }

// serve lets an instance handle a request in a process of its own; done hears the
// status, 0 where the instance died.
func (w *world) serve(i *instance, name, path string, body []byte, done func(status int, answer []byte)) {
	i.busy++
	h := i.host
	answer := newResponse()
	var ended bool
	w.start(name, i, func(ctx context.Context) {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://self"+path, bytes.NewReader(body))
		if err != nil {
			panic(err)
		}
		request.Header.Set("Content-Type", "application/cloudevents+json")
		i.mux.ServeHTTP(answer, request)
		ended = !processOf(ctx).dying
	}, func() {
		if i.host == h {
			i.busy--
		}
		if !ended {
			answer.status = 0
		} else if answer.status == 0 {
			answer.status = http.StatusOK
		}
		done(answer.status, answer.body.Bytes())
		w.reap()
	})
}

// callSelf is a request of the function to itself, which any instance may get.
func (w *world) callSelf(address string) {
	path := address[len("http://self"):]
	w.after(w.latency(), func() {
		i := w.anyInstance()
		if i == nil {
			return // the next tick tries again
		}
		w.serve(i, "watch "+i.name, path, nil, func(status int, _ []byte) { w.note("watch on %s ended: %d", i.name, status) })
	})
}

// reap does the crashes that were asked for.
func (w *world) reap() {
	for _, i := range w.instances {
		if i.crashed && i.up {
			w.crash(i)
		}
	}
}

// crash ends an instance; another process takes its place a while later.
func (w *world) crash(i *instance) {
	i.up, i.crashed = false, false
	w.count("crash")
	w.scheduler.crash(i)
	w.after(w.between(time.Second, 20*time.Second), func() {
		w.note("%s starts", i.name)
		i.boot()
		if w.healed {
			i.inject(nil)
		}
	})
}

func (w *world) anyInstance() *instance {
	first := w.rng.IntN(len(w.instances))
	for n := range w.instances {
		if i := w.instances[(first+n)%len(w.instances)]; i.up && i.busy < concurrency {
			return i
		}
	}
	return nil
}

func (w *world) anyUp() bool {
	for _, i := range w.instances {
		if i.up {
			return true
		}
	}
	return false
}

func (w *world) note(format string, args ...any) {
	w.log.add(w.now, fmt.Sprintf(format, args...))
}

package outbox

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"function/shared/fault"
	"function/shared/postgres"
)

// Store keeps the events that wait.
type Store interface {
	ClaimOutbox(ctx context.Context, now, until time.Time, n int) ([]postgres.Outgoing, error)
	MarkPublished(ctx context.Context, ids []string, now time.Time) error
	RetryOutbox(ctx context.Context, id string, at time.Time) error
}

// Broker takes events, given in structured mode, and returns when it has them. ErrNoSink
// and *Refusal are told apart from other errors.
type Broker interface {
	Send(ctx context.Context, structured []byte) error
}

const (
	workers    = 32              // posts at once: each waits for the broker's disk
	queueSize  = 1024            // events between commit and post; more are left to the sweep
	markBatch  = 256             // events marked in one statement
	sweepBatch = 500             // events claimed in one statement
	sweepLease = time.Minute     // before another sweep may take them
	backoffMax = 5 * time.Minute // between attempts
	backoffMin = time.Second
)

// Relay carries events from their commit to the broker.
type Relay struct {
	sender Broker
	log    *slog.Logger
	now    func() time.Time
	queue  chan postgres.Outgoing
	sent   chan string
	store  Store
	// OneByOne makes Publish and Sweep post one event after the other.
	OneByOne bool
	Faults   *fault.Faults  // on the way to the broker; set before Start
	open     sync.WaitGroup // events between Committed and marked
	stop     context.CancelFunc
	done     sync.WaitGroup
}

// NewRelay makes a Relay; Start starts it.
func NewRelay(sender Broker, log *slog.Logger, now func() time.Time) *Relay {
	return &Relay{sender: sender, log: log, now: now, queue: make(chan postgres.Outgoing, queueSize), sent: make(chan string, queueSize)}
}

// Use names the store; Publish and Sweep need no more.
func (r *Relay) Use(store Store) { r.store = store }

// Start begins to publish what Committed hands over.
func (r *Relay) Start(store Store) {
	ctx, stop := context.WithCancel(context.Background())
	r.Use(store)
	r.stop = stop
	for range workers {
		r.done.Go(func() { r.work(ctx) })
	}
	r.done.Go(func() { r.mark(ctx) })
}

// Committed takes events right after their commit. It never blocks: what does not fit
// waits in the outbox for the sweep.
func (r *Relay) Committed(list []postgres.Outgoing) {
	for _, o := range list {
		r.open.Add(1)
		select {
		case r.queue <- o:
		default:
			r.open.Done()
		}
	}
}

// Drain waits until what Committed took is published, or the context ends, and stops.
func (r *Relay) Drain(ctx context.Context) error {
	empty := make(chan struct{})
	go func() { r.open.Wait(); close(empty) }()
	var err error
	select {
	case <-empty:
	case <-ctx.Done():
		err = ctx.Err()
	}
	r.stop()
	r.done.Wait()
	return err
}

func (r *Relay) work(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case o := <-r.queue:
			if !r.publish(ctx, o) {
				r.open.Done()
				continue
			}
			select {
			case r.sent <- o.ID:
			case <-ctx.Done():
				r.open.Done()
			}
		}
	}
}

// publish sends one event and says whether the broker has it. One that failed is put off.
func (r *Relay) publish(ctx context.Context, o postgres.Outgoing) bool {
	err := r.Faults.Publish(ctx, func(ctx context.Context) error { return r.sender.Send(ctx, o.Event) })
	if err == nil {
		return true
	}
	if errors.Is(err, ErrNoSink) {
		return false
	}
	wait := min(backoffMin<<min(o.Attempts, 10), backoffMax)
	var refusal *Refusal
	if errors.As(err, &refusal) && refusal.RetryAfter > 0 {
		wait = min(refusal.RetryAfter, backoffMax)
	}
	r.log.WarnContext(ctx, "event not published, will be tried again", "event", o.ID, "in", wait, "error", err)
	if err := r.store.RetryOutbox(ctx, o.ID, r.now().Add(wait)); err != nil {
		r.log.WarnContext(ctx, "outbox row keeps its time", "event", o.ID, "error", err) // the sweep takes it later
	}
	return false
}

// mark records what was published, many at a time when many come.
func (r *Relay) mark(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case id := <-r.sent:
			ids := []string{id}
		gather:
			for len(ids) < markBatch {
				select {
				case id := <-r.sent:
					ids = append(ids, id)
				default:
					break gather
				}
			}
			if err := r.store.MarkPublished(ctx, ids, r.now()); err != nil {
				r.log.WarnContext(ctx, "published events are not marked and will be sent again", "events", len(ids), "error", err)
			}
			for range ids {
				r.open.Done()
			}
		}
	}
}

// Sweep publishes what waits in the outbox, whoever committed it, and gives how many
// the broker took. It ends at the first batch of which nothing could be sent.
func (r *Relay) Sweep(ctx context.Context) (int, error) {
	total := 0
	for {
		now := r.now()
		batch, err := r.store.ClaimOutbox(ctx, now, now.Add(sweepLease), sweepBatch)
		if err != nil || len(batch) == 0 {
			return total, err
		}
		published, err := r.Publish(ctx, batch)
		total += published
		if err != nil || published == 0 || len(batch) < sweepBatch {
			return total, err
		}
	}
}

// Publish posts events and marks those that the broker took; it gives how many.
func (r *Relay) Publish(ctx context.Context, batch []postgres.Outgoing) (int, error) {
	published := r.publishAll(ctx, batch)
	if len(published) == 0 {
		return 0, nil
	}
	return len(published), r.store.MarkPublished(ctx, published, r.now())
}

func (r *Relay) publishAll(ctx context.Context, batch []postgres.Outgoing) []string {
	var (
		mu        sync.Mutex
		published []string
		posts     sync.WaitGroup
		slots     = make(chan struct{}, workers)
	)
	for _, o := range batch {
		if r.OneByOne {
			if r.publish(ctx, o) {
				published = append(published, o.ID)
			}
			continue
		}
		slots <- struct{}{}
		posts.Go(func() {
			defer func() { <-slots }()
			if r.publish(ctx, o) {
				mu.Lock()
				defer mu.Unlock()
				published = append(published, o.ID)
			}
		})
	}
	posts.Wait()
	return published
}

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
	ClaimOutbox(ctx context.Context, now, until time.Time, n int, published ...string) ([]postgres.Outgoing, error)
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
	sweepLanes = 3               // batches on their way at once
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

// Tell sends one event that may be lost, and that nothing in the outbox stands for.
func (r *Relay) Tell(ctx context.Context, structured []byte) error {
	return r.Faults.Publish(ctx, func(ctx context.Context) error { return r.sender.Send(ctx, structured) })
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
			if b := r.batches(ctx); b != nil {
				for _, part := range posts(r.waiting(o)) {
					r.finish(ctx, len(part), r.publishMany(ctx, b, part))
				}
				continue
			}
			var published []string
			if r.publish(ctx, o) {
				published = []string{o.ID}
			}
			r.finish(ctx, 1, published)
		}
	}
}

// waiting gives an event and those that wait behind it, as many as go into one post.
func (r *Relay) waiting(o postgres.Outgoing) []postgres.Outgoing {
	list := []postgres.Outgoing{o}
	for len(list) < batchEvents {
		select {
		case o := <-r.queue:
			list = append(list, o)
		default:
			return list
		}
	}
	return list
}

// finish hands over what is to be marked, of so many events that were tried.
func (r *Relay) finish(ctx context.Context, tried int, published []string) {
	for range tried - len(published) {
		r.open.Done()
	}
	for _, id := range published {
		select {
		case r.sent <- id:
		case <-ctx.Done():
			r.open.Done()
		}
	}
}

// publish sends one event and says whether the broker has it. One that failed is put off.
func (r *Relay) publish(ctx context.Context, o postgres.Outgoing) bool {
	err := r.Faults.Publish(ctx, func(ctx context.Context) error { return r.sender.Send(ctx, o.Event) })
	if err != nil {
		r.putOff(ctx, o, err)
	}
	return err == nil
}

// putOff lets an event that was not sent wait: as long as the broker asks for, or longer
// with every attempt.
func (r *Relay) putOff(ctx context.Context, o postgres.Outgoing, err error) {
	if errors.Is(err, ErrNoSink) {
		return
	}
	wait := min(backoffMin<<min(o.Attempts, 10), backoffMax)
	var refusal *Refusal
	if errors.As(err, &refusal) && refusal.RetryAfter > 0 {
		wait = refusal.RetryAfter
	}
	r.log.WarnContext(ctx, "event not published, will be tried again", "event", o.ID, "in", wait, "error", err)
	if err := r.store.RetryOutbox(ctx, o.ID, r.now().Add(wait)); err != nil {
		r.log.WarnContext(ctx, "outbox row keeps its time", "event", o.ID, "error", err) // the sweep takes it later
	}
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
// the broker took. It ends at the first batch of which nothing could be sent. Where more
// than a batch waits, and the broker took the first, one is claimed while another one is sent.
func (r *Relay) Sweep(ctx context.Context) (total int, err error) {
	lanes := sweepLanes
	if r.OneByOne {
		lanes = 1
	}
	var (
		mu   sync.Mutex
		more sync.WaitGroup
	)
	count := func(published int, failed error) {
		mu.Lock()
		defer mu.Unlock()
		total, err = total+published, errors.Join(err, failed)
	}
	count(r.lane(ctx, sync.OnceFunc(func() {
		for range lanes - 1 {
			more.Go(func() { count(r.lane(ctx, func() {})) })
		}
	})))
	more.Wait()
	return total, err
}

// lane publishes one batch after the other, and marks each together with the claim of the
// next: one commit and one wait for the disk less. It says when more may wait that can be sent.
func (r *Relay) lane(ctx context.Context, goesOn func()) (total int, err error) {
	var published []string
	for {
		now := r.now()
		batch, err := r.store.ClaimOutbox(ctx, now, now.Add(sweepLease), sweepBatch, published...)
		if err != nil || len(batch) == 0 {
			return total, err
		}
		published = r.publishAll(ctx, batch)
		total += len(published)
		if len(published) == 0 {
			return total, nil
		}
		if len(batch) < sweepBatch {
			return total, r.store.MarkPublished(ctx, published, r.now())
		}
		goesOn()
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
	if b := r.batches(ctx); b != nil {
		return r.publishInPosts(ctx, b, batch)
	}
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

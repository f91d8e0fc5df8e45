package reminders

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"function/shared/todo"
)

const (
	lookAhead = 2 * time.Second  // how long before its time a reminder is claimed
	lease     = 30 * time.Second // how long a claim keeps others away
	batch     = 200              // reminders claimed at once
	senders   = 4                // reminders fired at once
	longest   = 30 * time.Second // between two looks at the index: clocks may jump
)

// dispatcher claims reminders and makes each come at its time. One loop runs at most.
type dispatcher struct {
	service *todo.Service
	store   todo.ReminderStore
	log     *slog.Logger

	mu      sync.Mutex
	running bool
	changed chan struct{}
}

func newDispatcher(service *todo.Service, store todo.ReminderStore, log *slog.Logger) *dispatcher {
	return &dispatcher{service: service, store: store, log: log, changed: make(chan struct{}, 1)}
}

// look makes a running loop look at the index again; false: none is running.
func (d *dispatcher) look() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.running {
		return false
	}
	select {
	case d.changed <- struct{}{}:
	default: // it is about to look anyway
	}
	return true
}

// run fires what falls due until nothing more does before the given instant, or the
// context ends; more says that something is left before that instant.
func (d *dispatcher) run(ctx context.Context, until time.Time) (more bool, err error) {
	d.mu.Lock()
	if d.running {
		d.mu.Unlock()
		return false, nil
	}
	d.running = true
	d.mu.Unlock()
	for {
		if err := d.fireDue(ctx); err != nil {
			d.end()
			return true, err
		}
		next, err := d.store.NextReminder(ctx, d.service.Now())
		if err != nil {
			d.end()
			return true, err
		}
		if next == nil || next.After(until) {
			if d.endUnlessChanged() {
				return false, nil
			}
			continue
		}
		if !d.wait(ctx, next.Add(-lookAhead)) {
			d.end()
			return true, nil
		}
	}
}

func (d *dispatcher) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.running = false
	d.drain()
}

// endUnlessChanged ends the loop, unless somebody asked it to look again meanwhile:
// who asks a running loop relies on it.
func (d *dispatcher) endUnlessChanged() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.drain() {
		return false
	}
	d.running = false
	return true
}

func (d *dispatcher) drain() bool {
	select {
	case <-d.changed:
		return true
	default:
		return false
	}
}

// wait returns at the instant, or when the index changed; false when the context ended.
func (d *dispatcher) wait(ctx context.Context, instant time.Time) bool {
	timer := time.NewTimer(min(instant.Sub(d.service.Now()), longest))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-d.changed:
		return true
	case <-timer.C:
		return true
	}
}

// fireDue claims what is due now or within the look-ahead, and fires each at its time.
func (d *dispatcher) fireDue(ctx context.Context) error {
	for {
		now := d.service.Now()
		claims, err := d.store.ClaimReminders(ctx, now, now.Add(lookAhead), now.Add(lease), d.service.NewID(), batch)
		if err != nil || len(claims) == 0 {
			return err
		}
		d.fire(ctx, claims)
		if len(claims) < batch {
			return nil
		}
	}
}

// fire makes claimed reminders come, ordered by time. One that fails stays claimed
// until its lease ends, and is then claimed again.
func (d *dispatcher) fire(ctx context.Context, claims []todo.Claim) {
	slots := make(chan struct{}, senders)
	var open sync.WaitGroup
	defer open.Wait()
	for _, c := range claims {
		if !sleepUntil(ctx, d.service.Now, c.At) {
			return
		}
		slots <- struct{}{}
		open.Go(func() {
			defer func() { <-slots }()
			if err := d.service.Fire(ctx, d.store, c); err != nil {
				d.log.WarnContext(ctx, "reminder not fired, will be claimed again", "reminder", c.ReminderID, "error", err)
			}
		})
	}
}

// sleepUntil returns at the instant, never before; false when the context ended.
func sleepUntil(ctx context.Context, now func() time.Time, instant time.Time) bool {
	for {
		left := instant.Sub(now())
		if left <= 0 {
			return ctx.Err() == nil
		}
		timer := time.NewTimer(left)
		select {
		case <-ctx.Done():
			timer.Stop()
			return false
		case <-timer.C:
		}
	}
}

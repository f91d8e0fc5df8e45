package reminders

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"function/shared/todo"
	"function/shared/watch"
)

const (
	lookAhead = 2 * time.Second  // how long before its time a reminder is claimed
	lease     = 30 * time.Second // how long a claim keeps others away
	overdue   = 10_000           // overdue reminders looked up at once
	batch     = 1000             // reminders claimed at once
	atOnce    = 250              // reminders fired in one transaction
	senders   = 4                // transactions at once
	soonTries = 3                // failures after which a reminder waits for its lease
	maxFailed = 10_000           // reminders whose failures are remembered
)

// errNotFired is that a reminder failed, and may come when it is tried again at once.
var errNotFired = errors.New("reminders were not fired")

// store is the due index; a claim that its holder cannot use is given back.
type store interface {
	todo.ReminderStore
	Overdue(ctx context.Context, now time.Time, n int) ([][16]byte, error)
	FireOverdue(ctx context.Context, now time.Time, reminders [][16]byte, eventIDs []string) (int, error)
	ReleaseReminders(ctx context.Context, claims []todo.Claim) error
}

// dispatcher claims reminders and makes each come at its time.
type dispatcher struct {
	service  *todo.Service
	store    store
	log      *slog.Logger
	wait     watch.Wait
	oneByOne bool // fires them one after the other

	mu     sync.Mutex
	failed map[string]int // reminder → failures since it last came
}

// fireDue makes come what is due now or within the look-ahead, each at its time.
func (d *dispatcher) fireDue(ctx context.Context) error {
	for {
		found, came, err := d.fireOverdue(ctx)
		if err != nil {
			return err
		}
		if found < overdue || came == 0 {
			break
		}
	}
	return d.fireClaimed(ctx)
}

// fireOverdue fires what is due already without a claim: the statement that fires it takes
// it as well, and what two dispatchers find at once comes by one of them. It gives how many
// there were and how many came; what did not, whoever claims sees to.
func (d *dispatcher) fireOverdue(ctx context.Context) (found, came int, err error) {
	list, err := d.store.Overdue(ctx, d.service.Now(), overdue)
	if err != nil || len(list) == 0 {
		return 0, 0, err
	}
	var (
		total atomic.Int64
		open  sync.WaitGroup
		slots = make(chan struct{}, senders)
	)
	fire := func(part [][16]byte) {
		ids := make([]string, len(part))
		for i := range ids {
			ids[i] = d.service.NewID()
		}
		n, err := d.store.FireOverdue(ctx, d.service.Now().UTC().Truncate(time.Microsecond), part, ids)
		if err != nil {
			d.log.WarnContext(ctx, "overdue reminders not fired, will be claimed", "reminders", len(part), "error", err)
		}
		total.Add(int64(n))
	}
	if d.oneByOne {
		for part := range slices.Chunk(list, 1) {
			fire(part)
		}
		return len(list), int(total.Load()), nil
	}
	for part := range slices.Chunk(list, atOnce) {
		slots <- struct{}{}
		open.Go(func() {
			defer func() { <-slots }()
			fire(part)
		})
	}
	open.Wait()
	return len(list), int(total.Load()), nil
}

// fireClaimed claims what is due now or within the look-ahead, and fires each at its time.
func (d *dispatcher) fireClaimed(ctx context.Context) error {
	for {
		now := d.service.Now()
		claims, err := d.store.ClaimReminders(ctx, now, now.Add(lookAhead), now.Add(lease), d.service.NewID(), batch)
		if err != nil || len(claims) == 0 {
			return err
		}
		left, again := d.fire(ctx, claims)
		if len(again) > 0 {
			d.release(ctx, append(again, left...))
			return errNotFired
		}
		if len(left) > 0 {
			d.release(ctx, left)
			return ctx.Err()
		}
		if len(claims) < batch {
			return nil
		}
	}
}

// release gives claims back, so that whoever looks next need not wait for their lease.
func (d *dispatcher) release(ctx context.Context, claims []todo.Claim) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := d.store.ReleaseReminders(ctx, claims); err != nil {
		d.log.WarnContext(ctx, "claims not given back; they end with their lease", "reminders", len(claims), "error", err)
	}
}

// fire makes claimed reminders come, ordered by time and many in a transaction where
// many are due. It gives those whose time it did not live to see, and those that failed
// and are to be tried again at once.
func (d *dispatcher) fire(ctx context.Context, claims []todo.Claim) (left, again []todo.Claim) {
	slots := make(chan struct{}, senders)
	var open sync.WaitGroup
	var mu sync.Mutex
	send := func(due []todo.Claim) {
		failed := d.fireAll(ctx, due)
		mu.Lock()
		defer mu.Unlock()
		again = append(again, failed...)
	}
	for len(claims) > 0 && d.sleepUntil(ctx, claims[0].At) {
		due := claims[:d.together(claims)]
		claims = claims[len(due):]
		if d.oneByOne {
			send(due)
			continue
		}
		slots <- struct{}{}
		open.Go(func() {
			defer func() { <-slots }()
			send(due)
		})
	}
	open.Wait()
	return claims, again
}

// together is how many of the claims are due and go into one transaction; one at least.
func (d *dispatcher) together(claims []todo.Claim) int {
	n, now := 1, d.service.Now()
	for !d.oneByOne && n < min(len(claims), atOnce) && !claims[n].At.After(now) {
		n++
	}
	return n
}

// fireAll fires the claims together and, where that fails, each by itself: one that
// cannot be read keeps no other back. It gives those that are to be tried again at once:
// a database that was away for a moment costs a second. One that fails again and again
// stays claimed until its lease ends.
func (d *dispatcher) fireAll(ctx context.Context, claims []todo.Claim) (again []todo.Claim) {
	err := d.service.Fire(ctx, d.store, claims...)
	if err == nil {
		d.came(claims)
		return nil
	}
	if len(claims) == 1 {
		d.log.WarnContext(ctx, "reminder not fired, will be claimed again", "reminder", claims[0].ReminderID, "error", err)
		if d.fails(claims[0]) > soonTries {
			return nil
		}
		return claims
	}
	for _, c := range claims {
		again = append(again, d.fireAll(ctx, []todo.Claim{c})...)
	}
	return again
}

func (d *dispatcher) fails(c todo.Claim) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.failed == nil || len(d.failed) >= maxFailed {
		d.failed = map[string]int{}
	}
	d.failed[c.ReminderID]++
	return d.failed[c.ReminderID]
}

func (d *dispatcher) came(claims []todo.Claim) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.failed) > 0 {
		for _, c := range claims {
			delete(d.failed, c.ReminderID)
		}
	}
}

// sleepUntil returns true at the instant, never before; false when the context ended,
// or when the clock went back so far that the claim would end first.
func (d *dispatcher) sleepUntil(ctx context.Context, instant time.Time) bool {
	for {
		left := instant.Sub(d.service.Now())
		switch {
		case left <= 0:
			return ctx.Err() == nil
		case left > 2*lookAhead:
			return false
		case !d.wait(ctx, instant, nil):
			return false
		}
	}
}

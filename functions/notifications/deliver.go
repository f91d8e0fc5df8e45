package notifications

import (
	"context"
	"sync"
	"time"

	"function/shared/channel"
	"function/shared/postgres"
	"function/shared/todo"
)

const (
	sendLease   = time.Minute      // a try is this instance's for so long
	sendTimeout = 15 * time.Second // of one try
	senders     = 8                // tries at once
	sweepBatch  = 3 * senders      // so that a batch ends within its lease
	maxAttempts = 8
	firstWait   = 30 * time.Second // doubled with every try
	longestWait = time.Hour
)

// Why a delivery was cancelled.
const (
	detailDone     = "done"     // the task is done or gone, or the reminder was moved
	detailDisabled = "disabled" // the person does not want this channel now
	detailEmpty    = "empty"    // a digest with nothing to say
)

// delivery is one notification on its way to one channel.
type delivery struct {
	notification postgres.Notification
	postgres.Delivery
	attempt int
	to      *postgres.Recipient // as they were just read; nil: they are to be read
}

// sweep makes the digests that are due, and sends what waits: tries again, and what was
// held for quiet hours that are over.
func (f *function) sweep(ctx context.Context) error {
	if err := f.digests(ctx); err != nil {
		return err
	}
	for {
		now := f.Now()
		waiting, err := f.Store.ClaimDeliveries(ctx, now, now.Add(sendLease), sweepBatch)
		if err != nil || len(waiting) == 0 {
			return err
		}
		list := make([]delivery, 0, len(waiting))
		for _, w := range waiting {
			n, err := f.Store.Notification(ctx, w.Owner, w.NotificationID)
			if err != nil {
				return err
			}
			for _, d := range n.Deliveries {
				if d.Channel == w.Channel {
					list = append(list, delivery{n, d, w.Attempts, nil})
				}
			}
		}
		f.deliverAll(ctx, list)
	}
}

// deliverAll tries several at once, and returns when every one is settled.
func (f *function) deliverAll(ctx context.Context, list []delivery) {
	slots := make(chan struct{}, senders)
	var open sync.WaitGroup
	defer open.Wait()
	for _, d := range list {
		if f.OneByOne {
			f.deliver(ctx, d)
			continue
		}
		slots <- struct{}{}
		open.Go(func() {
			defer func() { <-slots }()
			f.deliver(ctx, d)
		})
	}
}

// deliver tries once and settles how that ended. What cannot even be settled is tried
// again when its lease has ended: what goes out goes out at least once, each time with
// the same key.
func (f *function) deliver(ctx context.Context, d delivery) {
	s, err := f.try(ctx, d)
	if todo.CodeOf(err) == todo.CodeVersionMismatch && err != nil {
		return // another's now, or at its end
	}
	if err != nil {
		f.Log.WarnContext(ctx, "delivery not tried, will be later", "notification", d.notification.ID, "error", err)
		return
	}
	n := d.notification
	s.Now = f.Now().UTC()
	if n.Kind == postgres.KindReminder { // the events are about tasks
		switch s.State {
		case postgres.Delivered:
			s.Told = append(s.Told, f.told(n, todo.EventNotificationDelivered, d.Kind, "", s.Now))
		case postgres.Failed:
			s.Told = append(s.Told, f.told(n, todo.EventNotificationFailed, d.Kind, s.Detail, s.Now))
		}
	}
	err = f.Store.Settle(ctx, n.Owner, n.ID, s)
	if todo.CodeOf(err) == todo.CodeConflict && s.State == postgres.Held {
		s.State, s.NextAt = postgres.Superseded, nil
		err = f.Store.Settle(ctx, n.Owner, n.ID, s)
	}
	if err != nil && todo.CodeOf(err) != todo.CodeVersionMismatch {
		f.Log.WarnContext(ctx, "delivery not settled, will be tried again", "notification", n.ID, "error", err)
	}
}

// try says how one try ended; an error is none: then nothing was sent. CodeVersionMismatch
// where the delivery is not this try's any more.
func (f *function) try(ctx context.Context, d delivery) (postgres.Settlement, error) {
	end := func(state, detail string) (postgres.Settlement, error) {
		settled := d.Delivery
		settled.State, settled.Detail = state, detail
		return postgres.Settlement{Delivery: settled}, nil
	}
	n := d.notification
	if d.to == nil {
		to, err := f.Store.Recipient(ctx, n.Owner)
		if err != nil {
			return postgres.Settlement{}, err
		}
		d.to = &to
	}
	c, there := d.to.Channel(d.Channel)
	switch {
	case !there:
		return end(postgres.Cancelled, channel.Removed)
	case !c.Usable():
		return end(postgres.Cancelled, detailDisabled)
	}
	prefs := d.to.Preferences
	until, quiet, err := prefs.Quiet(f.Todo.Calendar, f.Now())
	if err != nil {
		return postgres.Settlement{}, err
	}
	if quiet {
		s, _ := end(postgres.Held, d.Detail)
		s.NextAt = &until
		return s, nil
	}
	m, detail, err := f.message(ctx, n, prefs)
	if err != nil || detail != "" {
		if err != nil {
			return postgres.Settlement{}, err
		}
		return end(postgres.Cancelled, detail)
	}
	m.ChannelID = c.ID
	now := f.Now().UTC()
	if err := f.Store.BeginTry(ctx, n.Owner, n.ID, d.Channel, d.attempt, now, now.Add(sendLease)); err != nil {
		return postgres.Settlement{}, err
	}
	err = f.send(ctx, c, m, d.ID)
	if err == nil {
		return end(postgres.Delivered, "")
	}
	return f.failed(ctx, d, err), nil
}

// failed decides whether a failure is the end.
func (f *function) failed(ctx context.Context, d delivery, err error) postgres.Settlement {
	failure := channel.FailureOf(err)
	s := postgres.Settlement{Delivery: d.Delivery, Gone: failure.Gone}
	s.State, s.Detail = postgres.Failed, failure.Reason
	if !failure.Final && d.attempt < maxAttempts {
		s.State = postgres.Sending
		at := f.Now().UTC().Add(max(f.wait(d.attempt), failure.After))
		s.NextAt = &at
	}
	f.Log.WarnContext(ctx, "not delivered", "notification", d.notification.ID, "channel", d.Kind, "attempt", d.attempt, "state", s.State, "reason", failure.Reason)
	return s
}

// wait is how long to wait after a try: twice as long each time, and a quarter more or
// less, so that what failed together does not come back together.
func (f *function) wait(attempt int) time.Duration {
	wait := min(firstWait<<min(max(attempt-1, 0), 10), longestWait)
	return time.Duration(float64(wait) * (0.75 + f.jitter()/2))
}

// send uses a channel once.
func (f *function) send(ctx context.Context, c postgres.Channel, m channel.Message, key string) error {
	by, ok := f.channels[c.Kind]
	if !ok {
		return &channel.Failure{Reason: channel.Unavailable, Final: true}
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	return by.Send(ctx, channel.Address(c.Address), m, key)
}

// message writes what a notification says now; a detail says that nobody needs it.
func (f *function) message(ctx context.Context, n postgres.Notification, prefs todo.Preferences) (m channel.Message, detail string, err error) {
	if n.Kind == postgres.KindDigest {
		digest, err := f.digestOf(ctx, prefs)
		if err != nil || digest.Empty() {
			return m, detailEmpty, err
		}
		return f.writeDigest(n, prefs, digest), "", nil
	}
	wanted, err := f.Store.Wanted(ctx, n)
	if err != nil || !wanted {
		return m, detailDone, err
	}
	return f.writeReminder(n, prefs), "", nil
}

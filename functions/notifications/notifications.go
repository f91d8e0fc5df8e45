// Package notifications brings a reminder that came to its person, on every channel
// that the person uses, and says what became of it. It also sends the daily digest, and
// looks after the channels.
package notifications

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"math/big"
	mathrand "math/rand/v2"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"

	"function/shared/channel"
	"function/shared/config"
	"function/shared/events"
	"function/shared/host"
	"function/shared/outbound"
	"function/shared/postgres"
	"function/shared/todo"
	"function/shared/watch"
	"function/shared/webhook"
	"function/shared/webpush"
)

const consumer = "notifications"

const (
	// watchPath is for the function itself: no route leads to it from outside.
	watchPath = "/notifications/watch"
	// watchWindow is the ticks' period (eventing/pingsource.yaml) and what one may be late:
	// each tick has the reminders wake this function if anything is to be sent before the next.
	watchWindow = 4*time.Minute + 30*time.Second
)

// Register mounts the function's endpoints.
func Register(mux *http.ServeMux, api huma.API, h *host.Host) {
	f := newFunction(h)
	mux.Handle("/events/notifications", events.Receiver(h.Log, f.handle))
	mux.Handle("POST "+watchPath, f.watch)
	f.operations(api)
	f.channelOperations(api)
}

type function struct {
	*host.Host
	channels map[string]channel.Channel
	outputs  map[string]config.Output // bindings that people may choose
	keys     webpush.Keys
	policy   outbound.Policy
	watch    *watch.Watch

	code   func() string  // six random digits
	random func([]byte)   // random bytes
	jitter func() float64 // a random number from 0 to 1
}

func newFunction(h *host.Host) *function {
	f := &function{
		Host: h, policy: outbound.Policy{AllowPrivate: h.Config.AllowPrivate},
		code: randomCode, random: func(b []byte) { _, _ = rand.Read(b) }, jitter: mathrand.Float64,
	}
	if h.Jitter != nil {
		f.jitter = h.Jitter
	}
	log := h.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	var err error
	if f.outputs, err = h.Config.Outputs(); err != nil {
		log.Error("no bindings are offered", "error", err)
	}
	if key := h.Config.VAPIDPrivateKey; key != "" {
		if f.keys, err = webpush.ParseKeys(key); err != nil {
			log.Error("web push is not offered: VAPID_PRIVATE_KEY", "error", err)
		}
	}
	client := f.policy.Client()
	f.channels = map[string]channel.Channel{
		channel.Email:   &mailer{f},
		channel.WebPush: &webpush.Sender{Keys: f.keys, Subject: h.Config.VAPIDSubject, Client: client, Now: h.Now},
		channel.Webhook: &webhook.Sender{Client: client, Now: h.Now},
		channel.Binding: &binder{f},
	}
	if h.OneByOne {
		f.jitter = func() float64 { return 0.5 }
	}
	f.watch = f.newWatch()
	return f
}

// newWatch keeps the instance up for what is to be sent soon: digests, tries again, and
// what waits for the end of quiet hours.
func (f *function) newWatch() *watch.Watch {
	w := &watch.Watch{
		Address: f.Config.Self() + watchPath, Lasts: f.Config.StreamTimeout, Window: watchWindow, Now: f.Now, Log: f.Log, Due: f.sweep, Wait: f.Wait, Call: f.Call,
		Next: func(ctx context.Context, _ time.Time) (*time.Time, error) { return f.Store.NextDelivery(ctx) },
	}
	return w.Ready()
}

func randomCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // crypto/rand never fails
	}
	return fmt.Sprintf("%06d", n)
}

// handle takes a reminder that came, or word that something is owed, which always leads
// to a watch. What could not be sent, or is held for a short time, does too.
func (f *function) handle(ctx context.Context, e cloudevents.Event) error {
	if e.Type() == events.Owed {
		f.watch.Wake(ctx)
		return nil
	}
	n, err := events.Decode(e)
	if err != nil || n.Kind != todo.EventReminderDue {
		return err
	}
	if err := f.notify(ctx, n); err != nil {
		return err
	}
	if err := f.watch.WakeIfSoon(ctx); err != nil {
		f.Log.WarnContext(ctx, "not known what is to be sent next; the next tick tells", "error", err)
	}
	return nil
}

// notify records what is to be sent before anything is sent. In the app a notification
// is delivered by being there; the channels are used after the commit, or after the
// quiet hours.
func (f *function) notify(ctx context.Context, n events.Notice) error {
	if n.ReminderID == "" || n.RemindAt.IsZero() {
		return todo.Errorf(todo.CodeInvalid, "the event names no reminder")
	}
	title, err := f.Store.OpenText(ctx, n.Owner, n.Data.Payload.Title)
	if err != nil {
		return err // a text of somebody else's is never taken; a database that is away is waited for
	}
	now := f.Now().UTC().Truncate(time.Microsecond)
	record := postgres.Notification{
		ID: f.NewID(), Owner: n.Owner, Kind: postgres.KindReminder, TaskID: n.TaskID, ReminderID: n.ReminderID, RemindAt: n.RemindAt, DueAt: dueOf(n),
		Title: title, CreatedAt: now,
		Deliveries: []postgres.Delivery{{ID: f.NewID(), Channel: channel.InApp, Kind: channel.InApp, State: postgres.Delivered}},
	}
	inApp := f.told(record, todo.EventNotificationDelivered, channel.InApp, "", now)
	return f.announce(ctx, record, func(c postgres.Channel) bool { return c.Reminders }, postgres.Writing{Receipt: n.Receipt(consumer), Told: []todo.Event{inApp}})
}

// announce keeps a notification with a delivery for each channel that wants it, and
// sends what may be sent now.
func (f *function) announce(ctx context.Context, record postgres.Notification, wants func(postgres.Channel) bool, w postgres.Writing) error {
	to, err := f.Store.Recipient(ctx, record.Owner)
	if err != nil {
		return err
	}
	until, quiet, err := to.Preferences.Quiet(f.Todo.Calendar, record.CreatedAt)
	if err != nil {
		return err
	}
	record.Silent = quiet
	for _, c := range to.Channels {
		if !c.Usable() || !wants(c) {
			continue
		}
		d := postgres.Delivery{ID: f.NewID(), Channel: c.ID, Kind: c.Kind, State: postgres.Sending}
		if quiet {
			d.State, d.Until = postgres.Held, &until
		}
		record.Deliveries = append(record.Deliveries, d)
	}
	w.Until = record.CreatedAt.Add(sendLease)
	if err := f.Store.Notify(ctx, record, w); err != nil {
		return err
	}
	var now []delivery
	for _, d := range record.Deliveries {
		if d.State == postgres.Sending {
			now = append(now, delivery{record, d, 1, &to})
		}
	}
	f.deliverAll(ctx, now)
	return nil
}

func dueOf(n events.Notice) *time.Time {
	if at, err := time.Parse(time.RFC3339, n.Data.Payload.DueDate); err == nil {
		return &at
	}
	return nil
}

// told is the event that tells how a delivery ended.
func (f *function) told(n postgres.Notification, kind todo.EventKind, channelKind, detail string, now time.Time) todo.Event {
	return todo.Event{
		ID: f.NewID(), Kind: kind, At: now, Actor: todo.ActorNotifications, Channel: channelKind, Detail: detail,
		Task:     todo.Task{ID: n.TaskID, Owner: n.Owner, Title: n.Title, Priority: todo.PriorityMedium},
		Reminder: &todo.Reminder{ID: n.ReminderID, At: n.RemindAt},
	}
}

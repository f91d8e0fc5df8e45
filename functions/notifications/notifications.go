// Package notifications brings a reminder that came to its person, on every channel
// that the person uses, and says what became of it.
package notifications

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"

	"function/shared/events"
	"function/shared/host"
	"function/shared/postgres"
	"function/shared/todo"
)

const consumer = "notifications"

// The channels.
const (
	channelInApp = "in-app"
	channelMail  = "email"
)

// Register mounts the function's endpoints.
func Register(mux *http.ServeMux, api huma.API, h *host.Host) {
	f := &function{Host: h}
	mux.Handle("/events/notifications", events.Receiver(h.Log, f.handle))
	f.operations(api)
}

type function struct{ *host.Host }

// handle takes a reminder that came, or the tick: then what could not be sent before
// is tried again.
func (f *function) handle(ctx context.Context, e cloudevents.Event) error {
	if e.Type() == events.Tick {
		return f.sweep(ctx)
	}
	n, err := events.Decode(e)
	if err != nil || n.Kind != todo.EventReminderDue {
		return err
	}
	return f.notify(ctx, n)
}

// notify records what is to be sent before anything is sent. In the app a notification
// is delivered by being there; mail is sent after the commit, and its sending settled.
func (f *function) notify(ctx context.Context, n events.Notice) error {
	if n.ReminderID == "" || n.RemindAt.IsZero() {
		return todo.Errorf(todo.CodeInvalid, "the event names no reminder")
	}
	prefs, err := f.Store.Preferences(ctx, n.Owner)
	if err != nil {
		return err
	}
	title, err := f.Store.OpenText(ctx, n.Owner, n.Data.Payload.Title)
	if err != nil {
		return todo.Errorf(todo.CodeInvalid, "%w", err)
	}
	now := f.Now().UTC()
	record := postgres.Notification{
		ID: f.NewID(), Owner: n.Owner, TaskID: n.TaskID, ReminderID: n.ReminderID, RemindAt: n.RemindAt, DueAt: dueOf(n), Title: title, CreatedAt: now,
		Deliveries: []postgres.Delivery{{Channel: channelInApp, State: postgres.Delivered}},
	}
	if prefs.EmailReminders && prefs.Email != "" {
		record.Deliveries = append(record.Deliveries, postgres.Delivery{Channel: channelMail, State: postgres.Sending})
	}
	told := []todo.Event{f.told(record, todo.EventNotificationDelivered, channelInApp, "", now)}
	if err := f.Store.Notify(ctx, record, *n.Receipt(consumer), now.Add(sendLease), told); err != nil {
		return err
	}
	if len(record.Deliveries) > 1 {
		f.send(ctx, record, prefs, 1)
	}
	return nil
}

func dueOf(n events.Notice) *time.Time {
	if at, err := time.Parse(time.RFC3339, n.Data.Payload.DueDate); err == nil {
		return &at
	}
	return nil
}

// told is the event that tells how a delivery ended.
func (f *function) told(n postgres.Notification, kind todo.EventKind, channel, detail string, now time.Time) todo.Event {
	return todo.Event{
		ID: f.NewID(), Kind: kind, At: now, Actor: todo.ActorNotifications, Channel: channel, Detail: detail,
		Task:     todo.Task{ID: n.TaskID, Owner: n.Owner, Title: n.Title, Priority: todo.PriorityMedium},
		Reminder: &todo.Reminder{ID: n.ReminderID, At: n.RemindAt},
	}
}

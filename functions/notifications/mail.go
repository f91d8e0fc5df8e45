package notifications

import (
	"context"
	"errors"
	"fmt"
	"html"
	"time"

	"function/shared/dapr"
	"function/shared/language/words"
	"function/shared/postgres"
	"function/shared/todo"
)

const (
	sendLease   = time.Minute      // a try is this function's for so long
	sendTimeout = 15 * time.Second // of one try
	maxAttempts = 8
	firstWait   = 30 * time.Second // doubled with every try
	sweepBatch  = 100
)

// mailBinding is the Dapr output binding that takes mail (infra/dapr).
const mailBinding = "mail"

// sweep tries again what could not be sent before.
func (f *function) sweep(ctx context.Context) error {
	for {
		now := f.Now()
		waiting, err := f.Store.ClaimDeliveries(ctx, now, now.Add(sendLease), sweepBatch)
		if err != nil || len(waiting) == 0 {
			return err
		}
		for _, w := range waiting {
			if err := f.sendAgain(ctx, w); err != nil {
				return err
			}
		}
	}
}

func (f *function) sendAgain(ctx context.Context, w postgres.Waiting) error {
	n, err := f.Store.Notification(ctx, w.Owner, w.NotificationID)
	if err != nil {
		return err
	}
	prefs, err := f.Store.Preferences(ctx, w.Owner)
	if err != nil {
		return err
	}
	f.send(ctx, n, prefs, w.Attempts)
	return nil
}

// send mails a notification and settles how that ended. What cannot even be settled is
// tried again when its lease has ended: mail is sent at least once.
func (f *function) send(ctx context.Context, n postgres.Notification, prefs todo.Preferences, attempt int) {
	outcome := postgres.Delivery{Channel: channelMail, State: postgres.Delivered}
	var next *time.Time
	err := errNoAddress
	if prefs.Email != "" {
		err = f.mail(ctx, n, prefs)
	}
	now := f.Now().UTC()
	switch {
	case err == nil:
	case !dapr.Retryable(err) || errors.Is(err, errNoAddress) || attempt >= maxAttempts:
		outcome.State, outcome.Detail = postgres.Failed, reason(err)
	default:
		outcome.State, outcome.Detail = postgres.Sending, reason(err)
		at := now.Add(firstWait << (attempt - 1))
		next = &at
	}
	if err != nil {
		f.Log.WarnContext(ctx, "mail not sent", "notification", n.ID, "attempt", attempt, "state", outcome.State, "error", err)
	}
	var told []todo.Event
	switch outcome.State {
	case postgres.Delivered:
		told = append(told, f.told(n, todo.EventNotificationDelivered, channelMail, "", now))
	case postgres.Failed:
		told = append(told, f.told(n, todo.EventNotificationFailed, channelMail, outcome.Detail, now))
	}
	if err := f.Store.Settle(ctx, n.Owner, n.ID, outcome, now, next, told); err != nil && todo.CodeOf(err) != todo.CodeVersionMismatch {
		f.Log.WarnContext(ctx, "delivery not settled, will be tried again", "notification", n.ID, "error", err)
	}
}

var errNoAddress = errors.New("there is no address any more")

// reason says why in words that hold nothing personal.
func reason(err error) string {
	switch {
	case errors.Is(err, errNoAddress):
		return "there is no address"
	case !dapr.Retryable(err):
		return "the mail server refused it"
	default:
		return "the mail server could not be reached"
	}
}

func (f *function) mail(ctx context.Context, n postgres.Notification, prefs todo.Preferences) error {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	subject, body := compose(n, prefs, f.Now())
	return f.Dapr.SendMail(ctx, mailBinding, dapr.Mail{To: prefs.Email, Subject: subject, HTML: body})
}

// compose writes the mail: HTML, as Dapr's SMTP binding sends it, of escaped text.
func compose(n postgres.Notification, prefs todo.Preferences, now time.Time) (subject, body string) {
	zone, err := time.LoadLocation(prefs.Zone())
	if err != nil {
		zone = time.UTC
	}
	body = "<p><strong>" + html.EscapeString(n.Title) + "</strong></p>"
	if n.DueAt != nil {
		local := n.DueAt.In(zone)
		body += "<p>Due " + html.EscapeString(words.Due(local.Format(time.DateOnly), local.Format("15:04"), now.In(zone), prefs.Language)) + ".</p>"
	}
	if late := now.Sub(n.RemindAt); late >= time.Minute {
		body += fmt.Sprintf("<p>This comes %d minutes late: Nudge was not running when it was time.</p>", int(late.Minutes()))
	}
	return "Reminder: " + singleLine(n.Title), body
}

// singleLine keeps a header from ending early, whatever a title holds.
func singleLine(text string) string {
	clean := make([]rune, 0, len(text))
	for _, r := range text {
		if r == '\r' || r == '\n' {
			r = ' '
		}
		clean = append(clean, r)
	}
	return string(clean)
}

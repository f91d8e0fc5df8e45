// Package channel is what every way to reach a person has in common: the message, and
// how sending it can fail.
package channel

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"
)

// The kinds of channels.
const (
	InApp   = "in-app"
	Email   = "email"
	WebPush = "webpush"
	Webhook = "webhook"
	Binding = "binding"
)

// The kinds of messages.
const (
	Reminder = "reminder"
	Digest   = "digest"
	Code     = "code" // proves the address
	Test     = "test"
)

// Message is what is sent, in the person's language. Programs read the JSON form.
type Message struct {
	Kind         string     `json:"kind"`
	Title        string     `json:"title"` // one line
	Text         string     `json:"text,omitempty"`
	Link         string     `json:"link,omitempty"` // the page
	ChannelID    string     `json:"channel_id,omitempty"`
	Notification string     `json:"notification_id,omitempty"`
	TaskID       string     `json:"task_id,omitempty"`
	Code         string     `json:"code,omitempty"`
	At           time.Time  `json:"at"` // when it was due
	DueAt        *time.Time `json:"due_at,omitempty"`
	LateSeconds  int        `json:"late_seconds,omitempty"`
	Overdue      []Item     `json:"overdue,omitempty"` // of a digest
	Today        []Item     `json:"today,omitempty"`   // of a digest
	Language     string     `json:"language"`
}

// Item is a task in a digest.
type Item struct {
	TaskID string `json:"task_id"`
	Title  string `json:"title"`
	Due    string `json:"due"` // in words
}

// Address is where a channel leads.
type Address struct {
	To      string // a mail address, a URL, or what a binding takes
	Binding string // its name in the configuration
	Secret  string // signs what a webhook is sent
	P256dh  string // of a push subscription
	Auth    string // of a push subscription
}

// Channel sends messages. The key is the same for every try of one message: who gets
// two messages with one key got one message twice. An error is a *Failure, or is tried
// again.
type Channel interface {
	Send(ctx context.Context, to Address, m Message, key string) error
}

// The reasons of failures. They are told to people and to programs, and hold nothing
// personal.
const (
	Refused     = "refused"     // the other side will never take it
	Unreachable = "unreachable" // nobody answered in time
	Busy        = "busy"        // the other side asks for patience
	Gone        = "gone"        // the address is no longer one
	Forbidden   = "forbidden"   // the address leads inside our own network
	Unavailable = "unavailable" // this installation does not offer the channel
	Removed     = "removed"     // the person took the channel away
)

// Failure is why a message was not sent.
type Failure struct {
	Reason string
	Final  bool          // trying again changes nothing
	Gone   bool          // nothing will ever arrive there
	After  time.Duration // how long the other side wants to be left alone
	Cause  error
}

// Error implements error. The cause may name an address: it is not in the text.
func (f *Failure) Error() string { return "not sent: " + f.Reason }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// FailureOf gives an error's failure; one of another origin may be over next time.
func FailureOf(err error) *Failure {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	return &Failure{Reason: Unreachable, Cause: err}
}

// Answered turns an HTTP answer into an error: 2xx is none; 408, 425, 429 and 5xx may be
// over later, with Retry-After honoured; every other one is final.
func Answered(response *http.Response, now time.Time) error {
	status := response.StatusCode
	switch {
	case status/100 == 2:
		return nil
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		return &Failure{Reason: Busy, After: retryAfter(response.Header.Get("Retry-After"), now)}
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status/100 == 5:
		return &Failure{Reason: Unreachable, After: retryAfter(response.Header.Get("Retry-After"), now)}
	default:
		return &Failure{Reason: Refused, Final: true}
	}
}

// longestWait bounds what another side can ask for.
const longestWait = 24 * time.Hour

// retryAfter reads a Retry-After header (RFC 9110 §10.2.3): seconds or a date.
func retryAfter(value string, now time.Time) time.Duration {
	var wait time.Duration
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), longestWait)
}

// Unanswered turns the error of a call that got no answer into a failure; forbidden says
// that the address may not be called at all.
func Unanswered(err error, forbidden bool) error {
	if forbidden {
		return &Failure{Reason: Forbidden, Final: true, Cause: err}
	}
	return &Failure{Reason: Unreachable, Cause: err}
}

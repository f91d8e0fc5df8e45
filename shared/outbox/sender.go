// Package outbox publishes committed events to the broker: right after their commit
// by the process that wrote them, and by a sweep what that left behind.
//
// An event is published at least once. It stops waiting only when the broker has
// said that it has it, so a process may be killed anywhere in between.
package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"

	"function/shared/events"
)

// Sender posts events to the sink that a SinkBinding names, in binary mode.
type Sender struct {
	sink      string
	overrides map[string]string
	client    *http.Client
	asked     asked
}

// ErrNoSink is Send's answer where no sink is configured.
var ErrNoSink = errors.New("K_SINK is not set: events wait in the outbox")

// sendTimeout bounds one post; the sweep comes back to what it cuts off. It is longer
// than functions take to wake up: an InMemoryChannel answers only when every subscriber
// has, and takes the event back from all of them when it is cut off.
const sendTimeout = 50 * time.Second

// NewSender makes a Sender. overrides is K_CE_OVERRIDES: {"extensions": {…}}, to be
// put on every event; both may be empty.
func NewSender(sink, overrides string) (*Sender, error) {
	s := &Sender{sink: sink, client: &http.Client{Timeout: sendTimeout, Transport: &http.Transport{
		MaxIdleConnsPerHost: workers, MaxConnsPerHost: 2 * workers, IdleConnTimeout: time.Minute,
	}}}
	if u, err := url.Parse(sink); sink != "" && (err != nil || u.Host == "") {
		return nil, fmt.Errorf("K_SINK is no URL")
	}
	if overrides == "" {
		return s, nil
	}
	var parsed struct {
		Extensions map[string]string `json:"extensions"`
	}
	if err := json.Unmarshal([]byte(overrides), &parsed); err != nil {
		return nil, fmt.Errorf("K_CE_OVERRIDES is not {\"extensions\": {…}}: %w", err)
	}
	s.overrides = parsed.Extensions
	return s, nil
}

// Refusal is a broker's answer other than success.
type Refusal struct {
	Status     int
	RetryAfter time.Duration // 0: it did not say
}

// Error implements error.
func (r *Refusal) Error() string { return "the broker answered " + strconv.Itoa(r.Status) }

// Send posts one event, given in structured mode, and returns when the broker has it.
func (s *Sender) Send(ctx context.Context, structured []byte) error {
	if s.sink == "" {
		return ErrNoSink
	}
	var event cloudevents.Event
	if err := json.Unmarshal(structured, &event); err != nil {
		return fmt.Errorf("a stored event does not parse: %w", err)
	}
	for name, value := range s.overrides {
		event.SetExtension(name, value)
	}
	request, err := cehttp.NewHTTPRequestFromEvent(ctx, s.sink, event)
	if err != nil {
		return err
	}
	defer events.Publish(ctx, event, request.Header).End()
	return s.post(request)
}

// post returns when the broker has what the request carries.
func (s *Sender) post(request *http.Request) error {
	response, err := s.client.Do(request)
	if err != nil {
		return err
	}
	discard(response)
	if response.StatusCode/100 != 2 {
		return &Refusal{Status: response.StatusCode, RetryAfter: retryAfter(response.Header)}
	}
	return nil
}

// patience is the most that a broker can ask for.
const patience = time.Hour

// retryAfter reads how long a broker wants to be left alone (RFC 9110, 10.2.3): seconds, or
// a date by the broker's own clock. 0: it does not say.
func retryAfter(header http.Header) time.Duration {
	text := header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, patience)
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), patience)
}

// discard reads an answer to its end, so that the connection is used again.
func discard(response *http.Response) {
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10))
	_ = response.Body.Close()
}

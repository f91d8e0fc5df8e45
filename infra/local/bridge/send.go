package bridge

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"time"

	"github.com/cloudevents/sdk-go/v2/binding"
	"github.com/cloudevents/sdk-go/v2/event"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
	"github.com/cloudevents/sdk-go/v2/types"
)

// answer is what came of sending an event once.
type answer struct {
	url         string
	status      int    // 0 where nobody answered
	body        []byte // of a refusal, at most maxErrorData
	retryAfter  time.Duration
	reply       *event.Event
	err         error // nil when the receiver took the event
	unreachable bool  // no connection came about: the event was not seen by anyone
}

// maxErrorData is how much of a refusal a dead letter carries, as in Knative's dispatcher.
const maxErrorData = 1024

// sender posts events the way Knative's dispatchers do.
type sender struct {
	client *http.Client
	now    func() time.Time
}

func newSender(now func() time.Time) *sender {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil // a subscriber is a part of this system
	transport.MaxIdleConnsPerHost = mostCalls
	transport.MaxIdleConns = 0
	return &sender{client: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // a delivery is not redirected
	}}, now: now}
}

func (s *sender) send(ctx context.Context, url, namespace string, timeout time.Duration, e event.Event) answer {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	a := answer{url: url}
	request, err := newRequest(ctx, url, namespace, e)
	if err != nil {
		a.err = err
		return a
	}
	response, err := s.client.Do(request)
	if err != nil {
		var dial *net.OpError
		a.err, a.unreachable = err, errors.As(err, &dial) && dial.Op == "dial"
		return a
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		a.err = err
		return a
	}
	a.status, a.retryAfter = response.StatusCode, retryAfter(response, s.now())
	if a.status < 200 || a.status > 299 {
		a.err, a.body = errors.New("answered "+response.Status), body[:min(len(body), maxErrorData)]
		return a
	}
	a.reply, a.err = readReply(response.Header, body)
	return a
}

func newRequest(ctx context.Context, url, namespace string, e event.Event) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, nil)
	if err != nil {
		return nil, err
	}
	if !headerSafe(e) {
		ctx = binding.WithForceStructured(ctx)
	}
	if err := cehttp.WriteRequest(ctx, binding.ToMessage(&e), request); err != nil {
		return nil, err
	}
	request.Header.Set("Prefer", "reply")
	request.Header.Set("Kn-Namespace", namespace)
	if parent, ok := e.Extensions()["traceparent"].(string); ok {
		request.Header.Set("Traceparent", parent)
	}
	return request, nil
}

// headerSafe reports whether every attribute can stand in an HTTP header as it is. The
// SDK does not percent-encode, so other events travel in structured mode.
func headerSafe(e event.Event) bool {
	texts := []string{e.ID(), e.Source(), e.Type(), e.Subject(), e.DataSchema(), e.DataContentType()}
	for _, value := range e.Extensions() {
		text, err := types.Format(value)
		if err != nil {
			return false
		}
		texts = append(texts, text)
	}
	for _, text := range texts {
		for _, c := range []byte(text) {
			if c < 0x20 || c > 0x7e {
				return false
			}
		}
	}
	return true
}

var errNoReply = errors.New("answered with a body that is no CloudEvent")

// readReply gives the event in a 2xx answer, if there is one. A body that is no event is
// an error, as it is for Knative's Kafka broker.
func readReply(header http.Header, body []byte) (*event.Event, error) {
	if len(body) > maxBody {
		return nil, errors.New("answered with an event larger than 1 MiB")
	}
	media, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	var e event.Event
	switch {
	case media == event.ApplicationCloudEventsJSON:
		if err := json.Unmarshal(body, &e); err != nil {
			return nil, errors.Join(errNoReply, err)
		}
	case header.Get("Ce-Specversion") != "":
		read, err := cehttp.NewEventFromHTTPResponse(&http.Response{Header: header, Body: io.NopCloser(bytes.NewReader(body))})
		if err != nil {
			return nil, errors.Join(errNoReply, err)
		}
		e = *read
	case len(body) == 0:
		return nil, nil
	default:
		return nil, errNoReply
	}
	if err := e.Validate(); err != nil {
		return nil, errors.Join(errNoReply, err)
	}
	return &e, nil
}

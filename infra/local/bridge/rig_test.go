package bridge_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/cloudevents/sdk-go/v2/binding"
	"github.com/cloudevents/sdk-go/v2/event"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"function/infra/local/bridge"
	"function/infra/local/broker"
)

const patience = 30 * time.Second

const oneBroker = `
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata: {name: default}
`

// oneTrigger takes task events to the path /events/a, with quick retries.
func oneTrigger(name, filters string) string {
	return fmt.Sprintf(`
---
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata: {name: %[1]s}
spec:
  broker: default
  filters: %[2]s
  subscriber: {ref: {apiVersion: serving.knative.dev/v1, kind: Service, name: nudge-%[1]s}, uri: /events/%[1]s}
  delivery:
    retry: 3
    backoffPolicy: exponential
    backoffDelay: PT0.02S
    deadLetterSink: {ref: {apiVersion: serving.knative.dev/v1, kind: Service, name: nudge-deadletters}, uri: /events/deadletters}
`, name, filters)
}

const taskEvents = "[{prefix: {type: dev.nudge.task.}}]"

// call is one delivery as a subscriber sees it.
type call struct {
	path   string
	header http.Header
	event  event.Event
	at     time.Time
}

// subscriber is the functions process: it tells of every call, and answers as it is told.
type subscriber struct {
	*httptest.Server
	calls  chan call
	mu     sync.Mutex
	answer func(http.ResponseWriter, call)
}

func newSubscriber(t *testing.T) *subscriber {
	s := &subscriber{calls: make(chan call, 100_000)}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *subscriber) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e, err := cehttp.NewEventFromHTTPRequest(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c := call{r.URL.Path, r.Header, *e, time.Now()}
	s.mu.Lock()
	answer := s.answer
	s.mu.Unlock()
	s.calls <- c
	if answer != nil {
		answer(w, c)
	}
}

func (s *subscriber) answerWith(f func(http.ResponseWriter, call)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = f
}

// status answers with a code on the path of a, and takes everything else.
func status(code int) func(http.ResponseWriter, call) {
	return func(w http.ResponseWriter, c call) {
		if c.path == "/events/a" {
			w.WriteHeader(code)
			_, _ = io.WriteString(w, "no good")
		}
	}
}

func (s *subscriber) next(t *testing.T) call {
	t.Helper()
	select {
	case c := <-s.calls:
		return c
	case <-time.After(patience):
		require.Fail(t, "no delivery")
		return call{}
	}
}

func startBroker(t *testing.T, o broker.Options) *broker.Broker {
	t.Helper()
	b, err := broker.Start(o)
	require.NoError(t, err)
	return b
}

// start runs a bridge until stop, which waits for its end.
func start(t *testing.T, o bridge.Options) (b *bridge.Bridge, stop func()) {
	t.Helper()
	b, err := bridge.New(o)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-ended:
			require.NoError(t, err)
		case <-time.After(patience):
			require.Fail(t, "the bridge does not end")
		}
	})
	t.Cleanup(stop)
	select {
	case <-b.Ready():
	case <-time.After(patience):
		require.Fail(t, "the bridge does not become ready")
	}
	return b, stop
}

func files(manifests ...string) fstest.MapFS {
	return fstest.MapFS{"all.yaml": {Data: []byte(strings.Join(manifests, "\n"))}}
}

// resolveTo maps every Service to one process, as the laptop's runner does.
func resolveTo(s *subscriber) func(bridge.Ref, string) (string, error) {
	return func(ref bridge.Ref, uri string) (string, error) {
		if ref.Kind != "Service" || !strings.HasPrefix(ref.Name, "nudge-") || !strings.HasPrefix(ref.Namespace, namespace) {
			return "", fmt.Errorf("no such thing as %+v", ref)
		}
		return s.URL + uri, nil
	}
}

const namespace = "nudge"

// rig is a bridge at work, with a subscriber.
type rig struct {
	*subscriber
	bridge    *bridge.Bridge
	namespace string
	stop      func()
}

// newRig runs a bridge on a broker in memory or, where KAFKA_BROKERS names one, on a real
// Kafka, with a topic of its own.
func newRig(t *testing.T, manifests ...string) rig {
	t.Helper()
	o := bridge.Options{Manifests: files(append([]string{oneBroker}, manifests...)...), Namespace: namespace, HoldFor: -1}
	if addrs := os.Getenv("KAFKA_BROKERS"); addrs != "" {
		o.Brokers, o.Namespace = strings.Split(addrs, ","), namespace+"-"+uuid.NewString()
	} else {
		kafka := startBroker(t, broker.Options{})
		t.Cleanup(func() { require.NoError(t, kafka.Close()) })
		o.Brokers = kafka.Addrs()
	}
	s := newSubscriber(t)
	o.Resolve = resolveTo(s)
	b, stop := start(t, o)
	return rig{s, b, o.Namespace, stop}
}

// on is a rig of a bridge that was started by hand.
func on(b *bridge.Bridge) rig { return rig{bridge: b, namespace: namespace} }

func task(id string) event.Event {
	e := event.New()
	e.SetID(id)
	e.SetSource("/nudge/tasks")
	e.SetType("dev.nudge.task.created.v1")
	e.SetSubject("tasks/7")
	e.SetTime(time.Date(2026, 11, 23, 18, 0, 0, 123456000, time.UTC))
	e.SetDataSchema("urn:nudge:schema:dev.nudge.task.created.v1")
	e.SetExtension("partitionkey", "user-"+id)
	e.SetExtension("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
	if err := e.SetData(event.ApplicationJSON, []byte(`{"n":"`+id+`"}`)); err != nil {
		panic(err)
	}
	return e
}

// post sends events to the ingress and gives its answer.
func (r rig) post(t *testing.T, events ...event.Event) *httptest.ResponseRecorder {
	t.Helper()
	path := "/" + r.namespace + "/default"
	var request *http.Request
	var err error
	if len(events) == 1 {
		request, err = cehttp.NewHTTPRequestFromEvent(t.Context(), path, events[0])
	} else {
		request, err = cehttp.NewHTTPRequestFromEvents(t.Context(), path, events)
	}
	require.NoError(t, err)
	w := httptest.NewRecorder()
	r.bridge.Handler().ServeHTTP(w, request)
	return w
}

func (r rig) accept(t *testing.T, events ...event.Event) {
	t.Helper()
	w := r.post(t, events...)
	require.Equal(t, http.StatusAccepted, w.Code, w.Body.String())
}

// postRaw sends to the rig's broker, or to the path that is given.
func (r rig) postRaw(path string, header map[string]string, body []byte) *httptest.ResponseRecorder {
	if path == "" {
		path = "/" + r.namespace + "/default"
	}
	request := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
	for name, value := range header {
		request.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	r.bridge.Handler().ServeHTTP(w, request)
	return w
}

func messageOf(e event.Event) binding.Message { return binding.ToMessage(&e) }

func render(h http.Handler, path string) string {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Body.String()
}

func contextOf(t *testing.T) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	return ctx, cancel
}

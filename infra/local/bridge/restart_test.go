package bridge_test

import (
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/infra/local/bridge"
	"function/infra/local/broker"
)

// portOf lets a broker come back where it was.
func portOf(t *testing.T, b *broker.Broker) int {
	t.Helper()
	_, text, err := net.SplitHostPort(b.Addrs()[0])
	require.NoError(t, err)
	port, err := strconv.Atoi(text)
	require.NoError(t, err)
	return port
}

// TestRestartInTheMiddleLosesNothing stops bridge and broker while events are being
// delivered, again and again, and lets them come back on the same folder.
func TestRestartInTheMiddleLosesNothing(t *testing.T) {
	t.Parallel()
	dir, s := t.TempDir(), newSubscriber(t)
	taken := make(chan string, 100_000)
	var calls atomic.Int64
	s.answerWith(func(w http.ResponseWriter, c call) {
		if calls.Add(1)%3 == 0 { // so that some wait for a retry when the end comes
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		taken <- c.event.ID()
	})
	const rounds, each = 4, 60
	for round := range rounds {
		kafka := startBroker(t, broker.Options{Dir: dir})
		b, stop := start(t, bridge.Options{Manifests: files(oneBroker, oneTrigger("a", taskEvents)), Brokers: kafka.Addrs(), Resolve: resolveTo(s)})
		for i := range each {
			on(b).accept(t, task(fmt.Sprint(round*each+i)))
		}
		stop()
		require.NoError(t, kafka.Close())
	}
	kafka := startBroker(t, broker.Options{Dir: dir})
	t.Cleanup(func() { require.NoError(t, kafka.Close()) })
	start(t, bridge.Options{Manifests: files(oneBroker, oneTrigger("a", taskEvents)), Brokers: kafka.Addrs(), Resolve: resolveTo(s)})
	seen := map[string]bool{}
	for len(seen) < rounds*each {
		select {
		case id := <-taken:
			seen[id] = true
		case <-time.After(patience):
			require.Fail(t, "an event was lost", "%d of %d were taken", len(seen), rounds*each)
		}
	}
}

func TestKafkaThatGoesAwayAndComesBack(t *testing.T) {
	t.Parallel()
	dir, s := t.TempDir(), newSubscriber(t)
	kafka := startBroker(t, broker.Options{Dir: dir})
	port := portOf(t, kafka)
	b, _ := start(t, bridge.Options{Manifests: files(oneBroker, oneTrigger("a", taskEvents)), Brokers: kafka.Addrs(), Resolve: resolveTo(s)})
	on(b).accept(t, task("before"))
	require.Equal(t, "before", s.next(t).event.ID())

	require.NoError(t, kafka.Close())
	w := on(b).post(t, task("meanwhile"))
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.NotEmpty(t, w.Header().Get("Retry-After"))

	kafka = startBroker(t, broker.Options{Dir: dir, Port: port})
	t.Cleanup(func() { require.NoError(t, kafka.Close()) })
	deadline := time.Now().Add(patience)
	for on(b).post(t, task("after")).Code != http.StatusAccepted {
		require.True(t, time.Now().Before(deadline), "the ingress does not recover")
	}
	for s.next(t).event.ID() != "after" { // "meanwhile" may come: its outcome was unknown
	}
}

func TestBridgeWaitsForAKafkaThatIsNotThereYet(t *testing.T) {
	t.Parallel()
	first := startBroker(t, broker.Options{})
	port := portOf(t, first)
	require.NoError(t, first.Close())
	s := newSubscriber(t)
	b, err := bridge.New(bridge.Options{Manifests: files(oneBroker, oneTrigger("a", taskEvents)), Brokers: []string{fmt.Sprintf("127.0.0.1:%d", port)}, Resolve: resolveTo(s)})
	require.NoError(t, err)
	ended := make(chan error, 1)
	ctx, cancel := contextOf(t)
	go func() { ended <- b.Run(ctx) }()
	kafka := startBroker(t, broker.Options{Port: port})
	t.Cleanup(func() { require.NoError(t, kafka.Close()) })
	select {
	case <-b.Ready():
	case <-time.After(patience):
		require.Fail(t, "not ready")
	}
	on(b).accept(t, task("1"))
	require.Equal(t, "1", s.next(t).event.ID())
	cancel()
	require.NoError(t, <-ended)
}

// TestSubscriberThatIsNotThereIsWaitedFor covers functions being rebuilt: no retry is
// used up, nothing becomes a dead letter.
func TestSubscriberThatIsNotThereIsWaitedFor(t *testing.T) {
	t.Parallel()
	kafka := startBroker(t, broker.Options{})
	t.Cleanup(func() { require.NoError(t, kafka.Close()) })
	s := newSubscriber(t)
	nowhere, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, nowhere.Close())
	var target atomic.Pointer[string]
	away := "http://" + nowhere.Addr().String()
	target.Store(&away)
	b, _ := start(t, bridge.Options{
		Manifests: files(oneBroker, oneTrigger("a", taskEvents)), Brokers: kafka.Addrs(),
		Resolve: func(_ bridge.Ref, uri string) (string, error) { return *target.Load() + uri, nil },
	})
	on(b).accept(t, task("1"))
	require.Eventually(t, func() bool { return b.Stats().Triggers["a"].Held >= 6 }, patience, 10*time.Millisecond)
	target.Store(&s.URL)
	require.Equal(t, "/events/a", s.next(t).path)
	require.Zero(t, b.Stats().Triggers["a"].Retried)
	require.Zero(t, b.Stats().Triggers["a"].DeadLettered)
}

func TestSubscriberThatStaysAwayIsADeadLetter(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneTrigger("a", taskEvents), `
---
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata: {name: gone}
spec:
  broker: default
  subscriber: {uri: "http://127.0.0.1:1/nobody"}
  delivery: {retry: 1, deadLetterSink: {ref: {apiVersion: v1, kind: Service, name: nudge-deadletters}, uri: /events/deadletters}}
`)
	r.accept(t, task("1"))
	got := map[string]call{}
	for range 2 {
		c := r.next(t)
		got[c.path] = c
	}
	require.Equal(t, "-1", got["/events/deadletters"].event.Extensions()["knativeerrorcode"])
	require.Equal(t, "http://127.0.0.1:1/nobody", got["/events/deadletters"].event.Extensions()["knativeerrordest"])
}

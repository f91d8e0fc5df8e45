package bridge_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"

	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
	"github.com/stretchr/testify/require"

	"function/infra/local/bridge"
	"function/infra/local/broker"
)

// TestMain lets the test binary be a laptop's bridge and broker, for a test to kill.
func TestMain(m *testing.M) {
	dir := os.Getenv("NUDGE_TEST_BRIDGE_DIR")
	if dir == "" {
		os.Exit(m.Run())
	}
	if err := serve(dir, os.Getenv("NUDGE_TEST_SUBSCRIBER")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve runs broker and bridge until the process is killed, and prints the ingress's URL
// once it can be used.
func serve(dir, subscriber string) error {
	kafka, err := broker.Start(broker.Options{Dir: dir})
	if err != nil {
		return err
	}
	b, err := bridge.New(bridge.Options{
		Manifests: files(oneBroker, oneTrigger("a", taskEvents)), Brokers: kafka.Addrs(),
		Resolve: func(_ bridge.Ref, uri string) (string, error) { return subscriber + uri, nil },
	})
	if err != nil {
		return err
	}
	ingress := httptest.NewServer(b.Handler())
	go func() {
		<-b.Ready()
		fmt.Println(ingress.URL)
	}()
	return b.Run(context.Background())
}

// TestKillLosesNoAcknowledgedEvent kills bridge and broker with events on their way and
// retries pending, several times over the same folder.
func TestKillLosesNoAcknowledgedEvent(t *testing.T) {
	t.Parallel()
	dir, s := t.TempDir(), newSubscriber(t)
	taken := make(chan string, 100_000)
	var calls atomic.Int64
	s.answerWith(func(w http.ResponseWriter, c call) {
		if calls.Add(1)%3 == 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		taken <- c.event.ID() // by the function or by the dead-letter sink
	})
	acknowledged := 0
	for round := range 4 {
		child := exec.CommandContext(t.Context(), os.Args[0])
		child.Env = append(os.Environ(), "NUDGE_TEST_BRIDGE_DIR="+dir, "NUDGE_TEST_SUBSCRIBER="+s.URL)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		lines := bufio.NewScanner(out)
		require.True(t, lines.Scan(), "the bridge came up")
		for sent := 0; sent < 30+7*round; {
			request, err := cehttp.NewHTTPRequestFromEvent(t.Context(), lines.Text()+"/nudge/default", task(fmt.Sprint(acknowledged)))
			require.NoError(t, err)
			response, err := http.DefaultClient.Do(request)
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			if response.StatusCode == http.StatusServiceUnavailable {
				continue // the disk was busy for longer than a sender is kept waiting: nothing was promised
			}
			require.Equal(t, http.StatusAccepted, response.StatusCode)
			sent++
			acknowledged++
		}
		require.NoError(t, child.Process.Kill())
		require.Error(t, child.Wait())
	}
	kafka := startBroker(t, broker.Options{Dir: dir})
	t.Cleanup(func() { require.NoError(t, kafka.Close()) })
	start(t, bridge.Options{Manifests: files(oneBroker, oneTrigger("a", taskEvents)), Brokers: kafka.Addrs(), Resolve: resolveTo(s)})
	seen := map[string]bool{}
	for len(seen) < acknowledged {
		select {
		case id := <-taken:
			seen[id] = true
		case <-time.After(patience):
			require.Fail(t, "an event was lost", "%d of %d were taken", len(seen), acknowledged)
		}
	}
}

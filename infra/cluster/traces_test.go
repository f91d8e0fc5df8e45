package cluster_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	collectorpb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	tracecollectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	"google.golang.org/protobuf/proto"
)

// collector takes what functions and sidecars send by OTLP over HTTP.
type collector struct {
	mu     sync.Mutex
	bodies map[string][][]byte // by path
}

func collect(t *testing.T, address string) *collector {
	t.Helper()
	c := &collector{bodies: map[string][][]byte{}}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address)
	require.NoError(t, err)
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		c.mu.Lock()
		defer c.mu.Unlock()
		if err == nil {
			c.bodies[r.URL.Path] = append(c.bodies[r.URL.Path], body)
		}
	})}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return c
}

// traced reports whether a trace has a span of a service that is told apart by a text:
// in its name, its scope's or one of its attributes.
func (c *collector) traced(t *testing.T, id []byte, service, text string) bool {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, body := range c.bodies["/v1/traces"] {
		var sent tracecollectorpb.ExportTraceServiceRequest
		require.NoError(t, proto.Unmarshal(body, &sent))
		for _, r := range sent.ResourceSpans {
			if attribute(r.Resource, "service.name") != service {
				continue
			}
			for _, scope := range r.ScopeSpans {
				for _, span := range scope.Spans {
					if bytes.Equal(span.TraceId, id) && strings.Contains(fmt.Sprintln(scope.GetScope().GetName(), span.Name, span.Attributes), text) {
						return true
					}
				}
			}
		}
	}
	return false
}

func attribute(of *resourcepb.Resource, key string) string {
	for _, a := range of.GetAttributes() {
		if a.Key == key {
			return a.Value.GetStringValue()
		}
	}
	return ""
}

// counted sums up what every instance counted by an instrument: a counter's value, or how
// many values a histogram has. Instances are told apart by their ids, and each one's last
// word counts.
func (c *collector) counted(t *testing.T, instrument string) (total int) {
	t.Helper()
	last := map[string]int{} // by instance and attributes
	for _, m := range c.metrics(t) {
		for _, scope := range m.ScopeMetrics {
			for _, metric := range scope.Metrics {
				if metric.Name != instrument {
					continue
				}
				for _, point := range metric.GetSum().GetDataPoints() {
					last[fmt.Sprint(m.Resource.Attributes, point.Attributes)] = int(point.GetAsInt())
				}
				for _, point := range metric.GetHistogram().GetDataPoints() {
					last[fmt.Sprint(m.Resource.Attributes, point.Attributes)] = int(point.GetCount())
				}
			}
		}
	}
	for _, n := range last {
		total += n
	}
	return total
}

// instances names the processes that sent metrics, by function.
func (c *collector) instances(t *testing.T) map[string]map[string]bool {
	t.Helper()
	found := map[string]map[string]bool{}
	for _, m := range c.metrics(t) {
		service := attribute(m.Resource, "service.name")
		if found[service] == nil {
			found[service] = map[string]bool{}
		}
		found[service][attribute(m.Resource, "service.instance.id")] = true
	}
	return found
}

func (c *collector) metrics(t *testing.T) (all []*metricspb.ResourceMetrics) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, body := range c.bodies["/v1/metrics"] {
		var sent collectorpb.ExportMetricsServiceRequest
		require.NoError(t, proto.Unmarshal(body, &sent))
		all = append(all, sent.ResourceMetrics...)
	}
	return all
}

// traces deploys with a collector, and follows one trace from what a person says through
// the sidecar, the statements, the broker and the function that an event wakes.
func (r *rig) traces(t *testing.T) {
	c := collect(t, net.JoinHostPort(r.databaseHost, "4318"))
	kubectl(t, "patch", "configmap", "nudge", "--type=merge", "--patch", `{"data":{"otlp-endpoint":"http://`+net.JoinHostPort(r.databaseHost, "4318")+`"}}`)
	defer kubectl(t, "patch", "configmap", "nudge", "--type=json", "--patch", `[{"op":"remove","path":"/data/otlp-endpoint"}]`)
	said, err := r.deployed(t)
	require.NoError(t, err, said)
	linked := r.count(t, "select count(*) from nudge.audit")
	p := r.signUp(t)
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	id, err := hex.DecodeString(trace)
	require.NoError(t, err)
	a := p.do(t, http.MethodPost, "/chatkit", `{"type":"threads.create","params":{"input":{"content":[{"type":"input_text","text":"hang the wallpaper tomorrow at 9am"}],"attachments":[],"inference_options":{}}}}`,
		"Time-Zone", "Europe/Paris", "Accept", "text/event-stream", "Traceparent", "00-"+trace+"-00f067aa0ba902b7-01")
	require.Equal(t, http.StatusOK, a.status, string(a.body))
	for what, span := range map[string][2]string{
		"the request":                        {"nudge-chat", "POST /chatkit"},
		"the sidecar":                        {"nudge-chat", "dapr-diagnostics"},
		"a statement":                        {"nudge-chat", "INSERT INTO"},
		"the way to the broker":              {"nudge-chat", "publish dev.nudge.task.created.v1"},
		"the event, where it wakes another":  {"nudge-audit", "process dev.nudge.task.created.v1"},
		"the statement that writes the link": {"nudge-audit", "INSERT INTO audit "},
	} {
		eventually(t, time.Minute, 200*time.Millisecond, what+" in the trace", func() bool { return c.traced(t, id, span[0], span[1]) })
	}
	at := time.Now().Add(20 * time.Second).UTC().Truncate(time.Second)
	made := p.add(t, fmt.Sprintf(`{"title":"Open the window","reminders":[{"at":%q}]}`, at.Format(time.RFC3339)))
	eventually(t, 2*time.Minute, 500*time.Millisecond, "the reminder", func() bool {
		return r.count(t, "select count(*) from nudge.reminders where fired_at is not null and task_id = $1", made.ID) == 1
	})
	lines := 0
	for line := range strings.Lines(kubectl(t, "logs", "--selector", "function.knative.dev=true", "--container", "user-container", "--tail=500", "--prefix=false", "--max-log-requests=30")) {
		require.True(t, json.Valid([]byte(line)), line)
		require.NotContains(t, line, "wallpaper")
		lines++
	}
	require.Positive(t, lines)
	r.countsOfWhatHasEnded(t, c, linked)
	c.mu.Lock()
	defer c.mu.Unlock()
	for path, bodies := range c.bodies {
		for _, body := range bodies {
			require.NotContains(t, string(body), "wallpaper", "text of a task leaves the process by %s", path)
		}
	}
	r.figure(t, "one trace: request, sidecar, SQL, broker, woken function", "yes; no text of a task in it, in the metrics or in %d lines of the log", lines)
	r.lastRequest = time.Now()
}

// countsOfWhatHasEnded holds what pods counted, which were ended without a word, to what
// the database has: all of it reached the collector before. So did what a pod has to say
// that nothing but a tick woke.
func (r *rig) countsOfWhatHasEnded(t *testing.T, c *collector, linked int) {
	t.Helper()
	r.awaitZero(t, 5*time.Minute)
	appended := r.count(t, "select count(*) from nudge.audit") - linked
	require.GreaterOrEqual(t, appended, 3, "two tasks, one reminder")
	require.Equal(t, appended, c.counted(t, "nudge.audit.appends"))
	require.Equal(t, 1, c.counted(t, "nudge.reminders.lateness"))
	before := len(c.instances(t)["nudge-reminders"])
	eventually(t, tick+time.Minute, time.Second, "a tick's pod sends metrics", func() bool { return len(c.instances(t)["nudge-reminders"]) > before })
	r.figure(t, "metrics of pods that have ended", "all: %d of %d links, the reminder's lateness; and those of a pod that a tick alone woke", c.counted(t, "nudge.audit.appends"), appended)
}

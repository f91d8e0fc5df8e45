package cluster_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
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

// has reports whether one body of a path holds all the parts.
func (c *collector) has(path string, parts ...string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, body := range c.bodies[path] {
		all := true
		for _, part := range parts {
			all = all && bytes.Contains(body, []byte(part))
		}
		if all {
			return true
		}
	}
	return false
}

// traces deploys with a collector, and follows one trace from what a person says through
// the sidecar, the statements, the broker and the function that an event wakes.
func (r *rig) traces(t *testing.T) {
	c := collect(t, net.JoinHostPort(r.databaseHost, "4318"))
	kubectl(t, "patch", "configmap", "nudge", "--type=merge", "--patch", `{"data":{"otlp-endpoint":"http://`+net.JoinHostPort(r.databaseHost, "4318")+`"}}`)
	defer kubectl(t, "patch", "configmap", "nudge", "--type=json", "--patch", `[{"op":"remove","path":"/data/otlp-endpoint"}]`)
	said, err := r.deployed(t)
	require.NoError(t, err, said)
	p := r.signUp(t)
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	id, err := hex.DecodeString(trace)
	require.NoError(t, err)
	a := p.do(t, http.MethodPost, "/chatkit", `{"type":"threads.create","params":{"input":{"content":[{"type":"input_text","text":"hang the wallpaper tomorrow at 9am"}],"attachments":[],"inference_options":{}}}}`,
		"Time-Zone", "Europe/Paris", "Accept", "text/event-stream", "Traceparent", "00-"+trace+"-00f067aa0ba902b7-01")
	require.Equal(t, http.StatusOK, a.status, string(a.body))
	for what, parts := range map[string][]string{
		"the request":                        {"nudge-chat", "POST /chatkit"},
		"the sidecar":                        {"nudge-chat", "dapr-diagnostics"},
		"a statement":                        {"nudge-chat", "INSERT INTO"},
		"the way to the broker":              {"nudge-chat", "publish dev.nudge.task.created.v1"},
		"the event, where it wakes another":  {"nudge-audit", "process dev.nudge.task.created.v1"},
		"the statement that writes the link": {"nudge-audit", "INSERT INTO audit "},
	} {
		eventually(t, time.Minute, 200*time.Millisecond, what+" in the trace", func() bool { return c.has("/v1/traces", append(parts, string(id))...) })
	}
	eventually(t, time.Minute, 200*time.Millisecond, "metrics", func() bool { return c.has("/v1/metrics", "nudge-audit", "nudge.audit.appends") })
	for _, path := range []string{"/v1/traces", "/v1/metrics"} {
		require.False(t, c.has(path, "wallpaper"), "text of a task leaves the process")
	}
	lines := 0
	for line := range strings.Lines(kubectl(t, "logs", "--selector", "function.knative.dev=true", "--container", "user-container", "--tail=500", "--prefix=false", "--max-log-requests=30")) {
		require.True(t, json.Valid([]byte(line)), line)
		require.NotContains(t, line, "wallpaper")
		lines++
	}
	r.figure(t, "one trace: request, sidecar, SQL, broker, woken function", "yes; no text of a task in it, in the metrics or in %d lines of the log", lines)
	r.lastRequest = time.Now()
}

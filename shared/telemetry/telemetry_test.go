package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	collectormetrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// receiver takes OTLP over HTTP, as a collector does.
type receiver struct {
	*httptest.Server
	mu      sync.Mutex
	spans   []*traces.Span
	metrics []*metrics.Metric
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		switch request.URL.Path {
		case "/v1/traces":
			var got collector.ExportTraceServiceRequest
			if proto.Unmarshal(body, &got) == nil {
				for _, resource := range got.ResourceSpans {
					for _, scope := range resource.ScopeSpans {
						r.spans = append(r.spans, scope.Spans...)
					}
				}
			}
		case "/v1/metrics":
			var got collectormetrics.ExportMetricsServiceRequest
			if proto.Unmarshal(body, &got) == nil {
				for _, resource := range got.ResourceMetrics {
					for _, scope := range resource.ScopeMetrics {
						r.metrics = append(r.metrics, scope.Metrics...)
					}
				}
			}
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func handler(log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/tasks/{id}", func(w http.ResponseWriter, r *http.Request) {
		log.InfoContext(r.Context(), "asked")
		w.WriteHeader(http.StatusTeapot)
	})
	copies := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		Route(mux).ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), struct{ string }{"x"}, 1)))
	})
	return Server(copies, func(pattern string) string { return "function of " + pattern })
}

const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

func ask(h http.Handler) {
	request := httptest.NewRequest(http.MethodGet, "/api/tasks/42?q=wallpaper", nil)
	request.Header.Set("Traceparent", parent)
	request.Header.Set("User-Agent", "somebody's browser")
	request.Header.Set("X-Forwarded-For", "203.0.113.7")
	h.ServeHTTP(httptest.NewRecorder(), request)
}

func TestARequestIsTracedAndMeasuredWithoutSayingWhoAsked(t *testing.T) {
	r := newReceiver(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", r.URL)
	started, err := Start(t.Context(), "nudge-test")
	require.NoError(t, err)
	require.Len(t, started.Database(), 1)
	var log bytes.Buffer
	ask(handler(slog.New(LogHandler(slog.NewJSONHandler(&log, nil)))))
	AuditAppends.Counter().Add(t.Context(), 3)
	ReminderLateness.Histogram().Record(t.Context(), 0.2)
	require.NoError(t, Observe(func(context.Context) (map[string]float64, error) {
		return map[string]float64{OutboxWaiting.Name: 7}, nil
	}, OutboxWaiting))
	require.NoError(t, started.Stop(t.Context()))

	require.Len(t, r.spans, 1)
	span := r.spans[0]
	require.Equal(t, "GET /api/tasks/{id}", span.Name)
	text := span.String()
	for _, personal := range []string{"203.0.113.7", "browser", "wallpaper", "192.0.2.1"} {
		require.NotContains(t, text, personal)
	}
	var line map[string]any
	require.NoError(t, json.Unmarshal(log.Bytes(), &line))
	require.Equal(t, "4bf92f3577b34da6a3ce929d0e0e4736", line["trace_id"])

	var names []string
	for _, m := range r.metrics {
		names = append(names, m.Name)
		if m.Name == "http.server.request.duration" {
			require.Contains(t, m.String(), "function of GET /api/tasks/{id}")
			require.NotContains(t, m.String(), "203.0.113.7")
		}
	}
	for _, want := range []Instrument{AuditAppends, ReminderLateness, OutboxWaiting} {
		require.Contains(t, names, want.Name)
	}
	require.True(t, slices.ContainsFunc(Instruments(), func(i Instrument) bool { return i.Name == "http.server.request.duration" }))
	require.Contains(t, names, "http.server.request.duration")
}

func TestWithoutACollectorThereAreIdsAndNothingElse(t *testing.T) {
	for _, name := range []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"} {
		t.Setenv(name, "")
	}
	started, err := Start(t.Context(), "nudge-test")
	require.NoError(t, err)
	require.Empty(t, started.Database())
	ctx, span := otel.Tracer("test").Start(t.Context(), "alone")
	require.True(t, span.SpanContext().IsValid())
	require.False(t, span.IsRecording())
	var log bytes.Buffer
	slog.New(LogHandler(slog.NewJSONHandler(&log, nil))).With("a", 1).InfoContext(ctx, "said")
	require.Contains(t, log.String(), span.SpanContext().TraceID().String())
	require.NoError(t, started.Stop(t.Context()))
}

func TestSeriesAreNamedAsPrometheusTranslatesThem(t *testing.T) {
	require.Equal(t, []string{"nudge_audit_appends_total"}, AuditAppends.Series())
	require.Equal(t, []string{"nudge_outbox_age_seconds"}, OutboxAge.Series())
	require.Equal(t, "nudge_reminders_lateness_seconds_bucket", ReminderLateness.Series()[0])
	seen := map[string]bool{}
	for _, i := range Instruments() {
		require.False(t, seen[i.Name], "%s is there twice", i.Name)
		require.Equal(t, strings.ToLower(i.Name), i.Name)
		seen[i.Name] = true
	}
}

func BenchmarkRequestWithoutACollector(b *testing.B) {
	b.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")
	if _, err := Start(b.Context(), "nudge-test"); err != nil {
		b.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/tasks/{id}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	for name, h := range map[string]http.Handler{"bare": mux, "traced": Server(Route(mux), func(string) string { return "tasks" })} {
		b.Run(name, func(b *testing.B) {
			request := httptest.NewRequest(http.MethodGet, "/api/tasks/42", nil)
			for b.Loop() {
				h.ServeHTTP(httptest.NewRecorder(), request)
			}
		})
	}
}

package telemetry

import (
	"net/http"
	"strings"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
)

// FunctionKey is the attribute that names the capability on what a request is measured by.
const FunctionKey = attribute.Key("nudge.function")

// Server makes a span and a measurement of each request but those that stay open: how
// long they last tells nothing. capability names the function by the route that took
// the request.
func Server(next http.Handler, capability func(pattern string) string) http.Handler {
	stays := map[string]bool{"/api/live": true, "/reminders/watch": true}
	return otelhttp.NewHandler(next, "request",
		otelhttp.WithFilter(func(r *http.Request) bool { return !stays[r.URL.Path] }),
		otelhttp.WithMetricAttributesFn(func(r *http.Request) []attribute.KeyValue {
			return []attribute.KeyValue{FunctionKey.String(capability(r.Pattern))}
		}),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string {
			if r.Pattern == "" {
				return r.Method
			}
			if strings.HasPrefix(r.Pattern, r.Method+" ") {
				return r.Pattern
			}
			return r.Method + " " + r.Pattern
		}),
	)
}

// Transport passes the trace on to whoever is called.
func Transport(next http.RoundTripper) http.RoundTripper { return otelhttp.NewTransport(next) }

package telemetry

import (
	"context"
	"net/http"
	"strings"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// FunctionKey is the attribute that names the capability on what a request is measured by.
const FunctionKey = attribute.Key("nudge.function")

// Server makes a span and a measurement of each request but those that stay open: how
// long they last tells nothing. capability names the function by the route that took
// the request, which Route tells.
func Server(next http.Handler, capability func(pattern string) string) http.Handler {
	stays := map[string]bool{"/api/live": true, "/reminders/watch": true}
	return otelhttp.NewHandler(named(next, capability), "request",
		otelhttp.WithFilter(func(r *http.Request) bool { return !stays[r.URL.Path] }),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string {
			return r.Method + " " + path(r.Pattern)
		}),
	)
}

// path is a pattern's without the method.
func path(pattern string) string {
	if _, path, found := strings.Cut(pattern, " "); found {
		return path
	}
	return pattern
}

type routeKey struct{}

// named gives a request the pattern of the route that took it, however many copies of
// the request were made on the way there, and the capability's name.
func named(next http.Handler, capability func(pattern string) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var pattern string
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), routeKey{}, &pattern)))
		r.Pattern = pattern
		labels, _ := otelhttp.LabelerFromContext(r.Context())
		labels.Add(FunctionKey.String(capability(pattern)))
		trace.SpanFromContext(r.Context()).SetAttributes(attribute.String("http.route", path(pattern)))
	})
}

// Route remembers which pattern of a mux took the request, for Server.
func Route(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if pattern, ok := r.Context().Value(routeKey{}).(*string); ok {
			defer func() { *pattern = r.Pattern }()
		}
		mux.ServeHTTP(w, r)
	})
}

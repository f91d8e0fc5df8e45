package events_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"testing"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"

	"function/shared/events"
	"function/shared/todo"
)

const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

func TestAnEventGoesOnWithTheTraceOfWhatMadeIt(t *testing.T) {
	t.Parallel()
	var traceID string
	handler := events.Receiver(slog.New(slog.DiscardHandler), func(ctx context.Context, _ cloudevents.Event) error {
		traceID = trace.SpanContextFromContext(ctx).TraceID().String()
		return nil
	})
	require.Equal(t, http.StatusNoContent, post(handler, completed, append([]string{"Ce-Traceparent", parent}, binary...)...).Code)
	require.Equal(t, "4bf92f3577b34da6a3ce929d0e0e4736", traceID, "binary mode")
	traceID = ""
	structured := `{"specversion":"1.0","type":"dev.nudge.task.completed.v1","source":"/nudge/tasks","id":"1","traceparent":"` + parent + `","datacontenttype":"application/json","data":` + completed + `}`
	require.Equal(t, http.StatusNoContent, post(handler, structured, "Content-Type", "application/cloudevents+json").Code)
	require.Equal(t, "4bf92f3577b34da6a3ce929d0e0e4736", traceID, "structured mode")
	require.Equal(t, http.StatusNoContent, post(handler, completed, append([]string{"Ce-Traceparent", "no trace"}, binary...)...).Code, "an event is not refused for its trace")
}

func TestTheTraceOfAContextIsPutOnTheEventAndItsRequest(t *testing.T) {
	t.Parallel()
	id, err := trace.TraceIDFromHex("4bf92f3577b34da6a3ce929d0e0e4736")
	require.NoError(t, err)
	span, err := trace.SpanIDFromHex("00f067aa0ba902b7")
	require.NoError(t, err)
	encode := func(ctx context.Context) (e cloudevents.Event) {
		raw, err := events.Encode(ctx, todo.Event{ID: "1", Kind: todo.EventTaskCreated}, "/nudge/tasks", plainly{})
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(raw, &e))
		return e
	}
	require.NotContains(t, encode(t.Context()).Extensions(), "traceparent", "no trace, no extension")
	state, err := trace.ParseTraceState("vendor=x")
	require.NoError(t, err)
	e := encode(trace.ContextWithSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{TraceID: id, SpanID: span, TraceFlags: trace.FlagsSampled, TraceState: state})))
	require.Equal(t, parent, e.Extensions()["traceparent"])
	require.Equal(t, "vendor=x", e.Extensions()["tracestate"])
	header := http.Header{}
	events.Publish(t.Context(), e, header).End()
	require.Contains(t, header.Get("Traceparent"), "4bf92f3577b34da6a3ce929d0e0e4736")
}

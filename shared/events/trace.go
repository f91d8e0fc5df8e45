package events

import (
	"context"
	"encoding/json"
	"net/http"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// The extensions of CloudEvents' Distributed Tracing extension.
const (
	traceParent = "traceparent"
	traceState  = "tracestate"
)

var w3c = propagation.TraceContext{}

var tracer = otel.Tracer("nudge/events")

// traceOf gives the trace that ctx belongs to, as an event carries it, so that whoever
// handles the event goes on with it, however long after.
func traceOf(ctx context.Context) (parent, state string) {
	if !trace.SpanContextFromContext(ctx).IsValid() {
		return "", ""
	}
	carrier := propagation.MapCarrier{}
	w3c.Inject(ctx, carrier)
	return carrier.Get(traceParent), carrier.Get(traceState)
}

// Publish begins the span in which an event is sent to the broker, in the event's own
// trace, and puts it on the request's header, for the ways that read headers only.
func Publish(ctx context.Context, e cloudevents.Event, header http.Header) trace.Span {
	ctx, span := tracer.Start(trace.ContextWithRemoteSpanContext(ctx, origin(e)), "publish "+e.Type(),
		trace.WithSpanKind(trace.SpanKindProducer), trace.WithAttributes(about("publish", e)...))
	w3c.Inject(ctx, propagation.HeaderCarrier(header))
	return span
}

// PublishBatch begins the span in which many events, given in structured mode, are sent in
// one request. It links to the span that emitted each; every event keeps its own trace.
func PublishBatch(ctx context.Context, structured [][]byte, header http.Header) trace.Span {
	ctx, span := tracer.Start(ctx, "publish", trace.WithSpanKind(trace.SpanKindProducer), trace.WithAttributes(
		attribute.String("messaging.operation.type", "publish"), attribute.Int("messaging.batch.message_count", len(structured))))
	w3c.Inject(ctx, propagation.HeaderCarrier(header))
	if !span.IsRecording() {
		return span
	}
	for _, raw := range structured {
		var e cloudevents.Event
		if json.Unmarshal(raw, &e) != nil {
			continue
		}
		if cause := origin(e); cause.IsValid() {
			span.AddLink(trace.Link{SpanContext: cause, Attributes: about("publish", e)})
		}
	}
	return span
}

// about tells of an event what concerns nobody.
func about(operation string, e cloudevents.Event) []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.String("messaging.operation.type", operation),
		attribute.String("cloudevents.event_id", e.ID()),
		attribute.String("cloudevents.event_source", e.Source()),
		attribute.String("cloudevents.event_type", e.Type()),
	}
}

// origin is the span that emitted an event; not valid where the event names none.
func origin(e cloudevents.Event) trace.SpanContext {
	carrier := propagation.MapCarrier{}
	for _, name := range []string{traceParent, traceState} {
		if text, ok := e.Extensions()[name].(string); ok {
			carrier.Set(name, text)
		}
	}
	return trace.SpanContextFromContext(w3c.Extract(context.Background(), carrier))
}

// consume begins the span in which an event is handled. The event's own trace is the
// truth about what caused it; a way that began a trace of its own is linked to.
func consume(ctx context.Context, e cloudevents.Event) (context.Context, trace.Span) {
	options := []trace.SpanStartOption{
		trace.WithSpanKind(trace.SpanKindConsumer),
		trace.WithAttributes(about("process", e)...),
	}
	way, cause := trace.SpanContextFromContext(ctx), origin(e)
	if cause.IsValid() && cause.TraceID() != way.TraceID() {
		ctx = trace.ContextWithRemoteSpanContext(ctx, cause)
		if way.IsValid() {
			options = append(options, trace.WithLinks(trace.Link{SpanContext: way}))
		}
	}
	return tracer.Start(ctx, "process "+e.Type(), options...)
}

package telemetry

import (
	"context"
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/trace"
)

// personal are attributes that the HTTP instrumentation sets and that tell of a person.
var personal = []attribute.Key{"client.address", "network.peer.address", "network.peer.port", "user_agent.original"}

// withoutPerson is an exporter that leaves out what tells of a person.
type withoutPerson struct{ trace.SpanExporter }

// ExportSpans implements trace.SpanExporter.
func (w withoutPerson) ExportSpans(ctx context.Context, spans []trace.ReadOnlySpan) error {
	clean := make([]trace.ReadOnlySpan, len(spans))
	for i, span := range spans {
		clean[i] = cleanSpan{span}
	}
	return w.SpanExporter.ExportSpans(ctx, clean)
}

type cleanSpan struct{ trace.ReadOnlySpan }

// Attributes implements trace.ReadOnlySpan.
func (s cleanSpan) Attributes() []attribute.KeyValue {
	all := s.ReadOnlySpan.Attributes()
	kept := make([]attribute.KeyValue, 0, len(all))
	for _, a := range all {
		if !slices.Contains(personal, a.Key) {
			kept = append(kept, a)
		}
	}
	return kept
}

// Package deadletters keeps the events that a consumer would not take, with why, so
// that none is lost and each can be looked at and sent again.
package deadletters

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"function/shared/events"
	"function/shared/host"
	"function/shared/postgres"
	"function/shared/telemetry"
)

// Register mounts the sink that the Broker's and Triggers' delivery names.
func Register(mux *http.ServeMux, h *host.Host) {
	kept := telemetry.DeadLettersKept.Counter()
	mux.Handle("/events/deadletters", events.Receiver(h.Log, func(ctx context.Context, e cloudevents.Event) error {
		err := keep(ctx, h, e)
		if err == nil {
			kept.Add(ctx, 1, metric.WithAttributes(attribute.String("type", e.Type())))
		}
		return err
	}))
}

// keep stores the event with what Knative says of its refusal: knativeerrordest,
// knativeerrorcode, knativeerrordata (the answer's body in Base64).
func keep(ctx context.Context, h *host.Host, e cloudevents.Event) error {
	extension := func(name string) string {
		if v, ok := e.Extensions()[name]; ok {
			return fmt.Sprint(v)
		}
		return ""
	}
	answer := extension("knativeerrordata")
	if plain, err := base64.StdEncoding.DecodeString(answer); err == nil {
		answer = string(plain)
	}
	code, _ := strconv.Atoi(extension("knativeerrorcode")) // absent when nobody answered
	raw, err := json.Marshal(e)
	if err != nil {
		return err
	}
	h.Log.WarnContext(ctx, "dead letter kept", "type", e.Type(), "id", e.ID(), "destination", extension("knativeerrordest"), "code", code)
	return h.Store.KeepDeadLetter(ctx, postgres.DeadLetter{
		Source: e.Source(), EventID: e.ID(), Type: e.Type(), Destination: extension("knativeerrordest"), Code: code, Data: answer,
		Event: raw, ReceivedAt: h.Now(),
	})
}

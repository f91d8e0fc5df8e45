package events

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
	"go.opentelemetry.io/otel/codes"

	"function/shared/problem"
	"function/shared/todo"
)

// maxBody bounds a delivery. It is above what brokers take in (1 MiB), because a dead
// letter is that plus why it was refused; what is too large for its consumer is refused
// by its schema.
const maxBody = 1<<20 + 1<<19

// Receiver answers event deliveries (CloudEvents HTTP binding, binary and structured
// mode) with what their handling came to: see todo.OutcomeOf. A malformed event is 400.
func Receiver(log *slog.Logger, handle func(context.Context, cloudevents.Event) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		event, err := cehttp.NewEventFromHTTPRequest(r)
		if err == nil {
			err = event.Validate()
		}
		if err != nil {
			answerMalformed(w, r, log, err)
			return
		}
		ctx, span := consume(r.Context(), *event)
		defer span.End()
		err = handle(ctx, *event)
		outcome := todo.OutcomeOf(err)
		if outcome.Delivery == todo.Acknowledge {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		span.SetStatus(codes.Error, string(todo.CodeOf(err)))
		log.WarnContext(ctx, "event refused", "type", event.Type(), "id", event.ID(), "status", outcome.Status, "error", err)
		p := problem.From(err)
		if outcome.Delivery == todo.Retry && !retried(p.Status) {
			p.Status = http.StatusConflict
		}
		problem.Write(w, r, log, p)
	})
}

// retried reports whether Knative delivers again after an answer
// (specs/eventing/data-plane.md): an error that is to be retried must get such a status.
func retried(status int) bool {
	switch status {
	case http.StatusNotFound, http.StatusRequestTimeout, http.StatusConflict, http.StatusTooManyRequests:
		return true
	}
	return status >= http.StatusInternalServerError
}

func answerMalformed(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error) {
	code := todo.CodeInvalid
	p := problem.From(todo.Errorf(code, "not a CloudEvent: %w", err))
	p.Status = http.StatusBadRequest
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		p = problem.From(todo.Errorf(todo.CodeTooLarge, "an event is at most %d bytes on its way", maxBody))
	}
	problem.Write(w, r, log, p)
}

// Notices is a Receiver of the domain's events: each is checked against its schema
// before it is handled.
func Notices(log *slog.Logger, handle func(context.Context, Notice) error) http.Handler {
	return Receiver(log, func(ctx context.Context, e cloudevents.Event) error {
		notice, err := Decode(e)
		if err != nil {
			return err
		}
		return handle(ctx, notice)
	})
}

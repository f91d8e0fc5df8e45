package events

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"

	"function/shared/problem"
	"function/shared/todo"
)

// maxBody bounds a delivery: an event with its attributes in structured mode, Base64
// data included.
const maxBody = 4 * MaxSize

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
		err = handle(r.Context(), *event)
		outcome := todo.OutcomeOf(err)
		if outcome.Delivery == todo.Acknowledge {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		log.WarnContext(r.Context(), "event refused", "type", event.Type(), "id", event.ID(), "status", outcome.Status, "error", err)
		problem.Write(w, r, log, err)
	})
}

func answerMalformed(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error) {
	code := todo.CodeInvalid
	p := problem.From(todo.Errorf(code, "not a CloudEvent: %w", err))
	p.Status = http.StatusBadRequest
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		p = problem.From(todo.Errorf(todo.CodeTooLarge, "an event is at most %d bytes", maxBody))
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

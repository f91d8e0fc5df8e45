package bridge

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
	"github.com/twmb/franz-go/pkg/kgo"
)

// maxBody is what an ingress takes in one request; CloudEvents asks intermediaries to
// forward 64 KiB.
const maxBody = 1 << 20

// Handler is the brokers' ingress: POST /{namespace}/{broker} with one CloudEvent, binary
// or structured, or a batch. 202 says that Kafka has them on disk; 503 that they are to be
// sent again. GET /metrics gives the counts in Prometheus' text format.
func (b *Bridge) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{namespace}/{broker}", b.ingest)
	mux.HandleFunc("OPTIONS /{namespace}/{broker}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", "OPTIONS, POST")
		w.Header().Set("Accept-Post", event.ApplicationCloudEventsBatchJSON+", "+event.ApplicationCloudEventsJSON+", */*")
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /metrics", b.metrics)
	return mux
}

func (b *Bridge) ingest(w http.ResponseWriter, r *http.Request) {
	topic := topicOf(r.PathValue("namespace"), r.PathValue("broker"))
	if !b.topics[topic] {
		b.refuse(w, http.StatusNotFound, fmt.Sprintf("there is no broker %s in the namespace %s", r.PathValue("broker"), r.PathValue("namespace")))
		return
	}
	body, err := readBody(w, r)
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		b.refuse(w, http.StatusRequestEntityTooLarge, "the request is larger than 1 MiB")
		return
	} else if err != nil {
		b.refuse(w, http.StatusBadRequest, "the request's body broke off")
		return
	}
	records, err := readRecords(r, body)
	if err != nil {
		b.refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	switch err := b.publisher.produce(r.Context(), topic, records); {
	case errors.Is(err, errTooLarge):
		b.refuse(w, http.StatusRequestEntityTooLarge, err.Error())
	case err != nil:
		b.stats.unavailable.Add(1)
		b.log.Warn("an event was not taken: Kafka did not acknowledge it", "error", err)
		w.Header().Set("Retry-After", "1")
		problem(w, http.StatusServiceUnavailable, "Kafka does not answer; send the event again")
	default:
		w.WriteHeader(http.StatusAccepted)
	}
}

// readBody reads a request whole, into memory of the size that it says it has.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	var body bytes.Buffer
	if 0 < r.ContentLength && r.ContentLength <= maxBody {
		body.Grow(int(r.ContentLength) + bytes.MinRead)
	}
	_, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, maxBody))
	return body.Bytes(), err
}

// readRecords makes records of the CloudEvents of a request. An error is a sentence for
// the sender.
func readRecords(r *http.Request, body []byte) ([]*kgo.Record, error) {
	if r.Header.Get("Content-Type") == event.ApplicationCloudEventsBatchJSON {
		if records, ok := plainBatch(body); ok {
			return records, nil
		}
	}
	events, err := readEvents(r, body)
	if err != nil {
		return nil, err
	}
	records := make([]*kgo.Record, len(events))
	for i, e := range events {
		if records[i], err = toRecord(e); err != nil {
			return nil, fmt.Errorf("CloudEvent %d of %d is not valid: %w", i+1, len(events), err)
		}
	}
	return records, nil
}

// readEvents reads the CloudEvents of a request in any of the three content modes. An
// error is a sentence for the sender.
func readEvents(r *http.Request, body []byte) ([]event.Event, error) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Ce-Specversion") == "" {
		return nil, errors.New("this is no CloudEvent: it has neither ce- headers nor the content type application/cloudevents+json")
	}
	var events []event.Event
	if media == event.ApplicationCloudEventsBatchJSON {
		if err := json.Unmarshal(body, &events); err != nil {
			return nil, fmt.Errorf("the batch of CloudEvents is malformed: %w", err)
		}
	} else {
		copied := r.Clone(r.Context())
		copied.Body = io.NopCloser(bytes.NewReader(body))
		e, err := cehttp.NewEventFromHTTPRequest(copied)
		if err != nil {
			return nil, fmt.Errorf("the CloudEvent is malformed: %w", err)
		}
		events = []event.Event{*e}
	}
	for i, e := range events {
		if err := e.Validate(); err != nil {
			return nil, fmt.Errorf("CloudEvent %d of %d is not valid: %s", i+1, len(events), strings.TrimSpace(err.Error()))
		}
	}
	return events, nil
}

func (b *Bridge) refuse(w http.ResponseWriter, status int, detail string) {
	b.stats.rejected.Add(1)
	problem(w, status, detail)
}

// problem answers as RFC 9457 says.
func problem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"type": "about:blank", "title": http.StatusText(status), "status": status, "detail": detail,
	})
}

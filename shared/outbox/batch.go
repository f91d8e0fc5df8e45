package outbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"

	"function/shared/events"
	"function/shared/postgres"
)

// A post per event is what every broker takes. One that takes the batched content mode too
// (CloudEvents HTTP binding, section 3.3) says so when it is asked, in the Accept-Post
// header of its answer to OPTIONS (W3C Linked Data Platform, section 7.1); the ingress of a
// laptop does. It then has all events of a post on its disk at once, or is sent all again.

const (
	batchEvents = 500       // in a post; one of a hundred costs the broker five times as many writes to its disk
	batchBytes  = 512 << 10 // in a post; brokers take 1 MiB
	batchPosts  = 4         // at once
	askTimeout  = 5 * time.Second
)

// batchBroker is a Broker that may take many events in one post.
type batchBroker interface {
	TakesBatches(ctx context.Context) bool
	// SendBatch sends all or none, as far as is known. Errors are as Send's.
	SendBatch(ctx context.Context, structured [][]byte) error
}

// asked is what a sink was found to take.
type asked struct {
	asking sync.Mutex
	takes  atomic.Int32
}

const ( // of asked.takes; 0: not known yet
	singleEvents = iota + 1
	batches
)

// TakesBatches reports whether the sink says that it takes batches. It is asked once, and
// again where it did not answer; nobody waits for what another one asks.
func (s *Sender) TakesBatches(ctx context.Context) bool {
	if s.sink != "" && s.asked.takes.Load() == 0 && s.asked.asking.TryLock() {
		defer s.asked.asking.Unlock()
		s.asked.takes.Store(s.ask(ctx))
	}
	return s.asked.takes.Load() == batches
}

func (s *Sender) ask(ctx context.Context) int32 {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodOptions, s.sink, nil)
	if err != nil {
		return singleEvents
	}
	response, err := s.client.Do(request)
	if err != nil {
		return 0
	}
	discard(response)
	switch {
	case response.StatusCode >= http.StatusInternalServerError:
		return 0
	case response.StatusCode/100 == 2 && strings.Contains(strings.Join(response.Header.Values("Accept-Post"), ","), cloudevents.ApplicationCloudEventsBatchJSON):
		return batches
	}
	return singleEvents
}

// SendBatch posts events, given in structured mode, in one request, and returns when the
// broker has them all.
func (s *Sender) SendBatch(ctx context.Context, structured [][]byte) error {
	if s.sink == "" {
		return ErrNoSink
	}
	if len(s.overrides) > 0 {
		var err error
		if structured, err = override(structured, s.overrides); err != nil {
			return err
		}
	}
	size := len("[]")
	for _, raw := range structured {
		size += len(raw) + len(",")
	}
	body := append(make([]byte, 0, size), '[')
	for i, raw := range structured {
		if i > 0 {
			body = append(body, ',')
		}
		body = append(body, raw...)
	}
	body = append(body, ']')
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.sink, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", cloudevents.ApplicationCloudEventsBatchJSON)
	defer events.PublishBatch(ctx, structured, request.Header).End()
	return s.post(request)
}

// override puts extensions on events.
func override(structured [][]byte, extensions map[string]string) ([][]byte, error) {
	out := make([][]byte, len(structured))
	for i, raw := range structured {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(raw, &members); err != nil {
			return nil, fmt.Errorf("a stored event does not parse: %w", err)
		}
		for name, value := range extensions {
			members[name], _ = json.Marshal(value) // a string cannot fail
		}
		var err error
		if out[i], err = json.Marshal(members); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// batches gives the broker if events may be sent to it many at a time.
func (r *Relay) batches(ctx context.Context) batchBroker {
	if b, ok := r.sender.(batchBroker); ok && !r.OneByOne && b.TakesBatches(ctx) {
		return b
	}
	return nil
}

// publishMany sends events in one post and gives those that the broker has. Where it
// would not take them together, each is sent by itself: one keeps no other back.
func (r *Relay) publishMany(ctx context.Context, b batchBroker, list []postgres.Outgoing) []string {
	if len(list) > 1 {
		raws, ids := make([][]byte, len(list)), make([]string, len(list))
		for i, o := range list {
			raws[i], ids[i] = o.Event, o.ID
		}
		err := r.Faults.Publish(ctx, func(ctx context.Context) error { return b.SendBatch(ctx, raws) })
		if err == nil {
			return ids
		}
		var refusal *Refusal
		if refused := errors.As(err, &refusal) && refusal.Status/100 == 4 && refusal.Status != http.StatusTooManyRequests; !refused {
			for _, o := range list {
				r.putOff(ctx, o, err)
			}
			return nil
		}
	}
	var published []string
	for _, o := range list {
		if r.publish(ctx, o) {
			published = append(published, o.ID)
		}
	}
	return published
}

// posts cuts a list into what goes into one post each.
func posts(list []postgres.Outgoing) [][]postgres.Outgoing {
	var out [][]postgres.Outgoing
	size, first := 0, 0
	for i, o := range list {
		if i > first && (i-first == batchEvents || size+len(o.Event) > batchBytes) {
			out = append(out, list[first:i])
			size, first = 0, i
		}
		size += len(o.Event)
	}
	if first < len(list) {
		out = append(out, list[first:])
	}
	return out
}

// publishInPosts sends a list, several posts at once, and gives what the broker has.
func (r *Relay) publishInPosts(ctx context.Context, b batchBroker, list []postgres.Outgoing) []string {
	var (
		mu        sync.Mutex
		published []string
		open      sync.WaitGroup
		slots     = make(chan struct{}, batchPosts)
	)
	for _, part := range posts(list) {
		slots <- struct{}{}
		open.Go(func() {
			defer func() { <-slots }()
			ids := r.publishMany(ctx, b, part)
			mu.Lock()
			defer mu.Unlock()
			published = append(published, ids...)
		})
	}
	open.Wait()
	return published
}

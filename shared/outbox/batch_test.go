package outbox_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"github.com/stretchr/testify/require"

	"function/shared/fault"
	"function/shared/outbox"
	"function/shared/todotest"
)

// swept makes events and sweeps them once.
func swept(t *testing.T, broker *ingress, events int, overrides string) (w *todotest.World, published int) {
	t.Helper()
	broker.batches = true
	w = todotest.New(t)
	addTasks(t, w, events) // committed, and handed to nobody
	w.Clock.Advance(time.Minute)
	r := relay(t, w, broker.URL, overrides)
	published, err := r.Sweep(t.Context())
	require.NoError(t, err)
	require.NoError(t, r.Drain(t.Context()))
	return w, published
}

func waiting(t *testing.T, w *todotest.World) int {
	t.Helper()
	list, err := w.Store.ClaimOutbox(t.Context(), w.Clock.Now(), w.Clock.Now(), 1000)
	require.NoError(t, err)
	return len(list)
}

func TestABrokerThatTakesBatchesGetsThem(t *testing.T) {
	t.Parallel()
	broker := newIngress(t, taken)
	w, published := swept(t, broker, 510, `{"extensions":{"site":"paris \"x\""}}`)
	require.Equal(t, 510, published)
	require.Len(t, broker.got, 510)
	require.Equal(t, 2, broker.posts)
	require.Equal(t, cloudevents.ApplicationCloudEventsBatchJSON, broker.headers.Get("Content-Type"))
	var list []cloudevents.Event
	require.NoError(t, json.Unmarshal(broker.body, &list))
	for _, e := range list {
		require.NoError(t, e.Validate())
		require.Equal(t, `paris "x"`, e.Extensions()["site"], "K_CE_OVERRIDES is put on every event")
		require.Equal(t, "ada", e.Extensions()["partitionkey"])
	}
	w.Clock.Advance(time.Hour)
	require.Zero(t, waiting(t, w))
}

func TestCommittedEventsGoInBatchesToo(t *testing.T) {
	t.Parallel()
	broker := newIngress(t, taken)
	broker.batches = true
	w := todotest.New(t)
	r := relay(t, w, broker.URL, "")
	r.Committed(addTasks(t, w, 300))
	require.NoError(t, r.Drain(t.Context()))
	require.Len(t, broker.got, 300)
	for _, times := range broker.got {
		require.Equal(t, 1, times)
	}
	w.Clock.Advance(time.Hour)
	require.Zero(t, waiting(t, w))
}

// Faults are of a post, however many events it has.
func TestFaultsStrikeBatches(t *testing.T) {
	t.Parallel()
	broker := newIngress(t, taken)
	broker.batches = true
	w := todotest.New(t)
	addTasks(t, w, 150)
	w.Clock.Advance(time.Minute)
	sender, err := outbox.NewSender(broker.URL, "")
	require.NoError(t, err)
	r := outbox.NewRelay(sender, slog.New(slog.DiscardHandler), w.Clock.Now)
	r.Faults, err = fault.Parse("duplicate=1")
	require.NoError(t, err)
	r.Use(w.Store)
	published, err := r.Sweep(t.Context())
	require.NoError(t, err)
	require.Equal(t, 150, published)
	require.Equal(t, 2, broker.posts, "a batch, twice")
	for id, times := range broker.got {
		require.Equal(t, 2, times, id)
	}
}

// One event that a broker will not have keeps none of its batch back.
func TestARefusedBatchIsSentOneByOne(t *testing.T) {
	t.Parallel()
	broker := newIngress(t, func(n int) (int, string) {
		if n < 2 { // the batch, and the first event
			return http.StatusBadRequest, ""
		}
		return http.StatusAccepted, ""
	})
	w, published := swept(t, broker, 50, "")
	require.Equal(t, 49, published)
	require.Len(t, broker.got, 49)
	w.Clock.Advance(time.Hour)
	require.Equal(t, 1, waiting(t, w))
}

func TestABatchThatIsNotTakenNowWaitsAsLongAsTheBrokerAsks(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusServiceUnavailable, http.StatusTooManyRequests} {
		broker := newIngress(t, func(int) (int, string) { return status, "120" })
		w, published := swept(t, broker, 250, "")
		require.Zero(t, published)
		require.Equal(t, 1, broker.posts, "not asked again event by event")
		w.Clock.Advance(119 * time.Second)
		require.Zero(t, waiting(t, w))
		w.Clock.Advance(2 * time.Second)
		require.Equal(t, 250, waiting(t, w))
	}
}

package outbox_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"github.com/stretchr/testify/require"

	"function/shared/outbox"
	"function/shared/postgres"
	"function/shared/todo"
	"function/shared/todotest"
)

// ingress stands for a broker's ingress: an HTTP server that takes events, or says what
// it is told to say.
type ingress struct {
	*httptest.Server
	mu      sync.Mutex
	got     map[string]int
	headers http.Header
	body    []byte
	answer  func(n int) (status int, retryAfter string) // to the nth post
	posts   int
	batches bool // it takes them
}

func newIngress(t *testing.T, answer func(int) (int, string)) *ingress {
	i := &ingress{got: map[string]int{}, answer: answer}
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		i.mu.Lock()
		defer i.mu.Unlock()
		if r.Method == http.MethodOptions {
			if i.batches {
				w.Header().Set("Accept-Post", "application/cloudevents-batch+json, */*")
			}
			w.WriteHeader(http.StatusNoContent)
			return
		}
		status, after := i.answer(i.posts)
		i.posts++
		if status == http.StatusAccepted {
			for _, id := range idsOf(r, body) {
				i.got[id]++
			}
			i.headers, i.body = r.Header.Clone(), body
		}
		if after != "" {
			w.Header().Set("Retry-After", after)
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(i.Close)
	return i
}

// idsOf gives the ids of the events of a post.
func idsOf(r *http.Request, body []byte) (ids []string) {
	if r.Header.Get("Content-Type") != cloudevents.ApplicationCloudEventsBatchJSON {
		return []string{r.Header.Get("Ce-Id")}
	}
	var list []cloudevents.Event
	if err := json.Unmarshal(body, &list); err != nil {
		return []string{"malformed: " + err.Error()}
	}
	for _, e := range list {
		ids = append(ids, e.ID())
	}
	return ids
}

func taken(int) (int, string) { return http.StatusAccepted, "" }

func relay(t *testing.T, w *todotest.World, sink, overrides string) *outbox.Relay {
	t.Helper()
	sender, err := outbox.NewSender(sink, overrides)
	require.NoError(t, err)
	r := outbox.NewRelay(sender, slog.New(slog.DiscardHandler), w.Clock.Now)
	r.Start(w.Store)
	return r
}

func addTasks(t *testing.T, w *todotest.World, n int) []postgres.Outgoing {
	t.Helper()
	tasks := make([]todo.NewTask, n)
	for i := range tasks {
		tasks[i].Title = "task"
	}
	_, err := w.Create(t.Context(), todotest.Person("ada"), tasks...)
	require.NoError(t, err)
	return w.Published()
}

func TestCommittedEventsArePublishedOnceAndMarked(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	broker := newIngress(t, taken)
	r := relay(t, w, broker.URL, `{"extensions":{"site":"paris"}}`)
	r.Committed(addTasks(t, w, 50))
	require.NoError(t, r.Drain(t.Context()))
	require.Len(t, broker.got, 50)
	require.Equal(t, "paris", broker.headers.Get("Ce-Site"), "K_CE_OVERRIDES is put on every event")
	require.Equal(t, "ada", broker.headers.Get("Ce-Partitionkey"))
	w.Clock.Advance(time.Hour)
	waiting, err := w.Store.ClaimOutbox(t.Context(), w.Clock.Now(), w.Clock.Now(), 100)
	require.NoError(t, err)
	require.Empty(t, waiting, "nothing is left to be published")
}

// F9: what a broker refuses waits for as long as it says, and is published by the sweep.
func TestARefusedEventWaitsAndIsSweptLater(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	broker := newIngress(t, func(n int) (int, string) {
		if n < 3 {
			return http.StatusServiceUnavailable, "120"
		}
		return http.StatusAccepted, ""
	})
	r := relay(t, w, broker.URL, "")
	r.Committed(addTasks(t, w, 3))
	require.NoError(t, r.Drain(t.Context()))
	require.Empty(t, broker.got)
	sweep := func() int {
		n, err := r.Sweep(t.Context())
		require.NoError(t, err)
		return n
	}
	w.Clock.Advance(119 * time.Second)
	require.Zero(t, sweep(), "the broker asked for two minutes")
	w.Clock.Advance(2 * time.Second)
	require.Equal(t, 3, sweep())
	require.Len(t, broker.got, 3)
	require.Zero(t, sweep())
}

// A broker may ask for longer than we would wait, in seconds or until a date.
func TestABrokerIsLeftAloneForAsLongAsItAsks(t *testing.T) {
	t.Parallel()
	for _, after := range []string{"900", time.Now().Add(15 * time.Minute).UTC().Format(http.TimeFormat)} {
		w := todotest.New(t)
		broker := newIngress(t, func(n int) (int, string) {
			if n == 0 {
				return http.StatusServiceUnavailable, after
			}
			return http.StatusAccepted, ""
		})
		r := relay(t, w, broker.URL, "")
		r.Committed(addTasks(t, w, 1))
		require.NoError(t, r.Drain(t.Context()))
		w.Clock.Advance(14 * time.Minute)
		require.Zero(t, waiting(t, w), after)
		w.Clock.Advance(2 * time.Minute)
		require.Equal(t, 1, waiting(t, w), after)
	}
}

// F6, F7: a process that dies between commit and post, and sweeps at once.
func TestWhatADeadWriterLeftIsSweptByOneOfMany(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	broker := newIngress(t, taken)
	addTasks(t, w, 300) // committed, and handed to nobody
	w.Clock.Advance(time.Minute)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			r := relay(t, w, broker.URL, "")
			if _, err := r.Sweep(t.Context()); err != nil {
				t.Error(err)
			}
			if err := r.Drain(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	require.Len(t, broker.got, 300)
	for id, times := range broker.got {
		require.Equal(t, 1, times, "%s: claimed by two sweeps", id)
	}
}

// An event that was published, and that no audit row shows to have arrived, is caused again.
func TestAPublishedEventThatNobodySawIsCausedAgain(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	broker := newIngress(t, taken)
	r := relay(t, w, broker.URL, "")
	sent := addTasks(t, w, 2)
	r.Committed(sent)
	require.NoError(t, r.Drain(t.Context()))
	_, err := w.Store.AppendAudit(t.Context(), "ada", "/nudge/tasks", sent[0].ID, []byte(`{}`))
	require.NoError(t, err)
	w.Clock.Advance(5 * time.Minute)
	_, again, err := w.Store.Reconcile(t.Context(), w.Clock.Now(), 2*time.Minute, time.Hour, 100)
	require.NoError(t, err)
	require.EqualValues(t, 1, again)
	_, err = r.Sweep(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]int{sent[0].ID: 1, sent[1].ID: 2}, broker.got)
}

func TestWithoutASinkEventsStay(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	r := relay(t, w, "", "")
	r.Committed(addTasks(t, w, 1))
	require.NoError(t, r.Drain(t.Context()))
	w.Clock.Advance(time.Minute)
	waiting, err := w.Store.ClaimOutbox(t.Context(), w.Clock.Now(), w.Clock.Now(), 10)
	require.NoError(t, err)
	require.Len(t, waiting, 1)
	for _, wrong := range [][2]string{{"not a url", ""}, {"http://broker", "{"}} {
		_, err := outbox.NewSender(wrong[0], wrong[1])
		require.Error(t, err)
	}
}

package postgres_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"github.com/stretchr/testify/require"

	"function/shared/chain"
	"function/shared/events"
	"function/shared/outbox"
	store "function/shared/postgres"
	"function/shared/todo"
	"function/shared/todotest"
)

// The whole path of a completed occurrence, one after the other: the change and its
// event are committed, published, marked, read and checked by the consumer, the next
// occurrence is committed, and its event published. With and without the audit's share
// (reading, canonical form, hash and row of both events), in turns.
func BenchmarkAuditOnTheEventPath(b *testing.B) {
	const rounds = 300
	w := todotest.New(b)
	broker := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		rw.WriteHeader(http.StatusAccepted)
	}))
	b.Cleanup(broker.Close)
	sender, err := outbox.NewSender(broker.URL, "")
	require.NoError(b, err)
	relay := outbox.NewRelay(sender, slog.New(slog.DiscardHandler), w.Clock.Now)
	relay.Use(w.Store)
	person := todotest.Person("ada")
	made, err := w.Create(b.Context(), person, rent())
	require.NoError(b, err)
	w.Published()
	path := func(audited bool) time.Duration {
		task := made.First()
		start := time.Now()
		done, err := w.Complete(b.Context(), person, todo.Target{ID: task.ID, Version: task.Version})
		require.NoError(b, err)
		list := w.Published()
		_, err = relay.Publish(b.Context(), list)
		require.NoError(b, err)
		notice, _ := decode(b, list[0])
		act := todo.Act{Owner: "ada", Actor: todo.ActorRecurrence, Cause: done.ChangeSet.ID, Receipt: notice.Receipt("recurrence")}
		made, err = w.Spawn(b.Context(), act, notice.TaskID, notice.TaskVersion)
		require.NoError(b, err)
		more := w.Published()
		_, err = relay.Publish(b.Context(), more)
		require.NoError(b, err)
		if audited {
			for _, o := range append(list, more...) {
				notice, event := decode(b, o)
				entry, err := chain.EntryOf(notice, event).Canonical()
				require.NoError(b, err)
				_, err = w.Store.AppendAudit(b.Context(), notice.Owner, notice.Source, notice.ID, entry)
				require.NoError(b, err)
			}
		}
		return time.Since(start)
	}
	for b.Loop() {
		var without, with []time.Duration
		for range rounds {
			without = append(without, path(false))
			with = append(with, path(true))
		}
		slices.Sort(without)
		slices.Sort(with)
		for name, at := range map[string]int{"p50": rounds / 2, "p99": rounds * 99 / 100} {
			b.ReportMetric(float64(without[at].Microseconds()), "path-"+name+"-µs")
			b.ReportMetric(float64(with[at].Microseconds()), "audited-"+name+"-µs")
		}
		b.ReportMetric(100*(float64(with[rounds/2])/float64(without[rounds/2])-1), "overhead-%")
	}
}

func decode(b *testing.B, o store.Outgoing) (events.Notice, cloudevents.Event) {
	b.Helper()
	var event cloudevents.Event
	require.NoError(b, json.Unmarshal(o.Event, &event))
	notice, err := events.Decode(event)
	require.NoError(b, err)
	return notice, event
}

package bridge

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/stretchr/testify/require"
)

func pingOf(schedule, zone string) pingManifest {
	m := pingManifest{}
	m.Metadata = metadata{Name: "tick", Namespace: "nudge"}
	m.Spec.Schedule, m.Spec.Timezone = schedule, zone
	m.Spec.ContentType, m.Spec.Data = event.ApplicationJSON, "{}"
	m.Spec.Sink.Ref = &Ref{Kind: "Broker", Name: "default", Namespace: "nudge"}
	return m
}

func TestSchedulesAreKnatives(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 11, 23, 18, 58, 30, 0, time.UTC)
	for schedule, want := range map[string]string{
		"*/4 * * * *":    "2026-11-23T19:00:00Z",
		"10 * * * * *":   "2026-11-23T18:59:10Z",
		"@daily":         "2026-11-24T00:00:00Z",
		"0 9 * * MON":    "2026-11-30T09:00:00Z",
		"30 2 29 FEB *":  "2028-02-29T02:30:00Z",
		"15 18-20 * * *": "2026-11-23T19:15:00Z",
	} {
		p, err := newPing(pingOf(schedule, ""))
		require.NoError(t, err)
		require.Equal(t, want, p.schedule.Next(from).Format(time.RFC3339), schedule)
	}
	p, err := newPing(pingOf("0 9 * * *", "Asia/Tokyo"))
	require.NoError(t, err)
	require.Equal(t, "2026-11-24T00:00:00Z", p.schedule.Next(from).UTC().Format(time.RFC3339))
}

func TestPingMistakesAreNamed(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*pingManifest){
		"schedule":             func(m *pingManifest) { m.Spec.Schedule = "every day" },
		"Knative does not":     func(m *pingManifest) { m.Spec.Schedule = "@every 1s" },
		"Europe/Atlantis":      func(m *pingManifest) { m.Spec.Timezone = "Europe/Atlantis" },
		"needs a name":         func(m *pingManifest) { m.Metadata.Name = "" },
		"a sink":               func(m *pingManifest) { m.Spec.Sink = destination{} },
		"it is no JSON":        func(m *pingManifest) { m.Spec.Data = "{" },
		"exclude each other":   func(m *pingManifest) { m.Spec.DataBase64 = "e30=" },
		"dataBase64: illegal ": func(m *pingManifest) { m.Spec.Data, m.Spec.DataBase64 = "", "?" },
	} {
		m := pingOf("* * * * *", "")
		change(&m)
		_, err := newPing(m)
		require.ErrorContains(t, err, want)
	}
}

func TestPingTicksAtTheStartAndThenByTheSchedule(t *testing.T) {
	t.Parallel()
	p, err := newPing(pingOf("* * * * * *", ""))
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	ticks := make(chan event.Event)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.run(ctx, time.Now, func() string { return "id" }, func(_ context.Context, e event.Event) error {
			ticks <- e
			return nil
		}, slog.New(slog.DiscardHandler))
	}()
	began := time.Now()
	first, second, third := <-ticks, <-ticks, <-ticks
	require.False(t, first.Time().Before(began.Truncate(time.Second)))
	require.Equal(t, PingType, first.Type())
	require.Equal(t, "/apis/v1/namespaces/nudge/pingsources/tick", first.Source())
	require.JSONEq(t, "{}", string(first.Data()))
	require.True(t, third.Time().After(second.Time()))
	for _, tick := range []event.Event{second, third} {
		require.Zero(t, tick.Time().Nanosecond(), "a tick belongs to a whole second")
	}
	cancel()
	<-ended
}

func TestTickThatNobodyTakesIsTriedUntilTheNext(t *testing.T) {
	t.Parallel()
	p, err := newPing(pingOf("0 0 1 1 *", ""))
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	tried := make(chan event.Event, 1)
	go p.run(ctx, time.Now, func() string { return "id" }, func(_ context.Context, e event.Event) error {
		tried <- e
		return errors.New("away")
	}, slog.New(slog.DiscardHandler))
	require.Equal(t, (<-tried).Time(), (<-tried).Time(), "the same tick again")
}

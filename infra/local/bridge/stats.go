package bridge

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync/atomic"
)

type counters struct{ published, rejected, unavailable atomic.Int64 }

type triggerCounters struct {
	delivered, retried, held, deadLettered, deadLetterFailures, replied, filtered, malformed atomic.Int64
}

// Stats are counts since the start.
type Stats struct {
	Published   int64 // events that Kafka acknowledged, replies and ticks included
	Rejected    int64 // requests answered with 4xx
	Unavailable int64 // requests answered with 503
	Triggers    map[string]TriggerStats
}

// TriggerStats are the counts of one trigger.
type TriggerStats struct {
	Delivered          int64 // events that the subscriber took
	Retried            int64 // attempts after the first
	Held               int64 // attempts that found no subscriber to connect to
	DeadLettered       int64 // events that the dead-letter sink took
	DeadLetterFailures int64 // attempts that it did not take
	Replied            int64 // events published from a subscriber's answer
	Filtered           int64 // events that the filters kept away
	Malformed          int64 // records that are no CloudEvent
	Lag                int64 // records that are not finished, now
}

// Stats gives the counts as they are now.
func (b *Bridge) Stats() Stats {
	s := Stats{
		Published: b.stats.published.Load(), Rejected: b.stats.rejected.Load(), Unavailable: b.stats.unavailable.Load(),
		Triggers: map[string]TriggerStats{},
	}
	for _, c := range b.consumers {
		n := c.trigger.stats
		s.Triggers[c.trigger.name] = TriggerStats{
			Delivered: n.delivered.Load(), Retried: n.retried.Load(), Held: n.held.Load(),
			DeadLettered: n.deadLettered.Load(), DeadLetterFailures: n.deadLetterFailures.Load(),
			Replied: n.replied.Load(), Filtered: n.filtered.Load(), Malformed: n.malformed.Load(), Lag: c.lag(),
		}
	}
	return s
}

func (b *Bridge) metrics(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	b.Stats().write(w)
}

func (s Stats) write(w io.Writer) {
	counter := func(name string) { _, _ = fmt.Fprintf(w, "# TYPE %s counter\n", name) }
	for _, m := range []struct {
		name  string
		value int64
	}{
		{"nudge_bridge_published_total", s.Published},
		{"nudge_bridge_rejected_total", s.Rejected},
		{"nudge_bridge_unavailable_total", s.Unavailable},
	} {
		counter(m.name)
		_, _ = fmt.Fprintf(w, "%s %d\n", m.name, m.value)
	}
	names := slices.Sorted(maps.Keys(s.Triggers))
	for _, m := range []struct {
		name  string
		value func(TriggerStats) int64
	}{
		{"nudge_bridge_delivered_total", func(t TriggerStats) int64 { return t.Delivered }},
		{"nudge_bridge_retried_total", func(t TriggerStats) int64 { return t.Retried }},
		{"nudge_bridge_held_total", func(t TriggerStats) int64 { return t.Held }},
		{"nudge_bridge_dead_lettered_total", func(t TriggerStats) int64 { return t.DeadLettered }},
		{"nudge_bridge_dead_letter_failures_total", func(t TriggerStats) int64 { return t.DeadLetterFailures }},
		{"nudge_bridge_replied_total", func(t TriggerStats) int64 { return t.Replied }},
		{"nudge_bridge_filtered_total", func(t TriggerStats) int64 { return t.Filtered }},
		{"nudge_bridge_malformed_total", func(t TriggerStats) int64 { return t.Malformed }},
	} {
		counter(m.name)
		for _, name := range names {
			_, _ = fmt.Fprintf(w, "%s{trigger=%q} %d\n", m.name, name, m.value(s.Triggers[name]))
		}
	}
	_, _ = fmt.Fprintln(w, "# TYPE nudge_bridge_lag gauge")
	for _, name := range names {
		_, _ = fmt.Fprintf(w, "nudge_bridge_lag{trigger=%q} %d\n", name, s.Triggers[name].Lag)
	}
}

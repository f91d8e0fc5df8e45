package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"
)

// Effect is one kind of thing that events cause.
type Effect struct {
	What           string
	Missing, Extra int
}

// Report is what came of a run.
type Report struct {
	Options Options

	mu    sync.Mutex
	Kills map[string]int

	Load, Unavailable, Recovery time.Duration
	Requests, Unknown           int      // unknown: nobody knows whether it was done
	Acknowledged                []string // tasks whose making was answered with success

	Sent       int // events that Kafka has
	Records    int // how many times in all
	Duplicated int // events that it has more than once
	Most       int // times of one event

	Counts struct{ Events, Audited, Tasks, Completed, Fired, Notified, DeadLetters int }

	Effects []Effect
	Stuck   bool // something was still to be done when patience ended
}

func (r *Report) killed(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Kills[what]++
}

func (r *Report) kills() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, times := range r.Kills {
		n += times
	}
	return n
}

// Print writes the report for a person.
func (r *Report) Print(out io.Writer) {
	say := func(format string, a ...any) { _, _ = fmt.Fprintf(out, format+"\n", a...) }
	say("\nseed %d: %d events in %s (%.0f/s), %d requests of which %d without a known outcome", r.Options.Seed, r.Counts.Events,
		r.Load.Round(time.Second), float64(r.Counts.Events)/r.Load.Seconds(), r.Requests, r.Unknown)
	say("faults of the functions: %s", r.Options.Faults)
	for _, what := range slices.Sorted(maps.Keys(r.Kills)) {
		say("kill -9: %4d × %s", r.Kills[what], what)
	}
	say("unavailable %.1f s while it lasted; empty backlog %.1f s after healing", r.Unavailable.Seconds(), r.Recovery.Seconds())
	say("sent %d, once %d, duplicated %d (%.0f %%; %d records in Kafka, one event %d times)", r.Sent, r.Sent-r.Duplicated, r.Duplicated,
		100*r.share(), r.Records, r.Most)
	say("tasks %d, completed %d, reminders fired %d, notifications %d, links in the chains %d, dead letters kept on the way %d", r.Counts.Tasks, r.Counts.Completed,
		r.Counts.Fired, r.Counts.Notified, r.Counts.Audited, r.Counts.DeadLetters)
	say("%-40s %8s %8s", "effects", "missing", "extra")
	missing, extra := 0, 0
	for _, e := range r.Effects {
		say("%-40s %8d %8d", e.What, e.Missing, e.Extra)
		missing, extra = missing+e.Missing, extra+e.Extra
	}
	say("missing %d, extra effects %d", missing, extra)
}

func (r *Report) share() float64 { return float64(r.Duplicated) / float64(max(r.Sent, 1)) }

// Verdict is nil where nothing is missing and nothing happened twice.
func (r *Report) Verdict() error {
	if r == nil {
		return errors.New("there is no report")
	}
	var problems []error
	for _, e := range r.Effects {
		if e.Missing != 0 || e.Extra != 0 {
			problems = append(problems, fmt.Errorf("%s: %d missing, %d extra", e.What, e.Missing, e.Extra))
		}
	}
	if r.Stuck {
		problems = append(problems, errors.New("the backlog did not empty"))
	}
	if len(r.Effects) == 0 || r.Counts.Events == 0 {
		problems = append(problems, errors.New("nothing was checked"))
	}
	return errors.Join(problems...)
}

package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"function/shared/fault"
)

// world is one seed's: a few people, what they do over some days, all that goes wrong
// meanwhile, and then an end to the trouble.
type world struct {
	scheduler
	seed      uint64
	rng       *rand.Rand
	worker    *worker
	log       *story
	offset    time.Duration // of the machines' clocks from the world's time
	ids       uint64
	instances []*instance
	broker    *broker
	provider  *provider
	people    []*person
	healed    bool
	counts    map[string]int64
	commits   []commit       // every event that was committed, in the order of the commits
	order     map[string]int // event → its place in commits
	held      []func()       // long transactions that are open
	poison    map[string]bool
	closeNext bool      // the next statement finds its backend gone
	away      time.Time // until when the broker is down
	final     time.Time // when the last wishes were made
}

type commit struct {
	event string
	at    time.Time
}

// days are those that the worlds begin on: clocks change, months and years end.
var days = []time.Time{
	time.Date(2026, time.March, 7, 6, 0, 0, 0, time.UTC),    // New York springs forward on the 8th
	time.Date(2026, time.March, 28, 6, 0, 0, 0, time.UTC),   // Berlin on the 29th
	time.Date(2026, time.October, 24, 6, 0, 0, 0, time.UTC), // Berlin falls back on the 25th
	time.Date(2026, time.October, 31, 6, 0, 0, 0, time.UTC), // New York on the 1st
	time.Date(2028, time.February, 27, 6, 0, 0, 0, time.UTC),
	time.Date(2026, time.December, 30, 6, 0, 0, 0, time.UTC),
	time.Date(2026, time.June, 10, 6, 0, 0, 0, time.UTC),
}

// switches are the product's own faults, in every instance.
const switches = "seed=%d,kill_before_commit=0.003,kill_after_commit=0.003,fail_before_commit=0.01,unknown_commit=0.01," +
	"kill_before_publish=0.004,kill_after_publish=0.004,fail=0.03,lose=0.02,duplicate=0.05:3,reorder=0.05:3s,delay=0.03:20s"

// sidecarSwitches are those of the calls to providers.
const sidecarSwitches = "seed=%d,provider_lost=0.06,provider_429=0.06,provider_5xx=0.1"

func newWorld(ctx context.Context, worker *worker, seed uint64, out io.Writer) (*world, error) {
	if err := worker.db.empty(ctx); err != nil {
		return nil, err
	}
	w := &world{
		seed: seed, rng: rand.New(rand.NewPCG(seed, 0x6e75646765)), worker: worker, log: newStory(out), //nolint:gosec // a seed must repeat
		counts: map[string]int64{}, order: map[string]int{}, poison: map[string]bool{},
	}
	w.now = days[int(seed)%len(days)]
	w.broker, w.provider = &broker{world: w, taken: map[string]int{}}, worker.provider
	w.provider.begin(w)
	sidecar, err := fault.Parse(fmt.Sprintf(sidecarSwitches, seed))
	if err != nil {
		return nil, err
	}
	worker.dapr.Inject(sidecar)
	for n, name := range []string{"A", "B"} {
		i, err := w.newInstance(name, fmt.Sprintf(switches, seed*2+uint64(n)))
		if err != nil {
			return nil, err
		}
		w.instances = append(w.instances, i)
	}
	worker.db.world = w
	defer func() { worker.db.world = nil }()
	w.livesOn()
	w.heal()
	for _, i := range w.instances {
		for kind, n := range i.faults.Fired() {
			w.counts[string(kind)] += n
		}
	}
	for kind, n := range sidecar.Fired() {
		w.counts[string(kind)] += n
	}
	return w, nil
}

// clock is what the machines' clocks say.
func (w *world) clock() time.Time { return w.now.Add(w.offset) }

func (w *world) count(what string) { w.counts[what]++ }

// chance is true once in so many times.
func (w *world) chance(p float64) bool { return w.rng.Float64() < p }

// between draws a duration.
func (w *world) between(least, most time.Duration) time.Duration {
	return least + time.Duration(w.rng.Int64N(int64(most-least)))
}

// latency is how long a step takes: mostly some milliseconds.
func (w *world) latency() time.Duration {
	if !w.healed && w.chance(0.01) {
		w.count("slow step")
		return w.between(time.Second, 70*time.Second)
	}
	return w.between(time.Millisecond, 8*time.Millisecond)
}

// pause lets a step of a process take its time.
func (w *world) pause(p *process) { w.sleep(p, w.now.Add(w.latency()), nil) }

// committed hears of a transaction right when it is committed.
func (w *world) committed(events []string) {
	for _, id := range events {
		w.order[id] = len(w.commits)
		w.commits = append(w.commits, commit{id, w.clock()})
	}
}

// stretches are the times that the world is awake; in between no tick comes.
const (
	stretches   = 5
	stretchTime = 24 * time.Minute
	tickPeriod  = 4 * time.Minute
)

// livesOn is the time of trouble.
func (w *world) livesOn() {
	w.settle()
	for s := range stretches {
		end := w.now.Add(stretchTime)
		for at := w.now.Truncate(tickPeriod).Add(tickPeriod); at.Before(end); at = at.Add(tickPeriod) {
			w.at(at, w.broker.tick)
		}
		for range 9 {
			w.at(w.now.Add(w.between(0, stretchTime)), w.act)
		}
		for range 3 {
			w.at(w.now.Add(w.between(0, stretchTime)), w.trouble)
		}
		w.runUntil(end)
		if s+1 < stretches {
			gap := w.between(30*time.Minute, 13*time.Hour)
			if gap > 6*time.Hour {
				w.count("outage of ticks for hours")
			}
			w.note("nothing ticks for %s", gap.Round(time.Minute))
			w.runUntil(w.now.Add(gap))
		}
	}
}

// quiet is how long the world goes on when nothing goes wrong any more: leases that a
// clock that jumped made an hour long end in it.
const quiet = 150 * time.Minute

// heal ends the trouble and lets everything come to rest.
func (w *world) heal() {
	w.note("everything is well from here on")
	w.healed = true
	w.away = w.now
	w.offset = 0
	w.worker.dapr.Inject(nil)
	for _, i := range w.instances {
		i.inject(nil)
	}
	for _, commit := range w.held {
		commit()
	}
	w.held = nil
	end := w.now.Add(quiet)
	for at := w.now.Truncate(tickPeriod).Add(tickPeriod); at.Before(end); at = at.Add(tickPeriod) {
		w.at(at, w.broker.tick)
	}
	w.runUntil(end.Add(-30 * time.Minute))
	w.lastWishes()
	w.runUntil(end)
	w.rest()
}

// rest ends the world when nothing is on its way: a reminder that repeats may come at
// the very end.
func (w *world) rest() {
	const still = 5 * time.Second
	for range 60 {
		if len(w.commits) == 0 || w.clock().Sub(w.commits[len(w.commits)-1].at) >= still {
			return
		}
		w.runUntil(w.now.Add(still))
	}
}

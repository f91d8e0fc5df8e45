// Command simulation is `./task simulate`: worlds in which everything goes wrong that the
// field reports, each from one seed, with the real handlers, the real domain and a real
// PostgreSQL on a virtual clock; when the trouble has ended, a checker of its own holds
// the invariants over what is in the database, on the broker and with the providers.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"function/shared/dapr"
)

// allFaults is the number of seeds from which on every fault must have fired.
const allFaults = 50

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "simulation:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("simulate", flag.ContinueOnError)
	seeds := flags.Uint64("seeds", 20, "how many worlds")
	first := flags.Uint64("first", 1, "the first world's seed")
	verbose := flags.Bool("verbose", false, "tell all that happens, and each world's digest")
	workers := flags.Int("workers", min(runtime.NumCPU(), 2), "worlds at once")
	reminders := flags.Int("reminders", 0, "simulate so many reminders instead")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 || *workers < 1 {
		return fmt.Errorf("write --seeds N --first S [--verbose], or --reminders N; %q is none of them", flags.Args())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	// Processes take turns: more threads than worlds only look for work.
	runtime.GOMAXPROCS(*workers)
	debug.SetGCPercent(400)
	server, remove, err := startServer(ctx)
	if err != nil {
		return err
	}
	defer remove()
	if *reminders > 0 {
		return runMany(ctx, server, out, *reminders, *first)
	}
	s := &simulation{out: out, first: *first, seeds: *seeds, verbose: *verbose, counts: map[string]int64{}}
	return s.run(ctx, server, *workers)
}

// simulation is a run over many seeds.
type simulation struct {
	out     io.Writer
	first   uint64
	seeds   uint64
	verbose bool

	mu         sync.Mutex
	next       uint64
	counts     map[string]int64
	violations int
	done       uint64
	events     int
}

// worker runs one world after the other in a database of its own.
type worker struct {
	db       *database
	dapr     *dapr.Client
	provider *provider
	url      func(role string) string
}

func newWorker(ctx context.Context, server server, n int) (*worker, error) {
	name := fmt.Sprintf("world-%d", n)
	db, err := openDatabase(ctx, server.URL, server.Password, name)
	if err != nil {
		return nil, err
	}
	p, err := startProvider()
	if err != nil {
		return nil, err
	}
	client, err := dapr.Connect(dapr.Options{GRPCEndpoint: p.addr})
	if err != nil {
		return nil, err
	}
	return &worker{db: db, dapr: client, provider: p, url: func(role string) string { return server.URL(role, name) }}, nil
}

func (w *worker) close(ctx context.Context) {
	_ = w.dapr.Close()
	w.provider.server.Stop()
	w.db.close(ctx)
}

func (s *simulation) run(ctx context.Context, server server, workers int) error {
	begun := time.Now()
	var all sync.WaitGroup
	failures := make(chan error, workers)
	for n := range workers {
		all.Go(func() {
			w, err := newWorker(ctx, server, n)
			if err != nil {
				failures <- err
				return
			}
			defer w.close(context.WithoutCancel(ctx))
			failures <- s.work(ctx, w)
		})
	}
	all.Wait()
	close(failures)
	var err error
	for failure := range failures {
		err = errors.Join(err, failure)
	}
	s.report(time.Since(begun))
	if err != nil {
		return err
	}
	return s.verdict()
}

// work takes seeds until there are none.
func (s *simulation) work(ctx context.Context, w *worker) error {
	for ctx.Err() == nil {
		s.mu.Lock()
		seed := s.first + s.next
		s.next++
		over := seed >= s.first+s.seeds
		s.mu.Unlock()
		if over {
			return nil
		}
		var out io.Writer
		if s.verbose && s.seeds == 1 {
			out = s.out
		}
		result, err := w.try(ctx, seed, out)
		if err != nil {
			return fmt.Errorf("seed %d: %w", seed, err)
		}
		s.add(result)
	}
	return ctx.Err()
}

// outcome is what became of a seed.
type outcome struct {
	seed       uint64
	digest     string
	counts     map[string]int64
	violations []string
	tail       []string
	events     int
	took       time.Duration
}

// try runs one world and checks it.
func (w *worker) try(ctx context.Context, seed uint64, out io.Writer) (outcome, error) {
	begun := time.Now()
	world, err := newWorld(ctx, w, seed, out)
	if err != nil {
		return outcome{}, err
	}
	c := &checker{world: world}
	if err := c.check(ctx); err != nil {
		return outcome{}, err
	}
	return outcome{
		seed: seed, digest: world.log.sum(), counts: world.counts, violations: c.violations, tail: world.log.tail(), events: len(world.commits), took: time.Since(begun),
	}, nil
}

func (s *simulation) add(r outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done++
	s.events += r.events
	for what, n := range r.counts {
		s.counts[what] += n
	}
	if s.verbose {
		_, _ = fmt.Fprintf(s.out, "seed %d: digest %s, %d events, %d violations, %s\n", r.seed, r.digest, r.events, len(r.violations), r.took.Round(time.Millisecond))
	}
	if len(r.violations) > 0 {
		s.violations++
		_, _ = fmt.Fprintf(s.out, "\nseed %d violates:\n", r.seed)
		for _, v := range r.violations {
			_, _ = fmt.Fprintln(s.out, "  "+v)
		}
		_, _ = fmt.Fprintf(s.out, "replay it with: ./task simulate -- --seeds 1 --first %d --verbose\n", r.seed)
		if !s.verbose {
			for _, line := range r.tail {
				_, _ = fmt.Fprintln(s.out, "    "+line)
			}
		}
	}
	if s.done%50 == 0 {
		_, _ = fmt.Fprintf(s.out, "%d seeds, %d with violations\n", s.done, s.violations)
	}
}

func (s *simulation) report(took time.Duration) {
	_, _ = fmt.Fprintf(s.out, "\n%d seeds from %d on in %s: %d events, %d seeds with violations\n", s.done, s.first, took.Round(time.Second), s.events, s.violations)
	for _, what := range slices.Sorted(maps.Keys(s.counts)) {
		_, _ = fmt.Fprintf(s.out, "%10d  %s\n", s.counts[what], what)
	}
}

// verdict is an error where an invariant was broken, or a fault never happened.
func (s *simulation) verdict() error {
	if s.violations > 0 {
		return fmt.Errorf("%d of %d seeds violate an invariant", s.violations, s.done)
	}
	if s.done < allFaults {
		return nil
	}
	var never []string
	for _, what := range mustHappen {
		if s.counts[what] == 0 {
			never = append(never, what)
		}
	}
	if len(never) > 0 {
		return fmt.Errorf("%d seeds, and this never happened: %q", s.done, never)
	}
	return nil
}

// mustHappen are the faults that a run is to have seen.
var mustHappen = []string{
	"kill_before_commit", "kill_after_commit", "fail_before_commit", "unknown_commit", "kill_before_publish", "kill_after_publish",
	"fail", "lose", "duplicate", "reorder", "delay", "provider_lost", "provider_429", "provider_5xx",
	"crash", "instance killed", "all instances killed", "clock jumps", "clock set right", "poison event", "event of a newer type", "event of a newer schema",
	"backend terminated", "transaction open for long", "outage of ticks for hours", "tick lost", "slow step", "handler slower than its time",
	"broker refuses", "broker down for ten minutes", "broker is down", "broker's answer is lost", "broker loses", "broker duplicates", "one event 184 times", "broker reorders", "broker is hours late",
	"delivery retried", "dead letter", "provider refuses for the moment", "provider sends and does not say so",
	"act: undo", "act: reopen", "act: complete", "act: delete", "act: restore", "act: move", "act: snooze", "act: skip", "act: pause",
}

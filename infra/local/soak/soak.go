package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Options say how hard.
type Options struct {
	Root     string
	Events   int
	Seed     uint64
	People   int
	Every    time.Duration
	AtMost   time.Duration // of load; 0: no bound
	Patience time.Duration
	Faults   string
	Out      io.Writer // progress
}

// Run soaks once. The error is of the run; what went wrong in the product is in the report.
func Run(ctx context.Context, o Options) (report *Report, err error) {
	dir, err := os.MkdirTemp("", "nudge-soak-")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // PostgreSQL runs as another user where we are root
		return nil, err
	}
	defer func() {
		if err == nil && report.Verdict() == nil {
			_ = os.RemoveAll(dir)
			return
		}
		_, _ = fmt.Fprintf(o.Out, "the stack's data and logs stay in %s\n", dir)
	}()
	r, err := newRunner(ctx, o.Root, filepath.Join(dir, "nudge"))
	if err != nil {
		return nil, err
	}
	defer r.kill()
	if err := r.start(ctx, fmt.Sprintf("seed=%d,%s", o.Seed, o.Faults)); err != nil {
		return nil, err
	}
	db := &database{r}
	report = &Report{Options: o, Kills: map[string]int{}}
	began := time.Now()
	people, err := signUpAll(ctx, r, o)
	if err != nil {
		return nil, err
	}
	if err := trouble(ctx, o, r, db, people, report); err != nil {
		return nil, err
	}
	report.Load = time.Since(began)
	_, _ = fmt.Fprintf(o.Out, "%s of load; healing\n", report.Load.Round(time.Second))
	return report, heal(ctx, o, r, db, people, report)
}

// trouble loads and kills until enough events are committed.
func trouble(ctx context.Context, o Options, r *runner, db *database, people []*person, report *Report) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var all sync.WaitGroup
	for _, p := range people {
		all.Go(func() { p.act(ctx) })
	}
	probe := newProber(people[0])
	all.Go(func() { probe.run(ctx) })
	failed := make(chan error, 1)
	all.Go(func() {
		if err := newKiller(o, r, db, report).run(ctx); err != nil && ctx.Err() == nil {
			failed <- err
		}
	})
	tick := time.NewTicker(3 * time.Second) // counting takes the database's time
	defer tick.Stop()
	told := time.Now()
	var err error
	began := time.Now()
	for n := 0; n < o.Events && err == nil && (o.AtMost == 0 || time.Since(began) < o.AtMost); {
		select {
		case <-tick.C:
			if count, err := db.events(ctx); err == nil { // else it was killed just now
				n = count
			}
			if time.Since(told) > 10*time.Second {
				told = time.Now()
				_, _ = fmt.Fprintf(o.Out, "%d events, %d kills, unavailable %s\n", n, report.kills(), probe.unavailable().Round(time.Second))
			}
		case err = <-failed:
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
	}
	cancel()
	all.Wait()
	report.Unavailable = probe.unavailable()
	return err
}

// heal starts everything anew without faults and waits until nothing is left to do.
func heal(ctx context.Context, o Options, r *runner, db *database, people []*person, report *Report) error {
	r.kill()
	began := time.Now()
	if err := r.start(ctx, ""); err != nil {
		return err
	}
	for _, p := range people {
		report.Acknowledged = append(report.Acknowledged, p.acknowledged...)
		report.Requests, report.Unknown = report.Requests+p.requests, report.Unknown+p.unknown
	}
	ctx, cancel := context.WithTimeout(ctx, o.Patience)
	defer cancel()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for round := 0; ; round++ {
		if round%5 == 0 {
			r.ping(ctx) // the wake-up that comes every four minutes by itself
		}
		lag := r.lag(ctx)
		left, err := -1, error(nil)
		if lag == 0 || round%10 == 0 { // looking for what is missing reads everything
			left, err = db.backlog(ctx)
		}
		if err == nil && left == 0 && lag == 0 {
			break
		}
		if round%10 == 0 {
			_, _ = fmt.Fprintf(o.Out, "left to do: %d, deliveries under way: %d\n", left, lag)
		}
		select {
		case <-tick.C:
			continue
		case <-ctx.Done():
		}
		_, _ = fmt.Fprintf(o.Out, "the backlog did not empty within %s: %d left (%v), lag %d\n", o.Patience, left, err, lag)
		report.Stuck = true
		break
	}
	report.Recovery = time.Since(began)
	ctx = context.WithoutCancel(ctx)
	if err := countRecords(ctx, r, report); err != nil {
		return err
	}
	return db.check(ctx, report)
}

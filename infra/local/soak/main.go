// Command soak runs the whole of Nudge, loads it through its HTTP API and kills its
// parts every few seconds: the functions, the sidecar, PostgreSQL's backends, and the
// runner with everything in it (event bridge, Kafka-protocol broker, database). Every
// published event may come several times, late, and after an unknown commit. Then it
// heals, waits until nothing is left to do, and checks the database: what should have
// happened and has not, and what happened more than once.
//
// The words are those of Knative's prober: sent, once, duplicated, missing, unavailable.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintf(os.Stderr, "soak: %v\n", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	flags := flag.NewFlagSet("soak", flag.ContinueOnError)
	o := Options{Out: os.Stdout}
	flags.StringVar(&o.Root, "root", ".", "the project's folder")
	flags.IntVar(&o.Events, "events", 10_000, "how many events must have been committed before it heals")
	flags.Uint64Var(&o.Seed, "seed", 1, "what is done, killed and spoilt")
	flags.IntVar(&o.People, "people", 8, "people who act at once")
	flags.DurationVar(&o.Every, "every", 4*time.Second, "between two kills")
	flags.DurationVar(&o.AtMost, "at-most", 6*time.Hour, "before it heals, however few events there are")
	flags.DurationVar(&o.Patience, "patience", 10*time.Minute, "for the backlog to empty after healing")
	flags.StringVar(&o.Faults, "faults", defaultFaults, "the switches of failure (shared/fault) of the functions")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	report, err := Run(ctx, o)
	if err != nil {
		return err
	}
	report.Print(o.Out)
	return report.Verdict()
}

// defaultFaults makes more than half of the events come more than once.
const defaultFaults = "duplicate=0.6:3,reorder=0.1:300ms,delay=0.01:1s,fail=0.01,unknown_commit=0.005,fail_before_commit=0.005"

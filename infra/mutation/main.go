// Command mutation takes away one guard after the other and sees that a test fails.
//
// A guard is what makes an effect happen once, for its owner only, on the version that
// was seen. Each is removed from a copy that only the compiler sees (go's -overlay), and
// the narrow tests that must fail are run. A guard whose removal no test notices fails
// the command: the test that is missing is to be written.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"text/tabwriter"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintf(os.Stderr, "mutation: %v\n", err)
		os.Exit(1)
	}
}

func run(arguments []string, out io.Writer) error {
	flags := flag.NewFlagSet("mutation", flag.ContinueOnError)
	root := flags.String("root", ".", "the project's folder")
	only := flags.String("only", "", "a regular expression: the guards to take away")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	wanted, err := regexp.Compile(*only)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	bench, err := newBench(*root)
	if err != nil {
		return err
	}
	defer bench.close()
	var chosen []guard
	for _, g := range guards {
		if wanted.MatchString(g.name) {
			chosen = append(chosen, g)
		}
	}
	return check(ctx, bench, chosen, out)
}

// check prints a row per guard as soon as it is known.
func check(ctx context.Context, b *bench, chosen []guard, out io.Writer) error {
	began := time.Now()
	if err := b.sound(ctx, chosen); err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 58, 0, 2, ' ', 0)
	survived := 0
	for _, g := range chosen {
		start := time.Now()
		caught, err := b.without(ctx, g)
		if err != nil {
			return fmt.Errorf("%s: %w", g.name, err)
		}
		if caught == "" {
			survived++
			caught = "NO TEST NOTICES"
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%.0f s\n", g.name, caught, time.Since(start).Seconds())
		_ = table.Flush()
	}
	_, _ = fmt.Fprintf(out, "%d guards taken away, %d noticed, %.0f s\n", len(chosen), len(chosen)-survived, time.Since(began).Seconds())
	if survived > 0 {
		return fmt.Errorf("%d guards could go without a test failing", survived)
	}
	return nil
}

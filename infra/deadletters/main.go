// Command deadletters shows the events that a consumer would not take, and sends them
// to the broker again. Sending one twice is harmless: who took it knows it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"function/infra/status"
	"function/shared/outbox"
	"function/shared/postgres"
	"function/shared/todo"
)

const usage = `usage: ./task deadletters -- list [--type T] [--destination D] [--since S] [--replayed]
       ./task deadletters -- show ID
       ./task deadletters -- replay ID...
       ./task deadletters -- replay [--type T] [--destination D] [--since S] | --all

list    shows the letters that wait: those not sent again yet, and those that came back.
show    tells all of one: who would not take it, the answer, and the event, whose text is sealed.
replay  sends letters to the broker again, when what they were refused for is mended.

--type T         the event's type, or how it begins, as dev.nudge.task.
--destination D  part of the address of who would not take it, as recurrence
--since S        received since then: 2h, 3d, 2026-01-05 or 2026-01-05T08:00:00Z
--replayed       with those that were sent again and did not come back

The letters are those of the stack of ./task up; DATABASE_URL and K_SINK name another one`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	c := &command{getenv: os.Getenv, now: time.Now, out: os.Stdout}
	if err := c.run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "deadletters:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to be done
	}
}

// command is one run, and what it needs of the world.
type command struct {
	getenv func(string) string
	now    func() time.Time
	out    io.Writer

	store *postgres.Store
	nudge status.Nudge
}

// arguments are what the command line says.
type arguments struct {
	which    postgres.Letters
	filtered bool
	all      bool
	ids      []int64
}

func (c *command) run(ctx context.Context, line []string) error {
	if len(line) == 0 {
		return errors.New("say what to do\n" + usage)
	}
	verb := line[0]
	switch verb {
	case "help", "-h", "--help":
		_, err := fmt.Fprintln(c.out, usage)
		return err
	case "list", "show", "replay":
	default:
		return fmt.Errorf("there is no command %q\n%s", verb, usage)
	}
	a, err := c.parse(line[1:])
	if err == nil {
		err = a.check(verb)
	}
	if err != nil {
		return fmt.Errorf("%w\n%s", err, usage)
	}
	if c.nudge, err = status.Find(".", c.getenv); err != nil {
		return err
	}
	pool, err := postgres.Open(ctx, c.nudge.Database, 2)
	if err != nil {
		return err
	}
	defer pool.Close()
	c.store = postgres.New(pool, nil, nil) // dead letters are no one person's: no key is needed
	switch verb {
	case "list":
		err = c.list(ctx, a)
	case "show":
		err = c.show(ctx, a.ids[0])
	default:
		err = c.replay(ctx, a)
	}
	if todo.CodeOf(err) == todo.CodeUnavailable {
		return errors.New("the database does not answer: is Nudge running, and DATABASE_URL right?")
	}
	return err
}

// parse reads flags and ids in any order.
func (c *command) parse(line []string) (arguments, error) {
	var a arguments
	var since string
	flags := flag.NewFlagSet("deadletters", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&a.which.Type, "type", "", "")
	flags.StringVar(&a.which.Destination, "destination", "", "")
	flags.StringVar(&since, "since", "", "")
	flags.BoolVar(&a.which.Replayed, "replayed", false, "")
	flags.BoolVar(&a.all, "all", false, "")
	for {
		if err := flags.Parse(line); err != nil {
			return a, err
		}
		if flags.NArg() == 0 {
			break
		}
		id, err := strconv.ParseInt(flags.Arg(0), 10, 64)
		if err != nil || id < 1 {
			return a, fmt.Errorf("%q is no id of a letter: they are the numbers that list shows", flags.Arg(0))
		}
		a.ids, line = append(a.ids, id), flags.Args()[1:]
	}
	a.filtered = a.which.Type != "" || a.which.Destination != "" || since != ""
	if since != "" {
		at, err := instant(since, c.now())
		if err != nil {
			return a, err
		}
		a.which.Since = &at
	}
	return a, nil
}

// check finds what does not fit the verb.
func (a arguments) check(verb string) error {
	switch {
	case verb == "list" && (len(a.ids) > 0 || a.all):
		return errors.New("list takes no id: show ID tells of one letter")
	case verb == "show" && (len(a.ids) != 1 || a.filtered || a.all):
		return errors.New("show takes one id, which list shows")
	case verb != "replay":
		return nil
	case len(a.ids) > 0 && (a.filtered || a.all), a.all && a.filtered:
		return errors.New("replay takes ids, or a filter, or --all: one of them")
	case len(a.ids) == 0 && !a.filtered && !a.all:
		return errors.New("say what to replay: ids, a filter, or --all")
	}
	return nil
}

// instant reads a date, an RFC 3339 time, or how long ago.
func instant(text string, now time.Time) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	if at, err := time.ParseInLocation(time.DateOnly, text, now.Location()); err == nil {
		return at, nil
	}
	if days, err := strconv.Atoi(trimDays(text)); err == nil && days > 0 && days < 100_000 {
		return now.AddDate(0, 0, -days), nil
	}
	if ago, err := time.ParseDuration(text); err == nil && ago > 0 {
		return now.Add(-ago), nil
	}
	return time.Time{}, fmt.Errorf("--since %q is no time: write 2h, 3d, 2026-01-05 or 2026-01-05T08:00:00Z", text)
}

// trimDays gives the number of "3d"; of anything else nothing that is one.
func trimDays(text string) string {
	if len(text) > 1 && text[len(text)-1] == 'd' {
		return text[:len(text)-1]
	}
	return ""
}

// sender sends to the broker of the Nudge that was found.
func (c *command) sender() (*outbox.Sender, error) {
	if c.nudge.Sink == "" {
		return nil, errors.New("set K_SINK to the broker's address: DATABASE_URL names a Nudge whose broker is not known here")
	}
	return outbox.NewSender(c.nudge.Sink, c.getenv("K_CE_OVERRIDES"))
}

// Command local is Nudge's laptop runner: ./task up and its relatives.
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
	"strings"
	"syscall"

	"function/infra/local/stack"
)

const usage = `usage: local up|dev [--data DIR] [--port N] [--quiet]
       local clean [--data DIR]`

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return
		}
		fmt.Fprintf(os.Stderr, "\nnudge: %v\n", err)
		os.Exit(1)
	}
}

func run(arguments []string, out io.Writer) error {
	if len(arguments) == 0 {
		return errors.New(usage)
	}
	command := arguments[0]
	flags := flag.NewFlagSet(command, flag.ContinueOnError)
	options := stack.Options{Out: out, Dev: command == "dev"}
	port, err := portFromEnvironment()
	if err != nil {
		return err
	}
	flags.StringVar(&options.Root, "root", ".", "the project's folder")
	flags.StringVar(&options.Data, "data", os.Getenv("NUDGE_DATA"), "the folder for data; .nudge in the project if empty")
	flags.IntVar(&options.Port, "port", port, "the port of the address; 0 takes a free one")
	flags.BoolVar(&options.Quiet, "quiet", false, "print the address only")
	if err := flags.Parse(arguments[1:]); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("%q is not understood\n%s", flags.Arg(0), usage)
	}
	if brokers := os.Getenv("KAFKA_BROKERS"); brokers != "" {
		options.Brokers = strings.Split(brokers, ",")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends at once
	switch command {
	case "up", "dev":
		return stack.Up(ctx, options)
	case "clean":
		return stack.Clean(options)
	}
	return fmt.Errorf("%q is not understood\n%s", command, usage)
}

func portFromEnvironment() (int, error) {
	text := os.Getenv("PORT")
	if text == "" {
		return 8787, nil
	}
	port, err := strconv.Atoi(text)
	if err != nil || port < 0 || port > 65535 {
		return 0, fmt.Errorf("PORT is %q, which is no port: give a number from 1 to 65535", text)
	}
	return port, nil
}

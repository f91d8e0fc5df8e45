// Command kafka runs a real Apache Kafka, one node in KRaft mode, on free ports of the
// loopback interface, where Java and Maven are found:
//
//	kafka                  runs it until Ctrl-C and prints KAFKA_BROKERS=…
//	kafka COMMAND ARG…     runs the command with KAFKA_BROKERS set, then stops it
//
// Maven fetches Kafka once (pom.xml) into .build/kafka. The data is in a temporary
// folder and goes with the process.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

func main() {
	err := run(os.Args[1:])
	var ended *exec.ExitError
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
	case errors.As(err, &ended) && ended.ExitCode() > 0:
		os.Exit(ended.ExitCode()) // the command has said why
	default:
		fmt.Fprintf(os.Stderr, "kafka: %v\n", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	flags := flag.NewFlagSet("kafka", flag.ContinueOnError)
	root := flags.String("root", ".", "the project's folder")
	heap := flags.String("heap", "512m", "the most memory that Java's heap may take")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	programs, err := Fetch(ctx, *root)
	if err != nil {
		return err
	}
	server, err := Start(ctx, programs, *heap)
	if err != nil {
		return err
	}
	defer server.Stop()
	if flags.NArg() == 0 {
		fmt.Printf("KAFKA_BROKERS=%s\n", server.Address)
		select {
		case <-ctx.Done():
			return nil
		case <-server.done:
			return fmt.Errorf("it ended by itself: %w", server.why())
		}
	}
	fmt.Fprintf(os.Stderr, "kafka: Apache Kafka listens on %s\n", server.Address)
	// A signal from the terminal reaches the command as well; it is waited for.
	command := exec.CommandContext(context.WithoutCancel(ctx), flags.Arg(0), flags.Args()[1:]...)
	command.Env = append(os.Environ(), "KAFKA_BROKERS="+server.Address)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	return command.Run()
}

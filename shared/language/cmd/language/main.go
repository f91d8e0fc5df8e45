// Command language answers cases and explains readings:
//
//	language predict KIND < cases.jsonl > predictions.jsonl
//	language explain [-ref 2026-11-23T12:00:00] [-lang en] "text"
package main

import (
	"fmt"
	"os"

	"function/shared/language/predict"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "language:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "predict":
		return predict.Run(args[1], os.Stdin, os.Stdout)
	}
	return fmt.Errorf("usage: language predict KIND < cases.jsonl, or language explain TEXT")
}

// Command language answers cases and explains readings:
//
//	language predict KIND < cases.jsonl > predictions.jsonl
//	language explain [-ref 2026-11-23T12:00:00] [-lang en] "text"
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"function/shared/language"
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
	case len(args) > 1 && args[0] == "explain":
		return explain(args[1:])
	}
	return fmt.Errorf("usage: language predict KIND < cases.jsonl, or language explain [-ref TIME] [-lang TAG] TEXT")
}

func explain(args []string) error {
	flags := flag.NewFlagSet("explain", flag.ContinueOnError)
	ref := flags.String("ref", time.Now().Format("2006-01-02T15:04:05"), "the present moment, local")
	lang := flags.String("lang", "en", "the language, as a BCP 47 tag")
	dayFirst := flags.Bool("day-first", false, "read 3/4 as the third of April")
	if err := flags.Parse(args); err != nil {
		return err
	}
	now, err := time.Parse("2006-01-02T15:04:05", *ref)
	if err != nil {
		return err
	}
	fmt.Print(language.Explain(strings.Join(flags.Args(), " "), language.Context{
		Now: now, Language: *lang, WeekStart: time.Monday, DayFirst: *dayFirst,
	}))
	return nil
}

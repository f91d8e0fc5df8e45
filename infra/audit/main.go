// Command audit verifies exports of the audit chain, and exports the chains of a running
// Nudge for its operator. Verifying is the package verify's, which needs no secret and
// nothing of Nudge.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"function/infra/audit/verify"
	"function/infra/status"
	"function/shared/chain"
)

const usage = `usage: ./task audit -- verify FILE [--key JWKS] [--anchor CHECKPOINTS]
       ./task audit -- export [--out FILE]
       ./task audit -- key

verify  checks an export (GET /api/activity/export, or the command export); "-" is the standard input.
        --key     the published keys, a file or the JSON itself (GET /api/activity/key)
        --anchor  checkpoints that were kept elsewhere: an earlier export, lines of the log, or one JWS
        It ends with 0: nothing is wrong; 1: something is; 2: it could not be checked.
export  writes the chains of everybody, text sealed, from the stack of ./task up or from DATABASE_URL.
key     makes a key for AUDIT_SIGNING_KEY`

// errTampered ends the program with 1.
var errTampered = errors.New("this is not what was written")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr); {
	case err == nil:
	case errors.Is(err, errTampered):
		os.Exit(1) //nolint:gocritic // nothing is left to be done
	default:
		fmt.Fprintln(os.Stderr, "audit:", err)
		os.Exit(2)
	}
}

func run(ctx context.Context, arguments []string, in io.Reader, out, messages io.Writer) error {
	if len(arguments) == 0 {
		return errors.New("say what to do\n" + usage)
	}
	switch command, rest := arguments[0], arguments[1:]; command {
	case "verify":
		return runVerify(rest, in, out)
	case "export":
		return runExport(ctx, rest, out, messages)
	case "key":
		key, err := chain.NewSigningKey(rand.Reader)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(out, key)
		return err
	case "help", "-h", "--help":
		_, err := fmt.Fprintln(out, usage)
		return err
	default:
		return fmt.Errorf("there is no command %q\n%s", command, usage)
	}
}

// parse reads flags that may stand before, between and behind the other arguments, and
// gives those.
func parse(flags *flag.FlagSet, arguments []string) ([]string, error) {
	flags.SetOutput(io.Discard)
	var others []string
	for {
		if err := flags.Parse(arguments); err != nil {
			return nil, fmt.Errorf("%w\n%s", err, usage)
		}
		if flags.NArg() == 0 {
			return others, nil
		}
		others, arguments = append(others, flags.Arg(0)), flags.Args()[1:]
	}
}

func runVerify(arguments []string, in io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	key := flags.String("key", "", "")
	anchor := flags.String("anchor", "", "")
	files, err := parse(flags, arguments)
	if err != nil {
		return err
	}
	if len(files) != 1 {
		return errors.New("name one file to verify\n" + usage)
	}
	var options verify.Options
	if *key != "" {
		text, err := textOf(*key, '{')
		if err != nil {
			return fmt.Errorf("the key: %w", err)
		}
		if options.Keys, err = verify.ReadKeys(text); err != nil {
			return fmt.Errorf("the key: %w", err)
		}
	}
	if *anchor != "" {
		text, err := textOf(*anchor, 'e') // a JWS begins with {" in base64
		if err != nil {
			return fmt.Errorf("the anchor: %w", err)
		}
		if options.Anchors, err = verify.ReadAnchors(text, options.Keys); err != nil {
			return err
		}
	}
	if files[0] != "-" {
		file, err := os.Open(files[0])
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	report, err := verify.Export(in, options)
	if err != nil {
		return err
	}
	return tell(out, report, options)
}

// textOf reads a file, unless no such file is there and the argument begins as the text
// itself does.
func textOf(argument string, first byte) ([]byte, error) {
	text, err := os.ReadFile(argument)
	if err != nil && argument[0] == first {
		return []byte(argument), nil
	}
	return text, err
}

// tell says what was found.
func tell(out io.Writer, report verify.Report, options verify.Options) error {
	for _, p := range report.Problems {
		_, _ = fmt.Fprintln(out, "WRONG", p)
	}
	for _, c := range report.Chains {
		for _, p := range c.Problems {
			_, _ = fmt.Fprintf(out, "WRONG chain %s, %s\n", c.ID, p)
		}
		if c.More > 0 {
			_, _ = fmt.Fprintf(out, "WRONG chain %s, and %d more\n", c.ID, c.More)
		}
		if len(c.Problems) > 0 {
			continue
		}
		_, _ = fmt.Fprintf(out, "OK chain %s: %d entries as of %s, %d checkpoints, head %s\n", c.ID, c.Count, c.Time, c.Checkpoints, c.Head)
		if c.Base > 0 {
			_, _ = fmt.Fprintf(out, "   the text of the first %d was removed by the retention; a checkpoint stands for them\n", c.Base)
		}
	}
	if !report.Intact() {
		if len(report.Chains) == 0 && len(report.Problems) == 0 {
			_, _ = fmt.Fprintln(out, "WRONG the file is empty")
		}
		return errTampered
	}
	if options.Keys == nil {
		_, _ = fmt.Fprintln(out, "   The entries fit each other. Without --key, whoever made all of them anew is not found out.")
	}
	if options.Anchors == nil {
		_, _ = fmt.Fprintln(out, "   Keep this file: as --anchor of a later one it shows that nothing was taken away or made anew in between.")
	}
	return nil
}

func runExport(ctx context.Context, arguments []string, out, messages io.Writer) error {
	flags := flag.NewFlagSet("export", flag.ContinueOnError)
	name := flags.String("out", "", "")
	others, err := parse(flags, arguments)
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return fmt.Errorf("%q is not understood\n%s", others[0], usage)
	}
	nudge, err := status.Find(".", os.Getenv)
	if err != nil {
		return err
	}
	var signer *chain.Signer
	if nudge.SigningKey == "" {
		_, _ = fmt.Fprintln(messages, "audit: AUDIT_SIGNING_KEY is not set, so the first lines are not signed")
	} else if signer, err = chain.NewSigner(nudge.SigningKey); err != nil {
		return fmt.Errorf("AUDIT_SIGNING_KEY: %w", err)
	}
	if *name == "" {
		return export(ctx, nudge.Operator, signer, out, messages)
	}
	file, err := os.OpenFile(*name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(export(ctx, nudge.Operator, signer, file, messages), file.Close())
}

// Package command runs the programs that building and deploying need: git, go,
// func and kubectl.
package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// Command is a program to run.
type Command struct {
	Name  string
	Args  []string
	Dir   string    // where it runs; empty: here
	Env   []string  // NAME=VALUE, beside this process's own environment
	Input io.Reader // its standard input; nil: none
	Log   io.Writer // where its output goes as well, line by line; nil: nowhere
}

// Run runs a command to its end and gives its standard output. A program that is
// not on the PATH is [exec.ErrNotFound]; one that fails is an [Error].
type Run func(context.Context, Command) ([]byte, error)

// Error is a program that ended badly.
type Error struct {
	Name   string // the program
	Stderr string // what it said, without space around it
	Err    error  // how it ended
}

// Error gives what the program said, which tells more than its exit code.
func (e *Error) Error() string {
	if e.Stderr == "" {
		return fmt.Sprintf("%s: %v", e.Name, e.Err)
	}
	return fmt.Sprintf("%s: %s", e.Name, e.Stderr)
}

// Unwrap gives how it ended.
func (e *Error) Unwrap() error { return e.Err }

// Said is the last line of what a failed program said, or the error's own text.
func Said(err error) string {
	text := err.Error()
	if failed, ok := errors.AsType[*Error](err); ok && failed.Stderr != "" {
		text = failed.Stderr
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

// Exec is the Run of real programs.
func Exec(ctx context.Context, c Command) ([]byte, error) {
	path, err := exec.LookPath(c.Name)
	if err != nil {
		return nil, fmt.Errorf("%s is not on the PATH: %w", c.Name, exec.ErrNotFound)
	}
	cmd := exec.CommandContext(ctx, path, c.Args...)
	cmd.Dir, cmd.Stdin = c.Dir, c.Input
	cmd.Env = append(os.Environ(), c.Env...)
	var output, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &said
	if c.Log != nil {
		cmd.Stdout, cmd.Stderr = io.MultiWriter(&output, c.Log), io.MultiWriter(&said, c.Log)
	}
	if err := cmd.Run(); err != nil {
		return output.Bytes(), &Error{Name: c.Name, Stderr: strings.TrimSpace(said.String()), Err: err}
	}
	return output.Bytes(), nil
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// bench is where mutants are built and tested.
type bench struct {
	root string // absolute
	dir  string // of the changed copies
}

func newBench(root string) (*bench, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(root, migrations)); err != nil {
		return nil, fmt.Errorf("%s is not the project's folder: %w", root, err)
	}
	dir, err := os.MkdirTemp("", "nudge-mutation-")
	return &bench{root, dir}, err
}

func (b *bench) close() { _ = os.RemoveAll(b.dir) }

// migrations is the folder of the database's schema: a mutant of the schema is one
// migration more, so it takes a guard away wherever the guard was made.
const migrations = "shared/postgres/migrations"

// sound sees that the tests pass as long as the guards are there.
func (b *bench) sound(ctx context.Context, chosen []guard) error {
	seen := map[string]bool{}
	for _, g := range chosen {
		key := g.pkg + " " + g.tests
		if seen[key] {
			continue
		}
		seen[key] = true
		out, err := b.test(ctx, "", g)
		if err != nil || bytes.Contains(out, []byte("no tests to run")) {
			return fmt.Errorf("the tests %s of %s must pass before a guard is taken away (%w):\n%s", g.tests, g.pkg, err, out)
		}
	}
	return nil
}

var failed = regexp.MustCompile(`(?m)^\s*--- FAIL: (Test\w+)`)

// without takes the guard away and gives the tests that failed; "": none did.
func (b *bench) without(ctx context.Context, g guard) (string, error) {
	overlay, err := b.overlay(g)
	if err != nil {
		return "", err
	}
	vet := exec.CommandContext(ctx, "go", "build", "-overlay", overlay, g.pkg)
	vet.Dir = b.root
	if out, err := vet.CombinedOutput(); err != nil {
		return "", fmt.Errorf("it does not compile without the guard: %w\n%s", err, out)
	}
	out, err := b.test(ctx, overlay, g)
	if err == nil {
		return "", nil
	}
	var names []string
	for _, match := range failed.FindAllSubmatch(out, -1) {
		names = append(names, string(match[1]))
	}
	if len(names) == 0 { // it failed for another reason than a test
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return strings.Join(names, ", "), nil
}

// limit bounds a run: a mutant may wait for ever.
const limit = "2m"

func (b *bench) test(ctx context.Context, overlay string, g guard) ([]byte, error) {
	arguments := []string{"test", "-count=1", "-timeout", limit, "-run", g.tests}
	if overlay != "" {
		arguments = append(arguments, "-overlay", overlay)
	}
	command := exec.CommandContext(ctx, "go", append(arguments, g.pkg)...)
	command.Dir = b.root
	return command.CombinedOutput()
}

// overlay writes the changed copies and the file that shows them to the compiler.
func (b *bench) overlay(g guard) (string, error) {
	replace := map[string]string{}
	put := func(name string, text []byte) error {
		path := filepath.Join(b.dir, strings.ReplaceAll(name, "/", "_"))
		replace[filepath.Join(b.root, filepath.FromSlash(name))] = path
		return os.WriteFile(path, text, 0o600)
	}
	if g.file != "" {
		text, err := os.ReadFile(filepath.Join(b.root, filepath.FromSlash(g.file)))
		if err != nil {
			return "", err
		}
		if n := len(g.remove.FindAllIndex(text, -1)); n != 1 {
			return "", fmt.Errorf("%s has the guard's text %d times, not once: %q", g.file, n, g.remove)
		}
		if err := put(g.file, g.remove.ReplaceAll(text, []byte(g.instead))); err != nil {
			return "", err
		}
	}
	if g.sql != "" {
		text := "-- +goose Up\n-- +goose StatementBegin\n" + g.sql + "\n-- +goose StatementEnd\n"
		if err := put(migrations+"/9999_mutant.sql", []byte(text)); err != nil {
			return "", err
		}
	}
	if len(replace) == 0 {
		return "", errors.New("it takes nothing away")
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path := filepath.Join(b.dir, "overlay.json")
	return path, os.WriteFile(path, text, 0o600)
}

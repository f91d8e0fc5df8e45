// Package build makes what the runner runs, and only what is missing or older
// than its sources: the functions through func's own scaffold, the migrations'
// program, the page and the sign-in server's packages.
package build

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Target is something to build.
type Target struct {
	Name string
	// Inputs are files, folders and patterns (filepath.Match) of them, relative to
	// the root; folders count with all that is in them, less what Ignore says.
	Inputs []string
	// Ignore leaves files and folders out; nil leaves out what Git never holds.
	Ignore func(path string, entry fs.DirEntry) bool
	// Output must exist for the target to be fresh.
	Output string
	// Run builds it; what the tools say goes to log.
	Run func(ctx context.Context, log io.Writer) error
}

// Tree is a project to build in.
type Tree struct {
	Root string // the project's folder, absolute
	Out  string // the folder for what is built, absolute
}

// Fresh says whether the target was built from its inputs as they are now.
func (t Tree) Fresh(target Target) bool {
	if _, err := os.Stat(target.Output); err != nil {
		return false
	}
	built, err := os.ReadFile(t.stamp(target))
	if err != nil {
		return false
	}
	now, err := t.Fingerprint(target)
	return err == nil && string(built) == now
}

// Build builds the target. Inputs that change while it runs make the next build
// run again, because the stamp tells of the inputs before.
func (t Tree) Build(ctx context.Context, target Target, log io.Writer) error {
	before, err := t.Fingerprint(target)
	if err != nil {
		return fmt.Errorf("build %s: %w", target.Name, err)
	}
	_ = os.Remove(t.stamp(target)) // absent is as good
	if err := target.Run(ctx, log); err != nil {
		return fmt.Errorf("build %s: %w", target.Name, err)
	}
	if err := os.MkdirAll(filepath.Dir(t.stamp(target)), 0o750); err != nil {
		return err
	}
	return os.WriteFile(t.stamp(target), []byte(before), 0o644) //nolint:gosec // no secret
}

func (t Tree) stamp(target Target) string {
	return filepath.Join(t.Out, "stamp", strings.ReplaceAll(target.Name, " ", "-"))
}

// Fingerprint sums up names, sizes and times of the inputs, not their contents:
// it has to be quick at every start, and a build that finds nothing to do is
// cheap.
func (t Tree) Fingerprint(target Target) (string, error) {
	ignore := target.Ignore
	if ignore == nil {
		ignore = Unversioned
	}
	sum := sha256.New()
	for _, input := range t.expand(target.Inputs) {
		err := filepath.WalkDir(input, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if ignore(path, entry) {
				if entry.IsDir() {
					return filepath.SkipDir
				}
				return nil
			}
			if entry.IsDir() {
				return nil
			}
			info, err := entry.Info()
			if err != nil {
				return err
			}
			_, _ = fmt.Fprintf(sum, "%s\x00%d\x00%d\n", path, info.Size(), info.ModTime().UnixNano())
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// expand resolves the patterns. What is no pattern stays, so that its absence is
// an error.
func (t Tree) expand(inputs []string) (paths []string) {
	for _, input := range inputs {
		path := filepath.Join(t.Root, input)
		if strings.ContainsAny(input, "*?[") {
			found, _ := filepath.Glob(path) // the patterns are well formed
			paths = append(paths, found...)
			continue
		}
		paths = append(paths, path)
	}
	return paths
}

// Unversioned ignores what Git never holds here: hidden and built folders.
func Unversioned(_ string, entry fs.DirEntry) bool {
	name := entry.Name()
	return strings.HasPrefix(name, ".") || entry.IsDir() && (name == "node_modules" || name == "dist" || name == "coverage" || name == "test-results")
}

// GoSources ignores what does not go into a Go program: tests too.
func GoSources(path string, entry fs.DirEntry) bool {
	return Unversioned(path, entry) || strings.HasSuffix(entry.Name(), "_test.go") || entry.IsDir() && entry.Name() == "testdata"
}

package build

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// FuncGoVersion is the version of knative.dev/func-go that func's scaffold asks
// for.
const FuncGoVersion = "v0.21.3"

// What `func build` and `func run` write around an instanced HTTP function: a
// module named s that holds nothing but the call. The real program on a cluster
// is built from it, so the laptop's is too.
const (
	scaffoldModule = `module s

go 1.21

replace function => ./f

require (
	function v0.0.0-00010101000000-000000000000
	knative.dev/func-go ` + FuncGoVersion + `
)
`
	scaffoldMain = `package main

import (
	"fmt"
	"os"

	f "function"

	"knative.dev/func-go/http"
)

func main() {
	if err := http.Start(f.New()); err != nil {
		fmt.Fprintln(os.Stderr, err.Error())
		os.Exit(1)
	}
}
`
)

// Scaffold writes func's scaffold to dir, with its symbolic link f to the root.
// What is there already is left alone if it came from the same modules, because
// resolving them takes seconds.
func Scaffold(root, dir string) error {
	var origin []byte
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return err
		}
		origin = append(origin, text...)
	}
	origin = append(origin, scaffoldModule+scaffoldMain+root...)
	if before, err := os.ReadFile(filepath.Join(dir, "origin")); err == nil && bytes.Equal(before, origin) {
		return nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		return err
	}
	for name, text := range map[string][]byte{"go.mod": []byte(scaffoldModule), "main.go": []byte(scaffoldMain), "go.sum": sums} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil { //nolint:gosec // no secret
			return err
		}
	}
	if err := os.Symlink(root, filepath.Join(dir, "f")); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "origin"), origin, 0o644) //nolint:gosec // no secret
}

// functions builds the functions' program as func's host builder does.
func (t Tree) functions(ctx context.Context, output string, log io.Writer) error {
	dir := filepath.Join(t.Out, "scaffold")
	if err := Scaffold(t.Root, dir); err != nil {
		return fmt.Errorf("write func's scaffold: %w", err)
	}
	return goBuild(ctx, dir, []string{"CGO_ENABLED=0", "GOFLAGS=-mod=mod"}, log, "-o", output, ".")
}

// Package funccli gives the Knative func CLI at the version that infra/tools/func
// pins, built once.
package funccli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"function/infra/deploy/command"
)

// Environment is what func needs to build Go with modules on the host: the builder's
// switch of this version, a module file that go may complete (the scaffold's is not
// complete), no workspace, and nothing of this machine in the program.
func Environment() []string {
	return []string{"FUNC_ENABLE_HOST_BUILDER=true", "GOWORK=off", "GOFLAGS=-mod=mod -trimpath -buildvcs=false -ldflags=-s"}
}

// Path is where the CLI of the source tree at root lies, or will.
func Path(root string) (string, error) {
	sums, err := os.ReadFile(filepath.Join(root, "infra", "tools", "func", "go.sum"))
	if err != nil {
		return "", fmt.Errorf("find the func CLI: %w", err)
	}
	hash := sha256.Sum256(sums)
	return filepath.Join(root, ".build", "bin", "func-"+hex.EncodeToString(hash[:])[:12]), nil
}

// Program gives the CLI's path, after building it if it is not there: minutes with
// an empty build cache, in which log gets a line every ten seconds.
func Program(ctx context.Context, run command.Run, root string, log io.Writer) (string, error) {
	target, err := Path(root)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(target); err == nil {
		return target, nil
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o750); err != nil {
		return "", fmt.Errorf("build the func CLI: %w", err)
	}
	_, _ = fmt.Fprintln(log, "building the func CLI, once (minutes on a small machine)")
	defer every(10*time.Second, func(elapsed time.Duration) {
		_, _ = fmt.Fprintf(log, "building the func CLI … %.0f s\n", elapsed.Seconds())
	})()
	temporary := fmt.Sprintf("%s.%d", target, os.Getpid())
	defer func() { _ = os.Remove(temporary) }()
	_, err = run(ctx, command.Command{
		Name: "go", Dir: filepath.Join(root, "infra", "tools", "func"),
		Args: []string{"build", "-trimpath", "-ldflags=-s", "-o", temporary, "knative.dev/func/cmd/func"},
		Env:  []string{"CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=-buildvcs=false"},
	})
	if err != nil {
		return "", fmt.Errorf("build the func CLI: %w", err)
	}
	if err := os.Rename(temporary, target); err != nil {
		return "", fmt.Errorf("build the func CLI: %w", err)
	}
	return target, nil
}

// every calls say in intervals until stop is called.
func every(interval time.Duration, say func(elapsed time.Duration)) (stop func()) {
	ticker, done, began := time.NewTicker(interval), make(chan struct{}), time.Now()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-ticker.C:
				say(time.Since(began))
			case <-done:
				return
			}
		}
	}()
	return func() { ticker.Stop(); close(done); <-ended }
}

package sidecar

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Program returns the path of daprd for the source tree at root, below
// .build/bin and named after what it is made of. If it is not there it is built
// once, which takes minutes with an empty build cache; the compiler's output
// goes to log. Processes that build at the same time do not disturb each other.
func Program(ctx context.Context, root string, log io.Writer) (string, error) {
	source := filepath.Join(root, "infra", "daprd")
	name, err := fingerprint(source)
	if err != nil {
		return "", fmt.Errorf("find daprd: %w", err)
	}
	target := filepath.Join(root, ".build", "bin", "daprd-"+name)
	if _, err := os.Stat(target); err == nil {
		return target, nil
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o750); err != nil {
		return "", fmt.Errorf("build daprd: %w", err)
	}
	temporary := fmt.Sprintf("%s.%d", target, os.Getpid())
	defer func() { _ = os.Remove(temporary) }()
	build := exec.CommandContext(ctx, "go", "build", "-ldflags=-s -w", "-o", temporary, ".")
	build.Dir = source
	build.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-buildvcs=false", "CGO_ENABLED=0")
	build.Stdout, build.Stderr = log, log
	if err := build.Run(); err != nil {
		return "", fmt.Errorf("build daprd in %s: %w", source, err)
	}
	if err := os.Rename(temporary, target); err != nil {
		return "", fmt.Errorf("build daprd: %w", err)
	}
	return target, nil
}

// fingerprint is a short hash of the files that daprd is built from.
func fingerprint(source string) (string, error) {
	entries, err := os.ReadDir(source)
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasSuffix(name, "_test.go") || !slices.Contains([]string{".go", ".mod", ".sum"}, filepath.Ext(name)) {
			continue
		}
		content, err := os.ReadFile(filepath.Join(source, name))
		if err != nil {
			return "", err
		}
		_, _ = fmt.Fprintf(hash, "%s %d\n", name, len(content))
		hash.Write(content)
	}
	return hex.EncodeToString(hash.Sum(nil))[:12], nil
}

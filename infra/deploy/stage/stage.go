// Package stage copies what belongs in the image, and nothing else, to a folder of
// its own. The func CLI packs the whole folder that it builds, so what lies beside
// the sources in a working tree (data, keys, packages) must not be there.
package stage

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"function/infra/deploy/command"
)

// Paths are the files and folders that the image is built from.
var Paths = []string{"func.yaml", "function.go", "go.mod", "go.sum", "functions", "shared", "eventing"}

// Tree is a staged copy.
type Tree struct {
	Dir   string // absolute
	Hash  string // of all names and contents, in hexadecimal
	Files int
	// Uncommitted names what differs from the last commit in the working tree
	// and is therefore not in the copy.
	Uncommitted []string
}

// Write copies Paths as the last commit of the repository at root has them to dir,
// which must not exist or be empty. Tests, their data, prose and the capabilities'
// own func.yaml stay behind: the program needs none of them.
func Write(ctx context.Context, run command.Run, root, dir string) (Tree, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Tree{}, err
	}
	archive, err := run(ctx, command.Command{Name: "git", Dir: root, Args: append([]string{"archive", "--format=tar", "HEAD", "--"}, Paths...)})
	if err != nil {
		return Tree{}, fmt.Errorf("the image is built from the last commit, and git cannot give it: %w", err)
	}
	tree := Tree{Dir: dir}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // sources, no secrets
		return Tree{}, err
	}
	hash := sha256.New()
	for reader := tar.NewReader(bytes.NewReader(archive)); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Tree{}, fmt.Errorf("read git's archive: %w", err)
		}
		if header.Typeflag != tar.TypeReg || !wanted(header.Name) {
			continue
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			return Tree{}, fmt.Errorf("read git's archive: %w", err)
		}
		_, _ = fmt.Fprintf(hash, "%s %d\n", header.Name, len(content))
		hash.Write(content)
		if err := write(dir, header, content); err != nil {
			return Tree{}, err
		}
		tree.Files++
	}
	tree.Hash = hex.EncodeToString(hash.Sum(nil))
	tree.Uncommitted, err = uncommitted(ctx, run, root)
	return tree, err
}

// wanted says whether a file is part of the program.
func wanted(name string) bool {
	if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, ".md") || strings.Contains("/"+name, "/testdata/") {
		return false
	}
	return name == "func.yaml" || path.Base(name) != "func.yaml"
}

// write keeps the commit's time: func sees by times what has changed.
func write(dir string, header *tar.Header, content []byte) error {
	if !filepath.IsLocal(header.Name) {
		return fmt.Errorf("%s in git's archive leads out of its folder", header.Name)
	}
	target := filepath.Join(dir, filepath.FromSlash(header.Name))
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil { //nolint:gosec // sources, no secrets
		return err
	}
	if err := os.WriteFile(target, content, 0o644); err != nil { //nolint:gosec // sources, no secrets
		return err
	}
	return os.Chtimes(target, header.ModTime, header.ModTime)
}

func uncommitted(ctx context.Context, run command.Run, root string) ([]string, error) {
	output, err := run(ctx, command.Command{Name: "git", Dir: root, Args: append([]string{"status", "--porcelain=v1", "-z", "--no-renames", "--"}, Paths...)})
	if err != nil {
		return nil, fmt.Errorf("ask git what is not committed: %w", err)
	}
	var names []string
	for entry := range strings.SplitSeq(string(output), "\x00") {
		if len(entry) > 3 && wanted(entry[3:]) { // two letters and a space, then the name
			names = append(names, entry[3:])
		}
	}
	return names, nil
}

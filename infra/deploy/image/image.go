// Package image builds the one image that holds every function, with the func CLI's
// host builder, and measures it.
package image

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"function/infra/deploy/command"
	"function/infra/deploy/funccli"
	"function/infra/deploy/stage"
)

// MaxCompressed is the most bytes that a cold node should have to fetch.
const MaxCompressed = 30 << 20

// Image is a built image.
type Image struct {
	// Reference is name@sha256:… of a pushed image, else name:latest.
	Reference string
	Digest    string // of the index of all platforms
	Platforms []Platform
	Reused    bool // an earlier build of the same sources
}

// Platform is the image of one kind of machine.
type Platform struct {
	Name       string // linux/amd64
	Compressed int64  // bytes of manifest, configuration and layers, as fetched
}

// Options says what to build and where to put it.
type Options struct {
	Root     string // of the source tree
	Func     string // the CLI's path
	Registry Registry
	Push     bool
	Run      command.Run
	Log      io.Writer
}

// Build stages the last commit's sources and builds them, unless the last build was
// of the same ones for the same registry. Work is in .build/image, where the last
// build stays.
func Build(ctx context.Context, o Options) (Image, error) {
	work := filepath.Join(o.Root, ".build", "image")
	staging := filepath.Join(work, "staging")
	if err := os.RemoveAll(staging); err != nil {
		return Image{}, err
	}
	tree, err := stage.Write(ctx, o.Run, o.Root, staging)
	if err != nil {
		return Image{}, err
	}
	if len(tree.Uncommitted) > 0 {
		_, _ = fmt.Fprintf(o.Log, "not in the image, because not committed: %s\n", strings.Join(tree.Uncommitted, ", "))
	}
	last := filepath.Join(work, "last")
	key := strings.Join([]string{tree.Hash, o.Registry.Name, filepath.Base(o.Func), strings.Join(funccli.Environment(), " ")}, "\n")
	if before, err := os.ReadFile(filepath.Join(work, "key")); err == nil && string(before) == key {
		image, err := read(last)
		if err == nil && (!o.Push || image.pushed()) {
			image.Reused = true
			return image, os.RemoveAll(staging)
		}
	}
	if err := errors.Join(os.RemoveAll(filepath.Join(work, "key")), os.RemoveAll(last), os.Rename(staging, last)); err != nil {
		return Image{}, err
	}
	if err := build(ctx, o, work, last); err != nil {
		return Image{}, err
	}
	image, err := read(last)
	if err != nil {
		return Image{}, err
	}
	return image, os.WriteFile(filepath.Join(work, "key"), []byte(key), 0o600)
}

// build runs func beside the staged folder: it leaves files where it runs.
func build(ctx context.Context, o Options, work, dir string) error {
	args := []string{"build", "--path", dir, "--builder=host", "--registry", o.Registry.Name}
	if o.Registry.Insecure {
		args = append(args, "--registry-insecure")
	}
	if o.Push {
		args = append(args, "--push")
	}
	_, err := o.Run(ctx, command.Command{Name: o.Func, Args: args, Dir: work, Env: funccli.Environment(), Log: o.Log})
	if err != nil {
		return fmt.Errorf("func cannot build the image: %w", err)
	}
	return nil
}

func (i Image) pushed() bool { return strings.Contains(i.Reference, "@sha256:") }

// index is what is read of the OCI image layout's index.json and of manifests.
type index struct {
	Manifests []descriptor `json:"manifests"`
	Config    descriptor   `json:"config"`
	Layers    []descriptor `json:"layers"`
}

type descriptor struct {
	Digest   string `json:"digest"`
	Size     int64  `json:"size"`
	Platform struct {
		OS           string `json:"os"`
		Architecture string `json:"architecture"`
		Variant      string `json:"variant"`
	} `json:"platform"`
}

// read finds the last build in a staged folder: what func wrote beside the sources
// and the OCI image layout that it pushes.
func read(dir string) (Image, error) {
	reference, err := os.ReadFile(filepath.Join(dir, ".func", "built-image"))
	if err != nil {
		return Image{}, fmt.Errorf("func left no image: %w", err)
	}
	layout := filepath.Join(dir, ".func", "builds", "last", "oci")
	top, err := readIndex(filepath.Join(layout, "index.json"))
	if err != nil {
		return Image{}, err
	}
	image := Image{Reference: strings.TrimSpace(string(reference))}
	_, image.Digest, _ = strings.Cut(image.Reference, "@")
	for _, d := range top.Manifests {
		manifest, err := readIndex(filepath.Join(layout, "blobs", "sha256", strings.TrimPrefix(d.Digest, "sha256:")))
		if err != nil {
			return Image{}, err
		}
		platform := Platform{Name: d.Platform.OS + "/" + d.Platform.Architecture, Compressed: d.Size + manifest.Config.Size}
		if d.Platform.Variant != "" {
			platform.Name += "/" + d.Platform.Variant
		}
		for _, layer := range manifest.Layers {
			platform.Compressed += layer.Size
		}
		image.Platforms = append(image.Platforms, platform)
	}
	if len(image.Platforms) == 0 {
		return Image{}, errors.New("func left an image without a platform")
	}
	return image, nil
}

func readIndex(path string) (index, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return index{}, fmt.Errorf("read the built image: %w", err)
	}
	var parsed index
	if err := json.Unmarshal(text, &parsed); err != nil {
		return index{}, fmt.Errorf("read the built image, %s: %w", path, err)
	}
	return parsed, nil
}

// Report writes what was built, for a person.
func (i Image) Report(w io.Writer) {
	if i.Reused {
		_, _ = fmt.Fprintln(w, "the same sources were built before; taking that image")
	}
	_, _ = fmt.Fprintln(w, "image", i.Reference)
	for _, p := range i.Platforms {
		note := ""
		if p.Compressed > MaxCompressed {
			note = fmt.Sprintf(" (more than the %.0f MB that are meant to be the most)", megabytes(MaxCompressed))
		}
		_, _ = fmt.Fprintf(w, "  %-13s %5.1f MB compressed%s\n", p.Name, megabytes(p.Compressed), note)
	}
}

func megabytes(bytes int64) float64 { return float64(bytes) / (1 << 20) }

package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// files are what goes into a layer: the path in the image, without a slash before it,
// and the path here.
type files map[string]string

// addTree adds a folder with all that is in it, below target.
func (f files) addTree(dir, target string, skip func(name string) bool) error {
	return filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		if skip != nil && relative != "." && skip(filepath.ToSlash(relative)) {
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() { // what a link leads to
			f[path.Join(target, filepath.ToSlash(relative))] = name
		}
		return nil
	})
}

// layer packs files. The same files make the same layer, byte for byte: names are
// sorted, the time is the one given, nobody in particular owns them.
func layer(content files, modified time.Time) (v1.Layer, error) {
	var packed bytes.Buffer
	compressor, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	archive := tar.NewWriter(compressor)
	names := make([]string, 0, len(content))
	for name := range content {
		names = append(names, name)
	}
	slices.Sort(names)
	made := map[string]bool{}
	for _, name := range names {
		if err := folders(archive, name, made, modified); err != nil {
			return nil, err
		}
		if err := pack(archive, name, content[name], modified); err != nil {
			return nil, fmt.Errorf("pack %s: %w", content[name], err)
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	if err := compressor.Close(); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(packed.Bytes())), nil })
}

// folders writes those above a file once each.
func folders(archive *tar.Writer, name string, made map[string]bool, modified time.Time) error {
	parts := strings.Split(path.Dir(name), "/")
	for i := range parts {
		dir := strings.Join(parts[:i+1], "/")
		if dir == "." || made[dir] {
			continue
		}
		made[dir] = true
		if err := archive.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: dir + "/", Mode: 0o755, ModTime: modified}); err != nil {
			return err
		}
	}
	return nil
}

func pack(archive *tar.Writer, name, source string, modified time.Time) error {
	text, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	info, err := os.Stat(source)
	if err != nil {
		return err
	}
	mode := int64(0o644)
	if info.Mode()&0o111 != 0 {
		mode = 0o755
	}
	if err := archive.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode, Size: int64(len(text)), ModTime: modified}); err != nil {
		return err
	}
	_, err = archive.Write(text)
	return err
}

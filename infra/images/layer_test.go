package main

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The same files make the same layer, whenever and by whomever they were written: only
// then does a second deployment find nothing to do.
func TestTheSameFilesMakeTheSameLayer(t *testing.T) {
	t.Parallel()
	modified := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	digest := func(age time.Duration, mode os.FileMode) string {
		dir := t.TempDir()
		require.NoError(t, os.MkdirAll(filepath.Join(dir, "assets"), 0o755))
		for _, name := range []string{"index.html", "assets/a.js"} {
			path := filepath.Join(dir, name)
			require.NoError(t, os.WriteFile(path, []byte(name), mode))
			require.NoError(t, os.Chtimes(path, modified.Add(age), modified.Add(age)))
		}
		content := files{}
		require.NoError(t, content.addTree(dir, "app/page", nil))
		made, err := layer(content, modified)
		require.NoError(t, err)
		hash, err := made.Digest()
		require.NoError(t, err)
		return hash.String()
	}
	require.Equal(t, digest(time.Hour, 0o644), digest(time.Minute, 0o600))
}

func TestALayerHoldsFoldersAndWhatLinksLeadTo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "real"), []byte("text"), 0o755))
	require.NoError(t, os.Symlink("real", filepath.Join(dir, "link")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, ".hidden"), nil, 0o644))
	content := files{}
	require.NoError(t, content.addTree(dir, "app/bin", func(name string) bool { return name[0] == '.' }))
	made, err := layer(content, time.Unix(0, 0))
	require.NoError(t, err)
	uncompressed, err := made.Uncompressed()
	require.NoError(t, err)
	found := map[string]int64{}
	for reader := tar.NewReader(uncompressed); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		require.Zero(t, header.Uid)
		found[header.Name] = header.Mode
	}
	require.Equal(t, map[string]int64{"app/": 0o755, "app/bin/": 0o755, "app/bin/real": 0o755, "app/bin/link": 0o755}, found)
}

// The sign-in server's image has all that this machine's Node.js is linked with.
func TestNodeComesWithItsLibraries(t *testing.T) {
	t.Parallel()
	content, architecture, err := node()
	if err != nil {
		t.Skip(err) // no Node.js here, or none of Linux
	}
	require.Contains(t, []string{"amd64", "arm64"}, architecture)
	require.Contains(t, content, "usr/bin/node")
	require.Greater(t, len(content), 2, "the loader and the C library at least")
	for target, source := range content {
		require.FileExists(t, source, target)
	}
}

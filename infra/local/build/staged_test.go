package build_test

import (
	"path/filepath"
	"testing"

	"function/infra/deploy/command"
	"function/infra/deploy/stage"
	"function/infra/local/build"

	"github.com/stretchr/testify/require"
)

// TestStagedSourcesAreEnough resolves func's scaffold over the copy that the image is
// built from: a folder that the stage forgets is found in seconds, not by a cluster.
func TestStagedSourcesAreEnough(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", "..", ".."))
	require.NoError(t, err)
	tree, err := stage.Write(t.Context(), command.Exec, root, filepath.Join(t.TempDir(), "stage"))
	require.NoError(t, err)
	scaffold := filepath.Join(t.TempDir(), "scaffold")
	require.NoError(t, build.Scaffold(tree.Dir, scaffold))
	packages, err := command.Exec(t.Context(), command.Command{
		Name: "go", Args: []string{"list", "-deps", "."}, Dir: scaffold, Env: []string{"GOWORK=off", "GOFLAGS=-mod=mod"},
	})
	require.NoError(t, err)
	for _, name := range []string{"function\n", "function/eventing\n", "function/functions/tasks\n", "function/shared/todo\n"} {
		require.Contains(t, string(packages), name)
	}
	require.NotContains(t, string(packages), "function/infra", "the image holds nothing of the laptop")
}

package stage_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"function/infra/deploy/command"
	"function/infra/deploy/stage"
)

// repository is a git repository with one commit of files.
func repository(t *testing.T, names ...string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed, and staging is git's work")
	}
	root := t.TempDir()
	for _, name := range append(names, stage.Paths[:4]...) { // the files; the folders come with what is in them
		write(t, root, name, name)
	}
	for _, args := range [][]string{
		{"init", "--quiet"}, {"add", "."},
		{"-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "--quiet", "--no-gpg-sign", "--message=first"},
	} {
		_, err := command.Exec(t.Context(), command.Command{Name: "git", Args: args, Dir: root})
		require.NoError(t, err)
	}
	return root
}

func write(t *testing.T, root, name, text string) {
	t.Helper()
	path := filepath.Join(root, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
}

func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			name, _ := filepath.Rel(dir, path)
			names = append(names, filepath.ToSlash(name))
		}
		return err
	}))
	return names
}

var sources = []string{"functions/tasks/tasks.go", "shared/todo/task.go", "eventing/schemas.go", "eventing/schemas/a.json"}

func TestOnlyWhatTheProgramNeeds(t *testing.T) {
	t.Parallel()
	root := repository(t, append(sources,
		"functions/tasks/func.yaml", "functions/tasks/tasks_test.go", "functions/chat/testdata/a.json", "shared/todo/README.md",
		"function_test.go", "docs/a.md", "frontend/a.ts", "infra/main.go")...)
	write(t, root, ".nudge/secrets.json", "secret")
	write(t, root, "shared/todo/new.go", "not committed")
	write(t, root, "functions/tasks/tasks.go", "changed")
	write(t, root, "shared/todo/new_test.go", "of no interest")

	tree, err := stage.Write(t.Context(), command.Exec, root, filepath.Join(t.TempDir(), "stage"))
	require.NoError(t, err)
	require.ElementsMatch(t, append(sources, "func.yaml", "function.go", "go.mod", "go.sum"), files(t, tree.Dir))
	require.Equal(t, 8, tree.Files)
	require.ElementsMatch(t, []string{"functions/tasks/tasks.go", "shared/todo/new.go"}, tree.Uncommitted)
	text, err := os.ReadFile(filepath.Join(tree.Dir, "functions/tasks/tasks.go"))
	require.NoError(t, err)
	require.Equal(t, "functions/tasks/tasks.go", string(text), "as committed")
}

func TestHashIsOfTheContent(t *testing.T) {
	t.Parallel()
	root := repository(t, sources...)
	first, err := stage.Write(t.Context(), command.Exec, root, filepath.Join(t.TempDir(), "stage"))
	require.NoError(t, err)
	again, err := stage.Write(t.Context(), command.Exec, root, filepath.Join(t.TempDir(), "stage"))
	require.NoError(t, err)
	require.Equal(t, first.Hash, again.Hash)
	require.Empty(t, again.Uncommitted)

	other, err := stage.Write(t.Context(), command.Exec, repository(t, append(sources, "shared/todo/more.go")...), filepath.Join(t.TempDir(), "stage"))
	require.NoError(t, err)
	require.NotEqual(t, first.Hash, other.Hash)
}

func TestNoRepository(t *testing.T) {
	t.Parallel()
	_, err := stage.Write(t.Context(), command.Exec, t.TempDir(), filepath.Join(t.TempDir(), "stage"))
	require.ErrorContains(t, err, "the image is built from the last commit, and git cannot give it")
}

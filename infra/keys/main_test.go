package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"function/infra/postgres/bootstrap"
	"function/shared/postgres"
	"function/shared/seal"
	"function/shared/todo"
	"function/shared/todotest"
)

func opened(t *testing.T, w *todotest.World, keyset string) *postgres.Store {
	t.Helper()
	ring, err := seal.OpenKeyring(keyset)
	require.NoError(t, err)
	return postgres.New(w.Pool, ring, nil)
}

// People write while the keyset is rotated; everything stays readable, and what the old
// keyset alone opened it opens no more.
func TestTheKeysetIsRotatedUnderWriters(t *testing.T) {
	w := todotest.New(t)
	t.Setenv("MIGRATE_URL", w.URL(bootstrap.Migrate))
	old, err := seal.NewKeyset()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "keyset.json")
	require.NoError(t, os.WriteFile(path, []byte(old), 0o600))
	command := func(name string) error { return run(t.Context(), []string{"-keyset", path, name}, io.Discard) }
	now := func() string {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		return string(text)
	}
	service := *w.Service
	write := func(s *postgres.Store, person int, title string) error {
		writer := service
		writer.Store = s
		_, err := writer.Create(t.Context(), todotest.Person(fmt.Sprintf("person-%d", person)), todo.NewTask{Title: title})
		return err
	}
	const people = 30
	before := opened(t, w, old)
	for n := range people {
		require.NoError(t, write(before, n, "first"))
	}
	require.Error(t, command("retire-them"))
	require.NoError(t, command("rotate"))
	require.Error(t, command("retire"), "the new key is not in use yet")
	running := opened(t, w, now()) // started anew: it has both keys

	var all sync.WaitGroup
	failed := make(chan error, 4*people)
	for part := range 2 {
		all.Go(func() {
			for n := range people {
				failed <- write(running, n+part*people/2, "second") // some of them new
			}
		})
	}
	require.NoError(t, command("rotate"))
	all.Wait()
	close(failed)
	for err := range failed {
		require.NoError(t, err)
	}
	require.NoError(t, command("rotate"), "those who came in the meantime")
	require.NoError(t, command("retire"))
	require.NoError(t, command("show"))

	after, lost := opened(t, w, now()), opened(t, w, old)
	for n := range people {
		person := fmt.Sprintf("person-%d", n)
		page, err := after.List(t.Context(), person, todo.Query{View: todo.ViewAll, Limit: 10})
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(page.Data), 2, person)
		_, err = lost.List(t.Context(), person, todo.Query{View: todo.ViewAll, Limit: 10})
		require.Error(t, err, "the old keyset alone opens nothing")
	}
}

// All that stands beside the keyset in the file of secrets stays.
func TestOtherSecretsStayAsTheyAre(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secrets.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"nudge":{"KEYSET":"a","DATABASE_URL":"b"},"nudge-auth":{"BETTER_AUTH_SECRET":"c"}}`), 0o600))
	f := file{path: path}
	text, err := f.load()
	require.NoError(t, err)
	require.Equal(t, "a", text)
	require.NoError(t, f.save("new"))
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	require.JSONEq(t, `{"nudge":{"KEYSET":"new","DATABASE_URL":"b"},"nudge-auth":{"BETTER_AUTH_SECRET":"c"}}`, string(raw))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

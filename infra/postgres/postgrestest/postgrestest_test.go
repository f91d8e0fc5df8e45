package postgrestest_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"function/infra/postgres"
	"function/infra/postgres/bootstrap"
	"function/infra/postgres/postgrestest"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}

func TestDatabasesAreSeparate(t *testing.T) {
	first, second := postgrestest.Database(t), postgrestest.Database(t)
	_, err := connect(t, first).Exec(t.Context(), "create table only_here ()")
	require.NoError(t, err)
	var found *string
	require.NoError(t, connect(t, second).QueryRow(t.Context(), "select to_regclass('only_here')::text").Scan(&found))
	require.Nil(t, found)
}

func TestTemplateIsMadeOnce(t *testing.T) {
	runs := 0
	migrate := func(url string) error {
		runs++
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			return err
		}
		_, err = conn.Exec(t.Context(), "create table migrated (n int); insert into migrated values (7)")
		return errors.Join(err, conn.Close(t.Context()))
	}
	for range 2 {
		var n int
		require.NoError(t, connect(t, postgrestest.Template(t, "once", migrate)).QueryRow(t.Context(), "select n from migrated").Scan(&n))
		require.Equal(t, 7, n)
	}
	require.Equal(t, 1, runs)
}

func TestRolesHaveTheirSchemasOnly(t *testing.T) {
	url := postgrestest.RolesTemplate(t, "rights", func(url func(string) string) error {
		conn, err := pgx.Connect(t.Context(), url(bootstrap.Migrate))
		if err != nil {
			return err
		}
		_, err = conn.Exec(t.Context(), "create table tasks (id int); grant select on tasks to nudge")
		return errors.Join(err, conn.Close(t.Context()))
	})
	for role, schema := range map[string]string{
		bootstrap.Migrate: "nudge", bootstrap.Functions: "nudge", bootstrap.Auth: "auth", bootstrap.Dapr: "dapr",
	} {
		var current string
		require.NoError(t, connect(t, url(role)).QueryRow(t.Context(), "select current_schema()").Scan(&current), role)
		require.Equal(t, schema, current, role)
	}
	functions := connect(t, url(bootstrap.Functions))
	_, err := functions.Exec(t.Context(), "select from tasks")
	require.NoError(t, err)
	for _, forbidden := range []string{
		"create table mine ()", "create table public.mine ()", "insert into tasks values (1)", "create table auth.mine ()", "create schema mine",
	} {
		_, err := functions.Exec(t.Context(), forbidden)
		require.ErrorContains(t, err, "permission denied", forbidden)
	}
	_, err = connect(t, url(bootstrap.Auth)).Exec(t.Context(), "select from nudge.tasks")
	require.ErrorContains(t, err, "permission denied")
}

func TestBootstrapTwiceIsHarmless(t *testing.T) {
	url := postgrestest.Roles(t)
	conn := connect(t, url(postgres.Superuser))
	var database string
	require.NoError(t, conn.QueryRow(t.Context(), "select current_database()").Scan(&database))
	require.NoError(t, bootstrap.Schemas(t.Context(), conn, database))
}

// TestNothingIsLeftAfterAKill runs a test binary that starts a server, kills it
// and sees server and folder go.
func TestNothingIsLeftAfterAKill(t *testing.T) {
	child := exec.Command(os.Args[0], "-test.run=^TestHelperHangs$")
	child.Env = append(os.Environ(), "NUDGE_POSTGRESTEST_HELPER=1")
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	var pid int
	var dir string
	_, err = fmt.Fscanf(bufio.NewReader(out), "server %d %s\n", &pid, &dir)
	require.NoError(t, err)
	require.NoError(t, child.Process.Kill())
	_ = child.Wait() // "signal: killed"
	require.Eventually(t, func() bool {
		_, statErr := os.Stat(dir)
		return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) && errors.Is(statErr, os.ErrNotExist)
	}, 30*time.Second, 10*time.Millisecond)
}

func TestHelperHangs(t *testing.T) {
	if os.Getenv("NUDGE_POSTGRESTEST_HELPER") == "" {
		t.Skip("only run by TestNothingIsLeftAfterAKill")
	}
	conn := connect(t, postgrestest.Database(t))
	var dir string
	require.NoError(t, conn.QueryRow(t.Context(), "show data_directory").Scan(&dir))
	var pid int
	require.NoError(t, conn.QueryRow(t.Context(), "select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int").Scan(&pid))
	fmt.Printf("server %d %s\n", pid, dir)
	select {}
}

func BenchmarkDatabase(b *testing.B) {
	for b.Loop() {
		postgrestest.Database(b)
	}
}

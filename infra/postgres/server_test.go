package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"function/infra/postgres"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// quick spares the tests the wait for the disk.
var quick = map[string]string{"fsync": "off"}

// madeIn is removed at the end.
var madeIn string

// made is a data folder that initdb has filled, which takes seconds. Tests that
// do not look at that get a copy.
var made = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "nudge-postgres-")
	if err != nil {
		return "", err
	}
	madeIn = dir
	server, err := postgres.Start(context.Background(), postgres.Options{Dir: dir, Settings: quick})
	if err != nil {
		return "", err
	}
	server.Stop()
	return dir, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(madeIn)
	os.Exit(code)
}

// folder is a data folder of the test's own.
func folder(t *testing.T) string {
	t.Helper()
	from, err := made()
	require.NoError(t, err)
	dir := filepath.Join(t.TempDir(), "database")
	openToServer(t, filepath.Dir(dir))
	require.NoError(t, exec.Command("cp", "-R", "-p", from, dir).Run())
	return dir
}

func start(t *testing.T, dir string) *postgres.Server {
	t.Helper()
	server, err := postgres.Start(t.Context(), postgres.Options{Dir: dir, Settings: quick, Log: t.Output()})
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	return server
}

func query[T any](t *testing.T, address, sql string) (value T) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(context.Background())) }()
	require.NoError(t, conn.QueryRow(t.Context(), sql).Scan(&value))
	return value
}

func exec1(t *testing.T, address, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(context.Background())) }()
	_, err = conn.Exec(t.Context(), sql)
	require.NoError(t, err)
}

func TestDataSurvivesStopAndKill(t *testing.T) {
	dir := folder(t)

	first := start(t, dir)
	admin := first.URL(postgres.Superuser, "postgres")
	exec1(t, admin, "create table kept (n int)")
	exec1(t, admin, "insert into kept values (1)")
	first.Stop()
	first.Stop() // twice is harmless
	require.NoError(t, first.Err(), "a fast shutdown ends with status 0")

	second := start(t, dir)
	admin = second.URL(postgres.Superuser, "postgres")
	exec1(t, admin, "insert into kept values (2)")
	require.NoError(t, syscall.Kill(second.PID(), syscall.SIGKILL))
	<-second.Done()
	require.Error(t, second.Err())

	third := start(t, dir)
	require.Equal(t, int64(2), query[int64](t, third.URL(postgres.Superuser, "postgres"), "select count(*) from kept"))
}

func TestSecondServerOnOneFolderIsRefused(t *testing.T) {
	dir := folder(t)
	first := start(t, dir)

	_, err := postgres.Start(t.Context(), postgres.Options{Dir: dir, Settings: quick})
	var running *postgres.RunningError
	require.ErrorAs(t, err, &running)
	require.Equal(t, first.PID(), running.PID)
	require.Equal(t, int32(1), query[int32](t, first.URL(postgres.Superuser, "postgres"), "select 1"), "the first one is unharmed")
}

// A runner that was killed leaves a server that is still ending: the next one waits.
func TestAServerThatIsEndingIsWaitedFor(t *testing.T) {
	dir := folder(t)
	first := start(t, dir)
	address := first.URL(postgres.Superuser, "postgres")
	exec1(t, address, "create table kept (n int); insert into kept values (1)")
	held, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(first.PID(), syscall.SIGTERM)) // it lets sessions end by themselves
	awaitEnding(t, dir)
	next := make(chan *postgres.Server)
	go func() {
		defer close(next)
		server, err := postgres.Start(t.Context(), postgres.Options{Dir: dir, Settings: quick})
		if assert.NoError(t, err) {
			next <- server
		}
	}()
	require.NoError(t, held.Close(t.Context()))
	server := <-next
	require.NotNil(t, server)
	t.Cleanup(server.Stop)
	require.Equal(t, int64(1), query[int64](t, server.URL(postgres.Superuser, "postgres"), "select count(*) from kept"))
}

// A server that never ends keeps nobody from starting: what was committed is there.
func TestAServerThatDoesNotEndIsEnded(t *testing.T) {
	dir := folder(t)
	first := start(t, dir)
	exec1(t, first.URL(postgres.Superuser, "postgres"), "create table kept (n int); insert into kept values (1)")
	require.NoError(t, syscall.Kill(checkpointer(t, first.PID()), syscall.SIGSTOP))
	require.NoError(t, syscall.Kill(first.PID(), syscall.SIGINT))
	awaitEnding(t, dir)
	server, err := postgres.Start(t.Context(), postgres.Options{Dir: dir, Settings: quick, Patience: time.Millisecond})
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	require.Equal(t, int64(1), query[int64](t, server.URL(postgres.Superuser, "postgres"), "select count(*) from kept"))
}

// awaitEnding waits until a server says that it was told to end.
func awaitEnding(t *testing.T, dir string) {
	t.Helper()
	require.Eventually(t, func() bool {
		lock, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
		return err == nil && strings.Contains(string(lock), "stopping")
	}, 30*time.Second, 10*time.Millisecond)
}

// checkpointer finds a server's process of that name.
func checkpointer(t *testing.T, server int) int {
	t.Helper()
	out, err := exec.Command("ps", "-A", "-o", "pid=,ppid=,command=").Output()
	require.NoError(t, err)
	for line := range strings.Lines(string(out)) {
		var pid, parent int
		if n, _ := fmt.Sscan(line, &pid, &parent); n == 2 && parent == server && strings.Contains(line, "checkpointer") {
			return pid
		}
	}
	t.Fatal("there is no checkpointer")
	return 0
}

func TestStaleLockOfAnotherProcessIsRemoved(t *testing.T) {
	dir := folder(t)
	// After a restart of the machine the number may belong to any process: here, to this test.
	lock := filepath.Join(dir, "data", "postmaster.pid")
	require.NoError(t, os.WriteFile(lock, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600))
	start(t, dir)
}

func TestPasswordIsNeeded(t *testing.T) {
	dir := folder(t)
	server := start(t, dir)
	address := fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", server.Port())
	_, err := pgx.Connect(t.Context(), address)
	require.Error(t, err)

	info, err := os.Stat(filepath.Join(dir, "secret"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestSettingsAreDurableUnlessAsked(t *testing.T) {
	dir := folder(t)
	server, err := postgres.Start(t.Context(), postgres.Options{Dir: dir})
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	admin := server.URL(postgres.Superuser, "postgres")
	require.Equal(t, "on", query[string](t, admin, "show fsync"))
	require.Equal(t, "on", query[string](t, admin, "show synchronous_commit"))
	require.Equal(t, "127.0.0.1", query[string](t, admin, "show listen_addresses"))
}

func TestFolderThatHoldsSomethingElse(t *testing.T) {
	dir := t.TempDir()
	openToServer(t, dir)
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "data"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "data", "holiday.jpg"), nil, 0o600))
	_, err := postgres.Start(t.Context(), postgres.Options{Dir: dir})
	require.ErrorContains(t, err, "is not empty but holds no PostgreSQL data")
	require.FileExists(t, filepath.Join(dir, "data", "holiday.jpg"))
}

func TestLostSecretIsNotReplaced(t *testing.T) {
	dir := folder(t)
	require.NoError(t, os.Remove(filepath.Join(dir, "secret")))
	_, err := postgres.Start(t.Context(), postgres.Options{Dir: dir})
	require.ErrorContains(t, err, "put it back")
}

func TestInterruptedFirstStartIsRepeated(t *testing.T) {
	dir := t.TempDir()
	openToServer(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := postgres.Start(ctx, postgres.Options{Dir: dir, Settings: quick})
	require.Error(t, err)
	start(t, dir)
}

func TestOtherVersionIsNamed(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "data"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "data", "PG_VERSION"), []byte("9\n"), 0o600))
	_, err := postgres.Find(t.Context(), dir)
	var version *postgres.VersionError
	if !errors.As(err, &version) {
		t.Fatalf("no VersionError: %v", err)
	}
	require.Equal(t, 9, version.Data)
}

func TestWrongPGBIN(t *testing.T) {
	t.Setenv("PG_BIN", t.TempDir())
	_, err := postgres.Find(t.Context(), t.TempDir())
	require.ErrorContains(t, err, "PG_BIN")
}

// TestServerDiesWithItsParent starts the server from a child of this test, kills
// the child and sees the server go.
func TestServerDiesWithItsParent(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("parent-death signals are Linux's")
	}
	dir := folder(t)
	child := exec.Command(os.Args[0], "-test.run=^TestHelperStartsAndHangs$")
	child.Env = append(os.Environ(), "NUDGE_POSTGRES_HELPER_DIR="+dir)
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	var pid int
	_, err = fmt.Fscanf(out, "pid %d\n", &pid)
	require.NoError(t, err)
	require.NoError(t, child.Process.Kill())
	_ = child.Wait() // "signal: killed"
	require.Eventually(t, func() bool {
		return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
	}, 30*time.Second, 10*time.Millisecond)
}

func TestHelperStartsAndHangs(t *testing.T) {
	dir := os.Getenv("NUDGE_POSTGRES_HELPER_DIR")
	if dir == "" {
		t.Skip("only run by TestServerDiesWithItsParent")
	}
	server, err := postgres.Start(t.Context(), postgres.Options{Dir: dir, Settings: quick})
	require.NoError(t, err)
	fmt.Printf("pid %d\n", server.PID())
	<-server.Done()
}

// TestFolderBehindAClosedOne is a root caller in its mode-0700 home: the server's
// account may not pass it.
func TestFolderBehindAClosedOne(t *testing.T) {
	if os.Geteuid() != 0 || runtime.GOOS != "linux" {
		t.Skip("only root runs the server as another account")
	}
	home := t.TempDir()
	openToServer(t, home)
	require.NoError(t, os.Chmod(home, 0o700))
	dir := filepath.Join(home, "database")
	for range 2 { // the second time opens what the first made
		server := start(t, dir)
		data := query[string](t, server.URL(postgres.Superuser, "postgres"), "show data_directory")
		require.True(t, strings.HasPrefix(data, "/proc/self/"), data)
		server.Stop()
	}
}

// openToServer lets the account that the server runs as under root through the
// test's folder, whose parents are made for the caller alone.
func openToServer(t *testing.T, dir string) {
	t.Helper()
	for _, folder := range []string{filepath.Dir(dir), dir} {
		require.NoError(t, os.Chmod(folder, 0o755)) //nolint:gosec // a temporary folder of this test
	}
}

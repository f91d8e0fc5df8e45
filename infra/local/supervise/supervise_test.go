package supervise_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
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

	"function/infra/local/supervise"

	"github.com/stretchr/testify/require"
)

// shell is a unit's process that writes its number to a file and then waits.
func shell(t *testing.T, script string) (unit supervise.Unit, pid func() int) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "pid")
	process := supervise.Process{
		Path: "/bin/sh", Args: []string{"-c", `echo $$ > "$1.new" && mv "$1.new" "$1"; ` + script, "sh", file},
		Ready: func(context.Context) error { _, err := os.Stat(file); return err },
		Grace: 2 * time.Second,
	}
	unit = supervise.Unit{Name: "shell", Start: func(ctx context.Context) (supervise.Running, error) {
		_ = os.Remove(file)
		return process.Start(ctx)
	}}
	return unit, func() int {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		n, err := strconv.Atoi(strings.TrimSpace(string(text)))
		require.NoError(t, err)
		return n
	}
}

func gone(pid int) bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

func events(t *testing.T) (supervise.Options, func() supervise.Event) {
	t.Helper()
	channel := make(chan supervise.Event, 100)
	next := func() supervise.Event {
		t.Helper()
		select {
		case event := <-channel:
			return event
		case <-time.After(10 * time.Second):
			t.Fatal("no event came")
			return supervise.Event{}
		}
	}
	return supervise.Options{Report: func(e supervise.Event) { channel <- e }, FirstPause: time.Millisecond, LongestPause: 10 * time.Millisecond}, next
}

func TestKilledChildIsReportedAndStartedAgain(t *testing.T) {
	options, next := events(t)
	supervisor := supervise.New(options)
	defer supervisor.Stop()
	unit, pid := shell(t, "exec sleep 600")
	require.NoError(t, supervisor.Add(t.Context(), unit))
	first := pid()
	require.NoError(t, syscall.Kill(first, syscall.SIGKILL))

	down := next()
	require.False(t, down.Up)
	require.ErrorContains(t, down.Err, "killed")
	require.True(t, next().Up)
	second := pid()
	require.NotEqual(t, first, second)

	supervisor.Stop()
	require.True(t, gone(second), "no process is left")
}

func TestStopEndsGrandchildrenAndTheDeaf(t *testing.T) {
	supervisor := supervise.New(supervise.Options{})
	file := filepath.Join(t.TempDir(), "grandchild")
	deaf, pid := shell(t, fmt.Sprintf("trap '' TERM; sleep 600 & echo $! > %s; wait; wait", file))
	require.NoError(t, supervisor.Add(t.Context(), deaf))
	var grandchild int
	require.Eventually(t, func() bool {
		text, err := os.ReadFile(file)
		grandchild, _ = strconv.Atoi(strings.TrimSpace(string(text)))
		return err == nil && grandchild > 0
	}, 30*time.Second, 5*time.Millisecond)
	supervisor.Stop()
	require.True(t, gone(pid()))
	require.Eventually(t, func() bool { return goneOrZombie(grandchild) }, 30*time.Second, 5*time.Millisecond)
}

// goneOrZombie: where no init process reaps, a killed orphan stays as a zombie.
func goneOrZombie(pid int) bool {
	if gone(pid) {
		return true
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && bytes.Contains(stat, []byte(") Z "))
}

func TestFirstStartThatFailsSaysWhy(t *testing.T) {
	supervisor := supervise.New(supervise.Options{})
	defer supervisor.Stop()
	process := supervise.Process{
		Path: "/bin/sh", Args: []string{"-c", "echo the disk is full; exit 3"},
		Ready: func(context.Context) error { return errors.New("not yet") },
	}
	err := supervisor.Add(t.Context(), supervise.Unit{Name: "database", Start: process.Start})
	require.ErrorContains(t, err, "database: it ended before it was ready (exit status 3)")
	require.ErrorContains(t, err, "the disk is full")
}

func TestNeverReadyIsAnErrorAndLeavesNoProcess(t *testing.T) {
	var out bytes.Buffer
	process := supervise.Process{
		Path: "/bin/sh", Args: []string{"-c", "echo $$; exec sleep 600"}, Log: &out, Timeout: 200 * time.Millisecond,
		Ready: func(context.Context) error { return errors.New("connection refused") },
	}
	_, err := process.Start(t.Context())
	require.ErrorContains(t, err, "not ready after 200ms: connection refused")
	pid, err := strconv.Atoi(strings.TrimSpace(out.String()))
	require.NoError(t, err)
	require.True(t, gone(pid))
}

func TestStopInterruptsAStart(t *testing.T) {
	supervisor := supervise.New(supervise.Options{})
	starting := make(chan struct{})
	result := make(chan error, 1)
	go func() {
		result <- supervisor.Add(t.Context(), supervise.Unit{Name: "slow", Start: func(ctx context.Context) (supervise.Running, error) {
			close(starting)
			<-ctx.Done()
			return nil, ctx.Err()
		}})
	}()
	<-starting
	supervisor.Stop()
	require.ErrorIs(t, <-result, context.Canceled)
	require.ErrorIs(t, supervisor.Add(t.Context(), supervise.Unit{Name: "late"}), supervise.ErrStopped)
}

func TestUnitsStopInReverseOrder(t *testing.T) {
	supervisor := supervise.New(supervise.Options{})
	var mu sync.Mutex
	var order []string
	for _, name := range []string{"database", "broker", "functions"} {
		unit := supervise.Unit{Name: name, Start: func(context.Context) (supervise.Running, error) {
			return supervise.Routine(t.Context(), func(ctx context.Context) error {
				<-ctx.Done()
				mu.Lock()
				defer mu.Unlock()
				order = append(order, name)
				return nil
			}), nil
		}}
		require.NoError(t, supervisor.Add(t.Context(), unit))
	}
	supervisor.Stop()
	require.Equal(t, []string{"functions", "broker", "database"}, order)
}

func TestFailingRestartsPauseLonger(t *testing.T) {
	options, next := events(t)
	options.LongestPause = 4 * time.Millisecond
	supervisor := supervise.New(options)
	defer supervisor.Stop()
	starts := 0
	unit := supervise.Unit{Name: "broken", Start: func(context.Context) (supervise.Running, error) {
		starts++
		if starts == 1 {
			return supervise.Routine(t.Context(), func(context.Context) error { panic("boom") }), nil
		}
		return nil, errors.New("still broken")
	}}
	require.NoError(t, supervisor.Add(t.Context(), unit))
	event := next()
	require.ErrorContains(t, event.Err, "boom")
	for _, pause := range []time.Duration{2 * time.Millisecond, 4 * time.Millisecond, 4 * time.Millisecond} {
		event = next()
		require.ErrorContains(t, event.Err, "still broken")
		require.Equal(t, pause, event.Pause)
	}
}

// What works and is killed again and again comes back at once each time.
func TestAKilledSteadyUnitWaitsNoLonger(t *testing.T) {
	options, next := events(t)
	options.Steady = time.Nanosecond
	supervisor := supervise.New(options)
	defer supervisor.Stop()
	unit, pid := shell(t, "exec sleep 600")
	require.NoError(t, supervisor.Add(t.Context(), unit))
	for range 3 {
		require.NoError(t, syscall.Kill(pid(), syscall.SIGKILL))
		down := next()
		require.False(t, down.Up)
		require.Equal(t, time.Millisecond, down.Pause)
		require.True(t, next().Up)
	}
}

func TestRestartOnRequest(t *testing.T) {
	supervisor := supervise.New(supervise.Options{})
	defer supervisor.Stop()
	unit, pid := shell(t, "exec sleep 600")
	require.NoError(t, supervisor.Add(t.Context(), unit))
	first := pid()
	require.NoError(t, supervisor.Restart("shell"))
	require.NotEqual(t, first, pid())
	require.True(t, gone(first))
	require.ErrorContains(t, supervisor.Restart("nobody"), "no unit is named nobody")
}

func TestChildDiesWithAKilledParent(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("parent-death signals are Linux's")
	}
	parent := exec.Command(os.Args[0], "-test.run=^TestHelperHangs$")
	parent.Env = append(os.Environ(), "NUDGE_SUPERVISE_HELPER=1")
	out, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	var pid int
	_, err = fmt.Fscanf(out, "pid %d\n", &pid)
	require.NoError(t, err)
	require.NoError(t, parent.Process.Kill())
	_ = parent.Wait() // "signal: killed"
	require.Eventually(t, func() bool { return goneOrZombie(pid) }, 30*time.Second, 5*time.Millisecond)
}

func TestHelperHangs(t *testing.T) {
	if os.Getenv("NUDGE_SUPERVISE_HELPER") == "" {
		t.Skip("only run by TestChildDiesWithAKilledParent")
	}
	run, err := supervise.Process{Path: "/bin/sleep", Args: []string{"600"}, Log: io.Discard}.Start(t.Context())
	require.NoError(t, err)
	fmt.Printf("pid %d\n", run.(*supervise.Child).PID())
	select {}
}

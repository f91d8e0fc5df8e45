package stack_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"function/infra/local/stack"

	"github.com/stretchr/testify/require"
)

// project is a copy of the smallest project that the runner can run. PostgreSQL,
// the broker and the bridge are real; the project's own programs are stand-ins,
// because these tests are about starting and stopping.
func project(t *testing.T) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "project")
	require.NoError(t, os.CopyFS(root, os.DirFS("testdata/project")))
	sums, err := os.ReadFile(filepath.Join("..", "..", "..", "go.sum"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(root, "go.sum"), sums, 0o600))
	return root
}

// runner is a process of its own that runs a stack, as ./task up is.
type runner struct {
	cmd  *exec.Cmd
	data string
	out  *syncBuffer
}

type syncBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

func up(t *testing.T, root string, env ...string) *runner {
	t.Helper()
	r := &runner{cmd: exec.Command(os.Args[0], "-test.run=^TestHelperRunsAStack$"), data: filepath.Join(root, ".nudge"), out: &syncBuffer{}}
	r.cmd.Env = append(append(os.Environ(), "NUDGE_STACK_HELPER="+root), env...)
	r.cmd.Stdout, r.cmd.Stderr = r.out, r.out
	require.NoError(t, r.cmd.Start())
	t.Cleanup(func() {
		_ = r.cmd.Process.Signal(syscall.SIGTERM)
		_ = r.cmd.Wait()
		if t.Failed() {
			t.Log(r.out.String())
		}
	})
	return r
}

func TestHelperRunsAStack(t *testing.T) {
	root := os.Getenv("NUDGE_STACK_HELPER")
	if root == "" {
		t.Skip("only run by the other tests")
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	if err := stack.Up(ctx, stack.Options{Root: root, Out: os.Stdout, Dev: os.Getenv("NUDGE_STACK_DEV") != ""}); err != nil {
		fmt.Println("error:", err)
		stop()
		os.Exit(1)
	}
	stop()
	os.Exit(0)
}

func (r *runner) status(t *testing.T) (status stack.Status) {
	t.Helper()
	eventually(t, func() bool {
		var err error
		status, err = stack.ReadStatus(r.data)
		return err == nil && status.Ready
	})
	return status
}

func eventually(t *testing.T, condition func() bool) {
	t.Helper()
	require.Eventually(t, condition, 2*time.Minute, 10*time.Millisecond)
}

func get(t *testing.T, address string) (int, string) {
	t.Helper()
	response, err := http.Get(address)
	if err != nil {
		return 0, ""
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, ""
	}
	return response.StatusCode, string(body)
}

func gone(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return true
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)) // where nothing reaps orphans, they stay as zombies
	return err == nil && bytes.Contains(stat, []byte(") Z "))
}

func processes(status stack.Status) (pids []int) {
	for _, service := range status.Services {
		if service.PID > 0 {
			pids = append(pids, service.PID)
		}
	}
	return pids
}

// TestLife follows a stack through a first start, the death of each part, a stop,
// a second start, and a kill.
func TestLife(t *testing.T) {
	root := project(t)
	first := up(t, root)
	status := first.status(t)
	code, body := get(t, status.Address)
	require.Equal(t, http.StatusOK, code)
	require.Contains(t, body, "<title>page</title>")
	_, body = get(t, status.Address+"/api/tasks")
	require.Contains(t, body, "first ")
	_, body = get(t, status.Address+"/api/auth/ok")
	require.Equal(t, "auth", body)
	_, body = get(t, status.Address+"/_mail/")
	require.Contains(t, body, "No mail yet")
	require.Len(t, processes(status), 4)

	second := exec.Command(os.Args[0], "-test.run=^TestHelperRunsAStack$")
	second.Env = append(os.Environ(), "NUDGE_STACK_HELPER="+root)
	out, err := second.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "already running: Nudge is at "+status.Address)

	for name, service := range status.Services {
		if service.PID == 0 {
			continue
		}
		require.NoError(t, syscall.Kill(service.PID, syscall.SIGKILL), name)
		eventually(t, func() bool {
			now, err := stack.ReadStatus(first.data)
			again := now.Services[name]
			return err == nil && again.Up && again.PID != 0 && again.PID != service.PID
		})
		eventually(t, func() bool { return strings.Contains(first.out.String(), name+": running again") })
	}
	eventually(t, func() bool { code, _ := get(t, status.Address+"/api/tasks"); return code == http.StatusOK })

	status = first.status(t)
	secret, err := os.ReadFile(filepath.Join(first.data, "secrets.json"))
	require.NoError(t, err)
	require.NoError(t, first.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, first.cmd.Wait())
	for _, pid := range processes(status) {
		require.True(t, gone(pid))
	}
	require.NoFileExists(t, filepath.Join(first.data, "run", "status.json"))

	third := up(t, root)
	again := third.status(t)
	for _, target := range []string{"functions", "migrations", "daprd", "page"} { // nothing changed
		require.NotContains(t, third.out.String(), target+": built")
	}
	kept, err := os.ReadFile(filepath.Join(first.data, "secrets.json"))
	require.NoError(t, err)
	require.Equal(t, keyset(t, secret), keyset(t, kept))
	if runtime.GOOS == "linux" {
		require.NoError(t, third.cmd.Process.Kill())
		eventually(t, func() bool {
			for _, pid := range processes(again) {
				if !gone(pid) {
					return false
				}
			}
			return true
		})
	}
}

func keyset(t *testing.T, file []byte) string {
	t.Helper()
	_, after, found := strings.Cut(string(file), `"KEYSET":`)
	require.True(t, found)
	line, _, _ := strings.Cut(after, "\n")
	return line
}

// TestBuildErrorIsShown: the compiler's words, and no process left.
func TestBuildErrorIsShown(t *testing.T) {
	root := project(t)
	require.NoError(t, os.WriteFile(filepath.Join(root, "version.go"), []byte("package function\n\nconst version = 1 +\n"), 0o600))
	r := up(t, root)
	require.Error(t, r.cmd.Wait())
	require.Contains(t, r.out.String(), "build functions")
	require.Contains(t, r.out.String(), "version.go")
}

func TestRefusals(t *testing.T) {
	root := project(t)
	say := func(options stack.Options) string {
		options.Out = io.Discard
		if options.Root == "" {
			options.Root = root
		}
		err := stack.Up(t.Context(), options)
		require.Error(t, err)
		return err.Error()
	}
	t.Run("another folder", func(t *testing.T) {
		require.Contains(t, say(stack.Options{Root: t.TempDir()}), "is not Nudge's project folder")
	})
	t.Run("port taken", func(t *testing.T) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer func() { _ = listener.Close() }()
		port := listener.Addr().(*net.TCPAddr).Port
		text := say(stack.Options{Port: port})
		require.Contains(t, text, fmt.Sprintf("port %d is taken by another program", port))
		require.Contains(t, text, fmt.Sprintf("PORT=%d ./task up", port+1))
	})
	t.Run("data folder is a file", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "data")
		require.NoError(t, os.WriteFile(file, nil, 0o600))
		require.Contains(t, say(stack.Options{Data: file}), "choose another one with NUDGE_DATA")
	})
	t.Run("damaged secrets", func(t *testing.T) {
		data := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(data, "secrets.json"), []byte("{"), 0o600))
		require.Contains(t, say(stack.Options{Data: data}), "damaged")
	})
	t.Run("no Node", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		require.Contains(t, say(stack.Options{}), "node is not installed")
	})
	t.Run("old Node", func(t *testing.T) {
		bin := t.TempDir()
		for _, program := range []string{"node", "npm"} {
			require.NoError(t, os.WriteFile(filepath.Join(bin, program), []byte("#!/bin/sh\necho v18.3.0\n"), 0o700)) //nolint:gosec // a program
		}
		t.Setenv("PATH", bin)
		require.Contains(t, say(stack.Options{}), "node is version 18.3 here, which is too old")
	})
}

func TestCleanRemovesDataOnly(t *testing.T) {
	root := project(t)
	stranger := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(stranger, "thesis.txt"), nil, 0o600))
	err := stack.Clean(stack.Options{Root: root, Data: stranger, Out: io.Discard})
	require.ErrorContains(t, err, "does not look like Nudge's data folder")
	require.FileExists(t, filepath.Join(stranger, "thesis.txt"))

	for _, folder := range []string{".nudge/run", ".build/bin"} {
		require.NoError(t, os.MkdirAll(filepath.Join(root, folder), 0o700))
	}
	for range 2 { // the second time there is nothing
		require.NoError(t, stack.Clean(stack.Options{Root: root, Out: io.Discard}))
	}
	require.NoDirExists(t, filepath.Join(root, ".nudge"))
	require.NoDirExists(t, filepath.Join(root, ".build"))
	require.FileExists(t, filepath.Join(root, "function.go"))
}

// TestSavedFunctionsAreRenewed is ./task dev: a saved file is built and runs; one
// that does not compile is reported, and what ran before goes on.
func TestSavedFunctionsAreRenewed(t *testing.T) {
	root := project(t)
	r := up(t, root, "NUDGE_STACK_DEV=1")
	status := r.status(t)
	code, body := get(t, status.Address)
	require.Equal(t, http.StatusOK, code)
	require.Equal(t, "from vite", body)
	answers := func(want string) func() bool {
		return func() bool {
			_, body := get(t, status.Address+"/api/tasks")
			return strings.HasPrefix(body, want)
		}
	}
	save := func(text string) {
		require.NoError(t, os.WriteFile(filepath.Join(root, "version.go"), []byte(text), 0o600))
	}
	require.True(t, answers("first ")())
	save("package function\n\nconst version = \"second\"\n")
	eventually(t, answers("second "))
	save("package function\n\nconst version = 1 +\n")
	eventually(t, func() bool { return strings.Contains(r.out.String(), "version.go") })
	require.True(t, answers("second ")())
	save("package function\n\nconst version = \"third\"\n")
	eventually(t, answers("third "))
}

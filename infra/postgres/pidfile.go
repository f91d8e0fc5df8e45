package postgres

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
	"syscall"
	"time"
)

// RunningError says that a server is already running on the data folder.
type RunningError struct {
	Dir      string
	PID      int
	Stopping bool // it ends by itself
}

func (e *RunningError) Error() string {
	return fmt.Sprintf("a PostgreSQL server (process %d) already runs on %s: stop it first (kill -INT %d)", e.PID, e.Dir, e.PID)
}

// pidFile is what PostgreSQL writes to postmaster.pid: line 1 the process, line
// 8 its state ("storage/lmgr/pidfile" of its source names the lines).
type pidFile struct {
	pid   int
	state string // "starting", "ready", "stopping" or "standby"
}

func readPIDFile(data string) (pidFile, bool) {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return pidFile{}, false
	}
	lines := strings.Split(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil || pid <= 0 {
		return pidFile{}, true
	}
	file := pidFile{pid: pid}
	if len(lines) >= 8 {
		file.state = strings.TrimSpace(lines[7])
	}
	return file, true
}

// clearStalePID removes the lock file of a server that is gone. PostgreSQL does
// it too, but not if the number now belongs to another process of the account.
func clearStalePID(ctx context.Context, data string) error {
	file, exists := readPIDFile(data)
	if !exists {
		return nil
	}
	if file.pid > 0 && isServer(ctx, file.pid, data) {
		return &RunningError{Dir: data, PID: file.pid, Stopping: file.state == "stopping"}
	}
	return os.Remove(filepath.Join(data, "postmaster.pid"))
}

// isServer tells whether the process exists and is a PostgreSQL server of the
// data folder. In doubt it says yes: two servers on one folder destroy it.
func isServer(ctx context.Context, pid int, data string) bool {
	if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
		return false
	}
	if runtime.GOOS == "linux" {
		cwd, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
		if err == nil {
			return sameFolder(cwd, data) // a server's working directory is its data folder
		}
		name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
		return err != nil || strings.Contains(string(name), "postgres")
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "ps", "-p", strconv.Itoa(pid), "-o", "comm=").Output()
	return err != nil || strings.Contains(string(out), "postgres") || strings.Contains(string(out), "postmaster")
}

func sameFolder(a, b string) bool {
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}

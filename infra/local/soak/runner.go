package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/google/uuid"

	"function/infra/local/stack"
)

const startLimit = 15 * time.Minute // the first start may have to build everything

// runner is ./task up as a process of its own, to be killed.
type runner struct {
	program, root, data string
	port                int

	mu     sync.Mutex
	cmd    *exec.Cmd
	ended  chan struct{}
	faults string
}

// newRunner builds the runner beside the data, so that nothing that is built meanwhile
// changes it.
func newRunner(ctx context.Context, root, data string) (*runner, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	r := &runner{program: filepath.Join(filepath.Dir(data), "local"), root: root, data: data}
	build := exec.CommandContext(ctx, "go", "build", "-o", r.program, ".")
	build.Dir = filepath.Join(root, "infra", "local")
	build.Env = append(os.Environ(), "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the runner: %w\n%s", err, out)
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0") // the address stays the same over restarts: tokens name it
	if err != nil {
		return nil, err
	}
	r.port = listener.Addr().(*net.TCPAddr).Port
	return r, listener.Close()
}

// start runs the stack with the switches of failure and returns when it is ready.
func (r *runner) start(ctx context.Context, faults string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults = faults
	log, err := os.OpenFile(filepath.Join(filepath.Dir(r.data), "runner.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	_ = os.Remove(filepath.Join(r.data, "run", "status.json")) // what a killed one left
	cmd := exec.CommandContext(context.WithoutCancel(ctx), r.program, "up", "-root", r.root, "-data", r.data, "-port", strconv.Itoa(r.port))
	cmd.Env = append(os.Environ(), "FAULTS="+faults, "HTTP_REQUESTS_PER_MINUTE=0") // a person here is many
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is ours
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	r.cmd, r.ended = cmd, ended
	return r.awaitReady(ctx)
}

func (r *runner) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if status, err := stack.ReadStatus(r.data); err == nil && status.Ready && status.PID == r.cmd.Process.Pid {
			return nil
		}
		select {
		case <-r.ended:
			return fmt.Errorf("the stack ended before it was ready; see %s", filepath.Join(filepath.Dir(r.data), "runner.log"))
		case <-ctx.Done():
			return fmt.Errorf("the stack is not ready: %w", context.Cause(ctx))
		case <-tick.C:
		}
	}
}

// kill is kill -9: the kernel ends the runner's children with it, and PostgreSQL, which
// it only tells to end, is waited for by the next runner.
func (r *runner) kill() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cmd == nil {
		return
	}
	_ = r.cmd.Process.Kill()
	<-r.ended
	r.cmd = nil
}

// restart kills the runner and starts it again, as it was.
func (r *runner) restart(ctx context.Context) error {
	r.kill()
	return r.start(ctx, r.faults)
}

func (r *runner) status() (stack.Status, error) { return stack.ReadStatus(r.data) }

func (r *runner) address() string { return "http://localhost:" + strconv.Itoa(r.port) }

// ping sends the tick that a PingSource would send. Whether it arrives does not matter.
func (r *runner) ping(ctx context.Context) {
	status, err := r.status()
	if err != nil {
		return
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, status.Services["events"].Address+"/nudge/default", strings.NewReader("{}"))
	if err != nil {
		return
	}
	for name, value := range map[string]string{
		"Content-Type": "application/json", "Ce-Specversion": "1.0", "Ce-Type": "dev.knative.sources.ping", "Ce-Source": "/nudge/soak", "Ce-Id": uuid.NewString(),
	} {
		request.Header.Set(name, value)
	}
	if response, err := http.DefaultClient.Do(request); err == nil {
		_ = response.Body.Close()
	}
}

// lag is how many deliveries the triggers have not finished; -1: not known.
func (r *runner) lag(ctx context.Context) int {
	sum, err := r.readLag(ctx)
	if err != nil {
		return -1
	}
	return sum
}

func (r *runner) readLag(ctx context.Context) (int, error) {
	status, err := r.status()
	if err != nil {
		return 0, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, status.Services["events"].Address+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer func() { _ = response.Body.Close() }()
	var text bytes.Buffer
	if _, err := text.ReadFrom(response.Body); err != nil {
		return 0, err
	}
	sum, found := 0, false
	for lines := bufio.NewScanner(&text); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), "} "); ok && strings.HasPrefix(name, "nudge_bridge_lag{") {
			n, err := strconv.Atoi(value)
			if err != nil {
				return 0, err
			}
			sum, found = sum+n, true
		}
	}
	if !found {
		return 0, errors.New("the bridge tells no lag")
	}
	return sum, nil
}

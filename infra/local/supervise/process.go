package supervise

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Process says how to run a program as a unit.
type Process struct {
	// Path, Args (without the program's name), Env (all of it) and Dir are as in
	// [exec.Cmd].
	Path string
	Args []string
	Env  []string
	Dir  string
	// Log receives what the program writes.
	Log io.Writer
	// Ready is asked again and again until it returns nil. Nil means ready at once.
	Ready func(ctx context.Context) error
	// Timeout bounds the wait for Ready; 2 min if zero: a machine may be busy.
	Timeout time.Duration
	// Grace is how long the program may take to end after SIGTERM before its
	// group is killed; 5 s if zero.
	Grace time.Duration
}

// Start runs the program in a process group of its own and returns when it is
// ready. On Linux the kernel kills it when this process dies.
func (p Process) Start(ctx context.Context) (Running, error) {
	if p.Timeout == 0 {
		p.Timeout = 2 * time.Minute
	}
	if p.Grace == 0 {
		p.Grace = 5 * time.Second
	}
	tail := &tail{next: p.Log}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), p.Path, p.Args...) // it outlives its start
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = p.Env, p.Dir, tail, tail
	cmd.SysProcAttr = attributes()
	cmd.WaitDelay = time.Second // a grandchild may hold the pipe open
	child := &Child{cmd: cmd, grace: p.Grace, done: make(chan struct{}), tail: tail}
	if err := child.start(); err != nil {
		return nil, err
	}
	if err := child.await(ctx, p); err != nil {
		child.Stop()
		return nil, fmt.Errorf("%w%s", err, tail.quote())
	}
	return child, nil
}

// Child is a run of a [Process].
type Child struct {
	cmd   *exec.Cmd
	grace time.Duration
	tail  *tail
	done  chan struct{}
	err   error
	stop  sync.Once
}

// start uses a thread that lives as long as the child: the kernel's parent-death
// signal follows the thread that started it.
func (c *Child) start() error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := c.cmd.Start()
		started <- err
		if err == nil {
			c.err = c.cmd.Wait()
			close(c.done)
		}
	}()
	return <-started
}

func (c *Child) await(ctx context.Context, p Process) error {
	if p.Ready == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, p.Timeout)
	defer cancel()
	const fastest, slowest = 5 * time.Millisecond, 100 * time.Millisecond
	for wait := fastest; ; wait = min(wait*3/2, slowest) {
		attempt, done := context.WithTimeout(ctx, 5*time.Second)
		err := p.Ready(attempt)
		done()
		if err == nil {
			return nil
		}
		timer := time.NewTimer(wait)
		select {
		case <-c.done:
			timer.Stop()
			return fmt.Errorf("it ended before it was ready (%w)", ended(c.err))
		case <-ctx.Done():
			timer.Stop()
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return fmt.Errorf("it was not ready after %s: %w", p.Timeout, err)
			}
			return ctx.Err()
		case <-timer.C:
		}
	}
}

func ended(err error) error {
	if err == nil {
		return errors.New("exit status 0")
	}
	return err
}

// Done is closed when the program has ended.
func (c *Child) Done() <-chan struct{} { return c.done }

// Err says how the program ended, with the last lines it wrote.
func (c *Child) Err() error {
	return fmt.Errorf("%w%s", ended(c.err), c.tail.quote())
}

// PID is the program's process, and its group's number.
func (c *Child) PID() int { return c.cmd.Process.Pid }

// Stop ends the program and what it started: SIGTERM to the group, and SIGKILL
// to what is left of it when the program has ended or its grace is over.
func (c *Child) Stop() {
	c.stop.Do(func() {
		group := -c.cmd.Process.Pid
		_ = syscall.Kill(group, syscall.SIGTERM)
		timer := time.NewTimer(c.grace)
		defer timer.Stop()
		select {
		case <-c.done:
		case <-timer.C:
		}
		_ = syscall.Kill(group, syscall.SIGKILL)
	})
	<-c.done
}

// tail passes what is written on and keeps the end of it.
type tail struct {
	next io.Writer
	mu   sync.Mutex
	kept []byte
}

func (t *tail) Write(p []byte) (int, error) {
	const keep = 2048
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p...)
	if extra := len(t.kept) - keep; extra > 0 {
		t.kept = append(t.kept[:0], t.kept[extra:]...)
	}
	if t.next != nil {
		_, _ = t.next.Write(p) // a full disk under the log must not stop the program
	}
	return len(p), nil
}

// quote is the last few lines, for an error.
func (t *tail) quote() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := strings.TrimSpace(string(t.kept))
	if text == "" {
		return ""
	}
	lines := strings.Split(text, "\n")
	if len(lines) > 6 {
		lines = lines[len(lines)-6:]
	}
	return "; its last words:\n    " + strings.Join(lines, "\n    ")
}

// Run runs the program to its end, which a nil error says was a good one. When
// ctx ends first, the program's whole group is stopped.
func (p Process) Run(ctx context.Context) error {
	p.Ready = nil
	run, err := p.Start(ctx)
	if err != nil {
		return err
	}
	child := run.(*Child)
	select {
	case <-child.done:
		if child.err == nil {
			return nil
		}
		return child.Err()
	case <-ctx.Done():
		child.Stop()
		return context.Cause(ctx)
	}
}

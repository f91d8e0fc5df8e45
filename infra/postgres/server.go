package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// Options say how to run a server.
type Options struct {
	// Dir is the folder that holds the data and the secret. It is made if absent.
	Dir string
	// Bin is the folder of PostgreSQL's programs; empty means [Find].
	Bin string
	// Port on 127.0.0.1; 0 takes a free one.
	Port int
	// Log receives what the server and initdb write. Nil discards it.
	Log io.Writer
	// Settings are server parameters (postgresql.conf names) that win over the
	// defaults, which are durable: fsync is on.
	Settings map[string]string
	// Patience is how long a server that a runner left behind may take to end before it
	// is ended at once; 0 means fifteen seconds.
	Patience time.Duration
}

// Server is a running PostgreSQL server.
type Server struct {
	dir    string
	port   int
	secret []byte
	cmd    *exec.Cmd
	done   chan struct{}
	err    error // of the process; read after done
	stop   sync.Once
}

const (
	startTimeout = 60 * time.Second // crash recovery of a big folder takes a while
	stopTimeout  = 10 * time.Second
	patience     = 15 * time.Second
	pollInterval = 5 * time.Millisecond
)

// Start makes the data folder if it is empty, starts the server and returns when
// it accepts connections. The server ends with [Server.Stop], and on Linux also
// when the calling process dies. ctx bounds the start only.
//
// Errors are sentences for the person at the terminal; [ErrNotFound],
// [RunningError] and [VersionError] can be told apart.
func Start(ctx context.Context, options Options) (*Server, error) {
	dir, err := filepath.Abs(options.Dir)
	if err != nil {
		return nil, err
	}
	if options.Log == nil {
		options.Log = io.Discard
	}
	if options.Patience == 0 {
		options.Patience = patience
	}
	if options.Bin == "" {
		if options.Bin, err = Find(ctx, dir); err != nil {
			return nil, err
		}
	}
	who, err := serverAccount()
	if err != nil {
		return nil, err
	}
	secret, err := prepare(ctx, dir, options, who)
	if err != nil {
		return nil, err
	}
	// A port chosen as free may be taken before the server has it, memory of a server
	// killed a moment ago may still be held, and one whose runner was killed may still
	// be ending: all pass.
	began := time.Now()
	for attempt := 1; ; attempt++ {
		server, output, err := launch(ctx, dir, options, who, secret)
		if err == nil {
			return server, nil
		}
		passing := bytes.Contains(output, []byte("pre-existing shared memory block")) ||
			options.Port == 0 && bytes.Contains(output, []byte("Address already in use"))
		var running *RunningError
		if errors.As(err, &running) && running.Stopping {
			passing, attempt = true, 0
			if time.Since(began) > options.Patience {
				// Told to end while it recovers from a crash, PostgreSQL 15 can wait for its
				// checkpointer for ever. Ended like this it loses nothing: it recovers again.
				_ = syscall.Kill(running.PID, syscall.SIGQUIT)
			}
		}
		if !passing || attempt == 50 || time.Since(began) > startTimeout || ctx.Err() != nil {
			return nil, err
		}
		pause(ctx, 100*time.Millisecond)
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

func launch(ctx context.Context, dir string, options Options, who *account, secret []byte) (*Server, []byte, error) {
	data := dataFolder(dir)
	if err := clearStalePID(ctx, data); err != nil {
		return nil, nil, err
	}
	port := options.Port
	if port == 0 {
		var err error
		if port, err = freePort(ctx); err != nil {
			return nil, nil, err
		}
	}
	folder, err := who.reach(data)
	if err != nil {
		return nil, nil, err
	}
	defer folder.close()
	tail := &tailWriter{next: options.Log}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), filepath.Join(options.Bin, "postgres"), arguments(folder.path, port, options.Settings)...)
	folder.enter(cmd)
	cmd.Stdout, cmd.Stderr = tail, tail
	cmd.Env, cmd.SysProcAttr = environment(), attributes(who)
	server := &Server{dir: dir, port: port, secret: secret, cmd: cmd, done: make(chan struct{})}
	if err := server.run(); err != nil {
		return nil, nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	if err := server.awaitReady(ctx, data); err != nil {
		server.Stop()
		return nil, tail.bytes(), fmt.Errorf("PostgreSQL did not start on %s: %w; it said: %s", data, err, lastLines(tail.bytes()))
	}
	return server, nil, nil
}

// run starts the process from a thread that lives as long as it does: the
// kernel's parent-death signal follows the thread, not the process.
func (s *Server) run() error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := s.cmd.Start()
		started <- err
		if err == nil {
			s.err = s.cmd.Wait()
			close(s.done)
		}
	}()
	return <-started
}

func (s *Server) awaitReady(ctx context.Context, data string) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		if file, ok := readPIDFile(data); ok && file.state == "ready" && file.pid == s.cmd.Process.Pid {
			return nil
		}
		select {
		case <-s.done:
			return fmt.Errorf("it ended at once (%w)", s.err)
		case <-ctx.Done():
			return fmt.Errorf("it was not ready in time: %w", context.Cause(ctx))
		case <-tick.C:
		}
	}
}

// Stop asks for a fast shutdown (open transactions are rolled back, committed
// ones are safe), and kills the server if that takes more than ten seconds. It
// returns when the process is gone. It may be called twice.
func (s *Server) Stop() {
	s.stop.Do(func() {
		_ = s.cmd.Process.Signal(syscall.SIGINT)
		timer := time.NewTimer(stopTimeout)
		defer timer.Stop()
		select {
		case <-s.done:
		case <-timer.C:
			_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
		}
	})
	<-s.done
}

// Done is closed when the server's process has ended, whatever the reason.
func (s *Server) Done() <-chan struct{} { return s.done }

// Err says how the process ended: nil after an orderly stop. Read it after Done.
func (s *Server) Err() error { return s.err }

// PID is the server's process.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Port is the port on 127.0.0.1 that the server listens on.
func (s *Server) Port() int { return s.port }

// URL is a connection string for a role and a database, with the role's
// [Server.Password].
func (s *Server) URL(user, database string) string {
	address := url.URL{
		Scheme: "postgres", User: url.UserPassword(user, s.Password(user)),
		Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)), Path: "/" + database,
		RawQuery: "sslmode=disable",
	}
	return address.String()
}

func arguments(data string, port int, settings map[string]string) []string {
	all := map[string]string{ //nolint:gosec // the name of a setting, no password
		"listen_addresses": "127.0.0.1", "port": strconv.Itoa(port), "unix_socket_directories": "",
		"timezone": "UTC", "log_timezone": "UTC", "logging_collector": "off",
		"password_encryption": "scram-sha-256", "shared_buffers": "64MB",
	}
	for name, value := range settings {
		all[name] = value
	}
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	sort.Strings(names)
	args := []string{"-D", data}
	for _, name := range names {
		args = append(args, "-c", name+"="+all[name])
	}
	return args
}

// environment passes what the programs need and none of the PG… variables that
// would change what they do.
func environment() []string {
	env := []string{"LC_ALL=C", "PATH=" + os.Getenv("PATH")}
	for _, name := range []string{"LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR"} {
		if value := os.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}

func freePort(ctx context.Context) (int, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	return port, errors.Join(listener.Close())
}

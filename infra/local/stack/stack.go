// Package stack runs the whole of Nudge on one machine: it builds what is
// missing, starts every part when those it needs are ready, keeps them running
// and stops them in reverse order.
package stack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"function/infra/dapr/sidecar"
	"function/infra/local/build"
	"function/infra/local/graph"
	"function/infra/local/progress"
	"function/infra/local/secrets"
	"function/infra/local/supervise"
)

// Options say which stack to run.
type Options struct {
	// Root is the project's folder.
	Root string
	// Data keeps everything that must survive; empty means .nudge in Root.
	Data string
	// Port of the address; 0 takes a free one.
	Port int
	// Dev serves the page by Vite and builds the functions anew when a file of
	// theirs is saved.
	Dev bool
	// Quiet prints the address only.
	Quiet bool
	// Brokers are the addresses of a real Kafka; empty runs one in this process.
	Brokers []string
	// Out is the terminal.
	Out io.Writer
	// Now is the clock; nil means the system's.
	Now func() time.Time
}

// Stack is a running stack.
type Stack struct {
	options    Options
	paths      paths
	tree       build.Tree
	report     *progress.Reporter
	supervisor *supervise.Supervisor
	status     *statusFile
	secrets    secrets.File
	listeners  []net.Listener // of the gateway
	ports      ports
	address    string // what the browser shows
	daprToken  string
	postgres   database
	daprd      string // the program
	brokers    []string
}

// paths are the folders and files of one stack.
type paths struct{ data, run, log, mail, secrets string }

// ports are chosen once, so that a part that is started again is found where it
// was.
type ports struct {
	postgres, auth, functions, bridge, kafka, smtp, vite int
	dapr                                                 sidecar.Ports
}

// heartbeat is how often a long step says that it goes on.
const heartbeat = 8 * time.Second

// reasons say why a step may take long, for its first sign of life.
var reasons = map[string]string{
	"daprd":          "Dapr's sidecar is built once, which takes some minutes",
	"functions":      "Go compiles the functions and their libraries",
	"page packages":  "npm installs what the page is built with",
	"sign-in server": "npm installs Better Auth",
	"PostgreSQL":     "no PostgreSQL on this machine, so npm installs one",
}

// Up runs the stack until ctx ends, and then stops it. An error is a sentence for
// the person at the terminal; the end of ctx is none.
func Up(ctx context.Context, options Options) error {
	if options.Now == nil {
		options.Now = time.Now
	}
	s, unlock, err := open(ctx, options)
	if err != nil {
		return err
	}
	defer unlock()
	defer s.close()
	err = s.start(ctx)
	if err == nil {
		s.ready()
		if options.Dev {
			go s.watch(ctx)
		}
		<-ctx.Done()
	}
	s.report.Line("stopping")
	s.supervisor.Stop()
	s.status.remove()
	if err == nil || ctx.Err() != nil {
		s.report.Line("stopped; the data stays in %s", s.paths.data)
		return nil
	}
	return err
}

func projectRoot(dir string) (string, error) {
	root, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(root, "infra", "local", "go.mod")); err != nil {
		return "", fmt.Errorf("%s is not Nudge's project folder: run ./task there", root)
	}
	return root, nil
}

// open takes what only one stack can have: the data folder and the address.
func open(ctx context.Context, options Options) (*Stack, func(), error) {
	root, err := projectRoot(options.Root)
	if err != nil {
		return nil, nil, err
	}
	data := options.Data
	if data == "" {
		data = filepath.Join(root, ".nudge")
	}
	if data, err = filepath.Abs(data); err != nil {
		return nil, nil, err
	}
	p := paths{data: data, run: filepath.Join(data, "run"), log: filepath.Join(data, "log"), mail: filepath.Join(data, "mail"), secrets: filepath.Join(data, "secrets.json")}
	for _, dir := range []string{p.data, p.run, p.log, p.mail} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, nil, fmt.Errorf("the data folder cannot be used: %w (choose another one with NUDGE_DATA)", err)
		}
	}
	unlock, err := lock(p)
	if err != nil {
		return nil, nil, err
	}
	out := options.Out
	if options.Quiet {
		out = io.Discard
	}
	s := &Stack{
		options: options, paths: p, tree: build.Tree{Root: root, Out: filepath.Join(root, ".build")},
		report: progress.New(out, options.Now), brokers: options.Brokers, daprToken: secrets.Token(),
	}
	s.supervisor = supervise.New(supervise.Options{Report: s.tell})
	if err := errors.Join(s.listen(ctx), s.choosePorts(ctx), s.loadSecrets()); err != nil {
		s.close()
		unlock()
		return nil, nil, err
	}
	s.status = newStatus(filepath.Join(p.run, "status.json"), s.address)
	return s, unlock, nil
}

func (s *Stack) close() {
	for _, listener := range s.listeners {
		_ = listener.Close()
	}
}

// listen takes the address. IPv6's loopback too where there is one: a browser
// may try it first for "localhost".
func (s *Stack) listen(ctx context.Context) error {
	port := strconv.Itoa(s.options.Port)
	first, err := listen(ctx, net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return fmt.Errorf("port %s is taken by another program (%w): stop that one, or choose another port, as in: PORT=%d ./task up", port, err, s.options.Port+1)
	}
	s.listeners = append(s.listeners, first)
	chosen := first.Addr().(*net.TCPAddr).Port
	if second, err := listen(ctx, net.JoinHostPort("::1", strconv.Itoa(chosen))); err == nil {
		s.listeners = append(s.listeners, second)
	}
	s.address = fmt.Sprintf("http://localhost:%d", chosen)
	return nil
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	var config net.ListenConfig
	return config.Listen(ctx, "tcp", address)
}

func (s *Stack) loadSecrets() (err error) {
	if s.secrets, err = secrets.Load(s.paths.secrets); err != nil {
		return err
	}
	return s.secrets.Save(s.paths.secrets) // before anything is sealed with them
}

func (s *Stack) choosePorts(ctx context.Context) error {
	var held []net.Listener // all at once, so that they differ
	defer func() {
		for _, listener := range held {
			_ = listener.Close()
		}
	}()
	p := &s.ports
	for _, port := range []*int{&p.postgres, &p.auth, &p.dapr.HTTP, &p.dapr.GRPC, &p.dapr.Internal, &p.functions, &p.bridge, &p.kafka, &p.smtp, &p.vite} {
		listener, err := listen(ctx, "127.0.0.1:0")
		if err != nil {
			return fmt.Errorf("no free port on this machine: %w", err)
		}
		held = append(held, listener)
		*port = listener.Addr().(*net.TCPAddr).Port
	}
	return nil
}

func (s *Stack) start(ctx context.Context) error {
	if err := checkNode(ctx); err != nil {
		return err
	}
	return s.do(ctx, s.steps())
}

// do runs steps that build, with signs of life.
func (s *Stack) do(ctx context.Context, steps []graph.Step) error {
	ticker := time.NewTicker(heartbeat)
	ticks, finished := make(chan time.Time), make(chan struct{})
	go func() {
		defer close(ticks)
		for {
			select {
			case now := <-ticker.C:
				ticks <- now
			case <-finished:
				return
			}
		}
	}()
	defer close(finished)
	defer ticker.Stop()
	go s.report.Heartbeat(ticks, reasons)
	releaseBuild, err := lockBuild(ctx, s.tree.Out, s.report)
	if err != nil {
		return err
	}
	defer releaseBuild()
	return graph.Run(ctx, steps)
}

func (s *Stack) ready() {
	s.status.ready()
	if s.options.Quiet {
		_, _ = fmt.Fprintln(s.options.Out, s.address)
		return
	}
	s.report.Line("ready")
	_, _ = fmt.Fprintf(s.options.Out, "\n    Nudge is at  %s\n\n    mail it sends: %s/_mail   logs and data: %s   stop: Ctrl-C\n\n", s.address, s.address, s.paths.data)
}

// tell prints what the supervisor saw.
func (s *Stack) tell(event supervise.Event) {
	if event.Up {
		s.report.Line("%s: running again", event.Unit)
		return
	}
	s.status.down(event.Unit)
	s.report.Line("%s: %v; starting it again in %.1f s", event.Unit, event.Err, event.Pause.Seconds())
}

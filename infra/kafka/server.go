package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	startLimit = 2 * time.Minute // of a busy machine; a quiet one takes 6 s
	stopLimit  = 20 * time.Second
	askAgain   = 50 * time.Millisecond
)

// Server is a running Kafka.
type Server struct {
	// Address is host:port.
	Address string

	dir  string
	cmd  *exec.Cmd
	said output
	err  error // read after done
	done chan struct{}
	stop sync.Once
}

// Start formats a folder of its own, runs Kafka on it and returns when it listens. It
// ends with Stop and, on Linux, with this process.
func Start(ctx context.Context, p Programs, heap string) (*Server, error) {
	dir, err := os.MkdirTemp("", "nudge-kafka-")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, done: make(chan struct{})}
	if err := s.start(ctx, p, heap); err != nil {
		if s.cmd != nil && s.cmd.Process != nil {
			s.Stop()
		}
		_ = os.RemoveAll(dir)
		return nil, err
	}
	return s, nil
}

func (s *Server) start(ctx context.Context, p Programs, heap string) error {
	client, controller, err := freePorts(ctx)
	if err != nil {
		return err
	}
	s.Address = client
	properties := filepath.Join(s.dir, "server.properties")
	if err := os.WriteFile(properties, settings(filepath.Join(s.dir, "log"), client, controller), 0o600); err != nil {
		return err
	}
	class := []string{"-Xmx" + heap, "-Djava.awt.headless=true", "-cp", filepath.Join(p.Jars, "*")}
	format := exec.CommandContext(ctx, p.Java, append(class, "kafka.tools.StorageTool", "format", "--cluster-id", clusterID(), "--config", properties)...)
	if said, err := format.CombinedOutput(); err != nil {
		return fmt.Errorf("Kafka could not format its folder (%w):\n%s", err, bytes.TrimSpace(said)) //nolint:staticcheck // a name begins it
	}
	s.cmd = exec.CommandContext(context.WithoutCancel(ctx), p.Java, append(class, "kafka.Kafka", properties)...)
	s.cmd.Stdout, s.cmd.Stderr, s.cmd.SysProcAttr = &s.said, &s.said, attributes()
	if err := s.run(); err != nil {
		return fmt.Errorf("start Kafka: %w", err)
	}
	return s.awaitListening(ctx)
}

// settings are those of a single node whose topics have one replica.
func settings(logs, client, controller string) []byte {
	return []byte(strings.Join([]string{
		"process.roles=broker,controller", "node.id=1", "controller.quorum.voters=1@" + controller,
		"listeners=PLAINTEXT://" + client + ",CONTROLLER://" + controller, "advertised.listeners=PLAINTEXT://" + client,
		"controller.listener.names=CONTROLLER", "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
		"inter.broker.listener.name=PLAINTEXT", "log.dirs=" + filepath.ToSlash(logs),
		"offsets.topic.replication.factor=1", "offsets.topic.num.partitions=10",
		"transaction.state.log.replication.factor=1", "transaction.state.log.min.isr=1",
		"share.coordinator.state.topic.replication.factor=1", "share.coordinator.state.topic.min.isr=1",
		"group.initial.rebalance.delay.ms=0", "auto.create.topics.enable=false", "num.partitions=10", "",
	}, "\n"))
}

// clusterID is a random UUID the way Kafka writes it: 16 bytes in URL-safe Base64.
func clusterID() string {
	id := make([]byte, 16)
	_, _ = rand.Read(id) // it never fails
	id[0] &= 0x7f        // no leading dash, which the command line would take for a flag
	return base64.RawURLEncoding.EncodeToString(id)
}

// freePorts holds both until it has both, so that they differ.
func freePorts(ctx context.Context) (client, controller string, err error) {
	var config net.ListenConfig
	first, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", err
	}
	second, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", errors.Join(err, first.Close())
	}
	return first.Addr().String(), second.Addr().String(), errors.Join(first.Close(), second.Close())
}

// run starts the process from a thread that lives as long as it does: the kernel's
// parent-death signal follows the thread.
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

func (s *Server) awaitListening(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	tick := time.NewTicker(askAgain)
	defer tick.Stop()
	for {
		var dialer net.Dialer
		if connection, err := dialer.DialContext(ctx, "tcp", s.Address); err == nil {
			return connection.Close()
		}
		select {
		case <-s.done:
			return fmt.Errorf("Kafka ended before it listened: %w", s.why()) //nolint:staticcheck // a name begins it
		case <-ctx.Done():
			return fmt.Errorf("Kafka does not listen on %s: %w", s.Address, context.Cause(ctx)) //nolint:staticcheck // a name begins it
		case <-tick.C:
		}
	}
}

func (s *Server) why() error { return fmt.Errorf("%w; it said:\n%s", s.err, s.said.last()) }

// Stop ends Kafka in order, or kills it where that takes too long, and removes its folder.
func (s *Server) Stop() {
	s.stop.Do(func() {
		_ = s.cmd.Process.Signal(syscall.SIGTERM)
		timer := time.NewTimer(stopLimit)
		defer timer.Stop()
		select {
		case <-s.done:
		case <-timer.C:
			_ = s.cmd.Process.Kill()
			<-s.done
		}
		_ = os.RemoveAll(s.dir)
	})
}

// output keeps the last of what a process says.
type output struct {
	mu   sync.Mutex
	text []byte
}

func (o *output) Write(p []byte) (int, error) {
	const most = 4 << 10
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text = append(o.text, p...)
	o.text = o.text[max(0, len(o.text)-most):]
	return len(p), nil
}

func (o *output) last() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.TrimSpace(string(o.text))
}

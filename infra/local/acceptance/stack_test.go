package acceptance_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"function/infra/local/stack"
)

// startLimit bounds the start of a stack whose programs may have to be built first.
const startLimit = 15 * time.Minute

// running is the stack that all tests of the binary share.
var running struct {
	once   sync.Once
	data   string
	status stack.Status
	err    error
	stop   func()
}

func TestMain(m *testing.M) {
	code := m.Run()
	if running.stop != nil {
		running.stop()
	}
	os.Exit(code)
}

// theStack starts the stack, or finds the one that NUDGE_STATUS names.
func theStack(t testing.TB) stack.Status {
	t.Helper()
	running.once.Do(func() {
		if running.data = os.Getenv("NUDGE_STATUS"); running.data != "" {
			running.status, running.err = stack.ReadStatus(running.data)
			return
		}
		running.err = start()
	})
	if running.err != nil {
		t.Fatal(running.err)
	}
	return running.status
}

func start() (err error) {
	running.status, running.data, running.stop, err = up(realKafka())
	return err
}

// up starts a stack in a folder of its own, and gives how to end it. Brokers are the
// addresses of a real Kafka, for one stack at a time: two would be one consumer group,
// and each would take the other's events. None: it runs one of its own.
func up(brokers []string) (status stack.Status, folder string, stop func(), err error) {
	data, err := os.MkdirTemp("", "nudge-acceptance-")
	if err != nil {
		return status, "", nil, err
	}
	if err := os.Chmod(data, 0o755); err != nil { // PostgreSQL runs as another user where we are root
		return status, "", nil, err
	}
	root, err := filepath.Abs(filepath.Join("..", "..", ".."))
	if err != nil {
		return status, "", nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	out := &safeBuffer{}
	folder = filepath.Join(data, "nudge")
	options := stack.Options{Root: root, Data: folder, Out: out, Brokers: brokers}
	go func() { ended <- stack.Up(ctx, options) }()
	stop = func() {
		cancel()
		<-ended //nolint:errcheck // it ends because it was told to
		_ = os.RemoveAll(data)
	}
	deadline := time.After(startLimit)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			ended <- err
			return status, folder, stop, fmt.Errorf("the stack did not start: %w\n%s", err, out.String())
		case <-deadline:
			return status, folder, stop, fmt.Errorf("the stack is not ready after %s:\n%s", startLimit, out.String())
		case <-tick.C:
			if status, err = stack.ReadStatus(folder); err == nil && status.Ready {
				return status, folder, stop, nil
			}
		}
	}
}

// realKafka gives the brokers that KAFKA_BROKERS names; none: the stack runs its own.
func realKafka() []string {
	if brokers := os.Getenv("KAFKA_BROKERS"); brokers != "" {
		return strings.Split(brokers, ",")
	}
	return nil
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// Package supervise keeps a set of units running: child processes, servers and
// routines of this process. A unit that ends by itself is reported and started
// again, after a pause that doubles while it keeps failing; units stop in the
// reverse order of their start.
package supervise

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Running is one run of a unit.
type Running interface {
	// Done is closed when the run has ended.
	Done() <-chan struct{}
	// Err says why, once Done is closed; nil for an orderly end.
	Err() error
	// Stop ends the run and returns when it has ended. It may be called twice.
	Stop()
}

// Unit is something to keep running.
type Unit struct {
	Name string
	// Start begins a run and returns when it is ready for use. It is called
	// again after each run that ended by itself.
	Start func(ctx context.Context) (Running, error)
}

// Event tells of a unit that ended by itself or could not be started again. A
// first start's error is returned by [Supervisor.Add] instead.
type Event struct {
	Unit string
	// Up is true when the unit runs again.
	Up bool
	// Err is why it ended or could not start; never nil when Up is false.
	Err error
	// Pause is how long the supervisor waits before it tries again.
	Pause time.Duration
}

// Options are a supervisor's choices; the zero value is what the runner uses.
type Options struct {
	// Report is called for each event, one call at a time.
	Report func(Event)
	// FirstPause and LongestPause bound the pause before a restart: 100 ms and
	// 10 s if zero.
	FirstPause, LongestPause time.Duration
	// Steady is how long a run must have lasted for the next pause to be the first
	// one again: 2 s if zero. What was ready and worked for that long was ended by
	// something else, and those who use it wait.
	Steady time.Duration
}

// Supervisor holds the units. Make it with [New].
type Supervisor struct {
	options Options
	report  sync.Mutex

	mu      sync.Mutex
	units   []*keeper
	stopped bool
}

// New makes a supervisor without units.
func New(options Options) *Supervisor {
	if options.Report == nil {
		options.Report = func(Event) {}
	}
	if options.FirstPause == 0 {
		options.FirstPause = 100 * time.Millisecond
	}
	if options.LongestPause == 0 {
		options.LongestPause = 10 * time.Second
	}
	if options.Steady == 0 {
		options.Steady = 2 * time.Second
	}
	return &Supervisor{options: options}
}

// ErrStopped is returned for a unit added to a supervisor that was stopped.
var ErrStopped = errors.New("the supervisor is stopped")

// Add starts a unit and returns when it is ready, or why it could not start; from
// then on it is kept running. ctx bounds the first start only. Units may be added
// from several goroutines.
func (s *Supervisor) Add(ctx context.Context, unit Unit) error {
	ctx, cancel := context.WithCancel(ctx)
	keeper := &keeper{unit: unit, supervisor: s, quit: make(chan struct{}), gone: make(chan struct{}), cancel: cancel, restart: make(chan chan error)}
	s.mu.Lock()
	if s.stopped {
		s.mu.Unlock()
		cancel()
		return ErrStopped
	}
	s.units = append(s.units, keeper)
	s.mu.Unlock()
	run, err := unit.Start(ctx)
	if err != nil {
		close(keeper.gone)
		cancel()
		return fmt.Errorf("%s: %w", unit.Name, err)
	}
	go keeper.keep(context.WithoutCancel(ctx), run)
	return nil
}

// Restart ends the current run of the unit and starts the next one. It returns
// when that is ready, or why it is not; the supervisor then goes on trying.
func (s *Supervisor) Restart(name string) error {
	s.mu.Lock()
	var found *keeper
	for _, keeper := range s.units {
		if keeper.unit.Name == name {
			found = keeper
		}
	}
	s.mu.Unlock()
	if found == nil {
		return fmt.Errorf("no unit is named %s", name)
	}
	answer := make(chan error, 1)
	select {
	case found.restart <- answer:
		return <-answer
	case <-found.gone:
		return ErrStopped
	}
}

// Stop ends all units, the last one added first, and returns when all have ended.
func (s *Supervisor) Stop() {
	s.mu.Lock()
	s.stopped = true
	units := s.units
	s.mu.Unlock()
	for i := len(units) - 1; i >= 0; i-- {
		units[i].stop()
	}
}

func (s *Supervisor) tell(event Event) {
	s.report.Lock()
	defer s.report.Unlock()
	s.options.Report(event)
}

// keeper keeps one unit running.
type keeper struct {
	unit       Unit
	supervisor *Supervisor
	restart    chan chan error
	gone       chan struct{} // closed when the unit runs no more

	once   sync.Once
	quit   chan struct{} // closed to end the unit
	mu     sync.Mutex
	cancel context.CancelFunc // of the start in progress
}

func (k *keeper) keep(ctx context.Context, run Running) {
	defer close(k.gone)
	options := k.supervisor.options
	pause := options.FirstPause
	for {
		began := time.Now()
		select {
		case <-k.quit:
			run.Stop()
			return
		case answer := <-k.restart:
			run.Stop()
			next, err := k.begin(ctx)
			answer <- err
			if err == nil {
				run = next
				continue
			}
			k.supervisor.tell(Event{Unit: k.unit.Name, Err: err, Pause: pause})
		case <-run.Done():
			err := run.Err()
			if err == nil {
				err = errors.New("it ended by itself")
			}
			if time.Since(began) >= options.Steady {
				pause = options.FirstPause
			}
			run.Stop() // what the run left behind, such as grandchildren
			k.supervisor.tell(Event{Unit: k.unit.Name, Err: err, Pause: pause})
		}
		var ok bool
		if run, pause, ok = k.revive(ctx, pause); !ok {
			return
		}
		k.supervisor.tell(Event{Unit: k.unit.Name, Up: true})
	}
}

// revive tries to start the unit until it runs (ok) or is stopped. It returns the
// pause to take before the next time.
func (k *keeper) revive(ctx context.Context, pause time.Duration) (run Running, next time.Duration, ok bool) {
	for {
		timer := time.NewTimer(pause)
		var waiting chan error
		select {
		case <-k.quit:
			timer.Stop()
			return nil, pause, false
		case waiting = <-k.restart: // someone asks for it now
			timer.Stop()
		case <-timer.C:
		}
		pause = min(2*pause, k.supervisor.options.LongestPause)
		run, err := k.begin(ctx)
		if waiting != nil {
			waiting <- err
		}
		if err == nil {
			return run, pause, true
		}
		select {
		case <-k.quit:
			return nil, pause, false
		default:
			k.supervisor.tell(Event{Unit: k.unit.Name, Err: err, Pause: pause})
		}
	}
}

// begin starts a run that a stop of the unit interrupts.
func (k *keeper) begin(ctx context.Context) (Running, error) {
	ctx, cancel := context.WithCancel(ctx)
	k.mu.Lock()
	k.cancel = cancel
	k.mu.Unlock()
	select {
	case <-k.quit:
		cancel()
		return nil, ErrStopped
	default:
	}
	run, err := k.unit.Start(ctx)
	if err != nil {
		cancel()
	}
	return run, err
}

func (k *keeper) stop() {
	k.once.Do(func() { close(k.quit) })
	k.mu.Lock()
	cancel := k.cancel
	k.mu.Unlock()
	cancel()
	<-k.gone
}

// Package progress tells the person at the terminal what is being done, how long
// it took, and, when something takes long, that it still goes on.
package progress

import (
	"fmt"
	"io"
	"sort"
	"strings"
	"sync"
	"time"
)

// Reporter prints lines of progress. It may be used from several goroutines.
type Reporter struct {
	out   io.Writer
	now   func() time.Time
	began time.Time

	mu     sync.Mutex
	active map[*Step]struct{}
}

// New makes a reporter that counts from now.
func New(out io.Writer, now func() time.Time) *Reporter {
	return &Reporter{out: out, now: now, began: now(), active: map[*Step]struct{}{}}
}

// Line prints one line after the seconds since the start.
func (r *Reporter) Line(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.write(fmt.Sprintf(format, args...))
}

func (r *Reporter) write(text string) {
	_, _ = fmt.Fprintf(r.out, "%7.1fs  %s\n", r.now().Sub(r.began).Seconds(), text)
}

// Step is something that takes a while.
type Step struct {
	reporter *Reporter
	name     string
	began    time.Time
	told     bool
}

// Step begins a step. Nothing is printed yet: a step that ends soon needs one
// line only.
func (r *Reporter) Step(name string) *Step {
	r.mu.Lock()
	defer r.mu.Unlock()
	step := &Step{reporter: r, name: name, began: r.now()}
	r.active[step] = struct{}{}
	return step
}

// Done ends a step and prints what came of it.
func (s *Step) Done(format string, args ...any) {
	s.reporter.mu.Lock()
	defer s.reporter.mu.Unlock()
	delete(s.reporter.active, s)
	took := s.reporter.now().Sub(s.began)
	s.reporter.write(fmt.Sprintf("%s: %s (%s)", s.name, fmt.Sprintf(format, args...), seconds(took)))
}

// Drop ends a step without a line; the error that ended it is told elsewhere.
func (s *Step) Drop() {
	s.reporter.mu.Lock()
	defer s.reporter.mu.Unlock()
	delete(s.reporter.active, s)
}

// Heartbeat prints the steps under way each time the channel delivers, until it
// is closed. The first time a step is still under way it may be a surprise, so
// its line says why it takes long, if reasons has an entry for it.
func (r *Reporter) Heartbeat(ticks <-chan time.Time, reasons map[string]string) {
	for range ticks {
		r.beat(reasons)
	}
}

func (r *Reporter) beat(reasons map[string]string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var parts []string
	for step := range r.active {
		part := fmt.Sprintf("%s (%s)", step.name, seconds(r.now().Sub(step.began)))
		if reason := reasons[step.name]; reason != "" && !step.told {
			part += ": " + reason
		}
		step.told = true
		parts = append(parts, part)
	}
	if len(parts) > 0 {
		sort.Strings(parts)
		r.write("… " + strings.Join(parts, ", "))
	}
}

func seconds(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%.0f s", d.Seconds())
}

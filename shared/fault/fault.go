// Package fault makes the product go wrong where going wrong is dangerous: around
// commits, on the way to the broker and to the providers of notifications. It is off
// unless FAULTS says otherwise; a nil *Faults does nothing and costs a comparison.
//
// Which visit of a point goes wrong is decided by the seed, the point's name and the
// number of the visit, so the same seed does the same to the same visits.
package fault

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Kind is one way to go wrong.
type Kind string

// The kinds. In FAULTS each is `kind=rate` or `kind=rate:argument`.
const (
	KillBeforeCommit  Kind = "kill_before_commit"  // F2: dies with the transaction not yet sent
	KillAfterCommit   Kind = "kill_after_commit"   // F1: dies with the transaction committed and nobody told
	FailBeforeCommit  Kind = "fail_before_commit"  // F14: the database refuses, nothing happened
	UnknownCommit     Kind = "unknown_commit"      // F3: it is committed, and its writer hears of an error
	KillBeforePublish Kind = "kill_before_publish" // dies between commit and publishing
	KillAfterPublish  Kind = "kill_after_publish"  // F6: dies when the broker has the event and the outbox does not know
	FailPublish       Kind = "fail"                // the broker refuses an event
	LosePublish       Kind = "lose"                // the broker says yes and keeps nothing
	DuplicatePublish  Kind = "duplicate"           // argument: how many times more at most (1)
	ReorderPublish    Kind = "reorder"             // argument: how much later at most, while others pass (500ms)
	DelayPublish      Kind = "delay"               // argument: how much later (1s)
	ProviderLost      Kind = "provider_lost"       // F15: the provider sends, and its answer is lost
	ProviderLimited   Kind = "provider_429"        // the provider asks for patience
	ProviderDown      Kind = "provider_5xx"        // the provider fails
)

// takes says what a kind's argument is, and what it is when none is given.
type takes struct {
	duration time.Duration
	count    int
}

var kinds = map[Kind]takes{
	KillBeforeCommit: {}, KillAfterCommit: {}, FailBeforeCommit: {}, UnknownCommit: {}, KillBeforePublish: {}, KillAfterPublish: {},
	FailPublish: {}, LosePublish: {}, DuplicatePublish: {count: 1}, ReorderPublish: {duration: 500 * time.Millisecond},
	DelayPublish: {duration: time.Second}, ProviderLost: {}, ProviderLimited: {}, ProviderDown: {},
}

// Kinds lists them all, sorted.
func Kinds() []Kind { return slices.Sorted(maps.Keys(kinds)) }

// rule is a kind that is switched on.
type rule struct {
	rate     float64
	duration time.Duration
	count    int
}

// Faults are the switches of a process. The zero value is of no use: see Parse.
type Faults struct {
	seed  uint64
	rules map[Kind]rule
	text  string
	kill  func(context.Context)
	wait  func(context.Context, time.Duration) error

	mu     sync.Mutex
	visits map[Kind]uint64
	fired  map[Kind]int64
}

// Hooks are what faults do to a process; a nil one is the real thing.
type Hooks struct {
	Kill func(context.Context)                      // ends the process and does not return; SIGKILL to itself
	Wait func(context.Context, time.Duration) error // waits, for the context's end at most; a timer
}

// With gives the switches the means to act.
func (f *Faults) With(h Hooks) *Faults {
	if f == nil {
		return nil
	}
	if h.Kill != nil {
		f.kill = h.Kill
	}
	if h.Wait != nil {
		f.wait = h.Wait
	}
	return f
}

// ErrInjected is what every injected error wraps.
var ErrInjected = errors.New("injected fault")

// strike decides on a visit of a kind's point, and gives what was switched on.
func (f *Faults) strike(kind Kind) (rule, bool) {
	r, on := f.rules[kind]
	if !on {
		return r, false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.visits[kind]++
	if f.draw(kind, f.visits[kind], "rate") >= r.rate {
		return r, false
	}
	f.fired[kind]++
	if r.count > 1 {
		r.count = 1 + int(f.draw(kind, f.visits[kind], "count")*float64(r.count))
	}
	if kind == ReorderPublish {
		r.duration = time.Duration(f.draw(kind, f.visits[kind], "duration") * float64(r.duration))
	}
	return r, true
}

// draw gives a number in [0, 1) for a visit: always the same one.
func (f *Faults) draw(kind Kind, visit uint64, what string) float64 {
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%d %s %d %s", f.seed, kind, visit, what)
	x := h.Sum64()
	x ^= x >> 33 // FNV alone mixes its last bytes poorly
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return float64(x>>11) / (1 << 53)
}

// Fired counts how often each kind that is switched on has struck so far.
func (f *Faults) Fired() map[Kind]int64 {
	counts := map[Kind]int64{}
	if f == nil {
		return counts
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for kind := range f.rules {
		counts[kind] = f.fired[kind]
	}
	return counts
}

// String gives what Parse was given.
func (f *Faults) String() string {
	if f == nil {
		return ""
	}
	return f.text
}

// injected is the error of a kind.
func injected(kind Kind) error { return fmt.Errorf("%w: %s", ErrInjected, kind) }

// names gives the kinds in one line, for messages.
func names() string {
	var out []string
	for _, kind := range Kinds() {
		out = append(out, string(kind))
	}
	return strings.Join(out, ", ")
}

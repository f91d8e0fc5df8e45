package fault

import (
	"context"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"time"
)

// Parse reads a list of switches such as
//
//	seed=7,duplicate=0.4:3,delay=0.05:2s,kill_after_commit=0.001
//
// Each kind has a rate from 0 to 1 and, after a colon, what the kind takes: a count or
// a duration. The seed is a number, 0 where none is given. An empty text is nil: off.
// The error is a sentence that says what to write instead.
func Parse(text string) (*Faults, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	f := &Faults{text: text, rules: map[Kind]rule{}, visits: map[Kind]uint64{}, fired: map[Kind]int64{}, kill: killSelf, wait: sleep}
	for part := range strings.SplitSeq(text, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok {
			return nil, fmt.Errorf("%q is no switch; write kind=rate, such as duplicate=0.4", part)
		}
		if name == "seed" {
			seed, err := strconv.ParseUint(value, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("the seed %q is no whole number from 0 on", value)
			}
			f.seed = seed
			continue
		}
		kind := Kind(name)
		if _, known := kinds[kind]; !known {
			return nil, fmt.Errorf("there is no fault %q; there are seed, %s", name, names())
		}
		if _, twice := f.rules[kind]; twice {
			return nil, fmt.Errorf("%s is set twice", kind)
		}
		r, err := parseRule(kind, value)
		if err != nil {
			return nil, err
		}
		f.rules[kind] = r
	}
	return f, nil
}

// maxCopies and maxDelay bound what an argument may ask for.
const (
	maxCopies = 1000
	maxDelay  = 24 * time.Hour
)

func parseRule(kind Kind, value string) (rule, error) {
	standard := kinds[kind]
	r := rule{duration: standard.duration, count: standard.count}
	rate, argument, given := strings.Cut(value, ":")
	var err error
	if r.rate, err = strconv.ParseFloat(rate, 64); err != nil || math.IsNaN(r.rate) || r.rate < 0 || r.rate > 1 {
		return r, fmt.Errorf("the rate of %s is %q; it must be a number from 0 to 1", kind, rate)
	}
	if !given {
		return r, nil
	}
	switch {
	case standard.count > 0:
		if r.count, err = strconv.Atoi(argument); err != nil || r.count < 1 || r.count > maxCopies {
			return r, fmt.Errorf("%s takes a number from 1 to %d after the colon, not %q", kind, maxCopies, argument)
		}
	case standard.duration > 0:
		if r.duration, err = time.ParseDuration(argument); err != nil || r.duration <= 0 || r.duration > maxDelay {
			return r, fmt.Errorf("%s takes a duration up to 24h after the colon, such as 2s, not %q", kind, argument)
		}
	default:
		return r, fmt.Errorf("%s takes nothing after its rate", kind)
	}
	return r, nil
}

// killSelf ends the process as a power cut would: nothing deferred runs.
func killSelf(context.Context) {
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Kill()
	}
	select {} // the signal is on its way
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

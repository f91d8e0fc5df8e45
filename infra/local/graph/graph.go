// Package graph runs steps that wait for one another, each as soon as those it
// needs are done.
package graph

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// Step is one thing to do.
type Step struct {
	Name  string
	After []string // names of steps that must have been done
	Run   func(ctx context.Context) error
}

// Run does all steps. The first error cancels the others and is returned when
// they have ended; so is the end of ctx. Steps that name an unknown step, or each
// other in a circle, are an error before anything runs.
func Run(ctx context.Context, steps []Step) error {
	if err := check(steps); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	done := make(map[string]chan struct{}, len(steps))
	for _, step := range steps {
		done[step.Name] = make(chan struct{})
	}
	var group sync.WaitGroup
	for _, step := range steps {
		group.Go(func() {
			for _, name := range step.After {
				select {
				case <-done[name]:
				case <-ctx.Done():
					return
				}
			}
			if ctx.Err() != nil {
				return
			}
			if err := step.Run(ctx); err != nil {
				cancel(err) // only the first counts
				return
			}
			close(done[step.Name])
		})
	}
	group.Wait()
	return context.Cause(ctx)
}

// check sorts the steps by what they wait for; what is left waits for itself.
func check(steps []Step) error {
	left := make(map[string]Step, len(steps))
	for _, step := range steps {
		if _, twice := left[step.Name]; twice {
			return fmt.Errorf("two steps are named %s", step.Name)
		}
		left[step.Name] = step
	}
	finished := map[string]bool{}
	for len(left) > 0 {
		progress := false
		for name, step := range left {
			ready := true
			for _, need := range step.After {
				if _, waiting := left[need]; !waiting && !finished[need] {
					return fmt.Errorf("step %s waits for %s, which does not exist", name, need)
				}
				ready = ready && finished[need]
			}
			if ready {
				finished[name], progress = true, true
				delete(left, name)
			}
		}
		if !progress {
			return errors.New("steps wait for each other in a circle")
		}
	}
	return nil
}

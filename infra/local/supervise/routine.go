package supervise

import (
	"context"
	"fmt"
	"runtime/debug"
)

// Routine is a unit's run that is a function of this process. It ends when run
// returns; Stop cancels the context that run is given. The end of ctx, which is
// that of a start, does not.
func Routine(ctx context.Context, run func(ctx context.Context) error) Running {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	routine := &routine{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(routine.done)
		defer func() {
			if cause := recover(); cause != nil {
				routine.err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
			}
		}()
		routine.err = run(ctx)
	}()
	return routine
}

type routine struct {
	cancel context.CancelFunc
	done   chan struct{}
	err    error
}

func (r *routine) Done() <-chan struct{} { return r.done }
func (r *routine) Err() error            { return r.err }
func (r *routine) Stop()                 { r.cancel(); <-r.done }

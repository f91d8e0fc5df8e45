package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"function/infra/local/progress"
)

// lock makes this the only stack on its data folder. The kernel lets go of it
// when the process ends, however it ends.
func lock(p paths) (unlock func(), err error) {
	file, err := os.OpenFile(filepath.Join(p.run, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the data folder cannot be used: %w (choose another one with NUDGE_DATA)", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = file.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock the data folder %s: %w", p.data, err)
		}
		if other, err := ReadStatus(p.data); err == nil {
			return nil, fmt.Errorf("already running: Nudge is at %s (process %d, data in %s): use that one, or stop it with Ctrl-C or kill %d",
				other.Address, other.PID, p.data, other.PID)
		}
		return nil, fmt.Errorf("another Nudge is starting or stopping on %s: wait for it", p.data)
	}
	return func() { _ = file.Close() }, nil
}

// lockBuild waits for other stacks of this project that are building.
func lockBuild(ctx context.Context, out string, report *progress.Reporter) (release func(), err error) {
	if err := os.MkdirAll(out, 0o750); err != nil {
		return nil, fmt.Errorf("the folder for what is built cannot be used: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(out, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	step := report.Step("waiting for another Nudge that builds here")
	defer step.Drop()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = file.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			_ = file.Close()
			return nil, fmt.Errorf("lock %s: %w", out, err)
		}
		select {
		case <-ctx.Done():
			_ = file.Close()
			return nil, ctx.Err()
		case <-tick.C:
		}
	}
}

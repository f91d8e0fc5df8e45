package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"syscall"
	"time"
)

// killer ends one part after the other, by a seed.
type killer struct {
	every  time.Duration
	runner *runner
	db     *database
	report *Report
	random *rand.Rand
}

func newKiller(o Options, r *runner, db *database, report *Report) *killer {
	return &killer{o.Every, r, db, report, rand.New(rand.NewPCG(o.Seed, 1))} //nolint:gosec // repeatable on purpose
}

// The parts, as the report names them.
const (
	killFunctions = "functions"
	killSidecar   = "daprd"
	killRunner    = "runner with bridge, broker and database"
	killBackend   = "a PostgreSQL backend (the server recovers)"
	endSession    = "PostgreSQL sessions of the functions"
)

func (k *killer) run(ctx context.Context) error {
	timer := time.NewTimer(k.every)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		if err := k.strike(ctx); err != nil {
			return err
		}
		timer.Reset(k.every/2 + time.Duration(k.random.Int64N(int64(k.every))))
	}
}

// strike ends one part. What is not there, having just been killed, is left alone.
func (k *killer) strike(ctx context.Context) error {
	what, hit := "", false
	switch n := k.random.IntN(20); {
	case n < 10:
		what, hit = killFunctions, k.process("functions")
	case n < 13:
		what, hit = killSidecar, k.process("daprd")
	case n < 16:
		what, hit = endSession, k.db.endSessions(ctx)
	case n < 18:
		what, hit = killBackend, k.db.killBackend(ctx)
	default:
		what, hit = killRunner, true
		if err := k.runner.restart(ctx); err != nil {
			return fmt.Errorf("the stack does not come back after a kill: %w", err)
		}
	}
	if hit {
		k.report.killed(what)
	}
	return nil
}

func (k *killer) process(name string) bool {
	status, err := k.runner.status()
	if err != nil {
		return false
	}
	service, ok := status.Services[name]
	return ok && service.PID > 0 && syscall.Kill(service.PID, syscall.SIGKILL) == nil
}

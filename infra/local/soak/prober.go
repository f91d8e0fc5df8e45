package main

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// prober asks for a list again and again: how long nobody could have used Nudge.
type prober struct {
	person *person
	mu     sync.Mutex
	down   time.Duration
}

func newProber(p *person) *prober { return &prober{person: p} }

const probeEvery = 200 * time.Millisecond

func (p *prober) run(ctx context.Context) {
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	good, failing := time.Now(), false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		status, _, err := p.person.ask(ctx, http.MethodGet, "/api/tasks?view=today&limit=1", "", "")
		switch {
		case err != nil || status != http.StatusOK:
			failing = true
		default:
			now := time.Now()
			if failing {
				p.mu.Lock()
				p.down += now.Sub(good)
				p.mu.Unlock()
			}
			good, failing = now, false
		}
	}
}

func (p *prober) unavailable() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.down
}

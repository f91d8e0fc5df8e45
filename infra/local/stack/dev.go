package stack

import (
	"context"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"function/infra/local/build"
	"function/infra/local/supervise"
)

// look is how often saved files are looked for. Times of some hundred files are
// read in about a millisecond, everywhere, without a watch per folder.
const look = 300 * time.Millisecond

// runVite runs the page's development server.
func (s *Stack) runVite(ctx context.Context) error {
	node, err := exec.LookPath("node")
	if err != nil {
		return err
	}
	frontend := filepath.Join(s.tree.Root, "frontend")
	return s.add(ctx, unitVite, localURL(s.ports.vite).String(), "serving the page as its files are saved", s.process(unitVite, localURL(s.ports.vite), supervise.Process{
		Path: node, Args: []string{filepath.Join("node_modules", "vite", "bin", "vite.js"), "--clearScreen", "false"}, Dir: frontend,
		Env: environment(nil, map[string]string{"PORT": strconv.Itoa(s.ports.vite)}),
	}))
}

// watch builds the functions anew when a file of theirs is saved, and starts them
// again when that went well; until then the ones before go on.
func (s *Stack) watch(ctx context.Context) {
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	target := s.tree.Functions()
	failed := "" // what was tried and could not be built
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if s.tree.Fresh(target) {
			continue
		}
		if now, err := s.tree.Fingerprint(target); err != nil || now == failed {
			continue
		} else {
			failed = s.rebuild(ctx, target, now)
		}
	}
}

// rebuild returns the fingerprint it was given if the build failed.
func (s *Stack) rebuild(ctx context.Context, target build.Target, now string) (failed string) {
	if err := s.build(target)(ctx); err != nil {
		if ctx.Err() == nil {
			s.report.Line("%v", err)
		}
		return now
	}
	if err := s.supervisor.Restart(unitFunctions); err != nil && ctx.Err() == nil {
		s.report.Line("%s: %v", unitFunctions, err)
		return ""
	}
	s.report.Line("%s: running what was saved", unitFunctions)
	return ""
}

package stack

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"function/infra/local/build"
	"function/infra/local/graph"
)

// builds is what must be made before anything can run. Go's builds come one
// after another, because they share most of what they compile and each uses all
// processors by itself.
func (s *Stack) builds() []graph.Step {
	steps := []graph.Step{
		{Name: "functions", Run: s.build(s.tree.Functions())},
		{Name: "migrations", After: []string{"functions"}, Run: s.build(s.tree.Migrate())},
		{Name: "daprd's sources", Run: s.fetchDaprd},
		{Name: "daprd", After: []string{"migrations", "daprd's sources"}, Run: s.findDaprd},
		{Name: "sign-in server", Run: s.build(s.tree.SignIn())},
		{Name: "page packages", Run: s.build(s.tree.PagePackages())},
	}
	if s.options.Dev {
		return steps
	}
	return append(steps, graph.Step{Name: "page", After: []string{"page packages"}, Run: s.build(s.tree.Page())})
}

// steps is the order of a start.
func (s *Stack) steps() []graph.Step {
	page := "page"
	steps := append(s.builds(), []graph.Step{
		{Name: "run PostgreSQL", Run: s.runPostgres},
		{Name: "roles", After: []string{"run PostgreSQL"}, Run: s.bootstrap},
		{Name: "tables", After: []string{"migrations", "roles"}, Run: s.migrate},
		{Name: "run mail", Run: s.runMail},
		{Name: "run Kafka", Run: s.runKafka},
		{Name: "run events", After: []string{"run Kafka"}, Run: s.runBridge},
		{Name: "run sign-in", After: []string{"sign-in server", "roles"}, Run: s.runAuth},
		{Name: "run daprd", After: []string{"daprd", "roles", "run mail"}, Run: s.runDaprd},
		{Name: "run functions", After: []string{"functions", "tables", "run daprd", "run events"}, Run: s.runFunctions},
	}...)
	if s.options.Dev {
		page = "run vite"
		steps = append(steps, graph.Step{Name: page, After: []string{"page packages"}, Run: s.runVite})
	}
	return append(steps, graph.Step{Name: "run gateway", After: []string{page, "run sign-in", "run functions"}, Run: s.runGateway})
}

// build builds a target unless it is fresh, with the tools' words in a log file.
func (s *Stack) build(target build.Target) func(context.Context) error {
	return func(ctx context.Context) error {
		if s.tree.Fresh(target) {
			return nil
		}
		step := s.report.Step(target.Name)
		defer step.Drop()
		log, err := openLog(s.buildLog())
		if err != nil {
			return err
		}
		defer func() { _ = log.Close() }()
		if err := s.tree.Build(ctx, target, log); err != nil {
			return fmt.Errorf("%w\n(all of it: %s)", err, log.Name())
		}
		step.Done("built")
		return nil
	}
}

// buildLog takes what the tools say while they build.
func (s *Stack) buildLog() string { return filepath.Join(s.paths.log, "build.log") }

// environment is this process's environment without the names given, and then
// with the values given.
func environment(without []string, with map[string]string) []string {
	env := make([]string, 0, len(os.Environ())+len(with))
	drop := map[string]bool{}
	for _, name := range without {
		drop[name] = true
	}
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if _, set := with[name]; !set && !drop[name] {
			env = append(env, entry)
		}
	}
	for name, value := range with {
		env = append(env, name+"="+value)
	}
	return env
}

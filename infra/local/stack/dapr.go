package stack

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"time"

	"function/infra/dapr/sidecar"
	"function/infra/local/supervise"
)

// findDaprd takes Dapr's own daprd if it is installed, else the one that is built
// here.
func (s *Stack) findDaprd(ctx context.Context) error {
	if path, err := exec.LookPath("daprd"); err == nil {
		s.daprd = path
		return nil
	}
	step := s.report.Step("daprd")
	defer step.Drop()
	log, err := openLog(s.buildLog())
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	began := s.options.Now()
	if s.daprd, err = sidecar.Program(ctx, s.tree.Root, log); err != nil {
		return fmt.Errorf("%w\n(the compiler's words: %s)", err, log.Name())
	}
	if s.options.Now().Sub(began) > time.Second { // it was not there yet
		step.Done("built")
	}
	return nil
}

// fetchDaprd fetches what daprd is built from while the processors still compile
// other things: listing its packages does that. Failing is the build's to tell.
func (s *Stack) fetchDaprd(ctx context.Context) error {
	built, _ := filepath.Glob(filepath.Join(s.tree.Out, "bin", "daprd-*")) // the pattern is well formed
	if _, err := exec.LookPath("daprd"); err == nil || len(built) > 0 {
		return nil
	}
	list := exec.CommandContext(ctx, "go", "list", "-deps", ".")
	list.Dir = filepath.Join(s.tree.Root, "infra", "daprd")
	list.Env = environment(nil, map[string]string{"GOWORK": "off", "CGO_ENABLED": "0"})
	_ = list.Run()
	return nil
}

// runDaprd runs Dapr's sidecar with the laptop's components.
func (s *Stack) runDaprd(ctx context.Context) error {
	dir := filepath.Join(s.paths.run, "dapr")
	err := sidecar.Render(dir, sidecar.Values{
		SecretsFile: s.paths.secrets, SMTPHost: "127.0.0.1", SMTPPort: s.ports.smtp, AuthURL: localURL(s.ports.auth).String(),
	})
	if err != nil {
		return err
	}
	health := localURL(s.ports.dapr.HTTP)
	health.Path = "/v1.0/healthz/outbound"
	return s.add(ctx, unitDaprd, s.ports.dapr.HTTPEndpoint(), "secrets, state and delivery", s.process(unitDaprd, health, supervise.Process{
		Path: s.daprd, Dir: s.paths.run, Args: sidecar.Args(dir, s.ports.dapr),
		Env: append(environment([]string{"DAPR_HOST_IP", "DAPR_API_TOKEN"}, nil), sidecar.Env(s.daprToken)...),
	}))
}

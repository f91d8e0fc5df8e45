package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"function/infra/local/supervise"
)

// runDaprd runs Dapr's sidecar with the laptop's components.
func (s *Stack) runDaprd(ctx context.Context) error {
	resources := filepath.Join(s.paths.run, "dapr")
	if err := s.renderComponents(resources); err != nil {
		return err
	}
	health := localURL(s.ports.daprHTTP)
	health.Path = "/v1.0/healthz/outbound"
	return s.add(ctx, unitDaprd, localURL(s.ports.daprHTTP).String(), "secrets, state and delivery", s.process(unitDaprd, health, supervise.Process{
		Path: s.daprd, Dir: s.paths.run,
		Args: []string{
			"--app-id", "nudge",
			"--resources-path", resources,
			"--dapr-http-port", strconv.Itoa(s.ports.daprHTTP),
			"--dapr-grpc-port", strconv.Itoa(s.ports.daprGRPC),
			"--dapr-internal-grpc-port", strconv.Itoa(s.ports.daprInternal),
			"--dapr-listen-addresses", "127.0.0.1",
			"--dapr-internal-grpc-listen-address", "127.0.0.1",
			"--enable-metrics=false",
			"--log-level", "warn",
		},
		Env: environment(nil, map[string]string{"DAPR_API_TOKEN": s.daprToken}),
	}))
}

// renderComponents fills in what is known at run time only. A placeholder that
// has no value is an error: an empty one would be found much later.
func (s *Stack) renderComponents(to string) error {
	source := filepath.Join(s.tree.Root, "infra", "dapr", "local")
	files, err := filepath.Glob(filepath.Join(source, "*.yaml"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("no Dapr components in %s", source)
	}
	if err := errors.Join(os.RemoveAll(to), os.MkdirAll(to, 0o700)); err != nil {
		return err
	}
	values := map[string]string{
		"NUDGE_SECRETS_FILE": s.paths.secrets,
		"SMTP_HOST":          "127.0.0.1",
		"SMTP_PORT":          strconv.Itoa(s.smtpPort),
		"AUTH_URL":           localURL(s.ports.auth).String(),
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		rendered, err := fill(string(text), values)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(file)), []byte(rendered), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// fill replaces ${NAME} by its value.
func fill(text string, values map[string]string) (string, error) {
	unknown := map[string]bool{}
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		out.WriteString(before)
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		value, known := values[name]
		if !closed || !known {
			unknown[name] = true
		}
		out.WriteString(value)
		text = after
	}
	if len(unknown) > 0 {
		names := make([]string, 0, len(unknown))
		for name := range unknown {
			names = append(names, name)
		}
		sort.Strings(names)
		return "", fmt.Errorf("no value for ${%s}", strings.Join(names, "}, ${"))
	}
	return out.String(), nil
}

package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"function/infra/deploy/command"
)

// Where an ingress can rewrite the host, a path leads to the Service by its own name.
func TestRoutesAsKnativeMapsDomains(t *testing.T) {
	t.Parallel()
	to := Target{Namespace: "n"}
	made, err := to.ingress(t.Context(), "kourier.ingress.networking.knative.dev", "nudge.example.test", true)
	require.NoError(t, err)
	require.Equal(t, "Redirected", made.Spec.HTTPOption)
	require.Equal(t, []ingressTLS{{[]string{"nudge.example.test"}, "nudge-tls", "n"}}, made.Spec.TLS)
	require.Len(t, made.Spec.Rules, 1)
	require.Equal(t, "ExternalIP", made.Spec.Rules[0].Visibility)
	require.Len(t, made.Spec.Rules[0].HTTP.Paths, len(Routes))
	for i, path := range made.Spec.Rules[0].HTTP.Paths {
		require.Equal(t, Routes[i].Path, path.Path)
		require.Equal(t, Routes[i].Service+".n.svc.cluster.local", path.RewriteHost)
		require.Equal(t, "n", path.Splits[0].ServiceNamespace, "Knative refuses another")
		require.Equal(t, 100, path.Splits[0].Percent)
	}
	made, err = to.ingress(t.Context(), "kourier.ingress.networking.knative.dev", "nudge.example.test", false)
	require.NoError(t, err)
	require.Equal(t, "Enabled", made.Spec.HTTPOption)
	require.Empty(t, made.Spec.TLS)
}

// Where it cannot, a path leads where the Service leads now.
func TestRoutesOfTraefikFollowTheServices(t *testing.T) {
	t.Parallel()
	asked := 0
	to := Target{Namespace: "n", Run: func(_ context.Context, c command.Command) ([]byte, error) {
		asked++
		name := c.Args[2]
		if name == "nudge-chat" && asked > 100 {
			return nil, errors.New("asked too often")
		}
		return []byte(`{"spec":{"rules":[{"hosts":["x"],"visibility":"ClusterLocal","http":{"paths":[{"splits":[
			{"serviceNamespace":"n","serviceName":"` + name + `-00002","servicePort":80,"percent":100,"appendHeaders":{"Knative-Serving-Revision":"` + name + `-00002"}}]}]}}]}}`), nil
	}}
	made, err := to.ingress(t.Context(), traefikClass, "nudge.example.test", false)
	require.NoError(t, err)
	for i, path := range made.Spec.Rules[0].HTTP.Paths {
		require.Empty(t, path.RewriteHost)
		require.Equal(t, Routes[i].Service+"-00002", path.Splits[0].ServiceName)
		require.Equal(t, Routes[i].Service+"-00002", path.Splits[0].AppendHeaders["Knative-Serving-Revision"])
	}
	require.Equal(t, 6, asked, "once for each Service")
	text, err := json.Marshal(made)
	require.NoError(t, err)
	require.Contains(t, string(text), `"servicePort":80`)
}

// A job that fails says why in its log, and the deployment says it on.
func TestADatabaseThatLetsNobodyIn(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	path := filepath.Join(root, "infra", "kubernetes", "jobs", "database.yaml")
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	text, err := os.ReadFile("../../kubernetes/jobs/database.yaml")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, text, 0o644))
	var applied map[string]any
	deleted := 0
	to := Target{Root: root, Namespace: "n", Log: t.Output(), Run: func(ctx context.Context, c command.Command) ([]byte, error) {
		switch line := strings.Join(c.Args, " "); {
		case strings.Contains(line, "condition=complete"):
			<-ctx.Done() // the other one is first
			return nil, ctx.Err()
		case strings.HasPrefix(line, "logs"):
			return []byte("migrate: DATABASE_URL: the role nudge is not let in to /nudge at db:5432 (connection refused)\n"), nil
		case strings.HasPrefix(line, "delete"):
			deleted++
		case strings.HasPrefix(line, "apply"):
			return nil, yaml.NewDecoder(c.Input).Decode(&applied)
		}
		return nil, nil
	}}
	err = to.checkDatabase(t.Context(), "r/migrate@sha256:ab")
	require.ErrorContains(t, err, "the role nudge is not let in")
	require.ErrorContains(t, err, "correct the address in the secret")
	require.Equal(t, 2, deleted, "before and after")
	pod := section(section(section(applied, "spec"), "template"), "spec")
	container := pod["containers"].([]any)[0].(map[string]any)
	require.Equal(t, "r/migrate@sha256:ab", container["image"])
	require.Equal(t, []any{"-check"}, container["args"])
	require.Equal(t, "nudge-check", section(applied, "metadata")["name"])
}

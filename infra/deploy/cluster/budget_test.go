package cluster_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"function/infra/deploy/cluster"
)

// maxConnections is what PostgreSQL lets in unless told otherwise, less what it keeps for
// its superuser and what a migration and a look from outside need.
const maxConnections = 100 - 3 - 5

// All functions at their largest, with their sidecars and the sign-in server, ask the
// database for no more connections than it has.
func TestScalesFitTheDatabase(t *testing.T) {
	t.Parallel()
	total := 0
	functions, err := cluster.Functions(root)
	require.NoError(t, err)
	for _, f := range functions {
		var parsed struct {
			Run struct {
				Envs []struct{ Name, Value string }
			}
			Deploy struct {
				Options struct{ Scale struct{ Min, Max int } }
			}
		}
		read(t, filepath.Join("functions", f.Capability, "func.yaml"), &parsed)
		require.Zero(t, parsed.Deploy.Options.Scale.Min, "%s does not go to zero", f.Name)
		connections := 0
		for _, env := range parsed.Run.Envs {
			if env.Name == "DB_MAX_CONNS" {
				connections, err = strconv.Atoi(env.Value)
				require.NoError(t, err)
			}
		}
		require.Positive(t, connections, "%s has no DB_MAX_CONNS", f.Name)
		require.Positive(t, parsed.Deploy.Options.Scale.Max, "%s grows without an end", f.Name)
		if f.Capability == "chat" { // its sidecar holds the state store
			connections += stateStore(t)
		}
		if f.Capability == "tasks" { // listens for changes on a connection outside its pool
			connections++
		}
		total += parsed.Deploy.Options.Scale.Max * connections
	}
	total += 2 * 4 // the sign-in server: max-scale in auth.yaml, max in frontend/auth/database.js
	require.LessOrEqual(t, total, maxConnections)
}

func stateStore(t *testing.T) int {
	t.Helper()
	var component struct {
		Spec struct {
			Metadata []struct{ Name, Value string }
		}
	}
	read(t, "infra/dapr/kubernetes/statestore.yaml", &component)
	for _, m := range component.Spec.Metadata {
		if m.Name == "maxConns" {
			connections, err := strconv.Atoi(m.Value)
			require.NoError(t, err)
			return connections
		}
	}
	t.Fatal("the state store has no maxConns")
	return 0
}

func read(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	require.NoError(t, err)
	require.NoError(t, yaml.NewDecoder(bytes.NewReader(text)).Decode(into), path)
}

// Each path of the API leads to the function that serves it.
func TestRoutesLeadToTheFunctionThatServes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "docs", "openapi.json"))
	require.NoError(t, err)
	var document struct {
		Paths map[string]map[string]struct{ Tags []string }
	}
	require.NoError(t, json.Unmarshal(text, &document))
	serves := map[string]string{"activity": "nudge-audit", "language": "nudge-chat", "notifications": "nudge-notifications", "channels": "nudge-notifications"}
	for path, operations := range document.Paths {
		for _, operation := range operations {
			service, other := serves[operation.Tags[0]]
			if !other {
				service = "nudge-tasks"
			}
			require.Equal(t, service, leads(path), path)
		}
	}
	for path, service := range map[string]string{
		"/api/live": "nudge-tasks", "/api/auth/token": "nudge-auth", "/chatkit": "nudge-chat", "/mcp": "nudge-chat", "/.well-known/oauth-protected-resource/mcp": "nudge-chat", "/assets/x.js": "nudge-page", "/events/audit": "nudge-page", "/health/readiness": "nudge-page",
	} {
		require.Equal(t, service, leads(path), path)
	}
}

func leads(path string) (service string) {
	longest := 0
	for _, r := range cluster.Routes {
		if strings.HasPrefix(path, r.Path) && len(r.Path) > longest {
			service, longest = r.Service, len(r.Path)
		}
	}
	return service
}

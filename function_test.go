package function_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	function "function"
)

const openAPIFile = "docs/openapi.json"

// The OpenAPI document in the tree is the one that the code serves.
// UPDATE_OPENAPI=1 writes it anew.
func TestOpenAPIDocumentIsInStepWithTheCode(t *testing.T) {
	t.Parallel()
	raw, err := function.OpenAPI()
	require.NoError(t, err)
	var served bytes.Buffer
	require.NoError(t, json.Indent(&served, raw, "", "  "))
	served.WriteByte('\n')
	if os.Getenv("UPDATE_OPENAPI") != "" {
		require.NoError(t, os.WriteFile(openAPIFile, served.Bytes(), 0o644))
	}
	kept, err := os.ReadFile(openAPIFile)
	require.NoError(t, err)
	require.Equal(t, string(kept), served.String(), "run UPDATE_OPENAPI=1 go test -run OpenAPI .")
}

// Every capability has its folder with the facts of its deployment, and the other way round.
func TestEveryCapabilityHasItsDeployment(t *testing.T) {
	t.Parallel()
	folders, err := filepath.Glob("functions/*/func.yaml")
	require.NoError(t, err)
	var named []string
	for _, name := range folders {
		raw, err := os.ReadFile(name)
		require.NoError(t, err)
		var f struct {
			Name    string
			Runtime string
			Created string
			Run     struct {
				Envs []struct{ Name, Value string }
			}
		}
		require.NoError(t, yaml.Unmarshal(raw, &f), name)
		capability := filepath.Base(filepath.Dir(name))
		require.Equal(t, "nudge-"+capability, f.Name)
		require.Equal(t, "go", f.Runtime)
		require.NotEmpty(t, f.Created, "func calls a function without it not initialized")
		require.Equal(t, "CAPABILITY", f.Run.Envs[0].Name)
		require.Equal(t, capability, f.Run.Envs[0].Value)
		named = append(named, capability)
	}
	require.Equal(t, function.Capabilities(), named)
}

package sidecar_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"function/infra/dapr/sidecar"
)

func values() sidecar.Values {
	return sidecar.Values{SecretsFile: `/tmp/a "quoted" \ folder/secrets.json`, SMTPHost: "127.0.0.1", SMTPPort: 2525, AuthURL: "http://127.0.0.1:3000"}
}

type resource struct {
	Kind     string
	Metadata struct{ Name string }
	Scopes   []string
	Spec     struct {
		BaseURL  string `yaml:"baseUrl"`
		Metadata []struct {
			Name, Value string
		}
	}
}

func TestRender(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "resources"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "resources", "old.yaml"), []byte("kind: Component"), 0o600))
	require.NoError(t, sidecar.Render(dir, values()))

	files, err := filepath.Glob(filepath.Join(dir, "resources", "*"))
	require.NoError(t, err)
	found := map[string]resource{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var parsed resource
		require.NoError(t, yaml.Unmarshal(text, &parsed), file)
		require.Equal(t, []string{"nudge"}, parsed.Scopes, "%s: every resource says who may use it", file)
		found[parsed.Metadata.Name] = parsed
	}
	require.Len(t, found, 5, "what an earlier run left is gone")
	require.Equal(t, values().SecretsFile, found["secretstore"].Spec.Metadata[0].Value)
	require.Equal(t, values().AuthURL, found["auth"].Spec.BaseURL)
	require.Equal(t, "2525", found["mail"].Spec.Metadata[1].Value)
}

func TestRenderNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	incomplete := values()
	incomplete.SMTPHost, incomplete.SMTPPort = "", 0
	require.ErrorContains(t, sidecar.Render(t.TempDir(), incomplete), "no value for SMTP_HOST, SMTP_PORT")
}

func TestProgramNeedsItsSource(t *testing.T) {
	t.Parallel()
	_, err := sidecar.Program(t.Context(), t.TempDir(), os.Stderr)
	require.ErrorIs(t, err, os.ErrNotExist)
}

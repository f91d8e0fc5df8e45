package status_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"function/infra/status"
)

func env(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func TestTheRunnersWordIsTakenUnlessTheEnvironmentNamesAnother(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := status.Find(dir, env(nil))
	require.ErrorIs(t, err, status.ErrNotRunning)

	data := filepath.Join(dir, ".nudge")
	require.NoError(t, os.MkdirAll(filepath.Join(data, "run"), 0o700))
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(data, name), []byte(text), 0o600))
	}
	write("run/status.json", `{"services":{}}`)
	_, err = status.Find(dir, env(nil))
	require.ErrorContains(t, err, "still starting")
	write("run/status.json", `{"services":{"events":{"address":"http://127.0.0.1:1"}},"databases":{"nudge":"postgres://a","nudge_migrate":"postgres://b"}}`)
	write("secrets.json", `{"nudge":{"AUDIT_SIGNING_KEY":"{}"}}`)
	want := status.Nudge{Database: "postgres://a", Operator: "postgres://b", Sink: "http://127.0.0.1:1/nudge/default", SigningKey: "{}"}
	for _, values := range []map[string]string{nil, {"NUDGE_DATA": data}} {
		got, err := status.Find(dir, env(values))
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	got, err := status.Find(dir, env(map[string]string{"DATABASE_URL": "postgres://c"}))
	require.NoError(t, err)
	require.Equal(t, status.Nudge{Database: "postgres://c", Operator: "postgres://c"}, got)
	write("run/status.json", `{`)
	_, err = status.Find(dir, env(nil))
	require.ErrorContains(t, err, "damaged")
}

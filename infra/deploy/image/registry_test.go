package image_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"function/infra/deploy/image"
)

func TestParseRegistry(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		host     string
		insecure bool
	}{
		"ghcr.io/you":            {"ghcr.io", false},
		"ghcr.io/you/team/":      {"ghcr.io", false},
		"localhost:5000/fn":      {"localhost:5000", true},
		"localhost/fn":           {"localhost", true},
		"127.0.0.1:5000/fn":      {"127.0.0.1:5000", true},
		"[::1]:5000/fn":          {"[::1]:5000", true},
		"registry.local:5000/fn": {"registry.local:5000", false},
		"alice":                  {"index.docker.io", false},
		"alice/nudge":            {"index.docker.io", false},
	} {
		registry, err := image.ParseRegistry(name, false)
		require.NoError(t, err, name)
		require.Equal(t, want.host, registry.Host(), name)
		require.Equal(t, want.insecure, registry.Insecure, name)
	}
	for _, name := range []string{"", "/", "https://ghcr.io/you", "ghcr.io/you; rm -rf /", "ghcr.io/you@sha256:0"} {
		_, err := image.ParseRegistry(name, false)
		require.ErrorContains(t, err, "REGISTRY", name)
	}
}

func TestCheckAsksForARegistry(t *testing.T) {
	t.Parallel()
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v2/" {
			status = http.StatusTeapot
		}
		w.WriteHeader(status)
	}))
	defer server.Close()
	registry, err := image.ParseRegistry(strings.TrimPrefix(server.URL, "http://")+"/fn", false)
	require.NoError(t, err)
	require.NoError(t, registry.Check(t.Context()))
	status = http.StatusUnauthorized
	require.NoError(t, registry.Check(t.Context()), "who asks is settled when pushing")
	status = http.StatusNotFound
	require.ErrorContains(t, registry.Check(t.Context()), "does not answer")
	server.Close()
	require.ErrorContains(t, registry.Check(t.Context()), "start it, or name another with REGISTRY=")
}

package cluster_test

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"function/infra/deploy/cluster"
	"function/infra/deploy/command"
)

// script answers kubectl by the beginnings of its arguments; the longest wins. Whatever
// changes a cluster is refused, because checks may not.
type script map[string]string

const failing = "error: "

func (s script) run(_ context.Context, c command.Command) ([]byte, error) {
	line := strings.Join(c.Args, " ")
	if text, _ := io.ReadAll(cmp.Or[io.Reader](c.Input, strings.NewReader(""))); strings.Contains(string(text), `"kind":"Pod"`) {
		line += ": Pod"
	}
	if changes(line) {
		return nil, errors.New("a check changes something: " + line)
	}
	best, found := "", false
	for beginning := range s {
		if strings.HasPrefix(line, beginning) && len(beginning) >= len(best) {
			best, found = beginning, true
		}
	}
	if !found {
		return nil, errors.New("the test expects no kubectl " + line)
	}
	if said, failed := strings.CutPrefix(s[best], failing); failed {
		return nil, &command.Error{Name: c.Name, Stderr: said, Err: errors.New("exit status 1")}
	}
	return []byte(s[best]), nil
}

func changes(line string) bool {
	verb, _, _ := strings.Cut(line, " ")
	switch verb {
	case "get", "api-resources", "kustomize":
		return false
	case "apply":
		return !strings.Contains(line, "--dry-run=server")
	}
	return true
}

// complete is a cluster that has everything.
func complete() script {
	return script{
		"get --raw /version": "{}",
		"api-resources":      "services\nservices.serving.knative.dev\nbrokers.eventing.knative.dev\nsinkbindings.sources.knative.dev\ncomponents.dapr.io\n",
		"get configmap kafka-broker-config --namespace knative-eventing":       "configmap/kafka-broker-config",
		"get configmap config-br-default-channel --namespace knative-eventing": "configmap/config-br-default-channel",
		"get namespace nudge":                                      "namespace/nudge",
		"get secret nudge ":                                        "DATABASE_URL\nKEYSET\n",
		"get secret nudge-statestore":                              "DATABASE_URL\n",
		"get secret nudge-auth":                                    "BETTER_AUTH_SECRET\nDATABASE_URL\n",
		"get secret nudge-migrate":                                 "MIGRATE_URL\n",
		"get configmap config-network --namespace knative-serving": "kourier.ingress.networking.knative.dev",
		`get configmap nudge --output=go-template={{index .data "auth-issuer"}}`: "https://nudge.example.test",
		"get secret nudge-mail": "from\nhost\npassword\nport\nuser\n",
		"get configmap nudge ":  "auth-audience\nauth-issuer\nauth-jwks-url\n",
		"kustomize":             "kind: Broker\n",
		"apply":                 "broker/default configured (server dry run)\n",
	}
}

func target(t *testing.T, s script, overlay string) cluster.Target {
	t.Helper()
	root := t.TempDir()
	for _, name := range []string{"kafka", "channel"} {
		dir := filepath.Join(root, "infra", "kubernetes", "overlays", name)
		require.NoError(t, os.MkdirAll(dir, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "kustomization.yaml"), nil, 0o644))
	}
	return cluster.Target{Root: root, Namespace: "nudge", Overlay: overlay, Run: s.run, Log: t.Output()}
}

func TestACompleteClusterLacksNothing(t *testing.T) {
	t.Parallel()
	for _, overlay := range []string{"kafka", "channel"} {
		require.Empty(t, target(t, complete(), overlay).Check(t.Context()), overlay)
	}
}

func TestEachLackIsSaidWithItsCure(t *testing.T) {
	t.Parallel()
	const notFound = failing + "Error from server (NotFound): not found"
	for name, c := range map[string]struct {
		question, answer, says, cure string
	}{
		"no Serving":      {"api-resources", "brokers.eventing.knative.dev\nsinkbindings.sources.knative.dev\ncomponents.dapr.io", "no Knative Serving", "https://knative.dev"},
		"no Eventing":     {"api-resources", "services.serving.knative.dev\nsinkbindings.sources.knative.dev\ncomponents.dapr.io", "no Knative Eventing", "https://knative.dev"},
		"no Dapr":         {"api-resources", "services.serving.knative.dev\nbrokers.eventing.knative.dev\nsinkbindings.sources.knative.dev", "no Dapr", "dapr init --kubernetes"},
		"no Kafka":        {"get configmap kafka-broker-config --namespace knative-eventing", notFound, "no sign of the Kafka broker class", "OVERLAY=channel"},
		"no namespace":    {"get namespace nudge", notFound, "the namespace nudge", "kubectl create namespace nudge"},
		"no secret":       {"get secret nudge ", notFound, "the secret nudge cannot be used", "with DATABASE_URL, KEYSET"},
		"half a secret":   {"get secret nudge ", "DATABASE_URL\n", "the secret nudge lacks KEYSET", "docs/deploy.md"},
		"no state secret": {"get secret nudge-statestore", notFound, "the secret nudge-statestore", "docs/deploy.md"},
		"no ConfigMap":    {"get configmap nudge ", notFound, "the configmap nudge cannot be used", "auth-jwks-url"},
		"no migrator":     {"get secret nudge-migrate", notFound, "the secret nudge-migrate", "MIGRATE_URL"},
		"no sign-in":      {"get secret nudge-auth", notFound, "the secret nudge-auth", "BETTER_AUTH_SECRET"},
		"no address":      {`get configmap nudge --output=go-template={{index .data "auth-issuer"}}`, "nudge.example.com", "auth-issuer in the configmap nudge", "https://"},
		"no ingress":      {"get configmap config-network --namespace knative-serving", failing + "Forbidden", "does not say which ingress", "right to read"},
		"no capabilities": {"apply --filename=- --dry-run=server --namespace nudge: Pod", failing + `Error from server (Forbidden): pods "nudge-rehearsal" is forbidden: violates PodSecurity "restricted:latest"`, "violates PodSecurity", "sidecarDropALLCapabilities=true"},
		"no right":        {"apply", failing + "Error from server (Forbidden): roles is forbidden", "the cluster refuses the manifests", "roles is forbidden"},
		"no cert-manager": {"kustomize", "kind: Certificate\nmetadata: {name: nudge-tls}\n", "no cert-manager", "without TLS_ISSUER"},
		"no answer":       {"api-resources", failing + "Unauthorized", "does not say what it can do", "Unauthorized"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := complete()
			s[c.question] = c.answer
			lacks := target(t, s, "kafka").Check(t.Context())
			require.Len(t, lacks, 1)
			require.ErrorContains(t, lacks[0], c.says)
			require.ErrorContains(t, lacks[0], c.cure)
		})
	}
}

func TestAllLacksAreSaidAtOnce(t *testing.T) {
	t.Parallel()
	s := complete()
	s["api-resources"] = "services.serving.knative.dev\nsinkbindings.sources.knative.dev\n"
	s["get secret nudge "] = failing + "NotFound"
	s["get configmap nudge "] = "auth-issuer\n"
	lacks := target(t, s, "kafka").Check(t.Context())
	require.Len(t, lacks, 4)
	text := errors.Join(lacks...).Error()
	for _, part := range []string{"Knative Eventing", "Dapr", "the secret nudge cannot", "lacks auth-audience, auth-jwks-url"} {
		require.Contains(t, text, part)
	}
}

// With the real kubectl, and an address where nothing listens.
func TestNoCluster(t *testing.T) {
	if _, err := exec.LookPath("kubectl"); err != nil {
		t.Skip("kubectl is not installed; TestNoKubectl holds")
	}
	config := filepath.Join(t.TempDir(), "config")
	require.NoError(t, os.WriteFile(config, []byte(`apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
users: [{name: u}]
current-context: c
`), 0o600))
	t.Setenv("KUBECONFIG", config)
	to := target(t, nil, "kafka")
	to.Run = command.Exec
	for _, err := range []error{to.Reachable(t.Context()), to.Undeploy(t.Context())} {
		require.ErrorContains(t, err, "no Kubernetes cluster answers")
		require.ErrorContains(t, err, "KUBECONFIG")
		require.NotContains(t, err.Error(), "\n", "one sentence")
	}
}

func TestNoKubectl(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	to := target(t, nil, "kafka")
	to.Run = command.Exec
	require.ErrorContains(t, to.Reachable(t.Context()), "kubectl is not on the PATH: install it")
}

func TestWrongNames(t *testing.T) {
	t.Parallel()
	to := target(t, nil, "rabbit")
	require.ErrorContains(t, to.Reachable(t.Context()), `OVERLAY is "rabbit"; it must be one of channel, kafka`)
	for _, namespace := range []string{"", "Nudge", "-nudge", "a b", "a;b", strings.Repeat("a", 64)} {
		to = target(t, nil, "kafka")
		to.Namespace = namespace
		require.ErrorContains(t, to.Reachable(t.Context()), "NAMESPACE is", namespace)
	}
}

package cluster_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"function/infra/deploy/cluster"
	"function/infra/deploy/command"
)

const root = "../../.."

type resource struct {
	Kind     string
	Metadata struct {
		Name, Namespace string
		Annotations     map[string]string
	}
	Spec struct {
		BaseURL   string                      `yaml:"baseUrl"`
		DNSNames  []string                    `yaml:"dnsNames"`
		IssuerRef struct{ Kind, Name string } `yaml:"issuerRef"`
		Config    struct{ Name, Namespace string }
	}
	Subjects []struct{ Name, Namespace string }
	Scopes   []string
}

func decode(t *testing.T, text []byte) (all []resource) {
	t.Helper()
	for decoder := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var r resource
		err := decoder.Decode(&r)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		all = append(all, r)
	}
}

// Every overlay renders, for any namespace, with one broker of its class and all that
// the functions stand on.
func TestOverlaysRender(t *testing.T) {
	if _, err := exec.LookPath("kubectl"); err != nil {
		t.Skip("kubectl, which renders them, is not installed")
	}
	absolute, err := filepath.Abs(root)
	require.NoError(t, err)
	for overlay, broker := range map[string][2]string{
		"kafka":   {"Kafka", "kafka-broker-config"},
		"channel": {"MTChannelBasedBroker", "config-br-default-channel"},
	} {
		to := cluster.Target{Root: absolute, Namespace: "elsewhere", Overlay: overlay, Run: command.Exec, Log: t.Output()}
		text, err := to.Manifests(t.Context(), cluster.Images{Page: "r.example/page@sha256:aa", Auth: "r.example/auth@sha256:bb"})
		require.NoError(t, err, overlay)
		require.Contains(t, string(text), "image: r.example/page@sha256:aa")
		require.Contains(t, string(text), "image: r.example/auth@sha256:bb")
		kinds := map[string]int{}
		for _, r := range decode(t, text) {
			kinds[r.Kind]++
			require.Equal(t, "elsewhere", r.Metadata.Namespace, "%s %s", r.Kind, r.Metadata.Name)
			switch r.Kind {
			case "Broker":
				require.Equal(t, broker[0], r.Metadata.Annotations["eventing.knative.dev/broker.class"])
				require.Equal(t, broker[1], r.Spec.Config.Name)
				require.Equal(t, "knative-eventing", r.Spec.Config.Namespace)
			case "HTTPEndpoint":
				require.Equal(t, "http://nudge-auth.elsewhere.svc", r.Spec.BaseURL)
			case "RoleBinding":
				require.Equal(t, "elsewhere", r.Subjects[0].Namespace)
			}
		}
		require.Equal(t, map[string]int{
			"Broker": 1, "Trigger": 5, "PingSource": 2, "SinkBinding": 1, "ServiceAccount": 3, "Service": 2, "PodDisruptionBudget": 2, "NetworkPolicy": 5, "Role": 1, "RoleBinding": 1,
			"Component": 3, "Configuration": 1, "HTTPEndpoint": 1, "Resiliency": 1,
		}, kinds, overlay)
	}
}

// What is tried in one overlay holds in the other: only the broker's class, and the
// configuration that the class reads, are different.
func TestOverlaysRenderTheSameButForTheBroker(t *testing.T) {
	if _, err := exec.LookPath("kubectl"); err != nil {
		t.Skip("kubectl, which renders them, is not installed")
	}
	absolute, err := filepath.Abs(root)
	require.NoError(t, err)
	rendered := func(overlay string) map[string]map[string]any {
		to := cluster.Target{Root: absolute, Namespace: "n", Overlay: overlay, Run: command.Exec, Log: t.Output()}
		text, err := to.Manifests(t.Context(), cluster.Images{})
		require.NoError(t, err)
		all := map[string]map[string]any{}
		for _, object := range objects(t, text) {
			metadata := object["metadata"].(map[string]any)
			if object["kind"] == "Broker" {
				delete(metadata["annotations"].(map[string]any), "eventing.knative.dev/broker.class")
				delete(object["spec"].(map[string]any), "config")
			}
			all[object["kind"].(string)+" "+metadata["name"].(string)] = object
		}
		return all
	}
	kafka := rendered("kafka")
	require.Contains(t, kafka, "Broker default")
	require.Equal(t, kafka, rendered("channel"))
}

// What a laptop's sidecar offers, a cluster's offers too, and to functions that exist.
func TestClusterHasTheLaptopsComponents(t *testing.T) {
	t.Parallel()
	read := func(pattern string) map[string]resource {
		found := map[string]resource{}
		paths, err := filepath.Glob(filepath.Join(root, pattern))
		require.NoError(t, err)
		for _, path := range paths {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			for _, r := range decode(t, text) {
				if r.Kind != "Kustomization" {
					found[r.Kind+" "+r.Metadata.Name] = r
				}
			}
		}
		return found
	}
	functions, err := cluster.Functions(root)
	require.NoError(t, err)
	names := []string{"nudge"} // the root function, which is all of them
	for _, f := range functions {
		names = append(names, f.Name)
	}
	laptop, here := read("infra/dapr/local/resources/*.yaml"), read("infra/dapr/kubernetes/*.yaml")
	require.NotEmpty(t, laptop)
	for name := range laptop {
		require.Contains(t, here, name)
	}
	require.Contains(t, here, "Configuration nudge")
	for name, r := range here {
		if r.Kind != "Configuration" {
			require.Subset(t, names, r.Scopes, name)
			require.NotEmpty(t, r.Scopes, "%s would be everybody's", name)
		}
	}
	require.ElementsMatch(t, names, here["Component secretstore"].Scopes)
	require.ElementsMatch(t, names, here["HTTPEndpoint auth"].Scopes)
}

// Where the ConfigMap names a collector, the sidecars send their spans there too.
func TestTracesOfTheSidecars(t *testing.T) {
	if _, err := exec.LookPath("kubectl"); err != nil {
		t.Skip("kubectl, which renders them, is not installed")
	}
	absolute, err := filepath.Abs(root)
	require.NoError(t, err)
	to := cluster.Target{Root: absolute, Namespace: "n", Overlay: "channel", Collector: "http://collector.monitoring:4318", Run: command.Exec, Log: t.Output()}
	text, err := to.Manifests(t.Context(), cluster.Images{})
	require.NoError(t, err)
	require.Contains(t, string(text), "endpointAddress: collector.monitoring:4318")
	to.Collector = "collector"
	_, err = to.Manifests(t.Context(), cluster.Images{})
	require.ErrorContains(t, err, "otlp-endpoint")
}

// TLS is a component: an issuer includes it, and so may an overlay of one's own.
func TestTLSRenders(t *testing.T) {
	if _, err := exec.LookPath("kubectl"); err != nil {
		t.Skip("kubectl, which renders them, is not installed")
	}
	absolute, err := filepath.Abs(root)
	require.NoError(t, err)
	certificate := func(r resource) bool { return r.Kind == "Certificate" }
	to := cluster.Target{Root: absolute, Namespace: "tls", Overlay: "kafka", Host: "todo.example.test", Run: command.Exec, Log: t.Output()}
	text, err := to.Manifests(t.Context(), cluster.Images{})
	require.NoError(t, err)
	require.False(t, slices.ContainsFunc(decode(t, text), certificate), "nobody asked for it")
	to.Issuer = "internal"
	text, err = to.Manifests(t.Context(), cluster.Images{})
	require.NoError(t, err)
	all := decode(t, text)
	at := slices.IndexFunc(all, certificate)
	require.GreaterOrEqual(t, at, 0)
	require.Equal(t, "tls", all[at].Metadata.Namespace)
	require.Equal(t, []string{"todo.example.test"}, all[at].Spec.DNSNames)
	require.Equal(t, "internal", all[at].Spec.IssuerRef.Name)

	// An overlay of somebody's own that includes it, without a name of an issuer on the command line.
	project := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(project, "infra", "kubernetes"), os.DirFS(filepath.Join(root, "infra", "kubernetes"))))
	require.NoError(t, os.CopyFS(filepath.Join(project, "infra", "dapr", "kubernetes"), os.DirFS(filepath.Join(root, "infra", "dapr", "kubernetes"))))
	require.NoError(t, os.CopyFS(filepath.Join(project, "eventing"), os.DirFS(filepath.Join(root, "eventing"))))
	mine := filepath.Join(project, "infra", "kubernetes", "overlays", "mine")
	require.NoError(t, os.MkdirAll(mine, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(mine, "kustomization.yaml"), []byte("resources: [../kafka]\ncomponents: [../../components/tls]\n"), 0o644))
	to.Root, to.Overlay, to.Issuer = project, "mine", ""
	text, err = to.Manifests(t.Context(), cluster.Images{})
	require.NoError(t, err)
	all = decode(t, text)
	at = slices.IndexFunc(all, certificate)
	require.GreaterOrEqual(t, at, 0)
	require.Equal(t, []string{"todo.example.test"}, all[at].Spec.DNSNames)
	require.Equal(t, "letsencrypt", all[at].Spec.IssuerRef.Name)
}

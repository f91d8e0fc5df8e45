package cluster_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

const (
	namespace = "nudge"
	host      = "nudge.example.test"
	root      = "../.."
)

// rig is the cluster with Nudge on it, and what is known of it from outside.
type rig struct {
	registry, ingress, overlay string
	databaseHost               string
	database                   *pgx.Conn // as the superuser, for what no person may see
	pods                       *watcher
	figures                    []string
	lastRequest                time.Time
}

// figure is a line of the table at the end.
func (r *rig) figure(t testing.TB, what, format string, args ...any) {
	t.Helper()
	line := fmt.Sprintf("%-62s %s", what, fmt.Sprintf(format, args...))
	t.Log(line)
	r.figures = append(r.figures, line)
}

// TestCluster does everything in one go: each step builds on the one before. One alone:
// -run 'TestCluster/(Deploy|Reminder)$'.
func TestCluster(t *testing.T) {
	r := &rig{
		registry: os.Getenv("CLUSTER_REGISTRY"), ingress: os.Getenv("CLUSTER_INGRESS"),
		databaseHost: os.Getenv("CLUSTER_DATABASE_HOST"), overlay: os.Getenv("CLUSTER_OVERLAY"),
	}
	if r.ingress == "" || r.databaseHost == "" {
		t.Skip("needs a cluster: ./task test:cluster REGISTRY=… INGRESS=http://… DATABASE_HOST=… (docs/deploy.md)")
	}
	t.Cleanup(func() { fmt.Printf("\n%s\n", strings.Join(r.figures, "\n")) })
	r.prepare(t)
	for _, step := range []struct {
		name string
		run  func(*rig, *testing.T)
	}{
		{"BadInput", (*rig).badInput},
		{"Deploy", (*rig).deploy},
		{"Image", (*rig).image},
		{"MissingSecret", (*rig).missingSecret},
		{"MainJob", (*rig).mainJob},
		{"Zero", (*rig).zero},
		{"ColdStart", (*rig).coldStart},
		{"Completions", (*rig).completions},
		{"Kills", (*rig).kills},
		{"Redeploy", (*rig).redeploy},
		{"Reminder", (*rig).reminder},
		{"Idle", (*rig).idle},
		{"Traces", (*rig).traces},
		{"TLS", (*rig).tls},
		{"Undeploy", (*rig).undeploy},
	} {
		t.Run(step.name, func(t *testing.T) { step.run(r, t) })
	}
}

// kubectl runs it in the namespace and gives its output.
func kubectl(t testing.TB, args ...string) string {
	t.Helper()
	output, err := run(t, nil, "kubectl", append(args, "--namespace", namespace)...)
	require.NoError(t, err)
	return output
}

// run runs a program in the project's folder; what it says is in the error.
func run(t testing.TB, input []byte, name string, args ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir, command.Stdin = root, bytes.NewReader(input)
	var output, said bytes.Buffer
	command.Stdout, command.Stderr = &output, &said
	if err := command.Run(); err != nil {
		return output.String(), fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, said.String())
	}
	return output.String(), nil
}

func apply(t testing.TB, object map[string]any) {
	t.Helper()
	text, err := json.Marshal(object)
	require.NoError(t, err)
	_, err = run(t, text, "kubectl", "apply", "--filename=-")
	require.NoError(t, err)
}

// deployProgram is what ./task deploy runs.
func deployProgram(t testing.TB) string {
	t.Helper()
	program, err := filepath.Abs(filepath.Join(root, ".build", "bin", "deploy"))
	require.NoError(t, err)
	_, err = run(t, nil, "go", "build", "-o", program, "./infra/deploy")
	require.NoError(t, err)
	return program
}

// deployed runs ./task deploy's program and gives all that it said.
func (r *rig) deployed(t testing.TB, args ...string) (string, error) {
	t.Helper()
	return r.program(t, append([]string{"deploy", "-overlay", r.overlay, "-namespace", namespace}, args...)...)
}

// program runs a command of what deploys, with the cluster's registry.
func (r *rig) program(t testing.TB, args ...string) (string, error) {
	t.Helper()
	all := slices.Concat(args[:1], []string{"-registry", r.registry}, args[1:])
	command := exec.CommandContext(t.Context(), deployProgram(t), all...)
	command.Dir = root
	output, err := command.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, output)
	}
	return string(output), err
}

// eventually asks until the answer is yes.
func eventually(t testing.TB, limit, pause time.Duration, what string, yes func() bool) {
	t.Helper()
	deadline := time.Now().Add(limit)
	for !yes() {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %s", what, limit)
		}
		select {
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		case <-time.After(pause):
		}
	}
}

// revisions names those that there are of all Services.
func revisions(t testing.TB) string {
	t.Helper()
	return kubectl(t, "get", "revisions.serving.knative.dev", "--output=jsonpath={.items[*].metadata.name}")
}

// missingSecret starts a function whose secret is gone: it never takes a request, and its
// log says why. The revision before it serves on; and the new one serves once the secret
// is there.
func (r *rig) missingSecret(t *testing.T) {
	const service = "services.serving.knative.dev/nudge-deadletters"
	get := func(path string) string {
		return strings.TrimSpace(kubectl(t, "get", service, "--output=jsonpath="+path))
	}
	var secret struct{ Data map[string]string }
	require.NoError(t, json.Unmarshal([]byte(kubectl(t, "get", "secret", "nudge", "--output=json")), &secret))
	kubectl(t, "delete", "secret", "nudge")
	restore := func() {
		apply(t, map[string]any{"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "nudge", "namespace": namespace}, "data": secret.Data})
	}
	defer restore()
	before := get("{.status.latestReadyRevisionName}")
	kubectl(t, "patch", service, "--type=merge", "--patch", fmt.Sprintf(`{"spec":{"template":{"metadata":{"annotations":{"nudge.dev/tried":%q}}}}}`, time.Now().Format(time.RFC3339)))
	var revision string
	eventually(t, time.Minute, time.Second, "a revision without its secret", func() bool {
		revision = get("{.status.latestCreatedRevisionName}")
		return revision != before
	})
	selector := "serving.knative.dev/revision=" + revision
	said := regexp.MustCompile(`"not ready","reason":"(configuration: set [^"]+)"`)
	var why []string
	eventually(t, 3*time.Minute, time.Second, "its log says why", func() bool {
		for _, of := range []string{"--previous=false", "--previous"} { // it may have been started again
			log, _ := run(t, nil, "kubectl", "logs", "--namespace", namespace, "--selector", selector, "--container", "user-container", "--tail=20", of)
			if why = said.FindStringSubmatch(log); why != nil {
				return true
			}
		}
		return false
	})
	require.Contains(t, why[1], "DATABASE_URL")
	require.Equal(t, before, get("{.status.latestReadyRevisionName}"), "it serves")
	ready := kubectl(t, "get", "pods", "--selector", selector, `--output=jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}`)
	require.NotContains(t, ready, "True")
	restore()
	eventually(t, 5*time.Minute, time.Second, "it is ready once its secret is there", func() bool { return get("{.status.latestReadyRevisionName}") == revision })
	r.figure(t, "a function without its secret", "not ready, says %q, and is ready once it is there", why[1])
}

// undeploy takes everything away again but what was there before.
func (r *rig) undeploy(t *testing.T) {
	for range 2 { // the second time there is nothing
		said, err := run(t, nil, deployProgram(t), "undeploy", "-overlay", r.overlay, "-namespace", namespace)
		require.NoError(t, err, said)
	}
	left := strings.TrimSpace(kubectl(t, "get", "--output=name", "services.serving.knative.dev,brokers.eventing.knative.dev,triggers.eventing.knative.dev,"+
		"pingsources.sources.knative.dev,sinkbindings.sources.knative.dev,components.dapr.io,configurations.dapr.io,resiliencies.dapr.io,httpendpoints.dapr.io,"+
		"networkpolicies,poddisruptionbudgets,roles,rolebindings,jobs,ingresses.networking.internal.knative.dev"))
	require.Empty(t, left)
	for _, name := range []string{"nudge", "nudge-auth", "nudge-mail", "nudge-migrate", "nudge-statestore"} {
		kubectl(t, "get", "secret", name)
	}
	kubectl(t, "get", "configmap", "nudge")
	r.figure(t, "./task undeploy, twice", "nothing left but the secrets and the ConfigMap")
}

// deploy runs ./task deploy twice: the second finds everything as it should be.
func (r *rig) deploy(t *testing.T) {
	began := time.Now()
	said, err := r.deployed(t)
	require.NoError(t, err)
	t.Log(said)
	r.figure(t, "./task deploy", "%.0f s", time.Since(began).Seconds())
	before := revisions(t)
	began = time.Now()
	said, err = r.deployed(t)
	require.NoError(t, err)
	require.Equal(t, before, revisions(t), "a second deployment makes no revision")
	require.NotContains(t, said, "deploying ")
	r.figure(t, "./task deploy again, nothing changed", "%.0f s, no new revision", time.Since(began).Seconds())
	r.lastRequest = time.Now()
}

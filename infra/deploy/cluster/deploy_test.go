package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"function/infra/deploy/command"
)

func project(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{
		"infra/kubernetes/overlays/kafka/kustomization.yaml": "",
		"infra/kubernetes/jobs/database.yaml":                "kind: Job\nspec: {template: {spec: {containers: [{name: migrate}]}}}\n",
		"functions/audit/func.yaml":                          "name: nudge-audit\ndeploy: {annotations: {a: b}}\n",
		"functions/deadletters/func.yaml":                    "name: nudge-deadletters\n",
		"functions/tasks/func.yaml":                          "name: nudge-tasks\ndeploy: {options: {scale: {min: 0}}}\n",
	} {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return root
}

// recorder notes what is run and plays the cluster's memory of Services.
type recorder struct {
	mu       sync.Mutex
	lines    []string
	services map[string]string // their sourceAnnotation
}

// facts are what the cluster is asked for and never changes.
func facts(line string) (string, bool) {
	for beginning, answer := range map[string]string{
		"kubectl get configmap config-network":                     "kourier.ingress.networking.knative.dev",
		"kubectl get configmap nudge --output=go-template={{index": "https://nudge.example.test",
		"kubectl get configmap nudge --output=go-template={{with":  "",
		"kubectl get job":       "",
		"kubectl api-resources": "services\ncertificates.cert-manager.io\n",
	} {
		if strings.HasPrefix(line, beginning) {
			return answer, true
		}
	}
	return "", false
}

func (r *recorder) run(_ context.Context, c command.Command) ([]byte, error) {
	line := filepath.Base(c.Name) + " " + strings.Join(c.Args, " ")
	if name, is := strings.CutPrefix(line, "kubectl get services.serving.knative.dev "); is {
		name, _, _ = strings.Cut(name, " ")
		if source := r.services[name]; source != "" {
			return fmt.Appendf(nil, `{"metadata":{"annotations":{%q:%q}},"status":{"conditions":[{"type":"Ready","status":"True"}]}}`, sourceAnnotation, source), nil
		}
		return nil, nil
	}
	if answer, is := facts(line); is {
		return []byte(answer), nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if objects, err := applied(c); err != nil {
		return nil, err
	} else if len(objects) > 0 {
		line += ": " + strings.Join(objects, " ")
	}
	r.lines = append(r.lines, line)
	if strings.HasPrefix(line, "kubectl kustomize") {
		return []byte("kind: Broker\n---\nkind: Trigger\n---\nkind: SinkBinding\n"), nil
	}
	if strings.Contains(line, "condition=failed") {
		return nil, errors.New("timed out")
	}
	if c.Args[0] == "deploy" {
		file, err := os.ReadFile(filepath.Join(c.Args[2], "func.yaml"))
		if err != nil {
			return nil, err
		}
		var f struct {
			Name   string
			Deploy struct {
				ServiceAccountName string `yaml:"serviceAccountName"`
				Annotations        map[string]string
			}
		}
		if err := yaml.Unmarshal(file, &f); err != nil {
			return nil, err
		}
		if f.Deploy.ServiceAccountName != "nudge" || f.Deploy.Annotations["dapr.io/config"] != "nudge" {
			return nil, fmt.Errorf("%s has no identity: %s", f.Name, file)
		}
		r.services[f.Name] = f.Deploy.Annotations[sourceAnnotation]
	}
	return nil, nil
}

// applied names the kinds of what kubectl is given.
func applied(c command.Command) (kinds []string, err error) {
	if c.Input == nil {
		return nil, nil
	}
	text, err := io.ReadAll(c.Input)
	if err != nil {
		return nil, err
	}
	objects, err := decode(text)
	for _, object := range objects {
		kinds = append(kinds, fmt.Sprint(object["kind"]))
	}
	return kinds, err
}

func (r *recorder) deployed() (names []string) {
	for _, line := range r.lines {
		if strings.HasPrefix(line, "func deploy") {
			names = append(names, filepath.Base(strings.Fields(line)[3]))
		}
	}
	r.lines = nil
	return names
}

const imageA, imageB = "localhost:5000/fn/nudge@sha256:aa", "localhost:5000/fn/nudge@sha256:bb"

var images = Images{Page: "r/page@sha256:cc", Auth: "r/auth@sha256:dd", Migrate: "r/migrate@sha256:0123456789abcdef"}

// Only what changed is deployed: func would make a new revision of each.
func TestDeployAgainDeploysWhatChanged(t *testing.T) {
	t.Parallel()
	r := &recorder{services: map[string]string{}}
	to := Target{Root: project(t), Namespace: "n", Overlay: "kafka", Run: r.run, Log: t.Output()}

	require.NoError(t, to.Deploy(t.Context(), "func", imageA, images))
	require.Equal(t, []string{"deadletters", "audit", "tasks"}, r.deployed())
	require.NoError(t, to.Deploy(t.Context(), "func", imageA, images))
	require.Empty(t, r.deployed())

	require.NoError(t, os.WriteFile(filepath.Join(to.Root, "functions/tasks/func.yaml"), []byte("name: nudge-tasks\n"), 0o644))
	require.NoError(t, to.Deploy(t.Context(), "func", imageA, images))
	require.Equal(t, []string{"tasks"}, r.deployed())
	require.NoError(t, to.Deploy(t.Context(), "func", imageB, images))
	require.Equal(t, []string{"deadletters", "audit", "tasks"}, r.deployed())
	file, err := os.ReadFile(filepath.Join(to.Root, "functions/audit/func.yaml"))
	require.NoError(t, err)
	require.Equal(t, "name: nudge-audit\ndeploy: {annotations: {a: b}}\n", string(file), "func rewrites copies only")
}

func TestOrderOfADeployment(t *testing.T) {
	t.Parallel()
	r := &recorder{services: map[string]string{}}
	to := Target{Root: project(t), Namespace: "n", Overlay: "kafka", Run: r.run, Log: t.Output()}
	require.NoError(t, to.Deploy(t.Context(), "func", imageA, images))
	var steps []string
	for _, line := range r.lines {
		if strings.HasPrefix(line, "func") {
			require.Contains(t, line, " --image "+imageA+" --build=false --push=false --namespace n")
		} else if !strings.HasPrefix(line, "kubectl kustomize") {
			require.Contains(t, line, "--namespace n")
		}
		if !strings.Contains(line, "condition=") || strings.Contains(line, "condition=Ready") { // the two that wait for a job race
			_, kinds, _ := strings.Cut(line, ": ")
			steps = append(steps, strings.TrimSpace(strings.Join(strings.Fields(line)[:2], " ")+" "+kinds))
		}
	}
	require.Equal(t, []string{
		"kubectl kustomize",
		"kubectl delete", "kubectl apply Job", "kubectl delete", // the databases are tried
		"kubectl delete", "kubectl apply Job", // the tables
		"kubectl apply Broker SinkBinding", "func deploy", "kubectl wait", "kubectl wait", "func deploy", "func deploy",
		"kubectl apply Trigger", "kubectl wait", "kubectl wait", "kubectl wait", "kubectl apply Ingress", "kubectl wait",
	}, steps)
}

// Whoever put the certificate among the manifests, the address is served with it.
func TestACertificateAmongTheManifestsMeansTLS(t *testing.T) {
	t.Parallel()
	r := &recorder{services: map[string]string{}}
	var options []string
	to := Target{Root: project(t), Namespace: "n", Overlay: "kafka", Log: t.Output(), Run: func(ctx context.Context, c command.Command) ([]byte, error) {
		if c.Args[0] == "kustomize" {
			return []byte("kind: Broker\n---\nkind: Certificate\nmetadata: {name: nudge-tls}\n"), nil
		}
		if c.Input != nil {
			text, err := io.ReadAll(c.Input)
			if err != nil {
				return nil, err
			}
			c.Input = bytes.NewReader(text)
			var made struct{ Spec struct{ HTTPOption string } }
			if json.Unmarshal(text, &made) == nil {
				options = append(options, made.Spec.HTTPOption)
			}
		}
		return r.run(ctx, c)
	}}
	require.NoError(t, to.Deploy(t.Context(), "func", imageA, images))
	require.Equal(t, []string{"Redirected"}, options)
}

func TestUndeployTakesRoutingFirst(t *testing.T) {
	t.Parallel()
	r := &recorder{services: map[string]string{}}
	to := Target{Root: project(t), Namespace: "n", Overlay: "kafka", Run: r.run, Log: t.Output()}
	require.NoError(t, to.Undeploy(t.Context()))
	require.Equal(t, []string{
		"kubectl delete --filename=- --ignore-not-found --namespace n: Broker Trigger SinkBinding",
		"kubectl delete services.serving.knative.dev --ignore-not-found nudge-deadletters nudge-audit nudge-tasks --namespace n",
		"kubectl delete ingresses.networking.internal.knative.dev --ignore-not-found --selector app.kubernetes.io/part-of=nudge --namespace n",
		"kubectl delete jobs.batch --ignore-not-found --selector app.kubernetes.io/part-of=nudge --namespace n",
		"kubectl delete certificates.cert-manager.io --ignore-not-found --selector app.kubernetes.io/part-of=nudge --namespace n",
	}, r.lines[2:])
}

func TestFunctionsBearTheNamesOfTriggers(t *testing.T) {
	t.Parallel()
	root := project(t)
	require.NoError(t, os.WriteFile(filepath.Join(root, "functions/tasks/func.yaml"), []byte("name: todo"), 0o644))
	_, err := Functions(root)
	require.ErrorContains(t, err, `name is "todo"; it must be nudge-tasks`)
}

func TestRehearsalAsksForNoServiceAccountOfKnativeServices(t *testing.T) {
	t.Parallel()
	objects, err := decode([]byte(`
apiVersion: serving.knative.dev/v1
kind: Service
spec: {template: {spec: {serviceAccountName: nudge-page, containers: [{image: page}]}}}
---
apiVersion: batch/v1
kind: Job
spec: {template: {spec: {serviceAccountName: nudge-page}}}
`))
	require.NoError(t, err)
	text, err := encode(rehearsal(objects))
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(text), "serviceAccountName"))
	require.Contains(t, string(text), "image: page")
}

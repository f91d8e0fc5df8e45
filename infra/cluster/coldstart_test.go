package cluster_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/infra/deploy/command"
	"function/infra/deploy/funccli"
)

const (
	helloNamespace = "nudge-hello"
	rounds         = 5
	// mostCold is how much longer a request to one of our functions may wait than one to
	// func's own.
	mostCold = 1.15
)

// coldStart compares a request to a function at zero with func's own hello function in
// the same circumstances: both with Dapr, as func deploys them, one after the other in
// turns, and the ratio of each round counts, so that a machine that is busy for a while
// is busy for both.
func (r *rig) coldStart(t *testing.T) {
	r.hello(t)
	p := r.signUp(t)
	times := map[string][]time.Duration{}
	note := func(what string, took time.Duration) { times[what] = append(times[what], took) }
	var ratios []float64
	for round := range rounds {
		note("process", r.helloProcess(t))
		note("pod", r.helloPod(t))
		r.awaitZero(t, 5*time.Minute)
		eventually(t, 5*time.Minute, time.Second, "hello at zero", func() bool {
			output, err := run(t, nil, "kubectl", "get", "pods", "--namespace", helloNamespace, "--output=name")
			return err == nil && strings.TrimSpace(output) == ""
		})
		note("ksvc", r.timed(t, r.address(t, "hello"), "", http.StatusOK))
		theirs := func() { note("ksvc + Dapr", r.timed(t, r.address(t, "hello-dapr"), "", http.StatusOK)) }
		ours := func() { note("tasks", r.timed(t, "http://"+host+"/api/tasks", p.bearer(), http.StatusOK)) }
		if round%2 == 0 {
			theirs()
			ours()
		} else {
			ours()
			theirs()
		}
		ratios = append(ratios, float64(times["tasks"][round])/float64(times["ksvc + Dapr"][round]))
		note("page", r.timed(t, "http://"+host+"/", "", http.StatusOK))
		r.lastRequest = time.Now()
	}
	median := func(what string) time.Duration {
		slices.Sort(times[what])
		return times[what][len(times[what])/2]
	}
	for _, what := range []string{"process", "pod", "ksvc", "ksvc + Dapr"} {
		r.figure(t, "cold start of func's hello: "+what, "%s (median of %d)", median(what).Round(time.Millisecond), rounds)
	}
	slices.Sort(ratios)
	ratio := ratios[len(ratios)/2]
	r.figure(t, "cold start: the list of a person who is signed in", "%s", median("tasks").Round(time.Millisecond))
	r.figure(t, "cold start: the page", "%s", median("page").Round(time.Millisecond))
	r.figure(t, "cold start, list ÷ func's hello with Dapr (≤ 1.15)", "%.2f (median of %d pairs, %.2f to %.2f)", ratio, rounds, ratios[0], ratios[len(ratios)-1])
	require.LessOrEqual(t, ratio, mostCold)
}

// hello deploys func's own hello function as func makes it, once as it is (with Dapr,
// which func asks for) and once without Dapr.
func (r *rig) hello(t *testing.T) {
	t.Helper()
	absolute, err := filepath.Abs(root)
	require.NoError(t, err)
	cli, err := funccli.Program(t.Context(), command.Exec, absolute, os.Stderr)
	require.NoError(t, err)
	if _, err := run(t, nil, "kubectl", "get", "namespace", helloNamespace); err != nil {
		_, err = run(t, nil, "kubectl", "create", "namespace", helloNamespace)
		require.NoError(t, err)
	}
	dir := r.helloDir(t)
	do := func(args ...string) {
		t.Helper()
		said, err := command.Exec(t.Context(), command.Command{Name: cli, Args: args, Dir: filepath.Dir(dir), Env: funccli.Environment()})
		require.NoError(t, err, string(said))
	}
	if !r.built(t, dir) {
		require.NoError(t, os.RemoveAll(dir))
		require.NoError(t, os.MkdirAll(filepath.Dir(dir), 0o755))
		do("create", "--language", "go", "--template", "http", dir)
		do("build", "--path", dir, "--builder=host", "--registry", r.registry+"/hello", "--registry-insecure", "--push")
	}
	image, err := os.ReadFile(filepath.Join(dir, ".func", "built-image"))
	require.NoError(t, err)
	for name, annotations := range map[string]string{"hello": "{dapr.io/enabled: \"false\"}", "hello-dapr": "{}"} {
		if _, err := run(t, nil, "kubectl", "get", "services.serving.knative.dev", name, "--namespace", helloNamespace); err == nil {
			continue
		}
		scratch := filepath.Join(filepath.Dir(dir), name+"-deploy")
		require.NoError(t, os.MkdirAll(scratch, 0o755))
		text := fmt.Sprintf("specVersion: 0.36.0\nname: %s\nruntime: go\ncreated: 2026-01-01T00:00:00Z\nbuild: {builder: host}\ndeploy: {annotations: %s}\n", name, annotations)
		require.NoError(t, os.WriteFile(filepath.Join(scratch, "func.yaml"), []byte(text), 0o600))
		do("deploy", "--path", scratch, "--image", strings.TrimSpace(string(image)), "--build=false", "--push=false", "--namespace", helloNamespace)
		// It sleeps sooner, so that the rounds are shorter; nothing else changes.
		_, err = run(t, nil, "kubectl", "patch", "services.serving.knative.dev", name, "--namespace", helloNamespace, "--type=merge",
			"--patch", `{"spec":{"template":{"metadata":{"annotations":{"autoscaling.knative.dev/window":"10s"}}}}}`)
		require.NoError(t, err)
		_, err = run(t, nil, "kubectl", "wait", "--for=condition=Ready", "--timeout=120s", "services.serving.knative.dev/"+name, "--namespace", helloNamespace)
		require.NoError(t, err)
	}
}

// built says whether a function was built, and the registry still has its image: one that
// lives with its cluster begins empty with the next.
func (r *rig) built(t testing.TB, dir string) bool {
	t.Helper()
	image, err := os.ReadFile(filepath.Join(dir, ".func", "built-image"))
	if err != nil {
		return false
	}
	host, rest, _ := strings.Cut(strings.TrimSpace(string(image)), "/")
	name, digest, _ := strings.Cut(rest, "@")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+host+"/v2/"+name+"/manifests/"+digest, nil)
	require.NoError(t, err)
	request.Header.Set("Accept", "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, */*")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	return response.StatusCode == http.StatusOK
}

func (r *rig) helloDir(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join(root, ".build", "cluster", "hello"))
	require.NoError(t, err)
	return dir
}

// address is where a Service of hello's namespace is served.
func (r *rig) address(t testing.TB, name string) string {
	t.Helper()
	output, err := run(t, nil, "kubectl", "get", "services.serving.knative.dev", name, "--namespace", helloNamespace, "--output=jsonpath={.status.url}")
	require.NoError(t, err)
	return strings.TrimSpace(output)
}

// timed sends one request on a new connection and says how long the answer took.
func (r *rig) timed(t testing.TB, address, bearer string, wanted int) time.Duration {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	require.NoError(t, err)
	if bearer != "" {
		request.Header.Set("Authorization", "Bearer "+bearer)
	}
	client := r.client(t)
	began := time.Now()
	response, err := client.Do(request)
	took := time.Since(began)
	require.NoError(t, err)
	_ = response.Body.Close()
	require.Equal(t, wanted, response.StatusCode, address)
	return took
}

// helloProcess starts hello's program here.
func (r *rig) helloProcess(t testing.TB) time.Duration {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := fmt.Sprint(listener.Addr().(*net.TCPAddr).Port)
	require.NoError(t, listener.Close())
	program := exec.CommandContext(t.Context(), filepath.Join(r.helloDir(t), ".func", "builds", "last", "result", "f.linux.amd64"))
	program.Env = []string{"PORT=" + port, "ADDRESS=127.0.0.1"}
	began := time.Now()
	require.NoError(t, program.Start())
	defer func() { _ = program.Process.Kill(); _ = program.Wait() }()
	eventually(t, 10*time.Second, time.Millisecond, "hello's program serves", func() bool {
		response, err := http.Get((&url.URL{Scheme: "http", Host: "127.0.0.1:" + port, Path: "/health/readiness"}).String()) //nolint:noctx // the loopback
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
	return time.Since(began)
}

// helloPod makes a pod of hello's image and nothing else.
func (r *rig) helloPod(t testing.TB) time.Duration {
	t.Helper()
	image, err := os.ReadFile(filepath.Join(r.helloDir(t), ".func", "built-image"))
	require.NoError(t, err)
	_, _ = run(t, nil, "kubectl", "delete", "pod", "hello", "--namespace", helloNamespace, "--ignore-not-found", "--grace-period=0", "--force")
	began := time.Now()
	apply(t, map[string]any{
		"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "hello", "namespace": helloNamespace},
		"spec": map[string]any{"containers": []any{map[string]any{
			"name": "hello", "image": strings.TrimSpace(string(image)), "env": []any{map[string]string{"name": "ADDRESS", "value": "0.0.0.0"}},
			"readinessProbe": map[string]any{"httpGet": map[string]any{"path": "/health/readiness", "port": 8080}, "periodSeconds": 1},
		}}},
	})
	_, err = run(t, nil, "kubectl", "wait", "--for=condition=Ready", "--timeout=60s", "pod/hello", "--namespace", helloNamespace)
	require.NoError(t, err)
	took := time.Since(began)
	_, err = run(t, nil, "kubectl", "delete", "pod", "hello", "--namespace", helloNamespace, "--grace-period=0", "--force")
	require.NoError(t, err)
	return took
}

// subject is the owner that a token names.
func subject(t testing.TB, token string) string {
	t.Helper()
	parts := strings.Split(token, ".")
	require.Len(t, parts, 3)
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(t, err)
	var claims struct{ Sub string }
	require.NoError(t, json.NewDecoder(bytes.NewReader(text)).Decode(&claims))
	return claims.Sub
}

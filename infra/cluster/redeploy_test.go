package cluster_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/infra/deploy/command"
	"function/infra/deploy/funccli"
)

// redeploy rolls the API out anew while people use it.
func (r *rig) redeploy(t *testing.T) {
	p := r.signUp(t)
	p.add(t, `{"title":"There already"}`)
	said, err := r.program(t, "build", "-push") // what takes minutes, before anybody waits
	require.NoError(t, err, said)
	done := make(chan struct{})
	var load sync.WaitGroup
	var sent, failed atomic.Int64
	var mu sync.Mutex
	var why []string
	fail := func(reason string) {
		failed.Add(1)
		mu.Lock()
		defer mu.Unlock()
		if len(why) < 5 { // the first ones tell
			why = append(why, reason)
		}
	}
	for worker := range 4 {
		load.Go(func() {
			ticker := time.NewTicker(200 * time.Millisecond)
			defer ticker.Stop()
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				case <-ticker.C:
				}
				method, body, wanted := http.MethodGet, "", http.StatusOK
				if (worker+n)%4 == 0 {
					method, body, wanted = http.MethodPost, fmt.Sprintf(`{"title":"While it rolls %d %d"}`, worker, n), http.StatusCreated
				}
				a, err := p.send(t.Context(), method, "/api/tasks", body)
				sent.Add(1)
				if err != nil {
					fail(err.Error())
				} else if a.status != wanted {
					fail(fmt.Sprintf("%s %d %s", time.Now().Format(time.TimeOnly), a.status, a.body))
				}
			}
		})
	}
	before := revisions(t)
	// What it was made from is forgotten, so that it is made again.
	kubectl(t, "annotate", "services.serving.knative.dev", "nudge-tasks", "nudge.dev/source=forgotten", "--overwrite")
	began := time.Now()
	said, err = r.deployed(t)
	rolled := time.Since(began)
	// The old revision's pods end while the load goes on.
	eventually(t, 3*time.Minute, time.Second, "the old pods have ended", func() bool { serving, ending := r.pods.up("nudge-tasks"); return serving >= 1 && ending == 0 })
	close(done)
	load.Wait()
	require.NoError(t, err)
	require.Contains(t, said, "deploying nudge-tasks")
	require.NotEqual(t, before, revisions(t))
	r.figure(t, "rolling redeploy under load (0 failed requests)", "%d of %d failed, in %.0f s of deployment %s", failed.Load(), sent.Load(), rolled.Seconds(), strings.Join(why, "; "))
	require.Zero(t, failed.Load())
	r.lastRequest = time.Now()
}

// image looks at what the registry has of the functions' image.
func (r *rig) image(t *testing.T) {
	reference, err := os.ReadFile(filepath.Join(root, ".build", "image", "last", ".func", "built-image"))
	require.NoError(t, err)
	name, digest, _ := strings.Cut(strings.TrimSpace(string(reference)), "@")
	repository := "http://" + strings.Replace(name, "/", "/v2/", 1)
	get := func(path string, into any) int64 {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, repository+path, nil)
		require.NoError(t, err)
		request.Header.Set("Accept", "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, */*")
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		defer func() { _ = response.Body.Close() }()
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, response.StatusCode, string(text))
		require.NoError(t, json.Unmarshal(text, into))
		return int64(len(text))
	}
	var index struct {
		Manifests []struct {
			Digest   string
			Platform struct{ Architecture string }
		}
	}
	get("/manifests/"+digest, &index)
	for _, m := range index.Manifests {
		if m.Platform.Architecture != "amd64" {
			continue
		}
		var manifest struct {
			Config struct{ Digest string }
			Layers []struct{ Size int64 }
		}
		total := get("/manifests/"+m.Digest, &manifest)
		for _, layer := range manifest.Layers {
			total += layer.Size
		}
		var config struct {
			Config struct {
				User string
				Cmd  []string
			}
		}
		get("/blobs/"+manifest.Config.Digest, &config)
		require.NotContains(t, []string{"", "0", "root"}, strings.Split(config.Config.User, ":")[0])
		require.LessOrEqual(t, total, int64(30<<20))
		r.figure(t, "image of the functions (≤ 30 MB compressed)", "%.1f MB, user %s, nothing in it but %s and its sources", float64(total)/(1<<20), config.Config.User, strings.Join(config.Config.Cmd, " "))
	}
	pods := strings.Fields(kubectl(t, "get", "pods", "--selector", "function.knative.dev=true", "--field-selector", "status.phase=Running", "--output=jsonpath={.items[*].metadata.name}"))
	if len(pods) > 0 {
		_, err = run(t, nil, "kubectl", "exec", pods[0], "--namespace", namespace, "--container", "user-container", "--", "/bin/sh", "-c", "true")
		require.ErrorContains(t, err, "no such file or directory", "a shell")
		r.figure(t, "a shell in the image", "none")
	}
}

// badInput is a deployment that cannot succeed, on the real cluster: each is refused with
// its cure, before anything is changed.
func (r *rig) badInput(t *testing.T) {
	refused := func(what string, args []string, says ...string) {
		t.Helper()
		said, err := r.deployed(t, args...)
		require.Error(t, err, said)
		for _, part := range append(says, "nothing was changed") {
			require.ErrorContains(t, err, part, what)
		}
	}
	refused("no namespace", []string{"-namespace", "nudge-nowhere"}, "kubectl create namespace nudge-nowhere")
	refused("no registry", []string{"-registry", "localhost:1/nudge"}, "the registry localhost:1 does not answer")
	refused("no Kafka", []string{"-overlay", "kafka"}, "OVERLAY=channel")
	refused("no cert-manager", []string{"-tls-issuer", "letsencrypt"}, "no cert-manager")
	absolute, err := filepath.Abs(root)
	require.NoError(t, err)
	cli, err := funccli.Program(t.Context(), command.Exec, absolute, os.Stderr)
	require.NoError(t, err)
	for _, sources := range []string{absolute, filepath.Join(absolute, "functions", "tasks")} {
		dir := t.TempDir() // func leaves files of its own beside those it reads
		text, err := os.ReadFile(filepath.Join(sources, "func.yaml"))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "func.yaml"), text, 0o600))
		_, err = command.Exec(t.Context(), command.Command{Name: cli, Args: []string{"deploy", "--path", dir, "--registry", r.registry}, Dir: t.TempDir(), Env: funccli.Environment()})
		require.ErrorContains(t, err, `"./task deploy" is not a known builder`)
	}
	const other = "nudge-elsewhere"
	if _, err := run(t, nil, "kubectl", "get", "namespace", other); err != nil {
		_, err = run(t, nil, "kubectl", "create", "namespace", other)
		require.NoError(t, err)
	}
	defer func() { _, _ = run(t, nil, "kubectl", "delete", "namespace", other, "--wait=false") }()
	refused("no secrets", []string{"-namespace", other}, "the secret nudge cannot be used", "the secret nudge-auth", "the configmap nudge")
	nowhere := map[string]string{"MIGRATE_URL": "", "DATABASE_URL": ""}
	for name := range nowhere {
		nowhere[name] = "postgres://nudge:wrong@" + r.databaseHost + ":1/nudge"
	}
	for name, data := range map[string]map[string]string{
		"nudge": {"DATABASE_URL": nowhere["DATABASE_URL"], "KEYSET": "{}"}, "nudge-statestore": nowhere, "nudge-migrate": nowhere,
		"nudge-auth": {"DATABASE_URL": nowhere["DATABASE_URL"], "BETTER_AUTH_SECRET": token()},
		"nudge-mail": {"host": "h", "port": "1", "user": "u", "password": "p", "from": "f"},
	} {
		apply(t, map[string]any{"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": name, "namespace": other}, "stringData": data})
	}
	apply(t, map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "nudge", "namespace": other},
		"data": map[string]string{"auth-issuer": "http://elsewhere.example.test", "auth-audience": "nudge", "auth-jwks-url": "http://127.0.0.1:3500/x"}})
	refused("no database", []string{"-namespace", other}, "a database cannot be used from inside the cluster", "the role nudge is not let in")
	output, err := run(t, nil, "kubectl", "get", "services.serving.knative.dev,brokers.eventing.knative.dev,jobs", "--namespace", other, "--output=name")
	require.NoError(t, err)
	require.Empty(t, strings.TrimSpace(output), "something was changed")
	r.figure(t, "refused before anything is changed, with the cure", "no namespace, registry, Kafka, cert-manager, secrets, database")
}

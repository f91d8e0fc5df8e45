package cluster_test

import (
	"context"
	"encoding/json"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// pod is one that was seen.
type pod struct {
	service string
	from    time.Time
	asked   time.Time // to end; zero: not yet
	gone    time.Time // zero: still there
}

// watcher sees every pod of the namespace come and go.
type watcher struct {
	mu   sync.Mutex
	pods map[string]*pod
}

func watch(t *testing.T) *watcher {
	t.Helper()
	w := &watcher{pods: map[string]*pod{}}
	w.list(t)
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	go func() {
		for ctx.Err() == nil { // the cluster ends a watch after half an hour or more
			w.follow(ctx)
			w.miss(ctx)
		}
	}()
	return w
}

// list sees what is there already, so that nobody takes for gone what was not yet seen.
func (w *watcher) list(t *testing.T) {
	t.Helper()
	var pods struct {
		Items []struct {
			Metadata struct {
				Name              string
				Labels            map[string]string
				DeletionTimestamp *time.Time
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(kubectl(t, "get", "pods", "--output=json")), &pods))
	for _, p := range pods.Items {
		w.see("ADDED", p.Metadata.Name, p.Metadata.Labels["serving.knative.dev/service"], p.Metadata.DeletionTimestamp != nil)
	}
}

// follow sees what a watch tells, until the cluster ends it.
func (w *watcher) follow(ctx context.Context) {
	command := exec.CommandContext(ctx, "kubectl", "get", "pods", "--namespace", namespace, "--watch", "--output-watch-events", "--output=json")
	output, err := command.StdoutPipe()
	if err != nil || command.Start() != nil {
		return
	}
	defer func() { _ = command.Wait() }()
	for decoder := json.NewDecoder(output); ; {
		var e struct {
			Type   string
			Object struct {
				Metadata struct {
					Name              string
					Labels            map[string]string
					DeletionTimestamp *time.Time
				}
			}
		}
		if decoder.Decode(&e) != nil {
			return
		}
		w.see(e.Type, e.Object.Metadata.Name, e.Object.Metadata.Labels["serving.knative.dev/service"], e.Object.Metadata.DeletionTimestamp != nil)
	}
}

// miss finds the pods that went while nobody watched.
func (w *watcher) miss(ctx context.Context) {
	output, err := exec.CommandContext(ctx, "kubectl", "get", "pods", "--namespace", namespace, "--output=jsonpath={.items[*].metadata.name}").Output()
	if err != nil {
		return
	}
	there := strings.Fields(string(output))
	w.mu.Lock()
	names := slices.Collect(maps.Keys(w.pods))
	w.mu.Unlock()
	for _, name := range names {
		if !slices.Contains(there, name) {
			w.see("DELETED", name, "gone", true)
		}
	}
}

func (w *watcher) see(event, name, service string, asked bool) {
	if service == "" {
		return // a job's
	}
	now := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	p, known := w.pods[name]
	if !known {
		p = &pod{service: service, from: now}
		w.pods[name] = p
	}
	if asked && p.asked.IsZero() {
		p.asked = now
	}
	if event == "DELETED" && p.gone.IsZero() {
		p.gone = now
		if p.asked.IsZero() {
			p.asked = now
		}
	}
}

// up counts the pods that serve, and those that are still there though they were asked
// to end.
func (w *watcher) up(services ...string) (serving, ending int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.pods {
		if len(services) > 0 && !slices.Contains(services, p.service) {
			continue
		}
		switch {
		case p.asked.IsZero():
			serving++
		case p.gone.IsZero():
			ending++
		}
	}
	return serving, ending
}

// last is when the last pod was asked to end, and when the last was gone.
func (w *watcher) last() (asked, gone time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.pods {
		if p.asked.After(asked) {
			asked = p.asked
		}
		if p.gone.After(gone) {
			gone = p.gone
		}
	}
	return asked, gone
}

// seconds sums up, by Service, how long pods were there between two instants.
func (w *watcher) seconds(from, to time.Time) (total float64, by string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	sums := map[string]float64{}
	for _, p := range w.pods {
		begin, end := p.from, p.gone
		if begin.Before(from) {
			begin = from
		}
		if end.IsZero() || end.After(to) {
			end = to
		}
		if end.After(begin) {
			sums[strings.TrimPrefix(p.service, "nudge-")] += end.Sub(begin).Seconds()
			total += end.Sub(begin).Seconds()
		}
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		parts = append(parts, name+" "+time.Duration(sums[name]*float64(time.Second)).Round(time.Second).String())
	}
	return total, strings.Join(parts, ", ")
}

// awaitZero waits until nothing of a Service is there any more.
func (r *rig) awaitZero(t testing.TB, limit time.Duration, services ...string) {
	t.Helper()
	eventually(t, limit, 200*time.Millisecond, "no pods of "+strings.Join(services, ", "), func() bool {
		serving, ending := r.pods.up(services...)
		return serving+ending == 0
	})
}

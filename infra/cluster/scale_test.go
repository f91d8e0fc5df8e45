package cluster_test

import (
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// tick is how often the PingSource wakes the reminders (eventing/pingsource.yaml).
const tick = 4 * time.Minute

// zero has a person wake all of it, and says how long after the last request every pod
// has gone. A tick in between would wake a pod of its own: it begins after one.
func (r *rig) zero(t *testing.T) {
	p := r.signUp(t)
	if next := time.Now().Truncate(tick).Add(tick); time.Until(next) < 2*time.Minute {
		select {
		case <-time.After(time.Until(next) + 5*time.Second):
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		}
	}
	require.Equal(t, http.StatusOK, p.do(t, http.MethodGet, "/", "").status)
	require.Equal(t, http.StatusOK, p.do(t, http.MethodGet, "/api/language/explain?text=rent%20tomorrow", "").status)
	require.Equal(t, http.StatusOK, p.do(t, http.MethodGet, "/api/notifications", "").status)
	p.complete(t, p.add(t, `{"title":"Close the shop"}`))
	r.lastRequest = time.Now()
	eventually(t, time.Minute, 100*time.Millisecond, "the events' functions are awake too", func() bool {
		for _, service := range []string{"nudge-audit", "nudge-recurrence", "nudge-reminders"} {
			if serving, _ := r.pods.up(service); serving == 0 {
				return false
			}
		}
		return true
	})
	r.awaitZero(t, 5*time.Minute)
	asked, gone := r.pods.last()
	r.figure(t, "last request to zero pods serving (≤ 90 s)", "%.0f s", asked.Sub(r.lastRequest).Seconds())
	r.figure(t, "last request to zero pods there (≤ 90 s)", "%.0f s", gone.Sub(r.lastRequest).Seconds())
	require.LessOrEqual(t, gone.Sub(r.lastRequest), 90*time.Second)
}

// idle leaves everything alone for ten minutes.
func (r *rig) idle(t *testing.T) {
	r.awaitZero(t, 5*time.Minute)
	from := time.Now()
	select {
	case <-time.After(10 * time.Minute):
	case <-t.Context().Done():
		t.Fatal(t.Context().Err())
	}
	total, by := r.pods.seconds(from, time.Now())
	r.figure(t, "ten idle minutes, pod-seconds", "%.0f (%s)", total, by)
}

// reminder is due seven minutes ahead: nothing is up until a tick finds it near.
func (r *rig) reminder(t *testing.T) {
	p := r.signUp(t)
	at := time.Now().Add(7 * time.Minute).UTC().Truncate(time.Second)
	made := p.add(t, fmt.Sprintf(`{"title":"Take the cake out","reminders":[{"at":%q}]}`, at.Format(time.RFC3339)))
	r.awaitZero(t, 6*time.Minute)
	slept := time.Until(at)
	require.Positive(t, slept, "it fell due before everything slept")
	var fired *time.Time
	eventually(t, slept+2*time.Minute, 500*time.Millisecond, "the reminder", func() bool {
		require.NoError(t, r.database.QueryRow(t.Context(), "select fired_at from nudge.reminders where task_id = $1", made.ID).Scan(&fired))
		return fired != nil
	})
	require.False(t, fired.Before(at), "early")
	eventually(t, 2*time.Minute, 500*time.Millisecond, "the notification", func() bool {
		var out struct{ Data []struct{ ID string } }
		a := p.do(t, http.MethodGet, "/api/notifications", "")
		if a.status != http.StatusOK {
			return false
		}
		a.into(t, &out)
		return len(out.Data) == 1
	})
	r.figure(t, "reminder due 7 minutes ahead, all at zero (≤ 1 s)", "%.3f s late; everything slept until %.0f s before", fired.Sub(at).Seconds(), slept.Seconds())
	require.LessOrEqual(t, fired.Sub(at), time.Second)
	r.lastRequest = time.Now()
}

const many = 1000

// completions come while the function that makes successors is at zero.
func (r *rig) completions(t *testing.T) {
	people, tasks := r.recurring(t, many)
	r.awaitZero(t, 5*time.Minute, "nudge-recurrence")
	from := time.Now()
	samples, stop := r.sample("nudge-recurrence")
	r.completeAll(t, people, tasks, 16)
	completed := time.Now()
	eventually(t, 15*time.Minute, 200*time.Millisecond, "every completion has its successor", func() bool { return r.successors(t, people) >= many })
	drained := time.Now()
	stop()
	r.exactlyOnce(t, people, many)
	r.figure(t, "1,000 completions, recurrence at zero: successors", "exactly one each; completed in %.0f s, the last successor %.1f s after", completed.Sub(from).Seconds(), drained.Sub(completed).Seconds())
	r.figure(t, "  pods of recurrence over time, each 2 s", "%s", strings.Join(*samples, " "))
	r.lastRequest = time.Now()
}

// kills ends a pod of the functions by force, again and again, while completions go on;
// and once the pod of the in-memory channel, where there is one.
func (r *rig) kills(t *testing.T) {
	const some = 300
	people, tasks := r.recurring(t, some)
	done := make(chan struct{})
	var loop sync.WaitGroup
	killed, channel := 0, "there is none"
	loop.Go(func() {
		for round := 0; ; round++ {
			select {
			case <-done:
				return
			case <-time.After(time.Second):
			}
			if round == 3 {
				output, _ := exec.CommandContext(t.Context(), "kubectl", "delete", "pods", "--namespace", "knative-eventing", "--selector", "messaging.knative.dev/role=dispatcher", "--force", "--grace-period=0", "--output=name").Output()
				channel = strings.Join(strings.Fields(string(output)), " ")
			}
			names := readyPods(t)
			if len(names) == 0 {
				continue
			}
			if exec.CommandContext(t.Context(), "kubectl", "delete", "pod", names[round%len(names)], "--namespace", namespace, "--force", "--grace-period=0").Run() == nil {
				killed++
			}
		}
	})
	began := time.Now()
	r.completeAll(t, people, tasks, 4)
	eventually(t, 15*time.Minute, time.Second, "every completion has its successor", func() bool {
		if time.Since(began) > 2*time.Minute {
			select {
			case <-done:
			default:
				close(done)
			}
		}
		return r.successors(t, people) >= some
	})
	select {
	case <-done:
	default:
		close(done)
	}
	loop.Wait()
	healed := time.Since(began)
	r.exactlyOnce(t, people, some)
	eventually(t, 15*time.Minute, time.Second, "every event has its row in the chain", func() bool {
		return r.count(t, "select count(*) from nudge.audit where owner = any($1)", owners(t, r, people)) >= 3*some
	})
	require.Equal(t, 3*some, r.count(t, "select count(*) from nudge.audit where owner = any($1)", owners(t, r, people)), "nothing twice in the chain")
	if r.overlay == "channel" {
		require.Contains(t, channel, "pod/", "the channel's pod was not killed")
	}
	r.figure(t, "pods killed by force throughout, the channel's once", "%d killed, and %s; %d completions, exactly one successor each after %.0f s, nothing lost or doubled", killed, channel, some, healed.Seconds())
	r.lastRequest = time.Now()
}

// readyPods names those of the functions that take requests: one that never gets so far
// has nothing to lose.
func readyPods(t testing.TB) (names []string) {
	output, _ := exec.CommandContext(t.Context(), "kubectl", "get", "pods", "--namespace", namespace, "--selector", "function.knative.dev=true",
		"--output=go-template={{range .items}}{{$name := .metadata.name}}{{range .status.conditions}}{{if and (eq .type \"Ready\") (eq .status \"True\")}}{{$name}} {{end}}{{end}}{{end}}").Output()
	return strings.Fields(string(output))
}

// recurring makes tasks that come again, of a few people.
func (r *rig) recurring(t *testing.T, n int) ([]*person, [][]task) {
	t.Helper()
	people := []*person{r.signUp(t), r.signUp(t)}
	tasks := make([][]task, len(people))
	var all sync.WaitGroup
	for i, p := range people {
		all.Go(func() {
			var mu sync.Mutex
			var workers sync.WaitGroup
			slots := make(chan struct{}, 6)
			for k := range n / len(people) {
				slots <- struct{}{}
				workers.Go(func() {
					defer func() { <-slots }()
					made, err := r.create(t, p, k)
					if err != nil {
						t.Errorf("add: %v", err)
						return
					}
					mu.Lock()
					tasks[i] = append(tasks[i], made)
					mu.Unlock()
				})
			}
			workers.Wait()
		})
	}
	all.Wait()
	require.False(t, t.Failed())
	return people, tasks
}

// create tries again as the page does: a pod may be killed under a request.
func (r *rig) create(t testing.TB, p *person, k int) (made task, err error) {
	body := fmt.Sprintf(`{"title":"Water plant %d","due":{"date":"2030-01-01","zone":"Europe/Paris"},"recurrence":{"rrule":"FREQ=DAILY"}}`, k)
	err = again(t, func() (answer, error) { return p.send(t.Context(), http.MethodPost, "/api/tasks", body) }, http.StatusCreated, &made)
	return made, err
}

// again sends until the answer is the one that is wanted, within two minutes.
func again(t testing.TB, send func() (answer, error), wanted int, into any) error {
	deadline := time.Now().Add(2 * time.Minute)
	for {
		a, err := send()
		switch {
		case err == nil && a.status == wanted:
			if into != nil {
				a.into(t, into)
			}
			return nil
		case err == nil && a.status < 500 && a.status != http.StatusTooManyRequests:
			return fmt.Errorf("answered with %d: %s", a.status, a.body)
		case time.Now().After(deadline):
			return fmt.Errorf("no answer: %d %s %w", a.status, a.body, err)
		}
		select {
		case <-t.Context().Done():
			return t.Context().Err()
		case <-time.After(200 * time.Millisecond): // as the page does: nothing tells when it is back
		}
	}
}

func (r *rig) completeAll(t *testing.T, people []*person, tasks [][]task, width int) {
	t.Helper()
	var workers sync.WaitGroup
	slots := make(chan struct{}, width)
	for i, p := range people {
		for _, x := range tasks[i] {
			slots <- struct{}{}
			workers.Go(func() {
				defer func() { <-slots }()
				// Whatever is current: a completion that was answered into a killed connection is repeated.
				err := again(t, func() (answer, error) {
					return p.send(t.Context(), http.MethodPost, "/api/tasks/"+x.ID+"/complete", "", "If-Match", "*")
				}, http.StatusOK, nil)
				if err != nil {
					t.Errorf("complete: %v", err)
				}
			})
		}
	}
	workers.Wait()
	require.False(t, t.Failed())
}

func owners(t testing.TB, r *rig, people []*person) (ids []string) {
	t.Helper()
	for _, p := range people {
		ids = append(ids, subject(t, p.bearer()))
	}
	return ids
}

func (r *rig) successors(t testing.TB, people []*person) int {
	t.Helper()
	return r.count(t, "select count(*) from nudge.tasks where owner = any($1) and series_id is not null and not completed", owners(t, r, people))
}

// exactlyOnce holds each series to one completed occurrence and one open.
func (r *rig) exactlyOnce(t testing.TB, people []*person, n int) {
	t.Helper()
	require.Equal(t, n, r.count(t, `select count(*) from (select series_id from nudge.tasks where owner = any($1) and series_id is not null
		group by series_id having count(*) filter (where completed) = 1 and count(*) filter (where not completed) = 1 and count(*) = 2) s`, owners(t, r, people)))
}

// sample notes how many pods of a Service are up, each two seconds.
func (r *rig) sample(service string) (samples *[]string, stop func()) {
	samples = &[]string{}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(2 * time.Second)
		defer ticker.Stop()
		for {
			serving, _ := r.pods.up(service)
			*samples = append(*samples, fmt.Sprint(serving))
			select {
			case <-done:
				return
			case <-ticker.C:
			}
		}
	}()
	return samples, func() { close(done); <-ended }
}

package bridge_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/stretchr/testify/require"

	"function/infra/local/bridge"
)

func TestIngressRefusesWhatIsNoEvent(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneTrigger("a", "[]"))
	binary := func(change map[string]string) map[string]string {
		h := map[string]string{
			"Content-Type": "application/json", "Ce-Specversion": "1.0", "Ce-Id": "1", "Ce-Source": "/s", "Ce-Type": "dev.nudge.task.created.v1",
		}
		for name, value := range change {
			h[name] = value
		}
		return h
	}
	structured := map[string]string{"Content-Type": event.ApplicationCloudEventsJSON + "; charset=utf-8"}
	batch := map[string]string{"Content-Type": event.ApplicationCloudEventsBatchJSON}
	for name, tc := range map[string]struct {
		path   string
		header map[string]string
		body   string
		status int
		says   string
	}{
		"nothing at all":      {"", nil, "", 400, "no CloudEvent"},
		"plain JSON":          {"", map[string]string{"Content-Type": "application/json"}, "{}", 400, "CloudEvent"},
		"no id":               {"", binary(map[string]string{"Ce-Id": ""}), "{}", 400, "id"},
		"no type":             {"", binary(map[string]string{"Ce-Type": ""}), "{}", 400, "type"},
		"version of tomorrow": {"", binary(map[string]string{"Ce-Specversion": "9.0"}), "{}", 400, ""},
		"time that is not":    {"", binary(map[string]string{"Ce-Time": "yesterday"}), "{}", 400, ""},
		"structured, no JSON": {"", structured, "{", 400, "malformed"},
		"structured, empty":   {"", structured, "", 400, "malformed"},
		"structured, no id":   {"", structured, `{"specversion":"1.0","type":"t","source":"/s"}`, 400, "id"},
		"batch, no array":     {"", batch, `{"specversion":"1.0"}`, 400, "malformed"},
		"batch, second bad":   {"", batch, `[{"specversion":"1.0","id":"1","type":"t","source":"/s"},{"specversion":"1.0","id":"2","source":"/s"}]`, 400, "2 of 2"},
		"too large":           {"", binary(nil), strings.Repeat("x", 1<<20+1), 413, "1 MiB"},
		"a little too large":  {"", binary(nil), strings.Repeat("x", 1<<20), 413, "Kafka"},
		"another broker":      {"/nudge/other", binary(nil), "{}", 404, "no broker other"},
		"another namespace":   {"/kube-system/default", binary(nil), "{}", 404, "kube-system"},
	} {
		w := r.postRaw(tc.path, tc.header, []byte(tc.body))
		require.Equal(t, tc.status, w.Code, "%s: %s", name, w.Body)
		require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"), name)
		var problem struct{ Detail string }
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &problem), name)
		require.Contains(t, problem.Detail, tc.says, name)
		require.NotEmpty(t, problem.Detail, name)
	}
	w := r.postRaw("", batch, []byte("[]"))
	require.Equal(t, http.StatusAccepted, w.Code, "an empty batch is nothing to do")
	r.stop()
	require.Empty(t, r.calls, "nothing of it was published")
	require.Zero(t, r.bridge.Stats().Published)
	require.EqualValues(t, 15, r.bridge.Stats().Rejected)
}

func TestIngressTakesOnlyPosts(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	require.Equal(t, http.StatusMethodNotAllowed, statusOf(r.bridge, http.MethodGet, "/"+r.namespace+"/default"))
	require.Equal(t, http.StatusNotFound, statusOf(r.bridge, http.MethodPost, "/"))
}

// The relay asks, and then sends batches.
func TestIngressSaysThatItTakesBatches(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	r := newRig(t)
	r.bridge.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodOptions, "/"+r.namespace+"/default", nil))
	require.Equal(t, http.StatusNoContent, w.Code)
	require.Contains(t, w.Header().Get("Accept-Post"), event.ApplicationCloudEventsBatchJSON)
}

func TestIngressKeepsBinaryData(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneTrigger("a", "[]"))
	data := []byte{0, 1, 2, 0xff, '\n', '"'}
	for i, post := range []func() int{
		func() int {
			return r.postRaw("", map[string]string{
				"Content-Type": "image/png", "Ce-Specversion": "1.0", "Ce-Id": "1", "Ce-Source": "/s", "Ce-Type": "t",
			}, data).Code
		},
		func() int {
			e := task("2")
			require.NoError(t, e.SetData("image/png", data))
			raw, err := json.Marshal(e)
			require.NoError(t, err)
			return r.postRaw("", map[string]string{"Content-Type": event.ApplicationCloudEventsJSON}, raw).Code
		},
	} {
		require.Equal(t, http.StatusAccepted, post(), i)
		c := r.next(t)
		require.True(t, bytes.Equal(data, c.event.Data()))
		require.Equal(t, "image/png", c.event.DataContentType())
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, oneTrigger("a", taskEvents))
	const senders, each = 8, 100
	errs := make(chan error, senders)
	for s := range senders {
		go func() {
			for i := range each {
				if w := r.post(t, task(fmt.Sprintf("%d-%d", s, i))); w.Code != http.StatusAccepted {
					errs <- fmt.Errorf("%d: %s", w.Code, w.Body)
					return
				}
			}
			errs <- nil
		}()
	}
	for range senders {
		require.NoError(t, <-errs)
	}
	seen := map[string]bool{}
	for range senders * each {
		seen[r.next(t).event.ID()] = true
	}
	require.Len(t, seen, senders*each)
}

func statusOf(b *bridge.Bridge, method, path string) int {
	w := httptest.NewRecorder()
	b.Handler().ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w.Code
}

package tasks_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/httpapi"
	"function/shared/httpapi/idempotency"
	"function/shared/replica"
	"function/shared/todotest"
)

// get gives the body of an answer to a read that may ask for a position.
func (r *rig) get(path, after string) string {
	r.t.Helper()
	request := httptest.NewRequest(http.MethodGet, path, nil)
	if after != "" {
		request.Header.Set(replica.Header, after)
	}
	rec := httptest.NewRecorder()
	r.handler.ServeHTTP(rec, request)
	require.Equal(r.t, http.StatusOK, rec.Code, "%s: %s", path, rec.Body)
	return rec.Body.String()
}

// reads are the operations that a replica may answer, with what they show of a task
// "bread #home" and of a filter "Shopping".
var reads = map[string]string{
	"/api/tasks": "bread", "/api/tasks?q=brea": "bread", "/api/tasks?filter=%23home&sort=-created": "bread", "/api/tasks/counts": `"all":2`,
	"/api/tags": `"home"`, "/api/filters": "Shopping", "/api/export": "bread", "/api/export?format=csv": "bread", "/api/export?format=ics": "bread",
}

func TestAPersonReadsTheirOwnWritesWhateverTheReplicaShows(t *testing.T) {
	t.Parallel()
	w, pair := todotest.NewReplicated(t)
	r := rigOver(t, w)
	milk := r.add(`{"title": "milk"}`)
	pair.CaughtUp(t)
	pair.Pause(t)

	header := r.ask(http.MethodPost, "/api/tasks", `{"title": "bread", "tags": ["home"]}`, http.StatusCreated, nil, idempotency.Header, "k1")
	kept := r.ask(http.MethodPost, "/api/filters", `{"name": "Shopping", "filter": "#home"}`, http.StatusCreated, nil)
	first, ok := replica.Parse(header.Get(replica.Header))
	require.True(t, ok, header)
	second, ok := replica.Parse(kept.Get(replica.Header))
	require.True(t, ok, kept)
	require.Greater(t, second, first)

	for path, shows := range reads {
		require.Eventually(t, func() bool {
			w.Clock.Advance(time.Minute)
			return !strings.Contains(r.get(path, "0/0"), shows)
		}, 30*time.Second, 10*time.Millisecond, "%s comes from the replica, which is behind", path)
		for name, after := range map[string]string{
			"what the write said": second.String(), "nothing": "", "no position": "1/2/3", "the future": "FFFFFFFF/FFFFFFFF", "an attack": "0/0' OR 1=1 --",
		} {
			require.Contains(t, r.get(path, after), shows, "%s after %s", path, name)
		}
	}

	// What is no list is read where it is written, whatever the request says.
	before := []string{replica.Header, "0/0"}
	again := r.ask(http.MethodPost, "/api/tasks", `{"title": "bread", "tags": ["home"]}`, http.StatusCreated, nil, idempotency.Header, "k1")
	require.Equal(t, header.Get(replica.Header), again.Get(replica.Header), "the same answer")
	var bread task
	r.ask(http.MethodGet, again.Get("Location"), "", http.StatusOK, &bread, before...)
	var preview struct{ Changed int }
	r.ask(http.MethodPost, "/api/tasks/bulk?dry_run=true", `{"filter": "#home", "action": "complete"}`, http.StatusOK, &preview, before...)
	require.Equal(t, 1, preview.Changed)
	done := r.ask(http.MethodPost, "/api/tasks/"+bread.ID+"/complete", "", http.StatusOK, &bread, append(before, "If-Match", httpapi.ETag(bread.Version))...)
	refused := r.ask(http.MethodPost, "/api/tasks/"+bread.ID+"/reopen", "", http.StatusPreconditionFailed, nil, append(before, "If-Match", `"1"`)...)
	require.NotEmpty(t, refused.Get(replica.Header), "whoever was refused reads what is there")
	r.ask(http.MethodPost, "/api/changesets/"+done.Get("Nudge-Change-Set")+"/undo", "", http.StatusOK, nil, before...)
	require.ElementsMatch(t, []string{"milk", "bread"}, r.titles(""))

	pair.KillStandby(t)
	for path, shows := range reads {
		for _, after := range []string{"", second.String(), "0/0"} {
			require.Contains(t, r.get(path, after), shows, path)
		}
	}
	r.ask(http.MethodDelete, "/api/tasks/"+milk.ID, "", http.StatusNoContent, nil, "If-Match", "*")
	require.Equal(t, []string{"bread"}, r.titles(""))
}

// A calendar names no position and shows everything as well.
func TestAFeedShowsWhatTheReplicaDoesNot(t *testing.T) {
	t.Parallel()
	w, pair := todotest.NewReplicated(t)
	r := rigOver(t, w)
	var feed struct{ Path string }
	r.ask(http.MethodPost, "/api/feeds", `{}`, http.StatusCreated, &feed)
	pair.CaughtUp(t)
	pair.Pause(t)
	r.add(`{"title": "bread"}`)
	require.Contains(t, r.get(feed.Path, ""), "bread")
}

func TestWithoutAReplicaNothingTellsOfOne(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	header := r.ask(http.MethodPost, "/api/tasks", `{"title": "milk"}`, http.StatusCreated, nil)
	require.NotContains(t, header, replica.Header)
	for _, after := range []string{"", "0/0", "FFFFFFFF/FFFFFFFF", "nonsense"} {
		require.Contains(t, r.get("/api/tasks", after), "milk")
	}
}

package tasks_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/functions/tasks"
	"function/shared/auth"
	"function/shared/host"
	"function/shared/httpapi"
	"function/shared/todotest"
)

// rig is the function over a real database. Who asks is not what these tests are about:
// ada, unless a request says otherwise.
type rig struct {
	*todotest.World
	t       *testing.T
	handler http.Handler
}

func newRig(t *testing.T) *rig {
	t.Helper()
	return rigOver(t, todotest.New(t))
}

func rigOver(t *testing.T, w *todotest.World) *rig {
	t.Helper()
	h := &host.Host{Store: w.Store, Todo: w.Service, Log: slog.New(slog.DiscardHandler), Now: w.Clock.Now, NewID: todotest.NewID}
	h.Auth = auth.NewVerifier(auth.Options{})
	mux := http.NewServeMux()
	tasks.Register(mux, httpapi.New(mux, h.Auth, h.Log), h)
	conventions := httpapi.Conventions{Verifier: h.Auth, Replies: w.Store, Now: h.Now, Log: h.Log}
	if w.Store.HasReplica() {
		conventions.Position = w.Store.Position
	}
	api := conventions.Handler(mux)
	return &rig{World: w, t: t, handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		who := r.Header.Get("Test-Person")
		if who == "" {
			who = "ada"
		}
		api.ServeHTTP(rw, r.WithContext(auth.WithPerson(r.Context(), auth.Person{ID: who})))
	})}
}

// ask sends a request and reads the answer's body into what out points at; headers come
// in pairs.
func (r *rig) ask(method, path, body string, want int, out any, headers ...string) http.Header {
	r.t.Helper()
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	r.handler.ServeHTTP(rec, request)
	text, err := io.ReadAll(rec.Body)
	require.NoError(r.t, err)
	require.Equal(r.t, want, rec.Code, "%s %s: %s", method, path, text)
	if out != nil {
		require.NoError(r.t, json.Unmarshal(text, out), string(text))
	}
	return rec.Header()
}

// task is what these tests look at of a task.
type task struct {
	ID, Title, Status, Priority string
	Tags                        []string
	Version                     int64
	Blocked                     bool
	Subtasks                    struct{ Total, Done int }
	Due                         *struct{ Date, Time string }
	Recurrence                  *struct {
		SeriesID string `json:"series_id"`
	}
}

func (r *rig) add(body string) (made task) {
	r.t.Helper()
	r.ask(http.MethodPost, "/api/tasks", body, http.StatusCreated, &made)
	return made
}

func (r *rig) titles(query string) []string {
	r.t.Helper()
	var page struct{ Data []task }
	r.ask(http.MethodGet, "/api/tasks?"+query, "", http.StatusOK, &page)
	titles := []string{}
	for _, t := range page.Data {
		titles = append(titles, t.Title)
	}
	return titles
}

type problem struct {
	Type   string
	Detail string
	Errors []struct{ Pointer, Detail string }
}

type slots struct {
	RRule, Text, Zone string
	Data              []struct {
		Slot, Status string
		At           time.Time
		TaskID       string `json:"task_id"`
	}
}

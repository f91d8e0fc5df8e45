package function

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"function/shared/auth"
	"function/shared/host"
	"function/shared/httpapi"
	"function/shared/httpapi/idempotency"
	"function/shared/postgres"
	"function/shared/todotest"
)

// besides are the addresses that are no operations of the API.
var besides = []string{
	"POST /chatkit", "POST /mcp", "GET /mcp", "GET /.well-known/oauth-protected-resource/mcp", "GET /api/live", "GET /feeds/x.ics", "POST /events/audit", "POST /events/chat", "POST /events/deadletters",
	"POST /events/notifications", "POST /events/recurrence", "POST /events/reminders", "GET /nothing",
}

// everything is all capabilities over a real database.
type everything struct {
	*todotest.World
	host *host.Host
	mux  *http.ServeMux
	api  huma.API
}

func newEverything(t testing.TB) *everything {
	t.Helper()
	return over(todotest.New(t), nil, auth.NewVerifier(auth.Options{}))
}

// over is all capabilities over a world's database, through a store of its own if one is given.
func over(w *todotest.World, store *postgres.Store, verifier *auth.Verifier) *everything {
	service := *w.Service
	if store == nil {
		store = w.Store
	}
	service.Store = store
	h := &host.Host{Store: store, Todo: &service, Log: slog.New(slog.DiscardHandler), Now: w.Clock.Now, NewID: todotest.NewID, Auth: verifier}
	h.Config.StreamTimeout, h.Config.RequestTimeout, h.Config.AllowPrivate = time.Minute, time.Minute, true
	mux := http.NewServeMux()
	api := httpapi.New(mux, h.Auth, h.Log)
	for _, name := range Capabilities() {
		capabilities[name](mux, api, h)
	}
	mux.Handle("/", httpapi.NotFound(h.Log))
	return &everything{World: w, host: h, mux: mux, api: api}
}

// serve answers whom the header Test-Person names, so often a minute.
func (e *everything) serve(perMinute int, replies idempotency.Replies) http.Handler {
	handler := httpapi.Conventions{Verifier: e.host.Auth, Replies: replies, PerMinute: perMinute, Now: e.host.Now, Log: e.host.Log}.Handler(e.mux)
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if person := r.Header.Get("Test-Person"); person != "" {
			r = r.WithContext(auth.WithPerson(r.Context(), auth.Person{ID: person}))
		}
		handler.ServeHTTP(rw, r)
	})
}

// operations gives all that the document names.
func operations(api huma.API) (list []*huma.Operation) {
	for _, item := range api.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Patch, item.Put, item.Delete} {
			if op != nil {
				list = append(list, op)
			}
		}
	}
	slices.SortFunc(list, func(a, b *huma.Operation) int { return strings.Compare(a.OperationID, b.OperationID) })
	return list
}

// There is no CORS in any capability: no answer lets the page of another origin read
// anything, and a preflight finds nothing that is allowed.
func TestAPageOfAnotherOriginIsLetInNowhere(t *testing.T) {
	t.Parallel()
	e := newEverything(t)
	server := httptest.NewServer(e.serve(0, e.World.Store))
	t.Cleanup(server.Close)
	serve := func(method, path, person string, headers ...string) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader("{}"))
		require.NoError(t, err)
		r.Header.Set("Test-Person", person)
		r.Header.Set("Origin", "https://elsewhere.example")
		r.Header.Set("Content-Type", "application/json")
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err, "%s %s", method, path)
		_ = answer.Body.Close()
		return answer
	}
	closed := func(method, path, person string) {
		t.Helper()
		preflight := serve(http.MethodOptions, path, person, "Access-Control-Request-Method", method, "Access-Control-Request-Headers", "authorization,content-type")
		require.GreaterOrEqual(t, preflight.StatusCode, http.StatusBadRequest, "%s %s", method, path)
		for _, rec := range []*http.Response{preflight, serve(method, path, person), serve(method, path, "")} {
			for name := range rec.Header {
				require.False(t, strings.HasPrefix(name, "Access-Control-"), "%s %s: %s", method, path, name)
			}
		}
	}
	asked := operations(e.api)
	require.GreaterOrEqual(t, len(asked), 48)
	for _, op := range asked {
		closed(op.Method, strings.ReplaceAll(op.Path, "{id}", todotest.NewID()), op.OperationID)
	}
	for _, address := range besides {
		method, path, _ := strings.Cut(address, " ")
		closed(method, path, "")
	}
	for _, name := range Capabilities() { // a new one with events is to be listed above
		if _, pattern := e.mux.Handler(httptest.NewRequest(http.MethodPost, "/events/"+name, nil)); pattern != "/" {
			require.True(t, slices.Contains(besides, "POST /events/"+name), name)
		}
	}
}

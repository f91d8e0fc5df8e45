package tasks_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"function/functions/tasks"
	"function/infra/postgres"
	"function/shared/auth"
	"function/shared/host"
	"function/shared/httpapi"
	"function/shared/live"
	"function/shared/todotest"
)

// desk is the function over a real PostgreSQL, asked over HTTP. Who asks stands in a
// header: tokens are shared/auth's to test.
type desk struct {
	*todotest.World
	t   *testing.T
	url string
}

func newDesk(t *testing.T, adjust ...func(*host.Host)) *desk {
	t.Helper()
	w := todotest.New(t)
	h := &host.Host{
		Store: w.Store, Todo: w.Service, Now: w.Clock.Now, NewID: todotest.NewID,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Live: &live.Hub{Listener: w.Store},
	}
	h.Config.StreamTimeout = time.Minute
	for _, a := range adjust {
		a(h)
	}
	mux := http.NewServeMux()
	tasks.Register(mux, httpapi.New(mux, nil, h.Log), h)
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(rw, r.WithContext(auth.WithPerson(r.Context(), auth.Person{ID: r.Header.Get("Person")})))
	}))
	t.Cleanup(server.Close)
	return &desk{World: w, t: t, url: server.URL}
}

type answer struct {
	*http.Response
	text string
}

func (a answer) into(t *testing.T, out any) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(a.text), out), a.text)
}

// ask sends a request of a person; headers are name and value in turn.
func (r *desk) ask(person, method, path string, body []byte, headers ...string) answer {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), method, r.url+path, bytes.NewReader(body))
	require.NoError(r.t, err)
	request.Header.Set("Person", person)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(r.t, err)
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	require.NoError(r.t, err)
	return answer{response, string(text)}
}

// dump gives all rows of all tables as pg_dump writes them.
func (r *desk) dump() string {
	r.t.Helper()
	admin, err := pgx.Connect(r.t.Context(), r.URL(postgres.Superuser))
	require.NoError(r.t, err)
	defer func() { _ = admin.Close(context.WithoutCancel(r.t.Context())) }()
	rows, err := admin.Query(r.t.Context(), `SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'nudge'`)
	require.NoError(r.t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(r.t, err)
	require.Greater(r.t, len(tables), 10)
	var out bytes.Buffer
	for _, table := range tables {
		_, err := admin.PgConn().CopyTo(r.t.Context(), &out, "COPY "+table+" TO STDOUT")
		require.NoError(r.t, err)
	}
	return out.String()
}

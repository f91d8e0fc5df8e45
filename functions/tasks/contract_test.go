package tasks_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"function/functions/tasks"
	"function/shared/auth"
	"function/shared/host"
	"function/shared/httpapi"
	"function/shared/postgres"
	"function/shared/todotest"
)

// request is how an operation is asked for.
type request struct {
	id, query, body string
	headers         map[string]string
}

// contract is the function's API as it documents itself, over a real database.
type contract struct {
	*rig
	api huma.API
	mux *http.ServeMux
	h   *host.Host
}

func newContract(t *testing.T) *contract {
	w := todotest.New(t)
	c := &contract{mux: http.NewServeMux(), h: &host.Host{Store: w.Store, Todo: w.Service, Log: slog.New(slog.DiscardHandler), Now: w.Clock.Now, NewID: todotest.NewID}}
	c.h.Auth = auth.NewVerifier(auth.Options{})
	c.api = httpapi.New(c.mux, c.h.Auth, c.h.Log)
	tasks.Register(c.mux, c.api, c.h)
	c.rig = &rig{World: w, t: t}
	c.handler = c.serve("ada", 0)
	return c
}

// serve answers as one person, who may ask so often a minute; nobody, where none is named.
func (c *contract) serve(person string, perMinute int) http.Handler {
	api := httpapi.Conventions{Verifier: c.h.Auth, Replies: c.World.Store, PerMinute: perMinute, Now: c.h.Now, Log: c.h.Log}.Handler(c.mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if person != "" {
			r = r.WithContext(auth.WithPerson(r.Context(), auth.Person{ID: person}))
		}
		api.ServeHTTP(w, r)
	})
}

type operation struct {
	*huma.Operation
	method string
}

func (c *contract) operations() (list []operation) {
	for _, item := range c.api.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Patch, item.Put, item.Delete} {
			if op != nil {
				list = append(list, operation{op, op.Method})
			}
		}
	}
	slices.SortFunc(list, func(a, b operation) int { return strings.Compare(a.OperationID, b.OperationID) })
	return list
}

// ask sends an operation's request to a handler.
func (c *contract) send(h http.Handler, op operation, r request) *httptest.ResponseRecorder {
	path := strings.Replace(op.Path, "{id}", r.id, 1)
	if r.query != "" {
		path += "?" + r.query
	}
	sent := httptest.NewRequest(op.method, path, strings.NewReader(r.body))
	if op.RequestBody != nil {
		for _, mediaType := range []string{"application/merge-patch+json", "application/octet-stream", "application/json"} {
			if op.RequestBody.Content[mediaType] != nil {
				sent.Header.Set("Content-Type", mediaType)
			}
		}
	}
	for name, value := range r.headers {
		sent.Header.Set(name, value)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, sent)
	return rec
}

func (c *contract) series(title string) task {
	return c.add(`{"title":"` + title + `","due":{"date":"2026-01-05"},"recurrence":{"rrule":"FREQ=DAILY"}}`)
}

func (c *contract) changeSet() string {
	return c.ask(http.MethodPost, "/api/tasks", `{"title":"to be undone"}`, http.StatusCreated, nil).Get("Nudge-Change-Set")
}

func (c *contract) kept() (f struct{ ID string }) {
	c.ask(http.MethodPost, "/api/filters", `{"name":"home","filter":"#home"}`, http.StatusCreated, &f)
	return f
}

var whatever = map[string]string{"If-Match": "*"}

// valid is a request of each operation that succeeds.
var valid = map[string]func(c *contract) request{
	"create-task": func(*contract) request { return request{body: `{"text":"pay rent tomorrow"}`} },
	"list-tasks":  func(*contract) request { return request{query: "filter=due:today&sort=due&limit=5"} },
	"count-tasks": func(*contract) request { return request{} },
	"get-task":    func(c *contract) request { return request{id: c.series("a").ID} },
	"edit-task": func(c *contract) request {
		return request{id: c.series("a").ID, query: "scope=all", body: `{"title":"b"}`, headers: whatever}
	},
	"delete-task":     func(c *contract) request { return request{id: c.series("a").ID, headers: whatever} },
	"complete-task":   func(c *contract) request { return request{id: c.series("a").ID, headers: whatever} },
	"reopen-task":     func(c *contract) request { return request{id: c.series("a").ID, headers: whatever} },
	"restore-task":    func(c *contract) request { return request{id: c.series("a").ID, headers: whatever} },
	"skip-occurrence": func(c *contract) request { return request{id: c.series("a").ID, headers: whatever} },
	"resume-series":   func(c *contract) request { return request{id: c.series("a").ID, headers: whatever} },
	"pause-series": func(c *contract) request {
		return request{id: c.series("a").ID, body: `{"until":"2026-03-01"}`, headers: whatever}
	},
	"change-tasks":    func(*contract) request { return request{body: `{"filter":"#nothing","action":"complete"}`} },
	"undo":            func(c *contract) request { return request{id: c.changeSet()} },
	"get-preferences": func(*contract) request { return request{} },
	"set-preferences": func(*contract) request { return request{body: `{"time_zone":"Europe/Paris"}`} },
	"list-tags":       func(*contract) request { return request{} },
	"rename-tag":      func(*contract) request { return request{body: `{"from":"a","to":"b"}`} },
	"list-occurrences": func(c *contract) request {
		return request{id: c.series("a").Recurrence.SeriesID, query: "to=2026-02-01"}
	},
	"preview-recurrence": func(*contract) request { return request{body: `{"text":"every tuesday"}`} },
	"list-filters":       func(*contract) request { return request{} },
	"keep-filter":        func(*contract) request { return request{body: `{"name":"work","filter":"#work"}`} },
	"edit-filter": func(c *contract) request {
		return request{id: c.kept().ID, body: `{"name":"house"}`, headers: whatever}
	},
	"drop-filter": func(c *contract) request { return request{id: c.kept().ID, headers: whatever} },
	"export":      func(*contract) request { return request{query: "format=json"} },
	"import": func(*contract) request {
		return request{query: "format=todoist", body: "TYPE,CONTENT\ntask,Buy milk\n"}
	},
	"list-feeds":  func(*contract) request { return request{} },
	"create-feed": func(*contract) request { return request{body: `{"name":"phone"}`} },
	"delete-feed": func(c *contract) request {
		var f struct{ ID string }
		c.ask(http.MethodPost, "/api/feeds", `{"name":"phone"}`, http.StatusCreated, &f)
		return request{id: f.ID}
	},
	"delete-account": func(*contract) request {
		return request{headers: map[string]string{"Nudge-Confirm": "delete my account"}}
	},
}

// conflicting is a request that the state does not allow.
var conflicting = map[string]func(c *contract) request{
	"edit-task": func(c *contract) request {
		return request{id: c.add(`{"title":"once"}`).ID, query: "scope=all", body: `{"title":"b"}`, headers: whatever}
	},
	"complete-task":   func(c *contract) request { return request{id: c.trashed(), headers: whatever} },
	"reopen-task":     func(c *contract) request { return request{id: c.trashed(), headers: whatever} },
	"skip-occurrence": func(c *contract) request { return request{id: c.add(`{"title":"once"}`).ID, headers: whatever} },
	"resume-series":   func(c *contract) request { return request{id: c.add(`{"title":"once"}`).ID, headers: whatever} },
	"pause-series": func(c *contract) request {
		return request{id: c.add(`{"title":"once"}`).ID, body: `{"until":"2026-03-01"}`, headers: whatever}
	},
	"keep-filter": func(c *contract) request { return c.full("/api/filters", `{"name":"one more","filter":"#a"}`, 100) },
	"create-feed": func(c *contract) request { return c.full("/api/feeds", `{"name":"one more"}`, postgres.MaxFeeds) },
	"undo": func(c *contract) request {
		id := c.changeSet()
		c.ask(http.MethodPost, "/api/changesets/"+id+"/undo", "", http.StatusOK, nil)
		return request{id: id}
	},
}

// full makes a person have as many things as there may be, and gives one more.
func (c *contract) full(path, body string, most int) request {
	for range most {
		rec := httptest.NewRecorder()
		sent := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		sent.Header.Set("Content-Type", "application/json")
		c.handler.ServeHTTP(rec, sent)
	}
	return request{body: body}
}

func (c *contract) trashed() string {
	id := c.add(`{"title":"away"}`).ID
	c.ask(http.MethodDelete, "/api/tasks/"+id, "", http.StatusNoContent, nil, "If-Match", "*")
	return id
}

// accepted gives a request that succeeds. Who deletes the account is nobody else.
func (c *contract) accepted(op operation) (http.Handler, request) {
	if op.OperationID == "delete-account" {
		return c.serve("somebody", 0), valid[op.OperationID](c)
	}
	return c.handler, valid[op.OperationID](c)
}

// refused gives the request that is answered with a documented status.
func (c *contract) refused(t *testing.T, op operation, status int) (http.Handler, request) {
	h := c.handler
	r := valid[op.OperationID](c)
	switch status {
	case http.StatusUnauthorized:
		h = c.serve("", 0)
	case http.StatusTooManyRequests:
		h = c.serve("somebody in a hurry", 1)
		c.send(h, op, r)
	case http.StatusUnprocessableEntity:
		r.query = "nonsense=1"
	case http.StatusNotFound:
		r.id = "00000000-0000-7000-8000-000000000000"
	case http.StatusPreconditionFailed:
		r.headers = map[string]string{"If-Match": `"999"`}
	case http.StatusPreconditionRequired:
		r.headers = nil
	case http.StatusConflict:
		require.Contains(t, conflicting, op.OperationID, "a documented conflict without a case")
		mine := c.handler
		defer func() { c.handler = mine }()
		c.handler = c.serve("somebody with a lot", 0)
		h, r = c.handler, conflicting[op.OperationID](c)
	default:
		require.Fail(t, "a documented status without a case", "%s: %d", op.OperationID, status)
	}
	return h, r
}

// Every operation answers a valid request as documented, and has each of its documented
// errors. An operation or a status without a case fails.
func TestTheAPIKeepsItsContract(t *testing.T) {
	t.Parallel()
	c := newContract(t)
	operations := c.operations()
	require.NotEmpty(t, operations)
	for _, op := range operations {
		require.Contains(t, valid, op.OperationID, "an operation without a case")
		for text, documented := range op.Responses {
			status, err := strconv.Atoi(text)
			if err != nil || status >= http.StatusInternalServerError {
				continue // default: whatever else goes wrong
			}
			h, r := c.accepted(op)
			if status >= http.StatusBadRequest {
				h, r = c.refused(t, op, status)
			}
			rec := c.send(h, op, r)
			require.Equal(t, status, rec.Code, "%s: %s", op.OperationID, rec.Body)
			c.fits(t, op, documented, rec)
		}
	}
}

// fits checks an answer's body against its documented schema.
func (c *contract) fits(t *testing.T, op operation, documented *huma.Response, rec *httptest.ResponseRecorder) {
	mediaType, _, _ := strings.Cut(rec.Header().Get("Content-Type"), ";")
	if len(documented.Content) == 0 {
		require.Empty(t, rec.Body.Bytes(), op.OperationID)
		return
	}
	content := documented.Content[mediaType]
	require.NotNil(t, content, "%s answers %s", op.OperationID, mediaType)
	if content.Schema == nil {
		return
	}
	var body any
	require.NoError(t, json.Unmarshal(rec.Body.Bytes(), &body))
	var result huma.ValidateResult
	huma.Validate(c.api.OpenAPI().Components.Schemas, content.Schema, huma.NewPathBuffer([]byte{}, 0), huma.ModeReadFromServer, body, &result)
	require.Empty(t, result.Errors, "%s: %s", op.OperationID, rec.Body)
}

// There is no CORS: no answer lets the page of another origin read anything, and a
// preflight finds nothing that is allowed.
func TestAPageOfAnotherOriginIsNotLetIn(t *testing.T) {
	t.Parallel()
	c := newContract(t)
	foreign := map[string]string{"Origin": "https://elsewhere.example"}
	for _, op := range c.operations() {
		r := valid[op.OperationID](c)
		if op.OperationID == "delete-account" {
			r.headers = nil
		}
		if r.headers == nil {
			r.headers = map[string]string{}
		}
		asked := request{id: r.id, query: r.query, body: r.body, headers: map[string]string{"Origin": foreign["Origin"], "If-Match": r.headers["If-Match"]}}
		preflight := httptest.NewRequest(http.MethodOptions, strings.Replace(op.Path, "{id}", r.id, 1), nil)
		preflight.Header.Set("Origin", foreign["Origin"])
		preflight.Header.Set("Access-Control-Request-Method", op.method)
		preflight.Header.Set("Access-Control-Request-Headers", "authorization,content-type")
		refused := httptest.NewRecorder()
		c.handler.ServeHTTP(refused, preflight)
		require.GreaterOrEqual(t, refused.Code, http.StatusBadRequest, op.OperationID)
		for _, rec := range []*httptest.ResponseRecorder{refused, c.send(c.handler, op, asked)} {
			for name := range rec.Header() {
				require.False(t, strings.HasPrefix(name, "Access-Control-"), "%s: %s", op.OperationID, name)
			}
		}
	}
}

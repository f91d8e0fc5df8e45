package function

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"function/shared/exchange"
	"function/shared/httpapi/idempotency"
	"function/shared/postgres"
	"function/shared/problem"
	"function/shared/todo"
	"function/shared/todotest"
)

// contract is the API as it documents itself, asked by one person. A case of an
// operation has a person of its own, so that none is in another's way.
type contract struct {
	*everything
	t       *testing.T
	open    http.Handler // as often as wanted
	hurried http.Handler // once a minute
	busy    http.Handler // with another request of every key at work
	hook    string       // a webhook that takes all
	person  string
}

func newContract(t *testing.T) *contract {
	e := newEverything(t)
	hook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(hook.Close)
	return &contract{everything: e, t: t, open: e.serve(0, e.World.Store), hurried: e.serve(1, e.World.Store), busy: e.serve(0, atWork{}), hook: hook.URL}
}

// atWork is a memory of answers in which each key is held by another request.
type atWork struct{ idempotency.Replies }

func (atWork) ClaimReply(context.Context, string, string, []byte, time.Time, time.Time) (time.Time, []byte, error) {
	return time.Time{}, nil, todo.Errorf(todo.CodeInProgress, "at work")
}

// request is how an operation is asked for.
type request struct {
	id, query, body string
	headers         map[string]string
}

func (c *contract) send(h http.Handler, op *huma.Operation, r request) *httptest.ResponseRecorder {
	path := strings.Replace(op.Path, "{id}", r.id, 1)
	if r.query != "" {
		path += "?" + r.query
	}
	sent := httptest.NewRequest(op.Method, path, strings.NewReader(r.body))
	sent.Header.Set("Test-Person", c.person)
	if op.RequestBody != nil {
		for mediaType := range op.RequestBody.Content {
			sent.Header.Set("Content-Type", mediaType)
		}
	}
	for name, value := range r.headers {
		sent.Header.Set(name, value)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, sent)
	return rec
}

// must does what a case needs to be there first, and reads the answer into what out
// points at.
func (c *contract) must(method, path, body string, status int, out any, headers ...string) http.Header {
	c.t.Helper()
	sent := httptest.NewRequest(method, path, strings.NewReader(body))
	sent.Header.Set("Test-Person", c.person)
	sent.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		sent.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	c.open.ServeHTTP(rec, sent)
	require.Equal(c.t, status, rec.Code, "%s %s: %s", method, path, rec.Body)
	if out != nil {
		require.NoError(c.t, json.Unmarshal(rec.Body.Bytes(), out))
	}
	return rec.Header()
}

// made is what these tests look at of a thing that was made.
type made struct {
	ID         string
	Recurrence struct {
		SeriesID string `json:"series_id"`
	}
}

func (c *contract) add(path, body string) (m made) {
	c.must(http.MethodPost, path, body, http.StatusCreated, &m)
	return m
}

func (c *contract) task() string { return c.add("/api/tasks", `{"title":"once"}`).ID }

func (c *contract) series() made {
	return c.add("/api/tasks", `{"title":"a","due":{"date":"2026-01-05"},"recurrence":{"rrule":"FREQ=DAILY"}}`)
}

func (c *contract) trashed() string {
	id := c.task()
	c.must(http.MethodDelete, "/api/tasks/"+id, "", http.StatusNoContent, nil, "If-Match", "*")
	return id
}

func (c *contract) done() string {
	id := c.task()
	c.must(http.MethodPost, "/api/tasks/"+id+"/complete", "", http.StatusOK, nil, "If-Match", "*")
	return id
}

func (c *contract) changeSet() string {
	return c.must(http.MethodPost, "/api/tasks", `{"title":"to be undone"}`, http.StatusCreated, nil).Get("Nudge-Change-Set")
}

func (c *contract) kept() string { return c.add("/api/filters", `{"name":"home","filter":"#home"}`).ID }

// webhook adds a channel, proved or not.
func (c *contract) webhook(verified bool) string {
	now := c.Clock.Now()
	channel := postgres.Channel{
		ID: todotest.NewID(), Owner: c.person, Kind: "webhook", Address: postgres.Address{To: c.hook + "/" + todotest.NewID(), Secret: "whsec_dHdlbnR5LWZvdXIgcmFuZG9tIGJ5dGVz"},
		Enabled: true, Version: 1, CreatedAt: now,
	}
	if verified {
		channel.VerifiedAt = &now
	}
	require.NoError(c.t, c.World.Store.AddChannel(c.t.Context(), channel))
	return channel.ID
}

// notification is of a reminder that came, of a task that is there or in the trash.
func (c *contract) notification(task string) string {
	n := postgres.Notification{
		ID: todotest.NewID(), Owner: c.person, Kind: postgres.KindReminder, TaskID: task, ReminderID: todotest.NewID(), Title: "once", RemindAt: c.Clock.Now(), CreatedAt: c.Clock.Now(),
	}
	require.NoError(c.t, c.World.Store.Notify(c.t.Context(), n, postgres.Writing{}))
	return n.ID
}

// full makes a person have as many things as there may be.
func (c *contract) full(path string, most int, body func(i int) string) {
	for i := range most {
		c.must(http.MethodPost, path, body(i), http.StatusCreated, nil)
	}
}

var whatever = map[string]string{"If-Match": "*"}

func onTask(id func(*contract) string, body string) func(*contract) request {
	return func(c *contract) request { return request{id: id(c), body: body, headers: whatever} }
}

func plain(query, body string) func(*contract) request {
	return func(*contract) request { return request{query: query, body: body} }
}

func onSeries(c *contract) string       { return c.series().ID }
func onNotification(c *contract) string { return c.notification(c.task()) }
func unproved(c *contract) string       { return c.webhook(false) }
func proved(c *contract) string         { return c.webhook(true) }

// valid is a request of each operation that succeeds.
var valid = map[string]func(c *contract) request{
	"create-task":     plain("", `{"text":"pay rent tomorrow"}`),
	"list-tasks":      plain("filter=due:today&sort=due&limit=5", ""),
	"count-tasks":     plain("", ""),
	"get-task":        onTask(onSeries, ""),
	"edit-task":       func(c *contract) request { return request{c.series().ID, "scope=all", `{"title":"b"}`, whatever} },
	"delete-task":     onTask((*contract).task, ""),
	"complete-task":   onTask(onSeries, ""),
	"reopen-task":     onTask((*contract).done, ""),
	"restore-task":    onTask((*contract).trashed, ""),
	"skip-occurrence": onTask(onSeries, ""),
	"resume-series":   onTask(onSeries, ""),
	"pause-series":    onTask(onSeries, `{"from":"2026-02-01","until":"2026-03-01"}`),
	"change-tasks":    func(c *contract) request { return request{body: `{"ids":["` + c.task() + `"],"action":"complete"}`} },
	"get-change-set":  func(c *contract) request { return request{id: c.changeSet()} },
	"undo":            func(c *contract) request { return request{id: c.changeSet()} },
	"get-preferences": plain("", ""),
	"set-preferences": func(*contract) request { return request{body: `{"time_zone":"Europe/Paris"}`, headers: whatever} },
	"list-tags":       plain("", ""),
	"rename-tag":      plain("", `{"from":"a","to":"b"}`),
	"list-occurrences": func(c *contract) request {
		return request{id: c.series().Recurrence.SeriesID, query: "to=2026-02-01"}
	},
	"preview-recurrence": plain("", `{"text":"every tuesday"}`),
	"list-filters":       plain("", ""),
	"keep-filter":        plain("", `{"name":"work","filter":"#work"}`),
	"edit-filter":        onTask((*contract).kept, `{"name":"house"}`),
	"drop-filter":        onTask((*contract).kept, ""),
	"export":             plain("format=json", ""),
	"import":             plain("format=todoist", "TYPE,CONTENT\ntask,Buy milk\n"),
	"list-feeds":         plain("", ""),
	"create-feed":        plain("", `{"name":"phone"}`),
	"delete-feed":        func(c *contract) request { return request{id: c.add("/api/feeds", `{}`).ID} },
	"delete-account": func(*contract) request {
		return request{headers: map[string]string{"Nudge-Confirm": "delete my account"}}
	},

	"list-activity":    plain("limit=5", ""),
	"export-activity":  plain("", ""),
	"get-activity-key": plain("", ""),
	"verify-activity":  plain("", ""),
	"explain-text":     plain("text=every+monday", ""),

	"list-notifications":       plain("limit=5", ""),
	"read-notification":        onTask(onNotification, ""),
	"acknowledge-notification": onTask(onNotification, ""),
	"snooze-notification":      onTask(onNotification, `{"minutes":10}`),
	"complete-notification":    onTask(onNotification, ""),
	"list-channel-kinds":       plain("", ""),
	"list-channels":            plain("", ""),
	"add-channel":              func(c *contract) request { return request{body: `{"kind":"webhook","address":"` + c.hook + `"}`} },
	"get-channel":              onTask(unproved, ""),
	"edit-channel":             onTask(unproved, `{"label":"work"}`),
	"delete-channel":           onTask(unproved, ""),
	"verify-channel":           onTask(unproved, `{}`),
	"test-channel":             onTask(proved, ""),
}

// refusable are requests that the state does not allow, by operation and code.
var refusable = map[string]func(c *contract) request{
	"edit-task not-possible":       func(c *contract) request { return request{c.task(), "scope=all", `{"title":"b"}`, whatever} },
	"complete-task not-possible":   onTask((*contract).trashed, ""),
	"reopen-task not-possible":     onTask((*contract).trashed, ""),
	"skip-occurrence not-possible": onTask((*contract).task, ""),
	"resume-series not-possible":   onTask((*contract).task, ""),
	"pause-series not-possible":    onTask((*contract).task, `{"until":"2026-03-01"}`),
	"change-tasks not-possible":    func(c *contract) request { return request{body: `{"ids":["` + c.trashed() + `"],"action":"complete"}`} },
	"change-tasks not-found":       plain("", `{"ids":["00000000-0000-7000-8000-000000000000"],"action":"complete"}`),
	"undo not-possible": func(c *contract) request {
		id := c.changeSet()
		c.must(http.MethodPost, "/api/changesets/"+id+"/undo", "", http.StatusOK, nil)
		return request{id: id}
	},
	"undo conflict": func(c *contract) request {
		var task made
		id := c.must(http.MethodPost, "/api/tasks", `{"title":"a"}`, http.StatusCreated, &task).Get("Nudge-Change-Set")
		c.must(http.MethodPatch, "/api/tasks/"+task.ID, `{"title":"b"}`, http.StatusOK, nil, "If-Match", "*")
		return request{id: id}
	},
	"keep-filter limit-reached": func(c *contract) request {
		c.full("/api/filters", 100, func(int) string { return `{"name":"a","filter":"#a"}` })
		return request{body: `{"name":"one more","filter":"#a"}`}
	},
	"create-feed limit-reached": func(c *contract) request {
		c.full("/api/feeds", postgres.MaxFeeds, func(int) string { return `{}` })
		return request{body: `{"name":"one more"}`}
	},
	"add-channel limit-reached": func(c *contract) request {
		c.full("/api/notifications/channels", postgres.MaxChannels, func(i int) string { return `{"kind":"email","address":"a` + strconv.Itoa(i) + `@b.example"}` })
		return request{body: `{"kind":"email","address":"one@more.example"}`}
	},
	"add-channel already-there": func(c *contract) request {
		const body = `{"kind":"email","address":"a@b.example"}`
		c.add("/api/notifications/channels", body)
		return request{body: body}
	},
	"test-channel not-possible":             onTask(unproved, ""),
	"snooze-notification not-possible":      onTask(ofTrashed, `{"minutes":10}`),
	"complete-notification not-possible":    onTask(ofTrashed, ""),
	"acknowledge-notification not-possible": onTask(ofDigest, ""),
}

func ofTrashed(c *contract) string { return c.notification(c.trashed()) }

func ofDigest(c *contract) string {
	n := postgres.Notification{ID: todotest.NewID(), Owner: c.person, Kind: postgres.KindDigest, Day: "2026-01-05", Title: "today", RemindAt: c.Clock.Now(), CreatedAt: c.Clock.Now()}
	require.NoError(c.t, c.World.Store.Notify(c.t.Context(), n, postgres.Writing{}))
	return n.ID
}

// refused sends the request that is answered with a documented status and code.
func (c *contract) refused(op *huma.Operation, status int, code todo.Code) *httptest.ResponseRecorder {
	if state, ok := refusable[op.OperationID+" "+string(code)]; ok {
		return c.send(c.open, op, state(c))
	}
	h, r := c.open, valid[op.OperationID](c)
	switch status {
	case http.StatusBadRequest:
		r.body = "{"
	case http.StatusUnauthorized:
		c.person = ""
	case http.StatusNotFound:
		r.id = "00000000-0000-7000-8000-000000000000"
	case http.StatusConflict:
		require.Equal(c.t, todo.CodeInProgress, code, "%s: a documented conflict without a case", op.OperationID)
		h, r.headers = c.busy, with(r.headers, idempotency.Header, "k")
	case http.StatusPreconditionFailed:
		r.headers = with(r.headers, "If-Match", `"999"`)
	case http.StatusPreconditionRequired:
		r.headers = nil
	case http.StatusRequestEntityTooLarge:
		r.body = strings.Repeat(" ", exchange.MaxFile+1) + r.body
	case http.StatusUnsupportedMediaType:
		r.headers = with(r.headers, "Content-Type", "text/csv")
	case http.StatusUnprocessableEntity:
		r.query = "nonsense=1"
	case http.StatusTooManyRequests:
		h = c.hurried
		c.send(h, op, r)
	default:
		require.Fail(c.t, "a documented status without a case", "%s: %d", op.OperationID, status)
	}
	return c.send(h, op, r)
}

func with(headers map[string]string, name, value string) map[string]string {
	more := map[string]string{name: value}
	for n, v := range headers {
		if n != name {
			more[n] = v
		}
	}
	return more
}

// codesOf are the problems that a documented refusal names.
func codesOf(documented *huma.Response) (codes []todo.Code) {
	for _, code := range todo.Codes() {
		if slices.Contains(strings.Fields(documented.Description), problem.TypePrefix+string(code)) {
			codes = append(codes, code)
		}
	}
	return codes
}

// Every operation of every capability answers a valid request as documented, and gives
// each of its documented errors. An operation, a status or a code without a case fails.
func TestTheAPIKeepsItsContract(t *testing.T) {
	t.Parallel()
	c := newContract(t)
	answers := 0
	for _, op := range operations(c.api) {
		require.Contains(t, valid, op.OperationID, "an operation without a case")
		for text, documented := range op.Responses {
			status, err := strconv.Atoi(text)
			if err != nil || status >= http.StatusInternalServerError {
				continue // default: whatever else goes wrong
			}
			answers++
			c.person = op.OperationID + text
			if status < http.StatusBadRequest {
				rec := c.send(c.open, op, valid[op.OperationID](c))
				require.Equal(t, status, rec.Code, "%s: %s", op.OperationID, rec.Body)
				c.fits(op, documented, rec)
				continue
			}
			codes := codesOf(documented)
			require.NotEmpty(t, codes, "%s: %d", op.OperationID, status)
			for _, code := range codes {
				c.person = op.OperationID + text + string(code)
				rec := c.refused(op, status, code)
				require.Equal(t, status, rec.Code, "%s %s: %s", op.OperationID, code, rec.Body)
				require.Contains(t, rec.Body.String(), `"`+problem.TypePrefix+string(code)+`"`, op.OperationID)
				c.fits(op, documented, rec)
			}
		}
	}
	t.Log(answers, "answers")
}

// fits checks an answer's body against its documented schema.
func (c *contract) fits(op *huma.Operation, documented *huma.Response, rec *httptest.ResponseRecorder) {
	c.t.Helper()
	mediaType, _, _ := strings.Cut(rec.Header().Get("Content-Type"), ";")
	if len(documented.Content) == 0 {
		require.Empty(c.t, rec.Body.Bytes(), op.OperationID)
		return
	}
	content := documented.Content[mediaType]
	require.NotNil(c.t, content, "%s answers %s", op.OperationID, mediaType)
	if content.Schema == nil {
		return
	}
	var body any
	require.NoError(c.t, json.Unmarshal(rec.Body.Bytes(), &body))
	var result huma.ValidateResult
	huma.Validate(c.api.OpenAPI().Components.Schemas, content.Schema, huma.NewPathBuffer([]byte{}, 0), huma.ModeReadFromServer, body, &result)
	require.Empty(c.t, result.Errors, "%s: %s", op.OperationID, rec.Body)
}

// Every GET can be asked for again for nothing, where nothing changed.
func TestEveryReadIsSparedWhereNothingChanged(t *testing.T) {
	t.Parallel()
	c := newContract(t)
	for _, op := range operations(c.api) {
		if op.Method != http.MethodGet || op.Responses["200"].Content["application/json"] == nil || op.OperationID == "export" {
			continue
		}
		c.person = op.OperationID
		r := valid[op.OperationID](c)
		first := c.send(c.open, op, r)
		require.NotEmpty(t, first.Header().Get("ETag"), op.OperationID)
		r.headers = with(r.headers, "If-None-Match", first.Header().Get("ETag"))
		again := c.send(c.open, op, r)
		require.Equal(t, http.StatusNotModified, again.Code, op.OperationID)
		require.Zero(t, again.Body.Len(), op.OperationID)
	}
}

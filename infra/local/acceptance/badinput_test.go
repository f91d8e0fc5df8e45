package acceptance_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Every bad input gets a problem with a stable type and a pointer to the field, and
// writes nothing.
func TestBadInputIsNamedAndWritesNothing(t *testing.T) {
	p, other := signUp(t), signUp(t)
	theirs := other.add(t, `{"title":"Private"}`)
	mine := p.add(t, `{"title":"Mine"}`)
	const create, patch = "POST /api/tasks", "PATCH /api/tasks/"
	for name, c := range map[string]struct {
		call, body string
		headers    []string
		status     int
		problem    string
		pointer    string
	}{
		"unknown field":             {create, `{"title":"a","colour":"red"}`, nil, 422, "validation", "/colour"},
		"wrong type":                {create, `{"title":7}`, nil, 422, "validation", "/title"},
		"no JSON":                   {create, `{"title":`, nil, 400, "validation", ""},
		"body over 1 MiB":           {create, `{"title":"` + strings.Repeat("a", 1<<20) + `"}`, nil, 413, "too-large", ""},
		"title over 500":            {create, `{"title":"` + strings.Repeat("é", 501) + `"}`, nil, 422, "validation", "/title"},
		"no title":                  {create, `{}`, nil, 422, "validation", "/title"},
		"30 February":               {create, `{"title":"a","due":{"date":"2026-02-30"}}`, nil, 422, "validation", "/due/date"},
		"no such time":              {create, `{"title":"a","due":{"date":"2026-02-03","time":"24:01"}}`, nil, 422, "validation", "/due/time"},
		"no such zone":              {create, `{"title":"a","due":{"date":"2026-02-03","zone":"Mars/Olympus"}}`, nil, 422, "validation", "/due/zone"},
		"no such rule":              {create, `{"title":"a","recurrence":{"rrule":"FREQ=SOMETIMES"}}`, nil, 422, "validation", "/recurrence/rrule"},
		"words and parts":           {create, `{"text":"a tomorrow","title":"a"}`, nil, 422, "validation", "/text"},
		"reminder of no duration":   {create, `{"title":"a","reminders":[{"before":"soon"}]}`, nil, 422, "validation", "/reminders/0/before"},
		"another's task":            {"GET /api/tasks/" + theirs.ID, "", nil, 404, "not-found", ""},
		"another's task, patched":   {patch + theirs.ID, `{"title":"x"}`, []string{"If-Match", `"1"`}, 404, "not-found", ""},
		"another's task, deleted":   {"DELETE /api/tasks/" + theirs.ID, "", []string{"If-Match", `"1"`}, 404, "not-found", ""},
		"no such task":              {"GET /api/tasks/nonsense", "", nil, 404, "not-found", ""},
		"no If-Match":               {patch + mine.ID, `{"title":"x"}`, nil, 428, "version-required", ""},
		"stale If-Match":            {patch + mine.ID, `{"title":"x"}`, []string{"If-Match", `"9"`}, 412, "version-mismatch", ""},
		"title null":                {patch + mine.ID, `{"title":null}`, []string{"If-Match", `"1"`}, 422, "validation", "/title"},
		"unknown view":              {"GET /api/tasks?view=tomorrow", "", nil, 422, "validation", "/view"},
		"unknown parameter":         {"GET /api/tasks?sort=random", "", nil, 422, "validation", "/sort"},
		"limit over the bound":      {"GET /api/tasks?limit=100000", "", nil, 422, "validation", "/limit"},
		"cursor of another list":    {"GET /api/tasks?after=abc", "", nil, 422, "validation", "/after"},
		"undo of what is not there": {"POST /api/changesets/0191e7a4-0000-7000-8000-000000000000/undo", "", nil, 404, "not-found", ""},
		"no such address":           {"GET /api/nothing", "", nil, 404, "not-found", ""},
		"preferences: no such zone": {"PATCH /api/preferences", `{"time_zone":"Nowhere"}`, []string{"If-Match", "*"}, 422, "validation", "/time_zone"},
		"channel: mail injected":    {"POST /api/notifications/channels", `{"kind":"email","address":"a@b.c\r\nBcc: d@e.f"}`, nil, 422, "validation", "/address"},
		"channel: inside":           {"POST /api/notifications/channels", `{"kind":"webhook","address":"https://169.254.169.254/"}`, nil, 422, "validation", "/address"},
		"preferences: no such hour": {"PATCH /api/preferences", `{"quiet_from":"25:00","quiet_until":"07:00"}`, []string{"If-Match", "*"}, 422, "validation", "/quiet_from"},
		"chat: unknown type":        {"POST /chatkit", `{"type":"threads.explode"}`, nil, 422, "validation", "/type"},
		"chat: another's thread":    {"POST /chatkit", `{"type":"threads.get_by_id","params":{"thread_id":"thr_x"}}`, nil, 404, "not-found", ""},
	} {
		method, path, _ := strings.Cut(c.call, " ")
		a := p.do(t, method, path, c.body, c.headers...)
		require.Equal(t, c.status, a.status, "%s: %s", name, a.body)
		requireProblem(t, name, a, c.problem, c.pointer)
	}
	require.Len(t, p.list(t, "all"), 1)
	require.Equal(t, "Mine", p.list(t, "all")[0].Title)
	require.Equal(t, "Private", other.list(t, "all")[0].Title)
}

func requireProblem(t *testing.T, name string, a answer, slug, pointer string) {
	t.Helper()
	require.Equal(t, "application/problem+json", a.header.Get("Content-Type"), name)
	var got problem
	a.into(t, &got)
	require.Equal(t, "urn:nudge:problem:"+slug, got.Type, name)
	require.Equal(t, a.status, got.Status, name)
	require.NotEmpty(t, got.Title, name)
	if pointer != "" {
		require.NotEmpty(t, got.Errors, "%s: %s", name, a.body)
		require.Equal(t, pointer, got.Errors[0].Pointer, name)
	}
}

// OWASP ASVS V9: no token, and tokens that are not to be trusted, open nothing.
func TestForeignTokensOpenNothing(t *testing.T) {
	p := signUp(t)
	parts := strings.Split(p.token, ".")
	require.Len(t, parts, 3)
	encode := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	_, stranger, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	expired := encode(fmt.Sprintf(`{"sub":"x","exp":%d}`, time.Now().Add(-time.Hour).Unix()))
	forged := parts[0] + "." + expired
	for name, token := range map[string]string{
		"none":                  "",
		"alg none":              encode(`{"alg":"none"}`) + "." + parts[1] + ".",
		"HS256":                 encode(`{"alg":"HS256","kid":"x"}`) + "." + parts[1] + "." + encode("0123456789abcdef0123456789abcdef"),
		"expired and forged":    forged + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(stranger, []byte(forged))),
		"signed by a stranger":  parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(stranger, []byte(parts[0]+"."+parts[1]))),
		"not a token":           "hello",
		"signature cut off":     parts[0] + "." + parts[1] + ".",
		"nine kilobytes of dot": strings.Repeat(".", 9<<10),
	} {
		thief := &person{base: p.base, token: token}
		for _, call := range []string{"GET /api/tasks", "GET /api/activity", "GET /api/notifications", "GET /api/live", "POST /chatkit"} {
			method, path, _ := strings.Cut(call, " ")
			a := thief.do(t, method, path, "")
			require.Equal(t, http.StatusUnauthorized, a.status, "%s: %s: %s", name, call, a.body)
			requireProblem(t, name, a, "unauthorized", "")
			require.Contains(t, a.header.Get("WWW-Authenticate"), "Bearer", name)
		}
	}
}

// A malformed event never enters the broker; one whose data is wrong is kept as a dead letter.
func TestMalformedEventsAreRefusedAndKept(t *testing.T) {
	status := theStack(t)
	sink := &person{base: sinkOf(t, status)}
	a := sink.do(t, http.MethodPost, "", `{"hello":"world"}`, "Content-Type", "application/json")
	require.Equal(t, http.StatusBadRequest, a.status, string(a.body))
	id := fmt.Sprintf("bad-%d", time.Now().UnixNano())
	a = sink.do(t, http.MethodPost, "", `{"event_type":"created"}`, "Content-Type", "application/json",
		"Ce-Specversion", "1.0", "Ce-Type", "dev.nudge.task.completed.v1", "Ce-Source", "/test", "Ce-Id", id)
	require.Equal(t, http.StatusAccepted, a.status, string(a.body))
	eventually(t, time.Minute, "kept as dead letters", func() bool { return deadLetters(t, status, id) >= 2 }) // recurrence and audit refuse it
}

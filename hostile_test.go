package function

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"function/shared/exchange"
	"function/shared/todo"
	"function/shared/todotest"
)

// hostileTime is how long any answer may take, on a machine that is busy with all tests.
const hostileTime = 20 * time.Second

// values are put in the place of every value of a request's JSON.
var values = []string{
	`null`, `true`, `-1`, `0.5`, `1e309`, `-1e999`, `99999999999999999999`, `[]`, `{}`, `[[[[[[]]]]]]`, `{"a":{"b":null}}`, `""`, `" "`, `"\u0000"`, `"a\u0000b"`,
	`"\ud800"`, "\"\xff\xfe\"", "\"\xc0\xaf\"", `"\u202egnp.exe"`, `"\u200f\u0627\u0644"`, `"\ufeff"`, `"\r\nX-A: b"`, `"../../../etc/passwd"`, `"..%2f..%2f"`,
	`"' OR 1=1 --"`, `"<script>alert(1)</script>"`, `"${jndi:ldap://x}"`, `"%00"`, `"%s%n"`, `"0000-00-00"`, `"0001-01-01"`, `"-0044-03-15"`, `"9999-12-31"`,
	`"10000-01-01"`, `"2026-01-01T99:99:99"`, `"9999-12-31T23:59:59Z"`, `"0000-01-01T00:00:00Z"`, `"Local"`, `"UTC\u0000"`, `"Factory"`, `"../UTC"`, `"PT99999999999999H"`, `"-P1D"`,
	`"FREQ=SECONDLY;INTERVAL=99999999999"`, `"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"`, `"FREQ=DAILY;UNTIL=00000101T000000Z"`, `"RRULE:FREQ=DAILY\nDTSTART:0"`,
	`"` + strings.Repeat("a", 70_000) + `"`, `"` + strings.Repeat("\u0301", 5_000) + `"`, `[` + strings.TrimSuffix(strings.Repeat(`"a",`, 5_000), ",") + `]`,
}

// texts are put in the place of every value of a query and of every id, as they are sent.
var texts = []string{
	"", "%00", "a%00b", "%ff%fe", "%c0%af", "..", "..%2f..%2fetc%2fpasswd", "%2e%2e%2f", "-1", "0", "99999999999999999999", "1e309", "NaN", "null", "true", "%27%20OR%201=1%20--",
	"%E2%80%AEabc", "%0d%0aX-A:%20b", "0000-00-00", "-0044-03-15", "9999-12-31", "10000-01-01", "00000000-0000-0000-0000-000000000000", "0191E7A4-0000-7000-8000-000000000000",
	"%7B0191e7a4-0000-7000-8000-000000000000%7D", "0191e7a4000070008000000000000000", "urn:uuid:0191e7a4-0000-7000-8000-000000000000", strings.Repeat("a", 8_000),
	"eyJzIjoiZHVlIiwidCI6IjAwMDAtMDEtMDFUMDA6MDA6MDBaIiwiaSI6IngifQ", "(((((((((", "due:%00", "due:0001-01-01..10000-01-01", "-(-(-(a", "#", "%22",
}

// bodies are sent in the place of a request's whole body.
func bodies() map[string]string {
	deep := strings.Repeat
	return map[string]string{
		"empty": "", "null": "null", "a list": "[]", "a text": `"x"`, "a number": "7", "half": `{"title":`, "two": `{"title":"a"}{"title":"b"}`, "not JSON": "title=a&b", "NUL": "\x00", "no UTF-8": "\xff\xfe{\x00}",
		"UTF-16": "\xff\xfe{\x00\"\x00a\x00\"\x00:\x001\x00}\x00", "a mark": "\ufeff{}", "a comment": `{/**/"title":"a"}`, "NaN": `{"position":NaN}`,
		"deep lists": deep("[", 200_000), "deep things": deep(`{"a":`, 200_000), "deep and closed": `{"a":` + deep("[", 50_000) + deep("]", 50_000) + `}`, "many keys": `{` + strings.TrimSuffix(deep(`"a":1,`, 20_000), ",") + `}`,
		"keys of others": `{"__proto__":{"owner":"bob"},"owner":"bob","id":"x","version":-1}`, "over a mebibyte": `{"title":"` + deep("a", 1<<20) + `"}`,
	}
}

// heads are sent beside a valid request.
var heads = [][2]string{
	{"If-Match", `"-1"`}, {"If-Match", `"99999999999999999999"`}, {"If-Match", `W/"1"`}, {"If-Match", `"1`}, {"If-Match", "1"}, {"If-Match", `"1", "2"`}, {"If-Match", `"` + strings.Repeat("1", 5_000) + `"`}, {"If-Match", "\xff"},
	{"If-None-Match", strings.Repeat(`"a",`, 5_000)}, {"If-None-Match", `"`},
	{"Idempotency-Key", strings.Repeat("k", 10_000)}, {"Idempotency-Key", "\xff\xfe"}, {"Idempotency-Key", `"`}, {"Idempotency-Key", `"\u0000"`},
	{"Accept-Language", strings.Repeat("de-DE;q=0.1,", 2_000)}, {"Accept-Language", "\xff"}, {"Accept", "application/xml"}, {"Accept", strings.Repeat("a/b,", 2_000)}, {"Accept-Encoding", "bomb"},
	{"Time-Zone", "../../etc/passwd"}, {"Time-Zone", "Local"}, {"Time-Zone", "\xff"}, {"Time-Zone", strings.Repeat("Europe/", 2_000)}, {"Prefer", "return=everything"}, {"Prefer", strings.Repeat("a;", 5_000)},
	{"Nudge-Read-After", "ffffffffffffffffff/0"}, {"Nudge-Read-After", "-1/-1"}, {"Nudge-Confirm", "yes"}, {"Traceparent", "00-ffff-ffff-ff"}, {"Traceparent", strings.Repeat("0", 5_000)},
	{"X-HTTP-Method-Override", "DELETE"}, {"X-Forwarded-Host", "evil.example"}, {"Host", "evil.example"}, {"Content-Encoding", "gzip"},
	{"Content-Type", ""}, {"Content-Type", "text/plain"}, {"Content-Type", "application/json; charset=utf-16"}, {"Content-Type", "multipart/form-data; boundary=x"}, {"Content-Type", "application/x-www-form-urlencoded"}, {"Content-Type", "application/json, text/html"}, {"Content-Type", "\xff"},
}

// hostile sends what nobody should, and sees that it is answered.
type hostile struct {
	*contract
	sent  int
	codes map[int]int
}

// ask sends a request as the bytes of a connection would bring it. What the server itself
// refuses is none.
func (h *hostile) ask(what, method, target, body string, headers map[string]string) *httptest.ResponseRecorder {
	h.t.Helper()
	var raw strings.Builder
	fmt.Fprintf(&raw, "%s %s HTTP/1.1\r\nHost: x\r\nTest-Person: %s\r\nContent-Length: %d\r\n", method, target, h.person, len(body))
	for name, value := range headers {
		if name != "Host" {
			fmt.Fprintf(&raw, "%s: %s\r\n", name, value)
		}
	}
	r, err := http.ReadRequest(bufio.NewReader(io.MultiReader(strings.NewReader(raw.String()+"\r\n"), strings.NewReader(body))))
	if err != nil {
		return nil
	}
	rec := httptest.NewRecorder()
	start := time.Now()
	h.open.ServeHTTP(rec, r)
	took := time.Since(start)
	h.sent++
	h.codes[rec.Code]++
	shown := what + ": " + method + " " + target[:min(len(target), 200)] + " " + body[:min(len(body), 300)]
	require.Less(h.t, rec.Code, http.StatusInternalServerError, "%s\n%s", shown, rec.Body)
	require.Less(h.t, took, hostileTime, shown)
	require.Empty(h.t, rec.Header().Get("X-A"), shown)
	if rec.Code >= http.StatusBadRequest && method != http.MethodHead {
		require.Equal(h.t, "application/problem+json", rec.Header().Get("Content-Type"), "%s: %d %s", shown, rec.Code, rec.Body)
		var p struct {
			Type, Title string
			Status      int
		}
		require.NoError(h.t, json.Unmarshal(rec.Body.Bytes(), &p), shown)
		require.Equal(h.t, rec.Code, p.Status, shown)
		require.NotEmpty(h.t, p.Title, shown)
	}
	return rec
}

// around sends an operation's valid request with one thing after the other made hostile.
func (h *hostile) around(op *huma.Operation, r request) {
	h.t.Helper()
	headers := maps.Clone(r.headers)
	if headers == nil {
		headers = map[string]string{}
	}
	for mediaType := range bodyTypes(op) {
		headers["Content-Type"] = mediaType
	}
	delete(headers, "Nudge-Confirm") // the account is to stay
	target := func(id, query string) string {
		path := strings.Replace(op.Path, "{id}", id, 1)
		if query != "" {
			path += "?" + query
		}
		return path
	}
	valid := target(r.id, r.query)
	ask := func(what, target, body string) { h.ask(op.OperationID+", "+what, op.Method, target, body, headers) }
	if op.RequestBody != nil {
		for name, body := range bodies() {
			ask("a body of "+name, valid, body)
		}
		if op.OperationID == "import" {
			ask("more than a file may have", valid, strings.Repeat(" ", exchange.MaxFile+1))
		}
		for name, body := range changed(r.body) {
			ask("value "+name, valid, body)
		}
	}
	if strings.Contains(op.Path, "{id}") {
		for _, id := range texts {
			ask("an id", target(id, r.query), r.body)
		}
	}
	for _, p := range op.Parameters {
		if p.In != "query" {
			continue
		}
		for _, text := range texts {
			ask("a parameter", target(r.id, p.Name+"="+text), r.body)
		}
		ask("a parameter twice", target(r.id, p.Name+"=a&"+p.Name+"=b"), r.body)
	}
	for _, head := range heads {
		h.ask(op.OperationID+", a header", op.Method, valid, r.body, with(headers, head[0], head[1]))
	}
	for _, method := range []string{"TRACE", "OPTIONS", "HEAD", "PUT", "CONNECT", "PROPFIND", "FOO", "get", "DELETE"} {
		if method != op.Method && (method != "DELETE" || op.Path != "/api/account") {
			h.ask("another method", method, valid, r.body, nil)
		}
	}
}

func bodyTypes(op *huma.Operation) map[string]*huma.MediaType {
	if op.RequestBody == nil {
		return nil
	}
	return op.RequestBody.Content
}

// changed gives a JSON body with each value of it replaced, and each key twice.
func changed(body string) map[string]string {
	var fields map[string]json.RawMessage
	if json.Unmarshal([]byte(body), &fields) != nil {
		return nil
	}
	out := map[string]string{}
	for name, value := range fields {
		for i, v := range values {
			out[fmt.Sprint(name, " ", i)] = object(fields, name, v)
		}
		for inner, text := range changed(string(value)) {
			out[name+"/"+inner] = object(fields, name, text)
		}
		out[name+" twice"] = strings.TrimSuffix(body, "}") + fmt.Sprintf(",%q:%s}", name, value)
	}
	return out
}

func object(fields map[string]json.RawMessage, name, value string) string {
	parts := []string{}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		v := string(fields[key])
		if key == name {
			v = value
		}
		parts = append(parts, fmt.Sprintf("%q:%s", key, v))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// full are requests with as much in them as can be said, where the valid one has little.
var full = map[string]string{
	"create-task": `{"title":"a","description":"b","priority":"high","due":{"date":"2026-02-01","time":"09:00","zone":"Europe/Paris"},"tags":["x"],"position":3,
		"reminders":[{"before":"P2D","clock":"09:00","repeat":"PT1H"},{"at":"2026-02-01T08:00:00Z"}],"recurrence":{"rrule":"FREQ=DAILY","from_completion":false,"end_of_month":"clamp","catch_up":"next","exdates":["2026-02-03"],"rdates":["2026-02-04"]},
		"parent_id":"0191e7a4-0000-7000-8000-000000000000","blocked_by":["0191e7a4-0000-7000-8000-000000000000"]}`,
	"edit-task": `{"title":"a","description":"b","priority":"high","due":{"date":"2026-02-01","time":"09:00","zone":"Europe/Paris"},"tags":["x"],"position":3,
		"reminders":[{"before":"P2D"}],"recurrence":{"rrule":"FREQ=DAILY","exdates":["2026-02-03"]},"parent_id":null,"blocked_by":[]}`,
	"change-tasks":       `{"filter":"#x","ids":["0191e7a4-0000-7000-8000-000000000000"],"action":"edit","due":{"date":"2026-02-01"},"tags":["a"],"priority":"low"}`,
	"preview-recurrence": `{"recurrence":{"rrule":"FREQ=DAILY","exdates":["2026-02-03"]},"due":{"date":"2026-02-01","time":"09:00","zone":"Europe/Paris"},"limit":5}`,
	"set-preferences":    `{"time_zone":"Europe/Paris","language":"en","week_start":"monday","quiet_from":"22:00","quiet_until":"07:00","digest_at":"08:00","date_order":"day_first","morning_at":"07:00","version":1}`,
}

// Whatever is sent to whatever address is answered, soon, with a problem that says what is
// wrong or as what it turns out to be; never with a fault of ours, and nobody's tasks
// become others.
func TestWhateverIsSentIsAnsweredAndNothingIsLost(t *testing.T) {
	t.Parallel()
	c := newContract(t)
	h := &hostile{contract: c, codes: map[int]int{}}
	c.person = "keeper"
	c.series()
	c.done()
	before := h.everything()
	for _, op := range operations(c.api) {
		c.person = "hostile " + op.OperationID
		r := valid[op.OperationID](c)
		h.around(op, r)
		if body, ok := full[op.OperationID]; ok {
			for name, body := range changed(body) {
				h.ask(op.OperationID+", full, value "+name, op.Method, strings.Replace(op.Path, "{id}", r.id, 1), body, with(r.headers, "Content-Type", slices.Sorted(maps.Keys(bodyTypes(op)))[0]))
			}
		}
	}
	c.person = "hostile"
	h.filters()
	h.addresses()
	c.person = "keeper"
	require.Equal(t, before, h.everything())
	t.Log(h.sent, "requests, answered", h.codes)
}

// everything is what a person has.
func (h *hostile) everything() string {
	h.t.Helper()
	var all []todo.Details
	require.NoError(h.t, h.World.Store.Export(h.t.Context(), h.person, nil, todotest.Start, "2026-01-05", func(list []todo.Details) error {
		all = append(all, list...)
		return nil
	}))
	require.NotEmpty(h.t, all)
	raw, err := json.Marshal(all)
	require.NoError(h.t, err)
	return string(raw)
}

// filters are as large as they can be sent.
func (h *hostile) filters() {
	for name, text := range map[string]string{
		"10,000 terms": strings.Repeat("a ", 10_000), "10,000 tags": strings.Repeat("#a ", 10_000), "10,000 alternatives": strings.Repeat("a or ", 10_000) + "a",
		"10,000 nots": strings.Repeat("-", 10_000) + "a", "10,000 parentheses": strings.Repeat("(", 10_000) + "a" + strings.Repeat(")", 10_000), "one word": strings.Repeat("ü", 100_000),
		"an open quote": `"` + strings.Repeat("a ", 10_000), "marks": strings.Repeat("\u0301", 10_000), "NULs": "a\x00b \x00", "no UTF-8": "\xff\xfe \xc0", "dates": strings.Repeat("due:tomorrow ", 3_000),
	} {
		h.ask("a filter of "+name, http.MethodGet, "/api/tasks?filter="+url.QueryEscape(text), "", nil)
		body, err := json.Marshal(map[string]string{"filter": text, "action": "complete"})
		require.NoError(h.t, err)
		h.ask("a bulk change by a filter of "+name, http.MethodPost, "/api/tasks/bulk", string(body), map[string]string{"Content-Type": "application/json"})
		body, err = json.Marshal(map[string]string{"text": text})
		require.NoError(h.t, err)
		h.ask("a task in words of "+name, http.MethodPost, "/api/tasks?dry_run=true", string(body), map[string]string{"Content-Type": "application/json"})
	}
}

// addresses are none of the API's, or are written as none should be.
func (h *hostile) addresses() {
	for _, target := range []string{
		"/api/../../etc/passwd", "/api/tasks/../../../etc/passwd", "/api/tasks/..%2f..%2f..%2fetc%2fpasswd", "/api/tasks/%2e%2e/%2e%2e", "//api//tasks", "/api/tasks/", "/api/tasks//complete", "/api/tasks/x/y/z", "/api/tasks;a=b",
		"/API/TASKS", "/api/tasks%00", "/api/tasks%2fcounts", "/api/\xff", "/api/tasks?" + strings.Repeat("a=b&", 5_000), "/api/tasks?%", "/api/tasks?a=%zz", "/api/tasks?;", "http://evil.example/api/tasks", "/" + strings.Repeat("a/", 5_000),
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
			if rec := h.ask("an address", method, target, "{}", nil); rec != nil {
				require.NotContains(h.t, rec.Body.String(), "root:", target)
			}
		}
	}
	for _, address := range besides {
		method, path, _ := strings.Cut(address, " ")
		if method != http.MethodPost {
			continue
		}
		for name, body := range bodies() {
			h.ask("a body of "+name, method, path, body, map[string]string{"Content-Type": "application/json"})
			h.ask("an event of "+name, method, path, body, map[string]string{"Content-Type": "application/cloudevents+json"})
			h.ask("a batch of "+name, method, path, body, map[string]string{"Content-Type": "application/cloudevents-batch+json"})
		}
		for _, value := range values {
			h.ask("a value", method, path, `{"type":`+value+`,"params":`+value+`,"id":`+value+`,"method":`+value+`,"jsonrpc":"2.0"}`, map[string]string{"Content-Type": "application/json"})
		}
	}
}

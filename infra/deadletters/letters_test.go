package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
	"github.com/stretchr/testify/require"

	"function/functions/deadletters"
	"function/infra/postgres/bootstrap"
	"function/shared/host"
	"function/shared/todo"
	"function/shared/todotest"
)

// rig is a database, the sink that keeps dead letters, and a broker that takes events.
type rig struct {
	*command
	world  *todotest.World
	sink   http.Handler
	mu     sync.Mutex
	got    []http.Header
	status int
	text   bytes.Buffer
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{world: todotest.New(t), status: http.StatusAccepted}
	mux := http.NewServeMux()
	deadletters.Register(mux, &host.Host{Store: r.world.Store, Log: slog.New(slog.DiscardHandler), Now: r.world.Clock.Now})
	r.sink = mux
	broker := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		_, _ = io.Copy(io.Discard, request.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		w.WriteHeader(r.status)
		if r.status == http.StatusAccepted {
			r.got = append(r.got, request.Header.Clone())
		}
	}))
	t.Cleanup(broker.Close)
	env := map[string]string{"DATABASE_URL": r.world.URL(bootstrap.Functions), "K_SINK": broker.URL}
	r.command = &command{getenv: func(name string) string { return env[name] }, now: r.world.Clock.Now, out: &r.text}
	return r
}

// refuse brings a task's event to the sink as a broker does with one that was refused.
func (r *rig) refuse(t *testing.T, e cloudevents.Event, destination string, code int) {
	t.Helper()
	e = e.Clone()
	e.SetExtension("knativeerrordest", destination)
	e.SetExtension("knativeerrorcode", code)
	e.SetExtension("knativeerrordata", base64.StdEncoding.EncodeToString([]byte(`{"detail":"no"}`)))
	e.SetExtension("knativekafkaoffset", "7")
	request, err := cehttp.NewHTTPRequestFromEvent(t.Context(), "http://sink/events/deadletters", e)
	require.NoError(t, err)
	response := httptest.NewRecorder()
	r.sink.ServeHTTP(response, request)
	require.Equal(t, http.StatusNoContent, response.Code, response.Body)
}

func (r *rig) events(t *testing.T, n int) []cloudevents.Event {
	t.Helper()
	tasks := make([]todo.NewTask, n)
	for i := range tasks {
		tasks[i].Title = "poison"
	}
	_, err := r.world.Create(t.Context(), todotest.Person("ada"), tasks...)
	require.NoError(t, err)
	var list []cloudevents.Event
	for _, o := range r.world.Published() {
		var e cloudevents.Event
		require.NoError(t, json.Unmarshal(o.Event, &e))
		list = append(list, e)
	}
	return list
}

// do runs the command and gives what it printed.
func (r *rig) do(t *testing.T, line ...string) string {
	t.Helper()
	r.text.Reset()
	require.NoError(t, r.run(t.Context(), line))
	return r.text.String()
}

func TestLettersAreShownAndSentAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	require.Equal(t, "no dead letters\n", r.do(t, "list"))
	list := r.events(t, 3)
	r.refuse(t, list[0], "http://nudge-recurrence/events/recurrence", 422)
	r.world.Clock.Advance(time.Hour)
	r.refuse(t, list[1], "http://nudge-audit/events/audit", 422)
	r.refuse(t, list[2], "http://nudge-audit/events/audit", -1)

	text := r.do(t, "list")
	require.Equal(t, 4, strings.Count(text, "\n"), text)
	require.Contains(t, text, "waiting")
	require.Contains(t, text, "none", "nobody answered")
	require.Equal(t, 3, strings.Count(r.do(t, "list", "--destination", "audit"), "\n"))
	require.Equal(t, 3, strings.Count(r.do(t, "list", "--since", "30m"), "\n"))
	require.Equal(t, "no dead letters\n", r.do(t, "list", "--type", "dev.nudge.reminder."))

	text = r.do(t, "show", "1")
	for _, want := range []string{"http://nudge-recurrence/events/recurrence", "422", `{"detail":"no"}`, list[0].ID(), "never"} {
		require.Contains(t, text, want)
	}
	require.NotContains(t, text, "poison", "text is sealed")

	require.Contains(t, r.do(t, "replay", "1"), "sent 1 again")
	require.Len(t, r.got, 1)
	require.Equal(t, list[0].ID(), r.got[0].Get("Ce-Id"))
	require.Equal(t, "ada", r.got[0].Get("Ce-Partitionkey"))
	for name := range r.got[0] {
		require.False(t, strings.HasPrefix(name, "Ce-Knative"), "%s is a broker's", name)
	}
	require.Equal(t, 3, strings.Count(r.do(t, "list"), "\n"), "the one that was sent waits no more")
	require.Equal(t, 4, strings.Count(r.do(t, "list", "--replayed"), "\n"))

	r.world.Clock.Advance(time.Second)
	r.refuse(t, list[0], "http://nudge-recurrence/events/recurrence", 422)
	text = r.do(t, "list", "--destination", "recurrence")
	require.Contains(t, text, "came back")
	require.Regexp(t, `\n1 .* 2  +422 `, text, "it is one letter that came twice")

	require.Contains(t, r.do(t, "replay", "--destination", "audit"), "sent 2 again")
	require.Contains(t, r.do(t, "replay", "--all"), "sent 1 again")
	require.Equal(t, "no dead letters\n", r.do(t, "list"))
	require.Contains(t, r.do(t, "replay", "--all"), "sent 0 again")
	require.Len(t, r.got, 4)
}

func TestALetterThatTheBrokerDoesNotTakeWaitsOn(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.refuse(t, r.events(t, 1)[0], "http://nudge-audit/events/audit", 422)
	r.status = http.StatusServiceUnavailable
	require.ErrorContains(t, r.run(t.Context(), []string{"replay", "--all"}), "the broker answered 503")
	require.Contains(t, r.do(t, "list"), "waiting")
}

func TestBadUsageIsAnsweredWithASentence(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for line, want := range map[string]string{
		"":                        "say what to do",
		"lost":                    `there is no command "lost"`,
		"list 3":                  "list takes no id",
		"show":                    "show takes one id",
		"show 1 2":                "show takes one id",
		"show x":                  `"x" is no id of a letter`,
		"show 99":                 "there is no letter 99",
		"replay":                  "say what to replay",
		"replay 1 --all":          "one of them",
		"replay --all --type t":   "one of them",
		"replay 99":               "there is no letter 99",
		"list --since soon":       `--since "soon" is no time`,
		"list --since 0d":         "is no time",
		"list --colour":           "flag provided but not defined",
		"replay --since 1x --all": "is no time",
	} {
		require.ErrorContains(t, r.run(t.Context(), strings.Fields(line)), want, line)
	}
	env := map[string]string{"DATABASE_URL": r.world.URL(bootstrap.Functions)}
	r.getenv = func(name string) string { return env[name] }
	require.ErrorContains(t, r.run(t.Context(), []string{"replay", "--all"}), "set K_SINK")
	env["DATABASE_URL"] = "postgres://nudge@127.0.0.1:1/nudge"
	require.ErrorContains(t, r.run(t.Context(), []string{"list"}), "the database does not answer")
	env["DATABASE_URL"] = "nonsense"
	require.ErrorContains(t, r.run(t.Context(), []string{"list"}), "DATABASE_URL")
}

package chat_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"
	"github.com/stretchr/testify/require"

	"function/functions/chat"
	"function/infra/dapr/daprtest"
	"function/infra/postgres/bootstrap"
	"function/infra/postgres/postgrestest"
	"function/shared/auth"
	"function/shared/dapr"
	"function/shared/host"
	"function/shared/httpapi"
	"function/shared/occurrence"
	"function/shared/postgres"
	"function/shared/postgres/migrations"
	"function/shared/seal"
	"function/shared/todo"
)

// rig is the function over a real PostgreSQL and, but for rigs without memory, a real
// Dapr sidecar, asked over HTTP with tokens of an issuer of its own.
type rig struct {
	*testing.T
	url    string
	host   *host.Host
	key    ed25519.PrivateKey
	clock  atomic.Int64
	people atomic.Int64
}

// newRig starts one; daprd may be nil for a sidecar that is away.
func newRig(t *testing.T, daprd *daprtest.Sidecar) *rig {
	t.Helper()
	url := postgrestest.RolesTemplate(t, "chat", func(url func(string) string) error {
		_, err := migrations.Up(context.Background(), url(bootstrap.Migrate))
		return err
	})
	pool, err := postgres.Open(t.Context(), url(bootstrap.Functions), 4)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	r := &rig{T: t}
	r.at("2026-11-23T09:00:00Z")
	r.host = r.newHost(pool, daprd)
	mux := http.NewServeMux()
	chat.Register(mux, httpapi.New(mux, r.host.Auth, r.host.Log), r.host)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

func (r *rig) newHost(pool *pgxpool.Pool, daprd *daprtest.Sidecar) *host.Host {
	keyset, err := seal.NewKeyset()
	require.NoError(r, err)
	ring, err := seal.OpenKeyring(keyset)
	require.NoError(r, err)
	store := postgres.New(pool, ring, nil)
	endpoint := "127.0.0.1:1"
	if daprd != nil {
		endpoint = fmt.Sprintf("127.0.0.1:%d", daprd.Ports.GRPC)
	}
	sidecar, err := dapr.Connect(dapr.Options{GRPCEndpoint: endpoint})
	require.NoError(r, err)
	r.Cleanup(func() { _ = sidecar.Close() })
	h := &host.Host{
		Store: store, Dapr: sidecar, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: r.now, NewID: host.NewID,
		Todo: &todo.Service{Store: store, Calendar: occurrence.Calendar{}, Now: r.now, NewID: host.NewID},
		Auth: auth.NewVerifier(auth.Options{Issuer: issuer, Audience: "nudge", JWKSURL: r.issuer()}),
	}
	h.Config.MaxBody, h.Config.RequestTimeout, h.Config.StateStore = 1<<20, 20*time.Second, "statestore"
	h.Config.Issuer = issuer
	return h
}

const issuer = "https://nudge.example"

// issuer publishes the key that tokens are signed with.
func (r *rig) issuer() string {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(r, err)
	key, err := jwk.FromRaw(public)
	require.NoError(r, err)
	require.NoError(r, key.Set(jwk.KeyIDKey, "k1"))
	require.NoError(r, key.Set(jwk.AlgorithmKey, jwa.EdDSA))
	set := jwk.NewSet()
	require.NoError(r, set.AddKey(key))
	r.key = private
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(set) }))
	r.Cleanup(server.Close)
	return server.URL
}

func (r *rig) token(person string) string {
	now := time.Now()
	claims, err := json.Marshal(map[string]any{"iss": issuer, "aud": "nudge", "sub": person, "iat": now.Unix(), "exp": now.Add(15 * time.Minute).Unix()})
	require.NoError(r, err)
	headers := jws.NewHeaders()
	require.NoError(r, headers.Set("kid", "k1"))
	token, err := jws.Sign(claims, jws.WithKey(jwa.EdDSA, r.key, jws.WithProtectedHeaders(headers)))
	require.NoError(r, err)
	return string(token)
}

// at sets the clock; it goes on by a millisecond with every look.
func (r *rig) at(instant string) {
	t, err := time.Parse(time.RFC3339, instant)
	require.NoError(r, err)
	r.clock.Store(t.UnixMilli())
}

func (r *rig) now() time.Time { return time.UnixMilli(r.clock.Add(1)).UTC() }

// person makes a somebody who has not been here before.
func (r *rig) person() *person {
	return &person{rig: r, t: r.T, id: fmt.Sprintf("person-%d", r.people.Add(1)), headers: map[string]string{"Time-Zone": "Europe/Paris"}}
}

// person speaks the protocol as a page would.
type person struct {
	rig     *rig
	t       *testing.T
	id      string
	headers map[string]string
	thread  string
	widgets []item // shown in the thread so far
}

type event map[string]any

func (e event) item() item { i, _ := e["item"].(map[string]any); return i }

type item map[string]any

func (p *person) post(body any, headers ...string) *http.Response {
	p.t.Helper()
	text, isText := body.(string)
	if !isText {
		raw, err := json.Marshal(body)
		require.NoError(p.t, err)
		text = string(raw)
	}
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.rig.url+chat.Path, strings.NewReader(text))
	require.NoError(p.t, err)
	request.Header.Set("Authorization", "Bearer "+p.rig.token(p.id))
	request.Header.Set("Content-Type", "application/json")
	for name, value := range p.headers {
		request.Header.Set(name, value)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(p.t, err)
	return response
}

func request(kind string, params map[string]any) map[string]any {
	return map[string]any{"type": kind, "params": params}
}

func input(text string) map[string]any {
	return map[string]any{"content": []any{map[string]any{"type": "input_text", "text": text}}, "attachments": []any{}, "inference_options": map[string]any{}}
}

// stream posts and reads all events.
func (p *person) stream(body any, headers ...string) []event {
	p.t.Helper()
	response := p.post(body, headers...)
	raw := p.read(response)
	require.Equal(p.t, http.StatusOK, response.StatusCode, string(raw))
	require.Equal(p.t, "text/event-stream", response.Header.Get("Content-Type"))
	var events []event
	for frame := range bytes.SplitSeq(raw, []byte("\n\n")) {
		if len(frame) == 0 {
			continue
		}
		data, ok := bytes.CutPrefix(frame, []byte("data: "))
		require.True(p.t, ok, string(frame))
		var e event
		require.NoError(p.t, json.Unmarshal(data, &e))
		events = append(events, e)
		switch e["type"] {
		case "thread.created":
			p.thread = e["thread"].(map[string]any)["id"].(string)
		case "thread.item.done", "thread.item.replaced":
			if e.item()["type"] == "widget" {
				p.widgets = append(p.widgets, e.item())
			}
		}
	}
	return events
}

func (p *person) read(response *http.Response) []byte {
	p.t.Helper()
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	require.NoError(p.t, err)
	return raw
}

// ask posts and reads the one object of the answer.
func (p *person) ask(status int, body any, headers ...string) map[string]any {
	p.t.Helper()
	response := p.post(body, headers...)
	raw := p.read(response)
	require.Equal(p.t, status, response.StatusCode, string(raw))
	var object map[string]any
	require.NoError(p.t, json.Unmarshal(raw, &object))
	return object
}

// say sends a message into the person's thread, or a new one.
func (p *person) say(text string, headers ...string) []event {
	p.t.Helper()
	if p.thread == "" {
		return p.stream(request("threads.create", map[string]any{"input": input(text)}), headers...)
	}
	return p.stream(request("threads.add_user_message", map[string]any{"thread_id": p.thread, "input": input(text)}), headers...)
}

// press presses the newest button of a kind; label narrows it where it is not empty.
func (p *person) press(kind, label string) []event {
	p.t.Helper()
	for i := len(p.widgets) - 1; i >= 0; i-- {
		if payload, found := button(p.widgets[i]["widget"], kind, label); found {
			return p.stream(request("threads.custom_action", map[string]any{
				"thread_id": p.thread, "item_id": p.widgets[i]["id"], "action": map[string]any{"type": kind, "payload": payload},
			}))
		}
	}
	require.Fail(p.t, "there is no such button", "%s %s", kind, label)
	return nil
}

// button finds an action in a widget, wherever it stands.
func button(node any, kind, label string) (payload any, found bool) {
	switch n := node.(type) {
	case []any:
		for _, child := range n {
			if payload, found = button(child, kind, label); found {
				return payload, true
			}
		}
	case map[string]any:
		for _, name := range []string{"onClickAction", "action"} {
			if action, ok := n[name].(map[string]any); ok && action["type"] == kind && strings.Contains(fmt.Sprint(n["label"]), label) {
				return action["payload"], true
			}
		}
		for _, child := range n {
			if payload, found = button(child, kind, label); found {
				return payload, true
			}
		}
	}
	return nil, false
}

// words is what the assistant said in a stream.
func words(events []event) string {
	var texts []string
	for _, e := range events {
		if e["type"] != "thread.item.done" || e.item()["type"] != "assistant_message" {
			continue
		}
		for _, part := range e.item()["content"].([]any) {
			texts = append(texts, part.(map[string]any)["text"].(string))
		}
	}
	return strings.Join(texts, "\n")
}

func kinds(events []event) []string {
	var list []string
	for _, e := range events {
		kind := e["type"].(string)
		if e.item() != nil {
			kind += " " + e.item()["type"].(string)
		}
		if update, ok := e["update"].(map[string]any); ok {
			kind += " " + update["type"].(string)
		}
		if n := len(list); n == 0 || list[n-1] != kind || !strings.Contains(kind, "text_delta") {
			list = append(list, kind)
		}
	}
	return list
}

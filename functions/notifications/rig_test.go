package notifications

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	push "github.com/SherClockHolmes/webpush-go"
	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"
	"github.com/stretchr/testify/require"

	"function/shared/auth"
	"function/shared/channel"
	"function/shared/events"
	"function/shared/host"
	"function/shared/httpapi"
	"function/shared/postgres"
	"function/shared/todo"
	"function/shared/todotest"
)

// rig is the function over a real database, asked over HTTP, with a clock that stands
// still, no jitter, and codes that count up.
type rig struct {
	*function
	*todotest.World
	t     *testing.T
	url   string
	key   ed25519.PrivateKey
	log   *safeBuffer
	codes int
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

const issuer = "https://nudge.example"

func newRig(t *testing.T, configure ...func(*host.Host)) *rig {
	t.Helper()
	r := &rig{World: todotest.New(t), t: t, log: &safeBuffer{}}
	private, _, err := push.GenerateVAPIDKeys()
	require.NoError(t, err)
	h := &host.Host{Store: r.World.Store, Todo: r.Service, Log: slog.New(slog.NewJSONHandler(r.log, nil)), Now: r.Clock.Now, NewID: todotest.NewID}
	h.Config.AllowPrivate, h.Config.VAPIDPrivateKey, h.Config.VAPIDSubject, h.Config.Issuer = true, private, "push@nudge.test", issuer
	h.Auth = auth.NewVerifier(auth.Options{Issuer: issuer, Audience: "nudge", JWKSURL: r.issuer()})
	for _, c := range configure {
		c(h)
	}
	r.function = newFunction(h)
	r.jitter = func() float64 { return 0.5 }
	r.code = func() string { r.codes++; return fmt.Sprintf("%06d", r.codes) }
	mux := http.NewServeMux()
	api := httpapi.New(mux, h.Auth, h.Log)
	r.operations(api)
	r.channelOperations(api)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

// issuer publishes the key that tokens are signed with.
func (r *rig) issuer() string {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(r.t, err)
	key, err := jwk.FromRaw(public)
	require.NoError(r.t, err)
	require.NoError(r.t, key.Set(jwk.KeyIDKey, "k1"))
	require.NoError(r.t, key.Set(jwk.AlgorithmKey, jwa.EdDSA))
	set := jwk.NewSet()
	require.NoError(r.t, set.AddKey(key))
	r.key = private
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(set) }))
	r.t.Cleanup(server.Close)
	return server.URL
}

// ask calls the API as ada and reads the answer.
func (r *rig) ask(method, path, body string, headers ...string) (int, http.Header, map[string]any) {
	r.t.Helper()
	now := time.Now()
	claims, err := json.Marshal(map[string]any{"iss": issuer, "aud": "nudge", "sub": "ada", "iat": now.Unix(), "exp": now.Add(15 * time.Minute).Unix()})
	require.NoError(r.t, err)
	head := jws.NewHeaders()
	require.NoError(r.t, head.Set("kid", "k1"))
	token, err := jws.Sign(claims, jws.WithKey(jwa.EdDSA, r.key, jws.WithProtectedHeaders(head)))
	require.NoError(r.t, err)
	request, err := http.NewRequest(method, r.url+path, bytes.NewBufferString(body))
	require.NoError(r.t, err)
	request.Header.Set("Authorization", "Bearer "+string(token))
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(r.t, err)
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	require.NoError(r.t, err)
	var out map[string]any
	if len(raw) > 0 {
		require.NoError(r.t, json.Unmarshal(raw, &out), string(raw))
	}
	return response.StatusCode, response.Header, out
}

// receiver is a webhook of the test.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []received
	answer func(http.ResponseWriter, *http.Request)
}

type received struct {
	id   string
	Type string
	Data channel.Message
}

func newReceiver(t *testing.T) *receiver {
	rc := &receiver{}
	rc.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		got := received{id: r.Header.Get("webhook-id")}
		_ = json.Unmarshal(raw, &got)
		rc.mu.Lock()
		rc.got = append(rc.got, got)
		answer := rc.answer
		rc.mu.Unlock()
		if answer != nil {
			answer(w, r)
		}
	}))
	t.Cleanup(rc.Close)
	return rc
}

func (rc *receiver) answers(do func(http.ResponseWriter, *http.Request)) {
	rc.mu.Lock()
	defer rc.mu.Unlock()
	rc.answer = do
}

func (rc *receiver) status(code int) {
	rc.answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
}

// take gives what came since it was last asked.
func (rc *receiver) take() []received {
	rc.mu.Lock()
	defer rc.mu.Unlock()
	got := rc.got
	rc.got = nil
	return got
}

// hook adds a webhook of ada's at a receiver's path; verified or not.
func (r *rig) hook(rc *receiver, path string, verified bool) postgres.Channel {
	r.t.Helper()
	now := r.Clock.Now()
	c := postgres.Channel{
		ID: todotest.NewID(), Owner: "ada", Kind: channel.Webhook, Address: postgres.Address{To: rc.URL + path, Secret: "whsec_dHdlbnR5LWZvdXIgcmFuZG9tIGJ5dGVz"},
		Enabled: true, Reminders: true, Digest: true, CreatedAt: now,
	}
	if verified {
		c.VerifiedAt = &now
	}
	require.NoError(r.t, r.World.Store.AddChannel(r.t.Context(), c))
	return c
}

// remind makes a task with a reminder a while from now.
func (r *rig) remind(after, repeat time.Duration) todo.Details {
	r.t.Helper()
	at := r.Clock.Now().Add(after)
	result, err := r.Create(r.t.Context(), todotest.Person("ada"), todo.NewTask{Title: "Pay rent", Reminders: []todo.NewReminder{{At: &at, Repeat: repeat}}})
	require.NoError(r.t, err)
	return result.First()
}

// fire makes every reminder come that is due, and gives the events, not yet handled.
func (r *rig) fire() []cloudevents.Event {
	r.t.Helper()
	r.Published()
	now := r.Clock.Now()
	claims, err := r.World.Store.ClaimReminders(r.t.Context(), now, now, now.Add(time.Minute), todotest.NewID(), 100)
	require.NoError(r.t, err)
	for _, c := range claims {
		require.NoError(r.t, r.Fire(r.t.Context(), r.World.Store, c))
	}
	return r.events(todo.EventReminderDue)
}

// events gives what was published of some kinds.
func (r *rig) events(kinds ...todo.EventKind) []cloudevents.Event {
	r.t.Helper()
	var list []cloudevents.Event
	for _, o := range r.Published() {
		var e cloudevents.Event
		require.NoError(r.t, json.Unmarshal(o.Event, &e))
		for _, kind := range kinds {
			if e.Type() == events.Type(kind) {
				list = append(list, e)
			}
		}
	}
	return list
}

// come fires what is due and handles its events.
func (r *rig) come() {
	r.t.Helper()
	for _, e := range r.fire() {
		require.NoError(r.t, r.handle(r.t.Context(), e))
	}
}

// deliveries gives the states of the newest notification's, but for the page's.
func (r *rig) deliveries() []postgres.Delivery {
	r.t.Helper()
	list, err := r.World.Store.Notifications(r.t.Context(), "ada", "", 100)
	require.NoError(r.t, err)
	require.NotEmpty(r.t, list)
	var out []postgres.Delivery
	for _, d := range list[0].Deliveries {
		if d.Kind != channel.InApp {
			out = append(out, d)
		}
	}
	return out
}

func (r *rig) prefer(change func(*todo.Preferences)) {
	r.t.Helper()
	p, err := r.Preferences(r.t.Context(), "ada")
	require.NoError(r.t, err)
	change(&p)
	_, err = r.SetPreferences(r.t.Context(), p)
	require.NoError(r.t, err)
}

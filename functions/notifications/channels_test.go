package notifications

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/host"
	"function/shared/postgres"
	"function/shared/todo"
	"function/shared/todotest"
)

const channels = "/api/notifications/channels"

func TestAChannelIsAddedProvedTriedChangedAndRemoved(t *testing.T) {
	t.Parallel()
	r, rc := newRig(t), newReceiver(t)
	status, header, made := r.ask(http.MethodPost, channels, fmt.Sprintf(`{"kind":"webhook","label":"home","address":%q}`, rc.URL+"/hook"))
	require.Equal(t, http.StatusCreated, status, made)
	id := made["id"].(string)
	require.Equal(t, channels+"/"+id, header.Get("Location"))
	require.Regexp(t, `^whsec_`, made["secret"])
	require.Equal(t, false, made["verified"])
	status, _, again := r.ask(http.MethodPost, channels, fmt.Sprintf(`{"kind":"webhook","address":%q}`, rc.URL+"/hook"))
	require.Equal(t, http.StatusConflict, status, again)
	_, _, read := r.ask(http.MethodGet, channels+"/"+id, "")
	require.NotContains(t, read, "secret", "shown once")

	status, _, _ = r.ask(http.MethodPost, channels+"/"+id+"/test", "")
	require.Equal(t, http.StatusConflict, status, "nothing but its code before it is proved")
	r.remind(time.Hour, 0)
	r.Clock.Advance(time.Hour)
	r.come()
	require.Empty(t, rc.take())

	status, _, out := r.ask(http.MethodPost, channels+"/"+id+"/verify", `{}`)
	require.Equal(t, http.StatusOK, status, out)
	require.Equal(t, "sent", out["state"])
	code := rc.take()[0].Data.Code
	require.Equal(t, "000001", code)
	status, _, _ = r.ask(http.MethodPost, channels+"/"+id+"/verify", `{}`)
	require.Equal(t, http.StatusTooManyRequests, status)
	status, _, out = r.ask(http.MethodPost, channels+"/"+id+"/verify", `{"code":"999999"}`)
	require.Equal(t, http.StatusUnprocessableEntity, status)
	require.Equal(t, "/code", out["errors"].([]any)[0].(map[string]any)["pointer"])
	status, _, out = r.ask(http.MethodPost, channels+"/"+id+"/verify", `{"code":"`+code+`"}`)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "verified", out["state"])
	require.NotContains(t, r.log.b.String(), code)

	r.Clock.Advance(time.Minute)
	_, _, out = r.ask(http.MethodPost, channels+"/"+id+"/test", "")
	require.Equal(t, "delivered", out["state"], out)
	require.Equal(t, "nudge.test", rc.take()[0].Type)
	r.Clock.Advance(time.Minute)
	rc.status(http.StatusForbidden)
	_, _, out = r.ask(http.MethodPost, channels+"/"+id+"/test", "")
	require.Equal(t, map[string]any{"state": "failed", "detail": "refused"}, out)
	_, header, read = r.ask(http.MethodGet, channels+"/"+id, "")
	require.Equal(t, "refused", read["failing"])
	rc.status(http.StatusOK)
	rc.take()

	patch := []string{"Content-Type", "application/merge-patch+json"}
	status, _, _ = r.ask(http.MethodPatch, channels+"/"+id, `{"enabled":false}`, patch...)
	require.Equal(t, http.StatusPreconditionRequired, status)
	status, _, _ = r.ask(http.MethodPatch, channels+"/"+id, `{"enabled":false}`, append(patch, "If-Match", `"99"`)...)
	require.Equal(t, http.StatusPreconditionFailed, status)
	status, header, read = r.ask(http.MethodPatch, channels+"/"+id, `{"enabled":false,"label":"work"}`, append(patch, "If-Match", header.Get("ETag"))...)
	require.Equal(t, http.StatusOK, status, read)
	require.Equal(t, "work", read["label"])
	r.remind(time.Hour, 0)
	r.Clock.Advance(time.Hour)
	r.come()
	require.Empty(t, rc.take(), "it is off")
	status, _, _ = r.ask(http.MethodDelete, channels+"/"+id, "", "If-Match", header.Get("ETag"))
	require.Equal(t, http.StatusNoContent, status)
	_, _, out = r.ask(http.MethodGet, channels, "")
	require.Empty(t, out["data"])
}

func TestWhatIsNoAddressIsRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(h *host.Host) {
		h.Config.AllowPrivate = false
		h.Config.Bindings = `{"sms": {"binding": "sms", "label": "SMS", "pattern": "\\+[0-9]{6,15}", "hint": "+49…"}}`
	})
	subscription := func(endpoint, p256dh, auth string) string {
		return fmt.Sprintf(`{"kind":"webpush","subscription":{"endpoint":%q,"expirationTime":null,"keys":{"p256dh":%q,"auth":%q}}}`, endpoint, p256dh, auth)
	}
	point, secret := browserKeys(t)
	for body, pointer := range map[string]string{
		`{"kind":"email","address":"ada"}`:                                   "/address",
		`{"kind":"email","address":"ada@nudge.test\r\nBcc: eve@nudge.test"}`: "/address",
		`{"kind":"email","address":"Ada <ada@nudge.test>"}`:                  "/address",
		`{"kind":"email","address":"ada@nudge.test;eve@nudge.test"}`:         "/address",
		`{"kind":"email","address":"zoë@nudge.test"}`:                        "/address",
		`{"kind":"webhook","address":"http://example.com/"}`:                 "/address",
		`{"kind":"webhook","address":"https://127.0.0.1/"}`:                  "/address",
		`{"kind":"webhook","address":"https://[::ffff:169.254.169.254]/"}`:   "/address",
		`{"kind":"webhook","address":"https://user:pw@example.com/"}`:        "/address",
		`{"kind":"binding","binding":"pigeon","address":"x"}`:                "/binding",
		`{"kind":"binding","binding":"sms","address":"call me"}`:             "/address",
		`{"kind":"webpush"}`: "/subscription",
		`{"kind":"email","address":"a@b.test","subscription":{"endpoint":"x","keys":{"p256dh":"a","auth":"b"}}}`: "/subscription",
		subscription("https://10.0.0.1/push", point, secret):                                                     "/subscription/endpoint",
		subscription("https://push.example.com/1", point[:30], secret):                                           "/subscription/keys",
		subscription("https://push.example.com/1", point, "short"):                                               "/subscription/keys",
		`{"kind":"telegraph"}`: "/kind",
	} {
		status, _, out := r.ask(http.MethodPost, channels, body)
		require.Equal(t, http.StatusUnprocessableEntity, status, body)
		require.Equal(t, pointer, out["errors"].([]any)[0].(map[string]any)["pointer"], body)
	}
	status, _, out := r.ask(http.MethodPost, channels, subscription("https://push.example.com/1", point, secret))
	require.Equal(t, http.StatusCreated, status, out)
	_, _, kinds := r.ask(http.MethodGet, "/api/notifications/channel-kinds", "")
	require.Equal(t, r.keys.Public(), kinds["webpush"])
	require.Equal(t, []any{map[string]any{"name": "sms", "label": "SMS", "hint": "+49…"}}, kinds["bindings"])
	status, _, _ = r.ask(http.MethodGet, channels+"/nonsense", "")
	require.Equal(t, http.StatusNotFound, status)
}

func browserKeys(t *testing.T) (p256dh, secret string) {
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	require.NoError(t, err)
	raw := make([]byte, 16)
	_, _ = rand.Read(raw)
	return base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes()), base64.RawURLEncoding.EncodeToString(raw)
}

// A webhook that was allowed once is looked at again when it is called.
func TestAnAddressInsideIsNotCalled(t *testing.T) {
	t.Parallel()
	r, rc := newRig(t, func(h *host.Host) { h.Config.AllowPrivate = false }), newReceiver(t)
	c := r.hook(rc, "/", true)
	_, _, out := r.ask(http.MethodPost, channels+"/"+c.ID+"/test", "")
	require.Equal(t, map[string]any{"state": "failed", "detail": "forbidden"}, out)
	require.Empty(t, rc.take())
}

func TestABrowserThatUnsubscribedIsNotPushedAgain(t *testing.T) {
	t.Parallel()
	r, rc := newRig(t), newReceiver(t)
	point, secret := browserKeys(t)
	now := r.Clock.Now()
	c := postgres.Channel{
		ID: todotest.NewID(), Owner: "ada", Kind: "webpush", Address: postgres.Address{To: rc.URL + "/push", P256dh: point, Auth: secret},
		Enabled: true, Reminders: true, VerifiedAt: &now, CreatedAt: now,
	}
	require.NoError(t, r.World.Store.AddChannel(t.Context(), c))
	rc.status(http.StatusGone)
	r.remind(time.Hour, 0)
	r.Clock.Advance(time.Hour)
	r.come()
	require.Len(t, rc.take(), 1)
	require.Equal(t, "gone", r.deliveries()[0].Detail)
	_, _, read := r.ask(http.MethodGet, channels+"/"+c.ID, "")
	require.Equal(t, false, read["enabled"])
	require.Equal(t, "gone", read["failing"])
	r.remind(time.Hour, 0)
	r.Clock.Advance(time.Hour)
	r.come()
	require.Empty(t, rc.take())
}

func TestANotificationIsAcknowledgedSnoozedAndCompleted(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	latest := func() (id, task string) {
		_, _, out := r.ask(http.MethodGet, "/api/notifications", "")
		n := out["data"].([]any)[0].(map[string]any)
		return n["id"].(string), n["task_id"].(string)
	}
	nag := r.remind(time.Hour, 10*time.Minute)
	r.Clock.Advance(time.Hour)
	r.come()
	id, _ := latest()
	for range 2 { // pressed twice
		status, _, out := r.ask(http.MethodPost, "/api/notifications/"+id+"/acknowledge", "")
		require.Equal(t, http.StatusOK, status, out)
	}
	r.Clock.Advance(time.Hour)
	require.Empty(t, r.fire(), "it comes no more")
	_, _, out := r.ask(http.MethodGet, "/api/notifications", "")
	first := out["data"].([]any)[0].(map[string]any)
	require.Equal(t, true, first["acknowledged"])
	require.NotEmpty(t, first["read_at"])

	r.remind(time.Hour, 0)
	r.Clock.Advance(time.Hour)
	r.come()
	id, task := latest()
	status, header, out := r.ask(http.MethodPost, "/api/notifications/"+id+"/snooze", `{"minutes":15}`)
	require.Equal(t, http.StatusOK, status, out)
	require.NotEmpty(t, header.Get("Nudge-Change-Set"))
	require.Equal(t, r.Clock.Now().Add(15*time.Minute).Format(time.RFC3339), out["until"])
	r.Clock.Advance(15 * time.Minute)
	require.Len(t, r.fire(), 1)
	status, _, out = r.ask(http.MethodPost, "/api/notifications/"+id+"/snooze", `{"until":"tomorrow at 9"}`, "Time-Zone", "Europe/Paris")
	require.Equal(t, http.StatusOK, status, out)
	require.Equal(t, "2026-01-06T08:00:00Z", out["until"])
	for _, body := range []string{`{}`, `{"minutes":5,"until":"tomorrow"}`, `{"until":"colourless green ideas"}`, `{"minutes":0}`, `{"minutes":-5}`} {
		status, _, _ = r.ask(http.MethodPost, "/api/notifications/"+id+"/snooze", body)
		require.Equal(t, http.StatusUnprocessableEntity, status, body)
	}
	status, _, out = r.ask(http.MethodPost, "/api/notifications/"+id+"/complete", "")
	require.Equal(t, http.StatusOK, status, out)
	done, err := r.World.Store.Task(t.Context(), "ada", task)
	require.NoError(t, err)
	require.Equal(t, todo.StatusCompleted, done.Status)
	open, err := r.World.Store.Task(t.Context(), "ada", nag.ID)
	require.NoError(t, err)
	require.Equal(t, todo.StatusOpen, open.Status)
	status, _, _ = r.ask(http.MethodPost, "/api/notifications/"+todotest.NewID()+"/complete", "")
	require.Equal(t, http.StatusNotFound, status)
}

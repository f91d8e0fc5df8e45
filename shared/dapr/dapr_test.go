package dapr_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/infra/dapr/daprtest"
	"function/shared/config"
	"function/shared/dapr"
)

func connect(t *testing.T, sidecar *daprtest.Sidecar, token string) *dapr.Client {
	t.Helper()
	client, err := dapr.Connect(dapr.Options{GRPCEndpoint: sidecar.Ports.GRPCEndpoint(), HTTPEndpoint: sidecar.Ports.HTTPEndpoint(), APIToken: token})
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func TestConnectNeverWaits(t *testing.T) {
	t.Parallel()
	sidecar := daprtest.New(t, daprtest.Options{Secrets: map[string]string{"KEYSET": "k"}})
	client := connect(t, sidecar, "")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()

	err := client.Ready(ctx)
	require.ErrorIs(t, err, dapr.ErrUnavailable)
	require.True(t, dapr.Retryable(err))
	require.NoError(t, ctx.Err(), "a sidecar that is not there is noticed at once")
	_, _, err = client.Secrets("secretstore", "nudge").Lookup(ctx, "KEYSET")
	require.ErrorIs(t, err, dapr.ErrUnavailable)

	sidecar.Start()
	require.Eventually(t, func() bool { return client.Ready(t.Context()) == nil }, 30*time.Second, 10*time.Millisecond)
	sidecar.Stop()
	require.ErrorIs(t, client.Ready(t.Context()), dapr.ErrUnavailable)
	sidecar.Start()
	require.Eventually(t, func() bool { return client.Ready(t.Context()) == nil }, 30*time.Second, 10*time.Millisecond, "the client finds a restarted sidecar")
}

func TestConnectRefusesNoEndpoint(t *testing.T) {
	t.Parallel()
	_, err := dapr.Connect(dapr.Options{})
	require.Error(t, err)
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	sidecar := daprtest.Start(t, daprtest.Options{Secrets: map[string]string{"DATABASE_URL": "postgres://x", "KEYSET": "{\"k\":1}"}})
	client := connect(t, sidecar, "")

	values, err := client.Secret(t.Context(), "secretstore", "nudge")
	require.NoError(t, err)
	require.Equal(t, map[string]string{"DATABASE_URL": "postgres://x", "KEYSET": "{\"k\":1}"}, values)

	_, err = client.Secret(t.Context(), "secretstore", "nudge-statestore")
	require.ErrorIs(t, err, dapr.ErrRejected, "the components' secrets stay with the sidecar")
	_, err = client.Secret(t.Context(), "nowhere", "nudge")
	require.ErrorIs(t, err, dapr.ErrRejected)

	var functions config.Functions
	require.NoError(t, config.Load(t.Context(), &functions, config.Map{
		"AUTH_ISSUER": "i", "AUTH_AUDIENCE": "a", "AUTH_JWKS_URL": "http://a", "DATABASE_URL": "postgres://environment",
	}, config.Secrets(client.Secrets("secretstore", "nudge"))))
	require.Equal(t, "postgres://environment", functions.DatabaseURL)
	require.Equal(t, "{\"k\":1}", functions.Keyset)
}

func TestState(t *testing.T) {
	t.Parallel()
	client := connect(t, daprtest.Start(t, daprtest.Options{}), "")
	state := client.State("statestore")
	ctx := t.Context()

	item, err := state.Get(ctx, "list")
	require.NoError(t, err)
	require.Zero(t, item)

	require.NoError(t, state.Save(ctx, "list", []byte("one"), "", 0))
	require.ErrorIs(t, state.Save(ctx, "list", []byte("other"), "", 0), dapr.ErrConflict, "the key exists by now")
	item, err = state.Get(ctx, "list")
	require.NoError(t, err)
	require.Equal(t, "one", string(item.Value))

	require.NoError(t, state.Save(ctx, "list", []byte{0, 255}, item.ETag, time.Hour))
	err = state.Save(ctx, "list", []byte("late"), item.ETag, 0)
	require.ErrorIs(t, err, dapr.ErrConflict)
	require.False(t, dapr.Retryable(err))
	require.ErrorIs(t, state.Delete(ctx, "list", item.ETag), dapr.ErrConflict)
	item, err = state.Get(ctx, "list")
	require.NoError(t, err)
	require.Equal(t, []byte{0, 255}, item.Value)
	require.NoError(t, state.Delete(ctx, "list", item.ETag))
	item, err = state.Get(ctx, "list")
	require.NoError(t, err)
	require.Zero(t, item)

	require.NoError(t, state.Save(ctx, "short", []byte("x"), "", time.Millisecond))
	require.Eventually(t, func() bool {
		item, err := state.Get(ctx, "short")
		return err == nil && item.ETag == ""
	}, 30*time.Second, 50*time.Millisecond, "gone after one second")
	require.NoError(t, state.Save(ctx, "short", []byte("y"), "", 0), "an expired key does not exist")

	_, err = client.State("nowhere").Get(ctx, "list")
	require.ErrorIs(t, err, dapr.ErrRejected)
	gone, cancel := context.WithCancel(ctx)
	cancel()
	_, err = state.Get(gone, "list")
	require.ErrorIs(t, err, context.Canceled)
}

func TestAPIToken(t *testing.T) {
	t.Parallel()
	signIn := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.URL.Path)
	}))
	t.Cleanup(signIn.Close)
	sidecar := daprtest.Start(t, daprtest.Options{APIToken: "the token", AuthURL: signIn.URL})

	stranger := connect(t, sidecar, "")
	require.Error(t, stranger.Ready(t.Context()))
	client := connect(t, sidecar, "the token")
	require.NoError(t, client.Ready(t.Context()))

	response, err := client.HTTPClient().Get(client.MethodURL("auth", "/api/auth/jwks"))
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.Equal(t, "/api/auth/jwks", string(body))
}

func TestInvokeRepeatsReading(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	signIn := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if calls.Add(1) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(signIn.Close)
	client := connect(t, daprtest.Start(t, daprtest.Options{AuthURL: signIn.URL}), "")
	response, err := client.HTTPClient().Get(client.MethodURL("auth", "api/auth/jwks"))
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode, "two failures are repeated by the resiliency policy")
	require.EqualValues(t, 3, calls.Load())
}

func TestSendMail(t *testing.T) {
	t.Parallel()
	server := newMailServer(t)
	client := connect(t, daprtest.Start(t, daprtest.Options{SMTP: server.address}), "")
	ctx := t.Context()

	done := make(chan error)
	receivers := []string{"ada@nudge.example", "grace@nudge.example", "lin@nudge.example", "mary@nudge.example"}
	for _, to := range receivers {
		go func() {
			done <- client.SendMail(ctx, "mail", dapr.Mail{To: to, Subject: "Miete für " + to, HTML: "<p>" + to + "</p>"})
		}()
	}
	for range receivers {
		require.NoError(t, <-done)
	}
	for _, mail := range server.received() {
		require.Len(t, mail.to, 1)
		require.Contains(t, mail.body, mail.to[0], "each gets their own message and no other's")
	}
	require.Len(t, server.received(), len(receivers))

	for name, mail := range map[string]dapr.Mail{
		"no receiver":         {Subject: "s"},
		"two receivers":       {To: "a@x.example;b@x.example", Subject: "s"},
		"header in receiver":  {To: "a@x.example\r\nBcc: b@x.example", Subject: "s"},
		"header in subject":   {To: "a@x.example", Subject: "s\r\nBcc: b@x.example"},
		"name and address":    {To: "A <a@x.example>", Subject: "s"},
		"beyond ASCII":        {To: "zoë@x.example", Subject: "s"},
		"no subject":          {To: "a@x.example"},
		"refused by the host": {To: "refuse@x.example", Subject: "s"},
	} {
		err := client.SendMail(ctx, "mail", mail)
		require.ErrorIs(t, err, dapr.ErrRejected, name)
		require.False(t, dapr.Retryable(err))
	}
	err := client.SendMail(ctx, "mail", dapr.Mail{To: "later@x.example", Subject: "s"})
	require.True(t, dapr.Retryable(err), "%v", err)
	require.Len(t, server.received(), len(receivers))

	err = client.Send(ctx, "pigeon", "create", nil, nil)
	require.ErrorIs(t, err, dapr.ErrNotFound, "a binding that is not configured")
	server.stop()
	err = client.SendMail(ctx, "mail", dapr.Mail{To: "a@x.example", Subject: "s"})
	require.ErrorIs(t, err, dapr.ErrUnavailable)
	require.True(t, dapr.Retryable(err))
	require.False(t, strings.Contains(err.Error(), "\n"))
	require.True(t, dapr.Retryable(errors.New("another")))
}

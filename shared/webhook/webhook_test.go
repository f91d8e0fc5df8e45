package webhook

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"function/shared/channel"
	"function/shared/outbound"
)

func TestAReceiverCanVerifyWhatItGets(t *testing.T) {
	t.Parallel()
	secret := NewSecret(func(b []byte) { copy(b, "twenty-four random bytes") })
	require.Equal(t, "whsec_dHdlbnR5LWZvdXIgcmFuZG9tIGJ5dGVz", secret)
	verifier, err := standardwebhooks.NewWebhook(secret)
	require.NoError(t, err)
	status := http.StatusNoContent
	var header http.Header
	var raw []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header = r.Header
		raw, _ = io.ReadAll(r.Body)
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	s := &Sender{Client: outbound.Policy{AllowPrivate: true}.Client(), Now: time.Now}
	to := channel.Address{To: server.URL, Secret: secret}
	m := channel.Message{Kind: channel.Reminder, Title: "Pay rent", At: time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)}
	require.NoError(t, s.Send(t.Context(), to, m, "send-1"))
	require.NoError(t, verifier.Verify(raw, header))
	require.Equal(t, "send-1", header.Get("webhook-id"))
	var got body
	require.NoError(t, json.Unmarshal(raw, &got))
	require.Equal(t, "nudge.reminder", got.Type)
	require.Equal(t, "Pay rent", got.Data.Title)
	require.Error(t, verifier.Verify(append(raw, ' '), header), "changed on its way")

	for code, want := range map[int]channel.Failure{
		http.StatusGone:                {Reason: channel.Gone, Final: true, Gone: true},
		http.StatusBadRequest:          {Reason: channel.Refused, Final: true},
		http.StatusFound:               {Reason: channel.Refused, Final: true},
		http.StatusInternalServerError: {Reason: channel.Unreachable},
		http.StatusTooManyRequests:     {Reason: channel.Busy},
	} {
		status = code
		require.Equal(t, want, *channel.FailureOf(s.Send(t.Context(), to, m, "send-1")), code)
	}
	s.Client = outbound.Policy{}.Client()
	require.Equal(t, channel.Forbidden, channel.FailureOf(s.Send(t.Context(), to, m, "send-1")).Reason)
}

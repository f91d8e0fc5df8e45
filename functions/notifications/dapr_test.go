package notifications

import (
	"bufio"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/infra/dapr/daprtest"
	"function/shared/channel"
	"function/shared/dapr"
	"function/shared/host"
)

// mailServer takes what a client hands over (RFC 5321) and gives the letters.
func mailServer(t *testing.T) (address string, letters chan string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	letters = make(chan string, 10)
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go serveMail(connection, letters)
		}
	}()
	return listener.Addr().String(), letters
}

func serveMail(connection net.Conn, letters chan<- string) {
	defer func() { _ = connection.Close() }()
	reply := func(text string) { _, _ = fmt.Fprintf(connection, "%s\r\n", text) }
	lines := bufio.NewScanner(connection)
	reply("220 test")
	for lines.Scan() {
		switch strings.ToUpper(lines.Text()) {
		case "DATA":
			reply("354 go ahead")
			var letter strings.Builder
			for lines.Scan() && lines.Text() != "." {
				letter.WriteString(lines.Text() + "\r\n")
			}
			letters <- letter.String()
			reply("250 ok")
		case "QUIT":
			reply("221 bye")
			return
		default:
			reply("250 ok")
		}
	}
}

const httpComponent = `apiVersion: dapr.io/v1alpha1
kind: Component
metadata:
  name: ntfy
spec:
  type: bindings.http
  version: v1
  metadata:
    - name: url
      value: %q
scopes: [nudge]
`

// Mail and a binding that only the configuration knows, through a real sidecar.
func TestMailAndAnyBindingGoThroughTheSidecar(t *testing.T) {
	t.Parallel()
	address, letters := mailServer(t)
	type call struct {
		path, key, body string
	}
	calls := make(chan call, 10)
	status := http.StatusOK
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		calls <- call{r.URL.Path, r.Header.Get("Idempotency-Key"), string(body)}
		w.WriteHeader(status)
	}))
	t.Cleanup(service.Close)
	daprd := daprtest.Start(t, daprtest.Options{SMTP: address, Components: map[string]string{"ntfy": fmt.Sprintf(httpComponent, service.URL)}})
	r := newRig(t, func(h *host.Host) {
		h.Config.Bindings = `{"ntfy": {"binding": "ntfy", "operation": "post", "label": "ntfy", "metadata": {"path": "/{{.Address}}", "Idempotency-Key": "{{.Key}}"}, "data": "{{.Title}}"},
			"gone": {"binding": "gone", "label": "Not there"}}`
		var err error
		h.Dapr, err = dapr.Connect(dapr.Options{GRPCEndpoint: daprd.Ports.GRPCEndpoint(), HTTPEndpoint: daprd.Ports.HTTPEndpoint()})
		require.NoError(t, err)
		t.Cleanup(func() { _ = h.Dapr.Close() })
	})
	prove := func(body string, code func() string) string {
		status, _, made := r.ask(http.MethodPost, channels, body)
		require.Equal(t, http.StatusCreated, status, made)
		path := channels + "/" + made["id"].(string)
		_, _, out := r.ask(http.MethodPost, path+"/verify", `{}`)
		require.Equal(t, "sent", out["state"], out)
		_, _, out = r.ask(http.MethodPost, path+"/verify", `{"code":"`+code()+`"}`)
		require.Equal(t, "verified", out["state"], out)
		return path
	}
	mail := prove(`{"kind":"email","address":"ada@nudge.test"}`, func() string {
		letter := <-letters
		require.Contains(t, letter, "To: ada@nudge.test")
		return "000001"
	})
	binding := prove(`{"kind":"binding","binding":"ntfy","address":"ada-topic"}`, func() string {
		c := <-calls
		require.Equal(t, "/ada-topic", c.path)
		require.Equal(t, "Your code is 000002", c.body)
		return "000002"
	})
	r.remind(time.Hour, 0)
	r.Clock.Advance(time.Hour)
	r.come()
	keys := map[string]string{}
	for _, d := range r.deliveries() {
		require.Equal(t, "delivered", d.State, d)
		keys[d.Kind] = d.ID
	}
	c := <-calls
	require.Equal(t, call{"/ada-topic", keys[channel.Binding], "Pay rent"}, c)
	letter := <-letters
	require.Contains(t, letter, "Subject: Reminder: Pay rent")
	_, body, _ := strings.Cut(letter, "\r\n\r\n")
	text, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(body)))
	require.NoError(t, err)
	require.Contains(t, string(text), keys[channel.Email], "the key is in the mail")
	require.Contains(t, string(text), issuer+"/today?task=")

	r.Clock.Advance(time.Minute)
	status = http.StatusForbidden
	_, _, out := r.ask(http.MethodPost, binding+"/test", "")
	require.Equal(t, map[string]any{"state": "failed", "detail": "refused"}, out)
	<-calls
	r.Clock.Advance(time.Minute)
	_, _, made := r.ask(http.MethodPost, channels, `{"kind":"binding","binding":"gone","address":"x"}`)
	_, _, out = r.ask(http.MethodPost, channels+"/"+made["id"].(string)+"/verify", `{}`)
	require.Equal(t, map[string]any{"state": "failed", "detail": "unavailable"}, out, "the component is not there")
	daprd.Stop()
	_, _, out = r.ask(http.MethodPost, mail+"/test", "")
	require.Equal(t, map[string]any{"state": "failed", "detail": "unreachable"}, out)
}

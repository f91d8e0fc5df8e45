package gateway_test

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"function/infra/local/gateway"

	"github.com/stretchr/testify/require"
)

func named(t *testing.T, name string) *url.URL {
	t.Helper()
	return serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "%s %s %s %s", name, r.URL.RequestURI(), r.Host, r.Header.Get("X-Forwarded-For"))
	}))
}

func serve(t *testing.T, handler http.Handler) *url.URL {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	require.NoError(t, err)
	return address
}

var page = fstest.MapFS{
	"index.html":            {Data: []byte("<!doctype html><title>Nudge</title>")},
	"favicon.svg":           {Data: []byte("<svg/>")},
	"assets/app-1a2b.js":    {Data: []byte("plain")},
	"assets/app-1a2b.js.br": {Data: []byte("small")},
	"assets/app-1a2b.js.gz": {Data: []byte("zipped")},
}

func get(t *testing.T, base *url.URL, path string, header ...string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base.String()+path, nil)
	require.NoError(t, err)
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			request.Host = header[i+1]
		}
		request.Header.Set(header[i], header[i+1])
	}
	transport := &http.Transport{DisableCompression: true}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response, string(body)
}

func newGateway(t *testing.T, auth, functions *url.URL) *url.URL {
	t.Helper()
	return serve(t, gateway.New(gateway.Options{
		Auth: auth, Functions: functions, Page: gateway.Static(page), Hosts: []string{"localhost", "127.0.0.1", "::1"},
		Mail: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = fmt.Fprint(w, "mail "+r.URL.Path) }),
	}))
}

func TestRoutes(t *testing.T) {
	base := newGateway(t, named(t, "auth"), named(t, "functions"))
	for path, want := range map[string]string{
		"/api/auth/sign-in/email": "auth /api/auth/sign-in/email ",
		"/api/tasks?q=%2F":        "functions /api/tasks?q=%2F ",
		"/api/activity":           "functions /api/activity ",
		"/chatkit":                "functions /chatkit ",
		"/mcp":                    "functions /mcp ",
		"/.well-known/oauth-protected-resource/mcp": "functions /.well-known/oauth-protected-resource/mcp ",
		"/":                 "<!doctype html>",
		"/today":            "<!doctype html>",
		"/events/audit":     "<!doctype html>", // events are not for browsers
		"/health/readiness": "<!doctype html>",
		"/_mail/":           "mail /",
		"/_mail/x.eml":      "mail /x.eml",
	} {
		_, body := get(t, base, path)
		require.Truef(t, strings.HasPrefix(body, want), "%s → %s", path, body)
	}
	response, _ := get(t, base, "/assets/gone.js")
	require.Equal(t, http.StatusNotFound, response.StatusCode, "a missing file is not the page")
	response, _ = get(t, base, "/_mail")
	require.Equal(t, "/_mail/", response.Header.Get("Location"))
}

func TestForwardingHeadersAreTheGateways(t *testing.T) {
	base := newGateway(t, named(t, "auth"), named(t, "functions"))
	_, body := get(t, base, "/api/tasks", "X-Forwarded-For", "6.6.6.6")
	require.Equal(t, "functions /api/tasks "+base.Host+" 127.0.0.1", body)
}

func TestOtherHostNamesAreRefused(t *testing.T) {
	base := newGateway(t, named(t, "auth"), named(t, "functions"))
	for _, path := range []string{"/", "/api/tasks"} {
		response, body := get(t, base, path, "Host", "rebound.example")
		require.Equal(t, http.StatusMisdirectedRequest, response.StatusCode)
		require.Equal(t, "application/problem+json", response.Header.Get("Content-Type"))
		require.NotContains(t, body, "functions /")
	}
	response, _ := get(t, base, "/", "Host", "[::1]:8787")
	require.Equal(t, http.StatusOK, response.StatusCode)
}

func TestPageHeaders(t *testing.T) {
	base := newGateway(t, named(t, "auth"), named(t, "functions"))
	response, _ := get(t, base, "/")
	policy := response.Header.Get("Content-Security-Policy")
	require.Contains(t, policy, "script-src 'self';")
	require.Contains(t, policy, "frame-ancestors 'none'")
	require.Equal(t, "nosniff", response.Header.Get("X-Content-Type-Options"))
	require.Equal(t, "same-origin", response.Header.Get("Referrer-Policy"))
	require.Equal(t, "no-cache", response.Header.Get("Cache-Control"))
	again, _ := get(t, base, "/", "If-None-Match", response.Header.Get("ETag"))
	require.Equal(t, http.StatusNotModified, again.StatusCode)

	asset, body := get(t, base, "/assets/app-1a2b.js")
	require.Equal(t, "public, max-age=31536000, immutable", asset.Header.Get("Cache-Control"))
	require.Equal(t, "plain", body)
	for accepted, want := range map[string]string{"gzip, br": "small", "gzip": "zipped", "br;q=0, gzip;q=0.5": "zipped", "identity": "plain"} {
		asset, body = get(t, base, "/assets/app-1a2b.js", "Accept-Encoding", accepted)
		require.Equal(t, want, body, accepted)
		require.Contains(t, asset.Header.Get("Content-Type"), "javascript")
	}
	icon, _ := get(t, base, "/favicon.svg")
	require.Equal(t, "no-cache", icon.Header.Get("Cache-Control"))
}

func TestPageEscapesNothing(t *testing.T) {
	base := newGateway(t, named(t, "auth"), named(t, "functions"))
	for _, path := range []string{"/../../etc/passwd", "/assets/..%2f..%2fetc/passwd", "/%2e%2e/go.mod"} {
		_, body := get(t, base, path)
		require.NotContains(t, body, "root:")
		require.NotContains(t, body, "module")
	}
}

func TestPartAway(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	away := &url.URL{Scheme: "http", Host: listener.Addr().String()}
	require.NoError(t, listener.Close())
	base := newGateway(t, away, away)
	response, body := get(t, base, "/api/tasks")
	require.Equal(t, http.StatusServiceUnavailable, response.StatusCode)
	require.Equal(t, "1", response.Header.Get("Retry-After"))
	require.Contains(t, body, "the functions cannot be reached")
}

// TestStreamsAreNotBuffered has the server wait for the client to have read each
// event before it writes the next: buffering anywhere would stop both for good.
func TestStreamsAreNotBuffered(t *testing.T) {
	read := make(chan struct{})
	functions := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for i := range 3 {
			_, _ = fmt.Fprintf(w, "data: %d\n\n", i)
			_ = http.NewResponseController(w).Flush()
			select {
			case <-read:
			case <-r.Context().Done():
				return
			}
		}
	}))
	base := newGateway(t, functions, functions)
	client := &http.Client{Timeout: 10 * time.Second}
	response, err := client.Get(base.String() + "/api/live")
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	lines := bufio.NewScanner(response.Body)
	for i := range 3 {
		require.True(t, lines.Scan())
		require.Equal(t, fmt.Sprintf("data: %d", i), lines.Text())
		require.True(t, lines.Scan())
		read <- struct{}{}
	}
}

func TestWebSocketsPassToVite(t *testing.T) {
	vite := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "websocket" {
			_, _ = fmt.Fprint(w, "page")
			return
		}
		conn, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		_, _ = fmt.Fprint(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		line, _ := buffered.ReadString('\n')
		_, _ = fmt.Fprint(conn, "echo "+line)
	}))
	away := &url.URL{Scheme: "http", Host: "127.0.0.1:1"}
	base := serve(t, gateway.New(gateway.Options{
		Auth: away, Functions: away, Hosts: []string{"127.0.0.1"}, Page: gateway.Vite(vite, slog.New(slog.DiscardHandler)),
	}))
	response, body := get(t, base, "/")
	require.Equal(t, "page", body)
	require.Contains(t, response.Header.Get("Content-Security-Policy"), "ws:")

	conn, err := net.Dial("tcp", base.Host)
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	_, err = fmt.Fprintf(conn, "GET /hmr HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", base.Host)
	require.NoError(t, err)
	answer := bufio.NewReader(conn)
	upgraded, err := http.ReadResponse(answer, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusSwitchingProtocols, upgraded.StatusCode)
	_, err = fmt.Fprintln(conn, "hello")
	require.NoError(t, err)
	echo, err := answer.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "echo hello\n", echo)
}

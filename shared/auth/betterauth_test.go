package auth_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"function/infra/postgres/bootstrap"
	"function/infra/postgres/postgrestest"
	"function/shared/auth"
	"function/shared/postgres"
)

const serverDir = "../../frontend/auth"

// betterAuth is the real sign-in server on a real database.
type betterAuth struct {
	t         *testing.T
	database  string
	functions string // the functions\' own address of it
	secret    string
	env       []string
	base      string
	cmd       *exec.Cmd
	ports     chan int
	output    *bytes.Buffer // complete once the process has ended
	ended     chan struct{}
}

func newBetterAuth(t *testing.T) *betterAuth {
	t.Helper()
	installServer(t)
	roles := postgrestest.Roles(t)
	return &betterAuth{t: t, database: roles(bootstrap.Auth), functions: roles(bootstrap.Functions), secret: strings.Repeat("test", 8)}
}

// installing keeps parallel tests from installing into one folder at once.
var installing sync.Mutex

// installServer fetches the server's packages if they are not there yet.
func installServer(t *testing.T) {
	t.Helper()
	installing.Lock()
	defer installing.Unlock()
	_, err := exec.LookPath("node")
	require.NoError(t, err, "Node.js 20 or newer must be on PATH: this test runs the sign-in server")
	if _, err := os.Stat(filepath.Join(serverDir, "node_modules", ".package-lock.json")); err == nil {
		return
	}
	t.Log("installing the sign-in server's packages (npm ci)")
	npm := exec.CommandContext(t.Context(), "npm", "ci", "--no-audit", "--no-fund")
	npm.Dir = serverDir
	output, err := npm.CombinedOutput()
	require.NoError(t, err, "npm ci: %s", output)
}

func (b *betterAuth) command(args ...string) *exec.Cmd {
	cmd := exec.Command("node", append([]string{"server.js"}, args...)...)
	cmd.Dir = serverDir
	cmd.Env = append(os.Environ(), append([]string{
		"PORT=0", "HOST=127.0.0.1", "DATABASE_URL=" + b.database, "BETTER_AUTH_SECRET=" + b.secret,
		"BETTER_AUTH_URL=" + issuerName, "AUTH_ISSUER=" + issuerName, "AUTH_AUDIENCE=" + audience,
	}, b.env...)...)
	return cmd
}

// start returns when the server listens.
func (b *betterAuth) start() {
	b.t.Helper()
	b.launch()
	b.await()
}

func (b *betterAuth) launch() {
	b.t.Helper()
	b.cmd, b.output, b.ended, b.ports = b.command(), &bytes.Buffer{}, make(chan struct{}), make(chan int, 1)
	stdout, err := b.cmd.StdoutPipe()
	require.NoError(b.t, err)
	b.cmd.Stderr = os.Stderr
	require.NoError(b.t, b.cmd.Start())
	b.t.Cleanup(b.stop)
	go func() {
		defer close(b.ended)
		lines := bufio.NewScanner(io.TeeReader(stdout, b.output))
		for lines.Scan() {
			var line struct {
				Message string `json:"message"`
				Port    int    `json:"port"`
			}
			if json.Unmarshal(lines.Bytes(), &line) == nil && line.Message == "listening" {
				b.ports <- line.Port
			}
		}
		_ = b.cmd.Wait()
	}()
}

func (b *betterAuth) await() {
	b.t.Helper()
	select {
	case port := <-b.ports:
		b.base = fmt.Sprintf("http://127.0.0.1:%d/api/auth", port)
	case <-b.ended:
		b.t.Fatalf("the server ended: %s", b.output)
	case <-time.After(time.Minute):
		b.t.Fatal("the server does not listen")
	}
}

// stop ends the server as a supervisor does and waits for its end.
func (b *betterAuth) stop() {
	select {
	case <-b.ended:
		return
	default:
	}
	_ = b.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-b.ended:
	case <-time.After(10 * time.Second):
		_ = b.cmd.Process.Kill()
		b.t.Error("the server did not end on SIGTERM")
	}
}

// call sends a request as the page would and decodes the answer.
func (b *betterAuth) call(method, path, session string, body any) (*http.Response, map[string]any) {
	b.t.Helper()
	text := []byte(nil)
	if body != nil {
		var err error
		text, err = json.Marshal(body)
		require.NoError(b.t, err)
	}
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, bytes.NewReader(text))
	require.NoError(b.t, err)
	request.Header.Set("Origin", issuerName)
	request.Header.Set("Content-Type", "application/json")
	if session != "" {
		request.Header.Set("Authorization", "Bearer "+session)
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(b.t, err)
	defer response.Body.Close()
	answer := map[string]any{}
	_ = json.NewDecoder(response.Body).Decode(&answer)
	return response, answer
}

// signUp makes an account and returns its session token and id.
func (b *betterAuth) signUp(address string) (session, id string) {
	b.t.Helper()
	response, answer := b.call(http.MethodPost, "/sign-up/email", "", map[string]string{"name": "Ada", "email": address, "password": "correct horse"})
	require.Equal(b.t, http.StatusOK, response.StatusCode, "%v", answer)
	return response.Header.Get("Set-Auth-Token"), answer["user"].(map[string]any)["id"].(string)
}

func (b *betterAuth) token(session string) string {
	b.t.Helper()
	response, answer := b.call(http.MethodGet, "/token", session, nil)
	require.Equal(b.t, http.StatusOK, response.StatusCode, "%v", answer)
	return answer["token"].(string)
}

func (b *betterAuth) verifier() *auth.Verifier {
	return auth.NewVerifier(auth.Options{
		Issuer: issuerName, Audience: audience, JWKSURL: b.base + "/jwks", MinRefetch: time.Nanosecond,
	})
}

// expireKeys makes the server sign with a new key from now on.
func (b *betterAuth) expireKeys() {
	b.t.Helper()
	conn, err := pgx.Connect(b.t.Context(), b.database)
	require.NoError(b.t, err)
	defer func() { _ = conn.Close(context.WithoutCancel(b.t.Context())) }()
	changed, err := conn.Exec(b.t.Context(), `update auth.jwks set "expiresAt" = now() - interval '1 minute'`)
	require.NoError(b.t, err)
	require.EqualValues(b.t, 1, changed.RowsAffected(), "two servers that start together make one key")
}

func TestBetterAuth(t *testing.T) {
	t.Parallel()
	server := newBetterAuth(t)
	replica := *server
	server.launch()
	replica.launch() // both find an empty database
	server.await()
	replica.await()
	session, id := server.signUp("ada@nudge.example")
	token := server.token(session)
	require.Less(t, len(token), 500, "a token names its owner and nothing else")
	require.NotContains(t, token, "ada@")

	verifier := server.verifier()
	person, err := verifier.Verify(t.Context(), token)
	require.NoError(t, err)
	require.Equal(t, id, person.ID)
	require.WithinDuration(t, time.Now().Add(15*time.Minute), person.ExpiresAt, time.Minute)

	other := auth.NewVerifier(auth.Options{Issuer: issuerName, Audience: "other", JWKSURL: server.base + "/jwks"})
	_, err = other.Verify(t.Context(), token)
	require.Equal(t, auth.NotTrusted, auth.CodeOf(err))

	server.expireKeys()
	rotated := server.token(session)
	for _, token := range []string{token, rotated} {
		person, err = verifier.Verify(t.Context(), token)
		require.NoError(t, err, "old and new keys verify during the grace period")
		require.Equal(t, id, person.ID)
	}

	server.stop()
	fresh := auth.NewVerifier(auth.Options{Issuer: issuerName, Audience: audience, JWKSURL: server.base + "/jwks"})
	_, err = fresh.Verify(t.Context(), token)
	require.Equal(t, auth.Unavailable, auth.CodeOf(err))
	for _, token := range []string{token, rotated} {
		_, err = verifier.Verify(t.Context(), token)
		require.NoError(t, err, "the sign-in server may be away")
	}
	pool, err := postgres.Open(t.Context(), server.functions, 1)
	require.NoError(t, err)
	defer pool.Close()
	fresh = auth.NewVerifier(auth.Options{Issuer: issuerName, Audience: audience, JWKSURL: server.base + "/jwks", Published: postgres.New(pool, nil, nil).PublishedKeys})
	for _, token := range []string{token, rotated} {
		_, err = fresh.Verify(t.Context(), token)
		require.NoError(t, err, "even for a function that has just started: the keys are in the database")
	}
	_, err = pool.Exec(t.Context(), "select \"privateKey\" from auth.jwks")
	require.ErrorContains(t, err, "permission denied")
	require.NotContains(t, server.output.String(), "ada@", "no address in the log")
}

func TestBetterAuthSessions(t *testing.T) {
	t.Parallel()
	server := newBetterAuth(t)
	server.start()
	session, _ := server.signUp("grace@nudge.example")

	response, _ := server.call(http.MethodGet, "/ok", "", nil)
	require.Equal(t, http.StatusOK, response.StatusCode)
	response, _ = server.call(http.MethodGet, "/token", "", nil)
	require.Equal(t, http.StatusUnauthorized, response.StatusCode)
	response, answer := server.call(http.MethodPost, "/sign-up/email", "", map[string]string{"name": "Other", "email": "grace@nudge.example", "password": "another horse"})
	require.Equal(t, http.StatusUnprocessableEntity, response.StatusCode, "%v", answer)
	response, _ = server.call(http.MethodPost, "/sign-in/email", "", map[string]string{"email": "grace@nudge.example", "password": "wrong horse"})
	require.Equal(t, http.StatusUnauthorized, response.StatusCode)

	server.stop()
	require.NotContains(t, server.output.String(), "grace@", "no address in the log")
	server.start()
	server.token(session) // sessions and keys outlive the process

	response, answer = server.call(http.MethodPost, "/delete-user", session, map[string]string{"password": "correct horse"})
	require.Equal(t, http.StatusOK, response.StatusCode, "%v", answer)
	response, _ = server.call(http.MethodGet, "/token", session, nil)
	require.Equal(t, http.StatusUnauthorized, response.StatusCode, "an account that is gone gets no token")
}

func TestBetterAuthLimits(t *testing.T) {
	t.Parallel()
	server := newBetterAuth(t)
	server.start()
	guess := func() int {
		response, _ := server.call(http.MethodPost, "/sign-in/email", "", map[string]string{"email": "a@nudge.example", "password": "guess guess"})
		return response.StatusCode
	}
	for range 3 {
		require.Equal(t, http.StatusUnauthorized, guess())
	}
	require.Equal(t, http.StatusTooManyRequests, guess(), "guessing passwords is slow")

	response, answer := server.call(http.MethodPost, "/sign-in/email", "", map[string]string{"email": strings.Repeat("a", 70<<10)})
	require.Equal(t, http.StatusRequestEntityTooLarge, response.StatusCode, "%v", answer)
	response, _ = server.call(http.MethodGet, "/../../etc/passwd", "", nil)
	require.Equal(t, http.StatusNotFound, response.StatusCode)
}

func TestBetterAuthSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	server := newBetterAuth(t)
	server.start()
	server.stop()

	server.secret = strings.Repeat("else", 8)
	output, err := server.command().CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(output), "--new-keys", "a changed secret is noticed at the start, with the way out")
	output, err = server.command("--new-keys").CombinedOutput()
	require.NoError(t, err, "%s", output)
	server.start()
	session, _ := server.signUp("lin@nudge.example")
	_, err = server.verifier().Verify(t.Context(), server.token(session))
	require.NoError(t, err)

	server.env = []string{"AUTH_ISSUER=", "PORT=many"}
	output, err = server.command().CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(output), "AUTH_ISSUER is not set; PORT must be a number")
	server.env = []string{"DATABASE_URL=postgres://nobody:secret@127.0.0.1:1/none"}
	output, err = server.command().CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(output), "ECONNREFUSED")
	require.NotContains(t, string(output), "secret@")
}

// Package daprtest gives tests a real sidecar with the resources of a laptop:
// secrets in a file, state in PostgreSQL, mail to a server of the test's choice.
package daprtest

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"function/infra/dapr/sidecar"
	"function/infra/postgres/bootstrap"
	"function/infra/postgres/postgrestest"
)

// Options of a sidecar; every field may be left out.
type Options struct {
	// Secrets are the keys and values of the secret `nudge`.
	Secrets map[string]string
	// StateURL is the database of the state store; a fresh one by default.
	StateURL string
	// SMTP is host:port of the mail server; by default nobody listens there.
	SMTP string
	// AuthURL is the sign-in server's base address; by default nobody listens.
	AuthURL string
	// APIToken is asked of every caller when it is not empty.
	APIToken string
	// Components are further component files, by name.
	Components map[string]string
}

// Sidecar is a daprd that ends with the test.
type Sidecar struct {
	t       testing.TB
	program string
	dir     string
	token   string
	Ports   sidecar.Ports
	cmd     *exec.Cmd
	output  *bytes.Buffer
}

// Start returns when the sidecar serves its components. The first call in a
// fresh tree builds daprd, which takes minutes.
func Start(t testing.TB, options Options) *Sidecar {
	t.Helper()
	s := New(t, options)
	s.Start()
	return s
}

// New prepares a sidecar that Start starts.
func New(t testing.TB, options Options) *Sidecar {
	t.Helper()
	_, file, _, _ := runtime.Caller(0)
	root := filepath.Join(filepath.Dir(file), "..", "..", "..")
	program, err := sidecar.Program(context.Background(), root, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	if options.StateURL == "" {
		options.StateURL = postgrestest.Roles(t)(bootstrap.Dapr)
	}
	dir := t.TempDir()
	s := &Sidecar{t: t, program: program, dir: dir, token: options.APIToken, Ports: sidecar.Ports{HTTP: freePort(t), GRPC: freePort(t), Internal: freePort(t)}}
	values := sidecar.Values{SecretsFile: filepath.Join(dir, "secrets.json"), SMTPHost: "127.0.0.1", SMTPPort: 1, AuthURL: options.AuthURL}
	if options.SMTP != "" {
		host, port, err := net.SplitHostPort(options.SMTP)
		if err != nil {
			t.Fatal(err)
		}
		values.SMTPHost = host
		values.SMTPPort, _ = strconv.Atoi(port)
	}
	if values.AuthURL == "" {
		values.AuthURL = "http://127.0.0.1:1"
	}
	writeSecrets(t, values.SecretsFile, options)
	if err := sidecar.Render(dir, values); err != nil {
		t.Fatal(err)
	}
	for name, text := range options.Components {
		if err := os.WriteFile(filepath.Join(dir, "resources", name+".yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func writeSecrets(t testing.TB, path string, options Options) {
	text, err := json.Marshal(map[string]map[string]string{
		"nudge":            options.Secrets,
		"nudge-statestore": {"DATABASE_URL": options.StateURL},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Start starts the sidecar, again after Stop on the same ports.
func (s *Sidecar) Start() {
	s.t.Helper()
	s.output = &bytes.Buffer{}
	// Stop ends it, after a chance to end by itself.
	s.cmd = exec.CommandContext(context.Background(), s.program, sidecar.Args(s.dir, s.Ports)...)
	s.cmd.Env = append(os.Environ(), sidecar.Env(s.token)...)
	s.cmd.Stdout, s.cmd.Stderr = s.output, s.output
	s.cmd.WaitDelay = time.Second
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(s.Stop)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := sidecar.WaitReady(ctx, s.Ports); err != nil {
		s.Stop()
		s.t.Fatalf("%v\n%s", err, s.output)
	}
}

// Stop ends the sidecar and waits for its end.
func (s *Sidecar) Stop() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	killed := time.AfterFunc(10*time.Second, func() { _ = s.cmd.Process.Kill() })
	_ = s.cmd.Wait()
	killed.Stop()
	s.cmd = nil
}

// Output is what the sidecar has written; complete after Stop.
func (s *Sidecar) Output() string { return s.output.String() }

// freePort finds a port that nobody uses now, below those that the system gives
// to outgoing connections and to listeners without a wish: one of these could be
// taken before the sidecar listens.
func freePort(t testing.TB) int {
	t.Helper()
	for range 100 {
		port := 10000 + rand.IntN(22000) //nolint:gosec // a port is no secret
		listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", net.JoinHostPort(sidecar.Address, strconv.Itoa(port)))
		if err == nil {
			_ = listener.Close()
			return port
		}
	}
	t.Fatal("no free port between 10000 and 32000")
	return 0
}

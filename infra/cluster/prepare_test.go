package cluster_test

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"function/infra/postgres"
	"function/infra/postgres/bootstrap"
	"function/shared/seal"
)

const databasePort = "5432"

// prepare starts a PostgreSQL that the pods can reach, and puts into the namespace what
// docs/deploy.md asks an operator for.
func (r *rig) prepare(t *testing.T) {
	t.Helper()
	_, err := run(t, nil, "kubectl", "get", "namespace", namespace)
	if err != nil {
		_, err = run(t, nil, "kubectl", "create", "namespace", namespace)
		require.NoError(t, err)
	}
	// What is deployed here is held to the strictest of Kubernetes' pod security standards,
	// which Dapr's sidecars meet where their injector is told so (docs/deploy.md).
	_, err = run(t, nil, "kubectl", "--namespace", "dapr-system", "set", "env", "deployment/dapr-sidecar-injector", "SIDECAR_DROP_ALL_CAPABILITIES=true")
	require.NoError(t, err)
	_, err = run(t, nil, "kubectl", "--namespace", "dapr-system", "rollout", "status", "deployment/dapr-sidecar-injector", "--timeout=120s")
	require.NoError(t, err)
	_, err = run(t, nil, "kubectl", "label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted", "--overwrite")
	require.NoError(t, err)
	secret, _ := run(t, nil, "kubectl", "get", "secret", "nudge-auth", "--namespace", namespace, "--ignore-not-found", "--output=name")
	dir, err := filepath.Abs(filepath.Join(root, ".build", "cluster", "postgres"))
	require.NoError(t, err)
	if secret == "" { // a new cluster: what the last one left is sealed with secrets that are gone
		require.NoError(t, os.RemoveAll(dir))
	}
	require.NoError(t, os.MkdirAll(dir, 0o755))
	server, err := postgres.Start(t.Context(), postgres.Options{Dir: dir})
	require.NoError(t, err)
	t.Cleanup(func() { server.Stop() })
	adminOf := func(database string) string { return server.URL(postgres.Superuser, database) }
	require.NoError(t, bootstrap.Database(t.Context(), adminOf, "nudge", server.Password))
	r.database, err = pgx.Connect(t.Context(), adminOf("nudge"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = r.database.Close(context.Background()) })

	local, err := url.Parse(adminOf("nudge"))
	require.NoError(t, err)
	forward(t, net.JoinHostPort(r.databaseHost, databasePort), local.Host)
	address := func(role string) string {
		u, err := url.Parse(server.URL(role, "nudge"))
		require.NoError(t, err)
		u.Host = net.JoinHostPort(r.databaseHost, databasePort)
		return u.String()
	}
	if secret == "" {
		keyset, err := seal.NewKeyset()
		require.NoError(t, err)
		r.secret(t, "nudge", map[string]string{"DATABASE_URL": address(bootstrap.Functions), "KEYSET": keyset})
		r.secret(t, "nudge-auth", map[string]string{"DATABASE_URL": address(bootstrap.Auth), "BETTER_AUTH_SECRET": token()})
	}
	r.secret(t, "nudge-statestore", map[string]string{"DATABASE_URL": address(bootstrap.Dapr)})
	r.secret(t, "nudge-migrate", map[string]string{"MIGRATE_URL": address(bootstrap.Migrate)})
	r.secret(t, "nudge-mail", map[string]string{"host": r.databaseHost, "port": "2525", "user": "nudge", "password": token(), "from": "nudge@" + host})
	apply(t, map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "nudge", "namespace": namespace},
		"data": map[string]string{
			"auth-issuer": "http://" + host, "auth-audience": "nudge",
			"auth-jwks-url":        "http://127.0.0.1:3500/v1.0/invoke/auth/method/api/auth/jwks",
			"auth-trusted-proxies": "127.0.0.0/8,::1,10.0.0.0/8",
		},
	})
	r.pods = watch(t)
}

func (r *rig) secret(t *testing.T, name string, data map[string]string) {
	t.Helper()
	apply(t, map[string]any{
		"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": name, "namespace": namespace}, "stringData": data,
	})
}

func token() string {
	random := make([]byte, 32)
	_, _ = rand.Read(random)
	return base64.RawURLEncoding.EncodeToString(random)
}

// forward carries connections to the pods' address of this machine on to PostgreSQL,
// which listens on the loopback alone.
func forward(t *testing.T, from, to string) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", from)
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go carry(client, to)
		}
	}()
}

func carry(client net.Conn, to string) {
	defer func() { _ = client.Close() }()
	server, err := net.Dial("tcp", to) //nolint:noctx // ends with its client
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	go func() {
		_, _ = io.Copy(server, client)
		_ = server.(*net.TCPConn).CloseWrite()
	}()
	_, _ = io.Copy(client, server)
}

// count asks the database for one number.
func (r *rig) count(t testing.TB, sql string, args ...any) (n int) {
	t.Helper()
	require.NoError(t, r.database.QueryRow(t.Context(), strings.TrimSpace(sql), args...).Scan(&n))
	return n
}

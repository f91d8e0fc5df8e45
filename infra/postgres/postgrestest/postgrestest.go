// Package postgrestest gives tests databases on a real PostgreSQL server.
//
// The first test that asks starts one server for its test binary, in a temporary
// folder and without waiting for the disk. A small watchdog process stops the
// server and removes the folder when the test binary ends, however it ends.
package postgrestest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"function/infra/postgres"
	"function/infra/postgres/bootstrap"

	"github.com/jackc/pgx/v5"
)

var shared = sync.OnceValues(startServer)

// startServer is not tied to the test that comes first: the server serves all.
func startServer() (*postgres.Server, error) {
	dir, err := os.MkdirTemp("", "nudge-postgres-")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	server, err := postgres.Start(ctx, postgres.Options{Dir: dir, Settings: map[string]string{
		"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200",
	}})
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	keepOpen, err = watch(server.PID(), dir)
	return server, err
}

// keepOpen holds the watchdog's pipe, so that it closes when this process ends
// and not when nothing refers to it any more.
var keepOpen *os.File //nolint:unused // being reachable is its use

// folder makes a folder for a server that watch will remove.
func folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "nudge-postgres-")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// watch starts a shell that waits for the end of its input, which is the end of this
// process unless the pipe is closed before, and then stops the server and removes its
// folder.
func watch(pid int, dir string) (pipe *os.File, err error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer func() { _ = read.Close() }()
	const script = `read -r _; kill -INT "$0" 2>/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$0" 2>/dev/null || break; sleep 0.2; done
kill -KILL "$0" 2>/dev/null; rm -rf "$1"`
	shell := exec.CommandContext(context.Background(), "/bin/sh", "-c", script, strconv.Itoa(pid), dir)
	shell.Dir = os.TempDir()
	shell.Stdin = read
	shell.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Ctrl-C must not stop it
	if err := shell.Start(); err != nil {
		return nil, err
	}
	return write, shell.Process.Release()
}

func server(t testing.TB) *postgres.Server {
	t.Helper()
	server, err := shared()
	if err != nil {
		t.Fatalf("start PostgreSQL for the tests: %v", err)
	}
	return server
}

var number atomic.Int64

// Database makes an empty database and returns a superuser's connection string
// to it. It is dropped when the test ends.
func Database(t testing.TB) string {
	t.Helper()
	return server(t).URL(postgres.Superuser, create(t, "template1"))
}

// Roles makes a database with Nudge's roles and schemas (package bootstrap) and
// returns each role's connection string to it: bootstrap.Functions and so on, or
// postgres.Superuser.
func Roles(t testing.TB) func(role string) string {
	t.Helper()
	server := server(t)
	name := create(t, prepared(t, "bootstrap", func(ctx context.Context, name string) error {
		adminOf := func(database string) string { return server.URL(postgres.Superuser, database) }
		return bootstrap.Database(ctx, adminOf, name, server.Password)
	}))
	return rolesOf(t, server, name)
}

// RolesTemplate is [Roles] after migrate has run: it runs once per name and test
// binary, and every call copies its result, which takes some ten milliseconds.
func RolesTemplate(t testing.TB, name string, migrate func(url func(role string) string) error) func(role string) string {
	t.Helper()
	server := server(t)
	template := prepared(t, "roles-"+name, func(ctx context.Context, database string) error {
		adminOf := func(database string) string { return server.URL(postgres.Superuser, database) }
		if err := bootstrap.Database(ctx, adminOf, database, server.Password); err != nil {
			return err
		}
		return migrate(func(role string) string { return server.URL(role, database) })
	})
	return rolesOf(t, server, create(t, template))
}

// Template makes a database from one that migrate has prepared, and returns a
// superuser's connection string to it. migrate runs once per name and test
// binary; it must close its connections.
func Template(t testing.TB, name string, migrate func(url string) error) string {
	t.Helper()
	server := server(t)
	template := prepared(t, name, func(ctx context.Context, database string) error {
		if err := execute(ctx, server, "postgres", "create database "+quote(database)); err != nil {
			return err
		}
		return migrate(server.URL(postgres.Superuser, database))
	})
	return server.URL(postgres.Superuser, create(t, template))
}

// rolesOf gives the copy of a template the rights that PostgreSQL keeps outside
// of a database's contents, and which a copy therefore lacks.
func rolesOf(t testing.TB, server *postgres.Server, database string) func(role string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server.URL(postgres.Superuser, database))
	if err != nil {
		t.Fatalf("connect to %s: %v", database, err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	if err := bootstrap.Schemas(t.Context(), conn, database); err != nil {
		t.Fatalf("rights of %s: %v", database, err)
	}
	return func(role string) string { return server.URL(role, database) }
}

type template struct {
	once sync.Once
	err  error
}

var templates sync.Map // name → *template

// prepared makes the template database once and returns its name.
func prepared(t testing.TB, name string, prepare func(ctx context.Context, database string) error) string {
	t.Helper()
	entry, _ := templates.LoadOrStore(name, &template{})
	made := entry.(*template)
	database := "template-" + name
	made.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		made.err = prepare(ctx, database)
	})
	if made.err != nil {
		t.Fatalf("prepare the template %s: %v", name, made.err)
	}
	return database
}

func create(t testing.TB, template string) string {
	t.Helper()
	server := server(t)
	name := fmt.Sprintf("test-%d", number.Add(1))
	if err := execute(t.Context(), server, "postgres", fmt.Sprintf("create database %s template %s", quote(name), quote(template))); err != nil {
		t.Fatalf("make a database from %s: %v", template, err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := execute(ctx, server, "postgres", fmt.Sprintf("drop database %s with (force)", quote(name))); err != nil {
			t.Errorf("drop the database %s: %v", name, err)
		}
	})
	return name
}

func execute(ctx context.Context, server *postgres.Server, database, sql string) error {
	conn, err := pgx.Connect(ctx, server.URL(postgres.Superuser, database))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	_, err = conn.Exec(ctx, sql)
	return err
}

func quote(identifier string) string { return pgx.Identifier{identifier}.Sanitize() }

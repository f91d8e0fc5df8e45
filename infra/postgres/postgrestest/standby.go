package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"function/infra/postgres"
	"function/infra/postgres/bootstrap"

	"github.com/jackc/pgx/v5"
)

// catchUp ends a hopeless wait for the standby.
const catchUp = 30 * time.Second

// Pair is a server of a test's own, and a standby that streams from it.
type Pair struct {
	Primary, Standby *postgres.Server
	dir              string // of the standby
	database         string
}

// Replicated is [Roles] after migrate has run, on a pair of servers of its own. Both end
// with the test.
func Replicated(t testing.TB, migrate func(url func(role string) string) error) *Pair {
	t.Helper()
	p := &Pair{dir: folder(t), database: "replicated"}
	dir := folder(t)
	p.Primary = own(t, dir, 0)
	ctx := t.Context()
	adminOf := func(database string) string { return p.Primary.URL(postgres.Superuser, database) }
	if err := bootstrap.Database(ctx, adminOf, p.database, p.Primary.Password); err != nil {
		t.Fatal(err)
	}
	if err := migrate(p.PrimaryURL); err != nil {
		t.Fatal(err)
	}
	if err := p.backUp(ctx, dir); err != nil {
		t.Fatalf("back the primary up: %v", err)
	}
	p.Standby = own(t, p.dir, 0)
	p.CaughtUp(t)
	return p
}

// own starts a server that ends with the test.
func own(t testing.TB, dir string, port int) *postgres.Server {
	t.Helper()
	server, err := postgres.Start(t.Context(), postgres.Options{Dir: dir, Port: port, Settings: map[string]string{"fsync": "off", "max_connections": "50"}})
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	t.Cleanup(server.Stop)
	pipe, err := watch(server.PID(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Stop(); _ = pipe.Close() })
	return server
}

// backUp makes a base backup by PostgreSQL's low-level functions: not every place that
// has a server has pg_basebackup as well.
func (p *Pair) backUp(ctx context.Context, from string) error {
	conn, err := pgx.Connect(ctx, p.Primary.URL(postgres.Superuser, "postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, `select pg_backup_start('standby', true)`); err != nil {
		return err
	}
	if err := copyServer(from, p.dir); err != nil {
		return err
	}
	var label string
	if err := conn.QueryRow(ctx, `select labelfile from pg_backup_stop(false)`).Scan(&label); err != nil {
		return err
	}
	upstream := fmt.Sprintf("host=127.0.0.1 port=%d user=%s password=%s", p.Primary.Port(), postgres.Superuser, p.Primary.Password(postgres.Superuser))
	for name, text := range map[string]string{
		"backup_label": label, "standby.signal": "", "postgresql.auto.conf": "primary_conninfo = '" + upstream + "'\nwal_retrieve_retry_interval = '100ms'\n",
	} {
		if err := os.WriteFile(filepath.Join(p.dir, "data", name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// copyServer copies a server's folder without what belongs to its process or its log.
func copyServer(from, to string) error {
	root, err := os.OpenRoot(from)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	return fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // removed meanwhile: the log knows
			return nil
		}
		if err != nil {
			return err
		}
		target := filepath.Join(to, name)
		switch {
		case entry.IsDir():
			return os.MkdirAll(target, 0o700)
		case strings.HasPrefix(name, "data/pg_wal/"), strings.HasPrefix(entry.Name(), "postmaster."):
			return nil
		}
		content, err := root.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return os.WriteFile(target, content, 0o600)
	})
}

// PrimaryURL is a role's connection string to the primary.
func (p *Pair) PrimaryURL(role string) string { return p.Primary.URL(role, p.database) }

// StandbyURL is a role's connection string to the standby.
func (p *Pair) StandbyURL(role string) string { return p.Standby.URL(role, p.database) }

// Pause stops the standby from showing what it receives; Resume lets it go on.
func (p *Pair) Pause(t testing.TB) {
	t.Helper()
	p.ask(t, p.Standby, `select pg_wal_replay_pause()::text`)
	p.until(t, `select (pg_get_wal_replay_pause_state() = 'paused')::text`)
}

// Resume ends a Pause.
func (p *Pair) Resume(t testing.TB) {
	t.Helper()
	p.ask(t, p.Standby, `select pg_wal_replay_resume()::text`)
}

// CaughtUp waits until the standby shows what the primary has written by now.
func (p *Pair) CaughtUp(t testing.TB) {
	t.Helper()
	// A record of its own: behind the end of a file the position is ahead of what was written.
	p.ask(t, p.Primary, `select pg_logical_emit_message(true, 'nudge', 'here')::text`)
	at := p.ask(t, p.Primary, `select pg_current_wal_insert_lsn()::text`)
	p.until(t, `select (pg_last_wal_replay_lsn() >= '`+at+`')::text`)
}

// KillStandby ends the standby and all its connections without a word.
func (p *Pair) KillStandby(t testing.TB) {
	t.Helper()
	if err := syscall.Kill(-p.Standby.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-p.Standby.Done()
}

// StartStandby starts a killed standby again, where it was.
func (p *Pair) StartStandby(t testing.TB) {
	t.Helper()
	p.Standby = own(t, p.dir, p.Standby.Port())
}

func (p *Pair) until(t testing.TB, condition string) {
	t.Helper()
	deadline := time.NewTimer(catchUp)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for p.ask(t, p.Standby, condition) != "true" {
		select {
		case <-deadline.C:
			t.Fatalf("the standby never came to %s", condition)
		case <-tick.C:
		}
	}
}

func (p *Pair) ask(t testing.TB, server *postgres.Server, sql string) (answer string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server.URL(postgres.Superuser, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	if err := conn.QueryRow(t.Context(), sql).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return answer
}

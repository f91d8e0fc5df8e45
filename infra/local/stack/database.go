package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"function/infra/local/build"
	"function/infra/local/supervise"
	"function/infra/postgres"
	"function/infra/postgres/bootstrap"
)

const (
	databaseName = "nudge"

	roleMigrate   = bootstrap.Migrate
	roleFunctions = bootstrap.Functions
	roleAuth      = bootstrap.Auth
	roleDapr      = bootstrap.Dapr
)

// database is the server as it runs now; every run has the same port and
// passwords.
type database struct {
	mu     sync.Mutex
	server *postgres.Server
}

func (d *database) set(server *postgres.Server) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.server = server
}

func (d *database) get() *postgres.Server {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.server
}

func (d *database) url(role string) string { return d.get().URL(role, databaseName) }

func (s *Stack) runPostgres(ctx context.Context) error {
	dir := filepath.Join(s.paths.data, "postgres")
	bin, err := s.findPostgres(ctx, dir)
	if err != nil {
		return err
	}
	log, err := s.log(unitPostgres)
	if err != nil {
		return err
	}
	port := s.ports.postgres
	return s.add(ctx, unitPostgres, local(port), "accepting connections", func(ctx context.Context) (supervise.Running, error) {
		server, err := postgres.Start(ctx, postgres.Options{Dir: dir, Bin: bin, Port: port, Log: log})
		if err != nil {
			return nil, err
		}
		s.postgres.set(server)
		return postgresRun{server}, nil
	})
}

// postgresRun is a server that nobody asked to stop when it ends.
type postgresRun struct{ *postgres.Server }

func (r postgresRun) Err() error {
	if err := r.Server.Err(); err != nil {
		return fmt.Errorf("the server ended: %w", err)
	}
	return errors.New("the server was shut down from outside")
}

// findPostgres takes the machine's PostgreSQL, else the one from npm.
func (s *Stack) findPostgres(ctx context.Context, dir string) (string, error) {
	npm := postgresPrograms(s.tree)
	installed, _ := build.PostgresBin(npm) // absent is fine here
	bin, err := postgres.Find(ctx, dir, installed)
	if !errors.Is(err, postgres.ErrNotFound) && !isOtherVersion(err) {
		return bin, err
	}
	target := s.tree.Postgres(npm)
	if s.tree.Fresh(target) {
		return "", err // it has been tried, and does not fit the data
	}
	if err := s.build(target)(ctx); err != nil {
		return "", err
	}
	if installed, err = build.PostgresBin(npm); err != nil {
		return "", err
	}
	return postgres.Find(ctx, dir, installed)
}

func isOtherVersion(err error) bool {
	var other *postgres.VersionError
	return errors.As(err, &other)
}

// postgresPrograms is where npm's PostgreSQL goes. Root's server runs as another
// account, which may not be allowed into root's project folder.
func postgresPrograms(tree build.Tree) string {
	if os.Geteuid() == 0 {
		return "/var/cache/nudge/postgres"
	}
	return filepath.Join(tree.Out, "postgres")
}

func (s *Stack) bootstrap(ctx context.Context) error {
	server := s.postgres.get()
	adminOf := func(database string) string { return server.URL(postgres.Superuser, database) }
	if err := bootstrap.Database(ctx, adminOf, databaseName, server.Password); err != nil {
		return err
	}
	urls := map[string]string{}
	for _, role := range []string{postgres.Superuser, roleMigrate, roleFunctions, roleAuth, roleDapr} {
		urls[role] = s.postgres.url(role)
	}
	s.status.databases(urls)
	s.secrets.Functions.DatabaseURL = urls[roleFunctions]
	s.secrets.State.DatabaseURL = urls[roleDapr]
	return s.secrets.Save(s.paths.secrets)
}

// migrate brings the tables up to date.
func (s *Stack) migrate(ctx context.Context) error {
	step := s.report.Step("tables")
	defer step.Drop()
	log, err := s.log("migrate")
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	err = supervise.Process{
		Path: s.tree.Migrate().Output, Dir: s.paths.run, Log: log,
		Env: environment(nil, map[string]string{"MIGRATE_URL": s.postgres.url(roleMigrate)}),
	}.Run(ctx)
	if err != nil {
		return fmt.Errorf("bring the database's tables up to date: %w", err)
	}
	step.Done("up to date")
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"function/infra/postgres"
	"function/infra/postgres/bootstrap"
	"function/shared/postgres/migrations"
	"function/shared/seal"

	store "function/shared/postgres"
)

// settings of the server: what is lost with the machine is lost here anyway. Nothing
// that depends on real time may change a plan.
var settings = map[string]string{
	"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200", "autovacuum": "off",
	"jit": "off", "plan_cache_mode": "force_generic_plan", "shared_buffers": "128MB", "max_wal_size": "2GB", "checkpoint_timeout": "1h",
	"unix_socket_directories": ".", // of the data
}

// server is reached by its socket: most of a statement is the way to it and back.
type server struct {
	*postgres.Server
	dir string
}

// URL is a role's address of a database.
func (s server) URL(role, database string) string {
	address, err := url.Parse(s.Server.URL(role, database))
	if err != nil {
		panic(err)
	}
	query := address.Query()
	query.Set("host", filepath.Join(s.dir, "data"))
	query.Set("port", address.Port())
	address.Host, address.RawQuery = "", query.Encode()
	return address.String()
}

// startServer runs a PostgreSQL of its own in a temporary folder.
func startServer(ctx context.Context) (server, func(), error) {
	dir, err := os.MkdirTemp("", "nudge-simulation-")
	if err != nil {
		return server{}, nil, err
	}
	started, err := postgres.Start(ctx, postgres.Options{Dir: dir, Settings: settings})
	if err != nil {
		return server{}, nil, errors.Join(err, os.RemoveAll(dir))
	}
	return server{started, dir}, func() {
		started.Stop()
		_ = os.RemoveAll(dir)
	}, nil
}

// database is a worker's: each seed finds it empty.
type database struct {
	pool   *pgxpool.Pool // as the functions' role; processes yield in it
	admin  *pgx.Conn     // past row-level security: for the checker, and for trouble
	super  *pgx.Conn     // ends backends
	tables string
	ring   *seal.Keyring
	world  *world // whose processes use the pool now
}

// openDatabase makes a worker's database.
func openDatabase(ctx context.Context, url func(role, database string) string, password func(role string) string, name string) (*database, error) {
	if err := bootstrap.Database(ctx, func(database string) string { return url(postgres.Superuser, database) }, name, password); err != nil {
		return nil, err
	}
	if _, err := migrations.Up(ctx, url(bootstrap.Migrate, name)); err != nil {
		return nil, err
	}
	d := &database{}
	if err := d.connect(ctx, url, name); err != nil {
		return nil, err
	}
	keyset, err := seal.NewKeyset()
	if err != nil {
		return nil, err
	}
	if d.ring, err = seal.OpenKeyring(keyset); err != nil {
		return nil, err
	}
	return d, d.listTables(ctx)
}

const maxConns = 60

func (d *database) connect(ctx context.Context, url func(role, database string) string, name string) (err error) {
	if d.admin, err = pgx.Connect(ctx, url(bootstrap.Migrate, name)); err != nil {
		return err
	}
	if d.super, err = pgx.Connect(ctx, url(postgres.Superuser, name)); err != nil {
		return err
	}
	plain, err := store.Open(ctx, url(bootstrap.Functions, name), maxConns)
	if err != nil {
		return err
	}
	config := plain.Config()
	plain.Close()
	config.ConnConfig.Tracer = tracer{d}
	// Nothing runs beside a process that waits for a lock: it would wait for ever.
	config.ConnConfig.RuntimeParams["lock_timeout"] = "1s"
	config.HealthCheckPeriod = 1 << 40 // real time has no say
	config.MaxConnIdleTime, config.MaxConnLifetime = 1<<40, 1<<40
	d.pool, err = pgxpool.NewWithConfig(ctx, config)
	return err
}

func (d *database) listTables(ctx context.Context) error {
	rows, err := d.admin.Query(ctx, `SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'nudge' AND tablename <> 'goose_db_version' ORDER BY 1`)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	d.tables = strings.Join(names, ", ")
	return err
}

// empty removes every row.
func (d *database) empty(ctx context.Context) error {
	_, err := d.admin.Exec(ctx, "TRUNCATE "+d.tables+" RESTART IDENTITY CASCADE")
	if err != nil {
		return fmt.Errorf("empty the database: %w", err)
	}
	return nil
}

func (d *database) close(ctx context.Context) {
	d.pool.Close()
	_ = d.admin.Close(ctx)
	_ = d.super.Close(ctx)
}

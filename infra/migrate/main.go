// Command migrate brings the database's schema up to date. It connects as the role
// that owns the tables, named by MIGRATE_URL.
//
//	migrate          apply what is missing
//	migrate -check   change nothing; say which of the databases named by MIGRATE_URL,
//	                 DATABASE_URL, DATABASE_READ_URL, STATESTORE_URL and AUTH_DATABASE_URL
//	                 lets nobody in
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"function/shared/postgres/migrations"
)

// patience is how long one database may take to let a connection in.
const patience = 10 * time.Second

func main() {
	check := flag.Bool("check", false, "change nothing; say which database lets nobody in")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	work := migrate
	if *check {
		work = reach
	}
	err := work(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "migrate:", err)
		os.Exit(1)
	}
}

func migrate(ctx context.Context) error {
	address := os.Getenv("MIGRATE_URL")
	if address == "" {
		return errors.New("set MIGRATE_URL to the database, with the role nudge_migrate")
	}
	applied, err := migrations.Up(ctx, address)
	if err != nil {
		return err
	}
	for _, name := range applied {
		fmt.Println("applied", name)
	}
	return nil
}

// reach tries every database that is named.
func reach(ctx context.Context) error {
	var failed []error
	for _, name := range []string{"MIGRATE_URL", "DATABASE_URL", "DATABASE_READ_URL", "STATESTORE_URL", "AUTH_DATABASE_URL"} {
		address := os.Getenv(name)
		if address == "" {
			continue
		}
		if err := connect(ctx, address); err != nil {
			failed = append(failed, fmt.Errorf("%s: %s", name, shown(address, err)))
		}
	}
	return errors.Join(failed...)
}

func connect(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// shown tells of an error without the address's password, which no log should have.
func shown(address string, err error) string {
	parsed, wrong := url.Parse(address)
	if wrong != nil {
		return "not a PostgreSQL URL"
	}
	return fmt.Sprintf("the role %s is not let in to %s at %s (%v)", parsed.User.Username(), parsed.Path, parsed.Host, errors.Unwrap(err))
}

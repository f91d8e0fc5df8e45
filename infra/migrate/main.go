// Command migrate brings the database's schema up to date. It connects as the role
// that owns the tables, named by MIGRATE_URL.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"function/shared/postgres/migrations"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "migrate:", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	url := os.Getenv("MIGRATE_URL")
	if url == "" {
		return fmt.Errorf("set MIGRATE_URL to the database, with the role nudge_migrate")
	}
	applied, err := migrations.Up(ctx, url)
	if err != nil {
		return err
	}
	for _, name := range applied {
		fmt.Println("applied", name)
	}
	return nil
}

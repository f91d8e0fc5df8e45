// Package migrations holds the schema of the database, step by step, and applies it.
// It runs as the role that owns the tables, never as the functions' role.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed *.sql
var files embed.FS

// Schema is where the tables are.
const Schema = "nudge"

// Up applies what is missing and gives the names of what it applied. Several at once
// wait for each other.
func Up(ctx context.Context, url string) ([]string, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("migrations: the database URL does not parse: %w", err)
	}
	config.RuntimeParams["search_path"] = Schema
	db := stdlib.OpenDB(*config)
	defer func() { _ = db.Close() }()
	return up(ctx, db)
}

func up(ctx context.Context, db *sql.DB) ([]string, error) {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker), goose.WithAllowOutofOrder(true))
	if err != nil {
		return nil, err
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	applied := make([]string, 0, len(results))
	for _, r := range results {
		applied = append(applied, r.Source.Path)
	}
	return applied, nil
}

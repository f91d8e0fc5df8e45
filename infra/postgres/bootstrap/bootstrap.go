// Package bootstrap makes Nudge's roles, schemas and their rights in a database.
// It is what an operator does once on a cluster and the laptop runner at every
// start; running it again changes nothing but the passwords.
//
//   - nudge_migrate owns the schema nudge and runs the migrations.
//   - nudge is the functions' role: no ownership, so row-level security holds it.
//   - nudge_auth owns the schema auth (Better Auth's tables).
//   - nudge_dapr owns the schema dapr (Dapr's state store).
//
// Each role sees its own schema first (search_path); the grants inside a schema
// are made by the migrations that make its tables.
package bootstrap

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// The roles of the contract between Nudge's parts.
const (
	Migrate   = "nudge_migrate"
	Functions = "nudge"
	Auth      = "nudge_auth"
	Dapr      = "nudge_dapr"
)

// schemas maps each schema to its owner.
var schemas = []struct{ name, owner string }{
	{"nudge", Migrate},
	{"auth", Auth},
	{"dapr", Dapr},
}

// roles maps each role to the schema it works in.
var roles = []struct{ name, schema string }{
	{Migrate, "nudge"},
	{Functions, "nudge"},
	{Auth, "auth"},
	{Dapr, "dapr"},
}

// Database makes the roles, then the database if it is absent, then its schemas.
// admin is the connection string of a superuser to an existing database;
// adminOf gives one to a database of the given name; password gives each role's.
func Database(ctx context.Context, adminOf func(database string) string, database string, password func(role string) string) error {
	err := with(ctx, adminOf("postgres"), func(conn *pgx.Conn) error {
		if err := makeRoles(ctx, conn, password); err != nil {
			return err
		}
		var exists bool
		if err := conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", database).Scan(&exists); err != nil {
			return err
		}
		if exists {
			return nil
		}
		_, err := conn.Exec(ctx, "create database "+quote(database))
		return err
	})
	if err != nil {
		return fmt.Errorf("bootstrap database %s: %w", database, err)
	}
	return with(ctx, adminOf(database), func(conn *pgx.Conn) error {
		if err := Schemas(ctx, conn, database); err != nil {
			return fmt.Errorf("bootstrap schemas of %s: %w", database, err)
		}
		return nil
	})
}

// makeRoles runs under an advisory lock: roles belong to the whole server, and
// PostgreSQL answers two creators at once with an internal error.
func makeRoles(ctx context.Context, conn *pgx.Conn, password func(role string) string) error {
	const lock = 0x6e75646765 // "nudge"
	if _, err := conn.Exec(ctx, "select pg_advisory_lock($1)", int64(lock)); err != nil {
		return err
	}
	defer func() { _, _ = conn.Exec(ctx, "select pg_advisory_unlock($1)", int64(lock)) }()
	for _, role := range roles {
		var exists bool
		if err := conn.QueryRow(ctx, "select exists (select from pg_roles where rolname = $1)", role.name).Scan(&exists); err != nil {
			return err
		}
		verb := "create"
		if exists {
			verb = "alter"
		}
		secret, err := conn.PgConn().EscapeString(password(role.name))
		if err != nil {
			return err
		}
		sql := fmt.Sprintf("%s role %s login nosuperuser nocreatedb nocreaterole nobypassrls password '%s'", verb, quote(role.name), secret)
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("role %s: %w", role.name, err)
		}
	}
	return nil
}

// Schemas makes the schemas and their rights in the database that conn, a
// superuser's or the owner's, is connected to. The roles must exist.
func Schemas(ctx context.Context, conn *pgx.Conn, database string) error {
	statements := []string{
		"revoke all on database " + quote(database) + " from public",
		"revoke create on schema public from public",
	}
	for _, role := range roles {
		statements = append(statements,
			fmt.Sprintf("grant connect on database %s to %s", quote(database), quote(role.name)),
			fmt.Sprintf("alter role %s in database %s set search_path = %s", quote(role.name), quote(database), quote(role.schema)))
	}
	for _, schema := range schemas {
		statements = append(statements,
			fmt.Sprintf("create schema if not exists %s authorization %s", quote(schema.name), quote(schema.owner)))
	}
	statements = append(statements, "grant usage on schema nudge to "+quote(Functions))
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		for _, sql := range statements {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return fmt.Errorf("%s: %w", sql, err)
			}
		}
		return nil
	})
}

func with(ctx context.Context, address string, work func(*pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return redact(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	return work(conn)
}

// redact keeps the connection string, and with it the password, out of errors.
func redact(err error) error {
	if parse, ok := err.(*pgconn.ParseConfigError); ok { //nolint:errorlint // pgx returns it bare
		return fmt.Errorf("unreadable connection string: %w", parse.Unwrap())
	}
	return err
}

func quote(identifier string) string { return pgx.Identifier{identifier}.Sanitize() }

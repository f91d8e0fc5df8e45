package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// ServerOf gives the port of the server that answers an owner's read.
func (s *Store) ServerOf(ctx context.Context, owner string) (port int, err error) {
	b := &pgx.Batch{}
	b.Queue(`SELECT inet_server_port()`).QueryRow(func(row pgx.Row) error { return row.Scan(&port) })
	return port, s.read(ctx, owner, b)
}

// SetMany sets with more than how many tasks a search term is common.
func (s *Store) SetMany(n int) { s.many = n }

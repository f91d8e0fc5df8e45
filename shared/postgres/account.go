package postgres

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// departed is the SQLSTATE of stay_departed in the migrations.
const departed = "ND410"

// Forget removes a person with all that is theirs, the data key included: what backups
// and the broker still hold of their text opens no more. Nothing can be written for the
// person from then on (CodeNotFound).
func (s *Store) Forget(ctx context.Context, owner string) error {
	b := &pgx.Batch{}
	b.Queue(`SELECT forget_person($1)`, owner)
	if err := s.as(ctx, owner, b); err != nil {
		return err
	}
	s.keys.drop(owner)
	return nil
}

// gone reports whether a write failed because its person is no longer there: refused by
// stay_departed, or by the reference to the person, where the key was still in memory.
func gone(pg *pgconn.PgError) bool {
	return pg.Code == departed || pg.Code == "23503" && strings.HasSuffix(pg.ConstraintName, "_owner_fkey")
}

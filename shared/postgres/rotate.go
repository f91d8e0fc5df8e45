package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"function/shared/seal"
)

// rewrapPage is how many data keys are wrapped anew in one transaction.
const rewrapPage = 500

// Rewrapped counts what a rotation did.
type Rewrapped struct{ Moved, Changed int } // Changed: by somebody else in the meantime, and looked at again

// Rewrap wraps every data key that does not begin with the primary key's prefix with that
// key. The connection's role owns the tables: it sees everybody's. What is done stays done,
// so a run that was broken off is simply run again; a key that changes under it is left
// to its writer.
func Rewrap(ctx context.Context, conn *pgx.Conn, ring *seal.Keyring, primary seal.KeyState, progress func(moved int)) (Rewrapped, error) {
	var done Rewrapped
	for after := ""; ; {
		rows, err := conn.Query(ctx, `SELECT owner, data_key FROM people WHERE owner > $1 AND substring(data_key FROM 1 FOR 5) <> $2 ORDER BY owner LIMIT $3`, after, primary.Prefix(), rewrapPage)
		if err != nil {
			return done, translate(err)
		}
		type wrapped struct {
			Owner string
			Key   []byte
		}
		page, err := pgx.CollectRows(rows, pgx.RowToStructByPos[wrapped])
		if err != nil || len(page) == 0 {
			return done, translate(err)
		}
		b := &pgx.Batch{}
		moved := 0
		for _, w := range page {
			fresh, err := ring.Rewrap(w.Owner, w.Key)
			if err != nil {
				return done, err
			}
			b.Queue(`WITH moved AS (UPDATE people SET data_key = $3 WHERE owner = $1 AND data_key = $2 RETURNING 1) SELECT count(*) FROM moved`, w.Owner, w.Key, fresh).
				QueryRow(func(row pgx.Row) error {
					var n int
					err := row.Scan(&n)
					moved += n
					return err
				})
		}
		if err := conn.SendBatch(ctx, b).Close(); err != nil {
			return done, translate(err)
		}
		done.Moved += moved
		done.Changed += len(page) - moved
		after = page[len(page)-1].Owner
		progress(done.Moved)
	}
}

// KeyUse counts the data keys that begin with a key's prefix.
func KeyUse(ctx context.Context, conn *pgx.Conn, key seal.KeyState) (n int, err error) {
	err = conn.QueryRow(ctx, `SELECT count(*) FROM people WHERE substring(data_key FROM 1 FOR 5) = $1`, key.Prefix()).Scan(&n)
	return n, translate(err)
}

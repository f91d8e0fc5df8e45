package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
)

// AuditHead says how a chain stands. The zero value is that of a chain with no entry.
type AuditHead struct {
	Seq      int64 // entries
	Hash     []byte
	Base     int64 // entries that the retention has emptied: 1 to Base
	BaseHash []byte
	Signed   int64 // entries that the newest checkpoint covers
}

// AuditCheckpoint is a signed statement of how a chain stood.
type AuditCheckpoint struct {
	Seq    int64
	Signed string // compact JWS
}

// AuditHead gives how a person's chain stands.
func (s *Store) AuditHead(ctx context.Context, owner string) (h AuditHead, err error) {
	b := &pgx.Batch{}
	b.Queue(`SELECT h.seq, h.hash, h.base, h.signed, (SELECT a.hash FROM audit a WHERE a.owner = h.owner AND a.seq = h.base)
		FROM audit_heads h WHERE h.owner = $1`, owner).QueryRow(func(row pgx.Row) error {
		err := row.Scan(&h.Seq, &h.Hash, &h.Base, &h.Signed, &h.BaseHash)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	return h, s.as(ctx, owner, b)
}

// KeepCheckpoint keeps a checkpoint of a person's chain; one at the same place stays as it is.
func (s *Store) KeepCheckpoint(ctx context.Context, owner string, c AuditCheckpoint, at time.Time) error {
	b := &pgx.Batch{}
	b.Queue(`INSERT INTO audit_checkpoints (owner, seq, at, signed) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, owner, c.Seq, at, c.Signed)
	b.Queue(`UPDATE audit_heads SET signed = greatest(signed, $2) WHERE owner = $1`, owner, c.Seq)
	return s.as(ctx, owner, b)
}

// Checkpoints gives a person's checkpoints in the order of the chain, from the given
// number of entries on, that one included.
func (s *Store) Checkpoints(ctx context.Context, owner string, from int64, n int) ([]AuditCheckpoint, error) {
	var list []AuditCheckpoint
	b := &pgx.Batch{}
	b.Queue(`SELECT seq, signed FROM audit_checkpoints WHERE owner = $1 AND seq >= $2 ORDER BY seq LIMIT $3`, owner, from, n).Query(func(rows pgx.Rows) (err error) {
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[AuditCheckpoint])
		return err
	})
	return list, s.as(ctx, owner, b)
}

// CountCheckpoints counts a person's checkpoints from one number of entries to another,
// both included.
func (s *Store) CountCheckpoints(ctx context.Context, owner string, from, to int64) (n int, err error) {
	b := &pgx.Batch{}
	b.Queue(`SELECT count(*) FROM audit_checkpoints WHERE owner = $1 AND seq BETWEEN $2 AND $3`, owner, from, to).QueryRow(func(row pgx.Row) error { return row.Scan(&n) })
	return n, s.as(ctx, owner, b)
}

// ChainsToSign names at most n people, from after the given one, whose chains have
// entries behind their newest checkpoint.
func (s *Store) ChainsToSign(ctx context.Context, after string, n int) ([]string, error) {
	rows, err := s.pool.Query(ctx, `SELECT owner FROM audit_to_sign($1, $2)`, after, n)
	if err != nil {
		return nil, translate(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return list, translate(err)
}

// Prunable is a chain whose entries up to Seq, where it has a checkpoint, may be emptied.
type Prunable struct {
	Owner string
	Seq   int64
}

// ChainsToPrune names at most n chains, from after the given owner, that have a
// checkpoint from before the given instant and text from before that checkpoint.
func (s *Store) ChainsToPrune(ctx context.Context, before time.Time, after string, n int) ([]Prunable, error) {
	rows, err := s.pool.Query(ctx, `SELECT owner, seq FROM audit_to_prune($1, $2, $3)`, before, after, n)
	if err != nil {
		return nil, translate(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Prunable])
	return list, translate(err)
}

// PruneAudit empties a chain's entries up to a checkpoint and gives how many.
func (s *Store) PruneAudit(ctx context.Context, p Prunable) (removed int64, err error) {
	err = s.pool.QueryRow(ctx, `SELECT prune_audit($1, $2)`, p.Owner, p.Seq).Scan(&removed)
	return removed, translate(err)
}

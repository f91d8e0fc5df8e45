package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"function/shared/todo"
)

// AuditEntry is one link of a person's chain.
type AuditEntry struct {
	Seq   int64  // from 1, without gaps
	Entry []byte // nil where the retention removed it
	Hash  []byte
}

// AppendAudit adds an event's entry to its owner's chain: in one statement, under the
// lock of the owner's head row, so that writers at once queue up and the chain never
// forks. It gives the entry's number. CodeDuplicate where the event has its row already.
func (s *Store) AppendAudit(ctx context.Context, owner, source, eventID string, entry []byte) (seq int64, err error) {
	if _, err := s.keys.ensure(ctx, owner); err != nil {
		return 0, err
	}
	b := &pgx.Batch{}
	b.Queue(`WITH head AS (
			INSERT INTO audit_heads AS h (owner, seq, hash) VALUES ($1, 1, sha256(int8send(1) || $4))
			ON CONFLICT (owner) DO UPDATE SET seq = h.seq + 1, hash = sha256(h.hash || int8send(h.seq + 1) || $4)
			RETURNING seq, hash)
		INSERT INTO audit (owner, seq, source, event_id, entry, hash) SELECT $1, seq, $2, $3, $4, hash FROM head RETURNING seq`,
		owner, source, eventID, entry).QueryRow(func(row pgx.Row) error { return row.Scan(&seq) })
	queueLive(b, Live{Owner: owner, Kind: "activity"})
	return seq, s.as(ctx, owner, b)
}

// Audit gives entries of a person's chain, newest first, from before the given
// number; 0 is from the head.
func (s *Store) Audit(ctx context.Context, owner string, before int64, n int) ([]AuditEntry, error) {
	return s.audit(ctx, owner, `WHERE owner = $1 AND ($2 = 0 OR seq < $2) ORDER BY seq DESC LIMIT $3`, owner, before, n)
}

// AuditFrom gives entries in the order of the chain, from after the given number.
func (s *Store) AuditFrom(ctx context.Context, owner string, after int64, n int) ([]AuditEntry, error) {
	return s.audit(ctx, owner, `WHERE owner = $1 AND seq > $2 ORDER BY seq LIMIT $3`, owner, after, n)
}

func (s *Store) audit(ctx context.Context, owner, clause string, args ...any) ([]AuditEntry, error) {
	var list []AuditEntry
	b := &pgx.Batch{}
	b.Queue(`SELECT seq, entry, hash FROM audit `+clause, args...).Query(func(rows pgx.Rows) (err error) {
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (e AuditEntry, err error) {
			return e, row.Scan(&e.Seq, &e.Entry, &e.Hash)
		})
		return err
	})
	return list, s.as(ctx, owner, b)
}

// OpenChangeSets tells which of the change sets can be undone: those that exist and were not.
func (s *Store) OpenChangeSets(ctx context.Context, owner string, ids []string) (map[string]bool, error) {
	open := map[string]bool{}
	b := &pgx.Batch{}
	b.Queue(`SELECT id::text FROM change_sets WHERE owner = $1 AND id = ANY ($2::uuid[]) AND undone_by IS NULL`, owner, ids).Query(func(rows pgx.Rows) error {
		var id string
		_, err := pgx.ForEachRow(rows, []any{&id}, func() error { open[id] = true; return nil })
		return err
	})
	return open, s.as(ctx, owner, b)
}

// OpenText decrypts texts that events of the owner carried. CodeInvalid where a text is
// not the owner's; what keeps the key from being read, such as CodeUnavailable, passes.
func (s *Store) OpenText(ctx context.Context, owner, sealed string) (string, error) {
	key, err := s.keys.ensure(ctx, owner)
	if err != nil {
		return "", err
	}
	text, err := key.OpenFromEvent(sealed)
	if err != nil {
		return "", todo.Errorf(todo.CodeInvalid, "a sealed text cannot be opened: %w", err)
	}
	return text, nil
}

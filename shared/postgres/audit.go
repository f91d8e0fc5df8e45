package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// AuditEntry is one link of a person's chain.
type AuditEntry struct {
	Seq   int64 // from 1, without gaps
	Entry []byte
	Hash  []byte
}

// AppendAudit adds an event's entry to its owner's chain: in one statement, under the
// lock of the owner's head row, so that writers at once queue up and the chain never
// forks. CodeDuplicate where the event has its row already.
func (s *Store) AppendAudit(ctx context.Context, owner, source, eventID string, entry []byte) error {
	if _, err := s.keys.ensure(ctx, owner); err != nil {
		return err
	}
	b := &pgx.Batch{}
	b.Queue(`WITH head AS (
			INSERT INTO audit_heads AS h (owner, seq, hash) VALUES ($1, 1, sha256(int8send(1) || $4))
			ON CONFLICT (owner) DO UPDATE SET seq = h.seq + 1, hash = sha256(h.hash || int8send(h.seq + 1) || $4)
			RETURNING seq, hash)
		INSERT INTO audit (owner, seq, source, event_id, entry, hash) SELECT $1, seq, $2, $3, $4, hash FROM head`, owner, source, eventID, entry)
	queueLive(b, Live{Owner: owner, Kind: "activity"})
	return s.as(ctx, owner, b)
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

// OpenText decrypts texts that events of the owner carried.
func (s *Store) OpenText(ctx context.Context, owner, sealed string) (string, error) {
	key, err := s.keys.ensure(ctx, owner)
	if err != nil {
		return "", err
	}
	return key.OpenFromEvent(sealed)
}

// DeadLetter is an event that a consumer would not take.
type DeadLetter struct {
	Source, EventID, Type string
	Destination           string
	Code                  int
	Data                  string
	Event                 []byte // structured mode
	ReceivedAt            time.Time
}

// KeepDeadLetter stores a dead letter; the same one again is counted.
func (s *Store) KeepDeadLetter(ctx context.Context, d DeadLetter) error {
	_, err := s.pool.Exec(ctx, `INSERT INTO dead_letters (source, event_id, type, destination, code, data, event, received_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (source, event_id, destination) DO UPDATE SET times = dead_letters.times + 1, code = $5, data = $6, received_at = $8`,
		d.Source, d.EventID, d.Type, d.Destination, d.Code, d.Data, d.Event, d.ReceivedAt)
	return translate(err)
}

package postgres

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"function/shared/todo"
)

// keptReplies is how long an answer can be asked for again.
const keptReplies = 24 * time.Hour

// replyRow is a request that named a key, as it stands.
type replyRow struct {
	fingerprint, content []byte
	createdAt            time.Time
}

// ClaimReply claims a key until an instant, for one request of a person, and tells when
// the key was first used. reply is the answer that the request got before; nil: it is to
// be carried out. A claim that was not answered by its end may be taken over: whoever
// made it has died. CodeInvalid where the key was used for another request,
// CodeInProgress while another holds it.
func (s *Store) ClaimReply(ctx context.Context, owner, name string, fingerprint []byte, now, until time.Time) (since time.Time, reply []byte, err error) {
	key, err := s.keys.ensure(ctx, owner)
	if err != nil {
		return since, nil, err
	}
	claimed, row := false, replyRow{}
	b := &pgx.Batch{}
	b.Queue(`DELETE FROM replies WHERE owner = $1 AND created_at < $2`, owner, now.Add(-keptReplies))
	b.Queue(`INSERT INTO replies AS r (owner, key, fingerprint, claimed_until, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (owner, key) DO UPDATE SET claimed_until = $4 WHERE r.content IS NULL AND r.claimed_until < $5 AND r.fingerprint = $3
		RETURNING true`, owner, name, fingerprint, until, now).QueryRow(func(r pgx.Row) error {
		err := r.Scan(&claimed)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	b.Queue(`SELECT fingerprint, content, created_at FROM replies WHERE owner = $1 AND key = $2`, owner, name).QueryRow(func(r pgx.Row) error {
		return r.Scan(&row.fingerprint, &row.content, &row.createdAt)
	})
	if err := s.as(ctx, owner, b); err != nil {
		return since, nil, err
	}
	since = row.createdAt.UTC()
	switch {
	case !bytes.Equal(row.fingerprint, fingerprint):
		return since, nil, todo.Errorf(todo.CodeInvalid, "this Idempotency-Key was used for another request")
	case claimed:
		return since, nil, nil
	case row.content == nil:
		return since, nil, todo.Errorf(todo.CodeInProgress, "a request with this Idempotency-Key is at work")
	}
	reply, err = key.Open(row.content, replyPlace(name))
	return since, reply, err
}

func replyPlace(name string) string { return "replies/" + name }

// KeepReply keeps the answer of a claimed key.
func (s *Store) KeepReply(ctx context.Context, owner, name string, reply []byte) error {
	key, err := s.keys.ensure(ctx, owner)
	if err != nil {
		return err
	}
	sealed, err := key.Seal(reply, replyPlace(name))
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	b.Queue(`UPDATE replies SET content = $3 WHERE owner = $1 AND key = $2 AND content IS NULL`, owner, name, sealed)
	return s.as(ctx, owner, b)
}

// ReleaseReply lets a claimed key be claimed again at once. The row stays: what the
// request may have done is still known by when the key was first used.
func (s *Store) ReleaseReply(ctx context.Context, owner, name string) error {
	b := &pgx.Batch{}
	b.Queue(`UPDATE replies SET claimed_until = '-infinity' WHERE owner = $1 AND key = $2 AND content IS NULL`, owner, name)
	return s.as(ctx, owner, b)
}

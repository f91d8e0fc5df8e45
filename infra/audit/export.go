package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"

	"function/shared/chain"
)

// export writes everybody's chain, as they are at one instant. The role must see
// everybody's rows: nudge_migrate, which owns the tables.
func export(ctx context.Context, url string, signer *chain.Signer, out, messages io.Writer) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return errors.New("the database does not answer (DATABASE_URL)")
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	var hidden bool
	if err := tx.QueryRow(ctx, `SELECT row_security_active('nudge.audit')`).Scan(&hidden); err != nil {
		return fmt.Errorf("this is no database of Nudge, or not one of this version: %w", err)
	}
	if hidden {
		return errors.New("this role sees one person's rows only: connect as nudge_migrate")
	}
	heads, err := heads(ctx, tx)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(out, 256<<10)
	for _, h := range heads {
		if err := exportChain(ctx, tx, signer, buffered, messages, h); err != nil {
			return fmt.Errorf("chain %s: %w", h.summary.Chain, err)
		}
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(messages, "audit: exported %d chains\n", len(heads))
	return nil
}

// head is a chain with how it stands.
type head struct {
	owner   string
	hash    []byte
	base    []byte
	summary chain.Summary
}

func heads(ctx context.Context, tx pgx.Tx) ([]head, error) {
	var at time.Time
	if err := tx.QueryRow(ctx, `SELECT now()`).Scan(&at); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `SELECT h.owner, h.seq, h.hash, h.base, coalesce((SELECT a.hash FROM nudge.audit a WHERE a.owner = h.owner AND a.seq = h.base), ''),
			(SELECT count(*) FROM nudge.audit_checkpoints c WHERE c.owner = h.owner AND c.seq >= greatest(h.base, 1) AND c.seq <= h.seq)
		FROM nudge.audit_heads h ORDER BY h.owner`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (head, error) {
		var h head
		if err := row.Scan(&h.owner, &h.summary.Count, &h.hash, &h.summary.Base, &h.base, &h.summary.Checkpoints); err != nil {
			return h, err
		}
		h.summary.Chain, h.summary.Time = chain.ID(h.owner), at.UTC().Format(time.RFC3339Nano)
		h.summary.Head, h.summary.BaseHead = hex.EncodeToString(h.hash), hex.EncodeToString(h.base)
		return h, nil
	})
}

// link is a line of a chain.
type link struct {
	seq         int64
	entry, hash []byte
	checkpoint  *string
}

// links goes through a chain from its base on. The first may be the base itself, which
// has a checkpoint and no entry.
func links(ctx context.Context, tx pgx.Tx, h head, each func(link) error) error {
	rows, err := tx.Query(ctx, `SELECT a.seq, a.entry, a.hash, c.signed FROM nudge.audit a LEFT JOIN nudge.audit_checkpoints c USING (owner, seq)
		WHERE a.owner = $1 AND a.seq >= $2 ORDER BY a.seq`, h.owner, h.summary.Base)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var l link
		if err := rows.Scan(&l.seq, &l.entry, &l.hash, &l.checkpoint); err != nil {
			return err
		}
		if err := each(l); err != nil {
			return err
		}
	}
	return rows.Err()
}

// recompute says what is wrong with a chain; nil: nothing.
func recompute(ctx context.Context, tx pgx.Tx, signer *chain.Signer, h head) error {
	v := chain.Verifier{Count: h.summary.Base, Head: h.base}
	err := links(ctx, tx, h, func(l link) error {
		if l.seq > h.summary.Base {
			if err := v.Check(l.seq, l.entry, l.hash); err != nil {
				return err
			}
		}
		if l.checkpoint == nil {
			return nil
		}
		c, err := signer.Open(*l.checkpoint)
		if err != nil {
			return fmt.Errorf("the checkpoint at %d: %w", l.seq, err)
		}
		if !v.Agrees(c) || c.Chain != h.summary.Chain {
			return fmt.Errorf("the checkpoint at %d says something else", l.seq)
		}
		return nil
	})
	if err == nil && (v.Count != h.summary.Count || !bytes.Equal(v.Head, h.hash)) {
		err = errors.New("the entries do not lead to the chain's head")
	}
	return err
}

// exportChain writes one chain. A chain that does not recompute is not signed: it is
// exported as it is, for the verifier to say what is wrong.
func exportChain(ctx context.Context, tx pgx.Tx, signer *chain.Signer, out, messages io.Writer, h head) error {
	if signer != nil {
		if err := recompute(ctx, tx, signer, h); ctx.Err() != nil {
			return ctx.Err()
		} else if err != nil {
			_, _ = fmt.Fprintf(messages, "audit: chain %s is broken: %v\n", h.summary.Chain, err)
			signer = nil
		}
	}
	e, err := chain.NewExporter(out, signer, h.summary)
	if err != nil {
		return err
	}
	return links(ctx, tx, h, func(l link) error {
		if l.seq > h.summary.Base {
			if err := e.Entry(l.seq, l.entry, l.hash); err != nil {
				return err
			}
		}
		if l.checkpoint != nil {
			return e.Checkpoint(*l.checkpoint)
		}
		return nil
	})
}

package audit

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"function/shared/chain"
	"function/shared/postgres"
)

const (
	checkpointEvery = 100              // entries; the daily tick signs what came since
	soonLimit       = 20 * time.Second // for the checkpoint behind an append
)

// checkpointSoon signs a chain behind an append, whose delivery it does not hold up:
// what is lost of it the tick makes up for.
func (f *function) checkpointSoon(ctx context.Context, owner string) {
	if f.signer == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), soonLimit)
	sign := func() {
		defer cancel()
		if err := f.checkpoint(ctx, owner); err != nil {
			f.Log.WarnContext(ctx, "no checkpoint; the tick tries again", "chain", chain.ID(owner), "error", err)
		}
	}
	if f.OneByOne {
		sign()
		return
	}
	go sign()
}

// checkpoint signs how a chain stands, provided that it goes on from the checkpoint
// before. A chain that does not is never signed, and said aloud.
func (f *function) checkpoint(ctx context.Context, owner string) error {
	v, err := f.stand(ctx, owner)
	if err != nil || v.Count == 0 {
		return err
	}
	now := f.Now().UTC()
	signed, err := f.signer.Sign(v.At(owner, now.Format(time.RFC3339Nano)))
	if err != nil {
		return err
	}
	if err := f.Store.KeepCheckpoint(ctx, owner, postgres.AuditCheckpoint{Seq: v.Count, Signed: signed}, now); err != nil {
		return err
	}
	f.metrics.checkpoints.Add(ctx, 1)
	// The log is kept elsewhere: whoever rewrites the database does not reach it.
	f.Log.InfoContext(ctx, "audit checkpoint", "checkpoint", signed)
	return nil
}

// brokenChain is the error of a chain that does not recompute.
type brokenChain struct {
	seq    int64
	reason string
}

func (b *brokenChain) Error() string { return b.reason }

// stand recomputes a chain from its newest checkpoint on and gives where that leads.
// The error is a *brokenChain where it does not lead to the head.
func (f *function) stand(ctx context.Context, owner string) (chain.Verifier, error) {
	head, err := f.Store.AuditHead(ctx, owner)
	if err != nil {
		return chain.Verifier{}, err
	}
	v := chain.Verifier{}
	if head.Signed > 0 {
		if v, err = f.lastSigned(ctx, owner, head.Signed); err != nil {
			return v, f.broken(ctx, owner, err)
		}
	}
	for v.Count < head.Seq {
		links, err := f.Store.AuditFrom(ctx, owner, v.Count, verifyPage)
		if err != nil {
			return v, err
		}
		if len(links) == 0 {
			return v, f.broken(ctx, owner, &brokenChain{v.Count + 1, fmt.Sprintf("entry %d is missing", v.Count+1)})
		}
		for _, link := range links[:min(int64(len(links)), head.Seq-v.Count)] {
			if err := v.Check(link.Seq, link.Entry, link.Hash); err != nil {
				return v, f.broken(ctx, owner, &brokenChain{link.Seq, err.Error()})
			}
		}
	}
	if v.Count != head.Seq || hex.EncodeToString(v.Head) != hex.EncodeToString(head.Hash) {
		return v, f.broken(ctx, owner, &brokenChain{head.Seq, "the entries do not lead to the chain's head"})
	}
	return v, nil
}

// lastSigned begins behind a chain's newest checkpoint.
func (f *function) lastSigned(ctx context.Context, owner string, seq int64) (chain.Verifier, error) {
	list, err := f.Store.Checkpoints(ctx, owner, seq, 1)
	if err != nil {
		return chain.Verifier{}, err
	}
	if len(list) == 0 || list[0].Seq != seq {
		return chain.Verifier{}, &brokenChain{seq, fmt.Sprintf("the checkpoint at %d is missing", seq)}
	}
	c, err := f.open(owner, list[0])
	if err != nil {
		return chain.Verifier{}, err
	}
	return chain.From(c)
}

// open checks a kept checkpoint.
func (f *function) open(owner string, kept postgres.AuditCheckpoint) (chain.Checkpoint, error) {
	c, err := f.signer.Open(kept.Signed)
	if err != nil {
		return c, &brokenChain{kept.Seq, fmt.Sprintf("the checkpoint at %d: %v", kept.Seq, err)}
	}
	if c.Count != kept.Seq || c.Chain != chain.ID(owner) {
		return c, &brokenChain{kept.Seq, fmt.Sprintf("the checkpoint at %d is another's", kept.Seq)}
	}
	return c, nil
}

package audit

import (
	"context"
	"errors"
	"time"

	"function/shared/chain"
)

const (
	tidyBatch = 200             // chains named by one statement
	tidyLimit = 4 * time.Minute // the platform cuts a delivery at five
)

// tidy signs the chains that have grown since their newest checkpoint, and empties what
// the retention no longer keeps. What it does not come to, the next tick does.
func (f *function) tidy(ctx context.Context) error {
	if f.signer == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, tidyLimit)
	defer cancel()
	signed, err := f.signAll(ctx)
	if err != nil {
		return err
	}
	removed, err := f.pruneAll(ctx)
	if signed+removed > 0 {
		f.Log.InfoContext(ctx, "audit tidied", "chains_signed", signed, "entries_emptied", removed)
	}
	return err
}

func (f *function) signAll(ctx context.Context) (signed int, err error) {
	for after := ""; ; {
		owners, err := f.Store.ChainsToSign(ctx, after, tidyBatch)
		if err != nil {
			return signed, err
		}
		for _, owner := range owners {
			var broken *brokenChain
			switch err := f.checkpoint(ctx, owner); {
			case errors.As(err, &broken): // was said; the others are signed all the same
			case err != nil:
				return signed, err
			default:
				signed++
			}
		}
		if len(owners) < tidyBatch {
			return signed, nil
		}
		after = owners[len(owners)-1]
	}
}

func (f *function) pruneAll(ctx context.Context) (removed int, err error) {
	if f.Config.AuditRetention == 0 {
		return 0, nil
	}
	before := f.Now().Add(-f.Config.AuditRetention)
	for after := ""; ; {
		list, err := f.Store.ChainsToPrune(ctx, before, after, tidyBatch)
		if err != nil {
			return removed, err
		}
		for _, p := range list {
			n, err := f.Store.PruneAudit(ctx, p)
			if err != nil {
				return removed, err
			}
			removed += int(n)
		}
		if len(list) < tidyBatch {
			return removed, nil
		}
		after = list[len(list)-1].Owner
	}
}

// broken says aloud that a chain does not recompute, and gives the error back.
func (f *function) broken(ctx context.Context, owner string, err error) error {
	var b *brokenChain
	if errors.As(err, &b) {
		f.metrics.broken.Add(ctx, 1)
		f.Log.ErrorContext(ctx, "audit chain broken", "chain", chain.ID(owner), "entry", b.seq, "reason", b.reason)
	}
	return err
}

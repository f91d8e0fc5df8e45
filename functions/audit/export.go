package audit

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"function/shared/chain"
	"function/shared/httpapi"
	"function/shared/postgres"
)

// exportType is newline-delimited JSON.
const exportType = "application/x-ndjson"

// checkpointPage is how many checkpoints are read at a time.
const checkpointPage = 500

// export streams a person's whole chain (package chain has the format). Its first line
// is signed now, so that what is cut off the file later is missed.
func (f *function) export(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
	owner := httpapi.Owner(ctx)
	summary, signer, err := f.summary(ctx, owner)
	if err != nil {
		return nil, httpapi.Fail(ctx, f.Log, err)
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		_, w := humago.Unwrap(hc)
		if err := httpapi.KeepOpen(w, f.Config.StreamTimeout); err != nil {
			f.Log.WarnContext(ctx, "the export has the time of an ordinary request", "error", err)
		}
		ctx, cancel := context.WithTimeout(ctx, f.Config.StreamTimeout)
		defer cancel()
		w.Header().Set("Content-Type", exportType)
		w.Header().Set("Content-Disposition", `attachment; filename="nudge-activity.ndjson"`)
		w.WriteHeader(http.StatusOK)
		if err := f.write(ctx, w, owner, signer, summary); err != nil {
			f.Log.WarnContext(ctx, "an export broke off", "chain", summary.Chain, "error", err)
			panic(http.ErrAbortHandler) // so that the reader hears that it is not whole
		}
	}}, nil
}

// summary says what an export will hold. It is not signed where the chain does not
// recompute: the export is then evidence, and no proof.
func (f *function) summary(ctx context.Context, owner string) (chain.Summary, *chain.Signer, error) {
	signer := f.signer
	if signer != nil {
		var broken *brokenChain
		switch _, err := f.stand(ctx, owner); {
		case errors.As(err, &broken):
			signer = nil
		case err != nil:
			return chain.Summary{}, nil, err
		}
	}
	head, err := f.Store.AuditHead(ctx, owner)
	if err != nil {
		return chain.Summary{}, nil, err
	}
	s := chain.Summary{
		Checkpoint: chain.Checkpoint{Chain: chain.ID(owner), Count: head.Seq, Head: hex.EncodeToString(head.Hash), Time: f.Now().UTC().Format(time.RFC3339Nano)},
		Base:       head.Base, BaseHead: hex.EncodeToString(head.BaseHash),
	}
	s.Checkpoints, err = f.Store.CountCheckpoints(ctx, owner, max(s.Base, 1), s.Count)
	return s, signer, err
}

var errEmptied = errors.New("an entry was emptied meanwhile")

// write sends the lines: each checkpoint right behind the last entry that it covers.
func (f *function) write(ctx context.Context, out io.Writer, owner string, signer *chain.Signer, s chain.Summary) error {
	e, err := chain.NewExporter(out, signer, s)
	if err != nil {
		return err
	}
	points := pointer{read: func(from int64) ([]postgres.AuditCheckpoint, error) {
		return f.Store.Checkpoints(ctx, owner, from, checkpointPage)
	}, from: max(s.Base, 1)}
	if err := points.write(e, s.Base); err != nil {
		return err
	}
	for at := s.Base; at < s.Count; {
		links, err := f.Store.AuditFrom(ctx, owner, at, verifyPage)
		if err != nil || len(links) == 0 {
			return errors.Join(err, io.ErrUnexpectedEOF)
		}
		for _, link := range links[:min(int64(len(links)), s.Count-at)] {
			if link.Entry == nil {
				return errEmptied
			}
			if err := errors.Join(e.Entry(link.Seq, link.Entry, link.Hash), points.write(e, link.Seq)); err != nil {
				return err
			}
			at = link.Seq
		}
	}
	return nil
}

// pointer goes through a chain's checkpoints beside its entries.
type pointer struct {
	read func(from int64) ([]postgres.AuditCheckpoint, error)
	from int64
	page []postgres.AuditCheckpoint
	done bool
}

// next gives the checkpoint at a number of entries; nil: there is none.
func (p *pointer) next(seq int64) (*postgres.AuditCheckpoint, error) {
	if len(p.page) == 0 && !p.done {
		var err error
		if p.page, err = p.read(p.from); err != nil {
			return nil, err
		}
		p.done = len(p.page) < checkpointPage
	}
	if len(p.page) == 0 || p.page[0].Seq != seq {
		return nil, nil
	}
	kept := p.page[0]
	p.page, p.from = p.page[1:], seq+1
	return &kept, nil
}

// write writes the checkpoint at a number of entries, if there is one.
func (p *pointer) write(e *chain.Exporter, seq int64) error {
	kept, err := p.next(seq)
	if err != nil || kept == nil {
		return err
	}
	return e.Checkpoint(kept.Signed)
}

// keys publishes what checkpoints are verified with.
func (f *function) keys(context.Context, *struct{}) (*keysOutput, error) {
	out := &keysOutput{CacheControl: "public, max-age=300"}
	out.Body.Keys = []any{}
	if f.signer != nil {
		set := f.signer.PublicKeys()
		for i := range set.Len() {
			key, _ := set.Key(i)
			out.Body.Keys = append(out.Body.Keys, key)
		}
	}
	return out, nil
}

type keysOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         activityKeys
}

// activityKeys is a JWK Set.
type activityKeys struct {
	Keys []any `json:"keys" nullable:"false" doc:"JSON Web Keys (RFC 8037: kty OKP, crv Ed25519); empty where nothing is signed"`
}

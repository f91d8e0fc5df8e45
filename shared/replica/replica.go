// Package replica says, along a request's context, whether its reads may be answered by
// a replica of the database, and which state they must show at least.
//
// A place in the primary's write-ahead log stands for a state. The answer to a write
// tells where the log stood behind it; a read that names that place, or names none, sees
// the write, whoever answers (docs/decisions/0014-reading-from-a-replica.md).
package replica

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// Header carries a Position: in the answer to a write where the log stood behind it, in
// a request what its reads must show.
const Header = "Nudge-Read-After"

// Position is a place in the write-ahead log, in bytes from its beginning; 0 is ahead of
// everything.
type Position uint64

var shape = regexp.MustCompile(`^[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}$`)

// Parse reads a position as PostgreSQL writes it (pg_lsn): 16/B374D848.
func Parse(text string) (Position, bool) {
	if !shape.MatchString(text) {
		return 0, false
	}
	high, low, _ := strings.Cut(text, "/")
	h, _ := strconv.ParseUint(high, 16, 32) // the shape holds
	l, _ := strconv.ParseUint(low, 16, 32)
	return Position(h<<32 | l), true
}

// String writes a position as PostgreSQL does.
func (p Position) String() string { return fmt.Sprintf("%X/%X", uint64(p)>>32, uint32(p)) }

// Read is what one request asks of its reads.
type Read struct {
	mu      sync.Mutex
	known   bool
	after   Position
	primary bool
}

type key struct{}

// Allow lets the reads of a context be answered by a replica that has come to the
// position that a request names; where it names none, to where the primary is at the
// first read. Text that is no position leaves the reads to the primary.
func Allow(ctx context.Context, named string) context.Context {
	r := &Read{}
	if named != "" {
		if r.after, r.known = Parse(named); !r.known {
			return ctx
		}
	}
	return context.WithValue(ctx, key{}, r)
}

// Of gives what a context asks of its reads; nil: the primary answers.
func Of(ctx context.Context) *Read {
	r, _ := ctx.Value(key{}).(*Read)
	return r
}

// After is the position that the reads must show; current finds out where the primary
// is, and is asked once at most.
func (r *Read) After(ctx context.Context, current func(context.Context) (Position, error)) (Position, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known {
		return r.after, nil
	}
	at, err := current(ctx)
	if err == nil {
		r.after, r.known = at, true
	}
	return at, err
}

// Primary leaves what the request still reads to the primary.
func (r *Read) Primary() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.primary = true
}

// OnPrimary reports whether Primary was called.
func (r *Read) OnPrimary() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.primary
}

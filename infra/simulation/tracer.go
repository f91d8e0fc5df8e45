package main

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// tracer is where processes yield, and how the world learns what was committed, in the
// order of the commits.
type tracer struct{ database *database }

type batchKey struct{}

// batch is what one pipeline writes.
type batch struct{ events []string }

var canceled = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// enter lets others run before a statement; the context that it gives is ended where
// the statement must have no effect.
func (t tracer) enter(ctx context.Context, conn *pgx.Conn, b *pgx.Batch) context.Context {
	p, w := processOf(ctx), t.database.world
	if p == nil || w == nil {
		return ctx
	}
	if !p.dying {
		w.pause(p)
	}
	if p.dying {
		return canceled
	}
	w.troubleConnection(ctx, conn, b)
	return ctx
}

// TraceQueryStart implements pgx.QueryTracer.
func (t tracer) TraceQueryStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	ctx = t.enter(ctx, conn, nil)
	for function, ids := range firing {
		if strings.Contains(data.SQL, function) {
			b := &batch{}
			for _, id := range data.Args[ids].([]pgtype.UUID) {
				b.events = append(b.events, id.String())
			}
			ctx = context.WithValue(ctx, batchKey{}, b)
		}
	}
	return ctx
}

// firing names what fires reminders, and which argument has the ids of the events.
var firing = map[string]int{"fire_reminders(": 8, "fire_overdue(": 6}

// TraceQueryEnd implements pgx.QueryTracer. Reminders are fired one by one here, so that
// a row says that the one event is committed.
func (t tracer) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryEndData) {
	if b, ok := ctx.Value(batchKey{}).(*batch); ok && data.Err == nil && t.database.world != nil && data.CommandTag.RowsAffected() == 1 {
		t.database.world.committed(b.events)
	}
}

// TraceBatchStart implements pgx.BatchTracer.
func (t tracer) TraceBatchStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	return context.WithValue(t.enter(ctx, conn, data.Batch), batchKey{}, &batch{})
}

// TraceBatchQuery implements pgx.BatchTracer.
func (t tracer) TraceBatchQuery(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchQueryData) {
	if b, ok := ctx.Value(batchKey{}).(*batch); ok && data.Err == nil && strings.HasPrefix(data.SQL, "INSERT INTO outbox") {
		b.events = append(b.events, data.Args[0].(string))
	}
}

// TraceBatchEnd implements pgx.BatchTracer.
func (t tracer) TraceBatchEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchEndData) {
	if b, ok := ctx.Value(batchKey{}).(*batch); ok && data.Err == nil && t.database.world != nil {
		t.database.world.committed(b.events)
	}
}

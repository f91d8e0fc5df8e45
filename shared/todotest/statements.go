package todotest

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"function/infra/postgres/bootstrap"
	"function/shared/postgres"
)

// Statement is what was sent to the database.
type Statement struct {
	SQL  string
	Args []any
}

// Statements remembers what is sent through a pool, pipeline by pipeline. It is for one
// caller at a time.
type Statements struct{ Pipelines [][]Statement }

// Traced gives a store over one connection, with what it sends.
func Traced(t testing.TB, w *World) (*postgres.Store, *Statements) {
	t.Helper()
	seen := &Statements{}
	pool, err := postgres.Open(t.Context(), w.URL(bootstrap.Functions), 1, seen)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return postgres.New(pool, w.Ring, nil), seen
}

// Take gives what was sent since it was last asked.
func (s *Statements) Take() [][]Statement {
	taken := s.Pipelines
	s.Pipelines = nil
	return taken
}

// TraceQueryStart implements pgx.QueryTracer.
func (s *Statements) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	s.Pipelines = append(s.Pipelines, []Statement{{data.SQL, data.Args}})
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (*Statements) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchStart implements pgx.BatchTracer.
func (s *Statements) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	s.Pipelines = append(s.Pipelines, nil)
	return ctx
}

// TraceBatchQuery implements pgx.BatchTracer.
func (s *Statements) TraceBatchQuery(_ context.Context, _ *pgx.Conn, data pgx.TraceBatchQueryData) {
	last := &s.Pipelines[len(s.Pipelines)-1]
	*last = append(*last, Statement{data.SQL, data.Args})
}

// TraceBatchEnd implements pgx.BatchTracer.
func (*Statements) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

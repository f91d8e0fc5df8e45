package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"function/shared/replica"
)

// Replicated is the metadata of operations whose reads a replica may answer. They only
// read, and nothing that is written depends on what they give.
var Replicated = map[string]any{replicated: true}

const replicated = "replicated"

// allowReplica lets a replica answer the reads of operations that are Replicated.
func allowReplica(ctx huma.Context, next func(huma.Context)) {
	if ctx.Operation().Metadata[replicated] == true {
		ctx = huma.WithContext(ctx, replica.Allow(ctx.Context(), ctx.Header(replica.Header)))
	}
	next(ctx)
}

// positionPatience is how long the primary may take to say where its log stands. Without
// it the answer names no position, and a read that names none sees the write as well.
const positionPatience = 2 * time.Second

// positioned names in the answer to each write where the database's log stands behind
// it. A refusal names it too: whoever was refused reads what is there.
func (c Conventions) positioned(next http.Handler) http.Handler {
	if c.Position == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead && Owner(r.Context()) != "" {
			w = &afterWrite{ResponseWriter: w, position: func() (replica.Position, error) {
				ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), positionPatience)
				defer cancel()
				return c.Position(ctx)
			}}
		}
		next.ServeHTTP(w, r)
	})
}

type afterWrite struct {
	http.ResponseWriter
	position func() (replica.Position, error)
	wrote    bool
}

// Unwrap lets http.ResponseController reach the connection.
func (a *afterWrite) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *afterWrite) WriteHeader(status int) {
	if !a.wrote {
		a.wrote = true
		if at, err := a.position(); err == nil {
			a.Header().Set(replica.Header, at.String())
		}
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *afterWrite) Write(p []byte) (int, error) {
	if !a.wrote {
		a.WriteHeader(http.StatusOK)
	}
	return a.ResponseWriter.Write(p)
}

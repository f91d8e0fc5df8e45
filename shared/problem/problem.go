// Package problem answers HTTP requests that failed, as RFC 9457 says. It is the one
// place where an error becomes a response.
package problem

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"function/shared/auth"
	"function/shared/todo"
)

// TypePrefix begins the `type` of every problem; the code follows. A URN names
// without locating.
const TypePrefix = "urn:nudge:problem:"

// Problem is the body, of media type application/problem+json.
type Problem struct {
	Type   string  `json:"type"`
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Detail string  `json:"detail,omitempty"`
	Errors []Field `json:"errors,omitempty"`
}

// Field points at a part of the request (RFC 6901) and says what is wrong with it.
type Field struct {
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
}

// Error makes a Problem usable as an error.
func (p *Problem) Error() string { return p.Title + ": " + p.Detail }

// GetStatus gives the HTTP status (huma.StatusError).
func (p *Problem) GetStatus() int { return p.Status }

// ContentType names the media type of the body (huma.ContentTypeFilter).
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// From gives the problem that tells of an error. The details of what is no error of
// the domain stay inside.
func From(err error) *Problem {
	var already *Problem
	if errors.As(err, &already) {
		return already
	}
	var refused *auth.Error
	if errors.As(err, &refused) {
		code := todo.CodeUnauthorized
		if refused.Code == auth.Unavailable {
			code = todo.CodeUnavailable
		}
		err = &todo.Error{Code: code, Message: refused.Error(), Cause: err}
	}
	outcome, code := todo.OutcomeOf(err), todo.CodeOf(err)
	p := &Problem{Type: TypePrefix + string(code), Title: outcome.Title, Status: outcome.Status}
	var known *todo.Error
	if errors.As(err, &known) && code != todo.CodeInternal {
		p.Detail = known.Message
		for _, f := range known.Fields {
			p.Errors = append(p.Errors, Field(f))
		}
	}
	return p
}

// Write answers a request with the problem of an error, and logs what is our fault.
func Write(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error) {
	p := From(err)
	if p.Status >= http.StatusInternalServerError {
		log.ErrorContext(r.Context(), "request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	var refused *auth.Error
	if errors.As(err, &refused) && refused.Challenge() != "" {
		w.Header().Set("WWW-Authenticate", refused.Challenge())
	}
	if (p.Status == http.StatusServiceUnavailable || p.Status == http.StatusTooManyRequests) && w.Header().Get("Retry-After") == "" {
		w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

// retryAfter is how many seconds a client is asked to wait.
const retryAfter = 1

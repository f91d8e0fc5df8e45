package auth

import (
	"errors"
	"net/http"
)

// Code is the stable, machine-readable reason why a request is not let in.
type Code string

// The reasons. Only Unavailable may pass by itself; the others need another
// token.
const (
	// Missing: the request carries no bearer token.
	Missing Code = "missing"
	// Malformed: what it carries is not a token of the form that is accepted.
	Malformed Code = "malformed"
	// Expired: the token was good once.
	Expired Code = "expired"
	// NotTrusted: the signature, issuer, audience, subject or dates are not
	// those of a token for this service.
	NotTrusted Code = "not-trusted"
	// Unavailable: the issuer's keys are not known and cannot be fetched now.
	Unavailable Code = "unavailable"
)

// Error tells why a token was refused. It never holds the token.
type Error struct {
	Code  Code
	text  string
	cause error
}

func refuse(code Code, text string) *Error { return &Error{Code: code, text: text} }

func refuseBecause(code Code, text string, cause error) *Error {
	return &Error{Code: code, text: text, cause: cause}
}

// Error is a sentence that may be shown to whoever sent the token.
func (e *Error) Error() string { return e.text }

// Unwrap returns the technical cause, for logs.
func (e *Error) Unwrap() error { return e.cause }

// Status is the HTTP status of the refusal: 503 for Unavailable, else 401.
func (e *Error) Status() int {
	if e.Code == Unavailable {
		return http.StatusServiceUnavailable
	}
	return http.StatusUnauthorized
}

// Challenge is the WWW-Authenticate header of the refusal (RFC 6750 section 3);
// empty for Unavailable. Without credentials it names no error, as section 3.1
// asks.
func (e *Error) Challenge() string {
	switch e.Code {
	case Unavailable:
		return ""
	case Missing:
		return `Bearer realm="nudge"`
	case Malformed, Expired, NotTrusted:
	}
	return `Bearer realm="nudge", error="invalid_token", error_description="` + e.text + `"`
}

// CodeOf returns the code of err, or "" when it is no *Error.
func CodeOf(err error) Code {
	if refused, ok := errors.AsType[*Error](err); ok {
		return refused.Code
	}
	return ""
}

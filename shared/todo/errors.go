package todo

import (
	"errors"
	"fmt"
	"net/http"
)

// Code says what kind of failure an [Error] is. The set is closed.
type Code string

// The codes. OutcomeOf maps each to its HTTP status and to what a broker does.
const (
	CodeInvalid         Code = "validation"       // the input breaks a rule; Fields says which
	CodeUnauthorized    Code = "unauthorized"     // nobody is signed in, or the token is not to be trusted
	CodeForbidden       Code = "forbidden"        // known person, not allowed
	CodeNotFound        Code = "not-found"        // no such thing, or it is another person's
	CodeConflict        Code = "conflict"         // something else was written meanwhile; Fields names what changed
	CodeNotPossible     Code = "not-possible"     // what it is about is in a state that does not allow it
	CodeExists          Code = "already-there"    // there is one like it
	CodeLimitReached    Code = "limit-reached"    // there are as many as there may be
	CodeInProgress      Code = "in-progress"      // the same request is at work
	CodeVersionMismatch Code = "version-mismatch" // the version named is not the current one
	CodeVersionRequired Code = "version-required" // an update must name the version it is based on
	CodeTooLarge        Code = "too-large"        // the input is over its bound
	CodeDuplicate       Code = "duplicate"        // this effect is in place already; nothing was done again
	CodeRateLimited     Code = "rate-limited"     // too many requests; try later
	CodeUnavailable     Code = "unavailable"      // something needed is away for the moment
	CodeInternal        Code = "internal"         // a defect of ours
)

// Delivery is what becomes of an event whose handling ended with a code.
type Delivery int

// The three ends of a delivery.
const (
	Acknowledge Delivery = iota // done, or done before: never deliver again
	Retry                       // deliver again, with back-off
	DeadLetter                  // never retry; keep it for a person to look at
)

// Outcome is what a code means outside the domain.
type Outcome struct {
	Status   int // of an HTTP request
	Delivery Delivery
	Title    string // short, for people, the same for every error of the code
}

var outcomes = map[Code]Outcome{
	CodeInvalid:         {http.StatusUnprocessableEntity, DeadLetter, "The request breaks a rule"},
	CodeUnauthorized:    {http.StatusUnauthorized, DeadLetter, "Sign in first"},
	CodeForbidden:       {http.StatusForbidden, DeadLetter, "Not allowed"},
	CodeNotFound:        {http.StatusNotFound, Acknowledge, "Not found"},
	CodeConflict:        {http.StatusConflict, Retry, "It was changed in the meantime"},
	CodeNotPossible:     {http.StatusConflict, Retry, "Not possible as it is now"},
	CodeExists:          {http.StatusConflict, Retry, "It is there already"},
	CodeLimitReached:    {http.StatusConflict, Retry, "There are as many as there may be"},
	CodeInProgress:      {http.StatusConflict, Retry, "The same request is at work"},
	CodeVersionMismatch: {http.StatusPreconditionFailed, Retry, "Not the current version"},
	CodeVersionRequired: {http.StatusPreconditionRequired, DeadLetter, "Name the version you are changing"},
	CodeTooLarge:        {http.StatusRequestEntityTooLarge, DeadLetter, "Too large"},
	CodeDuplicate:       {http.StatusConflict, Acknowledge, "Done already"},
	CodeRateLimited:     {http.StatusTooManyRequests, Retry, "Too many requests"},
	CodeUnavailable:     {http.StatusServiceUnavailable, Retry, "Unavailable for the moment"},
	CodeInternal:        {http.StatusInternalServerError, Retry, "Something went wrong on our side"},
}

// OutcomeOf is the one table from errors to HTTP statuses and to deliveries. An
// error that is no [Error] is CodeInternal; nil is acknowledged with 200.
func OutcomeOf(err error) Outcome {
	if err == nil {
		return Outcome{Status: http.StatusOK, Delivery: Acknowledge}
	}
	return outcomes[CodeOf(err)]
}

// Codes lists every code, for tests that must cover them all.
func Codes() []Code {
	list := make([]Code, 0, len(outcomes))
	for code := range outcomes {
		list = append(list, code)
	}
	return list
}

// Field points at one part of the input (RFC 6901 JSON pointer) and says what is
// wrong with it.
type Field struct {
	Pointer string
	Detail  string
}

// Error is a failure that a caller can act on.
type Error struct {
	Code    Code
	Message string // for people; never holds task text
	Fields  []Field
	Cause   error // not shown to callers
}

// Error implements error.
func (e *Error) Error() string {
	text := string(e.Code) + ": " + e.Message
	for _, f := range e.Fields {
		text += fmt.Sprintf(" [%s: %s]", f.Pointer, f.Detail)
	}
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return text
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// CodeOf gives an error's code; CodeInternal where it has none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}

// Errorf makes an Error. A %w verb's error becomes its cause.
func Errorf(code Code, format string, args ...any) *Error {
	wrapped := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: wrapped.Error(), Cause: errors.Unwrap(wrapped)}
}

// Invalid makes a CodeInvalid error about one field.
func Invalid(pointer, format string, args ...any) *Error {
	detail := fmt.Sprintf(format, args...)
	return &Error{Code: CodeInvalid, Message: detail, Fields: []Field{{pointer, detail}}}
}

// Message gives what an error says to people, without its code.
func Message(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}

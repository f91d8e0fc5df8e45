package recurrence

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// What an error of this package is about; test with errors.Is.
var (
	// ErrInvalid: the text or the combination of parts is not allowed.
	ErrInvalid = errors.New("invalid recurrence")
	// ErrAmbiguous: the RFC allows it, but calendars disagree on what it means.
	ErrAmbiguous = errors.New("ambiguous recurrence")
	// ErrNever: the rule never matches a date until the end of year 9999.
	ErrNever = errors.New("recurrence that never happens")
	// ErrEnded: UNTIL is before the first match, or every occurrence is excluded.
	ErrEnded = errors.New("recurrence without occurrences")
	// ErrBudget: the search was given up after Budget steps.
	ErrBudget = errors.New("recurrence too expensive to search")
)

// Error says which part of a rule or set is wrong, and why, in words for the
// person who wrote it.
type Error struct {
	Part   string // the part's name as in the RFC, such as BYDAY
	Value  string // the offending value, cut to 64 bytes
	Reason string
	Kind   error // one of the Err variables
}

func (e *Error) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("recurrence: %s: %s", e.Part, e.Reason)
	}
	return fmt.Sprintf("recurrence: %s=%s: %s", e.Part, e.Value, e.Reason)
}

// Unwrap gives the kind, for errors.Is.
func (e *Error) Unwrap() error { return e.Kind }

func invalid(part, value, reason string) error {
	return &Error{Part: part, Value: clip(value), Reason: reason, Kind: ErrInvalid}
}

// clip keeps hostile input out of messages and logs.
func clip(s string) string {
	const limit = 64
	if len(s) <= limit {
		return s
	}
	cut := limit
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

package dapr

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// The kinds of failure; test with errors.Is.
var (
	// ErrUnavailable: the sidecar, or what is behind it, does not answer now.
	ErrUnavailable = errors.New("not available now")
	// ErrNotFound: there is no such secret, key or component.
	ErrNotFound = errors.New("not found")
	// ErrConflict: the state has changed since it was read.
	ErrConflict = errors.New("changed meanwhile")
	// ErrRejected: the same call will never succeed.
	ErrRejected = errors.New("rejected")
)

// Retryable reports whether the same call may succeed later. An error of
// another origin may.
func Retryable(err error) bool {
	return err != nil && !errors.Is(err, ErrRejected) && !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrConflict)
}

// failure gives a failed call its kind. Dapr answers many different failures
// with codes.Internal, so some are told apart by their text.
func failure(ctx context.Context, what string, err error) error {
	if err == nil {
		return nil
	}
	answer, ok := status.FromError(err)
	if !ok {
		return fmt.Errorf("dapr: %s: %w: %w", what, ErrRejected, err)
	}
	kind := kindOf(answer)
	if cause := ctx.Err(); cause != nil {
		return fmt.Errorf("dapr: %s: %w: %w", what, kind, cause)
	}
	return fmt.Errorf("dapr: %s: %w: %s", what, kind, strings.ReplaceAll(answer.Message(), "\n", " "))
}

// Texts of Dapr and its components behind codes.Internal.
const (
	noBinding  = "couldn't find output binding"
	notUpdated = "no item was updated" // first-write, and the key exists
	noSecret   = "not found"
)

// mailRefused is the mail server's final "no" to one message: a reply 5yz
// (RFC 5321 section 4.2.1) to the message itself, not to the login.
var mailRefused = regexp.MustCompile(`could not send email \d+: 5\d\d `)

func kindOf(answer *status.Status) error {
	text := answer.Message()
	switch answer.Code() {
	case codes.Aborted:
		return ErrConflict
	case codes.NotFound:
		return ErrNotFound
	case codes.InvalidArgument, codes.FailedPrecondition, codes.Unimplemented, codes.PermissionDenied, codes.Unauthenticated, codes.OutOfRange:
		return ErrRejected
	case codes.Internal:
		switch {
		case strings.Contains(text, notUpdated):
			return ErrConflict
		case strings.Contains(text, noBinding), strings.Contains(text, noSecret):
			return ErrNotFound
		case mailRefused.MatchString(text):
			return ErrRejected
		}
	case codes.OK, codes.Canceled, codes.Unknown, codes.DeadlineExceeded, codes.AlreadyExists,
		codes.ResourceExhausted, codes.Unavailable, codes.DataLoss:
	}
	return ErrUnavailable
}

// Package auth decides who is asking. It verifies the JSON Web Tokens that the
// Better Auth server issues, against the keys that server publishes, and keeps
// working while the server is away. The owner of everything is the subject of
// the token and nothing else.
//
// The checks follow RFC 8725 (JSON Web Token best current practices) and
// chapter V9 of OWASP ASVS 5.0, whose numbers the tests carry.
package auth

import (
	"context"
	"net/http"
	"time"
)

// Person is who a verified token speaks for.
type Person struct {
	// ID is the token's subject: the owner of every row the person has.
	ID string
	// ExpiresAt is when the token ends; a stream must not outlive it by much.
	ExpiresAt time.Time
}

// Options configures a Verifier. Issuer, Audience and JWKSURL are required;
// zero values of the others take the default named.
type Options struct {
	// Issuer must equal the claim `iss`.
	Issuer string
	// Audience must be among the claim `aud`.
	Audience string
	// JWKSURL serves the issuer's public keys as a JSON Web Key Set.
	JWKSURL string
	// Published reads the keys, in the same form, where the issuer keeps them: it
	// is asked first, and JWKSURL only if it fails or knows no key. Nil: none.
	Published func(context.Context) ([]byte, error)
	// Client fetches the keys; the default follows no redirect.
	Client *http.Client
	// Now is the clock; time.Now.
	Now func() time.Time
	// Skew is how far clocks may differ; 30 s, at most 60 s.
	Skew time.Duration
	// RefreshAfter is the age at which the keys are fetched again beside the
	// requests; 10 min.
	RefreshAfter time.Duration
	// MaxAge is how long keys are trusted while the issuer does not answer; 24 h.
	MaxAge time.Duration
	// MinRefetch is the least time between two fetches caused by unknown key
	// ids; 30 s.
	MinRefetch time.Duration
	// FetchTimeout bounds one fetch; 5 s.
	FetchTimeout time.Duration
	// Remember is how many verified tokens are remembered; 512.
	Remember int
}

// Bounds of Options.
const (
	maxSkew           = 60 * time.Second
	defaultSkew       = 30 * time.Second
	defaultRefresh    = 10 * time.Minute
	defaultMaxAge     = 24 * time.Hour
	defaultMinRefetch = 30 * time.Second
	defaultTimeout    = 5 * time.Second
	defaultRemember   = 512
)

// Verifier verifies tokens of one issuer for one audience. It is safe for
// concurrent use.
type Verifier struct {
	options  Options
	keys     *keyring
	verified *memory
}

// NewVerifier returns a Verifier that has fetched nothing yet.
func NewVerifier(options Options) *Verifier {
	if options.Client == nil {
		options.Client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	options.Skew = min(orDefault(options.Skew, defaultSkew), maxSkew)
	options.RefreshAfter = orDefault(options.RefreshAfter, defaultRefresh)
	options.MaxAge = orDefault(options.MaxAge, defaultMaxAge)
	options.MinRefetch = orDefault(options.MinRefetch, defaultMinRefetch)
	options.FetchTimeout = orDefault(options.FetchTimeout, defaultTimeout)
	options.Remember = orDefault(options.Remember, defaultRemember)
	return &Verifier{options: options, keys: newKeyring(options), verified: newMemory(options.Remember)}
}

func orDefault[T ~int | ~int64](value, standard T) T {
	if value <= 0 {
		return standard
	}
	return value
}

// Refresh fetches the keys now, so that the first request need not wait. A
// failure is an *Error with code Unavailable and changes nothing.
func (v *Verifier) Refresh(ctx context.Context) error {
	return v.keys.fetch(ctx)
}

// Verify returns the person a compact JWS token speaks for, or an *Error.
//
// A token is accepted when it has at most 8 KiB and three parts, its algorithm
// is EdDSA or ES256, the issuer publishes a key of that kind under its key id,
// the signature holds, issuer and audience are exact, it has not expired, none
// of its dates lies in the future, and its subject is a usable id. Keys inside
// the token or addresses of keys in it are never looked at.
func (v *Verifier) Verify(ctx context.Context, token string) (Person, error) {
	if err := checkShape(token); err != nil {
		return Person{}, err
	}
	now := v.options.Now()
	if person, found := v.verified.recall(token, v.keys.trusted(ctx, now)); found {
		return v.unexpired(person, now)
	}
	head, err := readHeader(token)
	if err != nil {
		return Person{}, err
	}
	key, set, err := v.keys.find(ctx, head)
	if err != nil {
		return Person{}, err
	}
	claims, err := verifySignature(token, key)
	if err != nil {
		return Person{}, err
	}
	person, err := v.checkClaims(claims, now)
	if err != nil {
		return Person{}, err
	}
	v.verified.remember(token, person, set)
	return person, nil
}

package auth

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwt"
)

const (
	// maxToken is far above what Better Auth issues (about 350 bytes) and below
	// what could be used to keep the parser busy.
	maxToken = 8 << 10
	// maxSubject bounds an id that becomes part of keys and event attributes.
	maxSubject = 255
)

// header is what is read from the unverified part of a token.
type header struct {
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
	Type      string `json:"typ"`
	// A token that asks for extensions (RFC 7515 section 4.1.11) or an unencoded
	// payload (RFC 7797) is none of ours.
	Critical json.RawMessage `json:"crit"`
	Encoded  json.RawMessage `json:"b64"`
}

// checkShape refuses what cannot be a token before anything is parsed.
func checkShape(token string) error {
	switch {
	case token == "":
		return refuse(Missing, "no token was sent")
	case len(token) > maxToken:
		return refuse(Malformed, "the token is longer than 8 KiB")
	case strings.Count(token, ".") != 2:
		return refuse(Malformed, "the token does not have three parts")
	}
	return nil
}

// readHeader reads the header of a token of the right shape and refuses every
// algorithm that is not on the list (ASVS 5.0 9.1.2) and every kind of token
// that is no access token (9.2.2).
func readHeader(token string) (header, error) {
	encoded, _, _ := strings.Cut(token, ".")
	text, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return header{}, refuseBecause(Malformed, "the token's header is not base64url", err)
	}
	var head header
	if err := json.Unmarshal(text, &head); err != nil {
		return header{}, refuseBecause(Malformed, "the token's header is not JSON", err)
	}
	switch {
	case head.Algorithm != jwa.EdDSA.String() && head.Algorithm != jwa.ES256.String():
		return header{}, refuse(NotTrusted, "the token's algorithm is not accepted")
	case head.Critical != nil || head.Encoded != nil:
		return header{}, refuse(NotTrusted, "the token needs extensions that are not supported")
	case !slices.Contains([]string{"", "jwt", "at+jwt"}, strings.ToLower(head.Type)):
		return header{}, refuse(NotTrusted, "the token is of another kind")
	case head.KeyID == "":
		return header{}, refuse(NotTrusted, "the token names no key")
	}
	return head, nil
}

// verifySignature checks the signature with the key's own algorithm, never the
// token's, and only then returns the claims (ASVS 5.0 9.1.1).
func verifySignature(token string, key publicKey) (jwt.Token, error) {
	claims, err := jwt.ParseString(token, jwt.WithKey(key.algorithm, key.raw), jwt.WithValidate(false))
	if err != nil {
		return nil, refuseBecause(NotTrusted, "the token's signature or content does not hold", err)
	}
	return claims, nil
}

// checkClaims decides whether verified claims are meant for this service now.
func (v *Verifier) checkClaims(claims jwt.Token, now time.Time) (Person, error) {
	latest := now.Add(v.options.Skew)
	person := Person{ID: claims.Subject(), ExpiresAt: claims.Expiration()}
	switch {
	case claims.Issuer() != v.options.Issuer:
		return Person{}, refuse(NotTrusted, "the token is from another issuer")
	case !slices.Contains(claims.Audience(), v.options.Audience):
		return Person{}, refuse(NotTrusted, "the token is for another audience")
	case person.ExpiresAt.IsZero():
		return Person{}, refuse(NotTrusted, "the token has no end")
	case claims.IssuedAt().After(latest), claims.NotBefore().After(latest):
		return Person{}, refuse(NotTrusted, "the token is from the future")
	case !usableSubject(person.ID):
		return Person{}, refuse(NotTrusted, "the token names nobody")
	}
	return v.unexpired(person, now)
}

// unexpired returns the person while the token lasts.
func (v *Verifier) unexpired(person Person, now time.Time) (Person, error) {
	if !now.Before(person.ExpiresAt.Add(v.options.Skew)) {
		return Person{}, refuse(Expired, "the token has expired")
	}
	return person, nil
}

// usableSubject holds back ids that could not be an owner in keys, logs and
// event attributes.
func usableSubject(id string) bool {
	return id != "" && len(id) <= maxSubject && utf8.ValidString(id) &&
		!strings.ContainsFunc(id, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) })
}

package auth

import (
	"context"
	"net/http"
	"strings"
)

type personKey struct{}

// FromRequest verifies the bearer token of a request (RFC 6750 section 2.1).
// Tokens in the query or the body are not looked at: addresses end up in logs.
func (v *Verifier) FromRequest(r *http.Request) (Person, error) {
	credentials := r.Header.Values("Authorization")
	if len(credentials) == 0 {
		return Person{}, refuse(Missing, "no token was sent")
	}
	if len(credentials) > 1 {
		return Person{}, refuse(Malformed, "more than one Authorization header was sent")
	}
	scheme, token, _ := strings.Cut(credentials[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return Person{}, refuse(Missing, "no bearer token was sent")
	}
	return v.Verify(r.Context(), strings.Trim(token, " "))
}

// Require lets a request through to next with its Person in the context, or
// hands the error (an *Error) to refused, which answers.
func (v *Verifier) Require(next http.Handler, refused func(http.ResponseWriter, *http.Request, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		person, err := v.FromRequest(r)
		if err != nil {
			refused(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(WithPerson(r.Context(), person)))
	})
}

// WithPerson returns a context that carries person.
func WithPerson(ctx context.Context, person Person) context.Context {
	return context.WithValue(ctx, personKey{}, person)
}

// PersonFrom returns the person in ctx; false if nobody has been verified.
func PersonFrom(ctx context.Context) (Person, bool) {
	person, found := ctx.Value(personKey{}).(Person)
	return person, found
}

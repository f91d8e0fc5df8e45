package auth_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/stretchr/testify/require"

	"function/shared/auth"
)

func mustJWK(t testing.TB, key signingKey) jwk.Key {
	public, err := jwk.FromRaw(key.private.Public())
	require.NoError(t, err)
	return public
}

func TestUnknownKeyStormFetchesOnce(t *testing.T) {
	t.Parallel()
	issuer := newIssuer(t)
	key := newKey(t, "current", jwa.EdDSA)
	issuer.publish(key)
	verifier := issuer.verifier()
	require.NoError(t, verifier.Refresh(t.Context()))
	issuer.pass(time.Minute)

	var wait sync.WaitGroup
	for n := range 200 {
		wait.Go(func() {
			forged := newKey(t, fmt.Sprint("forged", n), jwa.EdDSA)
			_, err := verifier.Verify(t.Context(), forged.sign(t, claims(start, nil), nil))
			require.Equal(t, auth.NotTrusted, auth.CodeOf(err), "%v", err)
		})
	}
	wait.Wait()
	require.EqualValues(t, 2, issuer.fetches.Load(), "one to begin with, one for all unknown keys")
}

func TestKeyRotation(t *testing.T) {
	t.Parallel()
	issuer := newIssuer(t)
	old, fresh := newKey(t, "old", jwa.EdDSA), newKey(t, "fresh", jwa.EdDSA)
	issuer.publish(old)
	verifier := issuer.verifier()
	oldToken, freshToken := old.sign(t, claims(start, nil), nil), fresh.sign(t, claims(start, nil), nil)
	_, err := verifier.Verify(t.Context(), oldToken)
	require.NoError(t, err)

	issuer.publish(old, fresh)
	issuer.pass(time.Minute)
	_, err = verifier.Verify(t.Context(), freshToken)
	require.NoError(t, err, "an unknown key is fetched")
	_, err = verifier.Verify(t.Context(), oldToken)
	require.NoError(t, err, "a key in its grace period still verifies")

	issuer.publish(fresh)
	require.NoError(t, verifier.Refresh(t.Context()))
	_, err = verifier.Verify(t.Context(), oldToken)
	require.Equal(t, auth.NotTrusted, auth.CodeOf(err), "a withdrawn key ends remembered tokens too")
}

func TestServerDown(t *testing.T) {
	t.Parallel()
	issuer := newIssuer(t)
	key := newKey(t, "current", jwa.EdDSA)
	verifier := issuer.verifier()
	sign := func() string { return key.sign(t, claims(issuer.clock(), nil), nil) }

	issuer.answer(http.StatusInternalServerError, nil)
	_, err := verifier.Verify(t.Context(), sign())
	require.Equal(t, auth.Unavailable, auth.CodeOf(err), "nothing is known yet")
	_, err = verifier.Verify(t.Context(), sign())
	require.Equal(t, auth.Unavailable, auth.CodeOf(err))
	require.EqualValues(t, 1, issuer.fetches.Load(), "failures are not repeated at once")

	issuer.publish(key)
	issuer.pass(time.Second)
	_, err = verifier.Verify(t.Context(), sign())
	require.NoError(t, err, "soon after the server is back")

	for name, body := range map[string]string{"error page": "<html>", "empty set": `{"keys":[]}`, "huge": string(make([]byte, 300<<10))} {
		issuer.answer(http.StatusOK, []byte(body))
		require.Equal(t, auth.Unavailable, auth.CodeOf(verifier.Refresh(t.Context())), name)
		_, err = verifier.Verify(t.Context(), sign())
		require.NoError(t, err, "%s must not replace the last good keys", name)
	}

	issuer.server.Close()
	issuer.pass(23 * time.Hour)
	_, err = verifier.Verify(t.Context(), sign())
	require.NoError(t, err, "the last good keys last")
	stranger := newKey(t, "newer", jwa.EdDSA)
	_, err = verifier.Verify(t.Context(), stranger.sign(t, claims(issuer.clock(), nil), nil))
	require.Equal(t, auth.Unavailable, auth.CodeOf(err), "whether a new key is good cannot be known")
	issuer.pass(2 * time.Hour)
	_, err = verifier.Verify(t.Context(), sign())
	require.Equal(t, auth.Unavailable, auth.CodeOf(err), "but not for ever")
}

func TestAgeingKeysAreRefreshedBesideRequests(t *testing.T) {
	t.Parallel()
	issuer := newIssuer(t)
	key := newKey(t, "current", jwa.EdDSA)
	issuer.publish(key)
	verifier := issuer.verifier()
	require.NoError(t, verifier.Refresh(t.Context()))

	issuer.mu.Lock()
	issuer.hold = make(chan struct{})
	issuer.mu.Unlock()
	issuer.pass(11 * time.Minute)
	_, err := verifier.Verify(t.Context(), key.sign(t, claims(issuer.clock(), nil), nil))
	require.NoError(t, err, "nobody waits for the refresh")
	close(issuer.hold)
	require.Eventually(t, func() bool { return issuer.fetches.Load() == 2 }, 30*time.Second, time.Millisecond)
}

func TestRememberedTokenExpires(t *testing.T) {
	t.Parallel()
	issuer := newIssuer(t)
	key := newKey(t, "current", jwa.EdDSA)
	issuer.publish(key)
	verifier := issuer.verifier()
	token := key.sign(t, claims(start, nil), nil)
	person, err := verifier.Verify(t.Context(), token)
	require.NoError(t, err)
	require.Equal(t, start.Add(15*time.Minute), person.ExpiresAt.UTC())
	issuer.pass(16 * time.Minute)
	_, err = verifier.Verify(t.Context(), token)
	require.Equal(t, auth.Expired, auth.CodeOf(err))
}

func TestUnusableKeysAreLeft(t *testing.T) {
	t.Parallel()
	issuer := newIssuer(t)
	private, encryption, other := newKey(t, "private", jwa.EdDSA), newKey(t, "enc", jwa.EdDSA), newKey(t, "other-alg", jwa.EdDSA)
	private.public["d"] = private.public["x"]
	encryption.public["use"] = "enc"
	other.public["alg"] = "ES256"
	symmetric := signingKey{public: map[string]any{"kty": "oct", "k": "c2VjcmV0", "kid": "sym", "alg": "HS256"}}
	good := newKey(t, "good", jwa.EdDSA)
	future := signingKey{public: map[string]any{"kty": "AKP", "pub": "AAAA", "kid": "future", "alg": "ML-DSA-65"}}
	issuer.publish(private, encryption, other, symmetric, future, good)
	verifier := issuer.verifier()
	for _, key := range []signingKey{private, encryption, other} {
		_, err := verifier.Verify(t.Context(), key.sign(t, claims(start, nil), nil))
		require.Equal(t, auth.NotTrusted, auth.CodeOf(err), "%v", key.public["kid"])
	}
	_, err := verifier.Verify(t.Context(), good.sign(t, claims(start, nil), nil))
	require.NoError(t, err)
}

func TestFromRequest(t *testing.T) {
	t.Parallel()
	issuer := newIssuer(t)
	key := newKey(t, "current", jwa.EdDSA)
	issuer.publish(key)
	token := key.sign(t, claims(start, nil), nil)
	handler := issuer.verifier().Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		person, found := auth.PersonFrom(r.Context())
		require.True(t, found)
		_, _ = w.Write([]byte(person.ID))
	}), func(w http.ResponseWriter, _ *http.Request, err error) {
		var refused *auth.Error
		require.ErrorAs(t, err, &refused)
		w.Header().Set("WWW-Authenticate", refused.Challenge())
		w.WriteHeader(refused.Status())
	})
	cases := []struct {
		name        string
		credentials []string
		status      int
		challenge   string
	}{
		{"none", nil, 401, `Bearer realm="nudge"`},
		{"another scheme", []string{"Basic YTpi"}, 401, `Bearer realm="nudge"`},
		{"no token", []string{"Bearer "}, 401, `Bearer realm="nudge"`},
		{"not a token", []string{"Bearer abc"}, 401, `Bearer realm="nudge", error="invalid_token", error_description="the token does not have three parts"`},
		{"two headers", []string{"Bearer " + token, "Bearer " + token}, 401, `Bearer realm="nudge", error="invalid_token", error_description="more than one Authorization header was sent"`},
		{"good", []string{"Bearer " + token}, 200, ""},
		{"scheme in small letters", []string{"bearer " + token}, 200, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			request := httptest.NewRequest(http.MethodGet, "/api/tasks?access_token="+token, nil)
			request.Header["Authorization"] = c.credentials
			response := httptest.NewRecorder()
			handler.ServeHTTP(response, request)
			require.Equal(t, c.status, response.Code)
			require.Equal(t, c.challenge, response.Header().Get("WWW-Authenticate"))
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	issuer := newIssuer(b)
	key := newKey(b, "current", jwa.EdDSA)
	issuer.publish(key)
	const many = 2048 // more than are remembered
	tokens := make([]string, many)
	for n := range tokens {
		tokens[n] = key.sign(b, claims(start, map[string]any{"sub": fmt.Sprint("person", n)}), nil)
	}
	for name, tokens := range map[string][]string{"remembered": tokens[:1], "new": tokens} {
		b.Run(name, func(b *testing.B) {
			verifier := issuer.verifier()
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				if _, err := verifier.Verify(b.Context(), tokens[n%len(tokens)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

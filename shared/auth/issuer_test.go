package auth_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"
	"github.com/stretchr/testify/require"

	"function/shared/auth"
)

const (
	issuerName = "https://nudge.example"
	audience   = "nudge"
)

var start = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// issuer publishes keys over HTTP and signs whatever a test asks for.
type issuer struct {
	t       testing.TB
	server  *httptest.Server
	fetches atomic.Int64

	mu     sync.Mutex
	status int
	body   []byte
	now    time.Time
	hold   chan struct{}
}

func newIssuer(t testing.TB) *issuer {
	i := &issuer{t: t, status: http.StatusOK, now: start, body: []byte(`{"keys":[]}`)}
	i.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.fetches.Add(1)
		i.mu.Lock()
		status, body, hold := i.status, i.body, i.hold
		i.mu.Unlock()
		if hold != nil {
			select {
			case <-hold:
			case <-r.Context().Done():
			}
		}
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}))
	t.Cleanup(i.server.Close)
	return i
}

func (i *issuer) publish(keys ...signingKey) {
	var public []map[string]any
	for _, key := range keys {
		public = append(public, key.public)
	}
	body, err := json.Marshal(map[string]any{"keys": public})
	require.NoError(i.t, err)
	i.answer(http.StatusOK, body)
}

func (i *issuer) answer(status int, body []byte) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.status, i.body = status, body
}

func (i *issuer) pass(d time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.now = i.now.Add(d)
}

func (i *issuer) clock() time.Time {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.now
}

func (i *issuer) verifier() *auth.Verifier {
	return auth.NewVerifier(auth.Options{Issuer: issuerName, Audience: audience, JWKSURL: i.server.URL, Now: i.clock})
}

// signingKey is a key pair and how it is published.
type signingKey struct {
	algorithm jwa.SignatureAlgorithm
	private   crypto.Signer
	public    map[string]any
}

func newKey(t testing.TB, id string, algorithm jwa.SignatureAlgorithm) signingKey {
	var private crypto.Signer
	var err error
	switch algorithm {
	case jwa.EdDSA:
		_, private, err = ed25519.GenerateKey(rand.Reader)
	default:
		private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	require.NoError(t, err)
	key, err := jwk.FromRaw(private.Public())
	require.NoError(t, err)
	text, err := json.Marshal(key)
	require.NoError(t, err)
	public := map[string]any{}
	require.NoError(t, json.Unmarshal(text, &public))
	public["kid"], public["alg"] = id, algorithm.String()
	return signingKey{algorithm, private, public}
}

// claims are those of a good token; a nil value in changes leaves one out.
func claims(now time.Time, changes map[string]any) map[string]any {
	all := map[string]any{
		"iss": issuerName, "aud": audience, "sub": "ada",
		"iat": now.Unix(), "exp": now.Add(15 * time.Minute).Unix(),
	}
	for name, value := range changes {
		all[name] = value
		if value == nil {
			delete(all, name)
		}
	}
	return all
}

// sign makes a token with the key's id and any further header fields.
func (k signingKey) sign(t testing.TB, claims map[string]any, header map[string]any) string {
	payload, err := json.Marshal(claims)
	require.NoError(t, err)
	headers := jws.NewHeaders()
	require.NoError(t, headers.Set("kid", k.public["kid"]))
	for name, value := range header {
		require.NoError(t, headers.Set(name, value))
	}
	token, err := jws.Sign(payload, jws.WithKey(k.algorithm, k.private, jws.WithProtectedHeaders(headers)))
	require.NoError(t, err)
	return string(token)
}

// forge joins a header, claims and a signature that need not fit.
func forge(t testing.TB, header, claims map[string]any, signature []byte) string {
	part := func(value any) string {
		text, err := json.Marshal(value)
		require.NoError(t, err)
		return base64.RawURLEncoding.EncodeToString(text)
	}
	return part(header) + "." + part(claims) + "." + base64.RawURLEncoding.EncodeToString(signature)
}

package auth_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/stretchr/testify/require"

	"function/shared/auth"
)

// hmacSign signs with HS256 and a secret of the attacker's choice.
func hmacSign(t *testing.T, header, claims map[string]any, secret []byte) string {
	unsigned := strings.TrimSuffix(forge(t, header, claims, nil), ".")
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(unsigned))
	signature := mac.Sum(nil)
	return forge(t, header, claims, signature)
}

// TestAttacks names each token by what is wrong with it and, where one
// applies, by the requirement of OWASP ASVS 5.0 that asks to refuse it.
func TestAttacks(t *testing.T) {
	t.Parallel()
	issuer := newIssuer(t)
	key := newKey(t, "current", jwa.EdDSA)
	curve := newKey(t, "curve", jwa.ES256)
	stranger := newKey(t, "current", jwa.EdDSA)
	issuer.publish(key, curve)
	verifier := issuer.verifier()

	der, err := x509.MarshalPKIXPublicKey(key.private.Public())
	require.NoError(t, err)
	publicPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	good := claims(start, nil)
	with := func(name string, value any) map[string]any { return claims(start, map[string]any{name: value}) }
	hs256 := map[string]any{"alg": "HS256", "kid": "current"}
	signed := key.sign(t, good, nil)
	parts := strings.Split(signed, ".")
	other := strings.Split(key.sign(t, with("sub", "eve"), nil), ".")

	cases := []struct {
		name  string
		token string
		want  auth.Code
	}{
		{"no token", "", auth.Missing},
		{"token of 9 KiB", signed + strings.Repeat("A", 9<<10), auth.Malformed},
		{"two parts", parts[0] + "." + parts[1], auth.Malformed},
		{"five parts", signed + ".a.b", auth.Malformed},
		{"header not base64url", "%%%." + parts[1] + "." + parts[2], auth.Malformed},
		{"header not JSON", "YWJj." + parts[1] + "." + parts[2], auth.Malformed},
		{"claims not JSON", forge(t, map[string]any{"alg": "EdDSA", "kid": "current"}, nil, []byte("x")), auth.NotTrusted},
		{"9.1.1 no signature", parts[0] + "." + parts[1] + ".", auth.NotTrusted},
		{"9.1.1 claims of another token", parts[0] + "." + other[1] + "." + parts[2], auth.NotTrusted},
		{"9.1.1 signed by a stranger under a known key id", stranger.sign(t, good, nil), auth.NotTrusted},
		{"9.1.2 alg none", forge(t, map[string]any{"alg": "none", "kid": "current"}, good, nil), auth.NotTrusted},
		{"9.1.2 alg nOnE", forge(t, map[string]any{"alg": "nOnE", "kid": "current"}, good, nil), auth.NotTrusted},
		{"9.1.2 no alg", forge(t, map[string]any{"kid": "current"}, good, nil), auth.NotTrusted},
		{"9.1.2 HS256 with the public key (PEM) as secret", hmacSign(t, hs256, good, publicPEM), auth.NotTrusted},
		{"9.1.2 HS256 with the public key (raw) as secret", hmacSign(t, hs256, good, []byte(key.public["x"].(string))), auth.NotTrusted},
		{"9.1.2 ES256 in the header, Ed25519 key", forge(t, map[string]any{"alg": "ES256", "kid": "current"}, good, make([]byte, 64)), auth.NotTrusted},
		{"9.1.2 EdDSA in the header, P-256 key", forge(t, map[string]any{"alg": "EdDSA", "kid": "curve"}, good, make([]byte, 64)), auth.NotTrusted},
		{"9.1.3 embedded jwk", stranger.sign(t, good, map[string]any{"kid": "own", "jwk": mustJWK(t, stranger)}), auth.NotTrusted},
		{"9.1.3 embedded jwk under a known key id", stranger.sign(t, good, map[string]any{"jwk": mustJWK(t, stranger)}), auth.NotTrusted},
		{"9.1.3 jku", stranger.sign(t, good, map[string]any{"kid": "own", "jku": "https://evil.example/jwks"}), auth.NotTrusted},
		{"9.1.3 x5u", stranger.sign(t, good, map[string]any{"kid": "own", "x5u": "https://evil.example/x5u"}), auth.NotTrusted},
		{"9.1.3 no key id", key.sign(t, good, map[string]any{"kid": ""}), auth.NotTrusted},
		{"unknown critical extension", forge(t, map[string]any{"alg": "EdDSA", "kid": "current", "crit": []string{"x"}}, good, nil), auth.NotTrusted},
		{"unencoded payload", forge(t, map[string]any{"alg": "EdDSA", "kid": "current", "b64": false}, good, nil), auth.NotTrusted},
		{"9.2.1 expired", key.sign(t, with("exp", start.Add(-time.Minute).Unix()), nil), auth.Expired},
		{"9.2.1 no exp", key.sign(t, with("exp", nil), nil), auth.NotTrusted},
		{"9.2.1 exp is text", key.sign(t, with("exp", "never"), nil), auth.NotTrusted},
		{"9.2.1 nbf in the future", key.sign(t, with("nbf", start.Add(2*time.Minute).Unix()), nil), auth.NotTrusted},
		{"9.2.1 iat in the future", key.sign(t, with("iat", start.Add(2*time.Minute).Unix()), nil), auth.NotTrusted},
		{"9.2.2 logout token", key.sign(t, good, map[string]any{"typ": "logout+jwt"}), auth.NotTrusted},
		{"9.2.3 wrong audience", key.sign(t, with("aud", "other"), nil), auth.NotTrusted},
		{"9.2.3 audience that only begins alike", key.sign(t, with("aud", "nudge2"), nil), auth.NotTrusted},
		{"9.2.3 no audience", key.sign(t, with("aud", nil), nil), auth.NotTrusted},
		{"wrong issuer", key.sign(t, with("iss", "https://evil.example"), nil), auth.NotTrusted},
		{"issuer with a path", key.sign(t, with("iss", issuerName+"/"), nil), auth.NotTrusted},
		{"no issuer", key.sign(t, with("iss", nil), nil), auth.NotTrusted},
		{"no sub", key.sign(t, with("sub", nil), nil), auth.NotTrusted},
		{"empty sub", key.sign(t, with("sub", ""), nil), auth.NotTrusted},
		{"sub is a number", key.sign(t, with("sub", 7), nil), auth.NotTrusted},
		{"sub with a line break", key.sign(t, with("sub", "ada\r\nx: y"), nil), auth.NotTrusted},
		{"sub of 256 bytes", key.sign(t, with("sub", strings.Repeat("a", 256)), nil), auth.NotTrusted},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for range 2 { // the second time, no memory of the first may help
				person, err := verifier.Verify(t.Context(), c.token)
				require.Equal(t, c.want, auth.CodeOf(err), "%v", err)
				require.Zero(t, person)
			}
		})
	}
	for name, token := range map[string]string{
		"EdDSA":                       signed,
		"ES256":                       curve.sign(t, good, nil),
		"typ JWT":                     key.sign(t, good, map[string]any{"typ": "JWT"}),
		"one of several audiences":    key.sign(t, with("aud", []string{"other", audience}), nil),
		"expired within the skew":     key.sign(t, with("exp", start.Add(-10*time.Second).Unix()), nil),
		"issued within the skew":      key.sign(t, with("iat", start.Add(10*time.Second).Unix()), nil),
		"jku of a token that is good": key.sign(t, good, map[string]any{"jku": "https://evil.example/jwks"}),
	} {
		t.Run("accepted: "+name, func(t *testing.T) {
			t.Parallel()
			person, err := verifier.Verify(t.Context(), token)
			require.NoError(t, err)
			require.Equal(t, "ada", person.ID)
		})
	}
}

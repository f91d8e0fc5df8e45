package seal

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwe"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// eventKey is a key with the bytes that a JWE library is to be given.
func eventKey(t *testing.T, fill byte) (*Key, []byte) {
	t.Helper()
	secret := []byte(strings.Repeat(string(rune(fill)), keySize))
	sealer, err := contentEncryption(secret)
	require.NoError(t, err)
	return &Key{event: sealer}, secret
}

func TestAnotherLibraryOpensOurJWE(t *testing.T) {
	t.Parallel()
	key, secret := eventKey(t, 'a')
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(1, -1, 4096).Draw(t, "text")
		sealed, err := key.SealForEvent(text)
		require.NoError(t, err)
		plain, err := jwe.Decrypt([]byte(sealed), jwe.WithKey(jwa.DIRECT, secret))
		require.NoError(t, err)
		require.Equal(t, text, string(plain))
	})
}

func TestWeOpenAnotherLibrarysJWE(t *testing.T) {
	t.Parallel()
	key, secret := eventKey(t, 'a')
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(1, -1, 4096).Draw(t, "text")
		sealed, err := jwe.Encrypt([]byte(text), jwe.WithKey(jwa.DIRECT, secret), jwe.WithContentEncryption(jwa.A256GCM))
		require.NoError(t, err)
		plain, err := key.OpenFromEvent(string(sealed))
		require.NoError(t, err)
		require.Equal(t, text, plain)
	})
}

// RFC 7516, section 3.1 and 7.1; RFC 7518, section 4.5 and 5.3.
func TestJWEIsAsTheStandardSays(t *testing.T) {
	t.Parallel()
	key, _ := eventKey(t, 'a')
	vectors := map[string]bool{}
	for n := range 200 {
		text := strings.Repeat("é", n+1)
		sealed, err := key.SealForEvent(text)
		require.NoError(t, err)
		parts := strings.Split(sealed, ".")
		require.Len(t, parts, 5)
		var raw [5][]byte
		for i, part := range parts {
			require.NotContains(t, part, "=", "base64url without padding")
			raw[i], err = base64.RawURLEncoding.Strict().DecodeString(part)
			require.NoError(t, err)
		}
		var header map[string]any
		require.NoError(t, json.Unmarshal(raw[0], &header))
		require.Equal(t, map[string]any{"alg": "dir", "enc": "A256GCM"}, header)
		require.Empty(t, raw[1], "direct agreement has no encrypted key")
		require.Len(t, raw[2], 96/8)
		require.Len(t, raw[3], len(text))
		require.Len(t, raw[4], 128/8)
		require.False(t, vectors[parts[2]], "an initialization vector came twice")
		vectors[parts[2]] = true
	}
}

func TestWhatIsNotOurJWEDoesNotOpen(t *testing.T) {
	t.Parallel()
	key, secret := eventKey(t, 'a')
	other, _ := eventKey(t, 'b')
	sealed, err := key.SealForEvent("pay rent")
	require.NoError(t, err)
	_, err = other.OpenFromEvent(sealed)
	require.Error(t, err, "another key")
	for i, c := range sealed { // any character changed, or gone
		for _, wrong := range []string{sealed[:i] + string(c^1) + sealed[i+1:], sealed[:i] + sealed[i+1:], sealed[:i] + "\n" + sealed[i:]} {
			text, err := key.OpenFromEvent(wrong)
			require.Error(t, err, wrong)
			require.Empty(t, text)
		}
	}
	parts := strings.Split(sealed, ".")
	for _, wrong := range []string{
		".", "....", "pay rent", sealed + ".", sealed + "=", strings.Join(parts[:4], "."), strings.Repeat(".", 1<<16),
		strings.Join([]string{parts[0], "AAAA", parts[2], parts[3], parts[4]}, "."),
	} {
		_, err := key.OpenFromEvent(wrong)
		require.Error(t, err)
	}
	for _, kind := range []jwa.ContentEncryptionAlgorithm{jwa.A256CBC_HS512, jwa.A128GCM} {
		size := map[jwa.ContentEncryptionAlgorithm]int{jwa.A256CBC_HS512: 64, jwa.A128GCM: 16}[kind]
		long := []byte(strings.Repeat(string(secret), 2))[:size]
		foreign, err := jwe.Encrypt([]byte("pay rent"), jwe.WithKey(jwa.DIRECT, long), jwe.WithContentEncryption(kind))
		require.NoError(t, err)
		_, err = key.OpenFromEvent(string(foreign))
		require.Error(t, err, "an algorithm that we do not use")
	}
}

func BenchmarkSealForEvent(b *testing.B) {
	secret := make([]byte, keySize)
	sealer, err := contentEncryption(secret)
	require.NoError(b, err)
	key := &Key{event: sealer}
	text := fmt.Sprintf("Take out the bins, number %d", 4711)
	b.Run("ours", func(b *testing.B) {
		for b.Loop() {
			_, _ = key.SealForEvent(text)
		}
	})
	b.Run("jwx", func(b *testing.B) {
		for b.Loop() {
			_, _ = jwe.Encrypt([]byte(text), jwe.WithKey(jwa.DIRECT, secret), jwe.WithContentEncryption(jwa.A256GCM))
		}
	})
	sealed, _ := key.SealForEvent(text)
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			_, _ = key.OpenFromEvent(sealed)
		}
	})
	b.Run("open by jwx", func(b *testing.B) {
		for b.Loop() {
			_, _ = jwe.Decrypt([]byte(sealed), jwe.WithKey(jwa.DIRECT, secret))
		}
	})
}

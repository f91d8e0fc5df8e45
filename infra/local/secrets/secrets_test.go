package secrets_test

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"function/infra/local/secrets"

	"github.com/stretchr/testify/require"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

func TestMadeOnceAndKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secrets.json")
	first, err := secrets.Load(path)
	require.NoError(t, err)
	first.Functions.DatabaseURL = "postgres://nudge@127.0.0.1:1/nudge"
	require.NoError(t, first.Save(path))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	again, err := secrets.Load(path)
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.GreaterOrEqual(t, len(first.Auth.BetterAuthSecret), 32)
}

func TestKeysetSeals(t *testing.T) {
	made, err := secrets.Load(filepath.Join(t.TempDir(), "secrets.json"))
	require.NoError(t, err)
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(strings.NewReader(made.Functions.Keyset)))
	require.NoError(t, err)
	primitive, err := aead.New(handle)
	require.NoError(t, err)
	sealed, err := primitive.Encrypt([]byte("a data key"), []byte("ada"))
	require.NoError(t, err)
	opened, err := primitive.Decrypt(sealed, []byte("ada"))
	require.NoError(t, err)
	require.Equal(t, "a data key", string(opened))
}

func TestDamagedFileIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secrets.json")
	for _, text := range []string{"", "{", "{}", `{"nudge":{"KEYSET":""}}`} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err := secrets.Load(path)
		require.ErrorContains(t, err, "damaged")
		left, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, text, string(left))
	}
}

func TestAnEarlierFileIsGivenTheKeysItLacks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secrets.json")
	first, err := secrets.Load(path)
	require.NoError(t, err)
	first.Functions.AuditSigningKey, first.Functions.VAPIDPrivateKey = "", ""
	require.NoError(t, first.Save(path))
	again, err := secrets.Load(path)
	require.NoError(t, err)
	var key struct{ Kty, Crv, X, D string }
	require.NoError(t, json.Unmarshal([]byte(again.Functions.AuditSigningKey), &key))
	seed, err := base64.RawURLEncoding.DecodeString(key.D)
	require.NoError(t, err)
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	require.Equal(t, base64.RawURLEncoding.EncodeToString(public), key.X)
	require.Equal(t, []string{"OKP", "Ed25519"}, []string{key.Kty, key.Crv})
	push, err := base64.RawURLEncoding.DecodeString(again.Functions.VAPIDPrivateKey)
	require.NoError(t, err)
	_, err = ecdh.P256().NewPrivateKey(push)
	require.NoError(t, err)
	require.Equal(t, first.Functions.Keyset, again.Functions.Keyset)
}

package seal_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"function/shared/seal"
)

func keyring(t *testing.T) *seal.Keyring {
	t.Helper()
	text, err := seal.NewKeyset()
	require.NoError(t, err)
	ring, err := seal.OpenKeyring(text)
	require.NoError(t, err)
	return ring
}

func TestSealedTextOpensOnlyForItsOwnerAndPlace(t *testing.T) {
	t.Parallel()
	ring := keyring(t)
	wrapped, key, err := ring.NewKey("ada")
	require.NoError(t, err)

	sealed, err := key.Seal([]byte("water the roses"), "tasks/1")
	require.NoError(t, err)
	require.NotContains(t, string(sealed), "roses")

	again, err := ring.Unwrap("ada", wrapped)
	require.NoError(t, err)
	plain, err := again.Open(sealed, "tasks/1")
	require.NoError(t, err)
	require.Equal(t, "water the roses", string(plain))

	_, err = again.Open(sealed, "tasks/2")
	require.Error(t, err, "moved to another row")
	_, err = ring.Unwrap("bob", wrapped)
	require.Error(t, err, "another person's name on the key")
	_, err = keyring(t).Unwrap("ada", wrapped)
	require.Error(t, err, "another keyset")
}

func TestEventTextIsACompactJWE(t *testing.T) {
	t.Parallel()
	_, key, err := keyring(t).NewKey("ada")
	require.NoError(t, err)
	sealed, err := key.SealForEvent("pay rent")
	require.NoError(t, err)
	require.Equal(t, 4, strings.Count(sealed, "."))
	text, err := key.OpenFromEvent(sealed)
	require.NoError(t, err)
	require.Equal(t, "pay rent", text)

	_, other, err := keyring(t).NewKey("ada")
	require.NoError(t, err)
	_, err = other.OpenFromEvent(sealed)
	require.Error(t, err)
	empty, err := key.SealForEvent("")
	require.NoError(t, err)
	require.Empty(t, empty)
}

func TestTokensFindWordsByPrefixWithoutCaseAndAccents(t *testing.T) {
	t.Parallel()
	_, key, err := keyring(t).NewKey("ada")
	require.NoError(t, err)
	tokens := key.Tokens("Café crème with Zoë's neighbourhood", []string{"Home"})
	for _, typed := range []string{"c", "cafe", "crem", "zoe", "neighbou", "neighbourhood", "home", "ho"} {
		require.Contains(t, tokens, key.WordToken(seal.Words(typed)[0]), typed)
	}
	require.Contains(t, tokens, key.TagToken("#home"))
	for _, typed := range []string{"afe", "cafes", "work"} {
		require.NotContains(t, tokens, key.WordToken(typed), typed)
	}
	require.NotContains(t, tokens, key.TagToken("cafe"), "a word is no tag")
}

func TestKeysetThatIsNoneIsRefusedWithoutShowingIt(t *testing.T) {
	t.Parallel()
	_, err := seal.OpenKeyring(`{"secret":"hunter2"}`)
	require.Error(t, err)
	require.NotContains(t, err.Error(), "hunter2")
}

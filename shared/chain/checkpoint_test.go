package chain_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"function/shared/chain"
)

func newKey(t *testing.T) string {
	t.Helper()
	key, err := chain.NewSigningKey(rand.Reader)
	require.NoError(t, err)
	return key
}

func TestACheckpointIsReadByWhoSignedItAndTheirSuccessor(t *testing.T) {
	t.Parallel()
	old, err := chain.NewSigner(newKey(t))
	require.NoError(t, err)
	want := chain.Checkpoint{Chain: chain.ID("ada"), Count: 3, Head: "ab", Time: "2026-01-05T08:00:00Z"}
	signed, err := old.Sign(want)
	require.NoError(t, err)
	got, err := old.Open(signed)
	require.NoError(t, err)
	require.Equal(t, want, got)

	retired, err := json.Marshal(old.PublicKeys())
	require.NoError(t, err)
	require.NotContains(t, string(retired), `"d"`, "only public parts are published")
	var set struct{ Keys []json.RawMessage }
	require.NoError(t, json.Unmarshal(retired, &set))
	next, err := chain.NewSigner(fmt.Sprintf(`{"keys":[%s,%s]}`, newKey(t), set.Keys[0]))
	require.NoError(t, err)
	got, err = next.Open(signed)
	require.NoError(t, err)
	require.Equal(t, want, got)
	newer, err := next.Sign(want)
	require.NoError(t, err)
	_, err = old.Open(newer)
	require.Error(t, err)

	export, err := old.SignExport(chain.Summary{Checkpoint: want})
	require.NoError(t, err)
	_, err = old.Open(export)
	require.Error(t, err, "an export's first line is no checkpoint")
	_, err = old.Open("hello")
	require.Error(t, err)
}

func TestAKeyThatCannotSignIsRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "neither a JWK", "hello": "neither a JWK", `{"keys":[]}`: "no private key",
		`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`: "no private key",
		`{"kty":"oct","k":"AAAA"}`: "not of the curve Ed25519",
	} {
		_, err := chain.NewSigner(text)
		require.ErrorContains(t, err, want, text)
	}
}

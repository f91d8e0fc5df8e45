package chain_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"function/shared/chain"
)

// A number that is left out is found even where the hashes were made to fit.
func TestVerifierFindsGapsWithMatchingHashes(t *testing.T) {
	t.Parallel()
	first, third := []byte("one"), []byte("three")
	head := chain.Next(nil, 1, first)
	var v chain.Verifier
	require.NoError(t, v.Check(1, first, head))
	require.Error(t, v.Check(3, third, chain.Next(head, 3, third)))
}

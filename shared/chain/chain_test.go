package chain_test

import (
	"encoding/hex"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"function/shared/chain"
)

func TestCanonicalFormIsThatOfRFC8785(t *testing.T) {
	t.Parallel()
	entry := chain.Entry{Source: "/nudge/tasks", ID: "1", Type: "t", Time: "2026-01-05T08:00:00Z", Data: json.RawMessage(
		`{"peach": "€\u20ac", "\u20ac": 1, "b": [true, null, -5, "\u000f\n\"\\/"], "a": {"z": 1, "y": 2}, "😀": 1, "\ufb33": 2}`)}
	out, err := entry.Canonical()
	require.NoError(t, err)
	require.Equal(t, `{"data":{"a":{"y":2,"z":1},"b":[true,null,-5,"\u000f\n\"\\/"],"peach":"€€","€":1,"😀":1,"`+"\ufb33"+`":2},"id":"1","source":"/nudge/tasks","time":"2026-01-05T08:00:00Z","type":"t"}`, string(out))
	entry.Data = json.RawMessage(`{"a": 1.5}`)
	_, err = entry.Canonical()
	require.Error(t, err, "a fraction has no form that every language writes alike")
}

// The first hashes were computed with sha256sum over the bytes that the package comment names.
func TestHashesChainAsDocumented(t *testing.T) {
	t.Parallel()
	first := chain.Next(nil, 1, []byte(`{"a":1}`))
	require.Equal(t, "605fa742c71b8d957ed7368e43a4504c8048d0ea1ad198e6f3d7e6115bf7ec51", hex.EncodeToString(first))
	require.Equal(t, "305d6a01e05db1a8be9f0a0a1df770d9eccb49ae0ec5849c90630be5554fb514", hex.EncodeToString(chain.Next(first, 2, []byte(`{"a":2}`))))
}

func TestVerifierFindsEditsGapsAndSwaps(t *testing.T) {
	t.Parallel()
	entries := [][]byte{[]byte("one"), []byte("two"), []byte("three")}
	var hashes [][]byte
	var previous []byte
	for i, e := range entries {
		previous = chain.Next(previous, int64(i+1), e)
		hashes = append(hashes, previous)
	}
	check := func(order []int, edit map[int]string) error {
		var v chain.Verifier
		for _, i := range order {
			entry := entries[i]
			if e, ok := edit[i]; ok {
				entry = []byte(e)
			}
			if err := v.Check(int64(i+1), entry, hashes[i]); err != nil {
				return err
			}
		}
		return nil
	}
	require.NoError(t, check([]int{0, 1, 2}, nil))
	require.Error(t, check([]int{0, 1, 2}, map[int]string{1: "TWO"}), "edited")
	require.Error(t, check([]int{0, 2}, nil), "removed")
	require.Error(t, check([]int{1, 0, 2}, nil), "swapped")
}

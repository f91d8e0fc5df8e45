package classifier_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"function/shared/language/classifier"
	"function/shared/language/token"
)

// The weights in the tree are what the training data give, to the byte.
func TestTrainingIsReproducible(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("training.jsonl")
	require.NoError(t, err)
	examples, err := classifier.Examples(data)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(examples), 1200)
	have, err := os.ReadFile("weights.bin")
	require.NoError(t, err)
	require.Equal(t, have, classifier.Train(examples).Encode(), "run: go run ./shared/language/cmd/train")
}

func TestRankOfEveryLength(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "?", "please", "add milk to my list", "\xff\xfe", string(make([]byte, 4096))} {
		r := classifier.Rank(token.Scan(nil, text))
		require.Greater(t, r.P, 0.0, text)
		require.LessOrEqual(t, r.P, 1.0, text)
	}
}

func TestBrokenWeightsAreRefused(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile("weights.bin")
	require.NoError(t, err)
	for _, n := range []int{0, 1, 20, 300, len(whole) - 1} {
		_, err := classifier.Decode(whole[:n])
		require.ErrorIs(t, err, classifier.ErrWeights)
	}
}

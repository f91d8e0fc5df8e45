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
	sentences, err := os.ReadFile("training.jsonl")
	require.NoError(t, err)
	patterns, err := os.ReadFile("templates.txt")
	require.NoError(t, err)
	examples, err := classifier.Data(sentences, patterns)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(examples), 16000)
	have, err := os.ReadFile("weights.bin")
	require.NoError(t, err)
	require.Equal(t, have, classifier.Train(examples).Encode(), "run: go run ./shared/language/cmd/train")
}

func TestSentencesOfPatterns(t *testing.T) {
	t.Parallel()
	made, err := classifier.Sentences("# food\ncolour = green | black\nfood = rice | {colour} tea\n\n[add 9]\nadd {food}[ now]\nno choice\n[oos 1]\nplay (it)")
	require.NoError(t, err)
	again, err := classifier.Sentences("# food\ncolour = green | black\nfood = rice | {colour} tea\n\n[add 9]\nadd {food}[ now]\nno choice\n[oos 1]\nplay (it)")
	require.NoError(t, err)
	require.Equal(t, made, again)
	require.Contains(t, made, classifier.Example{Text: "no choice", Intent: "add"})
	require.Contains(t, made, classifier.Example{Text: "play it", Intent: "oos"})
	for _, e := range made {
		require.Contains(t, []string{"add rice", "add rice now", "add green tea", "add green tea now", "add black tea", "add black tea now", "no choice", "play it"}, e.Text)
	}
	for _, wrong := range []string{"[add 1]\n{food}", "[add 1]\n(a|b", "[add 1]\na]", "a = {a}\n[add 1]\n{a}"} {
		_, err := classifier.Sentences(wrong)
		require.Error(t, err, wrong)
	}
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

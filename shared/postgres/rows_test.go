package postgres

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What is read quickly is what encoding/json would have read; the rest is left to it.
func TestContentIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(rapid.StringMatching(`[a-zé ]{0,12}`), rapid.SampledFrom([]string{"", `"`, `\`, "<b>", "a\nb", "\u2028", "😀", `","tags":["x"]}`}))
	rapid.Check(t, func(t *rapid.T) {
		want := content{Title: text.Draw(t, "title"), Description: text.Draw(t, "description"), Tags: rapid.SliceOfN(text, 0, 3).Draw(t, "tags")}
		if len(want.Tags) == 0 {
			want.Tags = nil
		}
		raw, err := json.Marshal(want)
		require.NoError(t, err)
		if got, ok := plainContent(raw); ok {
			require.Equal(t, want, got)
		}
		broken := raw[:rapid.IntRange(0, len(raw)-1).Draw(t, "cut")]
		_, ok := plainContent(broken)
		require.False(t, ok, "%s", broken)
	})
	plain, ok := plainContent([]byte(`{"title":"Pay rent","description":"to the landlady","tags":["home","é"]}`))
	require.True(t, ok)
	require.Equal(t, content{"Pay rent", "to the landlady", []string{"home", "é"}}, plain)
	for _, other := range []string{`{}`, `null`, `{"title":"a"`, `{"title":"a","more":1}`, `{"title":"a","tags":[]}`, `{"title":"a","tags":["b"`, `{"title":"a","tags":["b",]}`, `{"title":"a"}}`} {
		_, ok := plainContent([]byte(other))
		require.False(t, ok, other)
	}
}

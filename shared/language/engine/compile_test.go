package engine

import (
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryLanguageCompiles(t *testing.T) {
	t.Parallel()
	files, err := data.ReadDir("data")
	require.NoError(t, err)
	for _, f := range files {
		text, err := data.ReadFile(path.Join("data", f.Name()))
		require.NoError(t, err)
		_, err = Compile(strings.TrimSuffix(f.Name(), ".txt"), string(text))
		require.NoError(t, err)
	}
}

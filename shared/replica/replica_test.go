package replica_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"function/shared/replica"
)

func TestPositionsAreReadAsPostgreSQLWritesThem(t *testing.T) {
	t.Parallel()
	at, ok := replica.Parse("16/B374D848")
	require.True(t, ok)
	require.Equal(t, replica.Position(0x16_B374D848), at)
	require.Equal(t, "16/B374D848", at.String())
	require.Equal(t, "0/0", replica.Position(0).String())
	for _, hostile := range []string{"", "0", "/", "0/", "/0", "0/0/0", "0/0 ", " 0/0", "-1/0", "0x1/0", "G/0", "123456789/0", "0/123456789", "0/1'; DROP TABLE tasks", "0/1\n", "٠/٠"} {
		_, ok := replica.Parse(hostile)
		require.False(t, ok, "%q", hostile)
	}
	rapid.Check(t, func(t *rapid.T) {
		at := replica.Position(rapid.Uint64().Draw(t, "at"))
		again, ok := replica.Parse(at.String())
		require.True(t, ok)
		require.Equal(t, at, again)
	})
}

func TestARequestAsksOnceWhereThePrimaryIs(t *testing.T) {
	t.Parallel()
	asked := 0
	current := func(context.Context) (replica.Position, error) {
		asked++
		if asked == 1 {
			return 0, errors.New("away")
		}
		return replica.Position(asked), nil
	}
	require.Nil(t, replica.Of(t.Context()), "nothing is allowed unless it is said")
	require.Nil(t, replica.Of(replica.Allow(t.Context(), "nonsense")))

	r := replica.Of(replica.Allow(t.Context(), ""))
	_, err := r.After(t.Context(), current)
	require.Error(t, err)
	for range 2 {
		at, err := r.After(t.Context(), current)
		require.NoError(t, err)
		require.Equal(t, replica.Position(2), at)
	}
	at, err := replica.Of(replica.Allow(t.Context(), "0/A")).After(t.Context(), current)
	require.NoError(t, err)
	require.Equal(t, replica.Position(10), at)
	require.Equal(t, 2, asked)

	require.False(t, r.OnPrimary())
	r.Primary()
	require.True(t, r.OnPrimary())
}

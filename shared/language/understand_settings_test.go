package language

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Each name that a setting may take is one that the time zone database knows.
func TestZoneNamesAreKnown(t *testing.T) {
	t.Parallel()
	require.Greater(t, len(zoneNames()), 500)
	for name := range zoneNames() {
		_, err := time.LoadLocation(name)
		require.NoError(t, err)
	}
}

package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A guard that has moved is looked for in vain: this says so at once, not when the
// command is run.
func TestEveryGuardOfTheCodeIsWhereItIsLookedFor(t *testing.T) {
	t.Parallel()
	b, err := newBench("../..")
	require.NoError(t, err)
	t.Cleanup(b.close)
	for _, g := range guards {
		_, err := b.overlay(g)
		assert.NoError(t, err, g.name)
	}
}

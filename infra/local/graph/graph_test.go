package graph_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"function/infra/local/graph"

	"github.com/stretchr/testify/require"
)

func TestOrder(t *testing.T) {
	var mu sync.Mutex
	var order []string
	step := func(name string, after ...string) graph.Step {
		return graph.Step{Name: name, After: after, Run: func(context.Context) error {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, name)
			return nil
		}}
	}
	require.NoError(t, graph.Run(t.Context(), []graph.Step{step("d", "b", "c"), step("c", "a"), step("b", "a"), step("a")}))
	require.Equal(t, 0, slices.Index(order, "a"))
	require.Equal(t, 3, slices.Index(order, "d"))
}

func TestIndependentStepsOverlap(t *testing.T) {
	meet := make(chan struct{})
	require.NoError(t, graph.Run(t.Context(), []graph.Step{
		{Name: "a", Run: func(context.Context) error { meet <- struct{}{}; return nil }},
		{Name: "b", Run: func(context.Context) error { <-meet; return nil }},
	}))
}

func TestFirstErrorCancelsTheRest(t *testing.T) {
	boom := errors.New("boom")
	err := graph.Run(t.Context(), []graph.Step{
		{Name: "slow", Run: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }},
		{Name: "bad", Run: func(context.Context) error { return boom }},
		{Name: "never", After: []string{"bad"}, Run: func(context.Context) error { t.Error("ran"); return nil }},
	})
	require.ErrorIs(t, err, boom)
}

func TestEndOfContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	err := graph.Run(ctx, []graph.Step{{Name: "a", Run: func(context.Context) error { cancel(); return nil }}})
	require.ErrorIs(t, err, context.Canceled)
}

func TestMistakes(t *testing.T) {
	run := func(context.Context) error { t.Error("ran"); return nil }
	for want, steps := range map[string][]graph.Step{
		"circle":         {{Name: "a", After: []string{"b"}, Run: run}, {Name: "b", After: []string{"a"}, Run: run}},
		"does not exist": {{Name: "a", After: []string{"z"}, Run: run}},
		"two steps":      {{Name: "a", Run: run}, {Name: "a", Run: run}},
	} {
		require.ErrorContains(t, graph.Run(t.Context(), steps), want)
	}
}

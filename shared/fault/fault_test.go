package fault_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/fault"
)

func parse(t *testing.T, text string) *fault.Faults {
	t.Helper()
	f, err := fault.Parse(text)
	require.NoError(t, err)
	return f
}

func TestWithoutFaultsNothingGoesWrong(t *testing.T) {
	t.Parallel()
	f := parse(t, " ")
	require.Nil(t, f)
	sent := 0
	send := func(context.Context) error { sent++; return nil }
	for range 100 {
		require.NoError(t, f.BeforeCommit(t.Context()))
		require.NoError(t, f.AfterCommit(t.Context()))
		require.NoError(t, f.Publish(t.Context(), send))
		require.NoError(t, f.Provider(t.Context(), send))
	}
	require.Equal(t, 200, sent)
	require.Empty(t, f.Fired())
	require.Nil(t, f.With(fault.Hooks{}))
	require.Empty(t, f.String())
}

func TestAWrongValueIsExplained(t *testing.T) {
	t.Parallel()
	for text, sentence := range map[string]string{
		"duplicate":               `"duplicate" is no switch; write kind=rate, such as duplicate=0.4`,
		"seed=x":                  `the seed "x" is no whole number from 0 on`,
		"explode=1":               `there is no fault "explode"; there are seed, delay,`,
		"fail=1.1":                `the rate of fail is "1.1"; it must be a number from 0 to 1`,
		"fail=NaN":                `the rate of fail is "NaN"`,
		"fail=0.1,fail=0.2":       `fail is set twice`,
		"fail=0.1:2":              `fail takes nothing after its rate`,
		"delay=0.1:soon":          `delay takes a duration up to 24h after the colon, such as 2s, not "soon"`,
		"duplicate=0.4:0":         `duplicate takes a number from 1 to 1000 after the colon, not "0"`,
		"duplicate=0.4,,fail=0.1": `"" is no switch`,
	} {
		_, err := fault.Parse(text)
		require.ErrorContains(t, err, sentence, text)
	}
}

// The same seed does the same to the same visits, whatever happens at other points.
func TestASeedRepeats(t *testing.T) {
	t.Parallel()
	run := func(text string, alsoProvide bool) (hits []int) {
		f := parse(t, text)
		for i := range 1000 {
			if f.BeforeCommit(t.Context()) != nil {
				hits = append(hits, i)
			}
			if alsoProvide {
				_ = f.Provider(t.Context(), func(context.Context) error { return nil })
			}
		}
		return hits
	}
	const text = "seed=7,fail_before_commit=0.1,provider_5xx=0.5"
	first := run(text, false)
	require.InDelta(t, 100, len(first), 40)
	require.Equal(t, first, run(text, true))
	require.NotEqual(t, first, run("seed=8,fail_before_commit=0.1", false))
}

func TestEachKindStrikesAndIsCounted(t *testing.T) {
	t.Parallel()
	for _, kind := range fault.Kinds() {
		f := parse(t, string(kind)+"=1")
		killed, waited, sent := 0, time.Duration(0), 0
		f.With(fault.Hooks{
			Kill: func(context.Context) { killed++ },
			Wait: func(_ context.Context, d time.Duration) error { waited += d; return nil },
		})
		send := func(context.Context) error { sent++; return nil }
		before, after := f.BeforeCommit(t.Context()), f.AfterCommit(t.Context())
		published, provided := f.Publish(t.Context(), send), f.Provider(t.Context(), send)
		require.EqualValues(t, 1, f.Fired()[kind], kind)
		wrong := killed > 0 || waited > 0 || sent != 2 || errors.Join(before, after, published, provided) != nil
		require.True(t, wrong, "%s changed nothing", kind)
	}
}

func TestCopiesAndDelays(t *testing.T) {
	t.Parallel()
	f := parse(t, "seed=3,duplicate=1:5,delay=1:2s,reorder=1:100ms")
	var waited []time.Duration
	f.With(fault.Hooks{Wait: func(_ context.Context, d time.Duration) error { waited = append(waited, d); return nil }})
	most := 0
	for range 50 {
		copies := 0
		require.NoError(t, f.Publish(t.Context(), func(context.Context) error { copies++; return nil }))
		require.GreaterOrEqual(t, copies, 2)
		most = max(most, copies)
	}
	require.Equal(t, 6, most)
	require.Equal(t, 2*time.Second, waited[0])
	require.Less(t, waited[1], 100*time.Millisecond)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, parse(t, "delay=1:1h").Publish(ctx, func(context.Context) error { return nil }), context.Canceled)
}

func BenchmarkOff(b *testing.B) {
	var f *fault.Faults
	for b.Loop() {
		_ = f.BeforeCommit(b.Context())
		_ = f.AfterCommit(b.Context())
	}
}

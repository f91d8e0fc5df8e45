package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// lines passes what is said on to the test's log.
type lines struct{ t *testing.T }

func (l lines) Write(p []byte) (int, error) {
	l.t.Log(strings.TrimRight(string(p), "\n"))
	return len(p), nil
}

// A small run of what ./task soak does: everything is killed at least once a few seconds,
// and nothing is missing or done twice.
func TestKillingEverythingLosesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the whole stack")
	}
	report, err := Run(t.Context(), Options{
		Root: "../../..", Events: 1500, Seed: 7, People: 4, Every: 3 * time.Second, Patience: 5 * time.Minute, Faults: defaultFaults, Out: lines{t},
	})
	require.NoError(t, err)
	report.Print(lines{t})
	require.NoError(t, report.Verdict())
	require.Positive(t, report.kills())
	if os.Getenv("KAFKA_BROKERS") == "" { // a real one may hold the events of other runs
		require.GreaterOrEqual(t, report.share(), 0.5, "half of the events came more than once")
	}
}

func TestAMissingOrExtraEffectIsAFailure(t *testing.T) {
	t.Parallel()
	good := Report{Effects: []Effect{{What: "successors"}}}
	good.Counts.Events = 1
	require.NoError(t, good.Verdict())
	for _, e := range []Effect{{What: "successors", Missing: 1}, {What: "successors", Extra: 1}} {
		bad := Report{Effects: []Effect{e}}
		bad.Counts.Events = 1
		require.ErrorContains(t, bad.Verdict(), "successors")
	}
	stuck := Report{Effects: good.Effects, Stuck: true}
	require.ErrorContains(t, stuck.Verdict(), "did not empty")
	require.ErrorContains(t, (&Report{}).Verdict(), "nothing was checked")
}

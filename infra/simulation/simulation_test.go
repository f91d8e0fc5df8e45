package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// fixed are seeds that stay; some found a violation once.
var fixed = []uint64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 50, 97, 217, 607}

func testWorker(t *testing.T) *worker {
	t.Helper()
	server, remove, err := startServer(t.Context())
	require.NoError(t, err)
	t.Cleanup(remove)
	w, err := newWorker(t.Context(), server, 0)
	require.NoError(t, err)
	t.Cleanup(func() { w.close(t.Context()) })
	return w
}

func TestTheInvariantsHoldInFixedSeeds(t *testing.T) {
	w := testWorker(t)
	for _, seed := range fixed {
		r, err := w.try(t.Context(), seed, nil)
		require.NoError(t, err)
		require.Empty(t, r.violations, "seed %d: %s", seed, strings.Join(r.tail, "\n"))
	}
}

// A seed tells the same story each time.
func TestASeedReplays(t *testing.T) {
	w := testWorker(t)
	var stories [2]bytes.Buffer
	var digests [2]string
	for i := range stories {
		r, err := w.try(t.Context(), 3, &stories[i])
		require.NoError(t, err)
		digests[i] = r.digest
	}
	require.Equal(t, stories[0].String(), stories[1].String())
	require.Equal(t, digests[0], digests[1])
	require.Greater(t, stories[0].Len(), 10_000)
}

// The checker sees what reconciliation mends: without it effects are missing.
func TestWithoutReconciliationTheCheckerComplains(t *testing.T) {
	w := testWorker(t)
	_, err := w.db.admin.Exec(t.Context(), `CREATE OR REPLACE FUNCTION reconcile(now_ timestamptz, after_ interval, before_ interval, most integer)
		RETURNS TABLE (looked bigint, missed bigint) LANGUAGE sql SECURITY DEFINER AS $$ SELECT 0::bigint, 0::bigint $$`)
	require.NoError(t, err)
	r, err := w.try(t.Context(), 1, nil)
	require.NoError(t, err)
	all := strings.Join(r.violations, "\n")
	require.Contains(t, all, "I21: no audit row")
}

// What never happened is not claimed to have been survived.
func TestAFaultThatNeverHappenedFailsTheRun(t *testing.T) {
	t.Parallel()
	s := simulation{done: allFaults, counts: map[string]int64{}}
	for _, what := range mustHappen {
		s.counts[what] = 1
	}
	require.NoError(t, s.verdict())
	delete(s.counts, "broker loses")
	require.ErrorContains(t, s.verdict(), `this never happened: ["broker loses"]`)
}

// Hundreds of reminders over a day that goes wrong: none is lost, none comes twice.
func TestOfManyRemindersNoneIsLostOrDoubled(t *testing.T) {
	t.Parallel()
	server, remove, err := startServer(t.Context())
	require.NoError(t, err)
	t.Cleanup(remove)
	var out bytes.Buffer
	require.NoError(t, runMany(t.Context(), server, &out, 300, 1), "%s", &out)
	require.Contains(t, out.String(), "lost 0, not sent 0, early 0, came twice 0, doubled 0")
}

func TestWrongArgumentsAreExplained(t *testing.T) {
	var out bytes.Buffer
	require.ErrorContains(t, run([]string{"all"}, &out), "--seeds N --first S")
}

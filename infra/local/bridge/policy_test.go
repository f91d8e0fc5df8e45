package bridge

import (
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestDurations(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"PT0.2S": 200 * time.Millisecond, "PT5S": 5 * time.Second, "PT1M30S": 90 * time.Second,
		"PT2H": 2 * time.Hour, "P1D": 24 * time.Hour, "P1DT1S": 24*time.Hour + time.Second, "PT0S": 0,
		"P999999999D": math.MaxInt64,
	} {
		got, err := parseDuration(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "P", "PT", "P1DT", "5s", "PT-1S", "P1M", "P1Y", "pt1s", "PT1S ", "PT.5S"} {
		_, err := parseDuration(text)
		require.Error(t, err, text)
	}
}

func TestPolicyMergesTriggerAndBroker(t *testing.T) {
	t.Parallel()
	retry := 5
	own := delivery{BackoffPolicy: "linear"}
	base := delivery{Retry: &retry, BackoffPolicy: "exponential", BackoffDelay: "PT1S", Timeout: "PT9S", RetryAfterMax: "PT3S"}
	p, err := newPolicy(own, base)
	require.NoError(t, err)
	require.Equal(t, 5, p.retries)
	require.Equal(t, 9*time.Second, p.timeout)
	require.Equal(t, 2*time.Second, p.wait(2, 0), "linear")
	require.Equal(t, 3*time.Second, p.wait(2, time.Hour), "no longer than retryAfterMax")
	p, err = newPolicy(delivery{}, base)
	require.NoError(t, err)
	require.Equal(t, 2*time.Second, p.wait(1, 0), "exponential")
	require.Equal(t, 4*time.Second, p.wait(2, 0))
	require.Positive(t, p.wait(5000, 0), "no overflow")
}

func TestPolicyMistakesAreNamed(t *testing.T) {
	t.Parallel()
	minus := -1
	for want, d := range map[string]delivery{
		"delivery.retry":         {Retry: &minus},
		"delivery.backoffDelay":  {BackoffDelay: "200ms"},
		"delivery.timeout":       {Timeout: "soon"},
		"delivery.backoffPolicy": {BackoffPolicy: "random"},
		"delivery.retryAfterMax": {RetryAfterMax: "1"},
	} {
		_, err := newPolicy(d, delivery{})
		require.ErrorContains(t, err, want)
	}
}

func TestRetriableStatuses(t *testing.T) {
	t.Parallel()
	for status := 100; status < 600; status++ {
		want := status >= 500 || status == 404 || status == 408 || status == 409 || status == 429
		require.Equal(t, want, retriable(status), status)
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"2": 2 * time.Second, "0": 0, "-5": 0, "": 0, "soon": 0, "99999999999999": math.MaxInt64,
		"Mon, 23 Nov 2026 18:00:07 GMT": 7 * time.Second, "Mon, 23 Nov 2026 17:00:00 GMT": 0,
	} {
		r := &http.Response{StatusCode: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {text}}}
		require.Equal(t, want, retryAfter(r, now), text)
		r.StatusCode = http.StatusInternalServerError
		require.Zero(t, retryAfter(r, now))
	}
}

// TestTrackerCommitsOnlyWhatIsFinished finishes records in every order and compares with
// the plain definition: the offset to commit is that of the first record not finished.
func TestTrackerCommitsOnlyWhatIsFinished(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		gaps := rapid.SliceOfN(rapid.Int64Range(1, 3), 1, 40).Draw(t, "gaps")
		var tr tracker
		var offsets []int64
		at := rapid.Int64Range(0, 5).Draw(t, "start")
		for _, gap := range gaps {
			offsets = append(offsets, at)
			tr.add(at)
			at += gap
		}
		tr.end = offsets[len(offsets)-1] + 1
		done := map[int64]bool{}
		for _, o := range rapid.Permutation(offsets).Draw(t, "order") {
			before := tr.next
			moved := tr.finish(o)
			done[o] = true
			want := offsets[0]
			for _, o := range offsets {
				if !done[o] {
					break
				}
				want = o + 1
			}
			require.Equal(t, want, tr.next)
			require.Equal(t, before != want, moved)
			require.False(t, tr.finish(-1))
		}
		require.Zero(t, tr.lag())
	})
}

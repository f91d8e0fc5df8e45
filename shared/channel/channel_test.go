package channel

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAnAnswerSaysWhetherToTryAgain(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	answer := func(status int, after string) *Failure {
		response := &http.Response{StatusCode: status, Header: http.Header{}}
		response.Header.Set("Retry-After", after)
		err := Answered(response, now)
		if err == nil {
			return nil
		}
		return FailureOf(err)
	}
	for _, status := range []int{200, 201, 202, 204} {
		require.Nil(t, answer(status, ""), status)
	}
	for _, status := range []int{301, 307, 400, 401, 403, 404, 410, 413, 422} {
		require.True(t, answer(status, "").Final, status)
	}
	for _, status := range []int{408, 425, 429, 500, 502, 503, 504} {
		require.False(t, answer(status, "").Final, status)
	}
	require.Equal(t, 2*time.Minute, answer(429, "120").After)
	require.Equal(t, time.Hour, answer(503, now.Add(time.Hour).Format(http.TimeFormat)).After)
	require.Equal(t, longestWait, answer(429, "999999999").After)
	require.Zero(t, answer(429, "-5").After)
	require.Zero(t, answer(429, "soon").After)
	require.False(t, FailureOf(errors.New("another")).Final)
	require.NotContains(t, FailureOf(errors.New("ada@nudge.test")).Error(), "ada")
}

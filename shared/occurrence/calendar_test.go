package occurrence_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/occurrence"
	"function/shared/todo"
)

var calendar occurrence.Calendar

func TestLocalTimesBecomeInstants(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ local, zone, want string }{
		{"2026-12-01T09:00:00", "Europe/Paris", "2026-12-01T08:00:00Z"},
		{"2026-12-01", "Europe/Paris", "2026-11-30T23:00:00Z"},
		{"2026-03-29T02:30:00", "Europe/Paris", "2026-03-29T01:30:00Z"}, // in the gap: forward by it, 03:30
		{"2026-10-25T02:30:00", "Europe/Paris", "2026-10-25T00:30:00Z"}, // twice that day: the first
		{"2011-12-30T12:00:00", "Pacific/Apia", "2011-12-30T22:00:00Z"}, // a day that Samoa skipped
		{"2026-01-01T00:00:00", "Pacific/Kiritimati", "2025-12-31T10:00:00Z"},
	} {
		at, err := calendar.At(c.local, c.zone)
		require.NoError(t, err, c)
		require.Equal(t, c.want, at.Format(time.RFC3339), c)
	}
}

func TestWhatIsNotInTheCalendarIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{"2026-02-30", "UTC"}, {"2026-13-01", "UTC"}, {"2026-01-01T24:00:00", "UTC"}, {"soon", "UTC"}, {"", "UTC"},
		{"2026-01-01", ""}, {"2026-01-01", "Local"}, {"2026-01-01", "Mars/Olympus"}, {"2026-01-01", "../etc/passwd"}, {"2026-01-01", "/etc/localtime"},
	} {
		_, err := calendar.At(c[0], c[1])
		require.Equal(t, todo.CodeInvalid, todo.CodeOf(err), c)
	}
}

func TestNextFollowsTheSeriesPolicies(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		instant, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		return instant
	}
	daily := todo.Series{Rule: "FREQ=DAILY", Start: "2026-01-05T09:00:00", Zone: "UTC", CatchUp: todo.CatchUpNext}
	each := daily
	each.CatchUp = todo.CatchUpEach
	monthly := todo.Series{Rule: "FREQ=MONTHLY", Start: "2026-01-31", Zone: "UTC", EndOfMonth: todo.EndOfMonthClamp}
	skipping := monthly
	skipping.EndOfMonth = todo.EndOfMonthSkip
	done := todo.Series{Rule: "FREQ=DAILY;INTERVAL=3", Start: "2026-01-05T09:00:00", Zone: "UTC", FromCompletion: true}
	thrice := done
	thrice.Rule += ";COUNT=3"
	twice := todo.Series{Rule: "FREQ=DAILY;COUNT=2", Start: "2026-01-05", Zone: "UTC"}
	except := daily
	except.ExDates = []string{"2026-01-06T09:00:00"}
	for name, c := range map[string]struct {
		series    todo.Series
		slot      string
		completed string
		before    int
		want      string
	}{
		"early":                       {daily, "2026-01-05T09:00:00", "2026-01-05T08:00:00Z", 0, "2026-01-06T09:00:00"},
		"missed ones left out":        {daily, "2026-01-05T09:00:00", "2026-01-08T10:00:00Z", 0, "2026-01-09T09:00:00"},
		"each missed one":             {each, "2026-01-05T09:00:00", "2026-01-08T10:00:00Z", 0, "2026-01-06T09:00:00"},
		"clamped to the month's end":  {monthly, "2026-01-31", "2026-01-31T10:00:00Z", 0, "2026-02-28"},
		"and back to the 31st":        {monthly, "2026-02-28", "2026-02-28T10:00:00Z", 0, "2026-03-31"},
		"skipping short months":       {skipping, "2026-01-31", "2026-01-31T10:00:00Z", 0, "2026-03-31"},
		"from completion":             {done, "2026-01-05T09:00:00", "2026-01-07T22:00:00Z", 1, "2026-01-10T09:00:00"},
		"the last by count":           {twice, "2026-01-06", "2026-01-06T10:00:00Z", 0, ""},
		"the last from completion":    {thrice, "2026-01-05T09:00:00", "2026-01-07T22:00:00Z", 3, ""},
		"a slot that was taken out":   {except, "2026-01-05T09:00:00", "2026-01-05T10:00:00Z", 0, "2026-01-07T09:00:00"},
		"over the clock change, 9 am": {todo.Series{Rule: "FREQ=DAILY", Start: "2026-03-28T09:00:00", Zone: "Europe/Paris"}, "2026-03-28T09:00:00", "2026-03-28T08:30:00Z", 0, "2026-03-29T09:00:00"},
	} {
		got, ok, err := calendar.Next(c.series, c.slot, at(c.completed), c.before)
		require.NoError(t, err, name)
		require.Equal(t, c.want != "", ok, name)
		require.Equal(t, c.want, got, name)
	}
}

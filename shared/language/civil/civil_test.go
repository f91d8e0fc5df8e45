package civil

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAgreesWithTheStandardLibrary(t *testing.T) {
	t.Parallel()
	for n := -800000; n < 800000; n += 37 {
		want := time.Unix(0, 0).UTC().AddDate(0, 0, n)
		if want.Year() < 0 {
			continue
		}
		got := FromDays(n)
		require.Equal(t, Of(want), got)
		require.Equal(t, n, got.Days())
		wd := int(want.Weekday())
		if wd == 0 {
			wd = 7
		}
		require.Equal(t, wd, got.Weekday())
		require.Equal(t, want.YearDay(), got.YearDay())
		y, w := want.ISOWeek()
		require.Equal(t, got.Floor(Week, 1), ISOWeek(y, w))
	}
}

func TestMonthsClamp(t *testing.T) {
	t.Parallel()
	require.Equal(t, Date(2024, 2, 29), Date(2024, 1, 31).AddMonths(1))
	require.Equal(t, Date(2023, 2, 28), Date(2024, 2, 29).AddMonths(-12))
	require.Equal(t, Date(2023, 12, 31), Date(2024, 1, 31).AddMonths(-1))
}

func TestNthWeekday(t *testing.T) {
	t.Parallel()
	d, ok := NthWeekday(2013, 3, 7, -1)
	require.True(t, ok)
	require.Equal(t, Date(2013, 3, 31), d)
	_, ok = NthWeekday(2013, 2, 1, 5)
	require.False(t, ok)
}

func TestClockChanges(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	gap := DateTime{2026, 3, 29, 2, 30, 0}.In(berlin)
	require.Equal(t, "2026-03-29T03:30:00+02:00", gap.Format(time.RFC3339))
	twice := DateTime{2026, 10, 25, 2, 30, 0}.In(berlin)
	require.Equal(t, "2026-10-25T02:30:00+02:00", twice.Format(time.RFC3339))
}

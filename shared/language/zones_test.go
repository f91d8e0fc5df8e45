package language_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/language"
	"function/shared/language/civil"
)

// moments are those at which dates go wrong: ends of months and years, leap
// days, the nights of both clock changes in two halves of the world.
var moments = [][6]int{
	{2026, 1, 31, 9, 15}, {2026, 2, 28, 23, 59}, {2026, 4, 30, 0, 0}, {2026, 12, 31, 23, 59}, {2027, 1, 1, 0, 0}, {2028, 2, 28, 8, 0}, {2028, 2, 29, 12, 0}, {2027, 12, 30, 18, 30},
	{2026, 3, 7, 23, 30}, {2026, 3, 8, 1, 30}, {2026, 3, 8, 3, 30}, {2026, 3, 28, 23, 30}, {2026, 3, 29, 1, 30}, {2026, 10, 24, 12, 0}, {2026, 10, 25, 0, 30}, {2026, 10, 31, 23, 30}, {2026, 11, 1, 0, 30}, {2026, 4, 4, 23, 0}, {2026, 10, 3, 23, 0},
}

// relative phrases and what they mean, on the calendar of the person.
var relative = map[string]func(now time.Time) civil.DateTime{
	"today":                       func(now time.Time) civil.DateTime { return civil.Of(now).Midnight() },
	"tomorrow":                    func(now time.Time) civil.DateTime { return civil.Of(now).Midnight().AddDays(1) },
	"yesterday":                   func(now time.Time) civil.DateTime { return civil.Of(now).Midnight().AddDays(-1) },
	"the day after tomorrow":      func(now time.Time) civil.DateTime { return civil.Of(now).Midnight().AddDays(2) },
	"tomorrow at 2:30am":          func(now time.Time) civil.DateTime { return civil.Of(now).AddDays(1).At(2, 30, 0) },
	"tomorrow at noon":            func(now time.Time) civil.DateTime { return civil.Of(now).AddDays(1).At(12, 0, 0) },
	"in 3 days":                   func(now time.Time) civil.DateTime { return civil.Of(now).AddDays(3) },
	"3 days ago":                  func(now time.Time) civil.DateTime { return civil.Of(now).AddDays(-3) },
	"a fortnight from now":        func(now time.Time) civil.DateTime { return civil.Of(now).AddDays(14) },
	"in a month":                  func(now time.Time) civil.DateTime { return civil.Of(now).AddMonths(1) },
	"in 13 months":                func(now time.Time) civil.DateTime { return civil.Of(now).AddMonths(13) },
	"a year from now":             func(now time.Time) civil.DateTime { return civil.Of(now).AddMonths(12) },
	"in 4 years":                  func(now time.Time) civil.DateTime { return civil.Of(now).AddMonths(48) },
	"next month":                  func(now time.Time) civil.DateTime { return civil.Date(now.Year(), int(now.Month()), 1).AddMonths(1) },
	"last month":                  func(now time.Time) civil.DateTime { return civil.Date(now.Year(), int(now.Month()), 1).AddMonths(-1) },
	"next year":                   func(now time.Time) civil.DateTime { return civil.Date(now.Year()+1, 1, 1) },
	"the last day of the month":   func(now time.Time) civil.DateTime { return lastOf(now.Year(), int(now.Month())) },
	"the first day of next month": func(now time.Time) civil.DateTime { return civil.Date(now.Year(), int(now.Month()), 1).AddMonths(1) },
	"next week":                   func(now time.Time) civil.DateTime { return civil.Of(now).Midnight().Floor(civil.Week, 1).AddDays(7) },
	"last week":                   func(now time.Time) civil.DateTime { return civil.Of(now).Midnight().Floor(civil.Week, 1).AddDays(-7) },
	// What passes, not what the clock shows.
	"in 2 hours":        func(now time.Time) civil.DateTime { return civil.Of(now.Add(2 * time.Hour)) },
	"in 90 minutes":     func(now time.Time) civil.DateTime { return civil.Of(now.Add(90 * time.Minute)) },
	"5 hours from now":  func(now time.Time) civil.DateTime { return civil.Of(now.Add(5 * time.Hour)) },
	"half an hour ago":  func(now time.Time) civil.DateTime { return civil.Of(now.Add(-30 * time.Minute)) },
	"in half an hour":   func(now time.Time) civil.DateTime { return civil.Of(now.Add(30 * time.Minute)) },
	"in 48 hours":       func(now time.Time) civil.DateTime { return civil.Of(now.Add(48 * time.Hour)) },
	"10 minutes ago":    func(now time.Time) civil.DateTime { return civil.Of(now.Add(-10 * time.Minute)) },
	"in 3600 seconds":   func(now time.Time) civil.DateTime { return civil.Of(now.Add(time.Hour)) },
	"an hour from now":  func(now time.Time) civil.DateTime { return civil.Of(now.Add(time.Hour)) },
	"in an hour or two": func(now time.Time) civil.DateTime { return civil.Of(now.Add(time.Hour)) },
}

func lastOf(year, month int) civil.DateTime {
	return civil.Date(year, month, civil.DaysIn(year, month))
}

// Relative phrases agree with the calendar and the clock in every zone, at
// every moment at which they could go wrong.
func TestRelativePhrasesInEveryZone(t *testing.T) {
	t.Parallel()
	zones := []*time.Location{}
	for h := -12; h <= 14; h++ {
		zones = append(zones, time.FixedZone("", h*3600))
	}
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Australia/Sydney", "America/St_Johns", "Pacific/Kiritimati", "Asia/Kathmandu", "Africa/Casablanca", "America/Sao_Paulo"} {
		z, err := time.LoadLocation(name)
		require.NoError(t, err)
		zones = append(zones, z)
	}
	for _, z := range zones {
		for _, m := range moments {
			now := time.Date(m[0], time.Month(m[1]), m[2], m[3], m[4], 0, 0, z)
			for text, want := range relative {
				ws := language.Dates(text, language.Context{Now: now, WeekStart: time.Monday})
				require.Len(t, ws, 1, "%s at %s", text, now)
				require.Equal(t, want(now), ws[0].Start, "%s at %s", text, now)
			}
		}
	}
}

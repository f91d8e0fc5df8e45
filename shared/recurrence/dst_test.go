package recurrence_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/recurrence"
)

// instants is the first n occurrences as "slot=wall time and offset".
func instants(t *testing.T, s recurrence.Set, n int) string {
	t.Helper()
	schedule, err := s.Compile()
	require.NoError(t, err)
	var out []string
	for it := schedule.Iterate(); len(out) < n; {
		o, ok := it.Next()
		require.NoError(t, it.Err())
		if !ok {
			break
		}
		out = append(out, fmt.Sprintf("%s=%s", strings.TrimPrefix(o.Slot.String(), "2026-"), strings.TrimSuffix(o.Time.Format("02T15:04-0700"), "00")))
	}
	return strings.Join(out, " ")
}

func TestClockChanges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, start, zone, rule, want string }{
		{"daily in the spring gap", "2026-03-07T02:30:00", "America/New_York", "FREQ=DAILY;COUNT=3",
			"03-07T02:30:00=07T02:30-05 03-08T02:30:00=08T03:30-04 03-09T02:30:00=09T02:30-04"},
		{"daily in the autumn overlap", "2026-10-31T01:30:00", "America/New_York", "FREQ=DAILY;COUNT=3",
			"10-31T01:30:00=31T01:30-04 11-01T01:30:00=01T01:30-04 11-02T01:30:00=02T01:30-05"},
		{"weekly keeps the wall time", "2026-03-22T09:00:00", "Europe/Berlin", "FREQ=WEEKLY;COUNT=2",
			"03-22T09:00:00=22T09:00+01 03-29T09:00:00=29T09:00+02"},
		{"two slots of the gap fall together with later ones", "2026-03-08T02:00:00", "America/New_York", "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=0,30;COUNT=4",
			"03-08T03:00:00=08T03:00-04 03-08T03:30:00=08T03:30-04"},
		{"a slot of the gap between later ones", "2026-03-08T02:30:00", "America/New_York", "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=0,30,45;COUNT=5",
			"03-08T03:00:00=08T03:00-04 03-08T03:30:00=08T03:30-04 03-08T03:45:00=08T03:45-04"},
		{"hourly over the gap", "2026-03-08T00:30:00", "America/New_York", "FREQ=HOURLY;COUNT=4",
			"03-08T00:30:00=08T00:30-05 03-08T01:30:00=08T01:30-05 03-08T03:30:00=08T03:30-04 03-08T04:30:00=08T04:30-04"},
		{"hourly over the overlap", "2026-11-01T00:30:00", "America/New_York", "FREQ=HOURLY;COUNT=4",
			"11-01T00:30:00=01T00:30-04 11-01T01:30:00=01T01:30-04 11-01T01B:30:00=01T01:30-05 11-01T02:30:00=01T02:30-05"},
		{"every second real hour", "2026-03-07T23:00:00", "America/New_York", "FREQ=HOURLY;INTERVAL=2;COUNT=3",
			"03-07T23:00:00=07T23:00-05 03-08T01:00:00=08T01:00-05 03-08T04:00:00=08T04:00-04"},
		{"minutely over the gap", "2026-03-08T01:40:00", "America/New_York", "FREQ=MINUTELY;INTERVAL=15;COUNT=3",
			"03-08T01:40:00=08T01:40-05 03-08T01:55:00=08T01:55-05 03-08T03:10:00=08T03:10-04"},
		{"secondly over the overlap", "2026-11-01T01:59:59", "America/New_York", "FREQ=SECONDLY;COUNT=2",
			"11-01T01:59:59=01T01:59-04 11-01T01B:00:00=01T01:00-05"},
		{"half an hour back keeps the minute", "2026-04-05T00:00:00", "Australia/Lord_Howe", "FREQ=HOURLY;COUNT=4",
			"04-05T00:00:00=05T00:00+11 04-05T01:00:00=05T01:00+11 04-05T02:00:00=05T02:00+1030 04-05T03:00:00=05T03:00+1030"},
		{"half an hour forward", "2026-10-04T01:00:00", "Australia/Lord_Howe", "FREQ=DAILY;BYHOUR=1,2,3;COUNT=3",
			"10-04T01:00:00=04T01:00+1030 10-04T02:00:00=04T02:30+11 10-04T03:00:00=04T03:00+11"},
		{"the clock changes within the hour of the start, days before the first", "1974-11-03T02:30:16", "Pacific/Chatham", "FREQ=HOURLY;BYDAY=TH;BYMINUTE=0;COUNT=2",
			"1974-11-07T00:00:16=07T00:00+1345 1974-11-07T01:00:16=07T01:00+1345"},
		{"an all-day date whose midnight is skipped", "2026-09-05", "America/Santiago", "FREQ=DAILY;COUNT=2",
			"09-05=05T00:00-04 09-06=06T01:00-03"},
	} {
		require.Equal(t, c.want, instants(t, set(t, c.start, c.zone, c.rule), 10), c.name)
	}
}

func TestSamoaSkippedADay(t *testing.T) {
	t.Parallel()
	require.Equal(t, "2011-12-29 2011-12-31 2012-01-01", slots(t, set(t, "2011-12-29", "Pacific/Apia", "FREQ=DAILY"), 3),
		"30 December 2011 never was: it falls on the 31st, which is there already")
	require.Equal(t, "2011-11-30=30T00:00-10 2011-12-30=31T00:00+14 2012-01-30=30T00:00+14", instants(t, set(t, "2011-11-30", "Pacific/Apia", "FREQ=MONTHLY;COUNT=3"), 3),
		"alone, its slot moves by the gap")
}

// Package time says of 31 December of far leap years that the zone's stretch is over.
func TestFarLeapYears(t *testing.T) {
	t.Parallel()
	schedule, err := set(t, "2040-12-30T09:00:00", "America/New_York", "FREQ=DAILY").Compile()
	require.NoError(t, err)
	at := time.Date(2040, 12, 31, 3, 0, 0, 0, time.UTC)
	for _, want := range []string{"2040-12-31T09:00:00", "2041-01-01T09:00:00"} {
		o, ok, err := schedule.After(at, false)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, want, o.Slot.String())
		require.Equal(t, 9, o.Time.Hour())
		at = o.Time
	}
}

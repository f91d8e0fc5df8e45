package recurrence_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/recurrence"
)

func TestParseRefusesWhatTheRFCForbids(t *testing.T) {
	t.Parallel()
	for text, part := range map[string]string{
		"":                                       "RRULE",
		"FREQ=DAILY;":                            "RRULE",
		"FREQ=DAILY;INTERVAL":                    "RRULE",
		"INTERVAL=2":                             "FREQ",
		"FREQ=FORTNIGHTLY":                       "FREQ",
		"FREQ=DAILY;FREQ=DAILY":                  "FREQ",
		"FREQ=DAILY;INTERVAL=0":                  "INTERVAL",
		"FREQ=DAILY;INTERVAL=-1":                 "INTERVAL",
		"FREQ=DAILY;INTERVAL=1000000000":         "INTERVAL",
		"FREQ=DAILY;COUNT=0":                     "COUNT",
		"FREQ=DAILY;COUNT=2;UNTIL=20260101":      "COUNT",
		"FREQ=DAILY;UNTIL=20260230":              "UNTIL",
		"FREQ=DAILY;UNTIL=20260101Z":             "UNTIL",
		"FREQ=DAILY;UNTIL=2026-01-01":            "UNTIL",
		"FREQ=DAILY;BYHOUR=24":                   "BYHOUR",
		"FREQ=DAILY;BYMINUTE=60":                 "BYMINUTE",
		"FREQ=DAILY;BYSECOND=61":                 "BYSECOND",
		"FREQ=DAILY;BYHOUR=-1":                   "BYHOUR",
		"FREQ=DAILY;BYHOUR=1,,2":                 "BYHOUR",
		"FREQ=MONTHLY;BYMONTHDAY=0":              "BYMONTHDAY",
		"FREQ=MONTHLY;BYMONTHDAY=32":             "BYMONTHDAY",
		"FREQ=WEEKLY;BYMONTHDAY=1":               "BYMONTHDAY",
		"FREQ=YEARLY;BYYEARDAY=367":              "BYYEARDAY",
		"FREQ=MONTHLY;BYYEARDAY=1":               "BYYEARDAY",
		"FREQ=MONTHLY;BYWEEKNO=1":                "BYWEEKNO",
		"FREQ=YEARLY;BYWEEKNO=54;BYDAY=MO":       "BYWEEKNO",
		"FREQ=YEARLY;BYMONTH=13":                 "BYMONTH",
		"FREQ=YEARLY;BYMONTH=5L":                 "BYMONTH",
		"FREQ=WEEKLY;BYDAY=1MO":                  "BYDAY",
		"FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO":       "BYDAY",
		"FREQ=MONTHLY;BYDAY=0MO":                 "BYDAY",
		"FREQ=MONTHLY;BYDAY=54MO":                "BYDAY",
		"FREQ=WEEKLY;BYDAY=MON":                  "BYDAY",
		"FREQ=MONTHLY;BYSETPOS=1":                "BYSETPOS",
		"FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0":       "BYSETPOS",
		"FREQ=WEEKLY;WKST=1MO":                   "WKST",
		"FREQ=MONTHLY;SKIP=CLAMP":                "SKIP",
		"FREQ=MONTHLY;RSCALE=HEBREW":             "RSCALE",
		"FREQ=YEARLY;BYEASTER=0":                 "BYEASTER",
		"FREQ=DAILY;X-NAME=1":                    "X-NAME",
		"FREQ=DAİLY":                             "FREQ",
		"FREQ=DAILY;BYHOUR=٩":                    "BYHOUR",
		"FREQ=DAILY;BYHOUR=99999999999999999999": "BYHOUR",
	} {
		_, err := recurrence.Parse(text)
		var typed *recurrence.Error
		require.ErrorAs(t, err, &typed, text)
		require.Equal(t, part, typed.Part, text)
		require.ErrorIs(t, err, recurrence.ErrInvalid, text)
	}
}

func TestStringIsCanonical(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"rrule:interval=1;byday=fr,MO,fr;freq=weekly;wkst=mo":     "FREQ=WEEKLY;BYDAY=MO,FR",
		"FREQ=MONTHLY;BYMONTHDAY=-1,15,1":                         "FREQ=MONTHLY;BYMONTHDAY=1,15,-1",
		"FREQ=MONTHLY;BYDAY=-1FR,+1MO;SKIP=BACKWARD":              "FREQ=MONTHLY;BYDAY=1MO,-1FR;RSCALE=GREGORIAN;SKIP=BACKWARD",
		"FREQ=YEARLY;UNTIL=20301231T235960Z;INTERVAL=02;WKST=SU ": "FREQ=YEARLY;INTERVAL=2;UNTIL=20301231T235959Z;WKST=SU",
	} {
		rule, err := recurrence.Parse(text)
		require.NoError(t, err)
		require.Equal(t, want, rule.String())
	}
}

func TestValidateSaysWhy(t *testing.T) {
	t.Parallel()
	for rule, kind := range map[string]error{
		"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29":              nil,
		"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30":              recurrence.ErrNever,
		"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30":               recurrence.ErrNever,
		"FREQ=MONTHLY;BYDAY=6MO":                           recurrence.ErrNever,
		"FREQ=MONTHLY;BYDAY=2TU;BYSETPOS=2":                recurrence.ErrNever,
		"FREQ=DAILY;BYHOUR=9;BYSETPOS=2":                   recurrence.ErrNever,
		"FREQ=DAILY;INTERVAL=7;BYDAY=MO":                   recurrence.ErrNever,
		"FREQ=MINUTELY;INTERVAL=3;BYMINUTE=14":             recurrence.ErrNever,
		"FREQ=HOURLY;BYMONTH=4;BYMONTHDAY=31":              recurrence.ErrNever,
		"FREQ=YEARLY;BYWEEKNO=20":                          recurrence.ErrAmbiguous,
		"FREQ=DAILY;UNTIL=20251231":                        recurrence.ErrEnded,
		"FREQ=YEARLY;INTERVAL=999999999;BYMONTH=12":        nil,
		"FREQ=YEARLY;INTERVAL=999999999;BYMONTH=1;COUNT=3": nil,
	} {
		err := set(t, "2026-01-01T09:00:00", "America/New_York", rule).Validate()
		require.ErrorIs(t, err, kind, rule)
	}
	excluded := set(t, "2026-01-01T09:00:00", "Europe/Berlin", "FREQ=DAILY;COUNT=2")
	excluded.ExDates = []recurrence.Slot{excluded.Start, recurrence.Date(2026, 1, 2)}
	require.ErrorIs(t, excluded.Validate(), recurrence.ErrEnded)
	require.ErrorIs(t, set(t, "2026-01-01", "UTC", "FREQ=HOURLY").Validate(), recurrence.ErrInvalid)
	require.ErrorIs(t, recurrence.Set{Start: recurrence.Date(2026, 2, 30)}.Validate(), recurrence.ErrInvalid)
	require.NoError(t, recurrence.Set{Start: recurrence.Date(2026, 2, 28)}.Validate(), "one date, in UTC")

	alone := set(t, "2026-01-01T09:00:00", "UTC", "FREQ=YEARLY;BYWEEKNO=20")
	spelled := alone.Rule.Anchored(alone.Start)
	require.Equal(t, "FREQ=YEARLY;BYWEEKNO=20;BYDAY=TH", spelled.String())
	alone.Rule = &spelled
	require.NoError(t, alone.Validate())
}

func TestExceptionsAndPauses(t *testing.T) {
	t.Parallel()
	s := set(t, "2026-06-01T09:00:00", "Europe/Berlin", "FREQ=DAILY;COUNT=9")
	s.RDates = []recurrence.Slot{recurrence.DateTime(2026, 6, 2, 12, 0, 0), recurrence.DateTime(2026, 6, 3, 9, 0, 0), recurrence.DateTime(2026, 5, 1, 9, 0, 0)}
	s.ExDates = []recurrence.Slot{recurrence.DateTime(2026, 6, 4, 9, 0, 0)}
	s.Pauses = []recurrence.Pause{
		{From: recurrence.Date(2026, 6, 5), Until: recurrence.Date(2026, 6, 7)},
		{From: recurrence.DateTime(2026, 6, 8, 9, 0, 0), Until: recurrence.DateTime(2026, 6, 9, 9, 0, 0)},
	}
	require.Equal(t, "2026-05-01T09:00:00 2026-06-01T09:00:00 2026-06-02T09:00:00 2026-06-02T12:00:00 2026-06-03T09:00:00 2026-06-07T09:00:00 2026-06-09T09:00:00", slots(t, s, 20))
	s.Pauses = []recurrence.Pause{{From: recurrence.Date(2026, 6, 3)}}
	require.Equal(t, "2026-05-01T09:00:00 2026-06-01T09:00:00 2026-06-02T09:00:00 2026-06-02T12:00:00", slots(t, s, 20), "paused for good")
}

func TestBetween(t *testing.T) {
	t.Parallel()
	s := set(t, "2026-06-01T09:00:00", "UTC", "FREQ=DAILY")
	day := func(d int) time.Time { return time.Date(2026, 6, d, 9, 0, 0, 0, time.UTC) }
	all, err := s.Between(day(3), day(6), 10)
	require.NoError(t, err)
	require.Len(t, all, 3, "the first is in, the last is not")
	require.Equal(t, day(3), all[0].Time)
	all, err = s.Between(day(3), day(6), 2)
	require.NoError(t, err)
	require.Len(t, all, 2)
}

func TestAfterTheEndOfTime(t *testing.T) {
	t.Parallel()
	s := set(t, "9999-12-30T09:00:00", "America/New_York", "FREQ=DAILY")
	require.Equal(t, "9999-12-30T09:00:00 9999-12-31T09:00:00", slots(t, s, 9))
	for _, at := range []time.Time{time.Date(10500, 1, 1, 0, 0, 0, 0, time.UTC), time.Unix(1<<60, 0)} {
		_, ok, err := s.After(at, true)
		require.NoError(t, err)
		require.False(t, ok)
	}
	o, ok, err := s.After(time.Time{}, true)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, s.Start, o.Slot)
}

func TestNextFromCompletion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ rule, completed, want string }{
		{"FREQ=DAILY;INTERVAL=3", "2026-03-10T07:00:00", "2026-03-13T09:00:00"},
		{"FREQ=DAILY;INTERVAL=3", "2026-03-10T22:00:00", "2026-03-13T09:00:00"},
		{"FREQ=WEEKLY", "2026-03-11T22:00:00", "2026-03-18T09:00:00"},
		{"FREQ=WEEKLY;BYDAY=MO", "2026-03-11T22:00:00", "2026-03-16T09:00:00"},
		{"FREQ=MONTHLY", "2026-01-31T10:00:00", "2026-02-28T09:00:00"},
		{"FREQ=MONTHLY;BYMONTHDAY=1", "2026-03-05T10:00:00", "2026-04-01T09:00:00"},
		{"FREQ=YEARLY", "2024-02-29T10:00:00", "2025-02-28T09:00:00"},
		{"FREQ=HOURLY;INTERVAL=8", "2026-03-07T20:03:27", "2026-03-08T05:03:00"}, // over the change of clock
		{"FREQ=DAILY;UNTIL=20260310", "2026-03-10T07:00:00", ""},
		{"FREQ=DAILY;COUNT=5", "2026-03-10T07:00:00", ""},
	} {
		s := set(t, "2026-01-01T09:00:00", "America/New_York", c.rule)
		at, err := time.ParseInLocation("2006-01-02T15:04:05", c.completed, s.Zone)
		require.NoError(t, err)
		o, ok, err := s.NextFromCompletion(at, 5)
		require.NoError(t, err, c.rule)
		require.Equal(t, c.want != "", ok, c.rule)
		if ok {
			require.Equal(t, c.want, o.Slot.String(), c.rule)
		}
	}
}

func TestSlotTexts(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"2026-02-28", "2026-02-28T23:59:59", "2026-10-25T02B:30:00"} {
		slot, err := recurrence.ParseSlot(text)
		require.NoError(t, err)
		require.Equal(t, text, slot.String())
	}
	for _, text := range []string{"", "2026-02-29", "2026-13-01", "2026-02-28T24:00:00", "2026-02-28T10:00:00Z", "2026-02-28 10:00:00", "20260228T1000", "2026-2-28", "2026/02/28", "2026-02-28T10:00B:00"} {
		_, err := recurrence.ParseSlot(text)
		require.ErrorIs(t, err, recurrence.ErrInvalid, text)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	require.Equal(t, "2026-10-25T02B:30:00", recurrence.SlotAt(time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC), berlin).String())
}

// A COUNT is found by arithmetic where it can be; counting must give the same.
func TestCountByArithmetic(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ start, zone, rule string }{
		{"2026-01-31T09:30:00", "America/New_York", "FREQ=DAILY;INTERVAL=3;BYHOUR=8,10"},
		{"2026-01-31T09:30:00", "America/New_York", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU"},
		{"2026-01-31T09:30:00", "America/New_York", "FREQ=MONTHLY;BYMONTHDAY=1,28"},
		{"2026-01-31T09:30:00", "America/New_York", "FREQ=MONTHLY;BYDAY=1MO,4FR"},
		{"2026-01-31T09:30:00", "America/New_York", "FREQ=YEARLY;BYMONTH=1,2,6;BYMONTHDAY=-1,-28"},
		{"2026-01-31T09:30:00", "America/New_York", "FREQ=YEARLY;INTERVAL=2;BYMONTH=5;BYDAY=-1MO,-2TU"},
		{"2026-01-31T09:30:00", "America/New_York", "FREQ=HOURLY;INTERVAL=5;BYMINUTE=10,40"},
		{"2026-01-31T09:30:00", "Australia/Lord_Howe", "FREQ=HOURLY;INTERVAL=50;BYMINUTE=10,40"},
		{"2026-01-31T09:30:00", "Europe/London", "FREQ=MINUTELY;INTERVAL=700;BYSECOND=5,50"},
	} {
		unlimited := slots(t, set(t, c.start, c.zone, c.rule), 300)
		for _, count := range []int{1, 2, 3, 7, 300} {
			limited := slots(t, set(t, c.start, c.zone, c.rule+";COUNT="+strconv.Itoa(count)), 400)
			require.Len(t, strings.Fields(limited), count, c.rule)
			require.True(t, strings.HasPrefix(unlimited, limited), c.rule)
		}
	}
}

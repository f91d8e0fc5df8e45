package occurrence_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"function/shared/todo"
)

// A series that is divided comes when it came before: no slot is lost, none is new.
func TestBothPartsOfASeriesComeWhenTheWholeDid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := anySeries().Draw(t, "series")
		all := locals(t, s, 40)
		if len(all) == 0 {
			t.Skip("it yields nothing")
		}
		at := rapid.IntRange(0, len(all)-1).Draw(t, "at")
		before, after, err := calendar.Split(s, all[at], 0)
		require.NoError(t, err)
		require.Equal(t, all[at:], locals(t, after, len(all)-at), "%+v", after)
		if at > 0 {
			require.NoError(t, calendar.Check(before))
			got := locals(t, before, len(all))
			require.Equal(t, all[:at], got, "%+v", before)
		}
	})
}

func locals(t require.TestingT, s todo.Series, most int) []string {
	start, err := calendar.At(s.Start, s.Zone)
	require.NoError(t, err)
	list, err := calendar.Between(s, start.AddDate(-1, 0, 0), start.AddDate(60, 0, 0), most)
	require.NoError(t, err)
	out := []string{}
	for _, slot := range list {
		out = append(out, slot.Local)
	}
	return out
}

func anySeries() *rapid.Generator[todo.Series] {
	return rapid.Custom(func(t *rapid.T) todo.Series {
		rule := rapid.SampledFrom([]string{
			"FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
			"FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=MONTHLY;BYMONTHDAY=-1,15", "FREQ=MONTHLY;BYDAY=2TU", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
			"FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=2", "FREQ=YEARLY;BYMONTH=3,9;BYDAY=-1SU",
		}).Draw(t, "rule")
		day := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 800).Draw(t, "day"))
		s := todo.Series{
			Start: day.Format(time.DateOnly), Zone: rapid.SampledFrom([]string{"UTC", "Europe/Paris", "America/New_York"}).Draw(t, "zone"),
			EndOfMonth: rapid.SampledFrom([]todo.EndOfMonth{todo.EndOfMonthClamp, todo.EndOfMonthSkip}).Draw(t, "end of month"),
		}
		if rapid.Bool().Draw(t, "timed") {
			s.Start += rapid.SampledFrom([]string{"T09:00:00", "T02:30:00", "T23:59:00"}).Draw(t, "time")
		}
		switch rapid.IntRange(0, 2).Draw(t, "end") {
		case 1:
			rule += fmt.Sprintf(";COUNT=%d", rapid.IntRange(1, 30).Draw(t, "count"))
		case 2:
			rule += ";UNTIL=" + day.AddDate(0, 0, rapid.IntRange(0, 2000).Draw(t, "until")).Format("20060102")
		}
		s.Rule = rule
		for range rapid.IntRange(0, 2).Draw(t, "left out") {
			s.ExDates = append(s.ExDates, day.AddDate(0, 0, rapid.IntRange(0, 100).Draw(t, "out")).Format(time.DateOnly))
		}
		if rapid.Bool().Draw(t, "pause") {
			from := day.AddDate(0, 0, rapid.IntRange(0, 60).Draw(t, "from"))
			s.Pauses = []todo.Pause{{From: from.Format(time.DateOnly), Until: from.AddDate(0, 0, rapid.IntRange(1, 60).Draw(t, "length")).Format(time.DateOnly)}}
		}
		return s
	})
}

// A series of days that is moved begins at its new place, by as many days further on.
func TestAMovedSeriesFallsOnItsNewPlace(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := anySeries().Draw(t, "series")
		all := locals(t, s, 20)
		if len(all) == 0 {
			t.Skip("it yields nothing")
		}
		slot := rapid.SampledFrom(all).Draw(t, "slot")
		day, err := time.Parse(time.DateOnly, slot[:10])
		require.NoError(t, err)
		to := day.AddDate(0, 0, rapid.IntRange(-40, 400).Draw(t, "days")).Format(time.DateOnly) + rapid.SampledFrom([]string{"", "T08:15:00", "T09:00:00"}).Draw(t, "clock")
		moved, err := calendar.Move(s, slot, to, "Asia/Tokyo")
		if err != nil {
			var refused *todo.Error
			require.ErrorAs(t, err, &refused)
			require.NotEmpty(t, refused.Fields)
			return
		}
		fits, err := calendar.Gives(moved, to)
		require.NoError(t, err)
		require.True(t, fits)
		at, err := calendar.At(to, "Asia/Tokyo")
		require.NoError(t, err)
		moved.Pauses = nil
		list, err := calendar.Between(moved, at, at.Add(time.Second), 1)
		require.NoError(t, err)
		require.Len(t, list, 1, "what is moved there takes place: %+v", moved)
	})
}

func TestASeriesIsMoved(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule, start, slot, to string
		want, wantStart       string
		pointer               string
	}{
		"weekly":                     {"FREQ=WEEKLY;BYDAY=MO", "2026-01-05", "2026-01-12", "2026-01-13", "FREQ=WEEKLY;BYDAY=TU", "2026-01-13", ""},
		"weekly by its start":        {"FREQ=WEEKLY", "2026-01-05", "2026-01-12", "2026-01-14", "FREQ=WEEKLY", "2026-01-14", ""},
		"one of several days":        {"FREQ=WEEKLY;BYDAY=MO,WE,FR", "2026-01-05", "2026-01-12", "2026-01-13", "FREQ=WEEKLY;BYDAY=TU,WE,FR", "2026-01-13", ""},
		"onto another of its days":   {"FREQ=WEEKLY;BYDAY=MO,WE", "2026-01-05", "2026-01-12", "2026-01-14", "", "", "/due/date"},
		"what is left of a count":    {"FREQ=DAILY;COUNT=10", "2026-01-05", "2026-01-08", "2026-01-09", "FREQ=DAILY;COUNT=7", "2026-01-09", ""},
		"a day of the month":         {"FREQ=MONTHLY;BYMONTHDAY=15", "2026-01-15", "2026-02-15", "2026-02-20", "FREQ=MONTHLY;BYMONTHDAY=20", "2026-02-20", ""},
		"a day that February lacks":  {"FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31", "2026-02-28", "2026-03-05", "FREQ=MONTHLY;BYMONTHDAY=5", "2026-03-05", ""},
		"the last day":               {"FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31", "2026-01-31", "2026-01-30", "FREQ=MONTHLY;BYMONTHDAY=-2", "2026-01-30", ""},
		"the second Tuesday":         {"FREQ=MONTHLY;BYDAY=2TU", "2026-01-13", "2026-01-13", "2026-01-16", "FREQ=MONTHLY;BYDAY=3FR", "2026-01-16", ""},
		"to a fifth":                 {"FREQ=MONTHLY;BYDAY=2TU", "2026-01-13", "2026-01-13", "2026-01-30", "FREQ=MONTHLY;BYDAY=-1FR", "2026-01-30", ""},
		"yearly":                     {"FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1", "2026-03-01", "2026-03-01", "2026-04-02", "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=2", "2026-04-02", ""},
		"a rule that cannot follow":  {"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-01-30", "2026-01-30", "2026-01-28", "", "", "/due/date"},
		"behind its end":             {"FREQ=DAILY;UNTIL=20260110", "2026-01-05", "2026-01-06", "2026-01-20", "", "", "/due/date"},
		"time of day":                {"FREQ=DAILY;COUNT=10", "2026-01-05T09:00:00", "2026-01-08T09:00:00", "2026-01-08T18:30:00", "FREQ=DAILY;COUNT=10", "2026-01-05T18:30:00", ""},
		"an end by time":             {"FREQ=DAILY;UNTIL=20260110T090000Z", "2026-01-05T09:00:00", "2026-01-08T09:00:00", "2026-01-08T18:30:00", "FREQ=DAILY;UNTIL=20260110", "2026-01-05T18:30:00", ""},
		"an end by an earlier time":  {"FREQ=DAILY;UNTIL=20260110T080000Z", "2026-01-05T09:00:00", "2026-01-08T09:00:00", "2026-01-08T18:30:00", "FREQ=DAILY;UNTIL=20260109", "2026-01-05T18:30:00", ""},
		"a time that the rule names": {"FREQ=DAILY;BYHOUR=9", "2026-01-05T09:00:00", "2026-01-08T09:00:00", "2026-01-08T10:00:00", "FREQ=DAILY;BYHOUR=10", "2026-01-05T10:00:00", ""},
		"one of several times":       {"FREQ=DAILY;BYHOUR=9,17", "2026-01-05T09:00:00", "2026-01-08T17:00:00", "2026-01-08T18:00:00", "FREQ=DAILY;BYHOUR=9,18", "2026-01-05T09:00:00", ""},
		"minutes of several times":   {"FREQ=DAILY;BYHOUR=9,17", "2026-01-05T09:00:00", "2026-01-08T17:00:00", "2026-01-08T17:30:00", "", "", "/due/time"},
		"no time any more":           {"FREQ=DAILY;BYHOUR=9", "2026-01-05T09:00:00", "2026-01-08T09:00:00", "2026-01-08", "FREQ=DAILY", "2026-01-05", ""},
		"a time now":                 {"FREQ=WEEKLY", "2026-01-05", "2026-01-12", "2026-01-12T07:00:00", "FREQ=WEEKLY", "2026-01-05T07:00:00", ""},
		"hours from another hour":    {"FREQ=HOURLY;INTERVAL=5", "2026-01-05T09:00:00", "2026-01-05T14:00:00", "2026-01-05T15:00:00", "FREQ=HOURLY;INTERVAL=5", "2026-01-05T15:00:00", ""},
	} {
		s := todo.Series{Rule: c.rule, Start: c.start, Zone: "UTC", EndOfMonth: todo.EndOfMonthClamp}
		moved, err := calendar.Move(s, c.slot, c.to, "UTC")
		if c.pointer != "" {
			var refused *todo.Error
			require.ErrorAs(t, err, &refused, name)
			require.Equal(t, c.pointer, refused.Fields[0].Pointer, name)
			continue
		}
		require.NoError(t, err, name)
		require.Equal(t, c.want, moved.Rule, name)
		require.Equal(t, c.wantStart, moved.Start, name)
	}
}

func TestWhatIsLeftOutIsMovedAlong(t *testing.T) {
	t.Parallel()
	s := todo.Series{Rule: "FREQ=WEEKLY;BYDAY=MO", Start: "2026-01-05T09:00:00", Zone: "UTC", ExDates: []string{"2026-01-19T09:00:00", "2026-01-26"}, RDates: []string{"2026-01-21T09:00:00"}}
	moved, err := calendar.Move(s, "2026-01-12T09:00:00", "2026-01-13T10:00:00", "UTC")
	require.NoError(t, err)
	require.Equal(t, []string{"2026-01-20T10:00:00", "2026-01-27"}, moved.ExDates)
	require.Equal(t, []string{"2026-01-21T10:00:00"}, moved.RDates)
	require.Equal(t, []string{"2026-01-13T10:00:00", "2026-01-21T10:00:00", "2026-02-03T10:00:00"}, locals(t, moved, 3))
	onto, err := calendar.Move(s, "2026-01-12T09:00:00", "2026-01-19T09:00:00", "UTC")
	require.NoError(t, err)
	require.False(t, slices.Contains(onto.ExDates, "2026-01-19T09:00:00"), "what is moved there takes place")
}

package recurrence_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"function/shared/recurrence"
)

func drawZone(t *rapid.T) *time.Location {
	return rapid.SampledFrom(movingZones()).Draw(t, "zone")
}

// drawMoment is an instant, most often close to a change of the zone's clock.
func drawMoment(t *rapid.T, zone *time.Location, label string, near time.Duration) time.Time {
	at := time.Unix(rapid.Int64Range(-2e9, 5e9).Draw(t, label), 0).In(zone)
	if _, end := at.ZoneBounds(); rapid.IntRange(0, 3).Draw(t, label+" near") > 0 && !end.IsZero() {
		at = end.Add(time.Duration(rapid.Int64Range(-int64(near/time.Second), int64(near/time.Second)).Draw(t, label+" away")) * time.Second)
	}
	return at
}

func drawList(t *rapid.T, label string, low, high, most int, negative bool) []int {
	if rapid.IntRange(0, 2).Draw(t, label+" given") > 0 {
		return nil
	}
	number := rapid.IntRange(low, high)
	if negative {
		number = rapid.OneOf(number, rapid.IntRange(-high, -low))
	}
	return rapid.SliceOfN(number, 1, most).Draw(t, label)
}

// drawRule draws among all the rules that Check allows.
func drawRule(t *rapid.T) recurrence.Rule {
	r := recurrence.Rule{
		Freq:      recurrence.Freq(rapid.IntRange(1, 7).Draw(t, "freq")),
		Interval:  rapid.SampledFrom([]int{0, 1, 1, 2, 3, 4, 5, 7, 12, 25}).Draw(t, "interval"),
		WeekStart: recurrence.Weekday(rapid.IntRange(0, 6).Draw(t, "wkst")),
		Skip:      recurrence.Skip(rapid.IntRange(0, 2).Draw(t, "skip")),
		ByMonth:   drawList(t, "bymonth", 1, 12, 4, false),
		ByHour:    drawList(t, "byhour", 0, 23, 3, false),
		ByMinute:  drawList(t, "byminute", 0, 59, 3, false),
		BySecond:  drawList(t, "bysecond", 0, 60, 3, false),
	}
	numbered := r.Freq >= recurrence.Monthly
	if r.Freq == recurrence.Yearly && rapid.IntRange(0, 2).Draw(t, "weeks") == 0 {
		r.ByWeekNo, numbered = drawList(t, "byweekno", 1, 53, 4, true), false
	}
	if r.Freq != recurrence.Weekly {
		r.ByMonthDay = drawList(t, "bymonthday", 1, 31, 5, true)
	}
	if r.Freq == recurrence.Yearly || r.Freq < recurrence.Daily {
		r.ByYearDay = drawList(t, "byyearday", 1, 366, 6, true)
	}
	for _, n := range drawList(t, "byday", 0, 6, 4, false) {
		d := recurrence.WeekdayNum{Day: recurrence.Weekday(n)}
		if numbered && rapid.Bool().Draw(t, "numbered") {
			d.N = rapid.SampledFrom([]int{1, 2, 3, 4, 5, -1, -2, -5, 20, -53}).Draw(t, "n")
		}
		r.ByDay = append(r.ByDay, d)
	}
	r.BySetPos = drawList(t, "bysetpos", 1, 9, 3, true)
	if r.Check() != nil {
		r.BySetPos = nil // it stood alone
	}
	return r
}

func drawSlot(t *rapid.T, zone *time.Location, around time.Time, allDay bool) recurrence.Slot {
	at := around.Add(time.Duration(rapid.Int64Range(-20*86400, 20*86400).Draw(t, "slot")) * time.Second)
	slot := recurrence.SlotAt(at, zone)
	slot.Fold = false
	if allDay {
		slot = slot.Date()
	}
	return slot
}

// spans are how far the oracle can see in reasonable time.
var spans = map[recurrence.Freq]time.Duration{
	recurrence.Secondly: 8 * time.Hour, recurrence.Minutely: 50 * time.Hour, recurrence.Hourly: 6 * 24 * time.Hour,
	recurrence.Daily: 60 * 24 * time.Hour, recurrence.Weekly: 300 * 24 * time.Hour, recurrence.Monthly: 900 * 24 * time.Hour, recurrence.Yearly: 3500 * 24 * time.Hour,
}

// drawSet draws a rule, a start near a change of the zone's clock, and the exceptions.
func drawSet(t *rapid.T, zone *time.Location) (recurrence.Set, time.Time) {
	r := drawRule(t)
	span := spans[r.Freq]
	at := drawMoment(t, zone, "start", min(span/2, 72*time.Hour))
	start := recurrence.SlotAt(at, zone)
	start.Fold = false
	start.Second = rapid.SampledFrom([]int{0, 0, 0, start.Second}).Draw(t, "second")
	start.Minute = rapid.SampledFrom([]int{0, 30, start.Minute}).Draw(t, "minute")
	if r.Freq >= recurrence.Daily && rapid.IntRange(0, 3).Draw(t, "all day") == 0 {
		start = start.Date()
	}
	to := at.Add(span)
	switch rapid.IntRange(0, 4).Draw(t, "end") {
	case 0:
		r.Count = rapid.IntRange(1, 40).Draw(t, "count")
	case 1:
		until := at.Add(time.Duration(rapid.Int64Range(0, int64(span/time.Second)).Draw(t, "until")) * time.Second)
		slot := recurrence.SlotAt(until, zone)
		slot.Fold = false
		switch {
		case start.AllDay, rapid.Bool().Draw(t, "until date"):
			r.Until = recurrence.Until{Slot: slot.Date()}
		case rapid.Bool().Draw(t, "until utc"):
			r.Until = recurrence.Until{Slot: recurrence.SlotAt(until, time.UTC), UTC: true}
		default:
			r.Until = recurrence.Until{Slot: slot}
		}
	}
	s := recurrence.Set{Start: start, Zone: zone, Rule: &r}
	for range rapid.IntRange(0, 2).Draw(t, "rdates") {
		s.RDates = append(s.RDates, drawSlot(t, zone, at, start.AllDay))
	}
	for range rapid.IntRange(0, 2).Draw(t, "exdates") {
		s.ExDates = append(s.ExDates, drawSlot(t, zone, at, start.AllDay || rapid.Bool().Draw(t, "whole day")))
	}
	if rapid.IntRange(0, 3).Draw(t, "paused") == 0 {
		from, until := drawSlot(t, zone, at, false), drawSlot(t, zone, at, false)
		if from.Compare(until) < 0 {
			s.Pauses = append(s.Pauses, recurrence.Pause{From: from, Until: until})
		}
	}
	return s, to
}

func TestEngineAgreesWithTheOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { agreesWithTheOracle(t, drawZone(t)) })
}

// No zone whose clock ever changes is left to chance.
func TestEngineAgreesWithTheOracleInEveryZone(t *testing.T) {
	t.Parallel()
	for _, zone := range movingZones() {
		t.Run(zone.String(), func(t *testing.T) {
			t.Parallel()
			tried, failed := 0, false
			rapid.Check(t, func(t *rapid.T) {
				if tried++; tried > rulesPerZone && !failed { // what failed is tried again, to be made small
					return
				}
				agrees := false
				defer func() { failed = failed || !agrees }()
				agreesWithTheOracle(t, zone)
				agrees = true
			})
		})
	}
}

// rulesPerZone keeps the test of some 300 zones to seconds.
const rulesPerZone = 1

func agreesWithTheOracle(t *rapid.T, zone *time.Location) {
	s, to := drawSet(t, zone)
	want := oracle(s, to)
	schedule, err := s.Compile()
	require.NoError(t, err, s.Rule)
	t.Logf("%s in %s from %s", s.Rule, s.Zone, s.Start)

	var got []oracleOccurrence
	for it := schedule.Iterate(); len(got) <= len(want); {
		o, ok := it.Next()
		if errors.Is(it.Err(), recurrence.ErrBudget) || !ok || !o.Time.Before(to) {
			break
		}
		got = append(got, oracleOccurrence{o.Slot, o.Time.Unix()})
	}
	require.Equal(t, append([]oracleOccurrence{}, want...), append([]oracleOccurrence{}, got...))

	for range 4 {
		at := s.Start
		from := schedule.Instant(at).Add(time.Duration(rapid.Int64Range(-1e5, int64(to.Sub(schedule.Instant(at))/time.Second)).Draw(t, "after")) * time.Second)
		if len(want) > 0 && rapid.Bool().Draw(t, "at an occurrence") {
			from = time.Unix(want[rapid.IntRange(0, len(want)-1).Draw(t, "which")].unix, 0)
		}
		for _, inclusive := range []bool{true, false} {
			checkAfter(t, schedule, want, from, to, inclusive)
		}
	}
}

func checkAfter(t *rapid.T, schedule *recurrence.Schedule, all []oracleOccurrence, from, to time.Time, inclusive bool) {
	var want *oracleOccurrence
	for i, o := range all {
		if o.unix > from.Unix() || inclusive && o.unix == from.Unix() {
			want = &all[i]
			break
		}
	}
	o, ok, err := schedule.After(from, inclusive)
	if errors.Is(err, recurrence.ErrBudget) {
		return
	}
	require.NoError(t, err)
	if want == nil {
		require.False(t, ok && o.Time.Before(to), "after %s: unexpected %s", from, o.Slot)
		return
	}
	require.True(t, ok, "after %s: want %v", from, *want)
	require.Equal(t, *want, oracleOccurrence{o.Slot, o.Time.Unix()}, "after %s, inclusive %v", from, inclusive)
}

func TestParseReadsBackWhatStringWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first, err := recurrence.Parse(drawRule(t).String())
		require.NoError(t, err)
		again, err := recurrence.Parse(first.String())
		require.NoError(t, err)
		require.Equal(t, first, again)
		require.Equal(t, first.String(), again.String())
	})
}

package recurrence_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"function/shared/recurrence"
)

// set builds a Set from texts; an empty rule is none.
func set(t testing.TB, start, zone, rule string) recurrence.Set {
	t.Helper()
	slot, err := recurrence.ParseSlot(start)
	require.NoError(t, err)
	location, err := time.LoadLocation(zone)
	require.NoError(t, err)
	s := recurrence.Set{Start: slot, Zone: location}
	if rule != "" {
		r, err := recurrence.Parse(rule)
		require.NoError(t, err)
		s.Rule = &r
	}
	return s
}

// slots is the first n slots of a Set in one string.
func slots(t testing.TB, s recurrence.Set, n int) string {
	t.Helper()
	schedule, err := s.Compile()
	require.NoError(t, err)
	var out []string
	for o, err := range schedule.All() {
		require.NoError(t, err)
		if len(out) == n {
			break
		}
		out = append(out, o.Slot.String())
	}
	return strings.Join(out, " ")
}

func TestMonthlyOnTheThirtyFirst(t *testing.T) {
	t.Parallel()
	const start, zone = "2026-01-31T09:00:00", "Europe/Berlin"
	for rule, want := range map[string]string{
		"FREQ=MONTHLY":               "2026-01-31T09:00:00 2026-03-31T09:00:00 2026-05-31T09:00:00",
		"FREQ=MONTHLY;SKIP=BACKWARD": "2026-01-31T09:00:00 2026-02-28T09:00:00 2026-03-31T09:00:00",
		"FREQ=MONTHLY;SKIP=FORWARD":  "2026-01-31T09:00:00 2026-03-01T09:00:00 2026-03-31T09:00:00",
	} {
		require.Equal(t, want, slots(t, set(t, start, zone, rule), 3), rule)
	}
}

// expectDates writes out a short list of dates: "0902" is in 1997, no time is 09:00,
// and "end" says that nothing follows. It gives the number of slots to ask for.
func expectDates(short string) (string, int) {
	var out []string
	n := 0
	for _, word := range strings.Fields(short) {
		n++
		if word == "end" {
			continue
		}
		date, clock, timed := strings.Cut(word, "T")
		if len(date) == 4 {
			date = "1997" + date
		}
		if !timed {
			clock = "09:00"
		}
		out = append(out, date[:4]+"-"+date[4:6]+"-"+date[6:]+"T"+clock+":00")
	}
	return strings.Join(out, " "), n
}

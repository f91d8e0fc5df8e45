package recurrence_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/recurrence"
)

var fuzzSeeds = []string{
	"FREQ=DAILY", "RRULE:freq=weekly;byday=mo,TU;wkst=su", "FREQ=MONTHLY;BYDAY=-1FR;BYSETPOS=1", "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SU", "FREQ=YEARLY;BYYEARDAY=366;SKIP=FORWARD",
	"FREQ=HOURLY;BYMINUTE=0,30;BYSETPOS=-1", "FREQ=SECONDLY;INTERVAL=86413;BYSECOND=0;BYMINUTE=0;BYHOUR=0", "FREQ=SECONDLY;INTERVAL=702;BYSECOND=0;BYMINUTE=0;BYHOUR=0",
	"FREQ=DAILY;UNTIL=20260101T000000Z", "FREQ=MINUTELY;INTERVAL=3;BYMINUTE=14;COUNT=5",
	"FREQ=MONTHLY;BYMONTHDAY=31;RSCALE=GREGORIAN;SKIP=BACKWARD", "FREQ=YEARLY;INTERVAL=999999999", "FREQ=SECONDLY;COUNT=999999999", "FREQ=;=;;,", "FREQ=DAILY;BYHOUR=\x00",
}

func FuzzParse(f *testing.F) {
	for _, seed := range fuzzSeeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rule, err := recurrence.Parse(text)
		if err != nil {
			var typed *recurrence.Error
			require.ErrorAs(t, err, &typed)
			require.NotEmpty(t, typed.Part)
			require.NotEmpty(t, typed.Reason)
			require.Less(t, len(err.Error()), 500)
			return
		}
		again, err := recurrence.Parse(rule.String())
		require.NoError(t, err)
		require.Equal(t, rule, again)
	})
}

// FuzzIterate: no rule hangs, and occurrences increase. Three are asked for: each may take
// two whole budgets, and the fuzzer takes a worker for hung after ten seconds, which are
// few for instrumented code on a busy machine.
func FuzzIterate(f *testing.F) {
	for i, seed := range fuzzSeeds {
		f.Add(seed, int64(i)*1e8, i)
	}
	f.Fuzz(func(t *testing.T, text string, unix int64, which int) {
		rule, err := recurrence.Parse(text)
		if err != nil {
			return
		}
		zone := movingZones()[uint(which)%uint(len(movingZones()))]
		start := recurrence.SlotAt(time.Unix(unix%1e11, 0), zone)
		schedule, err := recurrence.Set{Start: start, Zone: zone, Rule: &rule}.Compile()
		if err != nil {
			return
		}
		last := time.Time{}
		it := schedule.Iterate()
		for range 3 {
			o, ok := it.Next()
			if !ok {
				require.True(t, it.Err() == nil || errors.Is(it.Err(), recurrence.ErrBudget))
				return
			}
			require.NoError(t, o.Slot.Check())
			require.True(t, last.IsZero() || o.Time.After(last), "%s then %s", last, o.Time)
			again, found, err := schedule.After(o.Time, true)
			require.NoError(t, err)
			require.True(t, found && again == o, "After finds %v, not %v", again, o)
			last = o.Time
		}
	})
}

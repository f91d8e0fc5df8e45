package recurrence_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/recurrence"
)

// processor is the processor time that the process took so far, which other work on the
// machine lengthens little.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkOccurrences counts occurrences per second of processor time while walking a
// rule on, over all changes of clock of its zone.
func BenchmarkOccurrences(b *testing.B) {
	for _, rule := range []string{
		"FREQ=DAILY", "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "FREQ=MONTHLY;BYMONTHDAY=1,15",
		"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=YEARLY;BYMONTH=3,6,9;BYDAY=-1FR", "FREQ=HOURLY;INTERVAL=8", "FREQ=MINUTELY",
	} {
		b.Run(rule, func(b *testing.B) {
			schedule, err := set(b, "2026-01-01T09:00:00", "America/New_York", rule).Compile()
			require.NoError(b, err)
			it := schedule.Iterate()
			b.ReportAllocs()
			start := processor(b)
			for b.Loop() {
				if _, ok := it.Next(); !ok {
					it = schedule.Iterate()
				}
			}
			b.ReportMetric(float64(b.N)/(processor(b)-start).Seconds(), "occurrences/s/core")
		})
	}
}

// BenchmarkAfter asks for the next occurrence, near the start and a century on.
func BenchmarkAfter(b *testing.B) {
	for _, rule := range []string{
		"FREQ=DAILY", "FREQ=DAILY;COUNT=100000", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYDAY=2TU;COUNT=5000",
		"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO", "FREQ=HOURLY;INTERVAL=5", "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11",
		"FREQ=SECONDLY;INTERVAL=7",
	} {
		s := set(b, "1997-09-02T09:00:00", "America/New_York", rule)
		schedule, err := s.Compile()
		require.NoError(b, err)
		for name, at := range map[string]time.Time{
			"near":    time.Date(1997, 9, 5, 12, 0, 0, 0, time.UTC),
			"century": time.Date(2097, 9, 5, 12, 0, 0, 0, time.UTC),
		} {
			b.Run(rule+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				start := processor(b)
				for b.Loop() {
					after(b, schedule, at)
				}
				b.ReportMetric(float64(processor(b)-start)/float64(b.N), "processor-ns/op")
			})
		}
		b.Run(rule+"/compiled-each-time", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _, err := s.After(time.Date(2097, 9, 5, 12, 0, 0, 0, time.UTC), false)
				require.NoError(b, err)
			}
		})
	}
}

func after(b *testing.B, schedule *recurrence.Schedule, at time.Time) {
	b.Helper()
	if _, ok, err := schedule.After(at, false); !ok || err != nil {
		b.Fatal(ok, err)
	}
}

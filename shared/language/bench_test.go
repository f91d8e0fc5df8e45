package language_test

import (
	"syscall"
	"testing"
	"time"

	"function/shared/language"
)

var messages = []string{
	"pay rent every month on the 1st at 9am, remind me 2 days before #home !high",
	"Call mom tomorrow at 5pm",
	"buy milk",
	"dentist on friday at 10:15",
	"prepare the slides for the board meeting next tuesday",
	"what do I have to do today?",
	"move the dentist to next monday at 3",
	"delete the second one",
	"water the plants every other day",
	"submit the report by the end of the month p1",
	"remind me to take out the trash every tuesday evening",
	"undo",
	"what did I finish last week",
	"book flights to lisbon before december 1st #travel",
	"mark the laundry as done",
	"standup every weekday at 9:30",
}

func BenchmarkDates(b *testing.B) {
	bench(b, func(s string, c language.Context) { language.Dates(s, c) })
}
func BenchmarkDrafts(b *testing.B) {
	bench(b, func(s string, c language.Context) { _, _ = language.Drafts(s, c) })
}
func BenchmarkUnderstand(b *testing.B) {
	bench(b, func(s string, c language.Context) { _, _ = language.Understand(s, c, language.Focus{}) })
}

// BenchmarkScan reads the same bytes and no more, to compare.
func BenchmarkScan(b *testing.B) {
	words := 0
	bench(b, func(s string, _ language.Context) {
		for i := range len(s) {
			if s[i] == ' ' {
				words++
			}
		}
	})
}

func bench(b *testing.B, f func(string, language.Context)) {
	c := now()
	start := cpu()
	n := 0
	for b.Loop() {
		f(messages[n%len(messages)], c)
		n++
	}
	b.ReportMetric(float64(n)/(cpu()-start).Seconds(), "messages/s/core")
}

// cpu is the processor time used so far: what other processes take does not
// count.
func cpu() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

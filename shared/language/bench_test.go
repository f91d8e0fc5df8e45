package language_test

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"function/shared/language"
	"function/shared/language/corpus"
)

// messages are what fuzzing begins with.
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

// BenchmarkUnderstandLong reads one phrase over and over, 512 bytes and 4 KiB of it: the
// time by length shows whether it is linear.
func BenchmarkUnderstandLong(b *testing.B) {
	for _, piece := range []string{"to friday ", "word ", "every day at 9 and ", "move it to 3, ", "buy milk tomorrow and call Ann "} {
		for _, size := range []int{language.MaxInput / 8, language.MaxInput} {
			text := strings.Repeat(piece, size/len(piece))
			b.Run(piece+strconv.Itoa(size), func(b *testing.B) {
				_, _ = language.Understand(text, now(), language.Focus{}) // the tables are made when first needed
				start, n := cpu(), 0
				for b.Loop() {
					_, _ = language.Understand(text, now(), language.Focus{})
					n++
				}
				b.ReportMetric(float64((cpu()-start).Nanoseconds())/float64(n*len(text)), "ns/byte")
			})
		}
	}
}

type benchText struct {
	text string
	c    language.Context
}

// benchTexts are all texts of the corpus, each in its language and at its time.
func benchTexts(b *testing.B) []benchText {
	cases, err := corpus.Load()
	if err != nil {
		b.Fatal(err)
	}
	out := make([]benchText, 0, len(cases))
	for i := range cases {
		c := now()
		c.Language = cases[i].Lang
		if t, err := time.Parse("2006-01-02T15:04:05", cases[i].Ref); err == nil {
			c.Now = t
		}
		if cases[i].Text != "" {
			out = append(out, benchText{cases[i].Text, c})
		}
	}
	return out
}

// bench reports messages per second of processor time, the median and the 99th
// of a hundred texts by the best of several runs of each, and how many times
// as long a scan of the same bytes takes.
func bench(b *testing.B, f func(string, language.Context)) {
	texts := benchTexts(b)
	best := make([]time.Duration, len(texts))
	for i := range best {
		best[i] = time.Hour
	}
	for range 5 {
		for i := range texts {
			start := time.Now()
			f(texts[i].text, texts[i].c)
			best[i] = min(best[i], time.Since(start))
		}
	}
	floor := scanTime(texts)
	b.ResetTimer()
	start := cpu()
	n := 0
	for b.Loop() {
		t := &texts[n%len(texts)]
		f(t.text, t.c)
		n++
	}
	each := (cpu() - start).Seconds() / float64(n)
	slices.SortFunc(best, cmp.Compare[time.Duration])
	b.ReportMetric(1/each, "messages/s/core")
	b.ReportMetric(float64(best[len(best)/2].Nanoseconds())/1e3, "p50-µs")
	b.ReportMetric(float64(best[len(best)*99/100].Nanoseconds())/1e3, "p99-µs")
	b.ReportMetric(each/floor, "x-scan")
}

var spaces int

// scanTime is the mean time, in seconds, of reading a text's bytes and no more.
func scanTime(texts []benchText) float64 {
	start, n := cpu(), 0
	for cpu()-start < 50*time.Millisecond {
		for i := range texts {
			for k := range len(texts[i].text) {
				if texts[i].text[k] == ' ' {
					spaces++
				}
			}
		}
		n += len(texts)
	}
	return (cpu() - start).Seconds() / float64(n)
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

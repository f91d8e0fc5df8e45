// Package bench measures package language beside another open engine. It is a
// module of its own, so that the other engine stays out of the product.
package bench

import (
	"syscall"
	"testing"
	"time"

	"github.com/olebedev/when"
	"github.com/olebedev/when/rules/common"
	"github.com/olebedev/when/rules/en"

	"function/shared/language"
	"function/shared/language/corpus"
)

type sample struct {
	text string
	now  time.Time
}

// samples are the English texts of the corpus.
func samples(b *testing.B) []sample {
	cases, err := corpus.Load()
	if err != nil {
		b.Fatal(err)
	}
	var out []sample
	for i := range cases {
		if cases[i].Lang != "en" || cases[i].Text == "" {
			continue
		}
		now, err := time.Parse("2006-01-02T15:04:05", cases[i].Ref)
		if err != nil {
			now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
		}
		out = append(out, sample{cases[i].Text, now})
	}
	return out
}

// BenchmarkAgainstWhen reads the same texts with both engines: the first date
// in each, and, for Understand, the whole message.
func BenchmarkAgainstWhen(b *testing.B) {
	texts := samples(b)
	w := when.New(nil)
	w.Add(en.All...)
	w.Add(common.All...)
	theirs := measure(texts, func(s *sample) { _, _ = w.Parse(s.text, s.now) })
	for name, read := range map[string]func(s *sample){
		"Dates":      func(s *sample) { language.Dates(s.text, language.Context{Now: s.now}) },
		"Understand": func(s *sample) { _, _ = language.Understand(s.text, language.Context{Now: s.now}, language.Focus{}) },
	} {
		b.Run(name, func(b *testing.B) {
			ours := 0.0
			for b.Loop() {
				ours = measure(texts, read)
			}
			b.ReportMetric(1/ours, "messages/s/core")
			b.ReportMetric(1/theirs, "when-messages/s/core")
			b.ReportMetric(theirs/ours, "x-when")
		})
	}
}

// measure is the processor time of a text, in seconds, over several passes.
func measure(texts []sample, read func(*sample)) float64 {
	start, n := cpu(), 0
	for cpu()-start < 300*time.Millisecond {
		for i := range texts {
			read(&texts[i])
		}
		n += len(texts)
	}
	return (cpu() - start).Seconds() / float64(n)
}

// cpu is the processor time used so far.
func cpu() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

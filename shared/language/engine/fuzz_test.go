package engine

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"function/shared/language/civil"
)

func FuzzReadings(f *testing.F) {
	for _, s := range []string{
		"pay rent every month on the 1st at 9am, remind me 2 days before", "from 3 to 5 on nov 30", "1 1 1 1 1 1", "12/31/2026-1/2/2027",
		"every day at 9 and 10 and 11 until june except may", "2016-02-01T07:00:00+02:00", "the last last last friday of of", "\xff 3pm",
		"99999999999999999999 days ago", "in 1.5 years and 3 months", "every 2nd and 3rd and last mon of each quarter",
	} {
		f.Add(s, int64(1700000000), "en")
	}
	f.Fuzz(func(t *testing.T, text string, unix int64, lang string) {
		if len(text) > 4096 {
			return
		}
		now := civil.Of(time.Unix(unix%4e9, 0).UTC())
		p := Parse(text, Get(lang), Settings{Now: now, WeekStart: int(uint64(unix) % 8)})
		defer p.Release()
		at := 0
		for _, r := range p.Readings(nil) {
			if r.From < at || r.To <= r.From || r.To > len(p.Tokens) {
				t.Fatalf("reading at %d to %d after %d in %q", r.From, r.To, at, text)
			}
			at = r.To
			p.Why(&r)
			switch r.Kind {
			case KindRecur:
				if x, ok := p.Recurrence(&r); ok && (!x.Start.Valid() || !strings.HasPrefix(x.RRULE, "FREQ=")) {
					t.Fatalf("%q gives %+v", text, x)
				}
			case KindWhen:
				if !r.Start.Valid() || r.HasEnd && r.End.Before(r.Start) {
					t.Fatalf("%q gives %v to %v", text, r.Start, r.End)
				}
			}
		}
	})
}

// The work grows with the length of the text and no faster.
func TestWorkIsLinear(t *testing.T) {
	t.Parallel()
	for _, piece := range []string{"1 ", "every ", "on monday and ", "3-5 ", "from ", "the first ", "12/12/12 ", "march 1 2 3 ", "in 2 days ", "last last ", "a", "(", "'s "} {
		items := func(n int) int {
			p := Parse(strings.Repeat(piece, n/len(piece)), Get("en"), Settings{Now: civil.Date(2026, 11, 23)})
			defer p.Release()
			return len(p.items) + len(p.kids)
		}
		short, long := items(1024), items(4096)
		require.LessOrEqual(t, long, 5*short+1000, "%q", piece)
	}
}

// Relative phrases agree with arithmetic at every moment: month ends, year
// ends, leap days.
func TestRelativePhrasesAtEveryDate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := civil.FromDays(rapid.IntRange(civil.Date(1970, 1, 1).Days(), civil.Date(2099, 1, 1).Days()).Draw(t, "day")).
			At(rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute"), 0)
		n := rapid.IntRange(1, 60).Draw(t, "n")
		number := itoa(n)
		today := now.Midnight()
		monday := today.Floor(civil.Week, 1)
		for text, want := range map[string]civil.DateTime{
			"in " + number + " days":          now.AddDays(n),
			number + " days ago":              now.AddDays(-n),
			"in " + number + " weeks":         now.AddDays(7 * n),
			"in " + number + " months":        now.AddMonths(n),
			number + " months ago":            now.AddMonths(-n),
			"in " + number + " years":         now.AddMonths(12 * n),
			"in " + number + " hours":         now.Add(n, civil.Hour),
			"in " + number + " minutes":       now.Add(n, civil.Minute),
			"tomorrow":                        today.AddDays(1),
			"yesterday":                       today.AddDays(-1),
			"the day after tomorrow":          today.AddDays(2),
			"next week":                       monday.AddDays(7),
			"last week":                       monday.AddDays(-7),
			"next month":                      civil.Date(now.Year, now.Month, 1).AddMonths(1),
			"last month":                      civil.Date(now.Year, now.Month, 1).AddMonths(-1),
			"next year":                       civil.Date(now.Year+1, 1, 1),
			"next friday":                     monday.AddDays(7 + 4),
			"the last day of the month":       civil.Date(now.Year, now.Month, civil.DaysIn(now.Year, now.Month)),
			"the last day of next month":      civil.Date(now.Year, now.Month, 1).AddMonths(2).AddDays(-1),
			"tomorrow at 5pm":                 today.AddDays(1).At(17, 0, 0),
			"the first day of next month":     civil.Date(now.Year, now.Month, 1).AddMonths(1),
			number + " days from tomorrow":    today.AddDays(n + 1),
			number + " weeks after yesterday": today.AddDays(7*n - 1),
		} {
			p := Parse(text, Get("en"), Settings{Now: now, WeekStart: 1})
			rs := p.Readings(nil)
			if len(rs) != 1 || rs[0].Start != want {
				t.Fatalf("%s at %s: want %s, got %+v", text, now, want, rs)
			}
			p.Release()
		}
	})
}

func itoa(n int) string {
	if n >= 10 {
		return itoa(n/10) + string(rune('0'+n%10))
	}
	return string(rune('0' + n))
}

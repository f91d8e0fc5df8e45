package words

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"function/shared/recurrence"
)

// Any rule is said in any language: no hole of a template is left, and rules that
// differ in one part are not said alike.
func TestAnyRuleIsSaid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := anyRule(t)
		if r.Check() != nil {
			t.Skip("no rule")
		}
		o := Options{WeekStart: time.Weekday(rapid.IntRange(0, 6).Draw(t, "week start")), FromCompletion: rapid.Bool().Draw(t, "completion")}
		for tag := range phrasebooks {
			o.Language = tag
			text, err := Rule(r.String(), o)
			if errors.Is(err, recurrence.ErrNever) {
				t.Skip("never happens")
			}
			if err != nil {
				t.Fatalf("%s: %v", r, err)
			}
			if text == "" || strings.ContainsAny(text, "{}%") || strings.Contains(text, "  ") || strings.TrimSpace(text) != text {
				t.Fatalf("%s in %s: %q", r, tag, text)
			}
			counted := r
			counted.Count, counted.Until = r.Count+1, recurrence.Until{}
			other, err := Rule(counted.String(), o)
			if err != nil || other == text {
				t.Fatalf("%s and %s are both %q in %s (%v)", r, counted, text, tag, err)
			}
		}
	})
}

func anyRule(t *rapid.T) recurrence.Rule {
	list := func(name string, low, high int) []int {
		if !rapid.Bool().Draw(t, name+"?") {
			return nil
		}
		return rapid.SliceOfN(rapid.IntRange(low, high), 1, 5).Draw(t, name)
	}
	r := recurrence.Rule{
		Freq: recurrence.Freq(rapid.IntRange(1, 7).Draw(t, "freq")), Interval: rapid.IntRange(1, 40).Draw(t, "interval"),
		Count: rapid.IntRange(0, 50).Draw(t, "count"), BySecond: list("seconds", 0, 60), ByMinute: list("minutes", 0, 59),
		ByHour: list("hours", 0, 23), ByMonthDay: list("days", -31, 31), ByYearDay: list("year days", -366, 366),
		ByWeekNo: list("weeks", -53, 53), ByMonth: list("months", 1, 12), BySetPos: list("positions", -366, 366),
		WeekStart: recurrence.Weekday(rapid.IntRange(0, 6).Draw(t, "wkst")), Skip: recurrence.Skip(rapid.IntRange(0, 2).Draw(t, "skip")),
	}
	for _, n := range list("weekdays", 0, 6) {
		nth := 0
		if r.Freq >= recurrence.Monthly && len(r.ByWeekNo) == 0 {
			nth = rapid.IntRange(-53, 53).Draw(t, "nth")
		}
		r.ByDay = append(r.ByDay, recurrence.WeekdayNum{N: nth, Day: recurrence.Weekday(n)})
	}
	if rapid.Bool().Draw(t, "only everyday parts") {
		r.ByWeekNo, r.ByYearDay = nil, nil
	}
	rule, err := recurrence.Parse(r.String())
	if err != nil {
		return recurrence.Rule{}
	}
	return rule
}

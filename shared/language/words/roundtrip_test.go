package words_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"function/shared/language"
	"function/shared/language/corpus"
	"function/shared/language/words"
	"function/shared/recurrence"
)

// languages are those that are read back.
var languages = []string{"en", "de", "es", "fr", "pt", "it"}

var now = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// occurrences are the first 20 of a rule from now on.
func occurrences(t require.TestingT, rule string) []string {
	r, err := recurrence.Parse(rule)
	require.NoError(t, err, rule)
	start := recurrence.SlotAt(now, time.UTC)
	r = r.Anchored(start)
	list, err := recurrence.Set{Start: start, Rule: &r}.Between(now, now.AddDate(100, 0, 0), 20)
	require.NoError(t, err, rule)
	var out []string
	for _, o := range list {
		out = append(out, o.Slot.String())
	}
	return out
}

// read reads words back; the clock time of the start goes into the rule.
func read(t require.TestingT, text, tag string) string {
	found := language.Recurrences(text, language.Context{
		Now: now, Language: tag, WeekStart: time.Monday, DayFirst: tag != "en",
	})
	require.Len(t, found, 1, text)
	require.Equal(t, language.Span{End: len(text)}, found[0].Span, "all of %q is read", text)
	r := found[0]
	for _, part := range []string{"BYHOUR", "HOURLY", "MINUTELY", "SECONDLY"} {
		if strings.Contains(r.RRULE, part) {
			return r.RRULE
		}
	}
	if !r.Start.HasTime {
		return r.RRULE
	}
	return fmt.Sprintf("%s;BYHOUR=%d;BYMINUTE=%d", r.RRULE, r.Start.Start.Hour, r.Start.Start.Minute)
}

func requireRoundTrip(t require.TestingT, rule, tag string) {
	text, err := words.Rule(rule, words.Options{Language: tag, WeekStart: time.Monday})
	require.NoError(t, err, rule)
	back := read(t, text, tag)
	require.Equal(t, occurrences(t, rule), occurrences(t, back), "%s\nsaid as %q\nread as %s", rule, text, back)
}

// Rules that use every part of RFC 5545 come back with the same occurrences.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rules := []string{
		"FREQ=DAILY;INTERVAL=3;BYMONTH=1,12", "FREQ=DAILY;BYHOUR=6,9,17;BYMINUTE=30", "FREQ=DAILY;BYHOUR=10,11,12", "FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=5",
		"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU;COUNT=9", "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,WE;BYMONTH=2",
		"FREQ=MONTHLY;BYDAY=TU,WE,TH;BYSETPOS=1,-1", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "FREQ=MONTHLY;BYMONTH=1;BYSETPOS=1", "FREQ=DAILY;BYHOUR=0;BYMINUTE=0;BYSETPOS=1", "FREQ=WEEKLY;BYHOUR=9;BYMINUTE=0;BYSETPOS=1", "FREQ=SECONDLY;BYYEARDAY=-4,-2,-1;BYHOUR=0",
		"FREQ=MONTHLY;BYMONTHDAY=30;SKIP=FORWARD", "FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD", "FREQ=MONTHLY;BYMONTHDAY=1,-1,-7", "FREQ=MONTHLY;INTERVAL=5;BYDAY=1SU,-4MO,5TU",
		"FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=5", "FREQ=YEARLY;BYMONTH=1,3;BYMONTHDAY=5,7;COUNT=3", "FREQ=YEARLY;BYMONTH=3,6,9,12;BYDAY=-1FR", "FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=1",
		"FREQ=YEARLY;BYDAY=20MO,-2FR", "FREQ=YEARLY;BYYEARDAY=1,200,-97,-1", "FREQ=YEARLY;BYWEEKNO=1,20,-1;BYDAY=MO,SA", "FREQ=YEARLY;INTERVAL=2;BYMONTH=1;BYDAY=SU;BYHOUR=8,9;BYMINUTE=30",
		"FREQ=HOURLY;INTERVAL=2;BYHOUR=9,10,11,12;BYMINUTE=0,30", "FREQ=HOURLY;BYHOUR=9,12;BYDAY=TU,FR;BYMONTHDAY=1,2,3,4,5,6,7", "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11",
		"FREQ=WEEKLY;BYDAY=WE,SU;BYHOUR=0,15,18,19;BYMINUTE=30,45", "FREQ=YEARLY;BYMONTH=8,10,11;BYMONTHDAY=31", "FREQ=YEARLY;INTERVAL=5;BYMONTHDAY=25", "FREQ=YEARLY;INTERVAL=4;BYMONTHDAY=24,25,-3;BYHOUR=18,21;BYMINUTE=0",
		"FREQ=DAILY;BYHOUR=1,4,8,15,20;BYMINUTE=5,30", "FREQ=WEEKLY;INTERVAL=12;BYMONTH=5;BYDAY=WE,FR,SA;BYHOUR=4,5,6,8;BYMINUTE=15,35",
		"FREQ=DAILY;UNTIL=20261224", "FREQ=DAILY;BYHOUR=17;BYMINUTE=30;UNTIL=20261124T173000Z", "FREQ=HOURLY;UNTIL=20261124T020000",
	}
	for _, tag := range languages {
		for _, rule := range rules {
			t.Run(tag+" "+rule, func(t *testing.T) { requireRoundTrip(t, rule, tag) })
		}
	}
}

// So do the rules of the corpus, in every language.
func TestRoundTripCorpus(t *testing.T) {
	t.Parallel()
	cases, err := corpus.Load()
	require.NoError(t, err)
	rules := map[string]bool{}
	for _, c := range cases {
		if c.RRULE != "" && !strings.Contains(c.RRULE, "UNTIL=") && len(occurrences(t, c.RRULE)) > 0 {
			rules[c.RRULE] = true // an end may be past by now
		}
	}
	require.NotEmpty(t, rules)
	for _, tag := range languages {
		for rule := range rules {
			t.Run(tag+" "+rule, func(t *testing.T) { requireRoundTrip(t, rule, tag) })
		}
	}
}

// Random everyday rules come back with the same occurrences.
func TestRoundTripEveryday(t *testing.T) {
	t.Parallel()
	for _, tag := range languages {
		t.Run(tag, rapid.MakeCheck(func(t *rapid.T) {
			if rule := everyday(t); len(occurrences(t, rule)) > 0 { // some end before a fifth Monday comes
				requireRoundTrip(t, rule, tag)
			}
		}))
	}
}

// Any rule that RFC 5545 allows and that ever happens comes back with the same first 200
// occurrences, however its parts are mixed.
func TestRoundTripAny(t *testing.T) {
	t.Parallel()
	start := recurrence.SlotAt(now, time.UTC)
	for _, tag := range languages {
		t.Run(tag, rapid.MakeCheck(func(t *rapid.T) {
			rule := anyMix(t)
			r, err := recurrence.Parse(rule)
			if err != nil {
				t.Skip("no rule")
			}
			want, err := first200(r, start)
			if errors.Is(err, recurrence.ErrBudget) {
				t.Skip("the last of that many times is too far to find")
			}
			require.NoError(t, err, rule)
			if len(want) == 0 {
				t.Skip("nothing from this start on")
			}
			text, err := words.Rule(rule, words.Options{Language: tag, WeekStart: time.Monday})
			require.NoError(t, err, rule)
			back := read(t, text, tag)
			again, err := recurrence.Parse(back)
			require.NoError(t, err, back)
			got, err := first200(again, start)
			require.NoError(t, err, back)
			require.Equal(t, want, got, "%s\nsaid as %q\nread as %s", rule, text, back)
		}))
	}
}

// first200 are the first occurrences of a rule that starts at start, or ErrBudget where an
// end by COUNT is refused: its last time would take too long to find.
func first200(r recurrence.Rule, start recurrence.Slot) ([]string, error) {
	r = r.Anchored(start)
	schedule, err := recurrence.Set{Start: start, Rule: &r}.Compile()
	if err != nil {
		return nil, err
	}
	var out []string
	for o, err := range schedule.All() {
		if err != nil || len(out) == 200 {
			break
		}
		out = append(out, o.Slot.String())
	}
	return out, nil
}

// anyMix draws a rule with any of the parts, each with any numbers.
func anyMix(t *rapid.T) string {
	rule := "FREQ=" + rapid.SampledFrom([]string{"SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"}).Draw(t, "freq")
	rarely := rapid.IntRange(1, 6).Draw(t, "parts are one in")
	some := func(part string) bool { return rapid.IntRange(1, rarely).Draw(t, part+"?") == 1 }
	list := func(part string, low, high, most int) {
		if !some(part) {
			return
		}
		numbers := rapid.SliceOfN(rapid.IntRange(low, high).Filter(func(n int) bool { return n != 0 || low == 0 }), 1, most).Draw(t, part)
		rule += ";" + part + "=" + strings.Trim(strings.ReplaceAll(fmt.Sprint(numbers), " ", ","), "[]")
	}
	list("INTERVAL", 1, rapid.SampledFrom([]int{2, 20, 3000}).Draw(t, "longest interval"), 1)
	list("BYMONTH", 1, 12, 6)
	if strings.Contains(rule, "YEARLY") {
		list("BYWEEKNO", -53, 53, 4)
	}
	list("BYYEARDAY", -366, 366, 12)
	list("BYMONTHDAY", -31, 31, 8)
	if some("BYDAY") {
		var days []string
		for range rapid.IntRange(1, 6).Draw(t, "weekdays") {
			day := rapid.SampledFrom(weekdays).Draw(t, "weekday")
			if n := rapid.SampledFrom([]int{0, 0, 0, 1, 3, 5, -1, -2, -5, 20, -40}).Draw(t, "number"); n != 0 {
				day = fmt.Sprint(n) + day
			}
			days = append(days, day)
		}
		rule += ";BYDAY=" + strings.Join(days, ",")
	}
	list("BYHOUR", 0, 23, 8)
	list("BYMINUTE", 0, 59, 8)
	list("BYSECOND", 0, 59, 5)
	list("BYSETPOS", -12, 12, 4)
	if some("WKST") {
		rule += ";WKST=" + rapid.SampledFrom(weekdays).Draw(t, "week start")
	}
	if some("SKIP") {
		rule += ";RSCALE=GREGORIAN;SKIP=" + rapid.SampledFrom([]string{"OMIT", "FORWARD", "BACKWARD"}).Draw(t, "missing days")
	}
	switch rapid.IntRange(0, 3).Draw(t, "end") {
	case 1:
		rule += fmt.Sprintf(";COUNT=%d", rapid.SampledFrom([]int{1, 2, 30, 20000}).Draw(t, "count"))
	case 2:
		rule += fmt.Sprintf(";UNTIL=%d%02d%02dT%02d%02d%02dZ", rapid.IntRange(2027, 2050).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day"),
			rapid.IntRange(0, 23).Draw(t, "until hour"), rapid.IntRange(0, 59).Draw(t, "until minute"), rapid.SampledFrom([]int{0, 0, 59, 30}).Draw(t, "until second"))
	}
	return rule
}

// A rule that no date fits is refused, and the reason told.
func TestNeverHappens(t *testing.T) {
	t.Parallel()
	for _, rule := range []string{"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31", "FREQ=YEARLY;BYWEEKNO=30;BYMONTH=1", "FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=2"} {
		_, err := words.Rule(rule, words.Options{})
		require.ErrorIs(t, err, recurrence.ErrNever, rule)
	}
	for _, rule := range []string{"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=YEARLY;BYWEEKNO=53", "FREQ=YEARLY;BYMONTH=1;BYWEEKNO=1,53"} {
		_, err := words.Rule(rule, words.Options{})
		require.NoError(t, err, rule)
	}
}

// Words after a rule said clause by clause, and letters of the other case, do no harm.
func TestClausesAmongWords(t *testing.T) {
	t.Parallel()
	c, ok := words.ReadClauses("By the rule: every 2 Months; weekdays: friday no. 2, Monday no. 1 from the end; hours: 9 to 11, 17, then tea", "en-GB")
	require.True(t, ok)
	require.Equal(t, "FREQ=MONTHLY;INTERVAL=2;BYDAY=2FR,-1MO;BYHOUR=9,10,11,17", c.Rule.String())
	require.Equal(t, len("By the rule: every 2 Months; weekdays: friday no. 2, Monday no. 1 from the end; hours: 9 to 11, 17"), c.Length)
	for _, text := range []string{"", "by the rule:", "by the rule: never", "by the rule: every 0 days"} {
		_, ok := words.ReadClauses(text, "en")
		require.False(t, ok, text)
	}
}

var weekdays = []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

// everyday draws a rule that a person may want.
func everyday(t *rapid.T) string {
	numbers := func(label string, low, high, most int) string {
		list := rapid.SliceOfNDistinct(rapid.IntRange(low, high).Filter(func(n int) bool { return n != 0 || low == 0 }), 1, most, rapid.ID[int]).Draw(t, label)
		return strings.Trim(strings.ReplaceAll(fmt.Sprint(list), " ", ","), "[]")
	}
	some := func(list []string, most int, label string) string {
		return strings.Join(rapid.SliceOfNDistinct(rapid.SampledFrom(list), 1, most, rapid.ID[string]).Draw(t, label), ",")
	}
	var nth []string
	for _, n := range []string{"1", "2", "3", "4", "5", "-1", "-2"} {
		for _, d := range weekdays {
			nth = append(nth, n+d)
		}
	}
	rule := "FREQ=" + rapid.SampledFrom([]string{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}).Draw(t, "freq")
	if n := rapid.SampledFrom([]int{1, 1, 2, 3, 4, 6, 10, 18}).Draw(t, "interval"); n > 1 {
		rule += fmt.Sprintf(";INTERVAL=%d", n)
	}
	switch {
	case strings.Contains(rule, "WEEKLY"):
		if rapid.Bool().Draw(t, "days") {
			rule += ";BYDAY=" + some(weekdays, 7, "weekdays")
		}
	case strings.Contains(rule, "MONTHLY"):
		switch rapid.IntRange(0, 3).Draw(t, "sort") {
		case 0:
			rule += ";BYMONTHDAY=" + numbers("days", -5, 31, 4)
		case 1:
			rule += ";BYDAY=" + some(nth, 3, "nth")
		case 2:
			rule += ";BYDAY=MO,TU,WE,TH,FR;BYSETPOS=" + numbers("position", -2, 3, 1)
		}
	case strings.Contains(rule, "YEARLY"):
		switch rapid.IntRange(0, 3).Draw(t, "sort") {
		case 0:
			rule += ";BYMONTH=" + numbers("months", 1, 12, 3) + ";BYMONTHDAY=" + numbers("days", 1, 28, 2)
		case 1:
			rule += ";BYMONTH=" + numbers("months", 1, 12, 2) + ";BYDAY=" + some(nth, 2, "nth")
		case 2:
			rule += ";BYWEEKNO=" + numbers("weeks", 1, 52, 2) + ";BYDAY=" + some(weekdays, 2, "weekdays")
		}
	}
	if rapid.Bool().Draw(t, "timed") {
		rule += fmt.Sprintf(";BYHOUR=%d;BYMINUTE=%d", rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute"))
	}
	switch rapid.IntRange(0, 2).Draw(t, "end") {
	case 1:
		rule += fmt.Sprintf(";COUNT=%d", rapid.IntRange(1, 30).Draw(t, "count"))
	case 2:
		rule += fmt.Sprintf(";UNTIL=%d%02d%02d", rapid.IntRange(2032, 2050).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day"))
	}
	return rule
}

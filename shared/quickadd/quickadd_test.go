package quickadd_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/language"
	"function/shared/language/civil"
	"function/shared/quickadd"
	"function/shared/todo"
)

// Monday, 23 November 2026, 18:30 in Paris.
var now = time.Date(2026, 11, 23, 17, 30, 0, 0, time.UTC)

func paris() todo.Preferences {
	p := todo.DefaultPreferences("ada")
	p.TimeZone = "Europe/Paris"
	return p
}

func TestTheSentenceOfTheFrontPage(t *testing.T) {
	tasks, err := quickadd.Parse("pay rent every month on the 1st at 9am, remind me 2 days before #home !high", paris(), now)
	require.NoError(t, err)
	require.Equal(t, []todo.NewTask{{
		Title: "pay rent", Priority: todo.PriorityHigh, Tags: []string{"home"},
		Due:        &todo.NewDue{Date: "2026-12-01", Time: "09:00", Zone: "Europe/Paris"},
		Reminders:  []todo.NewReminder{{Before: &todo.Before{Days: 2}}},
		Recurrence: &todo.NewRecurrence{Rule: "FREQ=MONTHLY;BYMONTHDAY=1"},
	}}, tasks)
}

func TestWhatCannotBeReadIsRefused(t *testing.T) {
	for _, text := range []string{"", " \n", strings.Repeat("a", language.MaxInput+1)} {
		_, err := quickadd.Parse(text, paris(), now)
		var refused *todo.Error
		require.ErrorAs(t, err, &refused)
		require.Equal(t, todo.CodeInvalid, refused.Code)
		require.Equal(t, "/text", refused.Fields[0].Pointer)
	}
}

func TestDues(t *testing.T) {
	end := func(y, m, d int) *civil.DateTime { e := civil.Date(y, m, d); return &e }
	for name, c := range map[string]struct {
		when language.When
		want todo.NewDue
	}{
		"a date":                    {language.When{Start: civil.Date(2026, 12, 1)}, todo.NewDue{Date: "2026-12-01"}},
		"a time":                    {language.When{Start: civil.Date(2026, 12, 1).At(9, 5, 0), HasTime: true}, todo.NewDue{Date: "2026-12-01", Time: "09:05"}},
		"seconds":                   {language.When{Start: civil.Date(2026, 12, 1).At(9, 5, 30), HasTime: true}, todo.NewDue{Date: "2026-12-01", Time: "09:05:30"}},
		"next week":                 {language.When{Start: civil.Date(2026, 11, 30), End: end(2026, 12, 7)}, todo.NewDue{Date: "2026-11-30"}},
		"this month, begun already": {language.When{Start: civil.Date(2026, 11, 1), End: end(2026, 12, 1)}, todo.NewDue{Date: "2026-11-30"}},
		"last week stays past":      {language.When{Start: civil.Date(2026, 11, 9), End: end(2026, 11, 16)}, todo.NewDue{Date: "2026-11-09"}},
		"before Friday":             {language.When{Start: civil.Date(2026, 11, 27), Relation: language.Before}, todo.NewDue{Date: "2026-11-26"}},
		"before today":              {language.When{Start: civil.Date(2026, 11, 23), Relation: language.Before}, todo.NewDue{Date: "2026-11-23"}},
		"after Friday":              {language.When{Start: civil.Date(2026, 11, 27), Relation: language.After}, todo.NewDue{Date: "2026-11-28"}},
		"after next week":           {language.When{Start: civil.Date(2026, 11, 30), End: end(2026, 12, 7), Relation: language.After}, todo.NewDue{Date: "2026-12-07"}},
		"until next week":           {language.When{Start: civil.Date(2026, 11, 30), End: end(2026, 12, 7), Relation: language.Until}, todo.NewDue{Date: "2026-12-06"}},
		"another zone":              {language.When{Start: civil.Date(2026, 12, 1).At(9, 0, 0), HasTime: true, Zone: "Asia/Tokyo"}, todo.NewDue{Date: "2026-12-01", Time: "09:00", Zone: "Asia/Tokyo"}},
		"an offset":                 {language.When{Start: civil.Date(2026, 12, 1).At(1, 0, 0), HasTime: true, Zone: "+05:30"}, todo.NewDue{Date: "2026-11-30", Time: "20:30"}},
		"no zone at all":            {language.When{Start: civil.Date(2026, 12, 1).At(1, 0, 0), HasTime: true, Zone: "Mars/Base"}, todo.NewDue{Date: "2026-12-01", Time: "01:00"}},
	} {
		if c.want.Zone == "" {
			c.want.Zone = "Europe/Paris"
		}
		require.Equal(t, &c.want, quickadd.For(paris(), now).Due(c.when), name)
	}
}

func TestReminders(t *testing.T) {
	clock := 9 * 60
	list, err := quickadd.For(paris(), now).Reminders([]language.Reminder{
		{Before: 48 * time.Hour}, {Before: 90 * time.Minute, Repeat: 10 * time.Minute}, {}, {Days: 1, Clock: &clock},
		{At: &language.When{Start: civil.Date(2026, 11, 24).At(8, 0, 0), HasTime: true}},
		{At: &language.When{Start: civil.Date(2026, 11, 24)}},
		{At: &language.When{Start: civil.Date(2026, 11, 23)}}, // today, and 9:00 is past
	})
	require.NoError(t, err)
	at := func(d, h, m int) *time.Time { t := time.Date(2026, 11, d, h, m, 0, 0, time.UTC); return &t }
	require.Equal(t, []todo.NewReminder{
		{Before: &todo.Before{Days: 2}},
		{Before: &todo.Before{Duration: 90 * time.Minute}, Repeat: 10 * time.Minute},
		{Before: &todo.Before{}},
		{Before: &todo.Before{Days: 1, Clock: "09:00"}},
		{At: at(24, 7, 0)}, {At: at(24, 8, 0)}, {At: at(23, 18, 30)},
	}, list)
}

func TestSeveralTimesADay(t *testing.T) {
	rec := func(times ...int) language.Draft {
		return language.Draft{Title: "pill", Recurrence: &language.Recurrence{
			RRULE: "FREQ=DAILY", Times: times, Start: &language.When{Start: civil.Date(2026, 11, 24).At(9, 0, 0), HasTime: true}}}
	}
	tasks, _, err := quickadd.For(paris(), now).Tasks(rec(9*60, 17*60))
	require.NoError(t, err)
	require.Len(t, tasks, 1)
	require.Equal(t, "FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0", tasks[0].Recurrence.Rule)
	tasks, _, err = quickadd.For(paris(), now).Tasks(rec(9*60, 17*60+30))
	require.NoError(t, err)
	require.Len(t, tasks, 2)
	require.Equal(t, "17:30", tasks[1].Due.Time)
}

func TestNestedItemsAreSubtasks(t *testing.T) {
	tasks, err := quickadd.Parse("- shopping\n  - milk\n  - bread", paris(), now)
	require.NoError(t, err)
	require.Len(t, tasks, 1)
	require.Equal(t, "shopping", tasks[0].Title)
	require.Equal(t, []todo.NewTask{{Title: "milk"}, {Title: "bread"}}, tasks[0].Subtasks)
}

func TestLeftOutDatesAreKept(t *testing.T) {
	tasks, err := quickadd.Parse("stand-up every day at 9 except december 24", paris(), now)
	require.NoError(t, err)
	require.Len(t, tasks, 1)
	require.Equal(t, []string{"2026-12-24"}, tasks[0].Recurrence.Except)
}

func TestWhetherTheDayComesFirst(t *testing.T) {
	for _, c := range []struct {
		language, zone string
		dayFirst       bool
	}{
		{"en", "America/New_York", false}, {"en-US", "Europe/Paris", false}, {"en-GB", "America/New_York", true},
		{"en", "Europe/Paris", true}, {"de", "America/New_York", true}, {"zh-Hant-TW", "Asia/Taipei", true}, {"en", "", false}, {"en", "Mars/Base", false},
	} {
		context := quickadd.For(todo.Preferences{Language: c.language, TimeZone: c.zone, WeekStart: "monday"}, now).Context()
		require.Equal(t, c.dayFirst, context.DayFirst, c)
		require.Equal(t, time.Monday, context.WeekStart)
	}
}

// What a person may set changes what their words mean, as the table of conventions says.
func TestConventionsThatAPersonMayChange(t *testing.T) {
	t.Parallel()
	set := todo.Preferences{TimeZone: "Europe/Paris", Language: "en", WeekStart: "monday"}
	due := func(p todo.Preferences, phrase string) string {
		tasks, err := quickadd.Parse("call Ann "+phrase, p, time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC))
		require.NoError(t, err)
		require.NotNil(t, tasks[0].Due, phrase)
		return tasks[0].Due.Date + "T" + tasks[0].Due.Time
	}
	for _, c := range []struct {
		phrase, usual, own string
		change             func(*todo.Preferences)
	}{
		{"on 3/4/2027", "2027-04-03", "2027-03-04", func(p *todo.Preferences) { p.DateOrder = todo.MonthFirst }},
		{"next week", "2026-11-30", "2026-11-29", func(p *todo.Preferences) { p.WeekStart = "sunday" }},
		{"tomorrow morning", "T08:00", "T06:00", func(p *todo.Preferences) { p.Parts.Morning = "06:00" }},
		{"tomorrow afternoon", "T12:00", "T14:00", func(p *todo.Preferences) { p.Parts.Afternoon = "14:00" }},
		{"tomorrow evening", "T18:00", "T17:00", func(p *todo.Preferences) { p.Parts.Evening = "17:00" }},
		{"tomorrow night", "T20:00", "T22:00", func(p *todo.Preferences) { p.Parts.Night = "22:00" }},
	} {
		own := set
		c.change(&own)
		require.Contains(t, due(set, c.phrase), c.usual, c.phrase)
		require.Contains(t, due(own, c.phrase), c.own, c.phrase)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("pay rent every month on the 1st at 9am, remind me 2 days before #home !high")
	f.Add("- a\n  - b tomorrow 25:00 +99:99")
	f.Fuzz(func(_ *testing.T, text string) { _, _ = quickadd.Parse(text, paris(), now) })
}

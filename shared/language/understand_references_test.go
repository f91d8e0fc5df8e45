package language_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"function/shared/language"
)

// talking is a conversation in which three tasks were shown, the second of
// which was the last one spoken of.
var talking = language.Focus{Listed: []string{"pay rent", "see the dentist", "buy milk"}, It: []int{1}}

func asked() language.Focus {
	f := talking
	f.Pending = language.Delete
	return f
}

func only(t *testing.T, text string, f language.Focus) language.Act {
	t.Helper()
	u, err := language.Understand(text, now(), f)
	require.NoError(t, err, text)
	require.Len(t, u.Acts, 1, text)
	return u.Acts[0]
}

func TestReferences(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]language.Target{
		"complete it":                         {Pronoun: "it"},
		"delete that":                         {Pronoun: "it"},
		"complete this one":                   {Pronoun: "it"},
		"complete them":                       {Pronoun: "them"},
		"delete those":                        {Pronoun: "them"},
		"delete both":                         {Pronoun: "them"},
		"complete all of them":                {Pronoun: "them"},
		"complete the second one":             {Ordinals: []int{2}},
		"complete the last one":               {Ordinals: []int{-1}},
		"complete number 3":                   {Ordinals: []int{3}},
		"complete 1 and 3":                    {Ordinals: []int{1, 3}},
		"complete the first and the third":    {Ordinals: []int{1, 3}},
		"complete the first two":              {Ordinals: []int{1, 2}},
		"delete the last two":                 {Ordinals: []int{-2, -1}},
		"delete the dentist one":              {Words: "dentist"},
		"complete the one about rent":         {Words: "rent"},
		"complete \"pay rent\"":               {Words: "pay rent", Quoted: true},
		"could you please complete pay rent?": {Words: "pay rent"},
		"would you mind deleting pay rent":    {Words: "pay rent"},
		"mark pay rent as done":               {Words: "pay rent"},
		"take milk off my list":               {Words: "milk"},
		"delete everything":                   {All: true},
		"delete all tasks":                    {All: true},
	} {
		require.Equal(t, want, only(t, text, talking).Target, text)
	}
	overdue := only(t, "move everything overdue to tomorrow", talking)
	require.True(t, overdue.Target.All && overdue.Target.Filter.Overdue && overdue.Wide)
	require.Nil(t, overdue.Target.Filter.Due, "the day it is moved to is no filter")
	require.Equal(t, "2026-11-24T00:00:00", overdue.Change.Due.Start.String())
	tagged := only(t, "delete all tasks tagged #old", talking)
	require.Equal(t, language.Target{All: true, Filter: language.Filter{Tags: []string{"old"}}}, tagged.Target)
}

func TestAnswersToAQuestion(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]language.Target{
		"the second one":     {Ordinals: []int{2}},
		"second":             {Ordinals: []int{2}},
		"2":                  {Ordinals: []int{2}},
		"the last one":       {Ordinals: []int{-1}},
		"the dentist one":    {Words: "dentist"},
		"the one about rent": {Words: "rent"},
		"dentist":            {Words: "dentist"},
	} {
		a := only(t, text, asked())
		require.Equal(t, language.Choose, a.Intent, text)
		require.Equal(t, want, a.Target, text)
	}
	require.Equal(t, language.Confirm, only(t, "yes please", asked()).Intent)
	require.Equal(t, language.Refuse, only(t, "never mind", asked()).Intent)
	require.Equal(t, language.Unclear, only(t, "the second one", language.Focus{}).Intent, "nothing was shown")
	require.Equal(t, language.Add, only(t, "call Ann tomorrow", asked()).Intent, "a new wish is no answer")
}

func TestChanges(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]language.Shift{
		"push pay rent by two days":         {Days: 2},
		"push back pay rent an hour":        {Seconds: 3600},
		"postpone pay rent by a month":      {Months: 1},
		"bring pay rent forward by a week":  {Days: -7},
		"move pay rent half an hour later":  {Seconds: 1800},
		"move pay rent two hours earlier":   {Seconds: -7200},
		"delay pay rent by 3 days, please!": {Days: 3},
	} {
		a := only(t, text, talking)
		require.Equal(t, language.Reschedule, a.Intent, text)
		require.NotNil(t, a.Change.Shift, text)
		require.Equal(t, want, *a.Change.Shift, text)
		require.Equal(t, "pay rent", a.Target.Words, text)
		require.Nil(t, a.Change.Due, text)
	}
	a := only(t, "reschedule the dentist to friday at 3pm", talking)
	require.Equal(t, "2026-11-27T15:00:00", a.Change.Due.Start.String())
	require.Equal(t, "dentist", a.Target.Words)
	a = only(t, "tag the dentist #health", talking)
	require.Equal(t, []string{"health"}, a.Change.AddTags)
	a = only(t, "make the dentist high priority", talking)
	require.Equal(t, language.High, a.Change.Priority)
	require.Equal(t, language.Edit, a.Intent)
	a = only(t, "repeat the dentist every month", talking)
	require.Equal(t, "FREQ=MONTHLY", a.Change.Recurrence.RRULE)
	a = only(t, "move it to the same time tomorrow", talking)
	require.Equal(t, "2026-11-24T00:00:00", a.Change.Due.Start.String())
	require.False(t, a.Change.Due.HasTime)
}

func TestSettings(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]map[string]string{
		"set my time zone to Europe/Berlin":  {"time_zone": "Europe/Berlin"},
		"set my timezone to new york":        {"time_zone": "America/New_York"},
		"my week starts on Sunday":           {"week_start": "sunday"},
		"quiet hours from 10pm to 7am":       {"quiet_hours": "22:00-07:00"},
		"change my language to german":       {"language": "de"},
		"set my time zone to ../../etc/shed": {"time_zone": ""},
	} {
		a := only(t, text, language.Focus{})
		require.Equal(t, language.Preference, a.Intent, text)
		require.Equal(t, want, a.Preferences, text)
	}
}

func TestSeveralIntents(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]language.Intent{
		"add milk and complete the dentist":                    {language.Add, language.Complete},
		"complete milk, delete the dentist and add call Bob":   {language.Complete, language.Delete, language.Add},
		"undo and add milk":                                    {language.Undo, language.Add},
		"move rent to friday; tag it #home":                    {language.Reschedule, language.Edit},
		"add salt and pepper":                                  {language.Add},
		"buy milk and move the car":                            {language.Add},
		"add \"wash and delete everything\"":                   {language.Add},
		"remind me to call Ann and delete the old photos":      {language.Add},
		"please complete pay rent and then delete buy milk":    {language.Complete, language.Delete},
		"complete pay rent\ndelete buy milk":                   {language.Complete, language.Delete},
		"- buy milk\n- delete the backups\n- call the dentist": {language.Add},
	} {
		u, err := language.Understand(text, now(), talking)
		require.NoError(t, err)
		var got []language.Intent
		for _, a := range u.Acts {
			got = append(got, a.Intent)
		}
		require.Equal(t, want, got, text)
	}
}

// What is polite changes neither the intent nor what is meant.
func TestPoliteWordsChangeNoIntent(t *testing.T) {
	t.Parallel()
	for _, plain := range []string{"complete pay rent", "delete the second one", "move it to friday", "undo", "tag it #x", "push rent by two days", "rename it to pay the landlord"} {
		want := only(t, plain, talking)
		for _, polite := range []string{"please " + plain, plain + " please", "could you " + plain, "can you please " + plain, "hey, " + plain, plain + ", thanks", "I would like you to " + plain, "ok now " + plain} {
			got := only(t, polite, talking)
			require.Equal(t, want.Intent, got.Intent, polite)
			require.Equal(t, want.Target, got.Target, polite)
			require.Equal(t, want.Change.AddTags, got.Change.AddTags, polite)
			require.Equal(t, want.Change.Shift, got.Change.Shift, polite)
			if want.Change.Due != nil {
				require.Equal(t, want.Change.Due.Start, got.Change.Due.Start, polite)
			}
		}
	}
}

// Understand answers everything, within its text, and never changes much
// without saying so.
func TestUnderstandAnswersEverything(t *testing.T) {
	t.Parallel()
	words := strings.Fields(`add complete delete move rename to the all everything overdue it them second one and , . " # x high priority by two days back friday at 5pm every week remind me of
an hour before not don't what is my list tomorrow snooze for undo tag untag make repeat stop from off take i want removed 1 3 2nd : saying note change title call instead on hold skip`)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 14).Draw(t, "words"), " ")
		f := rapid.SampledFrom([]language.Focus{{}, talking, asked()}).Draw(t, "focus")
		u, err := language.Understand(text, now(), f)
		if err != nil || len(u.Acts) == 0 {
			t.Fatalf("%q: %v", text, err)
		}
		for _, a := range u.Acts {
			if a.Intent == "" || a.Confidence <= 0 || a.Confidence > 1 || len(a.Why) == 0 || a.Span.Start < 0 || a.Span.End > len(text) || a.Span.Start > a.Span.End {
				t.Fatalf("%q: %+v", text, a)
			}
			if (a.Target.All || a.Target.Pronoun == "them") && !a.Wide && a.Intent != language.Show && a.Intent != language.Choose && a.Intent != language.Unclear && a.Intent != language.Add {
				t.Fatalf("%q touches several and does not say so: %+v", text, a)
			}
			if a.Intent == language.Add && len(a.Drafts) == 0 {
				t.Fatalf("%q adds nothing", text)
			}
		}
	})
}

// The work is bounded by the length: a message of 4 KiB takes no more than a
// small multiple of eight of 512 bytes.
// It counts steps, not time, and is not parallel: nothing else may work
// meanwhile.
func TestUnderstandIsLinear(t *testing.T) { //nolint:paralleltest // it measures
	for _, lang := range []string{"en", "de", "fr"} {
		for _, word := range []string{
			"to ", "to friday ", "move it to ", "move it to friday, ", "complete x and ", "by two days ", "add the tag ", "the the ", "delete all and ", "\"x\" ", "word ", "every day at 9 and ",
			"and also buy milk ", "buy milk tomorrow and call Ann ", "remind me to eat, ", "- a\n", "  - a\n- b\n", "1 2 3 ", "in 2 days ", "from 3 to 5 ", "tomorrow: a, b, ", "#tag ", "!!! ", "verschiebe es auf freitag, ", "demain, ",
		} {
			c := now()
			c.Language = lang
			steps := func(n int) int64 {
				before := language.Work()
				_, err := language.Understand(strings.Repeat(word, n/len(word)), c, talking)
				require.NoError(t, err)
				return language.Work() - before
			}
			short, long := steps(1024), steps(4096)
			assert.LessOrEqual(t, long, 5*short+2000, "%s %q", lang, word)
		}
	}
}

func FuzzUnderstand(f *testing.F) {
	for _, text := range []string{"complete the first and the third", "move \"it\" to friday", "take off off", "tag #", "would you mind", "add a note to : :", "make weekly", "undo, undo; undo", "set my time zone to", "- \n add", "the the the"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, focus := range []language.Focus{{}, asked()} {
			u, err := language.Understand(text, now(), focus)
			if err == nil && len(u.Acts) == 0 {
				t.Fatalf("%q gives no act", text)
			}
		}
	})
}

package language_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/language"
)

func now() language.Context {
	return language.Context{Now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), WeekStart: time.Monday}
}

func TestUnderstandTellsIntents(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]language.Intent{
		"pay rent every month on the 1st at 9am": language.Add,
		"add a task to call Bob tomorrow":        language.Add,
		"complete pay rent":                      language.Complete,
		"delete the dentist one":                 language.Delete,
		"what do I have to do today?":            language.List,
		"show overdue tasks":                     language.List,
		"undo":                                   language.Undo,
		"how many overdue tasks do I have?":      language.Count,
		"see the dentist on friday":              language.Add,
		"what's the weather tomorrow":            language.OutOfScope,
		"what time is it in Tokyo":               language.DateTime,
		"milk":                                   language.Unclear,
		"move dentist to friday":                 language.Reschedule,
		"help":                                   language.Help,
		"who won the world cup in 1998?":         language.OutOfScope,
	} {
		u, err := language.Understand(text, now(), language.Focus{})
		require.NoError(t, err, text)
		require.Equal(t, want, u.Acts[0].Intent, text)
	}
}

func TestDraftOfTheProductsFirstMessage(t *testing.T) {
	t.Parallel()
	ds, err := language.Drafts("pay rent every month on the 1st at 9am, remind me 2 days before #home !high", now())
	require.NoError(t, err)
	require.Len(t, ds, 1)
	d := ds[0]
	require.Equal(t, "pay rent", d.Title)
	require.Equal(t, "FREQ=MONTHLY;BYMONTHDAY=1", d.Recurrence.RRULE)
	require.Equal(t, "2026-12-01T09:00:00", d.Due.Start.String())
	require.True(t, d.Due.HasTime)
	require.Equal(t, 48*time.Hour, d.Reminders[0].Before)
	require.Equal(t, []string{"home"}, d.Tags)
	require.Equal(t, language.High, d.Priority)
}

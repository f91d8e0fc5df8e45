package language_test

import (
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"function/shared/language"
)

func FuzzDrafts(f *testing.F) {
	for _, m := range messages {
		f.Add(m)
	}
	f.Add("- a\n  - b tomorrow\n- c\n\n1. d; e and also f")
	f.Add("remind me to to to #tag#tag !!! p1p2 \"quo'te\" (tomorrow)")
	f.Fuzz(func(t *testing.T, text string) {
		ds, err := language.Drafts(text, now())
		if err != nil {
			return
		}
		for _, d := range ds {
			if d.Title == "" || !utf8.ValidString(d.Title) || d.Span.Start < 0 || d.Span.End < d.Span.Start {
				t.Fatalf("%q gives %+v", text, d)
			}
		}
		if u, err := language.Understand(text, now(), language.Focus{}); err == nil && len(u.Acts) == 0 {
			t.Fatalf("%q gives no act", text)
		}
	})
}

// Wall time is wall time in every zone, and on the days of both clock changes.
func TestWallTimeInEveryZone(t *testing.T) {
	t.Parallel()
	zones := []*time.Location{}
	for h := -12; h <= 14; h++ {
		zones = append(zones, time.FixedZone("", h*3600))
	}
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Kiritimati", "Asia/Kathmandu", "Africa/Casablanca"} {
		z, err := time.LoadLocation(name)
		require.NoError(t, err)
		zones = append(zones, z)
	}
	for _, z := range zones {
		for _, day := range []time.Time{
			time.Date(2026, 3, 7, 23, 30, 0, 0, z), time.Date(2026, 3, 28, 23, 30, 0, 0, z), time.Date(2026, 10, 24, 12, 0, 0, 0, z),
			time.Date(2026, 10, 31, 1, 0, 0, 0, z), time.Date(2026, 12, 31, 23, 59, 0, 0, z), time.Date(2028, 2, 28, 8, 0, 0, 0, z),
		} {
			ds, err := language.Drafts("call Ann tomorrow at 2:30am", language.Context{Now: day})
			require.NoError(t, err)
			want := day.AddDate(0, 0, 1).Format("2006-01-02") + "T02:30:00"
			require.Equal(t, want, ds[0].Due.Start.String())
			at := ds[0].Due.Start.In(z)
			require.True(t, at.After(day))
			require.LessOrEqual(t, at.Sub(day), 28*time.Hour)
		}
	}
}

func TestPolitenessChangesNothing(t *testing.T) {
	t.Parallel()
	plain, err := language.Drafts("remind me to call Ann tomorrow at 9", now())
	require.NoError(t, err)
	for _, text := range []string{
		"please remind me to call Ann tomorrow at 9", "could you please remind me to call Ann tomorrow at 9",
		"remind me to call Ann tomorrow at 9 please", "hey, can you remind me to call Ann tomorrow at 9, thanks",
		"Please remind me to call Ann tomorrow at 9.",
	} {
		ds, err := language.Drafts(text, now())
		require.NoError(t, err)
		require.Equal(t, plain[0].Due.Start, ds[0].Due.Start, text)
		require.Contains(t, []string{"call Ann", "call Ann."}, ds[0].Title, text)
		require.Len(t, ds[0].Reminders, 1, text)
	}
}

func TestInputIsBounded(t *testing.T) {
	t.Parallel()
	long := make([]byte, language.MaxInput+1)
	for i := range long {
		long[i] = 'a'
	}
	_, err := language.Drafts(string(long), now())
	require.ErrorIs(t, err, language.ErrTooLong)
	_, err = language.Understand(string(long), now(), language.Focus{})
	require.ErrorIs(t, err, language.ErrTooLong)
	_, err = language.Drafts(" \n\t", now())
	require.ErrorIs(t, err, language.ErrEmpty)
	require.Empty(t, language.Dates(string(long), now()))
}

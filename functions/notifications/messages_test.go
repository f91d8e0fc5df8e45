package notifications

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/host"
	"function/shared/postgres"
	"function/shared/todo"
)

func TestAMailSaysWhatIsDueInThePersonsZoneAndIsOnlyText(t *testing.T) {
	t.Parallel()
	due := time.Date(2026, 1, 6, 8, 30, 0, 0, time.UTC)
	n := postgres.Notification{ID: "n", TaskID: "t&t", Title: "Pay <b>rent</b>\r\nBcc: eve@example.test", RemindAt: due.Add(-24 * time.Hour), DueAt: &due, CreatedAt: due.Add(-24 * time.Hour)}
	f := newFunction(&host.Host{Now: func() time.Time { return n.RemindAt.Add(time.Second) }})
	f.Config.Issuer = "https://nudge.example/"
	prefs := todo.Preferences{TimeZone: "Europe/Paris", WeekStart: "monday"}
	m := f.writeReminder(n, prefs)
	subject, body := compose(m, "key")
	require.Equal(t, "Reminder: Pay <b>rent</b>  Bcc: eve@example.test", subject)
	require.False(t, strings.ContainsAny(subject, "\r\n"))
	require.Contains(t, body, "Pay &lt;b&gt;rent&lt;/b&gt;")
	require.Contains(t, body, "tomorrow at 9:30")
	require.Contains(t, body, `href="https://nudge.example/today?task=t%26t"`)
	require.NotContains(t, body, "late")
	n.CreatedAt = n.RemindAt.Add(90 * time.Minute)
	require.Contains(t, f.writeReminder(n, prefs).Text, "90 minutes late")
	prefs.Language = "de-AT"
	subject, body = compose(f.writeReminder(n, prefs), "key")
	require.True(t, strings.HasPrefix(subject, "Erinnerung: "))
	require.Contains(t, body, "Fällig morgen")
	prefs.Language = "fi"
	require.Equal(t, "en", f.writeReminder(n, prefs).Language)
}

func TestEveryLanguageSaysEverything(t *testing.T) {
	t.Parallel()
	want := slices.Sorted(maps.Keys(catalog["en"]))
	for language, texts := range catalog {
		require.Equal(t, want, slices.Sorted(maps.Keys(texts)), language)
		for name, text := range texts {
			require.Equal(t, strings.Count(catalog["en"][name], "%"), strings.Count(text, "%"), "%s %s", language, name)
		}
	}
	require.Len(t, catalog, 6)
}

func TestTheWaitGrowsAndIsSpread(t *testing.T) {
	t.Parallel()
	f := &function{jitter: func() float64 { return 0 }}
	require.Equal(t, 22500*time.Millisecond, f.wait(1))
	require.Equal(t, 45*time.Second, f.wait(2))
	f.jitter = func() float64 { return 1 }
	require.Equal(t, 75*time.Minute, f.wait(8))
	require.Equal(t, 75*time.Minute, f.wait(64))
}

package notifications

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/postgres"
	"function/shared/todo"
)

func TestAMailSaysWhatIsDueInThePersonsZoneAndIsOnlyText(t *testing.T) {
	t.Parallel()
	due := time.Date(2026, 1, 6, 8, 30, 0, 0, time.UTC)
	n := postgres.Notification{Title: "Pay <b>rent</b>\r\nBcc: eve@example.test", RemindAt: due.Add(-24 * time.Hour), DueAt: &due}
	prefs := todo.DefaultPreferences("ada")
	prefs.TimeZone = "Europe/Paris"
	subject, body := compose(n, prefs, n.RemindAt.Add(time.Second))
	require.Equal(t, "Reminder: Pay <b>rent</b>  Bcc: eve@example.test", subject)
	require.False(t, strings.ContainsAny(subject, "\r\n"))
	require.Contains(t, body, "Pay &lt;b&gt;rent&lt;/b&gt;")
	require.Contains(t, body, "tomorrow at 9:30")
	require.NotContains(t, body, "late")
	_, body = compose(n, prefs, n.RemindAt.Add(90*time.Minute))
	require.Contains(t, body, "90 minutes late")
}

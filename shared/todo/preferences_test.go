package todo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"function/shared/todo"
	"function/shared/todotest"
)

func TestPreferencesAreCheckedAndKept(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	fresh, err := w.Preferences(t.Context(), "ada")
	require.NoError(t, err)
	require.Equal(t, todo.DefaultPreferences("ada"), fresh)
	require.Empty(t, fresh.Language, "nobody has said one")

	for pointer, change := range map[string]func(*todo.Preferences){
		"/quiet_from":  func(p *todo.Preferences) { p.QuietFrom, p.QuietUntil = "24:00", "07:00" },
		"/quiet_until": func(p *todo.Preferences) { p.QuietFrom = "22:00" },
		"/digest_at":   func(p *todo.Preferences) { p.DigestAt = "8:00" },
		"/date_order":  func(p *todo.Preferences) { p.DateOrder = "year_first" },
		"/morning_at":  func(p *todo.Preferences) { p.Parts.Morning = "07:30" },
		"/evening_at":  func(p *todo.Preferences) { p.Parts.Afternoon, p.Parts.Evening = "13:00", "13:00" },
		"/night_at":    func(p *todo.Preferences) { p.Parts.Night = "00:00" },
		"/language":    func(p *todo.Preferences) { p.Language = "en us" },
		"/time_zone":   func(p *todo.Preferences) { p.TimeZone = "Mars/Base" },
	} {
		wrong := fresh
		change(&wrong)
		_, err := w.SetPreferences(t.Context(), wrong)
		var invalid *todo.Error
		require.ErrorAs(t, err, &invalid, pointer)
		require.Equal(t, pointer, invalid.Fields[0].Pointer)
	}

	set := fresh
	set.TimeZone, set.Language, set.QuietFrom, set.QuietUntil, set.DigestAt, set.DateOrder = "Europe/Paris", "de", "22:00", "07:00", "08:00", todo.DayFirst
	set.Parts = todo.DayParts{Morning: "07:00", Afternoon: "13:00", Evening: "19:00", Night: "22:00"}
	kept, err := w.SetPreferences(t.Context(), set)
	require.NoError(t, err)
	read, err := w.Preferences(t.Context(), "ada")
	require.NoError(t, err)
	require.Equal(t, kept, read)
	_, err = w.SetPreferences(t.Context(), set)
	require.Equal(t, todo.CodeVersionMismatch, todo.CodeOf(err))
}

package language_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/language"
)

// A forbidden or doubted change is asked back about, never made.
func TestForbiddenChangesAreNeverMade(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	for _, c := range []struct{ language, text string }{
		{"en", "don't delete the dentist"}, {"en", "please do not delete the dentist"}, {"en", "should I delete the dentist?"}, {"en", "delete dentist?"},
		{"en", "never delete the dentist"}, {"en", "don't complete pay rent"}, {"de", "lösche nicht den Zahnarzt"}, {"de", "lösche den Zahnarzt nicht"},
		{"es", "no borres el dentista"}, {"fr", "ne supprime pas le dentiste"}, {"pt", "não apague o dentista"}, {"it", "non eliminare il dentista"},
	} {
		u, err := language.Understand(c.text, language.Context{Now: now, Language: c.language}, language.Focus{})
		require.NoError(t, err)
		for _, act := range u.Acts {
			require.NotContains(t, []language.Intent{language.Delete, language.Complete, language.Edit, language.Reschedule}, act.Intent, c.text)
		}
	}
	for text, want := range map[string]language.Intent{
		"delete the dentist": language.Delete, "can you delete the dentist?": language.Delete, "don't forget to buy milk": language.Add,
	} {
		u, err := language.Understand(text, language.Context{Now: now, Language: "en"}, language.Focus{})
		require.NoError(t, err)
		require.Equal(t, want, u.Acts[0].Intent, text)
	}
}

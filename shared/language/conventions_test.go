package language_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"function/shared/language"
)

// The table in docs/decisions/0004 is the test.
func TestConventions(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "decisions", "0004-conventions-of-time-words.md"))
	require.NoError(t, err)
	c := language.Context{Now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC), WeekStart: time.Monday}
	rows := 0
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || strings.HasPrefix(line, "|--") || strings.TrimSpace(cells[1]) == "phrase" {
			continue
		}
		phrase, want := strings.TrimSpace(cells[1]), strings.TrimSpace(cells[2])
		rows++
		d := dueOf(t, phrase, c)
		if strings.HasPrefix(want, "FREQ") {
			if !assert.NotNil(t, d.Recurrence, phrase) {
				continue
			}
			assert.Equal(t, want, d.Recurrence.RRULE, phrase)
			continue
		}
		if !assert.NotNil(t, d.Due, phrase) {
			continue
		}
		assert.Truef(t, strings.HasPrefix(d.Due.Start.String(), want), "%s: want %s, got %s", phrase, want, d.Due.Start)
		assert.Equal(t, strings.Contains(want, "T"), d.Due.HasTime, phrase)
	}
	require.Greater(t, rows, 50)
}

// dueOf reads the phrase after a verb, as in a new task, or alone where the
// task would be named after it.
func dueOf(t *testing.T, phrase string, c language.Context) language.Draft {
	t.Helper()
	for _, text := range []string{"call Ann " + phrase, phrase + ", call Ann"} {
		ds, err := language.Drafts(text, c)
		require.NoError(t, err, phrase)
		if ds[0].Due != nil || ds[0].Recurrence != nil {
			return ds[0]
		}
	}
	if ws := language.Dates(phrase, c); len(ws) > 0 {
		return language.Draft{Due: &ws[0]}
	}
	return language.Draft{}
}

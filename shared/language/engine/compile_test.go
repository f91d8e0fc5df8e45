package engine

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"function/shared/language/civil"
)

func TestEveryLanguageCompiles(t *testing.T) {
	t.Parallel()
	files, err := data.ReadDir("data")
	require.NoError(t, err)
	for _, f := range files {
		require.NotPanics(t, func() { Get(strings.TrimSuffix(f.Name(), ".txt")) }, f.Name())
	}
	require.Len(t, languages, len(files))
}

// Every rule must give its action as many values as it takes: an action is
// tried with empty values, which it may refuse but must not crash on.
func TestRulesGiveActionsWhatTheyTake(t *testing.T) {
	t.Parallel()
	files, err := data.ReadDir("data")
	require.NoError(t, err)
	for _, f := range files {
		l := Get(strings.TrimSuffix(f.Name(), ".txt"))
		for i, s := range l.steps {
			p := Parse("a b c d e", l, Settings{Now: civil.Date(2026, 1, 31), WeekStart: 1})
			p.from, p.to = 0, 5
			p.rules = []Rule{{}}
			p.reminders = []Reminders{{}}
			args := make([]*Value, s.nargs)
			for i := range args {
				args[i] = &Value{N: 1, Unit: civil.Day, Rule: 1, Remind: 1}
			}
			require.NotPanics(t, func() { s.action(p, args, s.consts) }, l.lines[i])
		}
	}
}

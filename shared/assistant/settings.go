package assistant

import (
	"context"
	"maps"
	"slices"
	"strings"

	"function/shared/language"
)

// settings changes preferences.
func (s *session) settings(ctx context.Context, act language.Act) error {
	prefs, err := s.Todo.Preferences(ctx, s.turn.Owner)
	if err != nil {
		return err
	}
	var done, unknown []string
	for _, name := range slices.Sorted(maps.Keys(act.Preferences)) {
		value := act.Preferences[name]
		switch name {
		case "time_zone":
			prefs.TimeZone = value
		case "week_start":
			prefs.WeekStart = strings.ToLower(value)
		case "language":
			prefs.Language = value
		default:
			unknown = append(unknown, strings.ReplaceAll(name, "_", " "))
			continue
		}
		done = append(done, strings.ReplaceAll(name, "_", " ")+" "+value)
	}
	if len(done) > 0 {
		if _, err = s.Todo.SetPreferences(ctx, prefs); err != nil {
			return err
		}
		s.say("Settings changed: %s.", escape(strings.Join(done, ", ")))
	}
	switch {
	case len(unknown) > 0:
		s.say("I cannot change your %s yet.", escape(strings.Join(unknown, " and ")))
	case len(done) == 0:
		s.say("Which setting should I change? I know your time zone, the first day of your week and your language.")
	}
	return nil
}

package assistant

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"function/shared/assistant/catalog"
	"function/shared/language"
	"function/shared/todo"
)

// settings changes preferences.
func (s *session) settings(ctx context.Context, act language.Act) error {
	prefs, err := s.Todo.Preferences(ctx, s.turn.Owner)
	if err != nil {
		return err
	}
	before := prefs
	var done []string
	unknown := false
	for _, name := range slices.Sorted(maps.Keys(act.Preferences)) {
		value := act.Preferences[name]
		switch name {
		case "time_zone":
			if value == "" {
				s.say("error.time_zone")
				return nil
			}
			prefs.TimeZone = value
		case "week_start":
			prefs.WeekStart = strings.ToLower(value)
		case "language":
			if !catalog.Speaks(value) {
				s.say("settings.no_language")
				return nil
			}
			prefs.Language = value
			s.speak(value)
		case "quiet_hours":
			from, until, _ := strings.Cut(value, "-") // "off" ends them
			if prefs.QuietFrom, prefs.QuietUntil = from, until; until == "" {
				prefs.QuietFrom = ""
			}
			openEnd(&prefs, value, before)
		case "date_order":
			prefs.DateOrder = todo.DateOrder(value)
		case "clock":
			s.say("settings.clock")
			return nil
		default:
			unknown = true
			continue
		}
		done = append(done, name)
	}
	if len(done) > 0 {
		if _, err = s.Todo.SetPreferences(ctx, prefs); err != nil {
			return err
		}
	}
	for _, name := range done {
		switch name {
		case "time_zone":
			s.say("settings.time_zone", "value", escape(prefs.TimeZone))
		case "week_start":
			s.say("settings.week_start", "value", s.text("weekday."+prefs.WeekStart))
		case "language":
			s.say("settings.language")
		case "quiet_hours":
			if prefs.QuietFrom == "" {
				s.say("settings.quiet_off")
			} else {
				s.say("settings.quiet_hours", "from", prefs.QuietFrom, "until", prefs.QuietUntil)
			}
		case "date_order":
			if prefs.DateOrder == todo.DayFirst {
				s.say("settings.day_first")
			} else {
				s.say("settings.month_first")
			}
		}
	}
	switch {
	case unknown:
		s.say("settings.cannot")
	case len(done) == 0:
		s.say("settings.which")
	}
	return nil
}

// The ends of quiet hours where only the other is said, and there were none before.
const (
	usualQuietFrom  = "22:00"
	usualQuietUntil = "07:00"
)

// openEnd fills in the end of quiet hours that was not said: it stays, or is the usual
// one.
func openEnd(prefs *todo.Preferences, value string, before todo.Preferences) {
	switch {
	case strings.HasSuffix(value, "-"):
		prefs.QuietFrom, prefs.QuietUntil = strings.TrimSuffix(value, "-"), cmp.Or(before.QuietUntil, usualQuietUntil)
	case strings.HasPrefix(value, "-"):
		prefs.QuietFrom = cmp.Or(before.QuietFrom, usualQuietFrom)
	}
}

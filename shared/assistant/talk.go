package assistant

import (
	"slices"
	"strings"
	"time"

	"function/shared/language"
	"function/shared/language/words"
)

// talk answers what asks for no task.
func (s *session) talk(act language.Act) {
	switch act.Intent {
	case language.DateTime:
		s.tellTime(act)
	case language.Help:
		s.say("talk.help")
	case language.SmallTalk:
		said := strings.ToLower(s.turn.Text)
		switch in := func(word string) bool { return strings.Contains(said, word) }; {
		case slices.ContainsFunc(thanks, in):
			s.say("talk.thanks")
		case slices.ContainsFunc(farewells, in):
			s.say("talk.bye")
		default:
			s.say("talk.hello")
		}
	case language.OutOfScope:
		s.say("talk.scope")
	default:
		s.say(wanted(act.Wants))
	}
}

// wanted is the sentence that asks for what an act says too little of.
func wanted(in language.Intent) string {
	switch in {
	case language.Add:
		return "want.add"
	case language.Remind:
		return "want.remind"
	case language.Edit, language.Rename, language.Reschedule:
		return "want.change"
	case language.Complete, language.Reopen, language.Delete, language.Restore, language.Skip, language.Pause, language.Resume, language.Snooze:
		return "want.task"
	}
	return "talk.unclear"
}

// thanks and farewells tell which small talk it is, in all languages.
var (
	thanks    = []string{"thank", "thx", "danke", "merci", "gracias", "obrigad", "grazie", "appreciate"}
	farewells = []string{"bye", "see you", "good night", "tschüss", "gute nacht", "au revoir", "bonne nuit", "adiós", "tchau", "arrivederci"}
)

// tellTime tells a date that was named, or the present one, in the zone that was named.
func (s *session) tellTime(act language.Act) {
	if due := act.Target.Filter.Due; due != nil {
		if day, err := time.Parse(time.DateOnly, s.reader.Due(*due).Date); err == nil {
			s.say("talk.day", "date", s.fullDate(day))
			return
		}
	}
	now := s.now
	if zone, err := time.LoadLocation(act.Zone); err == nil && act.Zone != "" {
		now = now.In(zone)
	}
	clock := now.Format("15:04")
	if s.catalog.Language == "en" {
		clock = s.englishClock(now)
	}
	s.say("talk.now", "when", s.fullDate(now)+", "+clock, "zone", escape(now.Location().String()))
}

// fullDate says a date with its year.
func (s *session) fullDate(t time.Time) string {
	if s.catalog.Language == "en" && s.reader.Context().DayFirst {
		return t.Format("Monday, 2 January 2006")
	}
	return words.Date(t.Format(time.DateOnly), s.catalog.Language)
}

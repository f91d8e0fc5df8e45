package assistant

import (
	"time"

	"function/shared/language"
	"function/shared/language/words"
)

// talk answers what asks for no task.
func (s *session) talk(act language.Act) {
	switch act.Intent {
	case language.DateTime:
		if due := act.Target.Filter.Due; due != nil {
			s.say("talk.day", "date", words.Date(s.reader.Due(*due).Date, s.catalog.Language))
			return
		}
		zone := s.now.Location().String()
		date := words.Date(s.now.Format(time.DateOnly), s.catalog.Language)
		s.say("talk.now", "when", date+", "+s.now.Format("15:04"), "zone", zone)
	case language.Help:
		s.say("talk.help")
	case language.SmallTalk:
		s.say("talk.hello")
	case language.OutOfScope:
		s.say("talk.scope")
	default:
		s.say("talk.unclear")
	}
}

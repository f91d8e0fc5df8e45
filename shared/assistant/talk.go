package assistant

import "function/shared/language"

// talk answers what asks for no task.
func (s *session) talk(intent language.Intent) {
	switch intent {
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

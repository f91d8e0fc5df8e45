package assistant

import "function/shared/language"

// talk answers what asks for no task.
func (s *session) talk(intent language.Intent) {
	switch intent {
	case language.Help:
		s.say("%s", help)
	case language.SmallTalk:
		s.say("Hello! Tell me what you have to do, and I will keep it for you.")
	case language.OutOfScope:
		s.say("I only look after your tasks, so I cannot help with that. Nothing was changed.")
	case language.Skip, language.Pause, language.Resume:
		s.say("I cannot skip or pause a repeating task yet. You can move this one to another day, or tell me to stop repeating it. Nothing was changed.")
	default:
		s.say("I am not sure what you mean, so I changed nothing. Say it with the task's title, as in “complete pay rent”, or ask for help.")
	}
}

const help = `You can write to me as you would to a person:

- “pay rent every month on the 1st at 9am, remind me 2 days before #home !high”
- “what is due this week?”, “how many tasks are overdue?”, “what's next?”
- “done with the rent”, “complete the second one”, “reopen it”
- “move the dentist to Friday at 3pm”, “rename it to see the dentist”, “tag it #health”
- “delete the dentist”, “move everything overdue to tomorrow” (I ask first)
- “undo”, “redo”`

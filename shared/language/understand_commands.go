package language

// command is a way to say an intent: its first words.
type command struct {
	intent  Intent
	phrases []string
}

// commands are the first words of each intent in English; phrases.go has those
// of other languages. The longest match wins, the first of equals.
var commands = []command{
	{Undo, []string{"undo", "revert", "take that back", "take it back", "oops", "put it back the way it was"}},
	{Redo, []string{"redo", "do that again", "do it again"}},
	{Help, []string{"help", "what can you do", "how do i", "how can i", "how does this work", "what can i say", "what can i ask", "commands", "which commands", "what commands"}},
	{Add, []string{"add", "create", "new", "put", "note", "remember", "remind me", "todo", "task", "don't let me forget", "don't forget", "make", "i need to", "i have to", "i must", "i gotta", "wake me", "set a", "set an", "schedule", "book", "set up", "add a reminder to my calendar", "add a reminder to my list", "add a reminder to the calendar", "add a reminder to the list"}},
	{Complete, []string{"complete", "completed", "finish", "finished", "done", "done with", "mark", "check off", "tick off", "close", "i did", "i finished", "i completed", "i've done", "i've finished", "i've completed", "i have finished", "i have done", "i have completed", "i already did", "i already finished", "i just finished", "i'm done with", "i am done with", "cross off", "i'm finished with", "i'm through with", "i am through with", "we finished", "we've finished", "we are done with", "we're done with"}},
	{Reopen, []string{"reopen", "re - open", "uncomplete", "un - complete", "uncheck", "unmark", "i did not", "i didn't", "i haven't", "i have not", "i'm not done with", "i am not done with"}},
	{Delete, []string{"delete", "remove", "bin the", "bin my", "bin it", "bin that", "bin this", "bin them", "bin those", "bin all", "bin everything", "trash the", "trash my", "trash it", "trash that", "trash this", "trash them", "trash those", "trash all", "trash everything", "drop the", "drop my", "drop it", "drop that", "drop this", "drop them", "drop tomorrow's", "drop today's", "drop all", "drop everything", "get rid of", "scrap", "discard", "erase", "cancel", "clear", "clear out", "take off", "throw away", "wipe", "forget about the", "forget about my"}},
	{Restore, []string{"i didn't mean to delete", "i did not mean to delete", "i shouldn't have deleted", "restore", "undelete", "bring back", "recover"}},
	{Snooze, []string{"snooze", "remind me again", "remind me later", "ask me again"}},
	{Reschedule, []string{"move", "reschedule", "postpone", "push", "push back", "delay", "defer", "bump", "shift", "put off", "bring forward"}},
	{Rename, []string{"rename", "retitle"}},
	{Edit, []string{"tag", "untag", "prioritize", "prioritise", "repeat", "stop repeating", "add the tag", "add tag", "add a tag", "remove the tag", "set the priority of", "change the priority of", "add a note to", "clear the due date of", "remove the due date of", "clear the date of"}},
	{Remind, []string{"add a reminder to the", "add a reminder to my", "add a reminder to it", "add a reminder to that", "add a reminder to this", "add a reminder to them", "add a reminder to those", "add a reminder to number"}},
	{Skip, []string{"skip", "leave out", "sit out"}},
	{Pause, []string{"pause", "suspend", "freeze"}},
	{Resume, []string{"resume", "unpause", "restart", "unfreeze", "reactivate", "continue with"}},
	{Count, []string{"how many", "count", "number of", "how much is left", "how much do i have left", "how much is there left", "how much is still left", "how much do i still have", "how much work is left"}},
	{Next, []string{"what's next", "what is next", "whats next", "next task", "what should i do", "what should i do next", "what should i do now", "what now", "what do i do next", "what should i work on", "what is next on my list", "what's next on my list"}},
	{Search, []string{"search", "find", "look for", "search for", "look up"}},
	{Show, []string{"show the details of", "tell me more about", "details of"}},
	{List, []string{"list", "show", "show me", "what", "what's", "whats", "which", "give me", "display", "see", "do i have", "view", "any", "all my tasks", "all tasks", "my tasks", "tasks", "when", "is there", "are there"}},
	{Confirm, []string{"yes", "y", "yep", "yeah", "yup", "sure", "do it", "go ahead", "confirm", "ok", "okay", "yes please", "go for it", "correct", "of course", "absolutely", "do that"}},
	{Refuse, []string{"no", "n", "nope", "never mind", "nevermind", "don't", "no thanks", "nvm", "nm", "forget it", "cancel that", "stop", "cancel it", "cancel"}},
	{SmallTalk, []string{"hi", "hello", "hey", "thanks", "thank you", "good morning", "good evening", "bye", "how are you"}},
}

// commandTable finds the commands by their first words; a group is one of commands.
var commandTable = func() *phraseTable {
	groups := make([][]string, len(commands))
	for i := range commands {
		groups[i] = commands[i].phrases
	}
	return beginnings(groups...)
}()

// command is the intent that the clause begins with, and its length.
func (r *request) command() (Intent, int) {
	n, which := r.startsOne(r.at, commandTable)
	if n == 0 {
		return "", 0
	}
	return commands[which].intent, n
}

// phrasesOf are the first words of an intent.
func phrasesOf(in Intent) []string {
	for _, c := range commands {
		if c.intent == in {
			return c.phrases
		}
	}
	return nil
}

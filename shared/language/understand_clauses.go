package language

import "function/shared/language/token"

// clauses appends the parts of a message, cut at "and", "then", commas, semicolons, full stops and
// line breaks where both sides are commands of their own.
func (r *request) clauses(out []Span) []Span {
	text := r.text
	from, start := 0, 0
	opens := func(i int) bool {
		i += r.starts(i, "please", "then", "also")
		n, _ := r.startsOne(i, openersTable)
		return n > 0
	}
	if isBulleted(text) {
		return append(out, Span{0, len(text)})
	}
	command := opens(0) || r.opens(0, firstOpeners) > 0
	for i := 1; i < len(r.ts); i++ {
		n, sentence := r.boundary(i)
		if n == 0 || r.ts[i].Quoted || i+n >= len(r.ts) {
			i += max(n-1, 0)
			continue
		}
		at := i
		i += n - 1
		switch {
		case !command:
			// What begins as a task is cut at the end of a sentence only, before what is no task.
			if k, _ := r.startsOne(at+n, afterTaskTable); !sentence || k == 0 {
				continue
			}
		case !opens(at + n), at-from < 2 && r.starts(from, "undo") == 0,
			r.starts(from, "remind me to") > 0 && r.starts(at+n, "remind me", "add", "complete", "undo") == 0:
			continue
		}
		command = true
		out = append(out, Span{start, r.ts[at-1].End})
		from, start = at+n, r.ts[at+n].Start
		i = at + n
	}
	return append(out, Span{start, len(text)})
}

// boundary is how many tokens from i on divide clauses, and whether they end a sentence.
func (r *request) boundary(i int) (n int, sentence bool) {
	for {
		switch r.word(i + n) {
		case "and", "then", ",", ";":
		case ".", "!":
			sentence = true
		default:
			if i+n >= len(r.ts) || r.ts[i+n].Kind != token.Line {
				return n, sentence
			}
		}
		n++
	}
}

// openers begin a command that may follow another one in a message.
var openers = []string{
	"add", "complete", "delete", "remove", "undo", "rename", "reopen", "restore", "reschedule", "postpone", "snooze", "mark", "remind me", "move", "check off", "tag",
	"untag", "pause", "skip", "resume", "show me", "show my", "list my", "what's", "what is", "push back", "how many",
	"make it", "make that", "make them", "set it", "set its", "change it", "change its", "put it", "push it", "push them", "repeat it", "cancel it", "cancel them", "finish it", "clear its",
}

// firstOpeners begin a command at the start of a message; further on they may as well begin a part of a title.
var firstOpeners = beginnings([]string{
	"please", "can you", "could you", "make the", "make my", "make it", "make that", "set the", "change the", "change my", "change it", "push", "delay", "cancel", "clear", "erase", "drop the", "i finished", "i did the", "done with",
	"finished", "i've finished", "i'm done with", "repeat the", "repeat my", "stop repeating", "put off", "defer", "show me",
})

var openersTable = beginnings(openers)

// afterTask begin a command that may follow the sentence of a new task: verbs that hardly
// begin a task.
var afterTask = []string{
	"add", "complete", "delete", "undo", "rename", "reopen", "restore", "reschedule", "postpone", "snooze", "mark", "remind me", "check off", "untag", "show me", "show my", "list my", "what's", "what is", "how many",
	"move it", "tag it", "then complete", "then delete", "please complete", "please delete", "also complete", "also delete",
}

var afterTaskTable = beginnings(afterTask)

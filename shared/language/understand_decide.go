package language

import (
	"strings"

	"function/shared/language/classifier"
)

// Probabilities from which the classifier is followed. It may always lead to
// what changes nothing; a change needs more.
const (
	sureRead  = 0.5
	sureWrite = 0.45
)

// decided finds the intent and its parts: first by its first words and
// structure, beside it by the classifier.
func (r *request) decided(a *Act) {
	if r.reference(a) || r.bulleted(a) {
		return
	}
	said, n := r.command()
	if r.structure(a, said, n) {
		return
	}
	if r.toCome(said) {
		if ds, err := r.asDrafts(); err == nil {
			*a = Act{Intent: Add, Drafts: ds, Confidence: 0.7, Why: because("it is still to come, so it is a new task")}
			return
		}
	}
	in, why, p := r.decide(said, n)
	if (in == Undo || in == Redo) && in == said && !r.plainUndo(r.at+n) {
		in, why = Unclear, Reason{Text: "it says more than what can be undone", Like: in, P: p}
	}
	*a = Act{Intent: in, Confidence: p, Why: Reasons{why}}
	if in == Unclear && p > sureWrite && why.Like != "" && why.Like != OutOfScope {
		a.Wants = why.Like
	}
	if in != said {
		n = 0
		if at, k := r.find(r.at, phrasesOf(in)...); at >= 0 && in != Add {
			n = at + k - r.at
		}
	}
	r.parts(a, r.at+n)
}

// toCome reports a command that makes no sense of what is still to come, as a task does:
// "finish the report by Friday", "skip rope every day".
func (r *request) toCome(said Intent) bool {
	switch {
	case said == Skip:
		return len(Recurrences(r.rest(r.at), r.c)) > 0 && !r.known()
	case said == Complete && r.starts(r.at, "finish", "complete", "close") > 0:
		return r.end-r.at > 2 && !r.known() && !r.ordinals(&Target{}, r.at+1, r.end) && !r.has("due", "everything", "all", "task", "tasks") && (r.ahead(r.at+1) || len(Recurrences(r.rest(r.at), r.c)) > 0)
	}
	return false
}

// plainUndo reports whether nothing but the last change is named from token i on.
func (r *request) plainUndo(i int) bool {
	for ; i < r.end; i++ {
		if !undoWords[r.word(i)] {
			return false
		}
	}
	return true
}

var undoWords = func() map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(`that this it the my your last latest previous most recent one change changes edit edits action act thing step command move moves what you just did i we again all of
both please now done undid undone reverted didn't mean to not mistake sorry accident wrong thing oops no deletion delete deleting removal completion complete completing rename renaming reschedule rescheduling addition add adding tag tagging skip snooze pause both , . ! and for me back undo redo`) {
		set[w] = true
	}
	return set
}()

// bulleted reads lines of which the first has a bullet as new tasks: nobody writes
// commands that way.
func (r *request) bulleted(a *Act) bool {
	if !isBulleted(r.text) {
		return false
	}
	ds, err := r.asDrafts()
	if err != nil {
		return false
	}
	*a = Act{Intent: Add, Drafts: ds, Confidence: 0.95, Why: because("it is a list with bullets")}
	return true
}

var bullets = []string{"- ", "* ", "• ", "– ", "[ ] ", "1. ", "1) "}

func isBulleted(text string) bool {
	if strings.IndexByte(text, '\n') < 0 {
		return false
	}
	text = strings.TrimSpace(text)
	return strings.IndexByte(text, '\n') > 0 && beginsWithAny(text, bullets)
}

// decide weighs what the first words say against the ranking of the words.
func (r *request) decide(said Intent, n int) (in Intent, why Reason, p float64) {
	k := &r.ranking
	best := Intent(k.Best)
	switch {
	case said == Confirm && r.starts(r.at+n+r.starts(r.at+n, ","), "all of them", "all", "both", "them all") > 0:
		return said, Reason{Begins: r.piece(r.at, r.at+n)}, 0.9
	case said == best && !writes(best) && r.foreign() && !(said == Search && r.end-r.at <= 4):
		return OutOfScope, ranks(k), k.Of(string(OutOfScope))
	case said == best:
		return said, Reason{Begins: r.piece(r.at, r.at+n), Like: best, P: k.P}, max(k.P, 0.9)
	case said == "" || said == Confirm || said == Refuse || said == SmallTalk:
		return r.byRanking(best, k)
	case r.overruled(said, best, k):
		return best, ranks(k), k.P
	}
	if (said == List || said == Show) && !r.aboutTasks() {
		if in, why, p := r.quickAdd(); in == Add {
			return in, why, p
		}
		return r.byRanking(best, k)
	}
	return said, Reason{Begins: r.piece(r.at, r.at+n)}, 0.9
}

// ranks is the reason that lies in a ranking.
func ranks(k *classifier.Ranking) Reason { return Reason{Like: Intent(k.Best), P: k.P} }

// overruled reports whether the ranking is sure enough to set aside the first
// words. A change that was named clearly stands.
func (r *request) overruled(said, best Intent, k *classifier.Ranking) bool {
	if said == Count && best == OutOfScope && r.amountLeft() {
		return false
	}
	switch said {
	case Add:
		if _, verb := taskVerbs[r.word(r.at)]; verb && best == OutOfScope && r.word(r.at+1) != "me" && r.word(r.at) != "set" {
			return k.P > max(r.addHolds(best), r.doubt()) // "book a table for Saturday"
		}
		return k.P > r.addHolds(best)
	case Delete:
		switch best {
		case OutOfScope:
			if r.end-r.at <= 4 && r.starts(r.at, "delete", "remove") > 0 {
				return k.P > 0.85 && !r.known() // a short title says little of what it is about
			}
			return k.P > 0.65 && !r.known()
		case Refuse:
			return (r.end-r.at <= 3 || k.P > 0.6 && !r.known()) && len(Dates(r.rest(r.at), r.c)) == 0 // "cancel dinner tonight" names a task
		case List, Add, DateTime, Search:
			return k.P > 0.8
		}
		return false
	case List, Search, Show, Next, Help, Count:
		if best == Add || best == Delete || best == Complete {
			return k.P > 0.55
		}
		if best == OutOfScope {
			if said == Help && r.has("task", "tasks", "list", "lists", "reminder", "reminders", "tag", "tags", "subtask", "subtasks", "commands") {
				return false
			}
			if said == Search && (r.end-r.at <= 4 || r.ts[r.end-1].Quoted || r.ts[max(r.end-2, 0)].Quoted) {
				return k.P > 0.8 && !r.ts[max(r.end-2, 0)].Quoted // a search changes nothing
			}
			return k.P > 0.4 && !r.explicitTasks()
		}
		return !writes(best) && k.P > sureRead && !(said == Count && best == List)
	case Undo, Redo, Restore:
		return best == OutOfScope && k.P > 0.6 && r.end-r.at > 2 && !r.known()
	case Snooze, Reschedule, Rename, Edit, Skip, Pause, Resume:
		return best == OutOfScope && k.P > 0.6 && !r.known() || best == Add && k.P > 0.8 && said == Edit
	case Complete, Reopen:
		if said == Reopen && r.word(r.at) == "i" && best != Reopen && best != Complete && k.P > 0.4 && !r.known() {
			return true
		}
		if r.word(r.at) == "mark" && (best == Add || best == OutOfScope) {
			return true
		}
		return !r.known() && (best == OutOfScope && k.P > 0.85 || best != OutOfScope && k.P > 0.8)
	}
	return false
}

// amountLeft reports "how much is left", alone or with a day: of the list.
func (r *request) amountLeft() bool {
	n := r.starts(r.at, "how much is left", "how much is there left", "how much do i have left", "how much do i still have", "how much is still left", "how much work is left")
	if n == 0 {
		return false
	}
	n += r.starts(r.at+n, "to do", "to be done", "on my list", "on the list")
	rest := strings.TrimRight(r.rest(r.at+n), " ?.!")
	ws := Dates(rest, r.c)
	return rest == "" || len(ws) == 1 && ws[0].Span == (Span{0, len(rest)})
}

// addHolds is how sure the ranking must be of another intent to set aside
// words that say "add". Where a task is named in so many words, or what is
// added is put into quotation marks, it never is.
func (r *request) addHolds(best Intent) float64 {
	first := r.word(r.at)
	_, verb := taskVerbs[r.word(r.at+1)]
	switch {
	case r.starts(r.at, "remind me to", "todo", "new task", "create a task", "add a task", "don't let me forget", "don't forget to", "make a note to", "make a note that",
		"set a reminder", "create a reminder", "add a reminder", "set an alarm", "set a timer") > 0 && best != List,
		first == "add" && (verb || r.ts[min(r.at+1, len(r.ts)-1)].Quoted):
		return 1
	case first == "add" && (best == Delete || best == Complete): // "add delete the backups": what it is called
		return 1
	case first == "add" && best == OutOfScope:
		return 0.9
	case best == OutOfScope && (first == "i" || first == "remind" || first == "new"):
		return 0.8
	case best == OutOfScope, best == Reschedule, best == Edit, best == Preference:
		return 0.5
	}
	return 0.6
}

// byRanking follows the ranking alone where it is sure, else it tries to read
// a new task, else it gives up.
func (r *request) byRanking(best Intent, k *classifier.Ranking) (in Intent, why Reason, p float64) {
	foreign := r.foreign()
	if r.starts(r.at, "call", "phone", "ring") > 0 && r.end-r.at > 1 && r.end-r.at <= 5 && k.Of(string(OutOfScope)) < 0.9 && r.word(r.at+1) != "me" && r.word(r.at+1) != "it" && !r.has("name") {
		return Add, Reason{Text: "it begins with a verb"}, 0.7 // nobody asks a list to call
	}
	if best == Add && k.P > sureWrite && !foreign {
		return Add, ranks(k), k.P
	}
	quick, why, p := r.quickAdd()
	switch {
	case best == Add && quick == Add:
		return Add, ranks(k), k.P
	case quick == Add && k.P <= r.doubt():
		return Add, why, p
	case best == OutOfScope && (r.end-r.at <= 2 || r.end-r.at <= 4 && k.P < 0.7) && !r.asks():
		return Unclear, Reason{Text: "a few words may be the title of a task, or not"}, k.P
	case best == OutOfScope:
		return OutOfScope, ranks(k), k.P
	case best == Complete && k.P > 0.4 && r.opens(r.at, deeds) > 0:
		return best, ranks(k), k.P
	case !writes(best) && foreign:
		return OutOfScope, ranks(k), k.Of(string(OutOfScope))
	case best == Delete && quick == Add && !r.has(deletes...) && !r.has(kinds...):
		return Add, why, p // "trash out every Thursday"
	case !writes(best) && (k.P > sureRead || k.P > 0.35 && k.Of(string(OutOfScope)) < 0.25), k.P > 0.65:
		return best, ranks(k), k.P
	case k.Of(string(OutOfScope)) > 0.2:
		return OutOfScope, ranks(k), k.P
	}
	return Unclear, Reason{Text: "no reading is sure", Like: best, P: k.P}, k.P
}

// foreign reports that the ranking leaves much room for what is not about tasks, and no
// word of the clause is about them.
func (r *request) foreign() bool {
	if r.ranking.Best == string(DateTime) && r.has("time", "date", "day", "zone") {
		return false
	}
	return r.ranking.Of(string(OutOfScope)) > 0.3 && !r.explicitTasks() && !r.has(kinds...) && !r.known()
}

// deletes are words of which one is where something is to be deleted.
var deletes = append([]string{"need", "want", "longer", "gone", "off", "removed", "deleted", "cancelled", "canceled", "cleared", "disable", "stop", "forget", "takes", "take", "cross", "strike", "wipe", "scratch", "going"}, phrasesOf(Delete)...)

// kinds are what tasks, and the places they are in, are called.
var kinds = []string{"list", "lists", "calendar", "schedule", "agenda", "reminder", "reminders", "alarm", "alarms", "timer", "meeting", "meetings", "appointment", "appointments", "event", "events", "chores", "deadline", "deadlines"}

// deeds begin what somebody tells to have done.
var deeds = beginnings([]string{"i have already", "i've already", "we have already", "we've already", "i just", "i already", "i have", "i've", "we have", "we've", "i finally"})

// writes reports whether an intent changes tasks or settings.
func writes(in Intent) bool {
	switch in {
	case List, Count, Search, Next, Show, DateTime, Help, SmallTalk, Confirm, Refuse, Choose, Unclear, OutOfScope:
		return false
	}
	return true
}

// doubt is how sure the ranking must be of another intent to set aside what
// looks like a new task.
func (r *request) doubt() float64 {
	_, verb := taskVerbs[r.word(r.at)]
	ds, err := r.asDrafts()
	if err != nil {
		return 0
	}
	d := &ds[0]
	switch {
	case len(ds) > 1 || len(d.Tags) > 0 || d.Priority != "" || len(d.Reminders) > 0 || verb && d.Recurrence != nil:
		return 0.95
	case verb && d.Due != nil:
		return 0.87
	case d.Recurrence != nil:
		return 0.8
	}
	return 0.4
}

// quickAdd reports whether a clause without a command is a new task: it begins
// with a verb, or names a time, a tag or a priority, and asks nothing.
func (r *request) quickAdd() (in Intent, why Reason, p float64) {
	if r.word(len(r.ts)-1) == "?" || r.asks() || r.starts(r.at, answerMe...) > 0 || r.end-r.at > 60 {
		return Unclear, Reason{Text: "it is a question, or no command"}, 0.5
	}
	if _, ok := taskVerbs[r.word(r.at)]; ok && r.end-r.at > 1 && r.word(r.at+1) != "me" && r.word(r.at+1) != "us" {
		return Add, Reason{Text: "it begins with a verb"}, 0.7
	}
	ds, err := r.asDrafts()
	if err != nil {
		return Unclear, Reason{Text: "there is nothing in it"}, 0.5
	}
	d := &ds[0]
	if len(ds) > 1 || d.Due != nil || d.Recurrence != nil || len(d.Tags) > 0 || d.Priority != "" {
		return Add, Reason{Text: "it names a time, a tag or a priority"}, 0.7
	}
	return Unclear, Reason{Text: "nothing in it says what to do"}, 0.5
}

// answerMe begin what wants to be told something, or tells something.
var answerMe = []string{"tell me", "tell us", "give me", "give us", "show me", "you", "you're", "let me know", "sum up", "i'm", "i am", "it is", "it's", "name all", "name the", "name some"}

// asks reports whether it begins as a question does.
func (r *request) asks() bool {
	switch r.word(r.at) {
	case "what", "what's", "whats", "which", "who", "who's", "whose", "when", "when's", "where", "where's", "why", "how", "how's", "is", "are", "am", "was", "were",
		"do", "does", "did", "will", "can", "could", "should", "would", "has", "have", "any":
		return true
	}
	return false
}

// explicitTasks reports whether tasks are named.
func (r *request) explicitTasks() bool {
	return r.has("task", "tasks", "todo", "todos", "to do list", "to - do", "to dos", "overdue", "i have to do", "i need to do", "what's left", "what is left", "is still left", "my list", "my calendar", "my schedule", "my agenda", "my reminders", "my alarms",
		"did i finish", "did i complete", "trash", "deleted", "my notes", "have i finished", "have i done")
}

// aboutTasks reports whether a list may be meant.
func (r *request) aboutTasks() bool {
	return r.explicitTasks() || r.ranking.Of(string(List))+r.ranking.Of(string(Count))+r.ranking.Of(string(Search))+r.ranking.Of(string(Show))+r.ranking.Of(string(Next)) > 0.4
}

// known reports whether a word of the clause stands in a title last shown, or
// a reference to one does.
func (r *request) known() bool {
	for i := r.at + 1; i < r.end; i++ {
		w := r.word(i)
		if len(w) < 4 {
			continue
		}
		for _, title := range r.f.Listed {
			if strings.Contains(asciiLower(title), w) {
				return true
			}
		}
	}
	return len(r.f.Listed) > 0 && r.has("it", "that", "this", "them", "those", "these", "one", "ones", "both", "all")
}

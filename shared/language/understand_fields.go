package language

import "strings"

// tagging reads "tag X #y", "tag X with y", "add the tag y to X", "untag X".
func (r *request) tagging(a *Act) bool {
	remove := false
	switch {
	case r.starts(r.at, "tag") > 0:
	case r.starts(r.at, "untag") > 0:
		remove = true
	default:
		n := r.starts(r.at, "add the tag", "add tag", "add a tag", "add tags", "add the tags")
		if n == 0 {
			n = r.starts(r.at, "remove the tag", "remove tag", "delete the tag", "drop the tag", "remove the tags", "clear the tag")
			remove = n > 0
		}
		if hash := r.starts(r.at, "add #", "remove #", "delete #"); n == 0 && hash > 0 {
			n, remove = 1, r.word(r.at) != "add"
			k, _ := r.find(r.at+2, "to", "from")
			if _, verb := taskVerbs[r.word(k+1)]; k < 0 || k+1 >= r.end || !remove && verb {
				return false // "add #home to fix the roof" is a new task
			}
		}
		at, _ := r.find(r.at+n, "to", "from", "of")
		if n == 0 || at < 0 {
			return false
		}
		tags := tagWords(r.piece(r.at+n, at))
		if remove {
			a.Change.RemoveTags = tags
		} else {
			a.Change.AddTags = tags
		}
		r.target(a, at+1, r.end)
		return len(tags) > 0
	}
	at, k := r.find(r.at+1, "with", "as", "#")
	if at < 0 && remove && r.end-r.at > 2 {
		at, k = r.end-1, 0 // "untag rent bills"
	}
	if at < 0 {
		return false
	}
	if r.word(at) == "#" {
		k = 0
	}
	tags := tagWords(r.piece(at+k, r.end))
	if remove {
		a.Change.RemoveTags = tags
	} else {
		a.Change.AddTags = tags
	}
	r.target(a, r.at+1, at)
	return len(tags) > 0
}

func tagWords(s string) []string {
	var out []string
	signs := strings.Contains(s, "#")
	for w := range strings.FieldsSeq(asciiLower(s)) {
		if signs && w[0] != '#' && w != "and" && w != "," {
			break // what is behind the last sign is no tag
		}
		if w = strings.Trim(w, "#,.\"'"); w != "" && w != "and" {
			out = append(out, w)
		}
	}
	return out
}

// prioritizing reads "make X high priority", "X is urgent", "set the priority
// of X to low".
func (r *request) prioritizing(a *Act) bool {
	if n, _ := r.endsOne(r.at+1, r.end, unrankedTable); n > 0 && !r.asks() {
		a.Change.ClearPriority = true
		r.target(a, r.at, r.end-n)
		return a.Target.named()
	}
	p, k := r.priorityAt(r.end)
	if p == "" || r.word(r.end-1) != "priority" && r.ranking.Best == string(OutOfScope) && r.ranking.P > 0.6 && !r.known() {
		return false
	}
	end := r.end - k
	switch {
	case r.starts(r.at, "set the priority of", "change the priority of") > 0 && r.word(end-1) == "to":
		r.target(a, r.at+4, end-1)
	case r.starts(r.at, "make", "mark", "set", "flag") > 0 && end > r.at+1:
		for r.word(end-1) == "as" || r.word(end-1) == "to" || r.word(end-1) == "a" {
			end--
		}
		r.target(a, r.at+1, end)
	case r.word(end-1) == "is" && !r.asks() && end-1 > r.at:
		r.target(a, r.at, end-1)
	default:
		return false
	}
	a.Change.Priority = p
	return a.Target.named()
}

// unrankedTable says behind a title that it has no priority any more.
var unrankedTable = endsOf([]string{
	"isn't urgent", "isn't important", "is not urgent", "is not important", "is no longer urgent", "is no longer important", "isn't urgent anymore", "isn't important anymore", "is not urgent anymore", "is not important anymore",
	"isn't urgent any more", "isn't important any more", "is not urgent any more", "is not important any more", "isn't that urgent", "isn't that important",
})

// priorityAt is the priority that tokens before end say, and their number.
func (r *request) priorityAt(end int) (Priority, int) {
	k := 0
	if r.word(end-1) == "priority" {
		k = 1
	}
	switch r.word(end - 1 - k) {
	case "high", "urgent", "important":
		return High, k + 1
	case "top", "highest":
		if k == 1 {
			return High, 2
		}
	case "medium", "normal":
		return Medium, k + 1
	case "low":
		return Low, k + 1
	}
	return "", 0
}

// retitling reads "change the title of X to Y", "call it Y instead".
func (r *request) retitling(a *Act) bool {
	if n := r.starts(r.at, "change the title of", "change the name of"); n > 0 {
		a.Intent = Rename
		r.rename(a, r.at+n)
		return true
	}
	n := r.starts(r.at, "call it", "call that", "call this", "name it", "name that", "name this")
	end := r.end
	if r.word(end-1) == "instead" {
		end--
	} else if len(r.f.It) == 0 || r.starts(r.at+n, "a day", "off", "a night", "quits") > 0 {
		return false
	}
	if n == 0 || r.at+n >= end {
		return false
	}
	a.Intent, a.Target.Pronoun, a.Change.Title = Rename, "it", quoted(r.piece(r.at+n, end))
	return true
}

// names stand between a title and the one it gets.
var names = []string{"should be called", "should be named", "should be titled", "should rather be called", "should really be called", "must be called", "needs to be called", "ought to be called", "is now called", "is called now", "is actually called", "should read", "should say"}

var namesTable = beginnings(names)

// called reads "the report should be called annual report".
func (r *request) called(a *Act) bool {
	at, n := r.findOne(r.at+1, namesTable)
	if at < 0 || at-r.at > 6 || at+n >= r.end {
		return false
	}
	a.Intent, a.Change.Title = Rename, quoted(r.piece(at+n, r.end))
	r.target(a, r.at, at)
	return a.Target.named() && a.Change.Title != "" || r.restore(a, Edit)
}

// quoted is a title without the quotation marks around it.
func quoted(title string) string { return strings.Trim(title, "\"“”' \n") }

// statesTable ends a question for whether something is done.
var statesTable = endsOf([]string{"been done", "been finished", "been completed", "been paid", "all done", "taken care of", "been taken care of", "checked off", "ticked off", "done", "finished", "completed", "complete", "paid"})

// stateAsked reads "is the rent done?": the task is shown, done or not.
func (r *request) stateAsked(a *Act) bool {
	from := r.at + 1
	end := r.end
	for end > from && r.starts(end-1, "?", "yet", "already", "now", "today", "off") > 0 {
		end--
	}
	n, _ := r.endsOne(from, end, statesTable)
	if r.starts(from, "the", "my", "our") == 0 || n == 0 || end-n-from < 2 || end-n-from > 6 || r.has("list", "calendar", "event", "alarm", "timer") || r.ranking.Of(string(OutOfScope)) > 0.8 && !r.known() {
		return false
	}
	from++
	title := r.piece(from, end-n)
	if r.general(from, end-n) {
		return false // "are my tasks done"
	}
	a.Intent, a.Target.Filter = List, Filter{Text: title, Status: "all"}
	return true
}

// noting reads "add a note to X: Y".
func (r *request) noting(a *Act) bool {
	if n := r.starts(r.at, "set the description of", "set description of", "change the description of", "set the note of", "set the notes of", "change the note of", "change the notes of"); n > 0 {
		at, k := r.find(r.at+n+1, "to", ":")
		if at < 0 || at+k >= r.end {
			return false
		}
		a.Change.Description = r.text[r.ts[at+k].Start:]
		r.target(a, r.at+n, at)
		return a.Target.named()
	}
	n := r.starts(r.at, "add a note to", "add note to", "add a description to", "add the note to", "note on", "note for", "a note on", "a note for", "put a note on")
	at, _ := r.find(r.at+n, ":", "saying", "that says")
	if n == 0 || at < 0 || at+1 >= r.end {
		return false
	}
	at2, k := r.find(at, ":", "saying", "that says")
	a.Change.Description = r.text[r.ts[min(at2+k, len(r.ts)-1)].Start:]
	r.target(a, r.at+n, at)
	return true
}

// noReminders begin what wants a task and no reminder of it.
var noReminders = []string{
	"turn off reminders for", "turn off the reminders for", "turn off the reminder for", "turn off all reminders for", "switch off the reminder for", "switch off reminders for", "stop the reminders for", "no reminders for", "no reminder for",
	"no more reminders for", "don't remind me about", "don't remind me of", "do not remind me about", "do not remind me of", "stop reminding me about", "stop reminding me of", "mute the reminders for", "mute reminders for",
}

// clearing reads "remove the due date of X", "remove the reminder from X".
func (r *request) clearing(a *Act) bool {
	if n := r.starts(r.at, noReminders...); n > 0 && r.at+n < r.end {
		a.Intent, a.Change.ClearReminders = Remind, true
		r.target(a, r.at+n, r.end)
		return a.Target.named()
	}
	n := r.starts(r.at, "remove the", "clear the", "delete the")
	if n == 0 {
		return false
	}
	at, k := r.find(r.at+n, "from", "of")
	if at < 0 || at-r.at-n > 2 || at+k >= r.end {
		return false
	}
	switch r.spoken(r.at+n, at) {
	case "due date", "date", "deadline":
		a.Change.ClearDue = true
	case "reminder", "reminders":
		a.Intent, a.Change.ClearReminders = Remind, true
	case "priority":
		a.Change.ClearPriority = true
	case "repetition", "recurrence":
		a.Change.ClearRecurrence = true
	default:
		return false
	}
	r.target(a, at+k, r.end)
	return true
}

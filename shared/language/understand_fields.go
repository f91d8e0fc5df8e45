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
			if k, _ := r.find(r.at+2, "to", "from"); k < 0 || r.starts(k+1, "the", "my", "it", "that", "this", "them", "those", "number") == 0 {
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
	for w := range strings.FieldsSeq(asciiLower(s)) {
		if w = strings.Trim(w, "#,.\"'"); w != "" && w != "and" {
			out = append(out, w)
		}
	}
	return out
}

// prioritizing reads "make X high priority", "X is urgent", "set the priority
// of X to low".
func (r *request) prioritizing(a *Act) bool {
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
	if r.starts(r.at, "call it", "call that") > 0 && r.word(r.end-1) == "instead" && r.end > r.at+3 {
		a.Intent, a.Target.Pronoun, a.Change.Title = Rename, "it", r.piece(r.at+2, r.end-1)
		return true
	}
	return false
}

// noting reads "add a note to X: Y".
func (r *request) noting(a *Act) bool {
	n := r.starts(r.at, "add a note to", "add note to", "add a description to")
	at, _ := r.find(r.at+n, ":", "saying", "that says")
	if n == 0 || at < 0 || at+1 >= r.end {
		return false
	}
	at2, k := r.find(at, ":", "saying", "that says")
	a.Change.Description = r.text[r.ts[min(at2+k, len(r.ts)-1)].Start:]
	r.target(a, r.at+n, at)
	return true
}

// clearing reads "remove the due date of X", "remove the reminder from X".
func (r *request) clearing(a *Act) bool {
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

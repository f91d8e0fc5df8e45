package language

import (
	"slices"
	"strings"
)

// structures are tried in this order.
var structures = []func(*request, *Act) bool{
	(*request).tagging, (*request).prioritizing, (*request).marking, (*request).repeating, (*request).retitling, (*request).noting,
	(*request).clearing, (*request).reminding, (*request).leaving, (*request).showing, (*request).holding, (*request).removing, (*request).changing,
}

// structure reads what is said by its structure rather than by its first
// words: "tag X #y", "make X high priority", "X is done", settings.
func (r *request) structure(said Intent, n int) (Act, bool) {
	a := &r.act
	*a = Act{Intent: Edit, Confidence: 0.9}
	if p, ok := r.preference(); ok {
		a.Intent, a.Preferences, a.Why = Preference, p, []string{"its structure says what to change"}
		return *a, true
	}
	for _, read := range structures {
		if read(r, a) {
			a.Why = []string{"its structure says what to change"}
			a.Wide = a.Intent == Delete || a.Target.All || a.Target.Pronoun == "them" || len(a.Target.Ordinals) > 1
			return *a, true
		}
	}
	if (said == Confirm || said == Refuse || said == Undo || said == Redo || said == Next) && r.at+n == r.end {
		a.Intent, a.Why = said, []string{"it says so"}
		return *a, true
	}
	return Act{}, false
}

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

// marking reads "mark X as done", "X is done", "set X to done".
func (r *request) marking(a *Act) bool {
	a.Intent = Complete
	from := r.at + 1
	switch n := 0; {
	case r.behind(a, Complete, doneTable), r.behind(a, Reopen, undoneTable):
		return true
	case r.word(r.at) == "open" && r.word(r.end-1) == "again" && r.end-r.at > 2:
		a.Intent = Reopen
		r.target(a, from, r.end-1)
	case r.starts(r.at, "mark", "set") > 0:
		for _, s := range []string{"as not done", "as undone", "as open", "as incomplete", "not done", "back to open", "to open", "as not completed", "as not complete", "undone", "incomplete", "unfinished", "not finished"} {
			if k := strings.Count(s, " ") + 1; r.match(r.end-k, s) > 0 {
				a.Intent, n = Reopen, k
				break
			}
		}
		for _, s := range []string{"as done", "as complete", "as completed", "as finished", "to done", "to complete", "to completed", "done", "complete", "completed", "as being done", "off", "finished"} {
			if k := strings.Count(s, " ") + 1; n == 0 && r.match(r.end-k, s) > 0 && (s != "off" || r.word(r.at) == "mark") {
				n = k
			}
		}
		if n == 0 || r.end-n <= from {
			return r.restore(a, Edit)
		}
		r.target(a, from, r.end-n)
	case r.end-r.at >= 3 && !r.asks() && r.starts(r.end-2, "is done", "are done", "is finished", "is completed") > 0 && r.at < r.end-2:
		r.target(a, r.at, r.end-2)
		if r.word(r.at) == "that" && r.end-r.at == 3 {
			a.Target = Target{Pronoun: "it"}
		}
	case r.end-r.at >= 3 && r.starts(r.at, "check", "tick", "cross") > 0 && r.word(r.end-1) == "off":
		r.target(a, from, r.end-1)
	default:
		return r.restore(a, Edit)
	}
	return true
}

// doneBehind and undoneBehind say behind a title that it is done, or is not.
var (
	doneBehind   = []string{", check it off", ", mark it off", ", tick it off", ", cross it off", ", mark it done", ", mark it as done", ", mark it as complete", "check it off", "mark it off", "tick it off", "mark it as done", ". mark it off", ". check it off"}
	undoneBehind = []string{"isn't done", "is not done", "isn't finished", "is not finished", "isn't done yet", "is not done yet", "isn't finished yet", "is not finished yet", "isn't done after all", "is not done after all",
		"isn't finished after all", "is not finished after all", "is not complete", "isn't complete", "needs to be reopened", ", mark it as open", ", mark it as not done", ", reopen it", "is still open"}
	doneTable, undoneTable = endsOf(doneBehind), endsOf(undoneBehind)
)

// behind reads an intent from the words behind a title.
func (r *request) behind(a *Act, in Intent, phrases *phraseTable) bool {
	best, _ := r.endsOne(r.at+1, r.end, phrases)
	if best == 0 || r.asks() {
		return false
	}
	a.Intent = in
	r.target(a, r.at+r.starts(r.at, deeds...), r.end-best)
	return a.Target.named()
}

// restore puts the intent back and reports that nothing was read.
func (r *request) restore(a *Act, in Intent) bool {
	a.Intent, a.Target, a.Change = in, Target{}, Change{}
	return false
}

// retitling reads "change the title of X to Y", "call it Y instead".
func (r *request) retitling(a *Act) bool {
	if n := r.starts(r.at, "change the title of", "change the name of"); n > 0 {
		a.Intent = Rename
		*a = r.rename(*a, r.at+n)
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

// reminding reads "remind me of it an hour before", "remind me about the dentist 2 days
// before". A day or an hour makes it a new task, unless it is about what was spoken of.
func (r *request) reminding(a *Act) bool {
	if n := r.starts(r.at, "add a reminder to the", "add a reminder to my", "add a reminder to it", "add a reminder to that", "add a reminder on the", "add a reminder on it", "add a reminder for it", "set a reminder for it",
		"set a reminder on the", "set a reminder on it", "add a reminder to number"); n > 0 {
		return r.addingReminder(a, r.at+n-1)
	}
	n := r.starts(r.at, "remind me of", "remind me about", "remind me again about", "keep reminding me of", "keep reminding me about")
	if n == 0 || r.at+n >= r.end {
		return r.restore(a, a.Intent)
	}
	from := r.at + n
	k := from + r.starts(from, "the", "my")
	switch {
	case r.starts(from, "it", "that", "this", "this one", "that one") > 0:
		a.Target.Pronoun = "it"
		from += r.starts(from, "it", "that", "this", "this one", "that one")
	case r.starts(from, "them", "those", "these") > 0:
		a.Target.Pronoun = "them"
		from++
	case ordinalWords[r.word(k)] != 0:
		k++
		k += r.starts(k, "one", "task")
		r.target(a, from, k)
		from = k
	default:
		return r.remindingOf(a, from)
	}
	if ms := r.reminders(from, r.end); len(ms) > 0 {
		a.Intent, a.Change.Reminders = Remind, ms
		return true
	}
	if w := Dates(r.rest(from), r.c); len(w) > 0 {
		a.Intent, a.Change.Reminders = Remind, []Reminder{{At: &w[0]}}
		return true
	}
	return r.restore(a, a.Intent)
}

// addingReminder reads "add a reminder to the essay for 8am" from its title on.
func (r *request) addingReminder(a *Act, from int) bool {
	for i := max(from+1, r.end-maxBefore); i < r.end; i++ {
		k := r.starts(i, "for", "at", "on")
		ms := r.reminders(i+k, r.end)
		if len(ms) == 0 && k > 0 {
			if w := Dates(r.rest(i+k), r.c); len(w) > 0 && w[0].Span.Start == 0 {
				ms = []Reminder{{At: &w[0]}}
			}
		}
		if len(ms) > 0 {
			a.Intent, a.Change.Reminders = Remind, ms
			r.target(a, from, i)
			return a.Target.named() || r.restore(a, Edit)
		}
	}
	return r.restore(a, Edit)
}

// remindingOf reads a title, and behind it reminders that all hang on its due time.
func (r *request) remindingOf(a *Act, from int) bool {
	end := r.end
	if at, n := r.find(max(from, end-maxBefore), "it starts", "it begins", "it is due", "it's due", "it ends", "we start", "i leave"); at > from && at+n == end {
		end = at
	}
	if at, _ := r.find(max(from, end-maxBefore), "before", "earlier", "in advance", "ahead", "beforehand", "every"); at < 0 || at >= end {
		return r.restore(a, a.Intent)
	}
	for i := max(from+1, end-maxBefore); i < end; i++ {
		ms := r.reminders(i, end)
		if len(ms) == 0 || slices.ContainsFunc(ms, func(m Reminder) bool { return m.At != nil || m.Before == 0 && m.Clock == nil && m.Repeat == 0 }) {
			continue
		}
		a.Intent, a.Change.Reminders = Remind, ms
		r.target(a, from, i)
		return a.Target.named() || r.restore(a, Edit)
	}
	return r.restore(a, a.Intent)
}

// maxBefore is how many words say when to remind.
const maxBefore = 8

// reminders are what tokens say as the reminders of a task, and nothing beside.
func (r *request) reminders(i, end int) []Reminder {
	again := "x, remind me "
	if r.word(r.at) == "keep" {
		again = "x, keep reminding me "
	}
	ds, err := Drafts(again+r.piece(i, end), r.c)
	if err != nil || len(ds) != 1 || ds[0].Title != "x" {
		return nil
	}
	return ds[0].Reminders
}

// leaving reads "no yoga this week", "start choir again", "put the vet back on my list".
func (r *request) leaving(a *Act) bool {
	switch {
	case r.word(r.at) == "no" && r.ranking.Of(string(Skip)) > 0.3 && r.end-r.at <= 6:
		a.Intent = Skip
		if end := r.beforeDate(r.at + 1); end < r.end {
			r.target(a, r.at+1, end)
			return a.Target.named() || r.restore(a, Edit)
		}
	case r.starts(r.at, "start", "begin") > 0 && r.word(r.end-1) == "again" && r.end-r.at > 2 && r.ranking.Best != string(OutOfScope):
		a.Intent = Resume
		r.target(a, r.at+1, r.end-1)
		return a.Target.named() || r.restore(a, Edit)
	case r.word(r.at) == "put":
		at, n := r.find(r.at+2, "back on my list", "back on the list", "back on my to do list", "back from the trash", "back on the to do list")
		if at > 0 && at+n == r.end {
			a.Intent = Restore
			r.target(a, r.at+1, at)
			return a.Target.named() || r.restore(a, Edit)
		}
	}
	return r.restore(a, Edit)
}

// showing reads "show it", "open number 2", "show me the vet": one task, not a list.
func (r *request) showing(a *Act) bool {
	n := r.starts(r.at, "show me", "show", "open", "display", "bring up", "pull up")
	if n == 0 || r.at+n >= r.end || len(r.f.Listed) == 0 && r.ranking.Of(string(Show)) < 0.2 {
		return false
	}
	t, from := Target{}, r.at+n
	one := r.end-from <= 4 && r.ordinals(&t, from, r.end) && len(t.Ordinals) == 1 || r.pronoun(&t, from, r.end) && t.Pronoun == "it"
	if !one {
		i := from + r.starts(from, "the", "my")
		one = i > from && r.end-i <= 3 && !r.general(i, r.end) && !kindWords[r.word(r.end-1)] && r.ranking.Of(string(Show)) > 0.2 && r.ranking.Of(string(Show)) > r.ranking.Of(string(OutOfScope))
	}
	if !one {
		return false
	}
	a.Intent = Show
	r.target(a, from, r.end)
	return a.Target.named() || r.restore(a, Edit)
}

// removing reads "take X off my list" and "I want X taken off".
func (r *request) removing(a *Act) bool {
	from := r.at
	if n := r.starts(r.at, "turn off", "switch off", "shut off", "take away", "disable", "turn"); n > 0 && r.has("alarm", "alarms", "timer", "reminder", "reminders") && (n > 1 || r.word(r.end-1) == "off" || r.word(r.at) == "disable") {
		a.Intent = Delete
		r.target(a, r.at+n, r.end)
		return a.Target.named() || r.restore(a, Edit)
	}
	verbs := []string{"off", "out of", "from"}
	if n := r.starts(r.at, "i want", "i need", "i'd like", "i would like", "i want to have", "have"); n > 0 {
		from += n
		verbs = []string{"taken off", "taken from", "removed from", "deleted from", "erased from", "crossed off", "removed", "deleted"}
	} else if from += r.starts(r.at, "take", "pull", "scratch", "strike", "cross", "leave"); from == r.at {
		return false
	}
	at, k := r.find(from, verbs...)
	if at <= from || !(r.at+1 < from || at+k == r.end || r.starts(at+k, "my", "the", "our", "of my", "of the") > 0) {
		return false
	}
	a.Intent = Delete
	r.target(a, from, at)
	return a.Target.named() || r.restore(a, Edit)
}

// changing reads "change X to Friday", "make it at 5pm instead", "set the due
// date of X to Monday".
func (r *request) changing(a *Act) bool {
	n := r.starts(r.at, "change", "set the due date of", "change the due date of", "change the date of", "change the time of", "set the date of", "change my")
	if at, _ := r.find(r.at+2, "to"); n == 0 && at > 0 && r.starts(r.at, "set the", "set my") > 0 && !r.has("alarm", "alarms", "timer", "reminder", "clock", "time zone", "timezone") {
		n = 1
	}
	if r.word(r.at) == "bring" && r.has("forward") {
		n = 1
	}
	if n == 0 && (r.word(r.end-1) != "instead" || r.starts(r.at, "make", "do") == 0) {
		return false
	}
	b := Act{Intent: Reschedule}
	if n == 0 && r.word(r.at) != "bring" {
		n = 1
		r.end--
		defer func() { r.end++ }()
	}
	b = r.move(b, r.at+n)
	said := b.Target.named()
	if b.Change.Due == nil && b.Change.Shift == nil || !said || r.word(r.at) == "change" && len(Recurrences(r.text, r.c)) > 0 {
		return false
	}
	at, _ := r.find(r.at, "to")
	if r.word(r.at) == "change" && at < 0 {
		return false
	}
	b.Confidence, b.Why = a.Confidence, a.Why
	*a = b
	return true
}

package language

import "strings"

// structures are tried in this order. Those with words are tried only where a clause begins
// with one of them.
var structures = [...]struct {
	read  func(*request, *Act) bool
	words string
}{
	{(*request).tagging, "tag untag add remove delete drop clear"},
	{(*request).prioritizing, ""},
	{(*request).marking, ""},
	{(*request).repeating, ""},
	{(*request).retitling, "change call name"},
	{(*request).called, "the my our this that it number"},
	{(*request).stateAsked, "is are was were has have"},
	{(*request).noting, "add set change note a put"},
	{(*request).clearing, "remove clear delete turn switch stop no don't do mute"},
	{(*request).reminding, "add set remind keep"},
	{(*request).leaving, "no start begin put"},
	{(*request).showing, "show open display bring pull"},
	{(*request).holding, "put"},
	{(*request).removing, "turn switch shut take disable i i'd have pull scratch strike cross leave"},
	{(*request).changing, "change set bring make do can let's"},
	{(*request).correcting, ""},
	{(*request).moved, ""},
	{(*request).mistaken, "i oops"},
	{(*request).told, ""},
}

// structuresOf has a bit for each structure that a word may begin; those of "" have none.
var structuresOf = func() map[string]uint32 {
	of := map[string]uint32{}
	for i := range structures {
		if structures[i].words == "" {
			of[""] |= 1 << i
		}
		for w := range strings.FieldsSeq(structures[i].words) {
			of[w] |= 1 << i
		}
	}
	return of
}()

// anyStructure are those that any word may begin.
var anyStructure = structuresOf[""]

// structure reads what is said by its structure rather than by its first
// words: "tag X #y", "make X high priority", "X is done", settings.
func (r *request) structure(a *Act, said Intent, n int) bool {
	*a = Act{Intent: Edit, Confidence: 0.9}
	if p, ok := r.preference(); ok {
		a.Intent, a.Preferences, a.Why = Preference, p, byStructure
		return true
	}
	may := anyStructure | structuresOf[r.word(r.at)]
	for i := range structures {
		if may&(1<<i) != 0 && structures[i].read(r, a) {
			a.Why = byStructure
			a.Wide = a.Intent == Delete || a.Target.All || a.Target.Pronoun == "them" || len(a.Target.Ordinals) > 1
			return true
		}
	}
	if (said == Confirm || said == Refuse || said == Undo || said == Redo || said == Next) && r.at+n == r.end {
		a.Intent, a.Why = said, because("it says so")
		return true
	}
	return false
}

// marking reads "mark X as done", "X is done", "set X to done".
func (r *request) marking(a *Act) bool {
	a.Intent = Complete
	from := r.at + 1
	end := r.end
	if n, _ := r.endsOne(from, r.end, onTheList); n > 0 && r.starts(r.at, "mark", "set", "check", "tick", "cross") > 0 {
		r.end -= n // "mark vacuuming as done on my list"
		defer func() { r.end = end }()
	}
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

// onTheList are places of a task behind what is to be done with it.
var onTheList = endsOf([]string{"on my list", "on the list", "on my to do list", "on my to - do list", "on my todo list", "on my task list", "in my list", "in my tasks", "in the list", "in my todo list", "in my to do list", "on the to do list"})

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
	r.target(a, r.at+r.opens(r.at, deeds), r.end-best)
	return a.Target.named()
}

// restore puts the intent back and reports that nothing was read.
func (r *request) restore(a *Act, in Intent) bool {
	a.Intent, a.Target, a.Change = in, Target{}, Change{}
	return false
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
	whole := r.end
	defer func() { r.end = whole }()
	if at, k := r.find(r.at+2, "instead of"); at > 0 && at+k < r.end {
		r.end = at + 1 // "at 4 instead of 3"
	}
	lead := r.starts(r.at, "make", "do", "can we do", "can we make", "can we move", "let's do", "let's make", "let's move")
	if n == 0 && (r.word(r.end-1) != "instead" || lead == 0) {
		return false
	}
	if r.word(r.at) == "set" && r.ranking.Of(string(OutOfScope)) > 0.6 && !r.known() {
		return false // "set the lights to sleep mode at ten"
	}
	b := Act{Intent: Reschedule}
	if n == 0 && r.word(r.at) != "bring" {
		n = lead
		r.end--
	}
	r.move(&b, r.at+n)
	said := b.Target.named()
	at, _ := r.find(r.at, "to")
	if r.word(r.at) == "change" && at > r.at+1 {
		if rs := Recurrences(r.rest(at), r.c); len(rs) > 0 { // "change the gym to every Tuesday"
			a.Intent, a.Change.Recurrence = Edit, &rs[0]
			r.target(a, r.at+1, at)
			return a.Target.named()
		}
		if r.ts[r.at+1].Quoted && r.ts[r.end-1].Quoted { // change "buy milk" to "buy oat milk"
			a.Intent = Rename
			r.rename(a, r.at+1)
			return a.Target.named() && a.Change.Title != ""
		}
	}
	if b.Change.Due == nil && b.Change.Shift == nil || !said {
		return false
	}
	if r.word(r.at) == "change" && at < 0 {
		return false
	}
	b.Confidence, b.Why = a.Confidence, a.Why
	*a = b
	return true
}

package language

import (
	"strings"
	"sync"

	"function/shared/language/civil"
)

// told reads what somebody tells to be done: "paid the rent", "already called Ann",
// "laundry done", "rent is paid". It names a task, and where there is none, nothing happens.
func (r *request) told(a *Act) bool {
	if r.asks() && r.starts(r.at, "did the", "did my", "did all") == 0 || r.end-r.at < 2 || r.end-r.at > 9 || r.word(len(r.ts)-1) == "?" || r.ranking.Of(string(OutOfScope)) > 0.85 && !r.known() {
		return false
	}
	if in, _ := r.command(); in == Complete || in == Reopen {
		return false // "done with the milk"
	}
	past := pastVerbs()
	from := r.at + r.opens(r.at, deeds)
	if from == r.at {
		from += r.starts(from, "i", "we")
	}
	from += r.starts(from, "just", "already", "finally")
	if r.starts(from, "got", "did", "had", "met") > 0 && r.starts(from+1, "back", "home", "here", "there", "up", "in", "out", "married", "sick", "lost", "tired", "bored", "well", "great", "good", "you", "nothing") > 0 {
		return false // "I just got home" tells how somebody is
	}
	end := r.end
	for end > from && r.starts(end-1, "already", "now", "today", "too", "earlier") > 0 {
		end--
	}
	last := r.word(end - 1)
	switch _, done := past[last]; {
	case past[r.word(from)] != "" && end-from > 1 && !r.ahead(from):
		a.Intent = Complete
		r.target(a, from, end)
	case done && r.starts(end-2, "is", "are", "was", "got", "been", "all") > 0 && end-3 >= from && r.starts(from, "i", "you", "it", "that", "he", "she", "they") == 0:
		a.Intent = Complete
		end -= 2
		for end > from && r.starts(end-1, "has", "have", "is", "are") > 0 {
			end--
		}
		r.target(a, from, end)
	case (last == "done" || last == "finished") && end-from <= 5 && r.word(end-2) != "not" && taskless(r.word(from)) && r.ranking.Of(string(Complete)) > 0.2:
		a.Intent = Complete
		r.target(a, from, end-1)
	default:
		return false
	}
	return a.Target.named() || r.restore(a, Edit)
}

// taskless reports a word that begins no task: "get it done" does.
func taskless(w string) bool {
	_, verb := taskVerbs[w]
	return !verb && w != "i" && w != "you" && w != "it" && w != "well" && w != "that" && w != "nice" && w != "almost" && w != "nearly"
}

// ahead reports a date from token i on that is still to come: nothing is done there.
func (r *request) ahead(i int) bool {
	now := civil.Of(r.c.Now)
	for _, w := range Dates(r.rest(i), r.c) {
		if now.Midnight().Before(w.Start) && (w.Start.Midnight() != now.Midnight() || w.HasTime && now.Before(w.Start)) {
			return true
		}
	}
	return false
}

// irregular are past forms of task verbs by verb; those that are as the verb is say nothing.
const irregular = `paid pay, bought buy, got get, did do, sent send, took take, made make, wrote write, fed feed, met meet, swept sweep, built build, brought bring, drove drive, gave give, spoke speak, told tell,
found find, threw throw, hung hang, swam swim, ran run, sold sell, lent lend, rang ring, drew draw, taught teach, slept sleep, wore wear, rebuilt rebuild, repaid repay, wound wind, mown mow, done do, written write, taken take, given give`

// pastVerbs have the verb of each past form.
var pastVerbs = sync.OnceValue(func() map[string]string {
	set := map[string]string{}
	for pair := range strings.SplitSeq(irregular, ",") {
		past, verb, _ := strings.Cut(strings.TrimSpace(pair), " ")
		set[past] = verb
	}
	known := map[string]bool{}
	for _, verb := range set {
		known[verb] = true
	}
	for verb := range taskVerbs {
		if known[verb] || len(verb) < 3 {
			continue
		}
		switch {
		case strings.HasSuffix(verb, "e"):
			set[verb+"d"] = verb
		case strings.HasSuffix(verb, "y") && !strings.ContainsRune("aeiou", rune(verb[len(verb)-2])):
			set[verb[:len(verb)-1]+"ied"] = verb
		default:
			set[verb+"ed"] = verb
			set[verb+verb[len(verb)-1:]+"ed"] = verb // mopped
		}
	}
	for _, w := range []string{"added", "needed", "tested", "worked", "used", "created", "tried", "thanked", "played", "listened", "looked", "helped"} {
		delete(set, w) // what is told with these is seldom a task of the list
	}
	return set
})

// VerbOf is the verb of an English past form ("paid"), or empty.
func VerbOf(past string) string { return pastVerbs()[past] }

// moves stand between a title and when it is now.
var moves = []string{
	"is now on", "is now at", "is now", "got moved to", "got moved", "was moved to", "has been moved to", "has moved to", "is moved to", "moved to", "got pushed to", "was pushed to", "got rescheduled to", "was rescheduled to",
	"has been rescheduled to", "got postponed to", "was postponed to", "has been postponed to", "got pushed back to", "got delayed to", "is postponed to", "are now on", "are now at",
}

var movesTable = beginnings(moves)

// moved reads "the dentist got moved to Thursday" and "from now on the gym is at 7".
func (r *request) moved(a *Act) bool {
	from := r.at
	n := r.starts(r.at, "from now on")
	if n > 0 && r.starts(r.at+n, ",") > 0 {
		n++
	}
	from += n
	at, k := r.findOne(from+1, movesTable)
	if at < 0 && n > 0 {
		if at, k = r.find(from+1, "is at", "is on", "are at", "are on"); at > 0 {
			k--
		}
	}
	if at < 0 || at-from > 6 || at+k >= r.end || r.asks() {
		return false
	}
	to := r.rest(at + k)
	ws := Dates(to, r.c)
	if len(ws) == 0 || ws[0].Span.Start > 0 || len(strings.Trim(to[ws[0].Span.End:], " .!")) > len(" instead") {
		return false
	}
	a.Intent = Reschedule
	a.Change.Due = &ws[0]
	r.target(a, from, at)
	if n > 0 {
		a.Target.Scope = "following"
	}
	return a.Target.named() || r.restore(a, Edit)
}

// mistaken reads "I deleted the milk by accident".
func (r *request) mistaken(a *Act) bool {
	from := r.at + r.starts(r.at, "oops", "oops ,")
	end := r.end
	n := r.starts(from, "i accidentally", "i mistakenly", "i")
	accident := n > 1
	for _, words := range []string{"by accident", "by mistake", "accidentally"} {
		if k := strings.Count(words, " ") + 1; r.match(end-k, words) > 0 {
			end, accident = end-k, true
		}
	}
	if n == 0 || !accident {
		return false
	}
	switch r.word(from + n) {
	case "deleted", "removed", "erased", "trashed":
		a.Intent = Restore
	case "completed", "finished", "checked", "ticked":
		a.Intent = Reopen
	default:
		return r.restore(a, Edit)
	}
	from += n + 1
	from += r.starts(from, "off")
	r.target(a, from, end)
	return a.Target.named() || r.restore(a, Edit)
}

// correcting reads "actually make it Friday", "no, I meant 6pm", "same time tomorrow": a
// date alone, for what was spoken of last.
func (r *request) correcting(a *Act) bool {
	if r.pending() || r.end-r.at > 12 || r.asks() {
		return false
	}
	from, said := r.at, r.at > 0 && r.opens(0, corrections) > 0 // "wait" is passed over before a command
	for {
		n := r.opens(from, corrections)
		if n == 0 {
			break
		}
		from, said = from+n, true
	}
	if k := r.starts(from, "at the same time", "the same time", "same time"); k > 0 {
		from, said = from+k, true
	}
	end := r.end
	if at, _ := r.find(from+1, "not", "instead"); at > 0 {
		end = at
		for end > from && r.word(end-1) == "," {
			end--
		}
	}
	if !said || end <= from {
		return false
	}
	text := r.piece(from, end)
	ws := Dates(text, r.c)
	if len(ws) != 1 || ws[0].Span.Start > 0 || strings.Trim(text[ws[0].Span.End:], " .!") != "" {
		return false
	}
	if len(r.f.It) == 0 {
		*a = Act{Intent: Unclear, Confidence: 0.5}
		return true
	}
	a.Intent, a.Target.Pronoun, a.Change.Due = Reschedule, "it", &ws[0]
	return true
}

// corrections come before what is said instead.
var corrections = beginnings([]string{"no", "nope", "wait", "actually", "sorry", "oops", "hmm", "hm", "i mean", "i meant", "make it", "make that", "better", "rather", "let's say", "let's make it", "let's do", "do it", ","})

package language

import (
	"slices"
	"strings"

	"function/shared/language/token"
)

// phrases are the words in which a language other than English says the core
// intents: where English has a grammar of its own (understand.go), these have a
// verb at the start or the end of the message, and what it is about between.
type phrases struct {
	// first are the words that a message of the intent begins with, last those it
	// may end with instead ("lösche …", "… löschen"), and after those that may end
	// what first began ("füge … hinzu").
	first, last, after map[Intent][]string
	// polite words and list words around what is meant are passed over.
	polite, skip []string
	// task words follow "add": "a task:".
	task []string
	// to stands before a new date, into before a new title, by before a
	// distance; ahead makes a distance a date ("in 2 days").
	to, into, by []string
	ahead        string
	it, them     []string
	all          []string
	ordinals     map[string]int
	// about are the words that make a question one about tasks.
	about []string
	// around are phrases in two parts, at the start and at the end of a message.
	around map[Intent][][2]string
	// asks begin a question, refuse forbids, without accents.
	asks, refuse []string
	// joints divide clauses; one of a following clause begins as first does.
	joints []string
	// show are those of List that show one task where they name no kind of them.
	show []string
	// cancels mean no where a question is open, and else undo.
	cancels []string
	// until stands before the end of a pause, during before its length.
	until, during []string
	// setters begin and ranks end a change of priority, with as between; is stands
	// between a title and its rank.
	setters, as, is []string
	ranks           map[Priority][]string
	// tag verbs, and with before the tags.
	tag, with []string
	// remind begins a reminder, of stands before what it is about.
	remind, of []string
	// repeat begins a repetition, single ends or begins the end of one.
	repeat, single    []string
	settings          settingPhrases
	overdue, finished []string
	high, low         []string
	// infinitives are the ends of verbs in the form that tasks are written in, at
	// the start of a task or, for verbFinal languages, at its end.
	infinitives []string
	verbFinal   bool
	// imperatives begin a new task as people write it in haste: "kauf Milch".
	imperatives []string
	// have begins what somebody tells to be done, pasts are the verbs of it.
	have, pasts []string
	// lists are places at the end of a new task.
	lists []string
	index *phraseIndex
}

// spokenIn are the phrases by language; English has none.
var spokenIn = map[string]*phrases{
	"de": germanPhrases.indexed(), "es": spanishPhrases.indexed(), "fr": frenchPhrases.indexed(), "pt": portuguesePhrases.indexed(), "it": italianPhrases.indexed(),
}

// phraseReader reads one message with the phrases of its language.
type phraseReader struct {
	*phrases
	text string
	c    Context
	ts   []token.Token
	// from and end bound the tokens left to read.
	from, end int
}

func (p *phraseReader) word(i int) string {
	if i < 0 || i >= len(p.ts) {
		return ""
	}
	return p.ts[i].Text
}

// readPhrases finds the intent and its parts.
func readPhrases(a *Act, text string, ts []token.Token, c Context, ph *phrases, asked bool) {
	p := &phraseReader{phrases: ph, text: text, c: c, ts: ts, end: len(ts)}
	question := p.word(p.end-1) == "?"
	for p.end > 0 && endsSentence(p.word(p.end-1)) && ts[p.end-1].Kind == token.Sign {
		p.end--
	}
	whole := p.end
	p.trimPolite()
	if p.from >= p.end { // politeness was all there is
		p.from = 0
	}
	start := p.from
	if isBulleted(text) {
		p.other(a, false)
		return
	}
	if asked && p.from+p.startsWith(ph.cancels) == p.end {
		*a = Act{Intent: Refuse, Confidence: 0.9, Why: because("it says no to what was asked")}
		return
	}
	if p.setting(a) {
		return
	}
	if p.editing(a) {
		a.Wide = a.Target.All || a.Target.Pronoun == "them"
		a.Confidence, a.Why = 0.9, byStructure
		return
	}
	p.from, p.end = start, whole
	if p.told(a) {
		return
	}
	p.from, p.end = start, whole
	if p.remindedFirst(a) {
		a.Intent, a.Confidence, a.Why = Add, 0.9, byForm
		return
	}
	p.from, p.end = start, whole
	intent, n := p.intent()
	if intent != "" && n > 0 && !p.tooLong(intent) {
		if *a = (Act{Intent: intent}); p.act(a) {
			a.Wide = intent == Delete || a.Target.All || a.Target.Pronoun == "them"
			a.Confidence, a.Why = 0.9, Reasons{{Word: intent}}
			return
		}
	}
	switch intent {
	case Add, Complete, Reopen, Delete, Restore, Skip, Reschedule, Rename, Snooze, Pause, Resume:
		if p.from > start { // it began as a change: never a new task by guess
			*a = Act{Intent: Unclear, Confidence: 0.5, Why: because("it does not say enough to " + string(intent))}
			return
		}
	}
	p.from, p.end = start, whole
	p.other(a, question)
}

// intent is what the phrases at both ends say, which are passed over.
func (p *phraseReader) intent() (Intent, int) {
	n, which := p.begins(p.index.first)
	first := p.index.firstIntents[which]
	at := p.from + n
	p.trimPoliteEnd()
	around := p.around
	if k, _ := p.begins(p.index.around); k == 0 {
		around = nil
	}
	for intent, pairs := range around {
		for _, pair := range pairs {
			begin, end := p.startsWith(pair[:1]), p.endsWith(pair[1:])
			if begin > 0 && end > 0 && p.from+begin+end < p.end {
				p.from, p.end = p.from+begin, p.end-end
				return intent, begin
			}
		}
	}
	if p.from = at; n > 0 {
		p.end -= p.endsWith(p.after[first])
		return first, n
	}
	if n, which = p.finishes(p.index.last); n == 0 {
		return "", 0
	}
	p.end -= n
	return p.index.lastIntents[which], n
}

// tooLong reports more words than a message of a fixed intent has.
func (p *phraseReader) tooLong(i Intent) bool {
	switch i {
	case Confirm, Refuse, SmallTalk:
		return p.end-p.from > 2
	case Undo, Redo, Help, Next:
		return p.end-p.from > 6
	}
	return false
}

// other is a message without a word for an intent: a new task, or none.
func (p *phraseReader) other(a *Act, question bool) {
	*a = Act{Intent: OutOfScope, Confidence: 0.6, Why: byNothing}
	if question || p.end-p.from > 60 || p.startsWith(p.asks) > 0 {
		return
	}
	if w := fold(p.word(p.from)); p.end-p.from <= 8 && (slices.Contains(p.refuse, w) || slices.Contains(p.refuse, fold(p.word(p.from+1)))) {
		*a = Act{Intent: Unclear, Confidence: 0.5, Why: because("it forbids something")}
		return
	}
	ds, err := draftsOf(p.text, p.ts, p.c)
	if err != nil {
		return
	}
	d := &ds[0]
	if len(ds) > 1 || d.Due != nil || d.Recurrence != nil || len(d.Tags) > 0 || d.Priority != "" || p.infinitive() || p.end-p.from > 1 && p.end-p.from <= 8 && p.startsWith(p.imperatives) > 0 {
		*a = Act{Intent: Add, Drafts: ds, Confidence: 0.7, Why: byForm}
	}
}

// infinitive reports a verb where a task has it: "comprar pan", "Brot kaufen".
func (p *phraseReader) infinitive() bool {
	at := p.from
	if p.verbFinal {
		at = p.end - 1
	}
	if p.end-p.from < 2 || p.end-p.from > 12 || at < 0 {
		return false
	}
	for _, end := range p.infinitives {
		if w := p.word(at); len(w) > len(end)+1 && strings.HasSuffix(w, end) {
			return true
		}
	}
	return false
}

func (p *phraseReader) act(a *Act) bool {
	switch a.Intent {
	case Add:
		if p.remindedLater(a) {
			return true
		}
		p.trimStart(p.task)
		if n := p.endsWith(p.lists); n > 0 && p.from+n < p.end {
			p.end -= n
		}
		text := p.body()
		if d, rest, ok := strings.Cut(text, "'"); ok && strings.EqualFold(d, "d") {
			text = rest // rappelle-moi d'appeler
		}
		ds, err := Drafts(text, p.c)
		a.Drafts = ds
		return err == nil && p.from < p.end
	case Complete, Reopen, Delete, Restore, Skip, Resume:
		if a.Intent == Skip {
			p.trimDate()
		}
		p.target(&a.Target)
		return a.Target.named()
	case Pause, Snooze:
		return p.delay(a)
	case Reschedule:
		return p.reschedule(a)
	case Rename:
		return p.rename(a)
	case List, Count:
		return p.list(a)
	case Search:
		a.Target.Filter = Filter{Text: strings.Trim(p.body(), "\"' "), Status: "all"}
		return a.Target.Filter.Text != ""
	}
	return true
}

// trimDate passes over a date at the end: "überspring das Training diese Woche".
func (p *phraseReader) trimDate() {
	if p.from >= p.end {
		return
	}
	text := p.body()
	ws := Dates(text, p.c)
	if len(ws) == 0 || ws[len(ws)-1].Span.Start == 0 || ws[len(ws)-1].Span.End < len(text) {
		return
	}
	at := p.ts[p.from].Start + ws[len(ws)-1].Span.Start
	for p.end > p.from && p.ts[p.end-1].Start >= at {
		p.end--
	}
}

// told reads what somebody tells to be done: "hab die Miete bezahlt", "j'ai payé le loyer".
func (p *phraseReader) told(a *Act) bool {
	n := p.startsWith(p.have)
	if n == 0 && (p.verbFinal || !slices.Contains(p.pasts, p.word(p.from))) { // "pagué el alquiler" needs no more, but its accent
		return false
	}
	from, end := p.from+n, p.end
	if p.verbFinal {
		k := p.endsWith(p.pasts)
		end -= k
		if k == 0 {
			return false
		}
	} else {
		k := p.phraseAt(from, p.pasts)
		from += k
		if k == 0 {
			return false
		}
	}
	if end-from < 1 || end-from > 6 {
		return false
	}
	p.from, p.end = from, end
	*a = Act{Intent: Complete, Confidence: 0.9, Why: because("it tells that something is done")}
	p.target(&a.Target)
	return a.Target.named()
}

// remindedFirst reads a reminder with its time before what it is about, the verb first,
// in the middle or at the end: "erinnere mich um 9 an den Zahnarzt", "um 9 erinnere mich
// an den Zahnarzt".
func (p *phraseReader) remindedFirst(a *Act) bool {
	if n := p.startsWith(p.remind); n > 0 {
		p.from += n
		return p.remindedLater(a)
	}
	for i := p.from + 1; i < p.end && i < p.from+maxBefore; i++ {
		n := p.phraseAt(i, p.remind)
		if n == 0 {
			continue
		}
		when := p.span(p.from, i)
		k := p.phraseAt(i+n, p.of)
		if ws := Dates(when, p.c); k == 0 || i+n+k >= p.end || len(ws) != 1 || ws[0].Span != (Span{0, len(when)}) {
			return false
		}
		ds, err := Drafts(p.span(i+n+k, p.end)+" "+when, p.c)
		a.Drafts = ds
		return err == nil
	}
	return false
}

// remindedLater reads "erinnere mich morgen um 9 an den Zahnarzt" from behind its verb: a
// time before what it is about.
func (p *phraseReader) remindedLater(a *Act) bool {
	if p.phraseAt(p.from-2, p.remind) == 0 && p.phraseAt(p.from-1, p.remind) == 0 && p.phraseAt(p.from-3, p.remind) == 0 {
		return false
	}
	for i := p.from + 1; i < p.end && i < p.from+maxBefore; i++ {
		n := p.phraseAt(i, p.of)
		when := p.span(p.from, i)
		if n == 0 || i+n >= p.end {
			continue
		}
		if ws := Dates(when, p.c); len(ws) != 1 || ws[0].Span.Start > 0 || ws[0].Span.End < len(when) {
			continue
		}
		ds, err := Drafts(p.span(i+n, p.end)+" "+when, p.c)
		a.Drafts = ds
		return err == nil
	}
	return false
}

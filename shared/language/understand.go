package language

import (
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"function/shared/language/classifier"
	"function/shared/language/engine"
	"function/shared/language/token"
)

// Understand reads what a person wants done. A message that is not understood
// is an Unclear or OutOfScope act, never a guess at a change. Errors are
// ErrTooLong and ErrEmpty only.
func Understand(text string, c Context, f Focus) (Understanding, error) {
	if len(text) > MaxInput {
		return Understanding{}, ErrTooLong
	}
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	if strings.TrimSpace(text) == "" {
		return Understanding{}, ErrEmpty
	}
	u := Understanding{Language: engine.Get(c.Language).Tag()}
	r := requests.Get().(*request)
	defer r.release()
	r.read(text, c, f)
	ph := spokenIn[u.Language]
	var room [4]Span
	spans := room[:0]
	if ph != nil {
		spans = ph.clauses(spans, r.ts, text, c)
	} else {
		spans = r.clauses(spans)
	}
	u.Acts = make([]Act, len(spans))
	for i, span := range spans {
		clause, act := text[span.Start:span.End], &u.Acts[i]
		if len(clause) < len(text) {
			r.read(clause, c, f)
		}
		if ph != nil {
			*act = readPhrases(clause, r.ts, c, ph, f.Pending != "")
		} else {
			*act = r.understand()
		}
		act.withhold(clause, u.Language)
		act.widen()
		act.Span = span
	}
	return u, nil
}

// request is one clause of a message being read.
type request struct {
	text string
	c    Context
	f    Focus
	ts   []token.Token
	// at is the token where the command begins, end where it ends: what is
	// polite lies outside.
	at, end int
	// altered says that a token is not as it was written.
	altered bool
	// initials has a bit for the first two letters of each word.
	initials uint64
	ranking  classifier.Ranking
	// drafts are what the clause is as new tasks, once read.
	drafts   []Draft
	draftErr error
	drafted  bool
	// act is the one being tried.
	act Act
	// compared is how many phrases were looked for; it is never reset.
	compared int
}

// compared counts the phrases looked for in all messages; tests measure by it.
var compared atomic.Int64

// requests are used again: most of the cost of a short message would be their
// memory.
var requests = sync.Pool{New: func() any { return new(request) }}

// read cuts a text into tokens and forgets the one before.
func (r *request) read(text string, c Context, f Focus) {
	*r = request{text: text, c: c, f: f, ts: token.Scan(r.ts[:0], text), compared: r.compared + len(text)}
	r.end = len(r.ts)
}

func (r *request) release() {
	clear(r.ts)
	compared.Add(int64(r.compared))
	*r = request{ts: r.ts[:0]}
	requests.Put(r)
}

// asDrafts reads the whole clause as new tasks, once.
func (r *request) asDrafts() ([]Draft, error) {
	if !r.drafted {
		ts := r.ts
		if r.altered {
			ts = nil
		}
		r.drafts, r.draftErr = draftsOf(r.text, ts, r.c)
		r.drafted = true
	}
	return r.drafts, r.draftErr
}

// understand reads the clause.
func (r *request) understand() Act {
	r.trimPolite()
	r.correct()
	r.ranking = classifier.Rank(r.ts)
	a := r.decided()
	if a.Intent == Confirm && r.has("not", "but", "except", "only", "don't", "instead", "unless", "without") {
		a.Intent, a.Why = Unclear, append(a.Why, "a yes with a condition is none")
	}
	return a
}

// polite are words around a command that say nothing, longest first.
var polite = []string{
	"do me a favor and", "do me a favour and", "would you be so kind and", "would you mind", "can you please", "could you please", "would you please",
	"i would like you to", "i'd like you to", "i want you to", "i need you to", "go ahead and", "can you", "could you", "would you", "will you",
	"please", "pls", "plz", "kindly", "oh no", "oh", "ah", "well", "um", "uh", "wait", "hey", "hi", "hello", "nudge", "ok", "okay", "and", "then", "also", "now", "so", "just", ",", "!", "-",
}

var politeTable = beginnings(polite)

// trimPolite passes words of politeness at both ends, unless nothing is left.
func (r *request) trimPolite() {
	for again := true; again; {
		again = false
		if n, _ := r.startsOne(r.at, politeTable); n > 0 && r.at+n < len(r.ts) {
			r.at, again = r.at+n, true
		}
	}
	if r.match(r.at-3, "would you mind") > 0 {
		r.alter(infinitive(r.word(r.at)))
	}
	for r.end > r.at+1 {
		switch r.word(r.end - 1) {
		case ".", "!", "?", ",", "please", "pls", "plz", "thanks", "thx":
			r.end--
			continue
		case "you":
			if r.word(r.end-2) == "thank" && r.end > r.at+2 {
				r.end -= 2
				continue
			}
		}
		return
	}
}

// alter puts another word at the beginning of the command.
func (r *request) alter(word string) {
	r.ts[r.at].Text = word
	r.initials, r.altered = 0, true
}

// infinitive is the command that a word in -ing names, or the word.
func infinitive(w string) string {
	s, ok := strings.CutSuffix(w, "ing")
	if !ok || s == "" {
		return w
	}
	for _, c := range commands {
		for _, p := range c.phrases {
			if p == s || p == s+"e" || p == s[:len(s)-1] && p+p[len(p)-1:] == s {
				return p
			}
		}
	}
	return w
}

func (r *request) word(i int) string {
	if i < 0 || i >= len(r.ts) {
		return ""
	}
	return r.ts[i].Text
}

// piece is the text of tokens from i to end.
func (r *request) piece(i, end int) string {
	if i >= end || i >= len(r.ts) {
		return ""
	}
	return r.text[r.ts[i].Start:r.ts[end-1].End]
}

// rest is the text from token i on.
func (r *request) rest(i int) string { return r.piece(i, r.end) }

// starts is how many tokens from i on are one of the phrases, 0 if none; the
// longest counts.
func (r *request) starts(i int, phrases ...string) int {
	best := 0
	w := r.word(i)
	r.compared += len(phrases)
	if w == "" {
		return 0
	}
	for _, p := range phrases {
		if p[0] != w[0] || len(p) < len(w) { // most end here
			continue
		}
		if n := r.match(i, p); n > best {
			best = n
		}
	}
	return best
}

// match is how many tokens from i on are the words of a phrase, 0 if not.
func (r *request) match(i int, phrase string) int { return wordsAt(r.ts, i, phrase) }

// startsOne is as starts, with the phrases in a table; the group is that of the phrase.
func (r *request) startsOne(i int, t *phraseTable) (n, group int) {
	r.compared++
	return t.at(r.ts, i, len(r.ts))
}

// endsOne is how many tokens before end, none of them before from, are a phrase of a
// table of ends.
func (r *request) endsOne(from, end int, t *phraseTable) (n, group int) {
	r.compared++
	return t.before(r.ts, from, end)
}

// find is where one of the phrases stands from token i on, and its length.
func (r *request) find(i int, phrases ...string) (at, n int) {
	if !r.may(phrases) {
		return -1, 0
	}
	for ; i < r.end; i++ {
		if n := r.starts(i, phrases...); n > 0 {
			return i, n
		}
	}
	return -1, 0
}

// findOne is as find, with the phrases in a table.
func (r *request) findOne(i int, t *phraseTable) (at, n int) {
	for ; i < r.end; i++ {
		if n, _ := r.startsOne(i, t); n > 0 {
			return i, n
		}
	}
	return -1, 0
}

// may reports whether a word of the text begins as one of the phrases does.
func (r *request) may(phrases []string) bool {
	if r.initials == 0 {
		for i := range r.ts {
			if w := r.ts[i].Text; w != "" {
				r.initials |= initial(w)
			}
		}
	}
	for _, p := range phrases {
		if r.initials&initial(p) != 0 {
			return true
		}
	}
	return false
}

// initial is a bit for the first two letters of the first word of a phrase.
func initial(phrase string) uint64 {
	second := byte(' ')
	if len(phrase) > 1 {
		second = phrase[1]
	}
	return 1 << ((phrase[0]*7 + second) & 63)
}

func (r *request) has(phrases ...string) bool {
	at, _ := r.find(0, phrases...)
	return at >= 0
}

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
	command := opens(0) || r.starts(0, "please", "can you", "could you") > 0
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
}

var openersTable = beginnings(openers)

// afterTask begin a command that may follow the sentence of a new task: verbs that hardly
// begin a task.
var afterTask = []string{
	"add", "complete", "delete", "undo", "rename", "reopen", "restore", "reschedule", "postpone", "snooze", "mark", "remind me", "check off", "untag", "show me", "show my", "list my", "what's", "what is", "how many",
	"move it", "tag it", "then complete", "then delete", "please complete", "please delete", "also complete", "also delete",
}

var afterTaskTable = beginnings(afterTask)

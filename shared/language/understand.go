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
			readPhrases(act, clause, r.ts, c, ph, f.Pending != "")
		} else {
			r.understand(act)
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
	for i := range r.ts {
		if w := r.ts[i].Text; len(w) > 1 && len(w) < 10 && !r.ts[i].Quoted {
			if whole := apostrophes[w]; whole != "" {
				r.ts[i].Text, r.altered = whole, true
			}
		}
	}
}

// apostrophes are words as they are typed in haste. None of them is a word of its own.
var apostrophes = map[string]string{
	"dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "isnt": "isn't", "arent": "aren't", "wasnt": "wasn't", "werent": "weren't", "havent": "haven't", "hasnt": "hasn't", "hadnt": "hadn't",
	"cant": "can't", "wont": "won't", "shouldnt": "shouldn't", "wouldnt": "wouldn't", "couldnt": "couldn't", "im": "i'm", "ive": "i've", "whats": "what's", "thats": "that's", "whens": "when's", "wheres": "where's",
	"lets": "let's", "youre": "you're", "theyre": "they're", "todays": "today's", "tomorrows": "tomorrow's", "don’t": "don't", "didn’t": "didn't", "isn’t": "isn't", "haven’t": "haven't", "i’m": "i'm", "i’ve": "i've",
	"what’s": "what's", "can’t": "can't", "doesn’t": "doesn't", "won’t": "won't", "that’s": "that's", "let’s": "let's",
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
func (r *request) understand(a *Act) {
	r.trimPolite()
	r.correct()
	r.ranking = classifier.Rank(r.ts)
	r.decided(a)
	if a.Intent == Confirm && r.has("not", "but", "except", "only", "don't", "instead", "unless", "without") {
		a.Intent, a.Why = Unclear, append(a.Why, Reason{Text: "a yes with a condition is none"})
	}
}

// polite are words around a command that say nothing, longest first.
var polite = []string{
	"do me a favor and", "do me a favour and", "would you be so kind and", "would you mind", "can you please", "could you please", "would you please",
	"i would like you to", "i'd like you to", "i want you to", "i need you to", "go ahead and", "can you", "could you", "would you", "will you",
	"please", "pls", "plz", "kindly", "oh no", "oh", "ah", "well", "um", "umm", "uh", "uhh", "uhm", "hmm", "er", "erm", "yo", "maybe", "wait", "hey", "hi", "hello", "nudge", "ok", "okay", "and", "then", "also", "now", "so", "just", ",", "!", "-",
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

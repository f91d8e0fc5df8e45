package classifier

import (
	"cmp"
	_ "embed"
	"strings"
	"sync"

	"function/shared/language/token"
)

//go:embed classes.txt
var classText string

// word is one as features see it: class is the hash of its class, 0 for none.
type word struct {
	text        string
	hash, class hash
}

// entry is what is known of a word: the words that it counts as, if others, and its class.
type entry struct {
	says  []word
	class hash
}

// vocabulary has the entry of each word that is known.
var vocabulary = sync.OnceValue(func() map[string]entry {
	set := map[string]entry{}
	for line := range strings.Lines(classText) {
		name, words, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		for w := range strings.FieldsSeq(words) {
			if set[w].class == 0 {
				set[w] = entry{class: hashOf(name)}
			}
		}
	}
	said := map[string][]word{}
	for w, words := range plain() {
		for x := range strings.FieldsSeq(words) {
			said[w] = append(said[w], word{x, hashOf(x), classOf(set, x)})
		}
	}
	for w, says := range said {
		set[w] = entry{says, set[w].class}
	}
	return set
})

// plain maps words to what they count as: contractions to their words, what
// differs from day to day to one sign.
func plain() map[string]string {
	set := map[string]string{
		"what's": "what is", "whats": "what is", "when's": "when is", "where's": "where is", "who's": "who is", "how's": "how is", "it's": "it is",
		"that's": "that is", "there's": "there is", "let's": "let us", "lets": "let us", "i'm": "i am", "im": "i am", "i've": "i have", "ive": "i have",
		"i'd": "i would", "i'll": "i will", "don't": "do not", "dont": "do not", "doesn't": "does not", "didn't": "did not", "can't": "can not",
		"cant": "can not", "isn't": "is not", "won't": "will not", "wanna": "want to", "gonna": "going to", "gotta": "have to", "we're": "we are",
		"todos": "todo", "tmrw": "tomorrow", "tommorow": "tomorrow", "tommorrow": "tomorrow", "calender": "calendar", "appt": "appointment",
	}
	for sign, words := range map[string]string{
		"<day>":   "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun mondays tuesdays wednesdays thursdays fridays saturdays sundays",
		"<month>": "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec",
		"<ap>":    "am pm a.m p.m oclock o'clock",
		"<n>":     "one two three four five six seven eight nine ten eleven twelve thirteen fifteen twenty thirty forty fifty sixty ninety hundred thousand half quarter",
		"<nth>":   "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth",
	} {
		for w := range strings.FieldsSeq(words) {
			set[w] = sign
		}
	}
	return set
}

// politeHeads open a message without saying anything.
var politeHeads = splitAll(
	"please", "pls", "kindly", "hey", "hi", "hello", "ok", "okay", "so", "nudge", "alexa", "siri", "google", "olly", "assistant", "computer",
	"can you", "could you", "would you", "will you", "can you please", "would you mind", "do me a favor and", "i want you to", "i need you to",
	"i would like you to", "i'd like you to", "go ahead and", "is it possible for you to", "are you able to", "be so kind and", "and", "then", "also", "now",
)

// splitAll cuts phrases into stemmed words.
func splitAll(phrases ...string) [][]string {
	out := make([][]string, len(phrases))
	for i, p := range phrases {
		for w := range strings.FieldsSeq(p) {
			out[i] = append(out[i], stem(w))
		}
	}
	return out
}

// maxWords bounds what is looked at; intent shows early.
const maxWords = 64

// What counts as one word whatever it says.
var (
	aNumber, anOrdinal = signWord("<n>"), signWord("<nth>")
	anAddress, aTag    = signWord("<url>"), signWord("<tag>")
	aStranger          = hashOf("<?>") // a word that no training sentence has
)

func signWord(text string) word { return word{text: text, hash: hashOf(text)} }

// normalWords appends the words of a text as features see them.
func normalWords(out []word, ts []token.Token) []word {
	known := vocabulary()
	for i := range ts {
		t := &ts[i]
		switch {
		case len(out) >= maxWords:
			return out
		case t.Kind == token.Number:
			out = appendOnce(out, aNumber)
		case t.Kind == token.Opaque:
			out = append(out, anAddress)
		case t.Kind == token.Sign && t.Text == "#":
			out = append(out, aTag)
		case t.Kind == token.Word:
			out = appendWord(out, t, known)
		}
	}
	return trimPolite(out)
}

func appendOnce(out []word, w word) []word {
	if n := len(out); n > 0 && out[n-1].hash == w.hash {
		return out
	}
	return append(out, w)
}

func appendWord(out []word, t *token.Token, known map[string]entry) []word {
	w := t.Text
	if t.Glued && len(out) > 0 && out[len(out)-1].hash == aNumber.hash && (w == "st" || w == "nd" || w == "rd" || w == "th") {
		out[len(out)-1] = anOrdinal
		return out
	}
	e, ok := known[w]
	switch {
	case len(e.says) == 1 && e.says[0].text[0] == '<':
		return appendOnce(out, e.says[0])
	case len(e.says) > 0:
		return append(out, e.says...)
	}
	s := stem(strings.TrimSuffix(w, "'s"))
	switch {
	case len(s) < len(w):
		e = known[s]
	case ok:
		return append(out, word{s, hashOf(s), e.class})
	}
	return append(out, word{s, hashOf(s), cmp.Or(e.class, classOfStem(known, s))})
}

// stem cuts a plural.
func stem(w string) string {
	if len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is") {
		return w[:len(w)-1]
	}
	return w
}

// trimPolite cuts words of politeness at both ends, unless nothing is left.
func trimPolite(ws []word) []word {
	for again := true; again; {
		again = false
		for _, p := range politeHeads {
			if n := len(p); n < len(ws) && ws[0].text[0] == p[0][0] && beginsWith(ws, p) {
				ws, again = ws[n:], true
			}
		}
	}
	for len(ws) > 1 && (ws[len(ws)-1].text == "please" || ws[len(ws)-1].text == "thank") {
		ws = ws[:len(ws)-1]
	}
	return ws
}

func beginsWith(ws []word, phrase []string) bool {
	for i, p := range phrase {
		if ws[i].text != p {
			return false
		}
	}
	return true
}

// Each kind of feature has a hash to begin with.
var (
	aWord, aStart, aPair, aSkip             = hashOf("w"), hashOf("p"), hashOf("b"), hashOf("s")
	aClass, aWordAndClass, aClassPair       = hashOf("c"), hashOf("cw"), hashOf("cc")
	theFirst, firstTwo                      = hashOf("f1"), hashOf("f2")
	firstAndClass, firstClass, firstClasses = hashOf("fc"), hashOf("c1"), hashOf("c2")
	theLast, lastTwo, noClass, theLength    = hashOf("l1"), hashOf("l2"), hashOf("none"), hashOf("n")
	outside                                 = hashOf("^") // where there is no word
)

// features appends the hash of each feature of a text: its words, pairs and
// triples, its beginning and end, and the classes of its words.
func features(out []uint32, ws []word) []uint32 {
	if len(ws) == 0 {
		return out
	}
	var seenRoom [8]hash
	seen := seenRoom[:0]
	before, second := outside, outside // the word before, and the one before that
	for i := range ws {
		w, c := ws[i].hash, ws[i].class
		out = append(out, aWord.with(w).bucket(), aPair.with(before).with(w).bucket())
		if len(ws[i].text) > 4 {
			out = append(out, aStart.with(hashOf(ws[i].text[:4])).bucket())
		}
		if i > 1 {
			skip := aSkip.with(second)
			out = append(out, skip.with(w).bucket(), skip.with(before).with(w).bucket())
		}
		if c != 0 {
			out = append(out, aClass.with(c).bucket())
			if i > 0 {
				out = append(out, aWordAndClass.with(before).with(c).bucket())
			}
			for _, other := range seen {
				out = append(out, aClassPair.with(other).with(c).bucket())
			}
			if len(seen) < len(seenRoom) {
				seen = append(seen, c)
			}
		}
		before, second = w, before
	}
	out = edges(out, ws)
	if len(seen) == 0 {
		out = append(out, noClass.bucket())
	}
	return append(out, theLength.with(hash(min(len(ws), 9))).bucket())
}

// edges appends the features of the beginning and the end of a text.
func edges(out []uint32, ws []word) []uint32 {
	var second hash // the class of the second word
	if len(ws) > 1 {
		second = ws[1].class
	}
	first, last := ws[0].hash, ws[len(ws)-1].hash
	two := firstTwo.with(first).with(at(ws, 1))
	out = append(out, theFirst.with(first).bucket(), two.bucket(), two.with(at(ws, 2)).bucket(), firstAndClass.with(first).with(second).bucket(),
		theLast.with(last).bucket(), lastTwo.with(at(ws, len(ws)-2)).with(last).bucket())
	if c := ws[0].class; c != 0 {
		out = append(out, firstClass.with(c).bucket(), firstClasses.with(c).with(second).bucket())
	}
	return out
}

// at is the hash of word i, or a mark where there is none.
func at(ws []word, i int) hash {
	if i < 0 || i >= len(ws) {
		return outside
	}
	return ws[i].hash
}

// classOf is the class of a word or of its stem.
func classOf(known map[string]entry, w string) hash {
	return cmp.Or(known[w].class, classOfStem(known, w))
}

// classOfStem is the class of a word without its ending.
func classOfStem(known map[string]entry, w string) hash {
	for _, end := range [...]string{"d", "ed", "ing"} {
		if s, ok := strings.CutSuffix(w, end); ok {
			if c := known[s].class; c != 0 {
				return c
			}
		}
	}
	return 0
}

// hash is that of a word or of several, in their order.
type hash uint32

// hashOf is FNV-1a.
func hashOf(text string) hash {
	h := hash(2166136261)
	for i := range len(text) {
		h = (h ^ hash(text[i])) * 16777619
	}
	return h
}

// with adds a word behind.
func (h hash) with(word hash) hash { return (h ^ word ^ word>>15) * 0x9e3779b1 }

// bucket cuts it to the size of the table.
func (h hash) bucket() uint32 { return uint32(h^h>>16) & (buckets - 1) }

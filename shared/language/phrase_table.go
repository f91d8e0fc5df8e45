package language

import (
	"strings"
	"unicode/utf8"

	"function/shared/language/token"
)

// phraseTable finds which of many phrases stand at a token without trying each: they lie
// by the length and the first letter of one word of theirs, the first word in a table of
// beginnings, the last in a table of ends. A phrase is words with one space between.
type phraseTable struct {
	// folded says that accents may be missing from the text.
	folded bool
	// from is where the phrases of a key begin in list; those of the next key follow.
	from [tableKeys + 1]uint16
	list []tablePhrase
}

type tablePhrase struct {
	text  string
	words int
	// group is which of the lists of the table it is from.
	group int
}

const tableKeys = 256

// key is where phrases with a word lie.
func (t *phraseTable) key(w string) int {
	if t.folded {
		first, second := token.FirstLetters(w)
		return int(first&31)<<3 | int(second&7)
	}
	return int(w[0]&31)<<3 | len(w)&7
}

// beginnings makes a table of phrases by their first word.
func beginnings(groups ...[]string) *phraseTable {
	return new(phraseTable).of(groups, firstWord)
}

// endsOf makes a table of phrases by their last word.
func endsOf(groups ...[]string) *phraseTable {
	return new(phraseTable).of(groups, lastWord)
}

// foldedBeginnings and foldedEnds are the same where accents may be missing.
func foldedBeginnings(groups ...[]string) *phraseTable {
	return (&phraseTable{folded: true}).of(groups, firstWord)
}

func foldedEnds(groups ...[]string) *phraseTable {
	return (&phraseTable{folded: true}).of(groups, lastWord)
}

func firstWord(phrase string) string {
	first, _, _ := strings.Cut(phrase, " ")
	return first
}

func lastWord(phrase string) string { return phrase[strings.LastIndexByte(phrase, ' ')+1:] }

func (t *phraseTable) of(groups [][]string, word func(string) string) *phraseTable {
	var byKey [tableKeys][]tablePhrase
	for g, phrases := range groups {
		for _, phrase := range phrases {
			key := t.key(word(phrase))
			byKey[key] = append(byKey[key], tablePhrase{phrase, strings.Count(phrase, " ") + 1, g})
		}
	}
	for key, phrases := range byKey {
		t.list = append(t.list, phrases...)
		t.from[key+1] = uint16(len(t.list))
	}
	return t
}

// with are the phrases that may have a word where the table looks.
func (t *phraseTable) with(w string) []tablePhrase {
	key := t.key(w)
	return t.list[t.from[key]:t.from[key+1]]
}

// at is how many tokens from i on, at most those before limit, are one of the phrases of a
// table of beginnings, and its group; 0 if none. The longest counts, of equals the first.
func (t *phraseTable) at(ts []token.Token, i, limit int) (n, group int) {
	if i < 0 || i >= len(ts) || ts[i].Text == "" {
		return 0, 0
	}
	for k, list := 0, t.with(ts[i].Text); k < len(list); k++ {
		if p := &list[k]; p.words > n && i+p.words <= limit && t.stands(ts, i, p.text) {
			n, group = p.words, p.group
		}
	}
	return n, group
}

// before is how many tokens that end before end, none of them before from, are one of the
// phrases of a table of ends, and its group; 0 if none. The longest counts.
func (t *phraseTable) before(ts []token.Token, from, end int) (n, group int) {
	if end <= from || end <= 0 || end > len(ts) || ts[end-1].Text == "" {
		return 0, 0
	}
	for k, list := 0, t.with(ts[end-1].Text); k < len(list); k++ {
		if p := &list[k]; p.words > n && end-p.words >= from && t.stands(ts, end-p.words, p.text) {
			n, group = p.words, p.group
		}
	}
	return n, group
}

// stands reports whether the tokens from i on are the words of a phrase.
func (t *phraseTable) stands(ts []token.Token, i int, phrase string) bool {
	if t.folded {
		return foldedWordsAt(ts, i, len(ts), phrase) > 0
	}
	return wordsAt(ts, i, phrase) > 0
}

// wordsAt is how many tokens from i on are the words of a phrase, 0 if not.
func wordsAt(ts []token.Token, i int, phrase string) int {
	for n := 0; ; n++ {
		if i+n < 0 || i+n >= len(ts) {
			return 0
		}
		w := ts[i+n].Text
		if w == "" || len(phrase) < len(w) || phrase[0] != w[0] || phrase[:len(w)] != w {
			return 0
		}
		if len(phrase) == len(w) {
			return n + 1
		}
		if phrase[len(w)] != ' ' {
			return 0
		}
		phrase = phrase[len(w)+1:]
	}
}

// foldedWordsAt is as wordsAt for tokens before end, where accents may be missing.
func foldedWordsAt(ts []token.Token, i, end int, phrase string) int {
	if i < 0 {
		return 0
	}
	for n := 0; ; n++ {
		if i+n >= end {
			return 0
		}
		said := ts[i+n].Text
		if said == "" || phrase[0] < utf8.RuneSelf && said[0] < utf8.RuneSelf && phrase[0] != said[0] {
			return 0 // most end here
		}
		w, rest, more := strings.Cut(phrase, " ")
		if said != w && (plain(said) && plain(w) || !token.SameFolded(said, w)) {
			return 0
		}
		if !more {
			return n + 1
		}
		phrase = rest
	}
}

// plain reports whether a word has no accents.
func plain(w string) bool {
	for i := range len(w) {
		if w[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

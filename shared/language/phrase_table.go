package language

import (
	"strings"

	"function/shared/language/token"
)

// phraseTable finds which of many phrases stand at a token without trying each: they lie
// by the length and the first letter of one word of theirs, the first word in a table of
// beginnings, the last in a table of ends. A phrase is words with one space between.
type phraseTable struct {
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

// tableKey is where phrases with a word lie.
func tableKey(w string) int { return int(w[0]&31)<<3 | len(w)&7 }

// beginnings makes a table of phrases by their first word.
func beginnings(groups ...[]string) *phraseTable {
	return tableOf(groups, func(phrase string) string {
		first, _, _ := strings.Cut(phrase, " ")
		return first
	})
}

// endsOf makes a table of phrases by their last word.
func endsOf(groups ...[]string) *phraseTable {
	return tableOf(groups, func(phrase string) string { return phrase[strings.LastIndexByte(phrase, ' ')+1:] })
}

func tableOf(groups [][]string, word func(string) string) *phraseTable {
	var byKey [tableKeys][]tablePhrase
	for g, phrases := range groups {
		for _, phrase := range phrases {
			key := tableKey(word(phrase))
			byKey[key] = append(byKey[key], tablePhrase{phrase, strings.Count(phrase, " ") + 1, g})
		}
	}
	t := &phraseTable{}
	for key, phrases := range byKey {
		t.list = append(t.list, phrases...)
		t.from[key+1] = uint16(len(t.list))
	}
	return t
}

// with are the phrases that may have a word where the table looks.
func (t *phraseTable) with(w string) []tablePhrase {
	key := tableKey(w)
	return t.list[t.from[key]:t.from[key+1]]
}

// at is how many tokens from i on, at most those before limit, are one of the phrases of a
// table of beginnings, and its group; 0 if none. The longest counts, of equals the first.
func (t *phraseTable) at(ts []token.Token, i, limit int) (n, group int) {
	if i < 0 || i >= len(ts) || ts[i].Text == "" {
		return 0, 0
	}
	for k, list := 0, t.with(ts[i].Text); k < len(list); k++ {
		if p := &list[k]; p.words > n && i+p.words <= limit && wordsAt(ts, i, p.text) > 0 {
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
		if p := &list[k]; p.words > n && end-p.words >= from && wordsAt(ts, end-p.words, p.text) > 0 {
			n, group = p.words, p.group
		}
	}
	return n, group
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

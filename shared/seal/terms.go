package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// MaxPrefix is how many characters of a word are searchable as its beginning.
const MaxPrefix = 8

const (
	maxWords = 400 // of one text; what lies behind is not searchable
)

// Words splits text into the words that search compares: lower case, without
// accents, letters and digits only.
func Words(text string) []string {
	folded := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(text))
	words := strings.FieldsFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return words[:min(len(words), maxWords)]
}

// Tokens gives the hashes under which a text is found: of every word's prefixes, and
// of the tags as a whole.
func (k *Key) Tokens(text string, tags []string) []int64 {
	terms := map[string]struct{}{}
	for _, word := range Words(text) {
		for _, p := range prefixes(word) {
			terms["w"+p] = struct{}{}
		}
	}
	for _, tag := range tags {
		terms[tagTerm(tag)] = struct{}{}
		for _, word := range Words(tag) {
			for _, p := range prefixes(word) {
				terms["w"+p] = struct{}{}
			}
		}
	}
	tokens := make([]int64, 0, len(terms))
	mac := hmac.New(sha256.New, k.search) // one for all: making it is most of a hash's work
	for term := range terms {
		mac.Reset()
		tokens = append(tokens, token(mac, term))
	}
	slices.Sort(tokens)
	return tokens
}

// WordToken is the hash to look for when a word is to begin with what was typed. Of a
// longer word only the first characters are looked for; the caller compares the rest.
func (k *Key) WordToken(word string) int64 {
	runes := []rune(word)
	return k.Token("w" + string(runes[:min(len(runes), MaxPrefix)]))
}

// TagToken is the hash to look for when a tag is asked for.
func (k *Key) TagToken(tag string) int64 {
	return k.Token(tagTerm(strings.TrimPrefix(tag, "#")))
}

func tagTerm(tag string) string { return "t" + strings.ToLower(tag) }

// TagTokens are the hashes of the tags, each once.
func (k *Key) TagTokens(tags []string) []int64 {
	tokens := make([]int64, 0, len(tags))
	for _, tag := range tags {
		tokens = append(tokens, k.Token(tagTerm(tag)))
	}
	slices.Sort(tokens)
	return slices.Compact(tokens)
}

func prefixes(word string) []string {
	runes := []rune(word)
	out := make([]string, 0, MaxPrefix)
	for n := 1; n <= min(len(runes), MaxPrefix); n++ {
		out = append(out, string(runes[:n]))
	}
	return out
}

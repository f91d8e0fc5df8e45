package language

import (
	"strings"

	"function/shared/language/token"
)

// body is the text left to read.
func (p *phraseReader) body() string { return p.span(p.from, p.end) }

func (p *phraseReader) span(from, to int) string {
	if from >= to {
		return ""
	}
	return p.text[p.ts[from].Start:p.ts[to-1].End]
}

func (p *phraseReader) startsWith(list []string) int { return p.phraseAt(p.from, list) }

func (p *phraseReader) endsWith(list []string) int {
	best := 0
	for _, phrase := range list {
		if n := strings.Count(phrase, " ") + 1; n > best && p.end-n >= p.from && foldedWordsAt(p.ts, p.end-n, p.end, phrase) == n {
			best = n
		}
	}
	return best
}

// phraseAt is how many tokens from i on are one of the phrases, 0 if none; accents
// may be missing from the message.
func (p *phraseReader) phraseAt(i int, list []string) int {
	best := 0
	for _, phrase := range list {
		if n := foldedWordsAt(p.ts, i, p.end, phrase); n > best {
			best = n
		}
	}
	return best
}

func fold(w string) string { return token.Fold(w) }

// trim passes over words at both ends.
func (p *phraseReader) trim(list []string) {
	p.trimStart(list)
	p.trimEnd(list)
}

func (p *phraseReader) trimEnd(list []string) {
	for n := p.endsWith(list); n > 0 && p.end > p.from; n = p.endsWith(list) {
		p.end -= n
	}
}

func (p *phraseReader) trimStart(list []string) {
	for n := p.startsWith(list); n > 0 && p.from+n <= p.end; n = p.startsWith(list) {
		p.from += n
	}
}

// endsSentence reports whether a sign is one that ends a sentence.
func endsSentence(sign string) bool { return sign == "." || sign == "!" || sign == "?" }

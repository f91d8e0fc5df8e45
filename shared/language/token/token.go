// Package token cuts text into words, numbers and signs with their byte
// offsets. It knows no language. Web addresses, e-mail addresses and code
// become single opaque tokens; what stands in quotation marks is marked.
package token

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is what a token is.
type Kind uint8

// The kinds.
const (
	Word   Kind = iota + 1 // letters, with inner apostrophes
	Number                 // decimal digits
	Sign                   // one character that is neither
	Line                   // a line break
	Opaque                 // an address, a path or code: never read
)

// Token is a piece of text.
type Token struct {
	Kind Kind
	// Start and End are byte offsets.
	Start, End int
	// Text is the token in lower case with straight apostrophes; for Opaque it
	// is empty.
	Text string
	// Value is the number, for Number; numbers of more than 9 digits have -1.
	Value int
	// Glued says that nothing stands between this token and the one before.
	Glued bool
	// Quoted says that it stands in quotation marks.
	Quoted bool
}

// Len is the length in bytes.
func (t *Token) Len() int { return t.End - t.Start }

// Scan appends the tokens of text to dst. It never fails: bytes that are not
// UTF-8 become signs.
func Scan(dst []Token, text string) []Token {
	s := scanner{text: text, out: dst, plain: !mayHoldOpaque(text)}
	s.run()
	markQuotes(s.out[len(dst):])
	return s.out
}

type scanner struct {
	text string
	out  []Token
	pos  int
	// glued is false after white space.
	glued bool
	// plain says that nothing opaque is in the text.
	plain bool
	// plainUntil is the end of a run known to hold no address.
	plainUntil int
}

func (s *scanner) run() {
	for s.pos < len(s.text) {
		c := s.text[s.pos]
		switch {
		case c == '\n':
			s.add(Line, 1)
			s.glued = false
		case c == ' ' || c == '\t' || c == '\r':
			s.pos++
			s.glued = false
		case c >= '0' && c <= '9':
			if n := s.opaque(); n > 0 {
				s.add(Opaque, n)
			} else {
				s.number()
			}
		case isASCIILetter(c) || c >= utf8.RuneSelf:
			s.wordOrSign()
		default:
			if n := s.opaque(); n > 0 {
				s.add(Opaque, n)
			} else {
				s.add(Sign, 1)
			}
		}
	}
}

func (s *scanner) add(k Kind, n int) {
	t := Token{Kind: k, Start: s.pos, End: s.pos + n, Glued: s.glued && len(s.out) > 0}
	if k == Sign {
		t.Text = s.text[s.pos : s.pos+n]
	}
	s.out = append(s.out, t)
	s.pos += n
	s.glued = true
}

func (s *scanner) number() {
	end, v := s.pos, 0
	for end < len(s.text) && s.text[end] >= '0' && s.text[end] <= '9' {
		if end-s.pos < 9 {
			v = v*10 + int(s.text[end]-'0')
		} else {
			v = -1
		}
		end++
	}
	if end-s.pos > 9 {
		v = -1
	}
	start := s.pos
	s.add(Number, end-s.pos)
	t := &s.out[len(s.out)-1]
	t.Value, t.Text = v, s.text[start:end]
}

func (s *scanner) wordOrSign() {
	if n := s.opaque(); n > 0 {
		s.add(Opaque, n)
		return
	}
	end := s.pos
	lower := true
	for end < len(s.text) {
		r, n := rune(s.text[end]), 1
		switch {
		case r >= 'a' && r <= 'z': // most are
			end++
			continue
		case r >= utf8.RuneSelf:
			r, n = utf8.DecodeRuneInString(s.text[end:])
		}
		if isApostrophe(r) {
			if end == s.pos || !letterAt(s.text, end+n) {
				break
			}
			if r != '\'' {
				lower = false
			}
		} else if r < utf8.RuneSelf {
			if !isASCIILetter(byte(r)) {
				break
			}
			if r <= 'Z' {
				lower = false
			}
		} else if unicode.IsLetter(r) || unicode.Is(unicode.M, r) {
			lower = false
		} else {
			break
		}
		end += n
	}
	if end == s.pos {
		r, n := utf8.DecodeRuneInString(s.text[s.pos:])
		if unicode.IsSpace(r) {
			s.pos += n
			s.glued = false
			return
		}
		s.add(Sign, n)
		if t := plainSign(r); t != "" {
			s.out[len(s.out)-1].Text = t
		}
		return
	}
	start := s.pos
	s.add(Word, end-s.pos)
	t := &s.out[len(s.out)-1]
	t.Text = s.text[start:end]
	if !lower {
		t.Text = normal(t.Text)
	}
}

// plainSign maps typographic signs to their ASCII forms.
func plainSign(r rune) string {
	switch r {
	case '–', '—', '‒', '−', '‐', '‑', '~', '〜':
		return "-"
	case '“', '”', '„', '«', '»':
		return "\""
	case '‘', '’':
		return "'"
	case '…':
		return "."
	case '，':
		return ","
	case '：':
		return ":"
	}
	return ""
}

func normal(w string) string {
	var b strings.Builder
	b.Grow(len(w))
	for _, r := range w {
		if isApostrophe(r) {
			r = '\''
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// Fold is a word without accents, for those who type without them.
func Fold(w string) string {
	plain := true
	for i := 0; i < len(w); i++ {
		if w[i] >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain {
		return w
	}
	var b strings.Builder
	for _, r := range w {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		if i := strings.IndexRune(accented, r); i >= 0 {
			b.WriteByte(unaccented[utf8.RuneCountInString(accented[:i])])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// SameFolded reports whether two words are the same without accents.
func SameFolded(a, b string) bool {
	for a != "" && b != "" {
		x, n := baseLetter(a)
		y, k := baseLetter(b)
		if x != y {
			return false
		}
		a, b = withoutMark(a[n:]), withoutMark(b[k:])
	}
	return a == b
}

// FirstLetters are the first two letters of a word without their accents, 0 where there is
// none: words that are the same folded have the same ones.
func FirstLetters(w string) (first, second rune) {
	if w == "" {
		return 0, 0
	}
	first, n := baseLetter(w)
	if w = withoutMark(w[n:]); w != "" {
		second, _ = baseLetter(w)
	}
	return first, second
}

// withoutMark cuts an accent written as a letter of its own.
func withoutMark(w string) string {
	if w == "" || w[0] < utf8.RuneSelf {
		return w
	}
	if r, n := utf8.DecodeRuneInString(w); unicode.Is(unicode.Mn, r) {
		return w[n:]
	}
	return w
}

// baseLetter is the first letter without its accent, and its length.
func baseLetter(w string) (rune, int) {
	if w[0] < utf8.RuneSelf {
		return rune(w[0]), 1
	}
	r, n := utf8.DecodeRuneInString(w)
	if i := strings.IndexRune(accented, r); i >= 0 {
		return rune(unaccented[i/2]), n // each accented letter takes two bytes
	}
	return r, n
}

const (
	accented   = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿ"
	unaccented = "aaaaaaceeeeiiiinooooouuuuyy"
)

func isASCIILetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' }

func letterAt(text string, i int) bool {
	if i >= len(text) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(text[i:])
	return unicode.IsLetter(r)
}

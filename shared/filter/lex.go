package filter

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is what a token is.
type kind int

const (
	end kind = iota
	open
	closed
	or
	and
	not
	tag
	field  // name and a colon; its value follows without a space
	quoted // text between quotes
	word
)

// token is a piece of a filter. at is where it begins, in characters from 1.
type token struct {
	kind kind
	text string
	at   int
}

// lexer cuts a filter into tokens.
type lexer struct {
	rest string
	at   int
	// after is what came before, where that decides what a sign means.
	glued bool // no space since the token before
}

func (l *lexer) skip(n int) {
	l.at += utf8.RuneCountInString(l.rest[:n])
	l.rest = l.rest[n:]
}

func (l *lexer) next() (token, error) {
	trimmed := strings.TrimLeftFunc(l.rest, unicode.IsSpace)
	l.glued = len(trimmed) == len(l.rest)
	l.skip(len(l.rest) - len(trimmed))
	t := token{at: l.at}
	if l.rest == "" {
		return t, nil
	}
	if one, ok := signs[l.rest[0]]; ok {
		t.kind, t.text = one, l.rest[:1]
		l.skip(1)
		return t, nil
	}
	first, size := utf8.DecodeRuneInString(l.rest)
	if closing, ok := quotes[first]; ok {
		return l.quoted(t, size, closing)
	}
	if l.rest[0] == '#' {
		l.skip(1)
		t.kind, t.text = tag, l.run(false)
		if t.text == "" {
			return t, wrong(t.at, "a tag follows a #")
		}
		return t, nil
	}
	t.text = l.run(true)
	if strings.HasPrefix(l.rest, ":") && t.text != "" {
		t.kind, t.text = field, strings.ToLower(t.text)
		l.skip(1)
		return t, nil
	}
	t.kind = word
	switch strings.ToLower(t.text) {
	case "or":
		t.kind = or
	case "and":
		t.kind = and
	case "not":
		t.kind = not
	}
	return t, nil
}

var signs = map[byte]kind{'(': open, ')': closed, '|': or, '&': and, '-': not, '!': not}

var quotes = map[rune]rune{'"': '"', '“': '”', '„': '“', '«': '»'}

func (l *lexer) quoted(t token, size int, closing rune) (token, error) {
	inside := l.rest[size:]
	stop := strings.IndexRune(inside, closing)
	if stop < 0 {
		return t, wrong(t.at, "this quote is not closed")
	}
	t.kind, t.text = quoted, inside[:stop]
	l.skip(size + stop + utf8.RuneLen(closing))
	return t, nil
}

// run takes what belongs together: up to a space, a bracket, a bar or a quote, and, for
// what may be a field, a colon.
func (l *lexer) run(colon bool) string {
	stop := strings.IndexFunc(l.rest, func(r rune) bool {
		_, quote := quotes[r]
		return quote || unicode.IsSpace(r) || strings.ContainsRune("()|&", r) || colon && r == ':'
	})
	if stop < 0 {
		stop = len(l.rest)
	}
	text := l.rest[:stop]
	l.skip(stop)
	return text
}

// value takes what stands after a field's colon, in quotes or not. It may begin with
// a comparison: <"next week".
func (l *lexer) value() (string, error) {
	text := ""
	for _, sign := range []string{"<=", ">=", "<", ">", "="} {
		if strings.HasPrefix(l.rest, sign) {
			text = sign
			l.skip(len(sign))
			break
		}
	}
	for l.rest != "" {
		first, size := utf8.DecodeRuneInString(l.rest)
		if closing, ok := quotes[first]; ok {
			t, err := l.quoted(token{at: l.at}, size, closing)
			if err != nil {
				return "", err
			}
			text += t.text
			continue
		}
		some := l.run(false)
		if some == "" {
			break
		}
		text += some
	}
	return text, nil
}

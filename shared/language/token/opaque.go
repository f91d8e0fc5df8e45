package token

import "strings"

// mayHoldOpaque reports whether a text has a sign that no address or code is without.
func mayHoldOpaque(text string) bool {
	for i := range len(text) {
		switch text[i] {
		case '/', '@', ':', '`':
			return true
		case '.':
			if strings.HasSuffix(text[:i], "www") {
				return true
			}
		}
	}
	return false
}

// opaque is the length of the address, path or code that starts here, or 0.
func (s *scanner) opaque() int {
	if s.plain {
		return 0
	}
	rest := s.text[s.pos:]
	if rest[0] == '`' {
		if i := strings.IndexByte(rest[1:], '`'); i >= 0 && i < 200 {
			return i + 2
		}
		return 0
	}
	if !isAlnum(rest[0]) || s.pos < s.plainUntil {
		return 0
	}
	// Only at the start of a run of characters.
	if s.glued && len(s.out) > 0 {
		last := &s.out[len(s.out)-1]
		if last.Kind != Sign || strings.IndexByte("(<[\"'", s.text[last.Start]) < 0 {
			return 0
		}
	}
	n := 0
	at, dots, scheme, slash := -1, 0, false, false
	for n < len(rest) {
		c := rest[n]
		if c <= ' ' || c == '<' || c == '>' || c == '"' {
			break
		}
		switch c {
		case '@':
			at = n
		case '/':
			slash = true
		case '.':
			dots++
		case ':':
			if strings.HasPrefix(rest[n:], "://") && n > 0 {
				scheme = true
			}
		}
		n++
	}
	run := rest[:n]
	switch {
	case scheme, strings.HasPrefix(run, "www."), strings.HasPrefix(run, "mailto:"), strings.HasPrefix(run, "tel:"):
	case at > 0 && dots > 0 && strings.IndexByte(run[at:], '.') > 1 && isAlnum(run[at+1]):
	case domainPath(run):
	default:
		if at < 0 && !slash {
			s.plainUntil = s.pos + n
		}
		return 0
	}
	return len(strings.TrimRight(run, ".,;:!?)]}'"))
}

// domainPath recognises "example.org/path": a dotted name of letters, then a
// slash.
func domainPath(run string) bool {
	slash := strings.IndexByte(run, '/')
	if slash < 4 {
		return false
	}
	host := run[:slash]
	dot := strings.LastIndexByte(host, '.')
	if dot <= 0 || len(host)-dot-1 < 2 {
		return false
	}
	for i := dot + 1; i < len(host); i++ {
		if !isASCIILetter(host[i]) {
			return false
		}
	}
	for i := 0; i < dot; i++ {
		if !isAlnum(host[i]) && host[i] != '.' && host[i] != '-' {
			return false
		}
	}
	return true
}

func isAlnum(c byte) bool { return isASCIILetter(c) || c >= '0' && c <= '9' }

// markQuotes marks what stands between a pair of quotation marks on one line.
func markQuotes(ts []Token) {
	// open are the marks that nothing closes on this line: an earlier one looked
	// already.
	open := ""
	for i := 0; i < len(ts); i++ {
		if ts[i].Kind == Line {
			open = ""
		}
		if !opensQuote(ts, i) || strings.Contains(open, ts[i].Text) {
			continue
		}
		closed := false
		for j := i + 1; j < len(ts) && ts[j].Kind != Line; j++ {
			if !closesQuote(ts, i, j) {
				continue
			}
			for k := i; k <= j; k++ {
				ts[k].Quoted = true
			}
			i, closed = j, true
			break
		}
		if !closed {
			open += ts[i].Text
		}
	}
}

func opensQuote(ts []Token, i int) bool {
	t := &ts[i]
	if t.Kind != Sign || t.Text != "\"" && t.Text != "'" {
		return false
	}
	// An opening mark stands apart from what precedes it and leans on what
	// follows.
	return (!t.Glued || ts[i-1].Kind == Sign) && i+1 < len(ts) && ts[i+1].Glued
}

func closesQuote(ts []Token, i, j int) bool {
	t := &ts[j]
	if t.Kind != Sign || t.Text != ts[i].Text || j == i+1 || !t.Glued {
		return false
	}
	return j+1 == len(ts) || !ts[j+1].Glued || ts[j+1].Kind == Sign || ts[j+1].Kind == Line
}

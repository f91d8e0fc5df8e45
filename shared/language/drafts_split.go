package language

import "strings"

// piece is one task's part of a message.
type piece struct {
	Span
	// deep says that it is a subtask of the piece before.
	deep bool
}

// split cuts a message into tasks: at lines, bullets, semicolons between
// sentences and "and also".
func split(text string) []piece {
	var lines []piece
	start := 0
	base := -1
	for start <= len(text) {
		end := strings.IndexByte(text[start:], '\n')
		if end < 0 {
			end = len(text)
		} else {
			end += start
		}
		from, indent, bullet := unbullet(text, start, end)
		if strings.TrimSpace(text[from:end]) != "" {
			p := piece{Span: Span{from, end}}
			if bullet || indent > 0 {
				if base < 0 && bullet {
					base = indent
				}
				p.deep = len(lines) > 0 && (base >= 0 && indent > base || base < 0 && indent > 0)
			}
			lines = append(lines, p)
		}
		start = end + 1
	}
	var out []piece
	for _, l := range lines {
		out = append(out, splitLine(text, l)...)
	}
	return out
}

// unbullet skips white space and a bullet, a number or a check box.
func unbullet(text string, start, end int) (from, indent int, bullet bool) {
	i := start
	for i < end && (text[i] == ' ' || text[i] == '\t') {
		if text[i] == '\t' {
			indent += 4
		} else {
			indent++
		}
		i++
	}
	rest := text[i:end]
	for _, b := range []string{"- ", "* ", "+ ", "• ", "– ", "— ", "· ", "‣ ", "◦ "} {
		if strings.HasPrefix(rest, b) {
			i += len(b)
			bullet = true
			break
		}
	}
	if !bullet {
		if n := numbering(rest); n > 0 {
			i += n
			bullet = true
		}
	}
	for _, b := range []string{"[ ] ", "[] ", "[x] ", "[X] ", "☐ "} {
		if strings.HasPrefix(text[i:end], b) {
			i += len(b)
			bullet = true
		}
	}
	for i < end && text[i] == ' ' {
		i++
	}
	return i, indent, bullet
}

// numbering is the length of "1. ", "2) " at the start, 0 if there is none.
func numbering(s string) int {
	n := 0
	for n < len(s) && n < 3 && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n == 0 || n+1 >= len(s) || s[n] != '.' && s[n] != ')' || s[n+1] != ' ' {
		return 0
	}
	return n + 2
}

// separators join tasks in one line.
var separators = []string{"; ", " and also ", ", and also ", ", also ", " and then remind me to ", " and remind me to ", ", and remind me to ", ", remind me to "}

func splitLine(text string, l piece) []piece {
	if strings.IndexByte(text[l.Start:l.End], '"') >= 0 {
		return []piece{l}
	}
	lower := asciiLower(text[l.Start:l.End])
	for at := 0; at < len(lower); at++ {
		for _, s := range separators {
			if !strings.HasPrefix(lower[at:], s) || len(strings.TrimSpace(lower[:at])) < 3 || len(strings.TrimSpace(lower[at+len(s):])) < 3 {
				continue
			}
			left := l
			left.End = l.Start + at
			right := l
			right.Start = l.Start + at + len(s)
			if i := strings.Index(s, "remind me to"); i >= 0 {
				right.Start = l.Start + at + i
			}
			return append([]piece{left}, splitLine(text, right)...)
		}
	}
	return []piece{l}
}

// asciiLower lowers ASCII letters and keeps all offsets.
func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 32
		}
	}
	return string(b)
}

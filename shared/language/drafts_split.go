package language

import (
	"slices"
	"strings"

	"function/shared/language/token"
)

// piece is one task's part of a message.
type piece struct {
	Span
	// deep says that it is a subtask of the piece before.
	deep bool
	// note says that it describes the piece before.
	note bool
}

// line is a line of a message without its bullet.
type line struct {
	Span
	indent int
	bullet bool
	// apart says that an empty line stands before it.
	apart bool
}

// split cuts a message into tasks: at lines and bullets, and within a line at
// semicolons, sentences and "and also".
func split(out []piece, text string) []piece {
	var room [2]line
	lines := linesOf(room[:0], text)
	plain := 0
	for i := range lines {
		if !lines[i].bullet {
			plain++
		}
	}
	base, headed, under := -1, false, false
	for i := range lines {
		l := &lines[i]
		p := piece{Span: l.Span}
		switch {
		case l.bullet:
			if base < 0 {
				// Bullets under a heading, or indented under a line, belong to it.
				base = l.indent
				under = i > 0 && (headed || l.indent > lines[i-1].indent) && !lines[i-1].bullet
			}
			p.deep = len(out) > 0 && (under || l.indent > base)
		case plain == len(lines) && i > 0 && describes(text, lines):
			p.note = true
		case l.indent > 0 && len(out) > 0 && !l.apart:
			p.deep = true
		default:
			base, headed = -1, text[l.End-1] == ':'
			if headed && i+1 < len(lines) && lines[i+1].bullet {
				p.End--
			} else {
				headed = false
			}
			if len(lines) > 1 && emptyWords(text[p.Start:p.End]) {
				headed = false
				continue
			}
		}
		if p.note {
			out = append(out, p)
			continue
		}
		out = splitLine(out, text, p)
	}
	return out
}

// linesOf appends the lines of a text that are not empty.
func linesOf(out []line, text string) []line {
	apart := false
	for start := 0; start <= len(text); {
		end := strings.IndexByte(text[start:], '\n')
		if end < 0 {
			end = len(text)
		} else {
			end += start
		}
		from, indent, bullet := unbullet(text, start, end)
		last := len(strings.TrimRight(text[:end], " \t\r\n"))
		if from < last {
			out = append(out, line{Span: Span{from, last}, indent: indent, bullet: bullet, apart: apart})
			apart = false
		} else if len(out) > 0 {
			apart = true
		}
		start = end + 1
	}
	return out
}

// describes reports whether the lines after the first tell about it rather
// than being tasks: they stand apart, or one is long.
func describes(text string, lines []line) bool {
	if lines[1].apart && len(lines) == 2 {
		return true
	}
	for _, l := range lines[1:] {
		if len(strings.Fields(text[l.Start:l.End])) > 9 {
			return true
		}
	}
	return false
}

// emptyWords reports whether a line only greets or announces a list.
func emptyWords(s string) bool {
	switch strings.Trim(asciiLower(s), " :,.!-") {
	case "hello", "hi", "hey", "please", "thanks", "thank you", "todo", "to do", "to-do", "todos", "tasks", "my tasks", "list",
		"todo list", "to do list", "to-do list", "tasks for today", "remind me to", "i need to", "add", "add tasks", "add these", "new tasks", "cheers", "bye":
		return true
	}
	return false
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
	if rest != "" && (rest[0]|0x20 >= 'a' && rest[0]|0x20 <= 'z') { // most lines begin with a word
		return i, indent, false
	}
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

// separators join tasks in one line, whatever stands around them.
var separators = []string{"; ", " and also ", ", and also ", ", also ", " and then remind me to ", " and remind me to ", ", and remind me to ", ", remind me to "}

func splitLine(out []piece, text string, l piece) []piece {
	if !mayJoin(text[l.Start:l.End]) || strings.IndexByte(text[l.Start:l.End], '"') >= 0 {
		return append(out, l)
	}
	lower := asciiLower(text[l.Start:l.End])
	for at := 0; at < len(lower); at++ {
		c := lower[at]
		if c != ' ' && c != ',' && c != ';' && c != '.' && c != '!' {
			continue
		}
		skip, keep := separatorAt(lower, at)
		if skip == 0 || len(strings.TrimSpace(lower[:at])) < 3 || len(strings.TrimSpace(lower[at+skip:])) < 3 {
			continue
		}
		left, right := l, l
		left.End = l.Start + at
		right.Start = l.Start + at + skip - keep
		return splitLine(append(out, left), text, right)
	}
	return append(out, l)
}

// mayJoin reports whether a line has what every separator has: a sign, or the end of "and".
func mayJoin(s string) bool {
	for i := range len(s) {
		switch s[i] {
		case ',', ';', '.', '!':
			return true
		case 'd', 'D':
			if i > 0 && s[i-1]|0x20 == 'n' && i+1 < len(s) && s[i+1] == ' ' {
				return true
			}
		}
	}
	return false
}

// separatorAt is the length of what separates two tasks at a place, and how
// much of its end belongs to the second.
func separatorAt(lower string, at int) (skip, keep int) {
	for _, s := range separators {
		if strings.HasPrefix(lower[at:], s) {
			if strings.HasSuffix(s, "remind me to ") {
				return len(s), len("remind me to ")
			}
			return len(s), 0
		}
	}
	// A new sentence that begins with a verb, after one that does.
	if (lower[at] == '.' || lower[at] == '!') && at+2 < len(lower) && lower[at+1] == ' ' &&
		startsWithVerb(lower[at+2:]) && startsWithVerb(lower) && !slices.Contains(reminderEndings, strings.Trim(lower[at+2:], " .!")) {
		return 2, 0
	}
	return 0, 0
}

func startsWithVerb(s string) bool {
	w, rest, _ := strings.Cut(strings.TrimSpace(s), " ")
	_, ok := taskVerbs[w]
	return ok && rest != ""
}

// splitVerbs are the places in a task's tokens where another begins: after a
// time that was understood, "and" or a comma, then a verb ("call Ann tomorrow
// and buy milk"). It returns byte offsets of the joint and of the verb.
func (m *marker) splitVerbs() (int, int, bool) {
	ts := m.p.Tokens
	for i := 1; i+2 < len(ts); i++ {
		if ts[i].Quoted || !m.taken[i-1] || m.taken[i] || ts[i].Text != "and" && ts[i].Text != "," {
			continue
		}
		j := i + 1
		for j < len(ts) && (m.word(j) == "and" || m.word(j) == "then" || m.word(j) == "to") {
			j++
		}
		if j+1 < len(ts) && m.isVerb(j) && !m.taken[j] && ts[j+1].Kind == token.Word && !pronoun[ts[j+1].Text] && m.keptBefore(i) {
			return ts[i].Start, ts[j].Start, true
		}
	}
	return 0, 0, false
}

// pronoun are words for what was named before: "wash the car and vacuum it" is
// one task.
var pronoun = map[string]bool{"it": true, "them": true, "him": true, "her": true, "that": true, "those": true}

// keptBefore reports whether a word of the title stands before token i.
func (m *marker) keptBefore(i int) bool {
	for j := range i {
		if !m.taken[j] && m.p.Tokens[j].Kind == token.Word {
			return true
		}
	}
	return false
}

// asciiLower lowers ASCII letters and keeps all offsets.
func asciiLower(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r >= 'A' && r <= 'Z' }) < 0 {
		return s
	}
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 32
		}
	}
	return string(b)
}

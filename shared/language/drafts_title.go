package language

import (
	"slices"
	"strings"

	"function/shared/language/token"
)

// note cuts what follows "note:" or "//" off; it is the description.
func (m *marker) note() string {
	ts := m.p.Tokens
	for i := 1; i+1 < len(ts); i++ {
		word := (m.word(i) == "note" || m.word(i) == "notes" || m.word(i) == "description") && m.word(i+1) == ":"
		slashes := m.word(i) == "/" && m.word(i+1) == "/" && !ts[i].Glued
		if ts[i].Quoted || !word && !slashes || i+2 >= len(ts) {
			continue
		}
		m.take(i, len(ts))
		return m.text[ts[i+2].Start:]
	}
	return ""
}

// dayList recognises a day, a colon, and several things to do on it.
func dayList(text string, c Context) (*When, []Span) {
	if strings.IndexByte(text, ':') < 0 { // most have none
		return nil, nil
	}
	colon := strings.Index(text, ": ")
	if colon < 3 || strings.IndexByte(text, '"') >= 0 || strings.Count(text[colon:], ", ")+strings.Count(text[colon:], "; ") == 0 {
		return nil, nil
	}
	days := Dates(text[:colon], c)
	if len(days) != 1 || days[0].Span != (Span{0, colon}) || days[0].HasTime {
		return nil, nil
	}
	var parts []Span
	for at := colon + 2; at < len(text); {
		end := len(text)
		if i := strings.IndexAny(text[at:], ",;"); i >= 0 {
			end = at + i
		}
		parts = append(parts, Span{at, end})
		for at = end; at < len(text) && strings.IndexByte(",; ", text[at]) >= 0; {
			at++
		}
		if strings.HasPrefix(text[at:], "and ") {
			at += len("and ")
		}
	}
	return &days[0], parts
}

// opening takes "remind me to", "todo:" and polite words before it.
func (m *marker) opening() {
	i := 0
	for isPolite(m.word(i)) {
		i++
	}
	if n, which := openingTable.at(m.p.Tokens, i, len(m.p.Tokens)-1); n > 0 {
		m.remindMe = which == opensReminder
		m.take(0, i+n)
		return
	}
	// "remind me tomorrow at 9 to call Bob"
	if wordsAt(m.p.Tokens, i, "remind me") > 0 && i+2 < len(m.p.Tokens) && m.hasWord("to", i+2) {
		m.remindMe = true
		m.take(0, i+2)
		return
	}
	if i > 0 && (m.word(0) == "please" || m.word(0) == "pls") && i < len(m.p.Tokens) {
		m.take(0, i)
	}
}

// reminderEndings ask at the end for a reminder at the due time.
var reminderEndings = []string{
	"remind me", "remind me about it", "remind me of it", "remind me then", "alert me", "notify me", "ping me", "with a reminder", "with reminder",
	"set a reminder", "set a reminder for it", "add a reminder", "with an alarm", "set an alarm",
	"erinnere mich", "erinnere mich daran", "erinner mich", "erinner mich daran", "mit erinnerung", "recuérdamelo", "recuérdame", "con recordatorio",
	"rappelle - le - moi", "rappelle - moi", "avec un rappel", "lembre - me", "me lembre", "com lembrete", "ricordamelo", "con promemoria",
}

// reminderEnding takes words at the end that ask for a reminder and name no
// time for it: "take the bread out in 1 minute, remind me".
func (m *marker) reminderEnding() {
	end := len(m.p.Tokens)
	for end > 0 && (isPolite(m.word(end-1)) || m.word(end-1) == "." || m.word(end-1) == "!") {
		end--
	}
	n, _ := reminderEndingTable.before(m.p.Tokens, 1, end)
	from := end - n
	if n == 0 || m.taken[from] || m.p.Tokens[from].Quoted {
		return
	}
	for from > 1 && !m.taken[from-1] && (isPolite(m.word(from-1)) || m.word(from-1) == "then") {
		from--
	}
	m.remindMe = true
	m.take(from, end)
}

var reminderEndingTable = endsOf(reminderEndings)

// hasWord reports whether a word stands at token from or later.
func (m *marker) hasWord(w string, from int) bool {
	for i := from; i < len(m.p.Tokens); i++ {
		if m.word(i) == w {
			return true
		}
	}
	return false
}

// openings are words that say "this is a task" and are no part of it, some of them that it
// is to be reminded of.
var openings = [...][]string{
	opensReminder: {
		"set a reminder to", "set a reminder for me to", "set reminder to", "create a reminder to", "add a reminder to", "i need a reminder to",
		"give me a reminder to", "send me a reminder to", "remind me that i need to", "remind me that i have to", "remind me to", "remind me about",
		"remind me that", "remind me of", "reminder to", "reminder :", "remind me :", "don't let me forget to", "make sure i remember to", "remember to",
		"don't forget to", "do not forget to", "dont forget to", "dont let me forget to", "dont let me forget", "erinnere mich daran ,", "erinnere mich an", "nicht vergessen :", "recuérdame que", "recuérdame",
		"no olvides", "rappelle - moi de", "n'oublie pas de", "me lembre de", "lembre - me de", "não esqueça de", "ricordami di", "non dimenticare di",
	},
	opensTask: {
		"todo :", "to do :", "to - do :", "task :", "new task :", "i need to", "i have to", "i must", "i should", "i want to", "i've got to", "i gotta",
		"need to", "gotta", "have to", "note to self :", "ich muss", "aufgabe :", "tengo que", "tarea :", "je dois", "tâche :", "tenho que", "tarefa :",
		"devo", "attività :",
	},
}

const opensReminder, opensTask = 0, 1

var openingTable = beginnings(openings[:]...)

func isPolite(w string) bool {
	switch w {
	case "please", "pls", "plz", "can", "could", "would", "you", "hey", "hi", "nudge", "kindly", ",", "ok", "okay", "also", "and", "will":
		return true
	}
	return false
}

// title is what was not taken, as written, without the words and signs that
// only joined it to what was.
func (m *marker) title() string {
	ts := m.p.Tokens
	m.closing()
	m.dropJoints()
	if first, end := m.kept(); end >= 0 {
		if first == end {
			return ""
		}
		return strings.TrimSpace(m.text[ts[first].Start:ts[end-1].End])
	}
	var b strings.Builder
	b.Grow(len(m.text))
	last := -1
	for i := range ts {
		if m.taken[i] || ts[i].Kind == token.Line {
			continue
		}
		if last >= 0 {
			if last == i-1 {
				b.WriteString(m.text[ts[last].End:ts[i].Start])
			} else if ts[i].Kind != token.Sign || strings.IndexByte(".,;:!?)]}%", m.text[ts[i].Start]) < 0 {
				b.WriteByte(' ')
			}
		}
		b.WriteString(m.text[ts[i].Start:ts[i].End])
		last = i
	}
	return strings.TrimSpace(b.String())
}

// kept are the tokens that were not taken, where they are one run; else end is below zero.
func (m *marker) kept() (first, end int) {
	n := len(m.taken)
	for first < n && m.taken[first] {
		first++
	}
	for end = first; end < n && !m.taken[end] && m.p.Tokens[end].Kind != token.Line; end++ {
		continue
	}
	for i := end; i < n; i++ {
		if !m.taken[i] {
			return first, -1
		}
	}
	return first, end
}

// closing takes polite words at the end.
func (m *marker) closing() {
	for i := len(m.p.Tokens) - 1; i > 0; i-- {
		if m.taken[i] {
			continue
		}
		switch m.word(i) {
		case "please", "pls", "plz", "thanks", "thx", "ty", "cheers":
			m.take(i, i+1)
			if m.word(i-1) == "," {
				m.take(i-1, i)
			}
		case "you":
			if m.word(i-1) != "thank" {
				return
			}
			m.take(i-1, i+1)
		case ".", "!", ",":
			continue
		default:
			return
		}
	}
}

// dropJoints takes what dangles where something was taken: a comma, a dash,
// "and", "on" at an edge.
func (m *marker) dropJoints() {
	ts := m.p.Tokens
	if !slices.Contains(m.taken, true) {
		return
	}
	// Each round may free another word at an edge; a title has few of them.
	var room [32]int
	for range maxDropRounds {
		again := false
		after := m.neighbours(room[:0])
		before := -1
		for i := range ts {
			if m.taken[i] || ts[i].Kind == token.Line {
				continue
			}
			cutBefore := i > 0 && m.taken[i-1]
			cutAfter := i+1 < len(ts) && m.taken[i+1]
			if !ts[i].Quoted && (cutBefore || cutAfter) && m.dangles(i, before, after[i], cutBefore, cutAfter) {
				m.taken[i] = true
				again = true
				continue
			}
			before = i
		}
		if !again {
			return
		}
	}
}

const maxDropRounds = 12

// neighbours are, for each token, the next one kept, -1 if there is none.
func (m *marker) neighbours(room []int) []int {
	out, next := slices.Grow(room, len(m.taken))[:len(m.taken)], -1
	for i := len(out) - 1; i >= 0; i-- {
		out[i] = next
		if !m.taken[i] && m.p.Tokens[i].Kind != token.Line {
			next = i
		}
	}
	return out
}

func (m *marker) dangles(i, before, after int, cutBefore, cutAfter bool) bool {
	t := &m.p.Tokens[i]
	switch t.Text {
	case ",":
		return before < 0 || after < 0 || cutBefore && cutAfter
	case ";", ":", "-", "/", "|", ".":
		if t.Text == "." && before < 0 && after < 0 {
			return true
		}
		if t.Kind != token.Sign {
			return false
		}
		return before < 0 || after < 0 && t.Text != "." || cutBefore && cutAfter ||
			cutBefore && t.Text != "-" && t.Text != "/" || cutAfter && t.Text != "."
	case "!", "?":
		return before < 0 || t.Text == "!" && cutBefore && t.Glued
	case "(", "[":
		return after >= 0 && (m.word(after) == ")" || m.word(after) == "]") && cutAfter
	case ")", "]":
		return before < 0 || cutBefore && m.taken[i-1] && !m.opened(i)
	case "to", "that", "about":
		return before < 0 && cutBefore && m.remindMe
	case "and", "&", "then", "but":
		return before < 0 || after < 0 || cutBefore && cutAfter
	case "on", "at", "by", "in", "due", "for", "from", "until", "every", "this", "starting", "around", "before", "with":
		return after < 0 && cutAfter
	case "please", "pls", "plz", "thanks", "ok", "okay":
		return after < 0 || before < 0
	}
	return false
}

// opened reports whether a bracket before i is still open.
func (m *marker) opened(i int) bool {
	for j := i - 1; j >= 0; j-- {
		if !m.taken[j] && (m.word(j) == "(" || m.word(j) == "[") {
			return true
		}
	}
	return false
}

package language

import (
	"slices"
	"strings"

	"function/shared/language/token"
)

// signs takes #tags and the signs of priority: !high, !!, !1, p1.
func (m *marker) signs(d *Draft) {
	ts := m.p.Tokens
	for i := 0; i < len(ts); i++ {
		t := &ts[i]
		if t.Quoted || t.Glued && i > 0 && ts[i-1].Kind != token.Sign {
			continue
		}
		switch {
		case t.Text == "#" && i+1 < len(ts) && ts[i+1].Glued:
			i = m.tag(d, i)
		case t.Text == "!":
			i = m.bang(d, i)
		case t.Text == "p" && t.Kind == token.Word && i+1 < len(ts) && ts[i+1].Glued && ts[i+1].Len() == 1 &&
			(i+2 == len(ts) || !ts[i+2].Glued || ts[i+2].Kind == token.Sign && !m.joined(i+2)):
			if pr, ok := numberedPriority[ts[i+1].Text]; ok && d.Priority == "" {
				d.Priority = pr
				m.take(i, i+2)
			}
		}
	}
}

// joined reports whether sign i glues two words.
func (m *marker) joined(i int) bool {
	return i+1 < len(m.p.Tokens) && m.p.Tokens[i+1].Glued
}

var numberedPriority = map[string]Priority{"1": High, "2": Medium, "3": Low, "4": ""}

// tag takes a tag: letters, digits, - and _ after #. A number alone is no tag
// ("#3"). It returns the last token taken.
func (m *marker) tag(d *Draft, i int) int {
	ts := m.p.Tokens
	j, letters := i+1, false
	for j < len(ts) && ts[j].Glued {
		t := &ts[j]
		if t.Kind == token.Word {
			letters = true
		} else if t.Kind != token.Number && (t.Text != "-" && t.Text != "_" && t.Text != "/" || !m.joined(j)) {
			break
		}
		j++
	}
	if !letters {
		return i
	}
	name := strings.ToLower(m.text[ts[i+1].Start:ts[j-1].End])
	if !slices.Contains(d.Tags, name) {
		d.Tags = append(d.Tags, name)
	}
	m.take(i, j)
	return j - 1
}

// bang takes !high, !1, !!, !!!.
func (m *marker) bang(d *Draft, i int) int {
	ts := m.p.Tokens
	j := i
	for j < len(ts) && ts[j].Text == "!" && (j == i || ts[j].Glued) {
		j++
	}
	n := j - i
	if n == 1 && j < len(ts) && ts[j].Glued {
		pr, ok := namedPriority(ts[j].Text)
		if !ok {
			pr, ok = numberedPriority[ts[j].Text]
		}
		if ok && d.Priority == "" {
			d.Priority = pr
			m.take(i, j+1)
			return j
		}
		return i
	}
	// Two or three standing alone.
	if n >= 2 && n <= 3 && (j == len(ts) || !ts[j].Glued) && !ts[i].Glued {
		if d.Priority == "" {
			d.Priority = High
			if n == 2 {
				d.Priority = Medium
			}
			m.take(i, j)
		}
	}
	return j - 1
}

// namedPriority is the priority that a word names.
func namedPriority(w string) (Priority, bool) {
	switch w {
	case "high", "h", "hi", "urgent", "important", "critical", "top":
		return High, true
	case "medium", "med", "m", "normal", "mid":
		return Medium, true
	case "low", "l", "lo":
		return Low, true
	}
	return "", false
}

// priorityWords takes "high priority", "priority: low", and "urgent" or
// "asap" where they stand apart at the start or the end.
func (m *marker) priorityWords(d *Draft) {
	if d.Priority != "" {
		return
	}
	ts := m.p.Tokens
	for i := range ts {
		if ts[i].Quoted || m.taken[i] {
			continue
		}
		from, to, pr := m.priorityAt(i)
		if to > from {
			d.Priority = pr
			m.take(from, to)
			return
		}
	}
}

func (m *marker) priorityAt(i int) (int, int, Priority) {
	n := len(m.p.Tokens)
	w := m.word(i)
	if w == "priority" || w == "prio" {
		j := i + 1
		if m.word(j) == ":" || m.word(j) == "=" || m.word(j) == "is" {
			j++
		}
		if pr, ok := namedPriority(m.word(j)); ok && m.ends(j+1) {
			from := i
			if m.word(i-1) == "with" || m.word(i-1) == "," {
				from--
			}
			return from, j + 1, pr
		}
	}
	if pr, ok := namedPriority(w); ok {
		j := i + 1
		if m.word(j) == "-" {
			j++
		}
		if p := m.word(j); (p == "priority" || p == "prio") && m.ends(j+1) || (p == "priority" || p == "prio") && i == 0 {
			from := i
			for m.word(from-1) == "with" || m.word(from-1) == "a" || m.word(from-1) == "," {
				from--
			}
			to := j + 1
			if m.word(to) == ":" {
				to++
			}
			return from, to, pr
		}
	}
	alone := w == "urgent" || w == "urgently" || w == "asap" || w == "critical" && m.word(i+1) == ":" || w == "important" && m.word(i+1) == ":"
	if w == "as" && i > 0 && m.word(i+1) == "soon" && m.word(i+2) == "as" && m.word(i+3) == "possible" && m.ends(i+4) {
		return i, i + 4, High
	}
	if !alone {
		return 0, 0, ""
	}
	switch {
	case i == 0 && (m.word(1) == ":" || m.word(1) == "-" || m.word(1) == ","):
		return 0, 2, High
	case i == 0 && n > 1 && w == "urgent" && m.p.Tokens[1].Kind == token.Word && m.isVerb(1):
		return 0, 1, High
	case i > 0 && m.ends(i+1):
		from := i
		for m.word(from-1) == "," || m.word(from-1) == "-" || m.word(from-1) == "(" && m.word(i+1) == ")" || m.word(from-1) == "it's" {
			from--
		}
		to := i + 1
		if m.word(from) == "(" {
			to++
		}
		return from, to, High
	}
	return 0, 0, ""
}

// ends reports whether nothing but signs and taken tokens follows.
func (m *marker) ends(i int) bool {
	for ; i < len(m.p.Tokens); i++ {
		t := &m.p.Tokens[i]
		if m.taken[i] || t.Kind == token.Line {
			continue
		}
		if t.Text == "!" {
			continue
		}
		if t.Kind == token.Sign && t.Text != "#" && t.Text != "\"" {
			return !m.joined(i)
		}
		return false
	}
	return true
}

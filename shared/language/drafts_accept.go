package language

import (
	"strings"

	"function/shared/language/engine"
	"function/shared/language/token"
)

// usable refuses readings that never schedule a task: what is quoted, taken
// or possessive ("Friday's demo").
func (m *marker) usable(r *engine.Reading) bool {
	for i := r.From; i < r.To; i++ {
		if m.taken[i] || m.p.Tokens[i].Quoted {
			return false
		}
	}
	if m.countsPeople(r.From) || m.word(r.From) == "about" && !r.HasTime {
		return false // talk to June about May
	}
	last := m.word(r.To - 1)
	if strings.HasSuffix(last, "'s") || strings.HasSuffix(last, "s'") {
		return false
	}
	if r.Kind == engine.KindRecur {
		// "The last day of the month" is one day where nothing says "every".
		return r.Cost < 5
	}
	return r.Cost < 8
}

// countsPeople reports whether a reading would take the number of people or
// things that something is for: "book a table for two tomorrow".
func (m *marker) countsPeople(from int) bool {
	if m.p.Is(from, engine.ForWord) {
		from++
	}
	if !m.p.Is(from-1, engine.ForWord) || !m.p.Is(from-2, engine.PlaceWord) {
		return false
	}
	t := &m.p.Tokens[min(from, len(m.p.Tokens)-1)]
	glued := from+1 < len(m.p.Tokens) && m.p.Tokens[from+1].Glued
	return (t.Kind == token.Number && t.Len() <= 2 || m.p.Is(from, engine.Digit) || m.p.Is(from, engine.Teen)) && !glued
}

// ahead refuses what is past: a task is not due yesterday.
func (m *marker) ahead(r *engine.Reading) bool {
	if r.Kind != engine.KindWhen {
		return true
	}
	end := r.Start
	if r.HasEnd {
		end = r.End
	}
	if r.HasTime {
		if end.Before(m.p.Now) {
			return false
		}
	} else if end.Before(m.p.Now.Midnight()) {
		return false
	}
	return r.Rel != engine.RelFrom || !r.Start.Before(m.p.Now.Midnight())
}

// scheduling keeps the readings that say when to do the task, and leaves those
// that name a thing ("prepare Friday demo").
func (m *marker) scheduling(rs []engine.Reading) []engine.Reading {
	var room [16]bool
	keep := room[:0]
	for i := range rs {
		keep = append(keep, m.strong(&rs[i]))
	}
	// A weak one counts where nothing of the title follows it, or where the
	// title only begins after it.
	for range 3 {
		for i := range rs {
			if keep[i] {
				continue
			}
			right := m.boundaryRight(rs[i].To, i+1 < len(rs) && keep[i+1], rs[min(i+1, len(rs)-1)].From)
			left := m.boundaryLeft(rs[i].From, i > 0 && keep[i-1], rs[max(i-1, 0)].To)
			switch {
			case right && !m.determined(&rs[i]) && !m.nameLike(&rs[i], left):
				keep[i] = true
			case left && !m.adjective(&rs[i]) && (m.isVerb(rs[i].To) || m.word(rs[i].To) == "," || m.word(rs[i].To) == ":" || m.relative(&rs[i])) && !m.nameLike(&rs[i], left):
				keep[i] = true
			}
		}
	}
	out := rs[:0]
	for i := range rs {
		if keep[i] && m.ahead(&rs[i]) {
			out = append(out, rs[i])
		}
	}
	return out
}

// adjective reports whether a repetition is one word that may describe a noun.
func (m *marker) adjective(r *engine.Reading) bool {
	return r.Kind == engine.KindRecur && m.p.Rule(r).Adjective
}

// strong reports whether a reading schedules wherever it stands: it is said
// with a preposition and is no mere number.
func (m *marker) strong(r *engine.Reading) bool {
	if r.Kind == engine.KindRemind {
		return true
	}
	if m.determined(r) || m.namedAfter(r) {
		return false
	}
	if r.Kind == engine.KindRecur {
		rule := m.p.Rule(r)
		return !rule.Adjective && (r.To-r.From > 1)
	}
	first := m.word(r.From)
	switch first {
	case "on", "at", "by", "before", "until", "due", "in", "within", "@", "from", "starting", "after", "till", "tonight", "no":
		return !m.weak(r)
	case "today", "tomorrow", "tmrw", "tmr":
		return true
	case "for": // tickets for 8pm show
		return false
	}
	// Languages other than English list such words in their lexicon.
	if m.p.Is(r.From, engine.LeadWord) {
		return !m.weak(r)
	}
	return m.relative(r) && m.p.Tokens[r.From].Kind == token.Word || r.HasTime && !r.HasEnd && r.To-r.From > 1 && m.p.Tokens[r.From].Kind != token.Number
}

// weak is what needs the end of the sentence after it: a bare hour ("at 5"),
// "in May", "on the 3rd", "for Christmas".
func (m *marker) weak(r *engine.Reading) bool {
	if r.To-r.From == 2 && m.p.Tokens[r.To-1].Kind == token.Number {
		return true
	}
	return r.Grain >= engine.Month || r.Cost >= 4
}

// relative reports whether a reading counts from today, so that it names no
// thing: tomorrow, next week, in 3 days.
func (m *marker) relative(r *engine.Reading) bool {
	switch m.word(r.From) {
	case "today", "tomorrow", "tmrw", "tmr", "tonight", "in", "next", "this", "within":
		return r.Kind == engine.KindWhen
	}
	return r.Kind == engine.KindWhen && m.p.Is(r.From, engine.RelWord)
}

// determined reports whether an article or possessive before it and a word
// after it make it part of a name: "the 5pm train".
func (m *marker) determined(r *engine.Reading) bool {
	switch m.word(r.From - 1) {
	case "the", "a", "an", "my", "our", "your", "his", "her", "their", "its", "of", "about", "titled", "called", "named", "re":
		return true
	}
	return m.p.Is(r.From-1, engine.OfWord)
}

// nameLike is what stands for a thing even at the end: a bare month or year,
// a bare holiday ("buy gifts for Christmas").
func (m *marker) nameLike(r *engine.Reading, left bool) bool {
	if r.Kind != engine.KindWhen {
		return false
	}
	if r.To-r.From == 1 && r.Grain >= engine.Month || r.To-r.From <= 2 && m.namedAfter(r) {
		return true
	}
	return r.Cost >= 4 && !left && r.To-r.From == 1
}

// namedAfter reports whether the word before makes a name of it ("Mr.
// Monday", "Blue Monday"), or a factor ("multiply by 5").
func (m *marker) namedAfter(r *engine.Reading) bool {
	i := r.From - 1
	if m.word(i) == "." {
		i--
	}
	switch m.word(i) {
	case "mr", "mrs", "ms", "dr", "blue", "black", "high", "casual", "happy", "meatless", "taco", "freaky", "manic", "super", "big":
		return r.To-r.From == 1
	}
	if m.word(r.From) == "by" && m.p.Tokens[r.To-1].Kind == token.Number {
		for k := range m.p.Tokens {
			switch m.word(k) {
			case "multiply", "divide", "split", "reduce", "increase", "lower", "raise", "cut", "grow", "shrink", "scale":
				return true
			}
		}
	}
	return false
}

// boundaryRight reports whether the title has ended at token i; the next
// reading, where it was kept, begins at from.
func (m *marker) boundaryRight(i int, kept bool, from int) bool {
	for i < len(m.p.Tokens) {
		t := &m.p.Tokens[i]
		if m.taken[i] || t.Kind == token.Line {
			i++
			continue
		}
		if kept && i == from {
			return true
		}
		if t.Kind == token.Sign {
			switch t.Text {
			case ".", ",", ";", "!", "?", ")", "]", ":", "(", "-":
				return !m.joined(i) || t.Text == ")"
			}
			return t.Text == "#" || t.Text == "@" || t.Text == "+"
		}
		switch t.Text {
		case "and", "please", "pls", "to", "with", "at", "for", "because", "then", "or", "but", "so", "when", "if", "about", "by", "before", "after", "from", "via", "thanks", "in", "near":
			return true
		}
		return m.p.Is(i, engine.Joiner)
	}
	return true
}

// boundaryLeft reports whether the title has not begun before token i; the
// reading before, where it was kept, ends at to.
func (m *marker) boundaryLeft(i int, kept bool, to int) bool {
	for i--; i >= 0; i-- {
		t := &m.p.Tokens[i]
		if m.taken[i] || t.Kind == token.Line || t.Kind == token.Sign {
			continue
		}
		if kept && i+1 == to {
			return true
		}
		return isPolite(t.Text)
	}
	return true
}

// isVerb reports whether token i is a verb that tasks begin with.
func (m *marker) isVerb(i int) bool { return m.p.IsVerb(i) }

var taskVerbs = func() map[string]struct{} {
	set := map[string]struct{}{}
	for _, w := range strings.Fields(`add apply arrange ask attend back bake be book borrow bring brush build buy call cancel change charge check
choose clean clear close collect complete confirm contact cook copy create cut deliver discuss do download draft drink drive drop eat edit email
e-mail empty exchange exercise feed fetch file fill find finish fix follow get give go grab hand have help hire install invite invoice iron join
keep learn leave lift listen look mail make meet message mop move mow open order organise organize pack paint park pay phone pick plan plant play
post practice practise prepare print process publish pull purchase push put read rebook record refill register remind remove renew rent repair
repay reply report request reschedule research reserve return review ring run save schedule see sell send set share shop shower sign skype sleep
sort speak start stop study submit swap sweep swim take talk tell test text thank think throw tidy touch train transfer translate try turn unpack
update upgrade upload use vacuum vaccinate visit vote wait wake walk wash watch water wear work wrap write zoom`) {
		set[w] = struct{}{}
	}
	return set
}()

package engine

import (
	"slices"

	"function/shared/language/civil"
	"function/shared/language/token"
)

// Kind is what a reading is of.
type Kind uint8

// The kinds.
const (
	KindWhen Kind = iota
	KindRecur
	KindRemind
)

// Reading is one resolved meaning of a run of tokens.
type Reading struct {
	Kind Kind
	// From and To are the tokens, half open.
	From, To int
	// Start, End: wall time; HasEnd says that it is an interval.
	Start, End civil.DateTime
	HasEnd     bool
	Grain      civil.Grain
	HasTime    bool
	// Tail says that the last day of the interval is meant where one is
	// needed ("end of the month").
	Tail bool
	// Exact says that Start carries the clock of now ("in 3 days").
	Exact   bool
	Rel     Relation
	Zone    string
	Assumed Assumptions
	// Cost is how unlikely it is; 0 is plain.
	Cost int
	// Value is the unresolved meaning.
	Value Value
	item  int32
}

// Readings are the best readings that do not overlap, in the order of the
// text. accept may refuse a candidate; then shorter ones are tried. They are
// kept until the next call or Release.
func (p *Parser) Readings(accept func(*Reading) bool) []Reading {
	out := p.readings[:0]
	defer func() { p.readings = out }()
	for i := 0; i < len(p.Tokens); {
		best, ok := p.bestAt(int32(i), accept)
		if !ok {
			i++
			continue
		}
		// A longer one that starts inside wins: "may" before "the 5th of June".
		for j := i + 1; j < best.To; j++ {
			if int(p.reach[j]) <= best.To {
				continue
			}
			if r, ok := p.bestAt(int32(j), accept); ok && r.To > best.To && r.To-r.From > best.To-best.From {
				best = r
			}
		}
		// What precedes may still be read on its own.
		for j := i; j < best.From; {
			r, ok := p.bestWithin(int32(j), int32(best.From), accept)
			if !ok {
				j++
				continue
			}
			out = append(out, r)
			j = r.To
		}
		out = append(out, best)
		i = best.To
	}
	return out
}

func (p *Parser) bestAt(i int32, accept func(*Reading) bool) (Reading, bool) {
	return p.bestWithin(i, int32(len(p.Tokens)), accept)
}

// bestWithin is the longest acceptable reading that starts at i and ends at
// limit or before; of equally long ones, the one of the least cost.
func (p *Parser) bestWithin(i, limit int32, accept func(*Reading) bool) (Reading, bool) {
	p.tried++
	c := &p.lang.cats
	if here := &p.here[i]; !here.may(c.when) && !here.may(c.recur) && !here.may(c.remind) {
		return Reading{}, false
	}
	var best Reading
	found := false
	last := int32(-1)
	for {
		// The next candidate in the order of length, then cost.
		it := p.nextCandidate(i, limit, last)
		if it < 0 || found && (int(p.items[it].end) < best.To || int(p.values[p.items[it].value].Cost) >= best.Cost) {
			return best, found
		}
		last = it
		p.tried++
		o := &p.items[it]
		if !p.standsAlone(o.start, o.end) || p.inIdiom(o.start, o.end) || p.tooSoft(o) || p.countsThings(o) {
			continue
		}
		r := &p.trial
		ok := p.read(r, it)
		// Resolving may have raised the cost, so that another wins.
		if ok && (!found || r.Cost < best.Cost) && (accept == nil || accept(r)) {
			best, found = *r, true
		}
	}
}

// nextCandidate is the item that comes after another in the order in which
// readings at a token are tried: longer first, then cheaper, then older.
func (p *Parser) nextCandidate(i, limit, after int32) int32 {
	c := &p.lang.cats
	best := int32(-1)
	for k, cat := range p.catsAt(i) {
		it := p.first[i] + int32(k)
		if cat != c.when && cat != c.recur && cat != c.remind || p.items[it].end > limit {
			continue
		}
		if (after < 0 || p.precedes(after, it)) && (best < 0 || p.precedes(it, best)) {
			best = it
		}
	}
	return best
}

// precedes reports whether item a is tried before item b.
func (p *Parser) precedes(a, b int32) bool {
	x, y := &p.items[a], &p.items[b]
	if x.end != y.end {
		return x.end > y.end
	}
	if c, d := p.values[x.value].Cost, p.values[y.value].Cost; c != d {
		return c < d
	}
	return a < b
}

// read resolves an item.
func (p *Parser) read(r *Reading, it int32) bool {
	o := &p.items[it]
	v := &p.values[o.value]
	*r = Reading{From: int(o.start), To: int(o.end), Rel: v.Rel, Cost: int(v.Cost), Assumed: v.Assumed, Value: *v, item: it}
	switch o.cat {
	case p.lang.cats.recur:
		r.Kind = KindRecur
		return p.resolvedRule(r).ok
	case p.lang.cats.remind:
		r.Kind = KindRemind
		return true
	}
	var s span
	var ok bool
	if v.HasEnd {
		s, ok = p.resolveSpan(v)
		r.HasEnd = true
	} else {
		s, ok = p.resolve(v.P)
		r.HasEnd = s.end.After(s.start) && (s.grain > civil.Day || v.P.has(FPart) && !v.P.has(FHour|FEnd))
	}
	if !ok || !s.start.Valid() {
		return false
	}
	r.Start, r.End, r.Grain, r.HasTime = s.start, s.end, s.grain, s.hasTime
	r.Assumed |= s.assumed
	if r.Assumed&AssumedWeekdayWrong != 0 {
		r.Cost += 5
	}
	r.Tail = v.P.has(FTail)
	r.Exact = v.P.has(FNow)
	r.Zone = zoneName(v.P.Zone)
	if r.Zone == "" && v.HasEnd {
		r.Zone = zoneName(v.Q.Zone)
	}
	return true
}

// standsAlone reports whether the tokens are not a piece of something longer:
// a phone number, a version, a price, a code.
func (p *Parser) standsAlone(from, to int32) bool {
	first := &p.Tokens[from]
	if from > 0 {
		prev := &p.Tokens[from-1]
		if first.Glued {
			switch prev.Kind {
			case token.Word, token.Number, token.Opaque:
				return false
			case token.Sign:
				if !p.signAllows(from-1, first) {
					return false
				}
			}
		} else if prev.Kind == token.Number && first.Kind == token.Word && p.isMonthWord(from) {
			// 32 August
			return false
		}
	}
	if int(to) < len(p.Tokens) {
		next := &p.Tokens[to]
		last := &p.Tokens[to-1]
		if !next.Glued && next.Kind == token.Number && next.Len() <= 2 && last.Kind == token.Word && p.isMonthWord(to-1) && !p.hasNumber(from, to) {
			// Feb 30
			return false
		}
		if next.Glued {
			switch next.Kind {
			case token.Word, token.Number, token.Opaque:
				return false
			case token.Sign:
				more := int(to+1) < len(p.Tokens) && p.Tokens[to+1].Glued
				switch next.Text {
				case "%", "°", "€", "£", "$", "#", "@", "_", "\\":
					return false
				case "-", "/":
					if !more && next.Text == "-" && last.Kind == token.Number {
						return false
					}
					if more && (last.Kind == token.Number || p.Tokens[to+1].Kind == token.Word) {
						return false
					}
				case ".", ":", ",", "'":
					if more && p.Tokens[to+1].Kind == token.Number && last.Kind == token.Number {
						return false
					}
					if more && next.Text == "." && p.Tokens[to+1].Kind == token.Word {
						return false
					}
				}
			}
		}
	}
	// "at 10 - 10.1"
	if int(to+1) < len(p.Tokens) && p.Tokens[to].Text == "-" && !p.Tokens[to].Glued && p.Tokens[to+1].Kind == token.Number && p.Tokens[to-1].Kind == token.Number && to-from <= 2 {
		return false
	}
	return true
}

// bareNumber reports whether a reading rests on a mere number: an hour ("at
// 5") or a day of some month ("on the 4th").
func (p *Parser) bareNumber(o *item) bool {
	v := &p.values[o.value]
	if o.cat != p.lang.cats.when {
		return false
	}
	day := v.P.Has&dateFields == FDay && !v.P.has(FHour|FPart)
	hour := v.P.has(FBare) && !v.P.has(dateFields|FPart)
	if v.HasEnd {
		return hour && v.Q.has(FBare) && !v.Q.has(dateFields|FPart)
	}
	return day || hour
}

// bareDay reports whether a reading is a day of some month and no more.
func (p *Parser) bareDay(o *item) bool {
	v := &p.values[o.value]
	return o.cat == p.lang.cats.when && v.P.Has&dateFields == FDay && !v.P.has(FHour|FPart) && !v.HasEnd
}

func (p *Parser) hasDigit(from, to int32) bool {
	for i := from; i < to; i++ {
		if p.Tokens[i].Kind == token.Number {
			return true
		}
	}
	return false
}

// startsReading reports whether a date or a repetition begins at token i.
func (p *Parser) startsReading(i int32) bool {
	return p.isCat(i, p.lang.cats.when) || p.isCat(i, p.lang.cats.recur) || p.isCat(i, p.lang.cats.remind)
}

// IsVerb reports whether token i is a verb that tasks begin with.
func (p *Parser) IsVerb(i int) bool {
	return i >= 0 && i < len(p.Tokens) && p.isCat(int32(i), p.lang.cats.verb)
}

// inIdiom reports whether a reading takes from a set phrase.
func (p *Parser) inIdiom(from, to int32) bool {
	for i := from; i < to; i++ {
		if p.idiom[i] {
			return true
		}
	}
	return false
}

func (p *Parser) hasNumber(from, to int32) bool {
	for i := from; i < to; i++ {
		if p.Tokens[i].Kind == token.Number || p.Tokens[i].Kind == token.Word && p.isCat(i, p.lang.cats.ord1) {
			return true
		}
	}
	return false
}

func (p *Parser) signAllows(at int32, first *token.Token) bool {
	s := &p.Tokens[at]
	switch s.Text {
	case "$", "€", "£", "¥", "#", "@", "_", "&", "=", "%", "\\", "~":
		return false
	case "-", "/", ".", ":", ",", "+", "*", "'":
		if at > 0 && s.Glued {
			prev := p.Tokens[at-1].Kind
			if prev == token.Number && first.Kind == token.Number || prev == token.Word && s.Text != ":" && s.Text != "," && s.Text != "." {
				return false
			}
			if prev == token.Number && s.Text != "," {
				return false
			}
		} else if s.Text == "-" || s.Text == "/" || s.Text == "." {
			return s.Text == "-" && first.Kind == token.Word
		}
	}
	return true
}

// tooSoft reports whether a reading rests on a word that is another word as
// well ("may", "sun") with nothing to tell them apart, or on a year alone.
func (p *Parser) tooSoft(o *item) bool {
	last := &p.Tokens[o.end-1]
	n := o.end - o.start
	if n == 1 && last.Kind == token.Number && last.Len() == 4 {
		return true
	}
	if o.cat != p.lang.cats.when || n > 2 || n == 2 && !p.isRel(o.start) || !p.isCat(o.end-1, p.lang.cats.soft) {
		return false
	}
	if int(n) == len(p.Tokens) {
		return false
	}
	if c := p.Text[last.Start]; n == 2 && c >= 'A' && c <= 'Z' {
		return false
	}
	if n == 1 && p.isCat(o.start, p.lang.cats.month) && (last.Text == "may" || p.Text[last.Start] >= 'a') || n == 1 && o.start > 0 && p.isDeterminer(o.start-1) {
		return true
	}
	if int(o.end) == len(p.Tokens) || p.Tokens[o.end].Kind != token.Word {
		return false
	}
	if last.Text == "now" || last.Text == "may" {
		return true
	}
	return !p.isCat(o.end, p.lang.cats.joint)
}

// Is reports whether the lexicon has token i in a category.
func (p *Parser) Is(i int, c Category) bool {
	return i >= 0 && i < len(p.Tokens) && p.isCat(int32(i), p.lang.asked[c])
}

func (p *Parser) isDeterminer(i int32) bool { return p.isCat(i, p.lang.cats.determiner) }

// isRel reports whether token i is a word such as "this".
func (p *Parser) isRel(i int32) bool { return p.Tokens[i].Text == "this" }

func (p *Parser) isCat(i int32, cat symbol) bool {
	if !p.here[i].may(cat) {
		return false
	}
	return cat < exactSymbols || slices.Contains(p.catsAt(i), cat)
}

// countsThings reports whether a reading ends in a bare number that counts
// what follows: "for 5 minutes", "at 3 shops" is left to the caller.
func (p *Parser) countsThings(o *item) bool {
	if int(o.end) >= len(p.Tokens) || p.Tokens[o.end].Kind == token.Line {
		return false
	}
	last, next := &p.Tokens[o.end-1], &p.Tokens[o.end]
	if next.Kind == token.Word && !p.hasDigit(o.start, o.end) && o.end-o.start == 2 && p.bareDay(o) && p.isDeterminer(o.start) {
		// "The first" of something.
		return true
	}
	if next.Kind == token.Word && p.bareNumber(o) {
		if !p.hasDigit(o.start, o.end) && p.bareDay(o) {
			return !p.isCat(o.end, p.lang.cats.joint)
		}
		return !p.isCat(o.end, p.lang.cats.joint) && !p.isCat(o.end, p.lang.cats.verb) && !p.startsReading(o.end)
	}
	switch {
	case p.isCat(o.end-1, p.lang.cats.unit) && p.isCat(o.end, p.lang.cats.order):
		// "Check in 2 hours before departure"
		return true
	case last.Kind == token.Number && next.Kind == token.Word:
		return p.isCat(o.end, p.lang.cats.unit)
	case last.Kind == token.Word && last.Glued && p.isCat(o.end-1, p.lang.cats.shortunit):
		return next.Kind == token.Number
	}
	return false
}

func (p *Parser) isMonthWord(i int32) bool { return p.isCat(i, p.lang.cats.month) }

// Step is a rule that was applied, and the text it was applied to.
type Step struct{ Text, Rule string }

func (s Step) String() string { return "\"" + s.Text + "\" by " + s.Rule }

// Trace is how a reading came about, innermost first.
type Trace []Step

// Lines are the steps for people.
func (t Trace) Lines() []string {
	out := make([]string, len(t))
	for i, s := range t {
		out[i] = s.String()
	}
	return out
}

// Why is the trace of a reading.
func (p *Parser) Why(r *Reading) Trace {
	p.steps = p.steps[:0]
	p.trace(r.item)
	return append(Trace(nil), p.steps...)
}

func (p *Parser) trace(it int32) {
	o := &p.items[it]
	for k := o.kids; k < o.kids+o.nkids; k++ {
		p.trace(p.kids[k])
	}
	if o.rule >= 0 {
		p.steps = append(p.steps, Step{p.Text[p.Tokens[o.start].Start:p.Tokens[o.end-1].End], p.lang.lines[o.rule]})
	}
}

// OnlyClock reports whether a value is a time of day on no date.
func (v *Value) OnlyClock() bool {
	return !v.HasEnd && v.P.has(FHour|FPart) && !v.P.has(dateFields)
}

// ClockOn puts the clock time of a reading on a date.
func (p *Parser) ClockOn(d civil.DateTime, r *Reading) civil.DateTime {
	return p.onDate(d, r.Value.P).start
}

// MorningHour is the hour that "in the morning" begins.
func (p *Parser) MorningHour() int {
	h, _ := p.partHours(&Point{Part: Morning})
	return h
}

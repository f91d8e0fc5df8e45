// Package engine parses tokens with a language's lexicon and grammar into
// typed values, and resolves them against the present moment.
package engine

import (
	"sync"
	"sync/atomic"
	"time"

	"function/shared/language/civil"
	"function/shared/language/token"
	"function/shared/language/words"
)

// Limits that keep the work linear in the length of the text.
const (
	maxItemsPerToken = 200
	maxSameSpan      = 4
	maxSpanTokens    = 96
)

// Settings are what readings depend on besides the text.
type Settings struct {
	Now civil.DateTime
	// Instant is Now as a moment in its zone, so that hours and minutes from now
	// are those that pass, over changes of the clock too. Wall time is counted
	// where it is zero.
	Instant   time.Time
	WeekStart int // 1 Monday to 7 Sunday
	DayFirst  bool
	Region    string
	// Hours are the clock hours of the parts of day, by Part; zero means the
	// default.
	Hours [9]int8
}

// item is a constituent of the chart.
type item struct {
	cat        symbol
	start, end int32
	value      int32 // index into values, -1 for words
	rule       int32 // index into the language's rules, -1 for none
	// kids are in the parser's list of children.
	kids, nkids int32
}

// Parser holds one text's chart. Take one from Parse, and Release it.
type Parser struct {
	Settings
	Text   string
	Tokens []token.Token
	lang   *Language
	syms   []symbol
	// items are those that start at one token, then those at the token before; cats
	// are their categories.
	items  []item
	cats   []symbol
	values []Value
	rules  []Rule
	// clauses are the rules said clause by clause.
	clauses []words.Clauses
	// reminders are the lists made by rules on reminders.
	reminders []Reminders
	kids      []int32
	// first and count are the items that start at each token.
	first []int32
	count []int32
	// here are the symbols of the items that start at each token, before those that
	// may follow what ends before the token being read, wanted the categories of use
	// there whatever follows them.
	here           []symbolSet
	before, wanted symbolSet
	// reach is, for each token, the end of the longest item that may be a reading.
	reach  []int32
	argBuf [maxArgs]*Value
	stack  [16]int32
	// idiom marks tokens of set phrases that only look like times.
	idiom []bool
	// half says which half of the day the words around suggest for hours that
	// leave it open: -1 the first, 1 the second.
	half int8
	// resolved are the repetitions made final so far.
	resolved []resolvedRule
	// steps are those of the trace being made.
	steps []Step
	// readings are those given out last.
	readings []Reading
	// tried is how many places in the trees of rules were looked at, and how many
	// readings were judged.
	tried int
	// trial is the reading being judged.
	trial Reading
	// from and to are the tokens of the match being reduced.
	from, to int32
}

var pool = sync.Pool{New: func() any { return new(Parser) }}

// Parse reads text. The parser must be released after use.
func Parse(text string, l *Language, s Settings) *Parser {
	p := pool.Get().(*Parser)
	p.Tokens = token.Scan(p.Tokens[:0], text)
	p.parse(text, l, s)
	return p
}

// ParseTokens reads a text that was scanned already; the tokens are copied.
func ParseTokens(text string, ts []token.Token, l *Language, s Settings) *Parser {
	p := pool.Get().(*Parser)
	p.Tokens = append(p.Tokens[:0], ts...)
	p.parse(text, l, s)
	return p
}

func (p *Parser) parse(text string, l *Language, s Settings) {
	p.Text, p.lang, p.Settings = text, l, s
	if p.WeekStart < 1 || p.WeekStart > 7 {
		p.WeekStart = 1
	}
	p.items, p.cats, p.values, p.kids, p.rules = p.items[:0], p.cats[:0], p.values[:0], p.kids[:0], p.rules[:0]
	p.reminders, p.resolved, p.clauses = p.reminders[:0], p.resolved[:0], p.clauses[:0]
	n := len(p.Tokens)
	p.first, p.count, p.syms, p.here, p.reach = grow(p.first, n+1), grow(p.count, n+1), grow(p.syms, n+1), grow(p.here, n+1), grow(p.reach, n+1)
	clear(p.first)
	clear(p.count)
	clear(p.here)
	clear(p.reach)
	for i := range p.Tokens {
		p.syms[i] = l.lookup(p.Tokens[i].Text)
	}
	p.half, p.tried = 0, 0
	p.idiom = grow(p.idiom, n)
	clear(p.idiom)
	for i := n - 1; i >= 0; i-- {
		p.readAt(int32(i))
		switch {
		case p.isCat(int32(i), l.cats.amword):
			p.half = -1
		case p.isCat(int32(i), l.cats.pmword):
			p.half = 1
		}
	}
}

// work counts what all parsers did.
var work atomic.Int64

// Work is how many tokens were read and rules tried since the process began:
// tests measure by it, since it is the same on every machine.
func Work() int64 { return work.Load() }

// Release gives the parser back. It must not be used afterwards.
func (p *Parser) Release() {
	work.Add(int64(len(p.Tokens) + len(p.items) + p.tried))
	p.Text, p.lang = "", nil
	clear(p.Tokens)
	clear(p.steps)
	clear(p.readings)
	clear(p.resolved)
	if cap(p.items) < 1<<16 {
		pool.Put(p)
	}
}

func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// lookup is the symbol of a word, 0 if the language does not use it.
func (l *Language) lookup(text string) symbol {
	if text == "" {
		return 0
	}
	if s, ok := l.words[text]; ok {
		return s
	}
	if plain := token.Fold(text); plain != text {
		return l.words[plain]
	}
	return 0
}

// readAt adds all constituents that start at token i.
func (p *Parser) readAt(i int32) {
	p.first[i] = int32(len(p.items))
	p.lookBefore(i)
	t := &p.Tokens[i]
	if t.Kind == token.Number {
		p.numbers(i)
	}
	if w := p.syms[i]; w != 0 {
		if p.lang.wordUses[w].may(&p.before, &p.here[i+1]) {
			if p.useful(w, i+1) {
				p.add(item{cat: w, start: i, end: i + 1, value: -1, rule: -1})
			}
			for k := range p.lang.senses[w] {
				s := &p.lang.senses[w][k]
				p.addValue(s.cat, i, i+1, &s.value)
			}
		}
		for k, second := range p.lang.seconds[w] {
			if int(i+1) >= len(p.Tokens) || second != p.syms[i+1] {
				continue
			}
			ph := &p.lang.phrases[w][k]
			if end := p.matchPhrase(i+1, ph.rest); end > 0 {
				p.addValue(ph.sense.cat, i, end, &ph.sense.value)
				switch ph.sense.cat {
				case p.lang.cats.idiom:
					for k := i; k < end; k++ {
						p.idiom[k] = true
					}
				case p.lang.cats.byrule:
					p.readClauses(i)
				}
			}
		}
	}
	// The list grows while it is walked.
	for at := p.first[i]; at < int32(len(p.items)); at++ {
		o := &p.lang.opens[p.cats[at]]
		for _, r := range p.lang.renames[o.renames:o.renamesEnd] {
			p.rename(at, r)
		}
		if o.root == 0 {
			continue
		}
		n := &p.lang.nodes[o.root]
		if end := p.items[at].end; n.rules < n.rulesEnd || n.next.meets(&p.here[end]) {
			p.stack[0] = at
			p.match(n, 1, end)
		}
	}
}

func (p *Parser) matchPhrase(at int32, rest []symbol) int32 {
	for _, w := range rest {
		if int(at) >= len(p.Tokens) || p.syms[at] != w {
			return 0
		}
		at++
	}
	return at
}

// match follows the tree of rules; the first k elements are on the stack.
func (p *Parser) match(n *node, k int, at int32) {
	p.tried++
	for _, r := range p.lang.completes[n.rules:n.rulesEnd] {
		p.reduce(r, at)
	}
	if int(at) >= len(p.Tokens) {
		return
	}
	here := &p.here[at]
	if !n.next.meets(here) || at-p.items[p.stack[0]].start > maxSpanTokens {
		return
	}
	glued := p.Tokens[at].Glued
	edges := p.lang.edges[n.edges:n.edgesEnd]
	for i := range edges {
		e := &edges[i]
		if !e.on(here) || e.glued && !glued {
			continue
		}
		to := &p.lang.nodes[e.to]
		for i, cat := range p.catsAt(at) {
			if cat == e.sym {
				it := p.first[at] + int32(i)
				p.stack[k] = it
				p.match(to, k+1, p.items[it].end)
			}
		}
	}
}

// reduce runs the action on a complete match.
func (p *Parser) reduce(n int32, end int32) {
	r := &p.lang.steps[n]
	if !p.useful(r.cat, end) {
		return
	}
	args := p.argBuf[:0]
	start := p.items[p.stack[0]].start
	p.from, p.to = start, end
	var assumed Assumptions
	cost := r.cost
	size := int(r.size)
	for i := range size {
		if v := p.items[p.stack[i]].value; v >= 0 {
			assumed |= p.values[v].Assumed
			cost += p.values[v].Cost
		}
	}
	for _, i := range r.args[:r.nargs] {
		v := p.items[p.stack[i]].value
		if v < 0 {
			return
		}
		args = append(args, &p.values[v])
	}
	v, ok := r.action(p, args, r.consts)
	if !ok {
		return
	}
	v.Assumed |= assumed
	v.Cost = cost
	if p.known(r.cat, start, end, &v) {
		return
	}
	kids := int32(len(p.kids))
	p.kids = append(p.kids, p.stack[:size]...)
	p.values = append(p.values, v)
	p.add(item{cat: r.cat, start: start, end: end, value: int32(len(p.values) - 1), rule: n, kids: kids, nkids: int32(size)})
}

// rename adds a constituent under another category; the two share their
// value. Most rules are of this kind.
func (p *Parser) rename(at int32, r renaming) {
	o := &p.items[at]
	start, end, value := o.start, o.end, o.value
	if value < 0 || !p.useful(r.cat, end) || p.known(r.cat, start, end, &p.values[value]) {
		return
	}
	kids := int32(len(p.kids))
	p.kids = append(p.kids, at)
	p.add(item{cat: r.cat, start: start, end: end, value: value, rule: r.rule, kids: kids, nkids: 1})
}

// known reports whether the chart has this constituent, or enough like it.
func (p *Parser) known(cat symbol, start, end int32, v *Value) bool {
	if p.count[start] >= maxItemsPerToken {
		return true
	}
	if !p.here[start].may(cat) {
		return false
	}
	same := 0
	for i, c := range p.catsAt(start) {
		o := &p.items[p.first[start]+int32(i)]
		if c != cat || o.end != end {
			continue
		}
		if same++; same >= maxSameSpan || p.equal(&p.values[o.value], v) {
			return true
		}
	}
	return false
}

// equal compares meanings, the cost left out.
func (p *Parser) equal(a, b *Value) bool {
	if a == b {
		return true
	}
	if a.N != b.N || a.P.Has != b.P.Has || a.Dur != b.Dur {
		return false
	}
	x, y := *a, *b
	if x.Rule != 0 && y.Rule != 0 && p.rules[x.Rule-1] == p.rules[y.Rule-1] {
		y.Rule = x.Rule
	}
	if x.Remind != 0 && y.Remind != 0 && p.reminders[x.Remind-1] == p.reminders[y.Remind-1] {
		y.Remind = x.Remind
	}
	x.Cost, x.Assumed = y.Cost, y.Assumed
	return x == y
}

// addValue adds a constituent with a value of its own, unless nothing can become of it.
func (p *Parser) addValue(cat symbol, start, end int32, v *Value) {
	if !p.useful(cat, end) {
		return
	}
	p.values = append(p.values, *v)
	p.add(item{cat: cat, start: start, end: end, value: int32(len(p.values) - 1), rule: -1})
}

// add adds a constituent that starts at the token being read.
func (p *Parser) add(it item) {
	p.items = append(p.items, it)
	p.cats = append(p.cats, it.cat)
	p.count[it.start]++
	p.here[it.start].add(it.cat)
	if c := &p.lang.cats; (it.cat == c.when || it.cat == c.recur || it.cat == c.remind) && it.end > p.reach[it.start] {
		p.reach[it.start] = it.end
	}
}

// catsAt are the categories of the constituents that start at a token, of which the first
// is item first.
func (p *Parser) catsAt(i int32) []symbol { return p.cats[p.first[i]:][:p.count[i]] }

// lookBefore finds what may stand at token i behind the token before it.
func (p *Parser) lookBefore(i int32) {
	p.wanted = p.lang.alone
	if i == 0 {
		p.before = symbolSet{}
		return
	}
	w := int(p.syms[i-1])
	p.before = p.lang.follow[w]
	p.wanted.join(&p.lang.wanted[w])
	switch p.Tokens[i-1].Kind {
	case token.Number:
		w = len(p.lang.names) + endsInNumber
	case token.Sign:
		w = len(p.lang.names) + endsInSign
	default:
		return
	}
	p.before.join(&p.lang.follow[w])
	p.wanted.join(&p.lang.wanted[w])
}

// useful reports whether something may become of a constituent that starts at the token
// being read: as it is, with what stands behind it, or with the token before.
func (p *Parser) useful(cat symbol, end int32) bool {
	u := &p.lang.uses[cat]
	if cat >= exactSymbols {
		return u.may(&p.before, &p.here[end])
	}
	return p.wanted.may(cat) || u.next.meets(&p.here[end])
}

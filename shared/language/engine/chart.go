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
	// next is the next item with the same start, or -1.
	next  int32
	value int32 // index into values, -1 for words
	rule  int32 // index into the language's rules, -1 for none
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
	items  []item
	values []Value
	rules  []Rule
	// clauses are the rules said clause by clause.
	clauses []words.Clauses
	// reminders are the lists made by rules on reminders.
	reminders []Reminders
	kids      []int32
	first     []int32
	last      []int32
	count     []int32
	// cats are the symbols of the items that start at each token.
	cats   []bloom
	argBuf [8]*Value
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
	p.Text, p.lang, p.Settings = text, l, s
	if p.WeekStart < 1 || p.WeekStart > 7 {
		p.WeekStart = 1
	}
	p.Tokens = token.Scan(p.Tokens[:0], text)
	p.items, p.values, p.kids, p.rules = p.items[:0], p.values[:0], p.kids[:0], p.rules[:0]
	p.reminders, p.resolved, p.clauses = p.reminders[:0], p.resolved[:0], p.clauses[:0]
	n := len(p.Tokens)
	p.first, p.last, p.count = grow(p.first, n+1), grow(p.last, n+1), grow(p.count, n+1)
	p.syms = grow(p.syms, n+1)
	if cap(p.cats) < n+1 {
		p.cats = make([]bloom, n+1)
	}
	p.cats = p.cats[:n+1]
	for i := 0; i <= n; i++ {
		p.first[i], p.last[i], p.count[i], p.cats[i] = -1, -1, 0, bloom{}
	}
	for i := range p.Tokens {
		p.syms[i] = l.lookup(p.Tokens[i].Text)
	}
	p.half, p.tried = 0, 0
	if cap(p.idiom) < n {
		p.idiom = make([]bool, n)
	}
	p.idiom = p.idiom[:n]
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
	return p
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

func grow(s []int32, n int) []int32 {
	if cap(s) < n {
		return make([]int32, n)
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
	t := &p.Tokens[i]
	if t.Kind == token.Number {
		p.numbers(i)
	}
	if w := p.syms[i]; w != 0 {
		p.add(item{cat: w, start: i, end: i + 1, value: -1, rule: -1})
		for k := range p.lang.senses[w] {
			s := &p.lang.senses[w][k]
			p.addValue(s.cat, i, i+1, &s.value)
		}
		for k := range p.lang.phrases[w] {
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
	for at := p.first[i]; at >= 0; at = p.items[at].next {
		if n := p.lang.starts[p.items[at].cat]; n != nil {
			for _, r := range n.renames {
				p.rename(at, r)
			}
			p.stack[0] = at
			p.match(n, 1, p.items[at].end)
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
	for _, r := range n.rules {
		p.reduce(r, at)
	}
	if int(at) >= len(p.Tokens) {
		return
	}
	here := &p.cats[at]
	if !n.next.meets(here) || at-p.items[p.stack[0]].start > maxSpanTokens {
		return
	}
	glued := p.Tokens[at].Glued
	for i := range n.edges {
		e := &n.edges[i]
		if !here.may(e.sym) || e.glued && !glued {
			continue
		}
		for it := p.first[at]; it >= 0; it = p.items[it].next {
			if p.items[it].cat == e.sym {
				p.stack[k] = it
				p.match(e.to, k+1, p.items[it].end)
			}
		}
	}
}

// reduce runs the action on a complete match.
func (p *Parser) reduce(n int32, end int32) {
	r := &p.lang.all[n]
	args := p.argBuf[:0]
	p.from, p.to = p.items[p.stack[0]].start, end
	var assumed Assumptions
	cost := r.cost
	for i := range r.rhs {
		if v := p.items[p.stack[i]].value; v >= 0 {
			assumed |= p.values[v].Assumed
			cost += p.values[v].Cost
		}
	}
	for _, i := range r.args {
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
	start := p.items[p.stack[0]].start
	if p.known(r.cat, start, end, &v) {
		return
	}
	kids := int32(len(p.kids))
	p.kids = append(p.kids, p.stack[:len(r.rhs)]...)
	p.values = append(p.values, v)
	p.add(item{cat: r.cat, start: start, end: end, value: int32(len(p.values) - 1), rule: n, kids: kids, nkids: int32(len(r.rhs))})
}

// rename adds a constituent under another category; the two share their
// value. Most rules are of this kind.
func (p *Parser) rename(at int32, r renaming) {
	o := p.items[at]
	if o.value < 0 || p.known(r.cat, o.start, o.end, &p.values[o.value]) {
		return
	}
	kids := int32(len(p.kids))
	p.kids = append(p.kids, at)
	p.add(item{cat: r.cat, start: o.start, end: o.end, value: o.value, rule: r.rule, kids: kids, nkids: 1})
}

// known reports whether the chart has this constituent, or enough like it.
func (p *Parser) known(cat symbol, start, end int32, v *Value) bool {
	if p.count[start] >= maxItemsPerToken {
		return true
	}
	if !p.cats[start].may(cat) {
		return false
	}
	same := 0
	for it := p.first[start]; it >= 0; it = p.items[it].next {
		o := &p.items[it]
		if o.cat != cat || o.end != end {
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

func (p *Parser) addValue(cat symbol, start, end int32, v *Value) {
	p.values = append(p.values, *v)
	p.add(item{cat: cat, start: start, end: end, value: int32(len(p.values) - 1), rule: -1})
}

func (p *Parser) add(it item) {
	it.next = -1
	n := int32(len(p.items))
	p.items = append(p.items, it)
	if p.last[it.start] >= 0 {
		p.items[p.last[it.start]].next = n
	} else {
		p.first[it.start] = n
	}
	p.last[it.start] = n
	p.count[it.start]++
	p.cats[it.start].add(it.cat)
}

package engine

import "math/bits"

// use says what becomes of a constituent of one category, so that those of which nothing
// can become are not made.
type use struct {
	// alone says that it counts without a neighbour: it is read as it is.
	alone bool
	// next are the symbols that may stand after it in a rule, as is the set of what it is:
	// its category, and those that rules with one element make of it.
	next, is symbolSet
}

// may reports whether something may become of a constituent behind one set of symbols
// and before another.
func (u *use) may(before, next *symbolSet) bool {
	return u.alone || u.is.meets(before) || u.next.meets(next)
}

// Numbers and signs are the ends of constituents that the engine makes from digits; they
// are no words, and counted like two after the last symbol.
const (
	endsInNumber = iota
	endsInSign
	digitEnds
)

// findUses computes, from lexicon and grammar, the use of each symbol, and what may
// follow each word.
func (l *Language) findUses(read []symbol) {
	l.uses = make([]use, len(l.names))
	alone := map[symbol]bool{}
	for _, s := range read {
		alone[s] = true
	}
	for s := range l.uses {
		u := &l.uses[s]
		for _, c := range l.becomes(symbol(s)) {
			u.is.add(c)
			u.alone = u.alone || alone[c]
			u.next.join(&l.nodes[l.opens[c].root].next)
		}
	}
	l.wordUses = make([]use, len(l.names))
	for w := range l.wordUses {
		all := &l.wordUses[w]
		*all = l.uses[w]
		for i := range l.senses[w] {
			u := &l.uses[l.senses[w][i].cat]
			all.alone = all.alone || u.alone
			all.is.join(&u.is)
			all.next.join(&u.next)
		}
	}
	ends := l.lastWords()
	l.follow = make([]symbolSet, len(l.names)+digitEnds)
	for _, rules := range l.rules {
		for i := range rules {
			rhs := rules[i].rhs
			for k := 1; k < len(rhs); k++ {
				ends[rhs[k-1].sym].each(func(w int) { l.follow[w].add(rhs[k].sym) })
			}
		}
	}
	l.wanted = make([]symbolSet, len(l.follow))
	for s := range symbol(min(exactSymbols, len(l.uses))) {
		u := &l.uses[s]
		if u.alone {
			l.alone.add(s)
		}
		for w := range l.wanted {
			if u.is.meets(&l.follow[w]) {
				l.wanted[w].add(s)
			}
		}
	}
}

// becomes are a symbol and the categories that rules with one element make of it.
func (l *Language) becomes(s symbol) []symbol {
	out := []symbol{s}
	seen := map[symbol]bool{s: true}
	for i := 0; i < len(out); i++ {
		for k := range l.rules[out[i]] {
			if r := &l.rules[out[i]][k]; len(r.rhs) == 1 && !seen[r.cat] {
				seen[r.cat] = true
				out = append(out, r.cat)
			}
		}
	}
	return out
}

// wordSet is a set of words, numbers and signs.
type wordSet []uint64

func (w wordSet) add(i int) { w[i/64] |= 1 << (i % 64) }

// join adds another set and reports whether that changed anything.
func (w wordSet) join(other wordSet) bool {
	changed := false
	for i, x := range other {
		changed = changed || x&^w[i] != 0
		w[i] |= x
	}
	return changed
}

func (w wordSet) each(f func(int)) {
	for i, x := range w {
		for ; x != 0; x &= x - 1 {
			f(i*64 + bits.TrailingZeros64(x))
		}
	}
}

// lastWords are the words that a constituent of each symbol may end in.
func (l *Language) lastWords() []wordSet {
	size := (len(l.names) + digitEnds + 63) / 64
	ends := make([]wordSet, len(l.names))
	for s := range ends {
		ends[s] = make(wordSet, size)
		ends[s].add(s)
	}
	for w := range l.senses {
		for i := range l.senses[w] {
			ends[l.senses[w][i].cat].add(w)
		}
		for _, ph := range l.phrases[w] {
			ends[ph.sense.cat].add(int(ph.rest[len(ph.rest)-1]))
		}
	}
	for name := range builtin {
		s := l.symbol("<" + name + ">")
		ends[s].add(len(l.names) + endsInNumber)
		ends[s].add(len(l.names) + endsInSign)
	}
	// A rule read clause by clause may end in any word.
	for w := range l.names {
		ends[l.cats.recur].add(w)
	}
	for again := true; again; {
		again = false
		for _, rules := range l.rules {
			for i := range rules {
				r := &rules[i]
				if ends[r.cat].join(ends[r.rhs[len(r.rhs)-1].sym]) {
					again = true
				}
			}
		}
	}
	return ends
}

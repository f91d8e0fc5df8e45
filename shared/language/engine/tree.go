package engine

// node is a place in the tree of all rules that begin with one symbol: rules
// that begin alike are matched together. The trees of a language lie in a few lists
// without pointers, each tree together.
type node struct {
	// next are all symbols that may follow.
	next symbolSet
	// edges and rules are where its edges and the rules complete here are in the lists.
	edges, edgesEnd int32
	rules, rulesEnd int32
}

// opening is what may be made of a constituent at its beginning: the tree of rules that
// begin with it, 0 for none, and the rules that only give it another category.
type opening struct {
	root                int32
	renames, renamesEnd int32
}

// renaming is a rule and the category it gives.
type renaming struct {
	cat  symbol
	rule int32
}

// symbolSet is a set of symbols: exact for categories, which have the lowest numbers; of
// words and classes of words it may hold more than was put in.
type symbolSet [4]uint64

// exactSymbols is how many symbols, the first, a set tells apart.
const exactSymbols = 192

// place is a symbol's bit in a set.
func place(s symbol) uint {
	if s < exactSymbols {
		return uint(s)
	}
	return exactSymbols + uint(s)&63
}

func (b *symbolSet) add(s symbol)      { i := place(s); b[i>>6&3] |= 1 << (i & 63) }
func (b *symbolSet) may(s symbol) bool { i := place(s); return b[i>>6&3]&(1<<(i&63)) != 0 }

// meets reports whether two sets may have something in common.
func (b *symbolSet) meets(c *symbolSet) bool {
	return b[0]&c[0]|b[1]&c[1]|b[2]&c[2]|b[3]&c[3] != 0
}

func (b *symbolSet) join(c *symbolSet) {
	for i := range b {
		b[i] |= c[i]
	}
}

type edge struct {
	sym   symbol
	to    int32
	place uint8
	glued bool
}

// on reports whether a set may have the edge's symbol.
func (e *edge) on(b *symbolSet) bool { return b[e.place>>6&3]&(1<<(e.place&63)) != 0 }

// step is what it takes to apply a rule.
type step struct {
	action Action
	consts []int
	cat    symbol
	cost   int16
	// size is how many elements the rule has, args which of them the action takes.
	size, nargs uint8
	args        [maxArgs]uint8
}

// maxArgs is how many values an action takes at most.
const maxArgs = 8

// branch is a node while the trees grow.
type branch struct {
	edges []growing
	rules []int32
}

type growing struct {
	element
	to *branch
}

// grow builds the trees.
func (l *Language) grow() {
	l.opens = make([]opening, len(l.rules))
	l.nodes = make([]node, 1)
	for first, rules := range l.rules {
		root := &branch{}
		o := &l.opens[first]
		o.renames = int32(len(l.renames))
		for i := range rules {
			n := int32(len(l.steps))
			r := &rules[i]
			l.steps, l.lines = append(l.steps, r.step()), append(l.lines, r.line)
			if r.renames() {
				l.renames = append(l.renames, renaming{r.cat, n})
				continue
			}
			root.insert(r.rhs[1:], n)
		}
		o.renamesEnd = int32(len(l.renames))
		if len(root.edges)+len(root.rules) > 0 {
			o.root = l.lay(root)
		}
	}
}

func (r *grammarRule) step() step {
	s := step{action: r.action, consts: r.consts, cat: r.cat, cost: r.cost, size: uint8(len(r.rhs)), nargs: uint8(len(r.args))}
	copy(s.args[:], r.args)
	return s
}

// renames reports whether a rule only gives its one element another category.
func (r *grammarRule) renames() bool { return r.name == "keep" && len(r.rhs) == 1 && r.cost == 0 }

func (b *branch) insert(rest []element, r int32) {
	if len(rest) == 0 {
		b.rules = append(b.rules, r)
		return
	}
	for i := range b.edges {
		if b.edges[i].element == rest[0] {
			b.edges[i].to.insert(rest[1:], r)
			return
		}
	}
	e := growing{element: rest[0], to: &branch{}}
	b.edges = append(b.edges, e)
	e.to.insert(rest[1:], r)
}

// lay puts a branch and all behind it into the lists, and gives its place.
func (l *Language) lay(b *branch) int32 {
	at := len(l.nodes)
	l.nodes = append(l.nodes, node{})
	edges, rules := len(l.edges), len(l.completes)
	l.completes = append(l.completes, b.rules...)
	for i := range b.edges {
		s := b.edges[i].sym
		l.nodes[at].next.add(s)
		l.edges = append(l.edges, edge{sym: s, place: uint8(place(s)), glued: b.edges[i].glued})
	}
	n := &l.nodes[at]
	n.edges, n.edgesEnd, n.rules, n.rulesEnd = int32(edges), int32(len(l.edges)), int32(rules), int32(len(l.completes))
	for i := range b.edges {
		to := l.lay(b.edges[i].to)
		l.edges[edges+i].to = to
	}
	return int32(at)
}

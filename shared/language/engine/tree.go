package engine

// node is a place in the tree of all rules that begin with one symbol: rules
// that begin alike are matched together.
type node struct {
	edges []edge
	// next are all symbols that may follow.
	next symbolSet
	// rules are complete here; renames are those of them that only give their
	// element another category.
	rules   []int32
	renames []renaming
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
	element
	to *node
}

// grow builds the trees.
func (l *Language) grow() {
	l.starts = make([]*node, len(l.rules))
	for first, rules := range l.rules {
		if len(rules) == 0 {
			continue
		}
		root := &node{}
		for i := range rules {
			n := int32(len(l.all))
			l.all = append(l.all, rules[i])
			if rules[i].renames() {
				root.renames = append(root.renames, renaming{rules[i].cat, n})
				continue
			}
			root.insert(rules[i].rhs[1:], n)
		}
		l.starts[first] = root
	}
}

// renames reports whether a rule only gives its one element another category.
func (r *grammarRule) renames() bool { return r.name == "keep" && len(r.rhs) == 1 && r.cost == 0 }

func (n *node) insert(rest []element, r int32) {
	if len(rest) == 0 {
		n.rules = append(n.rules, r)
		return
	}
	for i := range n.edges {
		if n.edges[i].element == rest[0] {
			n.edges[i].to.insert(rest[1:], r)
			return
		}
	}
	e := edge{element: rest[0], to: &node{}}
	n.next.add(rest[0].sym)
	n.edges = append(n.edges, e)
	e.to.insert(rest[1:], r)
}

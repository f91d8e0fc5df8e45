package engine

// node is a place in the tree of all rules that begin with one symbol: rules
// that begin alike are matched together.
type node struct {
	edges []edge
	// next has the bits of all symbols that may follow.
	next bloom
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

// bloom is a set of symbols that may hold more than was put in.
type bloom [4]uint64

func (b *bloom) add(s symbol)      { b[s>>6&3] |= 1 << (s & 63) }
func (b *bloom) may(s symbol) bool { return b[s>>6&3]&(1<<(s&63)) != 0 }

// meets reports whether two sets may have something in common.
func (b *bloom) meets(c *bloom) bool {
	return b[0]&c[0]|b[1]&c[1]|b[2]&c[2]|b[3]&c[3] != 0
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

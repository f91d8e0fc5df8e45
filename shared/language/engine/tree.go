package engine

// node is a place in the tree of all rules that begin with one symbol: rules
// that begin alike are matched together.
type node struct {
	edges []edge
	// bloom has the bits of all symbols that may follow.
	bloom uint64
	// rules are complete here.
	rules []*grammarRule
}

type edge struct {
	element
	bit uint64
	to  *node
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
			root.insert(rules[i].rhs[1:], &rules[i])
		}
		l.starts[first] = root
	}
}

func (n *node) insert(rest []element, r *grammarRule) {
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
	e := edge{element: rest[0], bit: 1 << (uint(rest[0].sym) & 63), to: &node{}}
	n.bloom |= e.bit
	n.edges = append(n.edges, e)
	e.to.insert(rest[1:], r)
}

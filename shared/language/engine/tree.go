package engine

// node is a place in the tree of all rules that begin with one symbol: rules
// that begin alike are matched together.
type node struct {
	edges []edge
	// next has the bits of all symbols that may follow.
	next bloom
	// rules are complete here.
	rules []int32
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
			l.all = append(l.all, rules[i])
			root.insert(rules[i].rhs[1:], int32(len(l.all)-1))
		}
		l.starts[first] = root
	}
}

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

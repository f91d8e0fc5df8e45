package engine

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"function/shared/language/civil"
)

var grainByName = map[string]civil.Grain{
	"second": civil.Second, "minute": civil.Minute, "hour": civil.Hour, "day": civil.Day, "week": civil.Week,
	"month": civil.Month, "quarter": civil.Quarter, "year": civil.Year, "decade": civil.Decade, "century": civil.Century,
}

// rule reads "cat: pattern => action [$n …] [constant …] [!cost]". A pattern
// is a list of
//
//	word          the word itself
//	a|b_c|d       one of these words; _ joins several
//	<cat>         a constituent; <a|b> one of two categories
//	~x            x with no space before it
//	x?            x or nothing
func (c *compiler) rule(line string) error {
	left, right, ok := strings.Cut(line, "=>")
	if !ok {
		return fmt.Errorf("no => in %q", line)
	}
	cat, pattern, ok := strings.Cut(left, ":")
	if !ok {
		return fmt.Errorf("no colon in %q", line)
	}
	cat = strings.TrimSpace(cat)
	c.define(cat)
	base := grammarRule{cat: c.l.symbol("<" + cat + ">"), line: line}
	order, err := c.effect(&base, strings.Fields(right))
	if err != nil {
		return fmt.Errorf("%w in %q", err, line)
	}
	return c.expand(base, strings.Fields(pattern), nil, nil, order, 1)
}

// arity is how many values an action takes, where a grammar could get it wrong
// without a crash.
var arity = map[string]int{"keep": 1, "on": 2, "rel": 1, "range": 2, "in-rule": 2, "at-time": 2, "set-add": 2, "from-rule": 2, "until-rule": 2, "for-rule": 2, "ahead": 1, "from-point": 2}

// effect reads the right-hand side; it returns the order of the arguments.
func (c *compiler) effect(r *grammarRule, f []string) ([]int, error) {
	if len(f) == 0 {
		return nil, fmt.Errorf("no action")
	}
	r.action, r.name = actions[f[0]], f[0]
	if r.action == nil {
		return nil, fmt.Errorf("unknown action %q", f[0])
	}
	var order []int
	for _, x := range f[1:] {
		n, err := strconv.Atoi(strings.TrimLeft(x, "$!"))
		if err != nil {
			if g, ok := grainByName[x]; ok {
				r.consts = append(r.consts, int(g))
				continue
			}
			return nil, fmt.Errorf("bad argument %q", x)
		}
		switch x[0] {
		case '$':
			order = append(order, n)
		case '!':
			r.cost = int16(n)
		default:
			r.consts = append(r.consts, n)
		}
	}
	return order, nil
}

// expand writes out optional elements and alternative categories. positions
// holds, for each element so far, its number in the pattern.
func (c *compiler) expand(r grammarRule, rest []string, rhs []element, positions, order []int, at int) error {
	if len(rest) == 0 {
		return c.finish(r, rhs, positions, order)
	}
	x := rest[0]
	if strings.HasSuffix(x, "?") && len(x) > 1 {
		if err := c.expand(r, rest[1:], rhs, positions, order, at+1); err != nil {
			return err
		}
		x = x[:len(x)-1]
	}
	glued := strings.HasPrefix(x, "~") && len(x) > 1
	if glued {
		x = x[1:]
	}
	alternatives := []string{x}
	if strings.HasPrefix(x, "<") && strings.HasSuffix(x, ">") {
		alternatives = strings.Split(x[1:len(x)-1], "|")
		for i, a := range alternatives {
			if c.used == nil {
				name, _, _ := strings.Cut(r.line, ":")
				c.define(name)
			}
			c.used[a] = true
			alternatives[i] = "<" + a + ">"
		}
	}
	for _, a := range alternatives {
		e := element{sym: c.terminal(a), glued: glued}
		next := append(append([]element(nil), rhs...), e)
		pos := append(append([]int(nil), positions...), at)
		if err := c.expand(r, rest[1:], next, pos, order, at+1); err != nil {
			return err
		}
	}
	return nil
}

// terminal is the symbol of a category, a word, or a class of words.
func (c *compiler) terminal(x string) symbol {
	if strings.HasPrefix(x, "<") {
		return c.l.symbol(x)
	}
	if !strings.ContainsAny(x, "|_") || x == "|" || x == "_" {
		return c.l.word(x)
	}
	words := strings.Split(x, "|")
	sort.Strings(words)
	name := "(" + strings.Join(words, "|") + ")"
	if s, ok := c.l.symbols[name]; ok {
		return s
	}
	s := c.l.symbol(name)
	for _, w := range words {
		c.l.addForm(strings.ReplaceAll(w, "_", " "), sense{cat: s})
	}
	return s
}

func (c *compiler) finish(r grammarRule, rhs []element, positions, order []int) error {
	if len(rhs) == 0 {
		return fmt.Errorf("an empty pattern in %q", r.line)
	}
	r.rhs = rhs
	if order == nil {
		for i, e := range rhs {
			if c.l.names[e.sym][0] == '<' && len(c.l.names[e.sym]) > 2 {
				r.args = append(r.args, uint8(i))
			}
		}
	} else {
		for _, o := range order {
			found := false
			for i, p := range positions {
				if p == o {
					r.args = append(r.args, uint8(i))
					found = true
				}
			}
			if !found {
				return fmt.Errorf("$%d names an element that may be missing in %q", o, r.line)
			}
		}
	}
	if n, ok := arity[r.name]; ok && len(r.args) != n {
		return fmt.Errorf("%s takes %d values, got %d in %q", r.name, n, len(r.args), r.line)
	}
	if len(r.args) > maxArgs {
		return fmt.Errorf("more than %d values in %q", maxArgs, r.line)
	}
	first := rhs[0].sym
	c.l.rules[first] = append(c.l.rules[first], r)
	return nil
}

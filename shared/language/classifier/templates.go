package classifier

import (
	"errors"
	"fmt"
	"strings"
)

// Sentences makes examples from patterns, the same ones each time. A line of the text is
// one of these:
//
//	# a comment
//	name = filler | filler | …     what {name} in a pattern stands for
//	[intent n]                     the patterns below are of intent, n sentences each
//	could you add {food}[ please]  a pattern: {slot}, [may be left out], (one|of|these)
//
// Sentences that come twice are left out. An unknown slot is an error.
func Sentences(text string) ([]Example, error) {
	g := grammar{slots: map[string][]string{}, seen: map[string]bool{}}
	for n, line := range strings.Split(text, "\n") {
		if err := g.line(strings.TrimSpace(line)); err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
	}
	return g.out, nil
}

type grammar struct {
	slots  map[string][]string
	intent string
	each   int
	// state is that of the generator of numbers.
	state uint64
	seen  map[string]bool
	out   []Example
}

func (g *grammar) line(line string) error {
	if line == "" || line[0] == '#' {
		return nil
	}
	if head, ok := strings.CutPrefix(line, "["); ok && strings.HasSuffix(head, "]") && strings.Count(line, "]") == 1 && !strings.ContainsAny(line, "{|") {
		if _, err := fmt.Sscanf(head, "%s %d]", &g.intent, &g.each); err == nil {
			return nil
		}
	}
	if name, fillers, ok := strings.Cut(line, " = "); ok && !strings.ContainsAny(name, " {[(") {
		for f := range strings.SplitSeq(fillers, "|") {
			g.slots[name] = append(g.slots[name], strings.TrimSpace(f))
		}
		return nil
	}
	// Each pattern draws numbers of its own: what is added elsewhere changes no sentence.
	g.state = uint64(hashOf(line))
	// A pattern with nothing to choose gives one sentence only.
	for range g.each {
		s, rest, err := g.expand(line, 0)
		if err == nil && rest != "" {
			err = errUnopened
		}
		if err != nil {
			return fmt.Errorf("%q: %w", line, err)
		}
		s = strings.Join(strings.Fields(s), " ")
		if s != "" && !g.seen[s] {
			g.seen[s] = true
			g.out = append(g.out, Example{Text: s, Intent: g.intent})
		}
	}
	return nil
}

var errUnopened = errors.New("a sign closes or divides what was not opened")

// draw is a number below n: splitmix64.
func (g *grammar) draw(n int) int {
	g.state += 0x9e3779b97f4a7c15
	z := g.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return int((z ^ z>>31) % uint64(n))
}

// maxDepth bounds how far patterns nest.
const maxDepth = 20

// expand reads a pattern up to a sign that closes it or divides alternatives, and gives
// what is left.
func (g *grammar) expand(p string, depth int) (said, rest string, err error) {
	if depth > maxDepth {
		return "", "", fmt.Errorf("nested too deep: %q", p)
	}
	var b strings.Builder
	for p != "" {
		switch p[0] {
		case ']', ')', '|':
			return b.String(), p, nil
		case '{':
			name, after, _ := strings.Cut(p[1:], "}")
			list := g.slots[name]
			if len(list) == 0 {
				return "", "", fmt.Errorf("nothing stands for {%s}", name)
			}
			s, _, err := g.expand(list[g.draw(len(list))], depth+1)
			if err != nil {
				return "", "", err
			}
			b.WriteString(s)
			p = after
		case '[', '(':
			options, after, err := g.options(p, depth)
			if err != nil {
				return "", "", err
			}
			if p[0] == '[' && g.draw(2) == 0 {
				options = []string{""}
			}
			b.WriteString(options[g.draw(len(options))])
			p = after
		default:
			b.WriteByte(p[0])
			p = p[1:]
		}
	}
	return b.String(), "", nil
}

// options expands what stands between a pair of signs, each alternative.
func (g *grammar) options(p string, depth int) (list []string, rest string, err error) {
	end := map[byte]byte{'[': ']', '(': ')'}[p[0]]
	p = p[1:]
	for {
		s, rest, err := g.expand(p, depth+1)
		if err != nil {
			return nil, "", err
		}
		if rest == "" {
			return nil, "", fmt.Errorf("%q is not closed", p)
		}
		list, p = append(list, s), rest[1:]
		if rest[0] == end {
			return list, p, nil
		}
	}
}

package filter

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"function/shared/seal"
	"function/shared/todo"
)

// Bounds on what one filter may cost.
const (
	MaxLength = 1000 // characters
	MaxTerms  = 40
	MaxDepth  = 12
)

// Dates reads a phrase such as "next friday" to the stretch of time it covers, its end
// exclusive; ok is false where it names none.
type Dates func(phrase string) (from, until time.Time, ok bool)

// Parse reads a filter. An empty one holds for every task. The error is a todo.Error
// with CodeInvalid that points at /filter and says where.
func Parse(text string, dates Dates) (todo.Condition, error) {
	p := &parser{lexer: lexer{rest: text, at: 1}, dates: dates}
	return p.parse(text)
}

func (p *parser) parse(text string) (todo.Condition, error) {
	if !utf8.ValidString(text) || utf8.RuneCountInString(text) > MaxLength {
		return nil, todo.Invalid("/filter", "at most %d characters of text", MaxLength)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.now.kind == end {
		return todo.All{}, nil
	}
	c, err := p.either()
	if err != nil {
		return nil, err
	}
	if p.now.kind == closed {
		return nil, wrong(p.now.at, "no bracket was opened before this one")
	}
	return c, nil
}

// Translate gives a filter with each phrase of its dates as say has it. The error is
// Parse's.
func Translate(text string, dates Dates, say func(phrase string) string) (string, error) {
	p := &parser{lexer: lexer{rest: text, at: 1}, dates: dates, say: say, whole: len(text)}
	if _, err := p.parse(text); err != nil {
		return "", err
	}
	out, last := strings.Builder{}, 0
	for _, c := range p.said {
		out.WriteString(text[last:c.from])
		out.WriteString(c.text)
		last = c.until
	}
	out.WriteString(text[last:])
	if _, err := Parse(out.String(), dates); err != nil {
		return text, nil //nolint:nilerr // too long now, say: what was written holds as well
	}
	return out.String(), nil
}

func wrong(at int, format string, args ...any) error {
	return todo.Invalid("/filter", "character %d: %s", at, fmt.Sprintf(format, args...))
}

type parser struct {
	lexer
	dates        Dates
	now          token
	terms, depth int

	// Of Translate.
	say   func(phrase string) string
	whole int // bytes of the text
	said  []saying
}

// saying is a value of a filter said otherwise: the bytes that it takes the place of.
type saying struct {
	from, until int
	text        string
}

func (p *parser) advance() (err error) {
	p.now, err = p.next()
	return err
}

// either reads conditions of which one must hold.
func (p *parser) either() (todo.Condition, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > MaxDepth {
		return nil, wrong(p.now.at, "brackets and nots nest at most %d deep", MaxDepth)
	}
	var list todo.Any
	for {
		c, err := p.all()
		if err != nil {
			return nil, err
		}
		list = append(list, c)
		if p.now.kind != or {
			break
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	if len(list) == 1 {
		return list[0], nil
	}
	return list, nil
}

// all reads conditions that must all hold.
func (p *parser) all() (todo.Condition, error) {
	var list todo.All
	for {
		c, err := p.one()
		if err != nil {
			return nil, err
		}
		list = append(list, c)
		if p.now.kind == and {
			if err := p.advance(); err != nil {
				return nil, err
			}
			continue
		}
		if p.now.kind == end || p.now.kind == or || p.now.kind == closed {
			break
		}
	}
	if len(list) == 1 {
		return list[0], nil
	}
	return list, nil
}

func (p *parser) one() (todo.Condition, error) {
	t := p.now
	switch t.kind {
	case not:
		return p.negated()
	case open:
		return p.bracket()
	case end, or, and, closed:
		return nil, wrong(t.at, "a condition is missing here")
	}
	if p.terms++; p.terms > MaxTerms {
		return nil, wrong(t.at, "at most %d conditions", MaxTerms)
	}
	c, err := p.term(t)
	if err != nil {
		return nil, err
	}
	return c, p.advance()
}

func (p *parser) negated() (todo.Condition, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > MaxDepth {
		return nil, wrong(p.now.at, "brackets and nots nest at most %d deep", MaxDepth)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	c, err := p.one()
	return todo.Not{Of: c}, err
}

func (p *parser) bracket() (todo.Condition, error) {
	at := p.now.at
	if err := p.advance(); err != nil {
		return nil, err
	}
	c, err := p.either()
	if err != nil {
		return nil, err
	}
	if p.now.kind != closed {
		return nil, wrong(at, "this bracket is not closed")
	}
	return c, p.advance()
}

func (p *parser) term(t token) (todo.Condition, error) {
	switch t.kind {
	case tag:
		return todo.HasTag(t.text), nil
	case quoted:
		if words := seal.Words(t.text); len(words) > 0 {
			return todo.HasPhrase(words), nil
		}
		return nil, wrong(t.at, "no word stands between these quotes")
	case word:
		return beginnings(t)
	}
	from := p.whole - len(p.rest)
	value, err := p.value()
	if err != nil {
		return nil, err
	}
	if value == "" {
		return nil, wrong(t.at, "%s: needs a value behind it, without a space", t.text)
	}
	if p.say != nil && timeFields[t.text] != "" {
		p.translate(from, value)
	}
	return p.fieldTerm(t, value)
}

// beginnings is one condition for each word: "e-mail" is two.
func beginnings(t token) (todo.Condition, error) {
	words := seal.Words(t.text)
	var list todo.All
	for _, w := range words {
		list = append(list, todo.HasWord(w))
	}
	switch len(list) {
	case 0:
		return nil, wrong(t.at, "%q has no letter and no digit to look for", t.text)
	case 1:
		return list[0], nil
	}
	return list, nil
}

func (p *parser) fieldTerm(t token, value string) (todo.Condition, error) {
	lower := strings.ToLower(value)
	switch t.text {
	case "tag":
		return todo.HasTag(strings.TrimPrefix(value, "#")), nil
	case "priority", "p":
		if priority, ok := priorities[lower]; ok {
			return todo.HasPriority(priority), nil
		}
		return nil, wrong(t.at, "%q is no priority: high, medium or low", value)
	case "is":
		return named(t, lower, states)
	case "has":
		return named(t, lower, parts)
	case "no":
		c, err := named(t, lower, parts)
		return todo.Not{Of: c}, err
	case "due", "created", "updated", "completed", "done":
		return p.time(t, value)
	}
	return nil, wrong(t.at, "%q is no field: due, created, updated, completed, priority, tag, is, has or no; quote it to look for the words", t.text)
}

var priorities = map[string]todo.Priority{
	"high": todo.PriorityHigh, "medium": todo.PriorityMedium, "low": todo.PriorityLow,
	"1": todo.PriorityHigh, "2": todo.PriorityMedium, "3": todo.PriorityLow,
	"p1": todo.PriorityHigh, "p2": todo.PriorityMedium, "p3": todo.PriorityLow,
}

var states = map[string]todo.Trait{
	"open": todo.TraitOpen, "done": todo.TraitDone, "completed": todo.TraitDone, "trashed": todo.TraitTrashed, "deleted": todo.TraitTrashed,
	"overdue": todo.TraitOverdue, "blocked": todo.TraitBlocked, "recurring": todo.TraitRecurring, "repeating": todo.TraitRecurring, "subtask": todo.TraitSubtask,
}

var parts = map[string]todo.Trait{
	"due": todo.TraitHasDue, "date": todo.TraitHasDue, "reminder": todo.TraitHasReminder, "reminders": todo.TraitHasReminder,
	"subtask": todo.TraitHasSubtasks, "subtasks": todo.TraitHasSubtasks, "tag": todo.TraitHasTags, "tags": todo.TraitHasTags,
	"description": todo.TraitHasDescription, "recurrence": todo.TraitRecurring, "repeat": todo.TraitRecurring,
}

func named(t token, value string, of map[string]todo.Trait) (todo.Condition, error) {
	if trait, ok := of[value]; ok {
		return todo.Is(trait), nil
	}
	if t.text == "is" {
		return nil, wrong(t.at, "%q is nothing a task can be: open, done, trashed, overdue, blocked, recurring or subtask", value)
	}
	return nil, wrong(t.at, "%q is nothing a task can have: due, reminder, subtasks, tags or description", value)
}

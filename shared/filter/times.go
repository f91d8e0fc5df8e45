package filter

import (
	"strings"
	"time"
	"unicode"

	"function/shared/todo"
)

var timeFields = map[string]todo.TimeField{
	"due": todo.TimeDue, "created": todo.TimeCreated, "updated": todo.TimeUpdated, "completed": todo.TimeCompleted, "done": todo.TimeCompleted,
}

// time reads what a time is compared with: a phrase, a comparison, a range, or
// whether there is one at all.
func (p *parser) time(t token, value string) (todo.Condition, error) {
	field := timeFields[t.text]
	switch strings.ToLower(value) {
	case "none", "no", "never":
		return todo.Not{Of: todo.Within{Time: field}}, nil
	case "any", "yes":
		return todo.Within{Time: field}, nil
	case "overdue":
		if field == todo.TimeDue {
			return todo.Is(todo.TraitOverdue), nil
		}
	}
	if first, last, ok := strings.Cut(value, ".."); ok {
		return p.between(t, field, first, last)
	}
	phrase := strings.TrimLeft(value, "<>=")
	sign := value[:len(value)-len(phrase)]
	from, until, err := p.span(t, phrase)
	if err != nil {
		return nil, err
	}
	within := todo.Within{Time: field}
	switch sign {
	case "", "=":
		within.From, within.Until = from, until
	case "<":
		within.Until = from
	case "<=":
		within.Until = until
	case ">":
		within.From = until
	case ">=":
		within.From = from
	default:
		return nil, wrong(t.at, "%q compares nothing: <, <=, > or >=", sign)
	}
	if within.From.IsZero() && within.Until.IsZero() {
		return nil, wrong(t.at, "%q has no end to compare with on that side", phrase)
	}
	return within, nil
}

// between is from the start of one phrase to the end of another; either may be left out.
func (p *parser) between(t token, field todo.TimeField, first, last string) (todo.Condition, error) {
	within := todo.Within{Time: field}
	var err error
	if first != "" {
		if within.From, _, err = p.span(t, first); err != nil {
			return nil, err
		}
	}
	if last != "" {
		if _, within.Until, err = p.span(t, last); err != nil {
			return nil, err
		}
	}
	if first == "" && last == "" {
		return nil, wrong(t.at, "a range needs a date on one side of the dots")
	}
	if !within.From.IsZero() && !within.Until.IsZero() && !within.From.Before(within.Until) {
		return nil, wrong(t.at, "%s does not come before %s", first, last)
	}
	return within, nil
}

func (p *parser) span(t token, phrase string) (from, until time.Time, err error) {
	from, until, ok := p.dates(phrase)
	if !ok {
		return from, until, wrong(t.at, "%q is no date that is understood here; one in several words stands in quotes", phrase)
	}
	return from, until, nil
}

// translate notes how the phrases of a value that begins at a byte are said otherwise.
func (p *parser) translate(from int, value string) {
	say := func(phrase string) string {
		if _, _, ok := p.dates(phrase); !ok {
			return phrase
		}
		return p.say(phrase)
	}
	phrase := strings.TrimLeft(value, "<>=")
	sign := value[:len(value)-len(phrase)]
	text := say(phrase)
	if first, last, ok := strings.Cut(value, ".."); ok {
		phrase, sign, text = value, "", say(first)+".."+say(last)
	}
	if text == phrase {
		return
	}
	if strings.ContainsFunc(text, unicode.IsSpace) {
		text = `"` + text + `"`
	}
	p.said = append(p.said, saying{from, p.whole - len(p.rest), sign + text})
}

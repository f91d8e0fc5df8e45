package language

import (
	"time"

	"function/shared/language/civil"
	"function/shared/language/engine"
)

// Dates finds all points and intervals in the text, in its order, the best
// reading of each place only. It finds nothing in text over MaxInput.
func Dates(text string, c Context) []When {
	if len(text) > MaxInput {
		return nil
	}
	l := engine.Get(c.Language)
	p := engine.Parse(text, l, c.settings(l))
	defer p.Release()
	var out []When
	for _, r := range p.Readings(func(r *engine.Reading) bool { return r.Kind == engine.KindWhen }) {
		out = append(out, when(p, &r))
	}
	return out
}

// settings is the context as the engine takes it for a language.
func (c *Context) settings(l *engine.Language) engine.Settings {
	week := int(c.WeekStart)
	if week == int(time.Sunday) {
		week = 7
	}
	s := engine.Settings{Now: civil.Of(c.Now), Instant: c.Now, WeekStart: week, DayFirst: c.DayFirst || l.Tag() != "en", Region: c.Region}
	s.Hours[engine.Morning] = int8(c.Times.Morning)
	s.Hours[engine.Afternoon] = int8(c.Times.Afternoon)
	s.Hours[engine.Evening] = int8(c.Times.Evening)
	s.Hours[engine.Night] = int8(c.Times.Night)
	return s
}

var relations = [...]Relation{At, By, Before, Until, After, From, Around}

// when makes the public value of a reading.
func when(p *engine.Parser, r *engine.Reading) When {
	w := When{
		Start: r.Start, Grain: r.Grain, HasTime: r.HasTime, Relation: relations[r.Rel], Zone: r.Zone,
		Span:       Span{p.Tokens[r.From].Start, p.Tokens[r.To-1].End},
		Confidence: confidence(r.Cost), Assumed: r.Assumed.Texts(), Why: p.Why(r),
	}
	if r.HasEnd {
		end := r.End
		w.End = &end
	}
	return w
}

// confidence falls from 1 as the cost of the rules used grows.
func confidence(cost int) float64 { return 10 / float64(10+cost) }

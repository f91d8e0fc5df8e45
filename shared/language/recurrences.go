package language

import (
	"function/shared/language/engine"
)

// Recurrences finds all repetitions in the text, in its order. One word that
// may describe a noun ("weekly report") counts too; Drafts is stricter.
func Recurrences(text string, c Context) []Recurrence {
	if len(text) > MaxInput {
		return nil
	}
	l := engine.Get(c.Language)
	p := engine.Parse(text, l, c.settings(l))
	defer p.Release()
	var out []Recurrence
	for _, r := range p.Readings(func(r *engine.Reading) bool { return r.Kind == engine.KindRecur }) {
		if x, ok := recurrence(p, &r); ok {
			out = append(out, x)
		}
	}
	return out
}

// recurrence makes the public value of a reading.
func recurrence(p *engine.Parser, r *engine.Reading) (Recurrence, bool) {
	x, ok := p.Recurrence(r)
	if !ok {
		return Recurrence{}, false
	}
	span := Span{p.Tokens[r.From].Start, p.Tokens[r.To-1].End}
	out := Recurrence{
		RRULE: x.RRULE, Whole: x.Whole, Without: x.Without, Times: x.Times, Except: x.Except, FromCompletion: x.FromCompletion,
		Span: span, Confidence: confidence(r.Cost), Assumed: x.Assumed.Texts(), Why: p.Why(r),
	}
	if len(x.Times) < 2 {
		out.Times = nil
	}
	out.Start = &When{Start: x.Start, Grain: Day, HasTime: x.HasTime, Zone: x.Zone, Span: span, Confidence: out.Confidence, Why: out.Why}
	if x.HasTime {
		out.Start.Grain = Minute
	}
	return out, true
}

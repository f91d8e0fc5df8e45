package engine

import (
	"time"

	"function/shared/language/civil"
	"function/shared/language/words"
	"function/shared/recurrence"
)

// readClauses adds the repetition that package words said clause by clause from token i on.
func (p *Parser) readClauses(i int32) {
	start := p.Tokens[i].Start
	c, ok := words.ReadClauses(p.Text[start:], p.lang.tag)
	if !ok || len(p.clauses) == 1<<8 {
		return
	}
	end := i
	for int(end) < len(p.Tokens) && p.Tokens[end].End <= start+c.Length {
		end++
	}
	if p.Tokens[end-1].End != start+c.Length {
		return
	}
	p.clauses = append(p.clauses, c)
	freq := [...]civil.Grain{
		recurrence.Secondly: civil.Second, recurrence.Minutely: civil.Minute, recurrence.Hourly: civil.Hour, recurrence.Daily: civil.Day,
		recurrence.Weekly: civil.Week, recurrence.Monthly: civil.Month, recurrence.Yearly: civil.Year,
	}[c.Rule.Freq]
	v, _ := p.makeRule(Rule{Freq: freq, Interval: 1, FromCompletion: c.FromCompletion, Clauses: int16(len(p.clauses))})
	p.addValue(p.lang.cats.recur, i, end, &v)
}

// fromClauses makes such a repetition final.
func (p *Parser) fromClauses(c *words.Clauses) (Recurrence, bool) {
	r := c.Rule
	out := Recurrence{
		RRULE: r.String(), FromCompletion: c.FromCompletion,
		HasTime: len(r.ByHour) > 0 || r.Freq < recurrence.Daily,
	}
	r.Count, r.Until = 0, recurrence.Until{}
	from := p.Now.Midnight()
	if r.Freq < recurrence.Daily {
		from = p.Now.Add(1, civil.Minute).Floor(civil.Minute, 1)
	}
	start, ok := p.firstOf(r, from)
	out.Start = start
	return out, ok
}

// firstOf is the first occurrence, not before now, of a rule that starts at a time. Where
// none is in step with that start, the series starts at the first date that fits.
func (p *Parser) firstOf(r recurrence.Rule, from civil.DateTime) (civil.DateTime, bool) {
	slot := recurrence.DateTime(from.Year, time.Month(from.Month), from.Day, from.Hour, from.Minute, from.Second)
	r = r.Anchored(slot)
	for {
		schedule, err := recurrence.Set{Start: slot, Rule: &r}.Compile()
		if err != nil {
			return civil.DateTime{}, false
		}
		o, ok, err := schedule.After(p.Now.In(time.UTC), true)
		if err == nil && ok {
			return civil.Of(o.Time.UTC()), true
		}
		if r.Interval <= 1 {
			return civil.DateTime{}, false
		}
		r.Interval = 1
	}
}

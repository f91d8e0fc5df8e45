package language

import (
	"strings"
	"time"

	"function/shared/language/civil"
	"function/shared/language/token"
)

// named reports whether the target says anything.
func (t *Target) named() bool {
	return t.Words != "" || len(t.Ordinals) > 0 || t.Pronoun != "" || t.All
}

func (p *phraseReader) target(t *Target) {
	p.trimPolite()
	p.trimPoliteEnd()
	whole := func(list []string) bool { n := p.startsWith(list); return n > 0 && p.from+n == p.end }
	switch {
	case whole(p.it):
		t.Pronoun = "it"
		return
	case whole(p.them):
		t.Pronoun = "them"
		return
	}
	if p.trim(p.skip); p.from >= p.end {
		return
	}
	if n := p.startsWith(p.all); n > 0 {
		t.All = true
		p.from += n
		t.Filter, _ = p.filter()
		return
	}
	if p.end == p.from+1 {
		if n, ok := p.ordinals[fold(p.word(p.from))]; ok {
			t.Ordinals = []int{n}
			return
		}
		if first := p.ts[p.from]; first.Kind == token.Number && first.Value > 0 {
			t.Ordinals = []int{first.Value}
			return
		}
	}
	t.Quoted = p.ts[p.from].Quoted
	t.Words = strings.Trim(p.body(), "\"'„“”«» ")
}

// reschedule reads what is moved, and to when: the last date in the message.
func (p *phraseReader) reschedule(a *Act) bool {
	end := p.end
	if at, s := p.distance(p.by); s != nil {
		a.Change.Shift, end = s, at
	} else {
		if p.from >= p.end {
			return false
		}
		text := p.body()
		ws := Dates(text, p.c)
		if len(ws) == 0 {
			return false
		}
		w := ws[len(ws)-1]
		w.Relation = At
		offset := p.ts[p.from].Start
		w.Span = Span{w.Span.Start + offset, w.Span.End + offset}
		a.Change.Due = &w
		for end > p.from && p.ts[end-1].Start >= w.Span.Start {
			end--
		}
	}
	p.end = end
	p.trimEnd(p.to)
	p.target(&a.Target)
	if a.Change.Shift != nil && !a.Target.named() && p.from >= p.end {
		a.Target.Pronoun = "it" // "pospón una hora"
	}
	return a.Target.named()
}

// distance reads how far something is moved ("um zwei Tage"), and the token where
// that begins; 0 if it does not say.
func (p *phraseReader) distance(by []string) (int, *Shift) {
	if whole := p.body(); p.end-p.from <= 5 && len(Dates(whole, p.c)) == 0 { // "pospón una hora"
		for _, text := range [...]string{p.ahead + " " + whole, p.ahead + " " + strings.NewReplacer("d'", "", "un'", "una ").Replace(whole), p.ahead + " " + strings.TrimPrefix(strings.NewReplacer("un'", "una ").Replace(whole), "di ")} {
			if ws := Dates(text, p.c); len(ws) == 1 && ws[0].Span.Start == 0 && ws[0].Span.End == len(text) {
				return p.from, shiftOf(ws[0], p.c, text)
			}
		}
	}
	tries := 3 // it stands near the end: the work stays linear
	for i := p.end - 1; i > p.from && tries > 0; i-- {
		n := p.phraseAt(i, by)
		if n == 0 || i+n >= p.end {
			continue
		}
		tries--
		text := p.span(i+n, p.end)
		ws := Dates(p.ahead+" "+text, p.c)
		if len(ws) != 1 || ws[0].Span.Start != 0 || len(Dates(text, p.c)) > 0 {
			continue
		}
		return i, shiftOf(ws[0], p.c, p.ahead+" "+text)
	}
	return 0, nil
}

// shiftOf is the distance of w from now. Whether it is one of months shows from the
// first of a month of 31 days, before a leap year.
func shiftOf(w When, c Context, text string) *Shift {
	if w.HasTime {
		return &Shift{Seconds: w.Start.Sub(civil.Of(c.Now))}
	}
	now := civil.Of(c.Now)
	c.Now = time.Date(2027, time.March, 1, c.Now.Hour(), c.Now.Minute(), 0, 0, time.UTC)
	if ws := Dates(text, c); len(ws) == 1 && ws[0].Start.Day == 1 {
		return &Shift{Months: (ws[0].Start.Year-2027)*12 + ws[0].Start.Month - 3}
	}
	return &Shift{Days: w.Start.Days() - now.Days()}
}

// rename reads "… in …".
func (p *phraseReader) rename(a *Act) bool {
	for i := p.end - 2; i > p.from; i-- {
		n := p.phraseAt(i, p.into)
		if n == 0 || i+n >= p.end {
			continue
		}
		a.Change.Title = strings.Trim(p.span(i+n, p.end), "\"'„“”«» ")
		p.end = i
		p.target(&a.Target)
		return a.Target.named() && a.Change.Title != ""
	}
	return false
}

func (p *phraseReader) list(a *Act) bool {
	f, about := p.filter()
	a.Target.Filter = f
	if begun := p.phraseAt(p.from-1, p.show) > 0 || p.phraseAt(p.from-2, p.show) > 0; !about && begun && a.Intent == List && p.end-p.from <= 4 {
		*a = Act{Intent: Show}
		p.target(&a.Target)
		return a.Target.named()
	}
	return about
}

// filter reads what narrows a list; false if nothing in it is about tasks.
func (p *phraseReader) filter() (Filter, bool) {
	f := Filter{}
	about := false
	for i := 0; i < len(p.ts); i++ {
		about = about || p.phraseAt(i, p.about) > 0
		switch {
		case p.phraseAt(i, p.overdue) > 0:
			f.Overdue = true
		case p.phraseAt(i, p.finished) > 0:
			f.Status = "done"
		case p.phraseAt(i, p.high) > 0:
			f.Priority = High
		case p.phraseAt(i, p.low) > 0:
			f.Priority = Low
		case p.word(i) == "#" && p.word(i+1) != "":
			f.Tags, about = append(f.Tags, p.word(i+1)), true
		}
	}
	if ws := Dates(p.text, p.c); len(ws) > 0 {
		about = true
		if f.Status == "done" {
			f.Done = &ws[0]
		} else {
			f.Due = &ws[0]
		}
	}
	return f, about || f.Overdue || f.Status != "" || f.Priority != ""
}

package language

import (
	"slices"
	"strings"
	"time"

	"function/shared/language/token"
)

// edits are tried in this order.
var edits = []func(*phraseReader, *Act) bool{
	(*phraseReader).ranking, (*phraseReader).tagging, (*phraseReader).repeating, (*phraseReader).reminding, (*phraseReader).holding,
}

// editing reads changes of a field: priority, tags, repetition, reminders.
func (p *phraseReader) editing(a *Act) bool {
	p.trimPoliteEnd()
	start, end := p.from, p.end
	for _, read := range edits {
		if read(p, a) && a.Target.named() {
			return true
		}
		p.from, p.end = start, end
		*a = Act{}
	}
	return false
}

// ranking reads "mache X wichtig", "X ist dringend".
func (p *phraseReader) ranking(a *Act) bool {
	a.Intent = Edit
	n, rank := p.finishes(p.index.ranks)
	if n == 0 {
		return false
	}
	a.Change.Priority = priorities[rank]
	p.end -= n
	if k := p.startsWith(p.setters); k > 0 {
		p.from += k
		p.trimEnd(p.as)
		p.trimStart(p.as)
	} else if k := p.endsWith(p.is); k > 0 && p.phraseAt(p.from, p.about) == 0 {
		p.end -= k
	} else {
		return false
	}
	p.target(&a.Target)
	return true
}

// tagging reads "tagge X mit #y", "füge X #y hinzu".
func (p *phraseReader) tagging(a *Act) bool {
	a.Intent = Edit
	k := p.startsWith(p.tag)
	if k == 0 {
		return false
	}
	p.from += k
	if p.word(p.from) == "#" && p.from+3 < p.end { // "mets le tag #maison sur le loyer"
		if n := p.phraseAt(p.from+2, onto); n > 0 {
			a.Change.AddTags = tagWords(p.span(p.from, p.from+2))
			p.from += 2 + n
			p.target(&a.Target)
			return len(a.Change.AddTags) > 0
		}
	}
	for i := p.from + 1; i < p.end; i++ {
		n := p.phraseAt(i, p.with)
		if p.word(i) == "#" || n > 0 && i+n < p.end && (p.word(i+n) == "#" || p.phraseAt(p.from-k, p.tag[:1]) > 0) {
			a.Change.AddTags = tagWords(p.span(i+n, p.end))
			p.end = i
			p.target(&a.Target)
			return len(a.Change.AddTags) > 0
		}
	}
	return false
}

// onto stand between a tag and the task that gets it, in all languages.
var onto = []string{"sur", "à", "au", "a", "al", "en", "auf", "zu", "zur", "zum", "su", "em", "para", "na", "no", "nel", "alla", "ao"}

// repeating reads "wiederhole X jede Woche" and "wiederhole X nicht mehr".
func (p *phraseReader) repeating(a *Act) bool {
	a.Intent = Edit
	if n, _ := p.finishes(p.index.singleEnd); n > 0 {
		a.Change.ClearRecurrence = true
		p.from += p.startsWith(p.repeat)
		p.end -= n
		p.target(&a.Target)
		return true
	}
	if n, _ := p.begins(p.index.single); n > 0 {
		a.Change.ClearRecurrence = true
		p.from += n
		p.target(&a.Target)
		return true
	}
	n := p.startsWith(p.repeat)
	if n == 0 || p.from+n >= p.end {
		return false
	}
	p.from += n
	rs := Recurrences(p.body(), p.c)
	if len(rs) == 0 {
		return false
	}
	a.Change.Recurrence = &rs[0]
	base := p.ts[p.from].Start
	for p.end > p.from && p.ts[p.end-1].Start >= base+rs[0].Span.Start {
		p.end--
	}
	p.target(&a.Target)
	return true
}

// reminding reads "erinnere mich eine Stunde vorher an X" and "erinnere mich an X eine
// Stunde vorher": reminders that hang on the due time of what is there.
func (p *phraseReader) reminding(a *Act) bool {
	a.Intent = Remind
	n := p.startsWith(p.remind)
	if n == 0 {
		return false
	}
	says := "x, " + p.remind[0] + " "
	p.from += n
	before := func(from, to int) bool {
		if from >= to {
			return false
		}
		ds, err := Drafts(says+strings.Replace(p.span(from, to), "un'ora", "una ora", 1), p.c)
		if err != nil || len(ds) != 1 || ds[0].Title != "x" || len(ds[0].Reminders) == 0 {
			return false
		}
		a.Change.Reminders = ds[0].Reminders
		return !slices.ContainsFunc(ds[0].Reminders, func(m Reminder) bool { return m.At != nil || m.Before == 0 && m.Clock == nil })
	}
	if before(p.from, p.end) { // "erinnere mich eine Stunde vorher"
		a.Target.Pronoun = "it"
		return true
	}
	tries := 0
	for i := p.from; i < p.end && tries < 4; i++ { // first when, then of what
		k := p.phraseAt(i, p.of)
		if k == 0 {
			continue
		}
		tries++
		if before(p.from, i) {
			p.from = i + k
			p.target(&a.Target)
			return true
		}
	}
	if k := p.startsWith(p.of); k > 0 {
		p.from += k
	}
	for i := p.from + 1; i < p.end; i++ { // first of what, then when
		if i < p.end-maxBefore || !before(i, p.end) {
			continue
		}
		p.end = i
		p.target(&a.Target)
		return true
	}
	return false
}

// holding reads a pause in two parts with its end behind: "mets X en pause jusqu'au 4".
func (p *phraseReader) holding(a *Act) bool {
	for _, pair := range p.around[Pause] {
		n := p.startsWith(pair[:1])
		if n == 0 {
			continue
		}
		for i := p.from + n + 1; i < p.end; i++ {
			k := p.phraseAt(i, pair[1:])
			if k == 0 {
				continue
			}
			title, end := p.from+n, p.end
			p.from = i + k
			a.Intent = Pause
			p.delay(a)
			a.Target = Target{}
			p.from, p.end = title, i
			p.target(&a.Target)
			p.end = end
			return true
		}
	}
	return false
}

// delay reads until when, or for how long, something is put aside.
func (p *phraseReader) delay(a *Act) bool {
	if a.Intent == Snooze {
		p.from += p.phraseAt(p.from, p.during) // "schlummern für eine Stunde"
	}
	if at, s := p.distance(p.during); s != nil {
		p.end = at
		switch {
		case s.Months == 0:
			a.Change.Snooze = time.Duration(s.Days)*24*time.Hour + time.Duration(s.Seconds)*time.Second
		default:
			ws := Dates(p.ahead+" "+p.span(at+p.phraseAt(at, p.during), len(p.ts)), p.c)
			if len(ws) == 0 {
				return false
			}
			a.Change.Due = &ws[0]
		}
		p.target(&a.Target)
		return a.Target.named() || a.Intent == Snooze
	}
	tries := 3
	for i := p.end - 1; i >= p.from && tries > 0; i-- {
		n := p.phraseAt(i, p.until)
		if n == 0 || i+n >= p.end {
			continue
		}
		tries--
		if ws := Dates(p.span(i+n, p.end), p.c); len(ws) > 0 && ws[0].Span.Start == 0 {
			a.Change.Due = &ws[0]
			a.Change.Due.Relation = Until
			p.end = i
			break
		}
	}
	p.target(&a.Target)
	if a.Intent == Snooze && a.Change.Due == nil {
		a.Change.Snooze, a.Assumed = time.Hour, []string{assumedHour}
	}
	return a.Target.named() || a.Intent == Snooze
}

// assumedHour says what a snooze without a time is.
const assumedHour = "for an hour, since no time was said"

// settingPhrases are the words of settings: what each is called, and the ends of quiet
// hours. languages are their names in this one.
type settingPhrases struct {
	zone, week, quiet, answer, off []string
	days                           [7]string // from Sunday
	languages                      map[string]string
}

// citiesAbroad are names of zones that differ from the English ones, without accents.
var citiesAbroad = map[string]string{
	"lisboa": "Europe/Lisbon", "lisbonne": "Europe/Lisbon", "lissabon": "Europe/Lisbon", "lisbona": "Europe/Lisbon", "roma": "Europe/Rome", "rom": "Europe/Rome", "wien": "Europe/Vienna", "viena": "Europe/Vienna",
	"vienne": "Europe/Vienna", "londres": "Europe/London", "londra": "Europe/London", "parigi": "Europe/Paris", "berlin": "Europe/Berlin", "berlino": "Europe/Berlin", "berlim": "Europe/Berlin", "atenas": "Europe/Athens",
	"athen": "Europe/Athens", "athenes": "Europe/Athens", "atene": "Europe/Athens", "bruselas": "Europe/Brussels", "bruxelles": "Europe/Brussels", "brussel": "Europe/Brussels", "brussel/bruxelles": "Europe/Brussels",
	"zurigo": "Europe/Zurich", "varsovia": "Europe/Warsaw", "warschau": "Europe/Warsaw", "varsovie": "Europe/Warsaw", "praga": "Europe/Prague", "prag": "Europe/Prague", "kopenhagen": "Europe/Copenhagen", "copenhague": "Europe/Copenhagen",
	"moskau": "Europe/Moscow", "moscu": "Europe/Moscow", "moscou": "Europe/Moscow", "mosca": "Europe/Moscow", "nueva york": "America/New_York", "nova york": "America/New_York", "nova iorque": "America/New_York", "tokio": "Asia/Tokyo",
	"toquio": "Asia/Tokyo", "pekin": "Asia/Shanghai", "peking": "Asia/Shanghai", "kairo": "Africa/Cairo", "le caire": "Africa/Cairo", "el cairo": "Africa/Cairo", "ciudad de mexico": "America/Mexico_City",
	"mexico": "America/Mexico_City", "sao paulo": "America/Sao_Paulo", "dublino": "Europe/Dublin", "milano": "Europe/Rome", "barcelona": "Europe/Madrid", "munchen": "Europe/Berlin", "hamburg": "Europe/Berlin", "lyon": "Europe/Paris",
	"bucarest": "Europe/Bucharest", "bukarest": "Europe/Bucharest", "estocolmo": "Europe/Stockholm", "stoccolma": "Europe/Stockholm", "singapur": "Asia/Singapore", "singapour": "Asia/Singapore", "hongkong": "Asia/Hong_Kong",
}

// setting reads "meine Zeitzone ist Berlin", "Ruhezeit von 22 bis 7 Uhr".
func (p *phraseReader) setting(a *Act) bool {
	s := &p.phrases.settings
	named := func() bool {
		*a = Act{Intent: Preference, Confidence: 0.9, Why: because("it names a setting")}
		return true
	}
	set := func(name, value string) bool {
		named()
		a.Preferences = map[string]string{name: value}
		return true
	}
	if p.word(p.end) == "?" || p.end-p.from > 14 {
		return false
	}
	for i := p.from; i < p.end; i++ {
		if n, _ := p.index.settings.at(p.ts, i, p.end); n == 0 {
			continue
		}
		switch {
		case p.phraseAt(i, s.zone) > 0:
			k := i + p.phraseAt(i, s.zone)
			for n := 1; n > 0 && k < p.end; k += n {
				n = max(p.phraseAt(k, p.is), p.phraseAt(k, p.as), p.phraseAt(k, p.to), p.phraseAt(k, p.skip))
			}
			name := p.span(k, p.end)
			if z := citiesAbroad[fold(strings.ToLower(name))]; z != "" {
				return set("time_zone", z)
			}
			if name == "" {
				return named()
			}
			return set("time_zone", zoneOf(name, p.c))
		case p.phraseAt(i, s.week) > 0:
			for k := p.from; k < p.end; k++ {
				if day := slices.IndexFunc(s.days[:], func(d string) bool { return fold(p.word(k)) == fold(strings.ToLower(d)) }); day >= 0 {
					return set("week_start", strings.ToLower(time.Weekday(day).String()))
				}
			}
		case p.phraseAt(i, s.quiet) > 0:
			for _, w := range Dates(p.span(i, p.end), p.c) {
				if w.HasTime && w.End != nil {
					return set("quiet_hours", w.Start.String()[11:16]+"-"+w.End.String()[11:16])
				}
			}
			for k := p.from; k < p.end; k++ {
				if p.phraseAt(k, s.off) > 0 {
					return set("quiet_hours", "off")
				}
			}
			return named()
		case p.phraseAt(i, s.answer) > 0:
			for k := i; k < p.end; k++ {
				if tag := s.languages[fold(p.word(k))]; tag != "" {
					return set("language", tag)
				}
			}
		}
	}
	return false
}

// clauses appends the parts of a message, cut where both sides are commands, or where a sentence ends and the
// next one is a command.
func (p *phrases) clauses(out []Span, ts []token.Token, text string, c Context) []Span {
	r := &phraseReader{phrases: p, text: text, c: c, ts: ts, end: len(ts)}
	if isBulleted(text) {
		return append(out, Span{0, len(text)})
	}
	writes := func(i int) (Intent, bool) {
		r.from, r.end = i, len(ts)
		r.trimPolite()
		n, which := r.begins(p.index.first)
		in := p.index.firstIntents[which]
		if n == 0 {
			in = ""
		}
		switch in {
		case Confirm, Refuse, SmallTalk, Help, "":
			return "", n > 0 || r.startsWith(p.setters) > 0 || r.startsWith(p.tag) > 0
		}
		return in, true
	}
	_, command := writes(0)
	from, start := 0, 0
	for i := 1; i < len(ts); i++ {
		r.from, r.end = i, len(ts)
		n, sentence := 0, false
		for {
			k, _ := p.index.joints.at(ts, i+n, len(ts))
			if k == 0 && i+n < len(ts) && (ts[i+n].Kind == token.Line || ts[i+n].Kind == token.Sign && strings.ContainsAny(ts[i+n].Text, ",;.!")) {
				sentence = sentence || ts[i+n].Text == "." || ts[i+n].Text == "!"
				k = 1
			}
			if k == 0 {
				break
			}
			n += k
		}
		if n == 0 || ts[i].Quoted || i+n >= len(ts) {
			i += max(n-1, 0)
			continue
		}
		at := i
		i += n - 1
		in, ok := writes(at + n)
		r.from, r.end = from, len(ts)
		r.trimPolite()
		if r.from >= at {
			continue // politeness alone is no clause
		}
		reminds := r.startsWith(p.remind) > 0
		if !ok || !command && (!sentence || in == Add || in == "") || at-from < 2 && in != Undo && from == 0 && !sentence || reminds && in != Add && in != Complete && in != Undo && !sentence {
			continue
		}
		command = true
		out = append(out, Span{start, ts[at-1].End})
		from, start = at+n, ts[at+n].Start
		i = at + n
	}
	return append(out, Span{start, len(text)})
}

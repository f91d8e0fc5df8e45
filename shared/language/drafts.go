package language

import (
	"slices"
	"strings"
	"time"

	"function/shared/language/civil"
	"function/shared/language/engine"
	"function/shared/language/token"
)

// Drafts understands a message as one or several new tasks. Lines, bullets
// and "and also" separate tasks; deeper bullets are subtasks. It returns
// ErrTooLong, or ErrEmpty where there is nothing to make a task of.
func Drafts(text string, c Context) ([]Draft, error) {
	if len(text) > MaxInput {
		return nil, ErrTooLong
	}
	return draftsOf(strings.ToValidUTF8(text, "\uFFFD"), nil, c)
}

// draftsOf reads a text whose tokens are known, or nil.
func draftsOf(text string, ts []token.Token, c Context) ([]Draft, error) {
	var out []Draft
	var room [4]piece
	pieces := split(room[:0], text)
	var day *When
	for i, piece := range pieces {
		if !piece.deep && i+1 < len(pieces) {
			if head := heading(text[piece.Start:piece.End], c); head != nil {
				day = head
				continue
			}
		}
		if piece.note && len(out) > 0 {
			out[len(out)-1].describe(text[piece.Start:piece.End])
			continue
		}
		if piece.deep && len(out) > 0 && day == nil {
			parent := &out[len(out)-1]
			parent.Subtasks = drafts(parent.Subtasks, text[piece.Start:piece.End], nil, piece.Start, c, maxPerLine)
			continue
		}
		if piece.Span != (Span{0, len(text)}) {
			ts = nil
		}
		known := len(out)
		out = drafts(out, text[piece.Start:piece.End], ts, piece.Start, c.on(day), maxPerLine)
		for k := known; k < len(out); k++ {
			out[k].onDay(day)
		}
	}
	if len(out) == 0 {
		return nil, ErrEmpty
	}
	return out, nil
}

// heading is the day that a line is nothing but, nil if it is more.
func heading(text string, c Context) *When {
	text = strings.TrimRight(text, " :")
	if len(text) > 40 {
		return nil
	}
	days := Dates(text, c)
	if len(days) != 1 || days[0].Span != (Span{0, len(text)}) || days[0].HasTime || days[0].Grain > Week {
		return nil
	}
	return &days[0]
}

// on is the context seen from the last second before a day to come, so that
// clock times and weekdays are that day's.
func (c Context) on(day *When) Context {
	if day != nil && day.Start.After(civil.Of(c.Now)) {
		c.Now = time.Date(day.Start.Year, time.Month(day.Start.Month), day.Start.Day, 0, 0, 0, 0, time.UTC).Add(-time.Second)
	}
	return c
}

// onDay makes a task without a due time due on a day said for several.
func (d *Draft) onDay(day *When) {
	if day != nil && d.Due == nil {
		w := *day
		d.Due = &w
	}
}

// maxPerLine bounds how many tasks one line is cut into.
const maxPerLine = 16

// drafts appends what a line says: one task, or more where another begins after a time. A
// day before a colon is that of each ("tomorrow: gym at 7, dentist at 10").
func drafts(out []Draft, text string, ts []token.Token, offset int, c Context, limit int) []Draft {
	if head, parts := dayList(text, c); head != nil {
		for _, s := range parts {
			if d, _, ok := draft(text[s.Start:s.End], nil, offset+s.Start, c.on(head), false); ok {
				d.onDay(head)
				out = append(out, d)
			}
		}
		return out
	}
	d, next, ok := draft(text, ts, offset, c, limit > 1)
	if !ok {
		return out
	}
	out = append(out, d)
	if next > 0 {
		return drafts(out, text[next:], nil, offset+next, c, limit-1)
	}
	return out
}

// draft reads one task, whose tokens may be known. offset is where text begins in the message; next is
// where another task begins in text, 0 if none does.
func draft(text string, ts []token.Token, offset int, c Context, more bool) (_ Draft, next int, _ bool) {
	if strings.TrimSpace(text) == "" {
		return Draft{}, 0, false
	}
	p := parsed(text, ts, c)
	defer p.Release()
	var room [64]bool
	m := marker{p: p, text: text, taken: room[:]}
	if len(p.Tokens) > len(room) {
		m.taken = make([]bool, len(p.Tokens))
	}
	m.taken = m.taken[:len(p.Tokens)]
	d := Draft{}
	note := m.note()
	m.opening()
	m.reminderEnding()
	m.signs(&d)
	m.priorityWords(&d)
	m.times(&d)
	if end, start, ok := m.splitVerbs(); ok && more {
		// Once more, without what belongs to the next.
		first, _, ok := draft(text[:end], nil, offset, c, false)
		return first, start, ok
	}
	d.Title = m.title()
	d.describe(note)
	if d.Title == "" {
		d.Title = strings.TrimSpace(text)
	}
	d.shift(offset)
	d.Span = Span{offset, offset + len(text)}
	return d, 0, true
}

// parsed reads a text whose tokens may be known.
func parsed(text string, ts []token.Token, c Context) *engine.Parser {
	l := engine.Get(c.Language)
	if ts == nil {
		return engine.Parse(text, l, c.settings(l))
	}
	return engine.ParseTokens(text, ts, l, c.settings(l))
}

// describe adds to the description.
func (d *Draft) describe(note string) {
	if note = strings.TrimSpace(note); note == "" {
		return
	}
	if d.Description != "" {
		d.Description += "\n"
	}
	d.Description += note
}

// shift moves all spans by the place of the task in the message.
func (d *Draft) shift(by int) {
	move := func(s *Span) { s.Start += by; s.End += by }
	if d.Due != nil {
		move(&d.Due.Span)
	}
	if d.Recurrence != nil {
		move(&d.Recurrence.Span)
		if d.Recurrence.Start != nil && d.Recurrence.Start != d.Due {
			move(&d.Recurrence.Start.Span)
		}
	}
	for i := range d.Reminders {
		move(&d.Reminders[i].Span)
		if d.Reminders[i].At != nil {
			move(&d.Reminders[i].At.Span)
		}
	}
}

// marker takes tokens out of a task's text as they are understood.
type marker struct {
	p     *engine.Parser
	text  string
	taken []bool
	// remindMe says that the text began with "remind me to".
	remindMe bool
}

func (m *marker) word(i int) string {
	if i < 0 || i >= len(m.p.Tokens) {
		return ""
	}
	return m.p.Tokens[i].Text
}

func (m *marker) take(from, to int) {
	for i := from; i < to; i++ {
		m.taken[i] = true
	}
}

// times takes recurrences, dates and reminders.
func (m *marker) times(d *Draft) {
	readings := m.scheduling(m.p.Readings(m.usable))
	for i := range readings {
		r := &readings[i]
		switch r.Kind {
		case engine.KindRemind:
			d.Reminders = append(d.Reminders, reminders(m.p, r)...)
			m.takeReading(r)
		case engine.KindRecur:
			if d.Recurrence != nil {
				continue
			}
			if x, ok := recurrence(m.p, r); ok {
				d.Recurrence = &x
				m.takeReading(r)
			}
		}
	}
	var date, clock *engine.Reading
	for i := range readings {
		r := &readings[i]
		if r.Kind != engine.KindWhen {
			continue
		}
		switch {
		case onlyClock(r):
			if clock == nil {
				clock = r
			}
		case date == nil || date.Cost > r.Cost+4:
			date = r
		}
	}
	m.due(d, date, clock)
	d.onDueDate()
	if m.remindMe && len(d.Reminders) == 0 && d.Due != nil {
		d.Reminders = []Reminder{{}}
		if !d.Due.HasTime {
			// A day is reminded of in its morning.
			minutes := m.p.MorningHour() * 60
			d.Reminders[0].Clock = &minutes
		}
	}
	if d.Due != nil {
		d.Assumed, d.Why = joined(d.Assumed, d.Due.Assumed), joined(d.Why, d.Due.Why)
	}
	if d.Recurrence != nil {
		d.Assumed, d.Why = joined(d.Assumed, d.Recurrence.Assumed), joined(d.Why, d.Recurrence.Why)
	}
}

// joined is one list behind another, the other itself where there is nothing before it.
func joined[S ~[]E, E any](a, b S) S {
	if len(a) == 0 {
		return slices.Clip(b)
	}
	return append(a, b...)
}

// onDueDate puts reminders at a time of day on the due date, or on the day
// before where that time is past by then. Without a due date they are at the
// next such time.
func (d *Draft) onDueDate() {
	for i := range d.Reminders {
		r := &d.Reminders[i]
		if r.At == nil || r.Clock == nil {
			continue
		}
		if d.Due == nil {
			r.Clock = nil
			continue
		}
		r.At = nil
		if due := d.Due.Start; d.Due.HasTime && *r.Clock >= due.Hour*60+due.Minute {
			r.Days = 1
		}
	}
}

// onlyClock reports whether a reading is a time of day on no date.
func onlyClock(r *engine.Reading) bool { return r.Value.OnlyClock() }

// due decides the due time from a date, a clock time and a recurrence.
func (m *marker) due(d *Draft, date, clock *engine.Reading) {
	switch {
	case d.Recurrence != nil:
		w := *d.Recurrence.Start
		switch {
		case clock != nil && date == nil:
			m.takeReading(clock)
			c := when(m.p, clock)
			w.Start = w.Start.At(c.Start.Hour, c.Start.Minute, 0)
			w.HasTime, w.Grain = true, Minute
			d.Recurrence.Start = &w
		case date != nil:
			// A date beside a recurrence is where it starts.
			m.takeReading(date)
			w = dueOf(m.p, date)
			if clock != nil && !w.HasTime {
				m.takeReading(clock)
				m.onClock(&w, clock)
			} else if d.Recurrence.Start.HasTime && !w.HasTime {
				s := d.Recurrence.Start.Start
				w.Start, w.HasTime = w.Start.At(s.Hour, s.Minute, 0), true
			}
			d.Recurrence.Start = &w
		}
		d.Due = &w
	case date != nil:
		m.takeReading(date)
		w := dueOf(m.p, date)
		if clock != nil && !w.HasTime {
			m.takeReading(clock)
			m.onClock(&w, clock)
		}
		d.Due = &w
	case clock != nil:
		m.takeReading(clock)
		w := dueOf(m.p, clock)
		d.Due = &w
	}
}

// onClock puts the clock time said elsewhere on a date.
func (m *marker) onClock(w *When, clock *engine.Reading) {
	w.Start, w.HasTime, w.Grain = m.p.ClockOn(w.Start.Midnight(), clock), true, Minute
	w.End = nil
	w.Assumed = append(w.Assumed, clock.Assumed.Texts()...)
	w.Why = append(w.Why, m.p.Why(clock)...)
}

// dueOf is a reading as a due time: the end of a deadline or of "the end of
// the month", else the start.
func dueOf(p *engine.Parser, r *engine.Reading) When {
	w := when(p, r)
	last := func() {
		if w.End == nil {
			return
		}
		e := *w.End
		switch {
		case !w.HasTime:
			e = e.AddDays(-1)
			w.Grain = Day
		case e.Hour == 0 && e.Minute == 0 && e.Second == 0:
			// By Sunday night is not on Monday.
			e = e.AddSeconds(-60)
		}
		w.Start, w.End = e, nil
	}
	switch {
	case r.Tail, w.Relation == Until && r.Grain <= Week, w.Relation == By:
		last()
	case w.Relation == Before && r.Grain >= Day && !w.HasTime:
		w.Start, w.End = w.Start.AddDays(-1), nil
	}
	if !w.HasTime {
		w.Start = w.Start.Midnight()
	}
	return w
}

// reminders are the public values of a reading.
func reminders(p *engine.Parser, r *engine.Reading) []Reminder {
	list := p.Reminders(r)
	span := Span{p.Tokens[r.From].Start, p.Tokens[r.To-1].End}
	var out []Reminder
	for i := range list.Items[:list.N] {
		item := &list.Items[i]
		x := Reminder{Span: span, Why: p.Why(r)}
		switch {
		case item.OnlyClock():
			minutes := p.ClockOf(item)
			x.Clock = &minutes
			at, ok := p.ReminderAt(item)
			if !ok {
				continue
			}
			x.At = &When{Start: at.Start, Grain: at.Grain, HasTime: at.HasTime, Span: span, Confidence: 1, Assumed: at.Assumed.Texts(), Why: x.Why}
		case item.IsAt:
			at, ok := p.ReminderAt(item)
			if !ok {
				continue
			}
			w := When{Start: at.Start, Grain: at.Grain, HasTime: at.HasTime, Span: span, Confidence: 1, Assumed: at.Assumed.Texts(), Why: x.Why}
			x.At = &w
		case item.IsDays:
			minutes := p.ClockOf(item)
			x.Days, x.Clock = int(item.Days), &minutes
		case item.IsOffset:
			x.Before = fixedLength(item.Offset)
		default:
			x.Repeat = fixedLength(item.Repeat)
		}
		out = append(out, x)
	}
	return out
}

// fixedLength counts a month as 30 days and a day as 24 hours.
func fixedLength(d engine.Duration) time.Duration {
	return time.Duration(int64(d.Months)*30*86400+int64(d.Days)*86400+d.Seconds) * time.Second
}

// takeReading takes a reading's tokens, and the words that only led to it.
func (m *marker) takeReading(r *engine.Reading) {
	m.take(r.From, r.To)
	// Brackets around it go with it.
	if m.word(r.From-1) == "(" && m.word(r.To) == ")" || m.word(r.From-1) == "[" && m.word(r.To) == "]" {
		m.take(r.From-1, r.To+1)
	}
}

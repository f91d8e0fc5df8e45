package engine

import "function/shared/language/civil"

// ReminderItem is one reminder: exactly one of Offset, DaysAt, At, Repeat.
type ReminderItem struct {
	// Offset is a distance before the due time; zero means at it.
	Offset   Duration
	IsOffset bool
	// Days before the due date at the clock of At, if IsDays.
	Days   int8
	IsDays bool
	At     Point
	IsAt   bool
	// Repeat is the distance between reminders until it is done.
	Repeat Duration
}

// Reminders is a list of them.
type Reminders struct {
	Items [6]ReminderItem
	N     uint8
}

func (p *Parser) makeReminder(i ReminderItem) (Value, bool) {
	r := Reminders{N: 1}
	r.Items[0] = i
	p.reminders = append(p.reminders, r)
	return Value{Remind: int32(len(p.reminders))}, true
}

// Reminders are those of a reading.
func (p *Parser) Reminders(r *Reading) Reminders {
	if r.Value.Remind == 0 {
		return Reminders{}
	}
	return p.reminders[r.Value.Remind-1]
}

// ReminderAt resolves the point of a reminder.
func (p *Parser) ReminderAt(i *ReminderItem) (Reading, bool) {
	s, ok := p.resolve(i.At)
	return Reading{Start: s.start, Grain: s.grain, HasTime: s.hasTime, Assumed: s.assumed}, ok
}

// OnlyClock reports whether a reminder is at a time of day on no date.
func (i *ReminderItem) OnlyClock() bool {
	return i.IsAt && i.At.has(FHour|FPart) && !i.At.has(dateFields)
}

// ClockOf is the time of day of a reminder on a day before, in minutes.
func (p *Parser) ClockOf(i *ReminderItem) int {
	if i.At.has(FPart) && !i.At.has(FHour) {
		h, _ := p.partHours(&i.At)
		return h % 24 * 60
	}
	h, _ := p.hour(&i.At)
	return h%24*60 + int(i.At.Minute)
}

var remindActions = map[string]Action{
	// before-due is a distance before the due time.
	"before-due": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if a[0].Dur.Months > 24 || a[0].Dur.Days > 400 {
			return Value{}, false
		}
		return p.makeReminder(ReminderItem{Offset: a[0].Dur, IsOffset: true})
	},
	// at-due is at the due time.
	"at-due": func(p *Parser, _ []*Value, _ []int) (Value, bool) {
		return p.makeReminder(ReminderItem{IsOffset: true})
	},
	// days-before is a number of days before, at a clock time.
	"days-before": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		d := a[0].Dur
		if d.Months != 0 || d.Seconds != 0 || d.Days > 100 || !a[1].P.has(FHour|FPart) || a[1].P.has(dateFields) {
			return Value{}, false
		}
		return p.makeReminder(ReminderItem{Days: int8(d.Days), IsDays: true, At: a[1].P})
	},
	// day-before is k days before at a clock time; day-before-part with a part
	// of the day by code.
	"day-before": func(p *Parser, a []*Value, k []int) (Value, bool) {
		if !a[0].P.has(FHour|FPart) || a[0].P.has(dateFields) {
			return Value{}, false
		}
		return p.makeReminder(ReminderItem{Days: int8(k[0]), IsDays: true, At: a[0].P})
	},
	"day-before-plain": func(p *Parser, _ []*Value, k []int) (Value, bool) {
		return p.makeReminder(ReminderItem{Offset: Duration{Days: int32(k[0])}, IsOffset: true})
	},
	"day-before-part": func(p *Parser, _ []*Value, k []int) (Value, bool) {
		return p.makeReminder(ReminderItem{Days: int8(k[0]), IsDays: true, At: Point{Has: FPart, Part: Part(k[1]), Grain: civil.Hour}})
	},
	// remind-at is a point in time.
	"remind-at": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		if a[0].HasEnd || !a[0].P.has(FHour|FPart) && !a[0].P.has(dateFields) {
			return Value{}, false
		}
		return p.makeReminder(ReminderItem{At: a[0].P, IsAt: true})
	},
	// nag repeats until it is done.
	"nag": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		d := a[len(a)-1]
		v := *d
		if v.Dur == (Duration{}) {
			one, ok := duration(1, d)
			if !ok {
				return one, false
			}
			v = one
		}
		if v.Dur.Months != 0 || v.Dur.Days > 31 || v.Dur.Days == 0 && v.Dur.Seconds < 60 {
			return Value{}, false
		}
		return p.makeReminder(ReminderItem{Repeat: v.Dur})
	},
	// remind-add joins two lists.
	"remind-add": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		x, y := p.reminders[a[0].Remind-1], p.reminders[a[1].Remind-1]
		for _, i := range y.Items[:y.N] {
			if int(x.N) == len(x.Items) {
				return Value{}, false
			}
			x.Items[x.N] = i
			x.N++
		}
		p.reminders = append(p.reminders, x)
		return Value{Remind: int32(len(p.reminders))}, true
	},
}

func init() { register(remindActions) }

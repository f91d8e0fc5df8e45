package occurrence

import (
	"slices"
	"time"

	"function/shared/recurrence"
	"function/shared/todo"
)

// Move implements todo.Calendar.
func (c Calendar) Move(s todo.Series, slot, to, zone string) (todo.Series, error) {
	m := mover{Calendar: c, old: s}
	var err error
	if m.from, err = recurrence.ParseSlot(slot); err != nil {
		return s, refused(err)
	}
	if m.to, err = recurrence.ParseSlot(to); err != nil {
		return s, todo.Invalid("/due/date", "%q is no date or time that exists", to)
	}
	if m.rule, err = recurrence.Parse(s.Rule); err != nil {
		return s, refused(err)
	}
	moved, err := m.move(zone)
	if err != nil {
		return s, err
	}
	if fits, err := c.Gives(moved, to); err != nil || !fits {
		if err != nil {
			return s, err
		}
		return s, todo.Invalid("/due/date", "the rule %s does not fall on %s; say the rule as well", moved.Rule, to)
	}
	return moved, nil
}

// mover takes a series from one slot to another.
type mover struct {
	Calendar
	old      todo.Series
	rule     recurrence.Rule
	from, to recurrence.Slot
}

func (m *mover) move(zone string) (todo.Series, error) {
	s := m.old
	kept := m.rule.String()
	otherDay := m.from.Date() != m.to.Date() || m.rule.Freq < recurrence.Daily
	if otherDay {
		_, tail, err := m.Split(s, m.from.String(), 0)
		if err != nil {
			return s, err
		}
		s = tail
		if m.rule, err = recurrence.Parse(s.Rule); err != nil {
			return s, refused(err)
		}
		kept = m.rule.String()
		if err := m.otherDay(); err != nil {
			return s, err
		}
	}
	if err := m.otherTime(zone); err != nil {
		return s, err
	}
	start, err := recurrence.ParseSlot(s.Start)
	if err != nil {
		return s, refused(err)
	}
	switch {
	case otherDay:
		start = m.to
	case start.AllDay != m.to.AllDay || sameClock(start, m.from):
		start = withClock(start, m.to)
	}
	s.Start, s.Zone = start.String(), zone
	if m.rule.String() != kept {
		s.Rule = m.rule.String()
	}
	return m.dates(s)
}

// otherDay makes the rule name the new day where it named the old one.
func (m *mover) otherDay() error {
	from, to := m.from, m.to
	for _, exchange := range []func() error{
		func() error { return m.month(int(from.Month), int(to.Month)) },
		m.weekday,
		m.monthDay,
	} {
		if err := exchange(); err != nil {
			return err
		}
	}
	return nil
}

func (m *mover) month(from, to int) (err error) {
	m.rule.ByMonth, err = exchanged(m.rule.ByMonth, from, to, "/due/date")
	return err
}

// weekday exchanges MO for TU, or 2TU for 3FR.
func (m *mover) weekday() error {
	days := slices.Clone(m.rule.ByDay)
	for i, d := range days {
		if d.Day != weekdayOf(m.from) || d.N != 0 && d.N != m.nth(m.from, d.N) {
			continue
		}
		days[i] = recurrence.WeekdayNum{Day: weekdayOf(m.to)}
		if d.N != 0 {
			n := m.nth(m.to, d.N)
			if n == 5 && m.nth(m.to, -1) == -1 { // few months have a fifth
				n = -1
			}
			days[i].N = n
		}
		if j := slices.Index(days, days[i]); days[i] != d && (j != i || slices.Contains(days[i+1:], days[i])) {
			return named("/due/date")
		}
		m.rule.ByDay = days
		return nil
	}
	return nil
}

// nth is which weekday of its kind a day is in its month, or in its year where the rule
// counts so; from the end where like is negative.
func (m *mover) nth(s recurrence.Slot, like int) int {
	at := time.Date(s.Year, s.Month, s.Day, 0, 0, 0, 0, time.UTC)
	day, last := s.Day, at.AddDate(0, 1, -s.Day).Day()
	if m.rule.Freq == recurrence.Yearly && len(m.rule.ByMonth) == 0 {
		day, last = at.YearDay(), time.Date(s.Year, time.December, 31, 0, 0, 0, 0, time.UTC).YearDay()
	}
	if like < 0 {
		return -((last-day)/7 + 1)
	}
	return (day-1)/7 + 1
}

// monthDay exchanges the 15th for the 20th. The last day of a month may stand for a
// later one that the month does not have.
func (m *mover) monthDay() error {
	days := m.rule.ByMonthDay
	lastOf := func(s recurrence.Slot) int { return time.Date(s.Year, s.Month+1, 0, 0, 0, 0, 0, time.UTC).Day() }
	from, to := m.from.Day, m.to.Day
	switch last := lastOf(m.from); {
	case slices.Contains(days, from):
	case slices.Contains(days, from-last-1):
		from, to = from-last-1, to-lastOf(m.to)-1
	case from == last:
		if i := slices.IndexFunc(days, func(d int) bool { return d > last }); i >= 0 {
			from = days[i]
		}
	}
	var err error
	m.rule.ByMonthDay, err = exchanged(days, from, to, "/due/date")
	return err
}

// otherTime makes the rule name the new time of day where it named the old one, and
// UNTIL a date where it was a time that a later one would be behind.
func (m *mover) otherTime(zone string) error {
	r := &m.rule
	if sameClock(m.from, m.to) && zone == m.old.Zone {
		return nil
	}
	times := max(len(r.ByHour), 1) * max(len(r.ByMinute), 1) * max(len(r.BySecond), 1)
	if m.to.AllDay {
		if times > 1 || r.Freq < recurrence.Daily {
			return todo.Invalid("/due/time", "the rule names several times of day; say the rule as well")
		}
		r.ByHour, r.ByMinute, r.BySecond = nil, nil, nil
	}
	for _, part := range []struct {
		list     *[]int
		from, to int
	}{{&r.ByHour, m.from.Hour, m.to.Hour}, {&r.ByMinute, m.from.Minute, m.to.Minute}, {&r.BySecond, m.from.Second, m.to.Second}} {
		if part.from != part.to && times > 1 && len(*part.list) < 2 {
			return todo.Invalid("/due/time", "the rule names several times of day; say the rule as well")
		}
		var err error
		if *part.list, err = exchanged(*part.list, part.from, part.to, "/due/time"); err != nil {
			return err
		}
	}
	if !r.Until.IsZero() && !r.Until.Slot.AllDay && times == 1 && r.Freq >= recurrence.Daily {
		return m.untilDate()
	}
	return nil
}

// untilDate makes UNTIL the last date that it lets through.
func (m *mover) untilDate() error {
	last := m.rule.Until.Slot
	if m.rule.Until.UTC {
		zone, err := Zone(m.old.Zone)
		if err != nil {
			return err
		}
		last = recurrence.SlotAt(time.Date(last.Year, last.Month, last.Day, last.Hour, last.Minute, last.Second, 0, time.UTC), zone)
	}
	date := last.Date()
	if last.Compare(withClock(last, m.from)) < 0 && !m.from.AllDay {
		date = dayAfter(date, -1)
	}
	m.rule.Until = recurrence.Until{Slot: date}
	return nil
}

// dates takes what is left out and what is added along.
func (m *mover) dates(s todo.Series) (todo.Series, error) {
	days := int(time.Date(m.to.Year, m.to.Month, m.to.Day, 0, 0, 0, 0, time.UTC).Sub(
		time.Date(m.from.Year, m.from.Month, m.from.Day, 0, 0, 0, 0, time.UTC)) / (24 * time.Hour))
	left, err := slots(s.ExDates)
	if err != nil {
		return s, refused(err)
	}
	s.ExDates = nil
	for _, slot := range left {
		kept := m.reclocked(slot)
		if days != 0 {
			if there, err := m.Gives(s, asSlot(kept, m.to).String()); err != nil {
				return s, err
			} else if shifted := dayAfter(kept, days); !there {
				if fits, err := m.Gives(s, asSlot(shifted, m.to).String()); err != nil {
					return s, err
				} else if fits {
					kept = shifted
				}
			}
		}
		if asSlot(kept, m.to) != m.to { // what is moved there takes place
			s.ExDates = append(s.ExDates, kept.String())
		}
	}
	added, err := slots(s.RDates)
	if err != nil {
		return s, refused(err)
	}
	s.RDates = nil
	for _, slot := range added {
		s.RDates = append(s.RDates, asKind(m.reclocked(slot), m.to).String())
	}
	return s, nil
}

// reclocked gives a slot at the old time of day the new one.
func (m *mover) reclocked(s recurrence.Slot) recurrence.Slot {
	if s.AllDay || m.to.AllDay || !sameClock(s, m.from) {
		return s
	}
	return withClock(s, m.to)
}

// asSlot is a date as the slot of its day.
func asSlot(s, like recurrence.Slot) recurrence.Slot {
	if s.AllDay {
		return withClock(s, like)
	}
	return s
}

// asKind is a date or a time, whatever like is.
func asKind(s, like recurrence.Slot) recurrence.Slot {
	if s.AllDay != like.AllDay {
		return withClock(s, like)
	}
	return s
}

func sameClock(a, b recurrence.Slot) bool {
	return a.AllDay == b.AllDay && a.Hour == b.Hour && a.Minute == b.Minute && a.Second == b.Second
}

func withClock(s, clock recurrence.Slot) recurrence.Slot {
	day := s.Date()
	clock.Year, clock.Month, clock.Day = day.Year, day.Month, day.Day
	return clock
}

func weekdayOf(s recurrence.Slot) recurrence.Weekday {
	return recurrence.WeekdayOf(time.Date(s.Year, s.Month, s.Day, 0, 0, 0, 0, time.UTC).Weekday())
}

// exchanged puts one number in another's place; a list that does not name the old one
// stays.
func exchanged(list []int, from, to int, pointer string) ([]int, error) {
	i := slices.Index(list, from)
	if i < 0 || from == to {
		return list, nil
	}
	if slices.Contains(list, to) {
		return nil, named(pointer)
	}
	list = slices.Clone(list)
	list[i] = to
	slices.Sort(list)
	return list, nil
}

func named(pointer string) error {
	return todo.Invalid(pointer, "the rule comes then already; say the rule as well")
}

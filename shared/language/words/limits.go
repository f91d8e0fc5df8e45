package words

import (
	"time"

	"function/shared/recurrence"
)

// limits says BYSETPOS, the start of the week, SKIP, completion and the end.
func (s *sentence) limits(r recurrence.Rule) {
	b := s.book
	if len(s.positions) > 0 {
		gender := 0
		if b.feminine {
			gender = 1
		}
		s.add(b.lastList(b.positions, s.positions, gender, b.positionNoun))
	}
	switch r.Skip {
	case recurrence.Forward:
		s.add(b.skipForward)
	case recurrence.Backward:
		s.add(b.skipBackward)
	}
	if s.options.FromCompletion {
		s.add(b.afterDone)
	}
	if s.weekStartMatters(r) {
		s.add(fill(b.weekStart, "x", b.weekdays[r.WeekStart]))
	}
	switch {
	case r.Count == 1:
		s.add(b.once)
	case r.Count > 1:
		s.add(fill(b.times, "n", itoa(r.Count)))
	case !r.Until.IsZero():
		s.until(r.Until)
	}
}

// until says the last moment, as a date where the clock adds nothing.
func (s *sentence) until(u recurrence.Until) {
	b := s.book
	slot, zone := s.untilSlot(u)
	date := b.dateWithYear(slot.Year, int(slot.Month), slot.Day)
	if slot.AllDay || (zone == "" && slot.Hour == 23 && slot.Minute == 59 && slot.Second == 59) {
		s.add(fill(b.until, "date", date))
		return
	}
	at := moment{slot.Hour, slot.Minute, slot.Second}
	clock := b.at([]moment{at})
	if zone != "" {
		clock = fill(b.clocks.one, "", fill(b.clocks.item, "n", b.clockText(at)))
	}
	s.add(fill(b.untilClock, "date", date, "clock", clock) + zone)
}

// untilSlot is the last moment in the person's zone, or in UTC with " UTC" to say so.
func (s *sentence) untilSlot(u recurrence.Until) (slot recurrence.Slot, zone string) {
	switch {
	case !u.UTC:
		return u.Slot, ""
	case s.options.Zone == nil:
		return u.Slot, " UTC"
	}
	at := time.Date(u.Slot.Year, u.Slot.Month, u.Slot.Day, u.Slot.Hour, u.Slot.Minute, u.Slot.Second, 0, time.UTC)
	return recurrence.SlotAt(at, s.options.Zone), ""
}

func (b *phrasebook) dateWithYear(year, month, day int) string {
	return fill(b.fullDate, "d", b.day(day), "month", b.months[month-1], "y", itoa(year))
}

// clockText is a time of day on the 24-hour clock; seconds only where there are any.
// The hours that may be taken for those after noon have two digits.
func (b *phrasebook) clockText(at moment) string {
	hour := itoa(at[0])
	if at[0] >= 1 && at[0] <= 6 {
		hour = twoDigits(at[0])
	}
	if at[2] != 0 {
		return hour + ":" + twoDigits(at[1]) + ":" + twoDigits(at[2])
	}
	return fill(b.clock, "h", hour, "mm", twoDigits(at[1]))
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + itoa(n)
	}
	return itoa(n)
}

// moment is a time of day: hour, minute, second.
type moment [3]int

// at says clock times as "at 9:00 and 17:00".
func (b *phrasebook) at(clocks []moment) string {
	var items []string
	for _, c := range clocks {
		item := b.clocks.item
		if c[0] == 1 && c[2] == 0 && b.clockOne != "" {
			item = b.clockOne
		}
		items = append(items, fill(item, "n", b.clockText(c)))
	}
	return b.around(b.clocks, items)
}

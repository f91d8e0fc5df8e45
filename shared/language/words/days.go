package words

import (
	"slices"

	"function/shared/language/civil"
	"function/shared/recurrence"
)

// narrowed says rules whose BYxxx parts only leave days out: those of hours and
// shorter, and every n days.
func (s *sentence) narrowed(r recurrence.Rule) {
	b := s.book
	s.cycle(r)
	filters := []string{s.weekdaysOn(r.ByDay), s.monthDays(r.ByMonthDay, ""), s.yearDays(r.ByYearDay)}
	if len(r.ByMonth) > 0 {
		filters = append(filters, b.monthList(b.inMonths, r.ByMonth))
	}
	for _, f := range filters {
		s.addOnly(f)
	}
}

// weekly says rules of days and weeks.
func (s *sentence) weekly(r recurrence.Rule) {
	b := s.book
	plain, _ := split(r.ByDay)
	single := r.Freq == recurrence.Weekly && len(r.BySetPos) == 0
	switch {
	case single && r.Interval == 1 && isWorkdays(plain):
		s.add(b.workdays)
	case single && r.Interval == 1 && len(plain) == 1:
		s.add(b.days(b.eachWeekday, plain))
	case single && r.Interval == 2 && len(plain) == 1 && b.otherWeekday != "":
		s.add(fill(b.otherWeekday, "x", b.weekdays[plain[0]]))
	default:
		s.cycle(r)
		s.add(s.weekdaysOn(r.ByDay))
	}
	// Days left to narrow a daily rule with BYSETPOS.
	s.addOnly(s.monthDays(r.ByMonthDay, ""))
	if len(r.ByMonth) == 0 {
		return
	}
	months := b.monthList(b.inMonths, r.ByMonth)
	if r.Interval == 1 {
		s.add(months)
	} else {
		s.addOnly(months)
	}
}

// periodic says rules of months and years. Of the parts that choose days the
// first one is said plainly, and the others narrow it (RFC 5545, the table of
// section 3.3.10).
func (s *sentence) periodic(r recurrence.Rule) {
	b := s.book
	s.cycle(r)
	switch {
	case s.namedPositions(r):
		return
	case len(r.ByWeekNo) > 0:
		s.add(s.weekdaysOn(r.ByDay))
		s.add(s.weeks(r.ByWeekNo))
		s.addOnly(s.yearDays(r.ByYearDay))
		s.addOnly(s.monthDays(r.ByMonthDay, ""))
	case len(r.ByYearDay) > 0:
		s.add(s.yearDays(r.ByYearDay))
		s.addOnly(s.monthDays(r.ByMonthDay, ""))
		s.addOnly(s.weekdaysOn(r.ByDay))
	case len(r.ByMonthDay) > 0:
		s.inMonths(r)
		s.addOnly(s.weekdaysOn(r.ByDay))
		r.ByMonth = nil
	default:
		s.inMonths(r)
		r.ByMonth = nil
	}
	if len(r.ByMonth) > 0 {
		s.addOnly(b.monthList(b.inMonths, r.ByMonth))
	}
}

// inMonths says days of months: "on January 5", "on the first Monday in May".
func (s *sentence) inMonths(r recurrence.Rule) {
	b := s.book
	yearly := r.Freq == recurrence.Yearly
	plain, counted := split(r.ByDay)
	of := ""
	if len(r.ByMonth) > 0 {
		of = b.monthList(b.ofMonths, r.ByMonth)
	}
	if q := b.ofEveryQuarter; yearly && r.Interval == 1 && isQuarter(r, counted) {
		s.text.Reset() // "on the last day of every quarter" needs no "every year"
		if len(counted) == 0 {
			s.add(withTail(b.lastList(b.lastDays, r.ByMonthDay, 0, b.dayNouns[0]), q))
			return
		}
		of = q
	}
	switch {
	case len(r.ByMonthDay) > 0 && len(r.ByMonth) > 0 && datesFit(r):
		s.add(s.dates(r.ByMonth, r.ByMonthDay))
	case len(r.ByMonthDay) > 0:
		if yearly && of == "" {
			of = b.ofEveryMonth
		}
		s.add(s.monthDays(r.ByMonthDay, of))
	case len(r.ByDay) == 0 && of != "":
		s.add(b.monthList(b.inMonths, r.ByMonth))
	case len(r.ByDay) > 0:
		if len(counted) > 0 && yearly && of == "" {
			of = b.ofYear
		}
		s.add(s.weekdaysEach(plain, len(r.ByMonth) > 0, r))
		if len(plain) > 0 && len(counted) > 0 {
			s.text.WriteString(trimRight(b.and))
		}
		s.add(s.counted(counted, of))
	}
}

func trimRight(and string) string { return and[:len(and)-1] }

// weekdaysEach says weekdays without a number among months.
func (s *sentence) weekdaysEach(days []recurrence.Weekday, named bool, r recurrence.Rule) string {
	if len(days) == 0 {
		return ""
	}
	b := s.book
	text := b.onWorkdays
	if !isWorkdays(days) {
		text = b.days(b.onEach, days)
	}
	if named {
		text += " " + b.monthList(b.inMonths, r.ByMonth)
	}
	return text
}

// counted says "on the first Monday and the last Friday".
func (s *sentence) counted(days []recurrence.WeekdayNum, of string) string {
	if len(days) == 0 {
		return ""
	}
	b := s.book
	var items []string
	for _, d := range days {
		gender := b.weekdayForm[d.Day]
		item := b.nthWeekday.item
		if gender == 1 {
			item = b.nthWeekdayFem
		}
		items = append(items, b.nth(item, d.N, gender, b.weekdays[d.Day]))
	}
	return withTail(b.list(b.nthWeekday, items), of)
}

func withTail(text, tail string) string {
	if tail == "" {
		return text
	}
	return text + " " + tail
}

// weekdaysOn says weekdays, with or without numbers: "on Monday".
func (s *sentence) weekdaysOn(days []recurrence.WeekdayNum) string {
	if len(days) == 0 {
		return ""
	}
	b := s.book
	plain, counted := split(days)
	if len(counted) > 0 {
		text := s.counted(counted, "")
		if len(plain) > 0 {
			text = b.days(b.onEach, plain) + b.and + text
		}
		return text
	}
	if isWorkdays(plain) {
		return b.onWorkdays
	}
	return b.days(b.onWeekdays, plain)
}

// monthDays says "on the 1st and 15th", then those counted from the end.
func (s *sentence) monthDays(days []int, of string) string {
	b := s.book
	first, last := fromEnds(days)
	text := ""
	if len(first) > 0 {
		text = b.numberList(b.monthDays, first)
	}
	if len(last) > 0 {
		text = b.both(text, b.lastList(b.lastDays, last, 0, b.dayNouns[0]))
	}
	if text == "" {
		return ""
	}
	return withTail(text, of)
}

func (s *sentence) yearDays(days []int) string {
	b := s.book
	first, last := fromEnds(days)
	text := ""
	if len(first) > 0 {
		text = b.numberList(b.yearDays, first)
	}
	if len(last) > 0 {
		text = b.both(text, b.lastList(b.lastDays, last, 0, b.dayNouns[0])+" "+b.ofYear)
	}
	return text
}

func (s *sentence) weeks(weeks []int) string {
	b := s.book
	first, last := fromEnds(weeks)
	text := ""
	if len(first) > 0 {
		text = b.numberList(b.weeks, first)
	}
	if len(last) > 0 {
		text = b.both(text, b.lastList(b.lastWeeks, last, 1, b.units[recurrence.Weekly][0]))
	}
	return text
}

// both joins two phrases, of which the first may be empty.
func (b *phrasebook) both(first, second string) string {
	if first == "" {
		return second
	}
	return first + b.and + second
}

func (b *phrasebook) lastList(l list, values []int, gender int, noun string) string {
	var items []string
	for _, n := range values {
		items = append(items, b.nth(l.item, n, gender, noun))
	}
	return b.list(l, items)
}

func (s *sentence) dates(months, days []int) string {
	b := s.book
	var items []string
	for _, m := range months {
		for _, d := range days {
			if d <= longest(m) { // others never come
				items = append(items, b.date(m, d))
			}
		}
	}
	return b.list(b.dates, items)
}

// date says a day of a month: "January 5".
func (b *phrasebook) date(month, day int) string {
	return fill(b.dates.item, "d", b.day(day), "month", b.months[month-1])
}

func (b *phrasebook) day(day int) string {
	if day == 1 && b.dayOne != "" {
		return b.dayOne
	}
	return itoa(day)
}

// namedPositions says BYSETPOS over Monday to Friday, the weekend or all days of a
// month as an ordinal: "on the last weekday". It reports whether it did.
func (s *sentence) namedPositions(r recurrence.Rule) bool {
	b := s.book
	plain, counted := split(r.ByDay)
	noun := -1
	switch {
	case len(r.BySetPos) == 0, len(counted) > 0, timesOfDay(r) > 1,
		len(r.ByMonthDay)+len(r.ByYearDay)+len(r.ByWeekNo) > 0,
		len(r.ByMonth) > 1 && r.Freq == recurrence.Yearly:
	case len(plain) == 7:
		noun = 0
	case isWorkdays(plain):
		noun = 1
	case slices.Equal(plain, []recurrence.Weekday{recurrence.Saturday, recurrence.Sunday}):
		noun = 2
	}
	if noun < 0 {
		return false
	}
	var items []string
	for _, n := range r.BySetPos {
		items = append(items, b.nth(b.nthWeekday.item, n, 0, b.dayNouns[noun]))
	}
	of := ""
	switch {
	case len(r.ByMonth) > 0:
		of = b.monthList(b.ofMonths, r.ByMonth)
	case r.Freq == recurrence.Yearly:
		of = b.ofYear
	}
	s.add(withTail(b.list(b.nthWeekday, items), of))
	s.positions = nil
	return true
}

// fromEnds separates numbers counted from the start from those from the end.
func fromEnds(values []int) (first, last []int) {
	for _, n := range values {
		if n > 0 {
			first = append(first, n)
		} else {
			last = append(last, n)
		}
	}
	return first, last
}

func isWorkdays(days []recurrence.Weekday) bool {
	return slices.Equal(days, []recurrence.Weekday{0, 1, 2, 3, 4})
}

// longest is the number of days of a month in a leap year.
func longest(month int) int { return civil.DaysIn(2000, month) }

// datesFit reports that naming each date is short and exact.
func datesFit(r recurrence.Rule) bool {
	for _, m := range r.ByMonth {
		if r.Skip != recurrence.Omit && r.ByMonthDay[len(r.ByMonthDay)-1] > longest(m) {
			return false
		}
	}
	return r.ByMonthDay[0] > 0 && r.ByMonthDay[0] <= longest(slices.MaxFunc(r.ByMonth, func(a, b int) int { return longest(a) - longest(b) })) &&
		r.ByMonthDay[len(r.ByMonthDay)-1] > 0 &&
		(len(r.ByMonth) == 1 || len(r.ByMonthDay) == 1) && len(r.ByMonth)*len(r.ByMonthDay) <= 4
}

// isQuarter reports days of the first months of quarters counted from the
// start, or of their last months counted from the end.
func isQuarter(r recurrence.Rule, counted []recurrence.WeekdayNum) bool {
	var numbers []int
	switch {
	case len(r.ByMonthDay) == 1 && max(r.ByMonthDay[0], -r.ByMonthDay[0]) == 1 && len(r.ByDay) == 0:
		numbers = r.ByMonthDay
	case len(counted) == 1 && len(r.ByDay) == 1 && len(r.ByMonthDay) == 0:
		numbers = []int{counted[0].N}
	default:
		return false
	}
	if numbers[0] > 0 {
		return slices.Equal(r.ByMonth, []int{1, 4, 7, 10})
	}
	return slices.Equal(r.ByMonth, []int{3, 6, 9, 12})
}

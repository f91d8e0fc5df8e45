package words

import (
	"slices"
	"time"

	"function/shared/recurrence"
)

// normal is a rule with the same occurrences that is simpler to say. start is the
// local date of the first occurrence, or zero.
func normal(r recurrence.Rule, start recurrence.Slot) recurrence.Rule {
	r.Interval = max(r.Interval, 1)
	if !start.IsZero() {
		r = anchored(r, start)
	}
	if len(r.ByMonth) == 12 && r.Freq != recurrence.Yearly {
		r.ByMonth = nil
	}
	r = numbered(r)
	if r.Interval > 1 || len(r.BySetPos) > 0 || r.Skip != recurrence.Omit {
		return r
	}
	return refitted(r)
}

// neverComes reports that no date fits the rule, whenever it starts.
func neverComes(r recurrence.Rule) bool {
	start := recurrence.DateTime(2000, time.January, 1, 0, 0, 0)
	cycle := recurrence.Until{Slot: recurrence.DateTime(2400, time.January, 1, 0, 0, 0)} // the calendar's
	r.Interval, r.Count, r.Until = 1, 0, cycle
	if len(r.ByWeekNo) > 0 && len(r.ByDay)+len(r.ByMonthDay)+len(r.ByYearDay) == 0 {
		for d := recurrence.Monday; d <= recurrence.Sunday; d++ {
			r.ByDay = append(r.ByDay, recurrence.WeekdayNum{Day: d}) // the start may be any
		}
	}
	schedule, err := recurrence.Set{Start: start, Rule: &r}.Compile()
	if err != nil {
		return false
	}
	_, ok, err := schedule.First()
	return err == nil && !ok
}

// lenient gives days of a month or year that stand under too short a frequency the one
// they need; other rules stay as they are.
func lenient(r recurrence.Rule) recurrence.Rule {
	switch {
	case r.Interval > 1 || r.Freq < recurrence.Daily:
	case len(r.ByYearDay) > 0:
		r.Freq = recurrence.Yearly
	case len(r.ByMonthDay) > 0:
		r.Freq = recurrence.Daily
	}
	return r
}

// anchored writes out the day that a rule takes from its start.
func anchored(r recurrence.Rule, start recurrence.Slot) recurrence.Rule {
	if len(r.ByDay)+len(r.ByMonthDay)+len(r.ByYearDay) > 0 {
		return r
	}
	switch {
	case r.Freq == recurrence.Weekly, len(r.ByWeekNo) > 0:
		r.ByDay = []recurrence.WeekdayNum{{Day: weekdayOf(start)}}
	case r.Freq == recurrence.Monthly:
		r.ByMonthDay = []int{start.Day}
	case r.Freq == recurrence.Yearly:
		if len(r.ByMonth) == 0 {
			r.ByMonth = []int{int(start.Month)}
		}
		r.ByMonthDay = []int{start.Day}
	}
	return r
}

// numbered turns "Fridays, the last of them" into "the last Friday".
func numbered(r recurrence.Rule) recurrence.Rule {
	period := r.Freq == recurrence.Monthly ||
		r.Freq == recurrence.Yearly && (len(r.ByMonth) == 0 || len(r.ByMonth) == 1)
	if !period || len(r.BySetPos) == 0 || len(r.ByDay) != 1 || r.ByDay[0].N != 0 ||
		len(r.ByMonthDay)+len(r.ByYearDay)+len(r.ByWeekNo) > 0 || timesOfDay(r) > 1 {
		return r
	}
	var days []recurrence.WeekdayNum
	for _, n := range r.BySetPos {
		if n > 53 || n < -53 {
			return r
		}
		days = append(days, recurrence.WeekdayNum{N: n, Day: r.ByDay[0].Day})
	}
	r.ByDay, r.BySetPos = days, nil
	return r
}

// refitted gives a rule without INTERVAL, BYSETPOS and SKIP the frequency whose
// words fit its days.
func refitted(r recurrence.Rule) recurrence.Rule {
	if r.Freq < recurrence.Daily || len(r.ByWeekNo)+len(r.ByYearDay) > 0 {
		return r
	}
	if len(r.ByMonth) == 12 && len(r.ByDay)+len(r.ByMonthDay) > 0 {
		r.Freq, r.ByMonth = recurrence.Monthly, nil // yearly, see normal
	}
	plain, counted := split(r.ByDay)
	switch {
	case len(counted) > 0:
		if r.Freq == recurrence.Monthly && len(r.ByMonth) > 0 {
			r.Freq = recurrence.Yearly
		}
	case len(r.ByMonthDay) > 0:
		r.Freq = recurrence.Monthly
		if len(r.ByMonth) > 0 {
			r.Freq = recurrence.Yearly
		}
	case len(plain) == 7:
		r.Freq, r.ByDay = recurrence.Daily, nil
	case len(plain) > 0:
		r.Freq = recurrence.Weekly
	case r.Freq == recurrence.Monthly && len(r.ByMonth) > 0:
		r.Freq = recurrence.Yearly
	}
	return r
}

// split separates weekdays without a number from those with one.
func split(days []recurrence.WeekdayNum) (plain []recurrence.Weekday, counted []recurrence.WeekdayNum) {
	for _, d := range days {
		if d.N == 0 {
			plain = append(plain, d.Day)
		} else {
			counted = append(counted, d)
		}
	}
	return plain, counted
}

// timesOfDay is how many slots a day of the rule has.
func timesOfDay(r recurrence.Rule) int {
	return max(len(r.ByHour), 1) * max(len(r.ByMinute), 1) * max(len(r.BySecond), 1)
}

// weekStartMatters reports that the rule would have other occurrences if weeks started
// on Monday, as one that reads the words takes it, or on the person's day: RFC 5545
// section 3.3.10, WKST.
func (s *sentence) weekStartMatters(r recurrence.Rule) bool {
	person := recurrence.WeekdayOf(s.options.WeekStart)
	plain, _ := split(r.ByDay)
	switch {
	case max(person, r.WeekStart) == recurrence.Monday:
		return false
	case len(r.ByWeekNo) > 0:
		return true
	case r.Freq != recurrence.Weekly || (r.Interval < 2 && len(r.BySetPos) == 0) || len(plain) == 0:
		return false
	case r.WeekStart != recurrence.Monday && (s.start.IsZero() || !slices.Contains(plain, weekdayOf(s.start))):
		return true // the first week may begin after one of the days
	}
	first := firstFrom(plain, r.WeekStart)
	return first != firstFrom(plain, recurrence.Monday) || first != firstFrom(plain, person)
}

// firstFrom is the first of the days in a week that starts on start.
func firstFrom(days []recurrence.Weekday, start recurrence.Weekday) recurrence.Weekday {
	for i := range recurrence.Weekday(7) {
		if d := (start + i) % 7; slices.Contains(days, d) {
			return d
		}
	}
	return 0
}

func weekdayOf(s recurrence.Slot) recurrence.Weekday {
	return recurrence.WeekdayOf(midnight(s).Weekday())
}

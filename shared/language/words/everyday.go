package words

import (
	"slices"

	"function/shared/recurrence"
)

// everyday reports that the phrases people use say a rule so that it can be read back;
// other rules are said clause by clause.
func everyday(r recurrence.Rule) bool {
	const (
		longest = 999  // INTERVAL
		most    = 9999 // COUNT
		values  = 16   // in all lists
		few     = 4    // days of the year, or positions
		clocks  = 6    // times of day
	)
	all := len(r.ByYearDay) + len(r.ByMonthDay) + len(r.ByDay) + len(r.ByWeekNo) + len(r.ByMonth) +
		len(r.ByHour) + len(r.ByMinute) + len(r.BySecond) + len(r.BySetPos)
	return (timesOfDay(r) <= clocks || r.Freq < recurrence.Daily) && r.Interval <= longest && r.Count <= most && all <= values &&
		len(r.ByYearDay) <= few && len(r.BySetPos) <= few &&
		within(r.ByYearDay, -5, 366) && within(r.ByMonthDay, -5, 31) && within(r.ByWeekNo, -1, 53) && within(r.BySetPos, -2, 5) &&
		(r.Skip == recurrence.Omit || r.Freq >= recurrence.Monthly) && (len(r.BySetPos) == 0 || timesOfDay(r) == 1) &&
		everydayWeekdays(r) && everydaySeconds(r)
}

// everydayWeekdays reports weekdays of which all or none have a number that the period has.
func everydayWeekdays(r recurrence.Rule) bool {
	plain, counted := split(r.ByDay)
	if len(counted) == 0 {
		return true
	}
	first, last := -5, 5
	if r.Freq == recurrence.Yearly && len(r.ByMonth) == 0 {
		last = 53
	}
	return len(plain) == 0 && (r.Freq == recurrence.Monthly || len(r.ByMonthDay) == 0) &&
		!slices.ContainsFunc(counted, func(d recurrence.WeekdayNum) bool { return d.N < first || d.N > last })
}

// everydaySeconds reports no seconds, or one in clock times.
func everydaySeconds(r recurrence.Rule) bool {
	return len(r.BySecond) == 0 || len(r.BySecond) == 1 && len(r.ByHour) > 0 && len(r.ByMinute) > 0
}

func within(list []int, low, high int) bool {
	return !slices.ContainsFunc(list, func(n int) bool { return n < low || n > high })
}

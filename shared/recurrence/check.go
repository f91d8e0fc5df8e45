package recurrence

import "strconv"

// Check reports the first thing about the rule that RFC 5545 section 3.3.10 forbids,
// as an *Error, or nil. Parse has called it; it is for rules built as literals.
func (r Rule) Check() error {
	if r.Freq < Secondly || r.Freq > Yearly {
		return invalid("FREQ", r.Freq.String(), "unknown frequency")
	}
	if err := r.checkRanges(); err != nil {
		return err
	}
	return r.checkCombinations()
}

func (r Rule) checkRanges() error {
	const digits9 = 999_999_999
	if r.Interval < 0 || r.Interval > digits9 {
		return invalid("INTERVAL", strconv.Itoa(r.Interval), "want a number from 1 to 999999999")
	}
	if r.Count < 0 || r.Count > digits9 {
		return invalid("COUNT", strconv.Itoa(r.Count), "want a number from 1 to 999999999")
	}
	for _, part := range []struct {
		name     string
		list     []int
		min, max int
		negative bool
	}{
		{"BYSECOND", r.BySecond, 0, 60, false},
		{"BYMINUTE", r.ByMinute, 0, 59, false},
		{"BYHOUR", r.ByHour, 0, 23, false},
		{"BYMONTHDAY", r.ByMonthDay, 1, 31, true},
		{"BYYEARDAY", r.ByYearDay, 1, 366, true},
		{"BYWEEKNO", r.ByWeekNo, 1, 53, true},
		{"BYMONTH", r.ByMonth, 1, 12, false},
		{"BYSETPOS", r.BySetPos, 1, 366, true},
	} {
		for _, n := range part.list {
			if outside(n, part.min, part.max, part.negative) {
				return invalid(part.name, strconv.Itoa(n), rangeReason(part.min, part.max, part.negative))
			}
		}
	}
	for _, d := range r.ByDay {
		if d.Day < Monday || d.Day > Sunday || (d.N != 0 && outside(d.N, 1, 53, true)) {
			return invalid("BYDAY", d.String(), "want a weekday, with a number from 1 to 53 or -1 to -53 or none")
		}
	}
	if r.WeekStart < Monday || r.WeekStart > Sunday {
		return invalid("WKST", r.WeekStart.String(), "want a weekday")
	}
	if r.Skip > Backward {
		return invalid("SKIP", r.Skip.String(), "want OMIT, FORWARD or BACKWARD")
	}
	if !r.Until.IsZero() && (r.Until.Slot.Check() != nil || (r.Until.UTC && r.Until.Slot.AllDay)) {
		return invalid("UNTIL", r.Until.String(), "no such date or time")
	}
	return nil
}

func outside(n, low, high int, negative bool) bool {
	if negative && n < 0 {
		n = -n
	}
	return n < low || n > high
}

func rangeReason(low, high int, negative bool) string {
	reason := "want " + strconv.Itoa(low) + " to " + strconv.Itoa(high)
	if negative {
		reason += " or -" + strconv.Itoa(low) + " to -" + strconv.Itoa(high)
	}
	return reason
}

func (r Rule) checkCombinations() error {
	freq := "FREQ=" + r.Freq.String()
	switch {
	case r.Count > 0 && !r.Until.IsZero():
		return invalid("COUNT", strconv.Itoa(r.Count), "COUNT and UNTIL exclude each other")
	case len(r.ByWeekNo) > 0 && r.Freq != Yearly:
		return invalid("BYWEEKNO", firstNumber(r.ByWeekNo), "only with FREQ=YEARLY, not "+freq)
	case len(r.ByYearDay) > 0 && (r.Freq == Daily || r.Freq == Weekly || r.Freq == Monthly):
		return invalid("BYYEARDAY", firstNumber(r.ByYearDay), "not with "+freq)
	case len(r.ByMonthDay) > 0 && r.Freq == Weekly:
		return invalid("BYMONTHDAY", firstNumber(r.ByMonthDay), "not with "+freq)
	case len(r.BySetPos) > 0 && !r.hasOtherBy():
		return invalid("BYSETPOS", firstNumber(r.BySetPos), "only together with another BY part")
	}
	for _, d := range r.ByDay {
		switch {
		case d.N == 0:
		case r.Freq != Monthly && r.Freq != Yearly:
			return invalid("BYDAY", d.String(), "a numbered weekday only with FREQ=MONTHLY or YEARLY, not "+freq)
		case len(r.ByWeekNo) > 0:
			return invalid("BYDAY", d.String(), "no numbered weekday together with BYWEEKNO")
		}
	}
	return nil
}

func firstNumber(list []int) string { return strconv.Itoa(list[0]) }

func (r Rule) hasOtherBy() bool {
	return len(r.BySecond)+len(r.ByMinute)+len(r.ByHour)+len(r.ByDay)+len(r.ByMonthDay)+
		len(r.ByYearDay)+len(r.ByWeekNo)+len(r.ByMonth) > 0
}

// usesStartWeekday reports BYWEEKNO without any part that says which day of the week.
func (r Rule) usesStartWeekday() bool {
	return len(r.ByWeekNo) > 0 && len(r.ByDay)+len(r.ByMonthDay)+len(r.ByYearDay) == 0
}

// Anchored is the rule with the weekday of start written out as BYDAY where BYWEEKNO
// alone leaves it to the start. It makes an ambiguous rule mean what RFC 5545 says
// ("information not contained in the rule is derived from DTSTART").
func (r Rule) Anchored(start Slot) Rule {
	if r.usesStartWeekday() {
		r.ByDay = []WeekdayNum{{Day: weekdayOf(dayNumber(start.Year, int(start.Month), start.Day))}}
	}
	return r
}

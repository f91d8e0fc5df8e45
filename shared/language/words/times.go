package words

import "function/shared/recurrence"

// maxClocks is how many clock times are named one by one.
const maxClocks = 8

// clock says BYHOUR, BYMINUTE and BYSECOND. For FREQ=DAILY and longer they add times
// of day; for shorter ones a part coarser than the frequency leaves times out
// (RFC 5545, the table of section 3.3.10).
func (s *sentence) clock(r recurrence.Rule) {
	if r.Freq >= recurrence.Daily {
		s.timesOfDay(r)
		return
	}
	b := s.book
	if len(r.ByHour) > 0 {
		s.addOnly(s.hours(r.ByHour))
	}
	narrow := func(n numbers, values []int, unit recurrence.Freq) {
		switch {
		case len(values) == 0:
		case r.Freq > unit:
			s.add(b.numberList(n, values))
		default:
			s.addOnly(b.numberList(n, values))
		}
	}
	narrow(b.minutes, r.ByMinute, recurrence.Minutely)
	narrow(b.seconds, r.BySecond, recurrence.Secondly)
}

// hours says hours in which something happens, a run of them by its ends.
func (s *sentence) hours(hours []int) string {
	b := s.book
	last := hours[len(hours)-1]
	if len(hours) > 2 && last-hours[0] == len(hours)-1 {
		return fill(b.betweenHs, "from", b.clockText(moment{hours[0]}), "to", b.clockText(moment{last, 59}))
	}
	return s.hourList(hours)
}

func (s *sentence) hourList(hours []int) string {
	b := s.book
	var items []string
	for _, h := range hours {
		items = append(items, fill(b.inHours.item, "n", b.clockText(moment{h})))
	}
	return b.around(b.inHours, items)
}

func (s *sentence) timesOfDay(r recurrence.Rule) {
	b := s.book
	hours, minutes, seconds := r.ByHour, r.ByMinute, r.BySecond
	// What the rule does not say comes from the start.
	if s.hour >= 0 {
		if len(hours) == 0 {
			hours = []int{s.hour}
		}
		if len(minutes) == 0 {
			minutes = []int{s.minute}
		}
	}
	switch {
	case len(hours) == 0 || len(minutes) == 0 || len(hours)*len(minutes) > maxClocks:
		if len(hours) > 0 {
			s.add(s.hourList(hours))
		}
		if len(minutes) > 0 {
			s.add(b.numberList(b.minutes, minutes))
		}
	default:
		var clocks []moment
		for _, h := range hours {
			for _, m := range minutes {
				clocks = append(clocks, moment{h, m})
			}
		}
		s.add(b.at(clocks))
	}
	if len(seconds) > 1 || len(seconds) == 1 && seconds[0] != 0 {
		s.add(b.numberList(b.seconds, seconds))
	}
}

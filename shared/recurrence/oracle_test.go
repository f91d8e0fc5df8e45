package recurrence_test

import (
	"slices"
	"sort"
	"time"

	"function/shared/recurrence"
)

// The oracle computes a set the slow and obvious way: it makes every day of every
// period (or, for the short frequencies, looks at every real second), tests each
// part on it, and tries every offset of the zone to find an instant. It shares no code
// with the package.

type oracleOccurrence struct {
	slot recurrence.Slot
	unix int64
}

// oracle lists the occurrences with an instant before to.
func oracle(s recurrence.Set, to time.Time) []oracleOccurrence {
	var rule []oracleOccurrence
	if s.Rule.Freq < recurrence.Daily {
		rule = oracleElapsed(s, to)
	} else {
		rule = oracleCivil(s, to)
	}
	for _, r := range s.RDates {
		rule = append(rule, oracleOccurrence{r, oracleInstant(wall(r), s.Zone)})
	}
	slices.SortStableFunc(rule, func(a, b oracleOccurrence) int { return int(min(1, max(-1, a.unix-b.unix))) })
	rule = slices.CompactFunc(rule, func(a, b oracleOccurrence) bool { return a.unix == b.unix })
	return slices.DeleteFunc(rule, func(o oracleOccurrence) bool { return o.unix >= to.Unix() || oracleExcluded(s, o) })
}

func oracleExcluded(s recurrence.Set, o oracleOccurrence) bool {
	for _, x := range s.ExDates {
		if x.AllDay && x == o.slot.Date() || !x.AllDay && oracleInstant(wall(x), s.Zone) == o.unix {
			return true
		}
	}
	for _, p := range s.Pauses {
		at := wall(o.slot)
		if !at.Before(wall(p.From)) && (p.Until.IsZero() || at.Before(wall(p.Until))) {
			return true
		}
	}
	return false
}

// wall writes a slot as if it were in UTC.
func wall(s recurrence.Slot) time.Time {
	return time.Date(s.Year, s.Month, s.Day, s.Hour, s.Minute, s.Second, 0, time.UTC)
}

func slotOf(w time.Time, allDay bool) recurrence.Slot {
	if allDay {
		return recurrence.Date(w.Year(), w.Month(), w.Day())
	}
	return recurrence.DateTime(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second())
}

func offsetAt(unix int64, zone *time.Location) int64 {
	_, offset := time.Unix(unix, 0).In(zone).Zone()
	return int64(offset)
}

// oracleInstant tries the offsets of the days around a wall time.
func oracleInstant(w time.Time, zone *time.Location) int64 {
	local := w.Unix()
	if quiet := offsetAt(local-2*86400, zone); quiet == offsetAt(local+2*86400, zone) && quiet == offsetAt(local, zone) {
		return local - quiet // no change of clock anywhere near
	}
	var candidates []int64
	before := int64(0)
	for u := local - 2*86400; u <= local+2*86400; u += 900 {
		offset := offsetAt(u, zone)
		if u+offset < local {
			before = offset
		}
		if at := local - offset; offsetAt(at, zone) == offset {
			candidates = append(candidates, at)
		}
	}
	if len(candidates) > 0 {
		return slices.Min(candidates)
	}
	return local - before
}

func oracleCivil(s recurrence.Set, to time.Time) []oracleOccurrence {
	r, start := *s.Rule, wall(s.Start)
	var slots []time.Time
	for k := 0; ; k++ {
		days, first := periodDays(r, start, k*max(r.Interval, 1))
		if first.After(to.Add(72 * time.Hour)) {
			break
		}
		var period []time.Time
		for _, day := range days {
			for _, clock := range clockTimes(r, s.Start) {
				period = append(period, day.Add(clock))
			}
		}
		slots = append(slots, positions(r, period)...)
	}
	slices.SortFunc(slots, time.Time.Compare)
	slots = slices.Compact(slots)
	slots = slices.DeleteFunc(slots, func(w time.Time) bool { return w.Before(start) })
	if r.Count > 0 && len(slots) > r.Count {
		slots = slots[:r.Count]
	}
	var out []oracleOccurrence
	for _, w := range slots {
		u := oracleInstant(w, s.Zone)
		if !r.Until.IsZero() && pastUntil(r.Until, w, u) {
			continue
		}
		out = append(out, oracleOccurrence{slotOf(w, s.Start.AllDay), u})
	}
	return oracleMergeGaps(out, s.Zone)
}

// oracleMergeGaps orders by instant, and of two slots on one instant keeps the one that
// the clock shows.
func oracleMergeGaps(list []oracleOccurrence, zone *time.Location) []oracleOccurrence {
	shown := func(o oracleOccurrence) bool { return wall(o.slot).Unix()-o.unix == offsetAt(o.unix, zone) }
	sort.SliceStable(list, func(i, j int) bool {
		if list[i].unix != list[j].unix {
			return list[i].unix < list[j].unix
		}
		return shown(list[i]) && !shown(list[j])
	})
	return slices.CompactFunc(list, func(a, b oracleOccurrence) bool { return a.unix == b.unix })
}

func pastUntil(until recurrence.Until, w time.Time, unix int64) bool {
	switch {
	case until.UTC:
		return unix > wall(until.Slot).Unix()
	case until.Slot.AllDay:
		return !w.Before(wall(until.Slot).AddDate(0, 0, 1))
	default:
		return w.After(wall(until.Slot))
	}
}

func clockTimes(r recurrence.Rule, start recurrence.Slot) []time.Duration {
	if start.AllDay {
		return []time.Duration{0}
	}
	or := func(list []int, derived int) []int {
		if len(list) == 0 {
			return []int{derived}
		}
		return list
	}
	var out []time.Duration
	for _, h := range or(r.ByHour, start.Hour) {
		for _, m := range or(r.ByMinute, start.Minute) {
			for _, sec := range or(r.BySecond, start.Second) {
				out = append(out, time.Duration(h)*time.Hour+time.Duration(m)*time.Minute+time.Duration(min(sec, 59))*time.Second)
			}
		}
	}
	return out
}

// positions applies BYSETPOS to one period.
func positions(r recurrence.Rule, period []time.Time) []time.Time {
	slices.SortFunc(period, time.Time.Compare)
	period = slices.Compact(period)
	if len(r.BySetPos) == 0 {
		return period
	}
	var kept []time.Time
	for _, n := range r.BySetPos {
		if n > 0 && n <= len(period) {
			kept = append(kept, period[n-1])
		}
		if n < 0 && -n <= len(period) {
			kept = append(kept, period[len(period)+n])
		}
	}
	return kept
}

// periodDays makes the days of the period that is units after the start's.
func periodDays(r recurrence.Rule, start time.Time, units int) (days []time.Time, first time.Time) {
	midnight := time.Date(start.Year(), start.Month(), start.Day(), 0, 0, 0, 0, time.UTC)
	var end time.Time
	switch {
	case r.Freq == recurrence.Daily:
		first = midnight.AddDate(0, 0, units)
		end = first.AddDate(0, 0, 1)
	case r.Freq == recurrence.Weekly:
		first = midnight
		for first.Weekday() != r.WeekStart.Time() {
			first = first.AddDate(0, 0, -1)
		}
		first = first.AddDate(0, 0, 7*units)
		end = first.AddDate(0, 0, 7)
	case r.Freq == recurrence.Monthly:
		first = time.Date(start.Year(), start.Month()+time.Month(units), 1, 0, 0, 0, 0, time.UTC)
		end = first.AddDate(0, 1, 0)
	case len(r.ByWeekNo) > 0:
		year, _ := weekOf(midnight, r.WeekStart)
		first, end = weekOne(year+units, r.WeekStart), weekOne(year+units+1, r.WeekStart)
	default:
		first = time.Date(start.Year()+units, 1, 1, 0, 0, 0, 0, time.UTC)
		end = first.AddDate(1, 0, 0)
	}
	if r.Freq < recurrence.Monthly {
		for d := first; d.Before(end); d = d.AddDate(0, 0, 1) {
			if limitsAllow(r, d) && (r.Freq != recurrence.Weekly || len(r.ByDay) > 0 || d.Weekday() == start.Weekday()) {
				days = append(days, d)
			}
		}
		return days, first
	}
	return expand(r, start, first, end), first
}

// candidate is a day, and the month that named it, which SKIP may have moved it out of.
type candidate struct {
	day  time.Time
	from time.Month
}

// expand makes the days of a MONTHLY or YEARLY period by generating, not testing.
func expand(r recurrence.Rule, start, first, end time.Time) []time.Time {
	months, monthDays, byDay := r.ByMonth, r.ByMonthDay, r.ByDay
	derive := len(monthDays)+len(byDay)+len(r.ByYearDay) == 0
	switch {
	case derive && len(r.ByWeekNo) > 0:
		byDay = []recurrence.WeekdayNum{{Day: recurrence.WeekdayOf(start.Weekday())}}
	case derive:
		monthDays = []int{start.Day()}
		if r.Freq == recurrence.Yearly && len(months) == 0 {
			months = []int{int(start.Month())}
		}
	}
	var list []candidate
	if len(monthDays) > 0 {
		m := time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, -1, 0)
		for ; m.Before(end.AddDate(0, 1, 0)); m = m.AddDate(0, 1, 0) {
			inPeriod := !m.Before(first) && m.Before(end) || len(r.ByWeekNo) > 0
			if !inPeriod || len(months) > 0 && !slices.Contains(months, int(m.Month())) {
				continue
			}
			for _, n := range monthDays {
				if day, ok := place(m, m.AddDate(0, 1, 0), n, r.Skip); ok {
					list = append(list, candidate{day, m.Month()})
				}
			}
		}
	} else {
		for d := first; d.Before(end); d = d.AddDate(0, 0, 1) {
			if len(months) == 0 || slices.Contains(months, int(d.Month())) {
				list = append(list, candidate{d, d.Month()})
			}
		}
		if len(r.ByYearDay) > 0 && len(months) == 0 { // days that SKIP moves out of the year
			list = append(list, candidate{first.AddDate(0, 0, -1), 12}, candidate{end, 1})
		}
	}
	var days []time.Time
	for _, c := range list {
		if yearDayAllows(r, c.day, first, end) && weekNoAllows(r, c.day, first, end) && weekdayAllows(r, byDay, c, first) {
			days = append(days, c.day)
		}
	}
	return days
}

// place finds day n of the stretch from begin to end, counted from its end if negative.
func place(begin, end time.Time, n int, skip recurrence.Skip) (time.Time, bool) {
	day := begin.AddDate(0, 0, n-1)
	if n < 0 {
		day = end.AddDate(0, 0, n)
	}
	if !day.Before(begin) && day.Before(end) {
		return day, true
	}
	switch {
	case skip == recurrence.Omit:
		return day, false
	case n > 0 && skip == recurrence.Forward:
		return end, true
	case n > 0:
		return end.AddDate(0, 0, -1), true
	case skip == recurrence.Forward:
		return begin, true
	default:
		return begin.AddDate(0, 0, -1), true
	}
}

func yearDayAllows(r recurrence.Rule, day, first, end time.Time) bool {
	if len(r.ByYearDay) == 0 {
		return true
	}
	for y := first.Year() - 1; y <= end.Year()+1; y++ {
		if len(r.ByWeekNo) == 0 && y != first.Year() {
			continue
		}
		jan1 := time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)
		for _, n := range r.ByYearDay {
			if at, ok := place(jan1, jan1.AddDate(1, 0, 0), n, r.Skip); ok && at.Equal(day) {
				return true
			}
		}
	}
	return false
}

func weekNoAllows(r recurrence.Rule, day, first, end time.Time) bool {
	if len(r.ByWeekNo) == 0 {
		return true
	}
	if day.Before(first) || !day.Before(end) {
		return false
	}
	weeks := int(end.Sub(first).Hours()) / 168
	_, week := weekOf(day, r.WeekStart)
	return slices.Contains(r.ByWeekNo, week) || slices.Contains(r.ByWeekNo, week-weeks-1)
}

func weekdayAllows(r recurrence.Rule, byDay []recurrence.WeekdayNum, c candidate, first time.Time) bool {
	if len(byDay) == 0 {
		return true
	}
	monthly := r.Freq == recurrence.Monthly || len(r.ByMonth) > 0
	for _, d := range byDay {
		if d.Day.Time() != c.day.Weekday() {
			continue
		}
		if d.N == 0 {
			return true
		}
		same := func(o time.Time) bool {
			if monthly {
				return o.Month() == c.from && o.Year() == c.day.Year()
			}
			return o.Year() == first.Year()
		}
		if !same(c.day) {
			continue
		}
		before, after := 0, 0
		for o := c.day; same(o); o = o.AddDate(0, 0, -7) {
			before++
		}
		for o := c.day; same(o); o = o.AddDate(0, 0, 7) {
			after++
		}
		if d.N == before || d.N == -after {
			return true
		}
	}
	return false
}

// limitsAllow tests the parts that only limit, for DAILY and shorter.
func limitsAllow(r recurrence.Rule, d time.Time) bool {
	length := time.Date(d.Year(), d.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	yearLength := time.Date(d.Year(), 12, 31, 0, 0, 0, 0, time.UTC).YearDay()
	either := func(list []int, n, fromEnd int) bool {
		return len(list) == 0 || slices.Contains(list, n) || slices.Contains(list, fromEnd)
	}
	plain := len(r.ByDay) == 0 || slices.Contains(r.ByDay, recurrence.WeekdayNum{Day: recurrence.WeekdayOf(d.Weekday())})
	return plain && either(r.ByMonth, int(d.Month()), 99) &&
		either(r.ByMonthDay, d.Day(), d.Day()-length-1) &&
		either(r.ByYearDay, d.YearDay(), d.YearDay()-yearLength-1)
}

// weekOne searches for the first week with four days in the year.
func weekOne(year int, wkst recurrence.Weekday) time.Time {
	d := time.Date(year-1, 12, 29, 0, 0, 0, 0, time.UTC)
	for d.Weekday() != wkst.Time() {
		d = d.AddDate(0, 0, 1)
	}
	return d
}

func weekOf(d time.Time, wkst recurrence.Weekday) (year, week int) {
	for year = d.Year() + 1; d.Before(weekOne(year, wkst)); year-- {
	}
	return year, int(d.Sub(weekOne(year, wkst)).Hours())/168 + 1
}

// oracleElapsed looks at every real second.
func oracleElapsed(s recurrence.Set, to time.Time) []oracleOccurrence {
	r := *s.Rule
	unit := map[recurrence.Freq]int64{recurrence.Hourly: 3600, recurrence.Minutely: 60, recurrence.Secondly: 1}[r.Freq]
	begin := oracleInstant(wall(s.Start), s.Zone)
	shown := begin + offsetAt(begin, s.Zone)
	base := begin - ((shown%unit)+unit)%unit
	stride := unit * int64(max(r.Interval, 1))
	startMinute, startSecond := s.Start.Minute, s.Start.Second
	has := func(list []int, n, derived int, derive bool) bool {
		if len(list) == 0 {
			return !derive || n == derived
		}
		return slices.Contains(list, n) || n == 59 && slices.Contains(list, 60)
	}
	windows := map[int64][]time.Time{}
	var order []int64
	for u := base; u < to.Unix()+unit; u++ { // all of the last window, for BYSETPOS counts from its end too
		if (u-base)%stride >= unit {
			u += stride - (u-base)%stride - 1
			continue
		}
		w := time.Unix(u+offsetAt(u, s.Zone), 0).UTC()
		if has(r.BySecond, w.Second(), startSecond, r.Freq > recurrence.Secondly) && has(r.ByMinute, w.Minute(), startMinute, r.Freq > recurrence.Minutely) &&
			has(r.ByHour, w.Hour(), 0, false) && limitsAllow(r, w) {
			k := (u - base) / stride
			if len(windows[k]) == 0 {
				order = append(order, k)
			}
			windows[k] = append(windows[k], time.Unix(u, 0).UTC())
		}
	}
	var out []oracleOccurrence
	for _, k := range order {
		picked := positions(r, windows[k])
		slices.SortFunc(picked, time.Time.Compare)
		for _, at := range slices.Compact(picked) {
			u := at.Unix()
			if u < begin || r.Count > 0 && len(out) == r.Count {
				continue
			}
			slot := slotOf(time.Unix(u+offsetAt(u, s.Zone), 0).UTC(), false)
			slot.Fold = oracleInstant(wall(slot), s.Zone) != u
			if r.Until.IsZero() || u <= untilInstant(r.Until, s.Zone) {
				out = append(out, oracleOccurrence{slot, u})
			}
		}
	}
	return out
}

func untilInstant(until recurrence.Until, zone *time.Location) int64 {
	w := wall(until.Slot)
	if until.Slot.AllDay {
		w = w.Add(86399 * time.Second)
	}
	if until.UTC {
		return w.Unix()
	}
	return oracleInstant(w, zone)
}

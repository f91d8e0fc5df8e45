package recurrence

import "time"

// NextFromCompletion is the next occurrence of a series that counts from completion
// ("every! three days"): the Set with its start moved to the local date of the
// completion, its time of day kept, and the first occurrence of it on a later date.
// For FREQ=HOURLY and shorter the start moves to the completion itself, to the
// minute, and the next occurrence is the first after that.
//
// done is how many occurrences are completed, this one included; COUNT ends the series at
// that many. UNTIL, EXDATE and pauses hold as always; RDATE does not count. Where the
// rule takes its day from the start, and the start's new day is missing from a month,
// the last day of that month is taken unless the rule says SKIP=FORWARD: nobody asked
// for the 31st.
func (s Set) NextFromCompletion(completed time.Time, done int) (Occurrence, bool, error) {
	if s.Rule == nil {
		return Occurrence{}, false, s.check()
	}
	if err := s.check(); err != nil {
		return Occurrence{}, false, err
	}
	rule := *s.Rule
	if rule.Count > 0 && done >= rule.Count {
		return Occurrence{}, false, nil
	}
	rule.Count = 0
	if rule.Skip == Omit && len(rule.ByMonthDay)+len(rule.ByYearDay)+len(rule.ByDay)+len(rule.ByWeekNo) == 0 {
		rule.Skip = Backward
	}
	zone := s.Zone
	if zone == nil {
		zone = time.UTC
	}
	at := SlotAt(completed, zone)
	start := s.Start
	start.Year, start.Month, start.Day = at.Year, at.Month, at.Day
	if rule.Freq < Daily {
		start = at
		start.Second = 0
	}
	if err := start.Check(); err != nil {
		return Occurrence{}, false, err
	}
	anchored := Set{Start: start, Zone: zone, Rule: &rule, ExDates: s.ExDates, Pauses: s.Pauses}
	schedule, err := anchored.Compile()
	if err != nil {
		return Occurrence{}, false, err
	}
	if rule.Freq < Daily {
		return schedule.Next(start)
	}
	it := schedule.Iterate()
	it.civil.seek((dayNumber(start.Year, int(start.Month), start.Day) + 1) * secondsPerDay)
	o, ok := it.Next()
	return o, ok, it.err
}

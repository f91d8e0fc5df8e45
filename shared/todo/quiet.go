package todo

import "time"

// Quiet reports whether an instant lies in the person's quiet hours, and when those end.
// They begin at QuietFrom and end before QuietUntil, of the same or the next day, by the
// person's clock: over a clock change they are as long as that clock makes them.
func (p Preferences) Quiet(calendar Calendar, now time.Time) (until time.Time, quiet bool, err error) {
	if p.QuietFrom == "" || p.QuietUntil == "" {
		return time.Time{}, false, nil
	}
	zone, err := time.LoadLocation(p.Zone())
	if err != nil {
		return time.Time{}, false, Errorf(CodeInternal, "a stored zone does not exist: %w", err)
	}
	local := now.In(zone)
	for _, offset := range []int{-1, 0} { // what began yesterday may not be over
		first := day(local, offset)
		last := first
		if p.QuietUntil < p.QuietFrom {
			last = day(local, offset+1)
		}
		begin, err := calendar.At(first+"T"+p.QuietFrom+":00", p.Zone())
		if err != nil {
			return time.Time{}, false, err
		}
		end, err := calendar.At(last+"T"+p.QuietUntil+":00", p.Zone())
		if err != nil {
			return time.Time{}, false, err
		}
		if !now.Before(begin) && now.Before(end) {
			return end, true, nil
		}
	}
	return time.Time{}, false, nil
}

// day is the local date some days from an instant. Noon is on every date everywhere.
func day(local time.Time, offset int) string {
	return time.Date(local.Year(), local.Month(), local.Day()+offset, 12, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

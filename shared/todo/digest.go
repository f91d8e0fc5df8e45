package todo

import "time"

// NextDigest gives when the first digest after an instant is due; nil: there is none.
func (p Preferences) NextDigest(calendar Calendar, after time.Time) (*time.Time, error) {
	if p.DigestAt == "" {
		return nil, nil
	}
	zone, err := time.LoadLocation(p.Zone())
	if err != nil {
		return nil, Errorf(CodeInternal, "a stored zone does not exist: %w", err)
	}
	for offset := range 3 {
		at, err := calendar.At(day(after.In(zone), offset)+"T"+p.DigestAt+":00", p.Zone())
		if err != nil {
			return nil, err
		}
		if at.After(after) {
			return &at, nil
		}
	}
	return nil, Errorf(CodeInternal, "no digest within three days")
}

// DigestDay gives the local date whose digest is due at an instant. A digest may be late,
// but not after its day: then there is none before the next is due.
func (p Preferences) DigestDay(calendar Calendar, now time.Time) (date string, due bool, err error) {
	if p.DigestAt == "" {
		return "", false, nil
	}
	zone, err := time.LoadLocation(p.Zone())
	if err != nil {
		return "", false, Errorf(CodeInternal, "a stored zone does not exist: %w", err)
	}
	date = day(now.In(zone), 0)
	at, err := calendar.At(date+"T"+p.DigestAt+":00", p.Zone())
	return date, !now.Before(at), err
}

// Digest is what a person is told once a day.
type Digest struct {
	Overdue []Task
	Today   []Task
}

// Empty reports whether there is nothing to say.
func (d Digest) Empty() bool { return len(d.Overdue)+len(d.Today) == 0 }

// DigestOf sorts what is due until the end of the person's day.
func DigestOf(tasks []Details, p Preferences, now time.Time) (Digest, error) {
	zone, err := time.LoadLocation(p.Zone())
	if err != nil {
		return Digest{}, Errorf(CodeInternal, "a stored zone does not exist: %w", err)
	}
	var d Digest
	today := day(now.In(zone), 0)
	for _, t := range tasks {
		switch {
		case t.Due == nil || t.Status != StatusOpen || t.Trashed():
		case t.Due.AllDay() && t.Due.Date() < today, !t.Due.AllDay() && t.Due.At.Before(now):
			d.Overdue = append(d.Overdue, t.Task)
		default:
			d.Today = append(d.Today, t.Task)
		}
	}
	return d, nil
}

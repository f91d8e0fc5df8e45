package quickadd

import (
	"fmt"
	"strings"
	"time"

	"function/shared/language"
	"function/shared/language/civil"
	"function/shared/occurrence"
	"function/shared/todo"
)

// Due turns a phrase into a due. Of an interval it takes the start, or its last day
// where it has begun already ("this week") or is something to be done before the end
// of ("until Friday"); "before Friday" is Thursday, "after Friday" is Saturday.
func (r Reader) Due(w language.When) *todo.NewDue {
	at := w.Start
	if w.HasTime {
		return r.timed(at, w.Zone)
	}
	today := civil.Of(r.now).Midnight()
	if w.End != nil {
		last := w.End.AddDays(-1).Midnight()
		if w.Relation == language.Until || at.Midnight().Days() < today.Days() && last.Days() >= today.Days() {
			at = last
		}
	}
	switch w.Relation {
	case language.Before:
		if at.Days() > today.Days() {
			at = at.AddDays(-1)
		}
	case language.After:
		at = at.AddDays(1)
		if w.End != nil {
			at = *w.End
		}
	}
	return &todo.NewDue{Date: dateOf(at), Zone: r.namedZone(w.Zone)}
}

// timed makes a due with a time. A bare offset ("17:00 +05:30") is no zone that a
// due could keep over a change of the clocks, so it becomes the person's wall time.
func (r Reader) timed(at civil.DateTime, zone string) *todo.NewDue {
	if offset, ok := parseOffset(zone); ok {
		at = civil.Of(at.In(time.FixedZone("", offset)).In(r.now.Location()))
		zone = ""
	}
	return &todo.NewDue{Date: dateOf(at), Time: clockOf(at), Zone: r.namedZone(zone)}
}

// namedZone is the zone that a due is kept in: one named in the text, if there is
// such a zone, else the person's.
func (r Reader) namedZone(name string) string {
	if _, err := occurrence.Zone(name); err != nil {
		return r.zone
	}
	return name
}

// Instant is the moment a phrase names; with no time of day, the start of the
// working day (todo.DayStart) or, where that is past, an hour from now.
func (r Reader) Instant(w language.When) (time.Time, error) {
	due := r.Due(w)
	if due.Time != "" {
		return occurrence.Calendar{}.At(due.Date+"T"+seconds(due.Time), due.Zone)
	}
	at, err := occurrence.Calendar{}.At(due.Date+"T"+seconds(todo.DayStart), due.Zone)
	if err == nil && !at.After(r.now) && due.Date == dateOf(civil.Of(r.now)) {
		at = r.now.Add(time.Hour).UTC().Truncate(time.Minute)
	}
	return at, err
}

func dateOf(d civil.DateTime) string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

func clockOf(d civil.DateTime) string {
	if d.Second != 0 {
		return fmt.Sprintf("%02d:%02d:%02d", d.Hour, d.Minute, d.Second)
	}
	return fmt.Sprintf("%02d:%02d", d.Hour, d.Minute)
}

func seconds(clock string) string {
	if len(clock) == len("15:04") {
		return clock + ":00"
	}
	return clock
}

// parseOffset reads ±hh:mm, in seconds east of UTC.
func parseOffset(text string) (int, bool) {
	if !strings.HasPrefix(text, "+") && !strings.HasPrefix(text, "-") {
		return 0, false
	}
	t, err := time.Parse("-07:00", text)
	if err != nil {
		return 0, false
	}
	_, offset := t.Zone()
	return offset, true
}

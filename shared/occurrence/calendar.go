// Package occurrence tells where the occurrences of a series lie: it joins the
// domain's Series with the rules of shared/recurrence.
package occurrence

import (
	"errors"
	"sync"
	"time"

	"function/shared/recurrence"
	"function/shared/todo"
)

// Calendar implements todo.Calendar with the IANA database of the process.
type Calendar struct{}

var zones sync.Map // name → *time.Location; there are some 600

// Zone gives an IANA zone. "Local" and the empty name are none: they mean another
// thing on every machine.
func Zone(name string) (*time.Location, error) {
	if known, ok := zones.Load(name); ok {
		return known.(*time.Location), nil
	}
	if name == "" || name == "Local" {
		return nil, todo.Invalid("/zone", "%q is no IANA time zone", name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, todo.Invalid("/zone", "%q is no IANA time zone", name)
	}
	zones.Store(name, zone)
	return zone, nil
}

// At implements todo.Calendar.
func (Calendar) At(local, zone string) (time.Time, error) {
	location, err := Zone(zone)
	if err != nil {
		return time.Time{}, err
	}
	slot, err := recurrence.ParseSlot(local)
	if err != nil {
		return time.Time{}, todo.Invalid("/date", "%q is no date or time that exists", local)
	}
	schedule, err := recurrence.Set{Start: slot, Zone: location}.Compile()
	if err != nil {
		return time.Time{}, todo.Invalid("/date", "%q is no date or time that exists", local)
	}
	return schedule.Instant(slot).UTC(), nil
}

// Check implements todo.Calendar.
func (Calendar) Check(s todo.Series) error {
	set, err := setOf(s)
	if err == nil {
		err = set.Validate()
	}
	return refused(err)
}

// First implements todo.Calendar.
func (Calendar) First(s todo.Series) (string, bool, error) {
	set, err := setOf(s)
	if err != nil {
		return "", false, refused(err)
	}
	schedule, err := set.Compile()
	if err != nil {
		return "", false, refused(err)
	}
	return found(schedule.First())
}

// After implements todo.Calendar.
func (Calendar) After(s todo.Series, instant time.Time) (string, bool, error) {
	set, err := setOf(s)
	if err != nil {
		return "", false, refused(err)
	}
	return found(set.After(instant, false))
}

// Between implements todo.Calendar.
func (c Calendar) Between(s todo.Series, from, until time.Time, most int) ([]todo.Slot, error) {
	if s.FromCompletion {
		return c.firstBetween(s, from, until)
	}
	set, err := setOf(s)
	if err != nil {
		return nil, refused(err)
	}
	list, err := set.Between(from, until, most)
	if err != nil {
		return nil, refused(err)
	}
	slots := make([]todo.Slot, 0, len(list))
	for _, o := range list {
		slots = append(slots, todo.Slot{Local: o.Slot.String(), At: o.Time.UTC()})
	}
	return slots, nil
}

func (c Calendar) firstBetween(s todo.Series, from, until time.Time) ([]todo.Slot, error) {
	local, ok, err := c.First(s)
	if err != nil || !ok {
		return nil, err
	}
	at, err := c.At(local, s.Zone)
	if err != nil || at.Before(from) || !at.Before(until) {
		return nil, err
	}
	return []todo.Slot{{Local: local, At: at}}, nil
}

// Next implements todo.Calendar.
func (Calendar) Next(s todo.Series, slot string, completed time.Time, done int) (string, bool, error) {
	set, err := setOf(s)
	if err != nil {
		return "", false, refused(err)
	}
	if s.FromCompletion {
		return found(set.NextFromCompletion(completed, done))
	}
	at, err := recurrence.ParseSlot(slot)
	if err != nil {
		return "", false, refused(err)
	}
	schedule, err := set.Compile()
	if err != nil {
		return "", false, refused(err)
	}
	after := schedule.Instant(at)
	if s.CatchUp != todo.CatchUpEach && completed.After(after) {
		after = completed
	}
	return found(schedule.After(after, false))
}

func found(o recurrence.Occurrence, ok bool, err error) (string, bool, error) {
	if err != nil || !ok {
		return "", false, refused(err)
	}
	return o.Slot.String(), true, nil
}

// setOf reads a series as the rule engine wants it.
func setOf(s todo.Series) (recurrence.Set, error) {
	zone, err := Zone(s.Zone)
	if err != nil {
		return recurrence.Set{}, err
	}
	start, err := recurrence.ParseSlot(s.Start)
	if err != nil {
		return recurrence.Set{}, err
	}
	rule, err := recurrence.Parse(s.Rule)
	if err != nil {
		return recurrence.Set{}, err
	}
	if s.EndOfMonth == todo.EndOfMonthClamp && rule.Skip == recurrence.Omit && (rule.Freq == recurrence.Monthly || rule.Freq == recurrence.Yearly) {
		rule.Skip = recurrence.Backward
	}
	set := recurrence.Set{Start: start, Zone: zone, Rule: &rule}
	if set.ExDates, err = slots(s.ExDates); err != nil {
		return set, err
	}
	if set.RDates, err = slots(s.RDates); err != nil {
		return set, err
	}
	for _, pause := range s.Pauses {
		ends, err := slots([]string{pause.From, pause.Until})
		if err != nil {
			return set, err
		}
		set.Pauses = append(set.Pauses, recurrence.Pause{From: ends[0], Until: ends[1]})
	}
	return set, nil
}

func slots(texts []string) ([]recurrence.Slot, error) {
	var out []recurrence.Slot
	for _, text := range texts {
		slot, err := recurrence.ParseSlot(text)
		if err != nil {
			return nil, err
		}
		out = append(out, slot)
	}
	return out, nil
}

// refused turns the rule engine's errors into the domain's.
func refused(err error) error {
	var known *todo.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	return &todo.Error{Code: todo.CodeInvalid, Message: err.Error(), Cause: err}
}

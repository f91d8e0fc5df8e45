package occurrence

import (
	"time"

	"function/shared/recurrence"
	"function/shared/todo"
)

// Gives implements todo.Calendar.
func (Calendar) Gives(s todo.Series, slot string) (bool, error) {
	at, err := recurrence.ParseSlot(slot)
	if err != nil {
		return false, refused(err)
	}
	schedule, err := bare(s)
	if err != nil {
		return false, err
	}
	o, ok, err := schedule.After(schedule.Instant(at), true)
	return ok && o.Slot == at, refused(err)
}

// bare is what the rule gives, with nothing left out or added.
func bare(s todo.Series) (*recurrence.Schedule, error) {
	s.ExDates, s.RDates, s.Pauses = nil, nil, nil
	set, err := setOf(s)
	if err != nil {
		return nil, refused(err)
	}
	schedule, err := set.Compile()
	return schedule, refused(err)
}

// Split implements todo.Calendar.
func (c Calendar) Split(s todo.Series, slot string, done int) (before, after todo.Series, err error) {
	at, err := recurrence.ParseSlot(slot)
	if err != nil {
		return before, after, refused(err)
	}
	rule, err := recurrence.Parse(s.Rule)
	if err != nil {
		return before, after, refused(err)
	}
	before, after = s, s
	before.ExDates, after.ExDates, err = splitDates(s.ExDates, at)
	if err != nil {
		return before, after, err
	}
	before.RDates, after.RDates, err = splitDates(s.RDates, at)
	if err != nil {
		return before, after, err
	}
	before.Pauses, after.Pauses = splitPauses(s.Pauses, at)
	if s.FromCompletion {
		after.Start = slot
		before.Rule, after.Rule = countTo(rule, s.Rule, done), countFrom(rule, s.Rule, done)
		return before, after, nil
	}
	return before, after, c.splitRule(&before, &after, rule, at)
}

// splitRule cuts the rule in two at the first of its slots that is not ahead of at.
func (c Calendar) splitRule(before, after *todo.Series, rule recurrence.Rule, at recurrence.Slot) error {
	schedule, err := bare(*after)
	if err != nil {
		return err
	}
	instant := schedule.Instant(at)
	first, ok, err := schedule.After(instant, true)
	if err != nil {
		return refused(err)
	}
	text := before.Rule
	if ok { // otherwise only what was added lies behind: the rule gives nothing any more
		start, err := recurrence.ParseSlot(after.Start)
		if err != nil {
			return refused(err)
		}
		ahead := 0
		if rule.Count > 0 {
			for it := schedule.Iterate(); ; ahead++ {
				if o, more := it.Next(); !more || !o.Time.Before(first.Time) {
					break
				}
			}
		}
		pinned := pin(rule, start, first.Slot)
		if pinned.String() != rule.String() {
			after.Rule = pinned.String()
		}
		after.Rule = countFrom(pinned, after.Rule, ahead)
		after.Start = first.Slot.String()
		if rule.Count > 0 {
			before.Rule = countTo(rule, text, ahead)
			return nil
		}
	}
	opening, more, err := schedule.First()
	if err == nil && more && opening.Time.Before(instant) && rule.Count == 0 {
		rule.Until = recurrence.Until{Slot: recurrence.SlotAt(instant.Add(-time.Second), time.UTC), UTC: true}
		if at.AllDay {
			rule.Until = recurrence.Until{Slot: dayAfter(at, -1)}
		}
		before.Rule = rule.String()
	}
	return refused(err)
}

// pin writes out the day that a rule takes from its start, where the start is to be
// another day: the 28 February of a series of the 31st goes on with 31 March.
func pin(rule recurrence.Rule, start, to recurrence.Slot) recurrence.Rule {
	if rule.Freq < recurrence.Monthly || start.Day == to.Day || len(rule.ByDay)+len(rule.ByMonthDay)+len(rule.ByYearDay)+len(rule.ByWeekNo) > 0 {
		return rule
	}
	rule.ByMonthDay = []int{start.Day}
	if rule.Freq == recurrence.Yearly && len(rule.ByMonth) == 0 {
		rule.ByMonth = []int{int(start.Month)}
	}
	return rule
}

// countTo and countFrom are the rule with as much of its COUNT as lies ahead of a slot,
// and with the rest. Without COUNT it stays the text it was.
func countTo(rule recurrence.Rule, text string, ahead int) string {
	if rule.Count == 0 || ahead == 0 {
		return text
	}
	rule.Count = min(rule.Count, ahead)
	return rule.String()
}

func countFrom(rule recurrence.Rule, text string, ahead int) string {
	if rule.Count == 0 || ahead == 0 {
		return text
	}
	rule.Count = max(rule.Count-ahead, 1)
	return rule.String()
}

// splitDates divides slots into those ahead of one and the others. A date is of the
// part that its day is in.
func splitDates(texts []string, at recurrence.Slot) (before, after []string, err error) {
	list, err := slots(texts)
	if err != nil {
		return nil, nil, refused(err)
	}
	for i, slot := range list {
		edge := at
		if slot.AllDay {
			edge = at.Date()
		}
		if slot.Compare(edge) < 0 {
			before = append(before, texts[i])
		} else {
			after = append(after, texts[i])
		}
	}
	return before, after, nil
}

func splitPauses(list []todo.Pause, at recurrence.Slot) (before, after []todo.Pause) {
	day := at.Date().String()
	for _, p := range list {
		if p.From < day {
			before = append(before, p)
		}
		if p.Until > day {
			after = append(after, p)
		}
	}
	return before, after
}

// dayAfter is so many days after a date.
func dayAfter(s recurrence.Slot, days int) recurrence.Slot {
	moved := time.Date(s.Year, s.Month, s.Day+days, 0, 0, 0, 0, time.UTC)
	s.Year, s.Month, s.Day = moved.Year(), moved.Month(), moved.Day()
	return s
}

package words

import (
	"fmt"
	"strings"

	"function/shared/recurrence"
)

// clausebook is what a language calls the parts of a rule that is said clause by clause.
// Names end with the colon after them.
type clausebook struct {
	mark string // begins the phrase: "by the rule:"

	months, weeks, yearDays, monthDays, weekdays, hours, minutes, seconds string
	positions, weekStart, missing, times, until, counted                  string

	through string // between the ends of a run, spaces included: " to "
	end     string // after a number counted from the end: " from the end"
	number  string // between a weekday and its number: " no. "
	forward string // the next day
	back    string // the day before
	done    string // completion
}

// clause is a name and its values.
type clause struct {
	name   string
	values []string
}

// byClauses says a rule part by part, each under its name: "by the rule: every year;
// months: March; weekdays: Friday no. 2; hours: 9, 17". Rules that no everyday phrase
// fits are said so. ReadClauses reads it back to an equal rule, in every language.
func (s *sentence) byClauses(r recurrence.Rule) string {
	b := s.book
	c := &b.clauses
	if r.Freq >= recurrence.Daily && s.hour >= 0 {
		if len(r.ByHour) == 0 {
			r.ByHour = []int{s.hour}
		}
		if len(r.ByMinute) == 0 {
			r.ByMinute = []int{s.minute}
		}
	}
	var months, days []string
	for _, m := range r.ByMonth {
		months = append(months, b.months[m-1])
	}
	for _, d := range r.ByDay {
		name := b.weekdays[d.Day]
		if d.N != 0 {
			name += c.number + c.signed(d.N)
		}
		days = append(days, name)
	}
	list := []clause{
		{c.months, months}, {c.weeks, c.runs(r.ByWeekNo)}, {c.yearDays, c.runs(r.ByYearDay)}, {c.monthDays, c.runs(r.ByMonthDay)},
		{c.weekdays, days}, {c.hours, c.runs(r.ByHour)}, {c.minutes, c.runs(r.ByMinute)}, {c.seconds, c.runs(r.BySecond)},
		{c.positions, c.runs(r.BySetPos)},
	}
	one := func(name, value string) { list = append(list, clause{name, []string{value}}) }
	if r.WeekStart != recurrence.Monday || s.weekStartMatters(r) {
		one(c.weekStart, b.weekdays[r.WeekStart])
	}
	switch r.Skip {
	case recurrence.Forward:
		one(c.missing, c.forward)
	case recurrence.Backward:
		one(c.missing, c.back)
	}
	if s.options.FromCompletion {
		one(c.counted, c.done)
	}
	if r.Count > 0 {
		one(c.times, itoa(r.Count))
	}
	if !r.Until.IsZero() {
		one(c.until, s.plainUntil(r.Until))
	}
	text := c.mark + " " + b.everyPlain(r.Freq, r.Interval)
	for _, l := range list {
		if len(l.values) > 0 {
			text += "; " + l.name + " " + strings.Join(l.values, ", ")
		}
	}
	return text
}

func (b *phrasebook) everyPlain(f recurrence.Freq, n int) string {
	if n == 1 {
		return b.every[f]
	}
	return fill(b.everyN[f], "n", itoa(n))
}

// signed says a number, or how far it is from the end.
func (c *clausebook) signed(n int) string {
	if n < 0 {
		return itoa(-n) + c.end
	}
	return itoa(n)
}

// runs says sorted numbers; three or more that follow each other by their ends.
func (c *clausebook) runs(list []int) []string {
	var out []string
	for i := 0; i < len(list); {
		j := i
		for j+1 < len(list) && list[i] >= 0 && list[j+1] == list[j]+1 {
			j++
		}
		if j-i >= 2 {
			out = append(out, itoa(list[i])+c.through+itoa(list[j]))
			i = j + 1
			continue
		}
		out = append(out, c.signed(list[i]))
		i++
	}
	return out
}

// plainUntil says UNTIL as "2030-05-06", "2030-05-06 17:00:00" or that with " UTC".
func (s *sentence) plainUntil(u recurrence.Until) string {
	slot, zone := s.untilSlot(u)
	text := fmt.Sprintf("%04d-%02d-%02d", slot.Year, int(slot.Month), slot.Day)
	if !slot.AllDay {
		text += fmt.Sprintf(" %02d:%02d:%02d%s", slot.Hour, slot.Minute, slot.Second, zone)
	}
	return text
}

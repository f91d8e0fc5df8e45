package quickadd

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"function/shared/todo"
)

// inEnglish reads the same person's English: days, weeks and the order of dates stay
// theirs.
func (r Reader) inEnglish() Reader {
	c := r.Context()
	r.prefs.DateOrder = todo.MonthFirst
	if c.DayFirst {
		r.prefs.DateOrder = todo.DayFirst
	}
	if r.prefs.Language = "en"; c.Region != "" {
		r.prefs.Language += "-" + c.Region
	}
	return r
}

// English says a date or an interval in English words that mean the same whenever they
// are read; where none are found it stays as it is.
func (r Reader) English(phrase string) string {
	from, until, ok := r.dates(phrase)
	if !ok { // then it is English already, or nothing
		return phrase
	}
	if !strings.ContainsAny(phrase, "/.") && r.means(phrase, phrase) {
		return phrase
	}
	for _, english := range r.candidates(from, until) {
		if r.means(phrase, english) {
			return english
		}
	}
	return phrase
}

// means reports whether English words say what a phrase does, on days of every kind, and
// to the person as well.
func (r Reader) means(phrase, english string) bool {
	for n := range 30 { // over a year, on all days of the week
		at := r
		at.now = r.now.AddDate(0, 0, 13*n)
		from, until, ok := at.dates(phrase)
		enFrom, enUntil, enOK := at.inEnglish().dates(english)
		ownFrom, ownUntil, _ := at.Dates(english)
		if ok != enOK || !from.Equal(enFrom) || !until.Equal(enUntil) || !from.Equal(ownFrom) || !until.Equal(ownUntil) {
			return false
		}
	}
	return true
}

var (
	stretches = []string{
		"today", "tomorrow", "yesterday", "day after tomorrow", "day before yesterday", "weekend", "end of week", "end of month", "end of year",
		"christmas", "christmas eve", "easter", "new year", "new year's eve",
	}
	units     = []string{"week", "weekend", "month", "quarter", "year"}
	relations = []string{"before ", "by ", "until ", "after ", "from ", "since "}
)

// candidates are English words that may name a stretch of time.
func (r Reader) candidates(from, until time.Time) []string {
	list := slices.Clone(stretches)
	for _, which := range []string{"this ", "next ", "last "} {
		for _, unit := range units {
			list = append(list, which+unit)
		}
	}
	open := from.IsZero() || until.IsZero()
	for _, at := range []time.Time{from, until, until.AddDate(0, 0, -1)} {
		if at.Year() > 1 {
			list = append(list, r.named(at.In(r.now.Location()))...)
		}
		if !open {
			break
		}
	}
	if open {
		for _, stretch := range slices.Clone(list) {
			for _, relation := range relations {
				list = append(list, relation+stretch)
			}
		}
	}
	return list
}

// named says a day by its name, its date and its distance, then what begins with it.
func (r Reader) named(at time.Time) []string {
	month := strings.ToLower(at.Month().String())
	weekday := strings.ToLower(at.Weekday().String())
	list := []string{weekday, "next " + weekday, "last " + weekday}
	year, m, d := r.now.Date()
	today := time.Date(year, m, d, 0, 0, 0, 0, time.UTC)
	year, m, d = at.Date()
	days := int(time.Date(year, m, d, 0, 0, 0, 0, time.UTC).Sub(today) / (24 * time.Hour))
	for unit, n := range map[string]int{"days": days, "weeks": days / 7, "months": int(m) - int(today.Month()) + 12*(year-today.Year())} {
		if n > 0 {
			list = append(list, fmt.Sprintf("in %d %s", n, unit))
		} else {
			list = append(list, fmt.Sprintf("%d %s ago", -n, unit))
		}
	}
	list = append(list,
		fmt.Sprintf("%s %d", month, d), at.Format(time.DateOnly), fmt.Sprintf("%s %d %d", month, d, year),
		month, "next "+month, "last "+month, fmt.Sprintf("%s %d", month, year), fmt.Sprint(year))
	if hour, minute, _ := at.Clock(); hour+minute > 0 {
		for _, day := range slices.Concat([]string{"today", "tomorrow"}, list) {
			list = append(list, fmt.Sprintf("%s at %02d:%02d", day, hour, minute))
		}
	}
	return list
}

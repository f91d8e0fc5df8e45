// Package quickadd turns text into tasks that the domain can create: it joins the
// words that shared/language understood with the person's zone and the calendar.
// The list's quick add and the chat both stand on it, so the same words mean the
// same in both.
package quickadd

import (
	"cmp"
	"errors"
	"strings"
	"time"

	"function/shared/language"
	"function/shared/occurrence"
	"function/shared/todo"
)

// Parse reads one or several tasks from a text. now is the present instant. The
// error is a todo.Error with CodeInvalid that points at /text.
func Parse(text string, prefs todo.Preferences, now time.Time) ([]todo.NewTask, error) {
	reader := For(prefs, now)
	drafts, err := language.Drafts(text, reader.Context())
	if err != nil {
		return nil, refused(err)
	}
	var tasks []todo.NewTask
	for _, d := range drafts {
		made, _, err := reader.Tasks(d)
		if err != nil {
			return nil, err
		}
		tasks = append(tasks, made...)
	}
	return tasks, nil
}

func refused(err error) error {
	switch {
	case errors.Is(err, language.ErrTooLong):
		return todo.Invalid("/text", "at most %d bytes", language.MaxInput)
	case errors.Is(err, language.ErrEmpty):
		return todo.Invalid("/text", "there is nothing in it")
	}
	return err
}

// Reader reads the values of package language for one person at one moment.
type Reader struct {
	prefs todo.Preferences
	zone  string
	now   time.Time // in the person's zone
}

// For makes a Reader. A zone that does not exist reads as UTC.
func For(prefs todo.Preferences, now time.Time) Reader {
	r := Reader{prefs: prefs, zone: prefs.Zone()}
	location, err := occurrence.Zone(r.zone)
	if err != nil {
		r.zone, location = "UTC", time.UTC
	}
	r.now = now.In(location)
	return r
}

// Now is the moment in the person's zone.
func (r Reader) Now() time.Time { return r.now }

// Context is what the person's words are read against.
func (r Reader) Context() language.Context {
	base, region, _ := strings.Cut(cmp.Or(r.prefs.Language, "en"), "-") // unsaid says as little as a browser's English
	if i := strings.LastIndexByte(region, '-'); i >= 0 {
		region = region[i+1:] // the script stands before the region: zh-Hant-TW
	}
	if len(region) != 2 {
		region = ""
	}
	first := dayFirst(strings.ToLower(base), strings.ToUpper(region), r.zone)
	if r.prefs.DateOrder != "" {
		first = r.prefs.DateOrder == todo.DayFirst
	}
	parts := r.prefs.Parts
	return language.Context{
		Now: r.now, Language: r.prefs.Language, WeekStart: r.prefs.FirstWeekday(), DayFirst: first, Region: strings.ToUpper(region),
		Times: language.DayTimes{
			Morning: todo.Hour(parts.Morning), Afternoon: todo.Hour(parts.Afternoon), Evening: todo.Hour(parts.Evening), Night: todo.Hour(parts.Night),
		},
	}
}

// dayFirst tells whether 3/4 is the third of April. The region of the language that the
// person has set decides; English without a region follows the zone, which says more
// than a browser's language: many people outside of the United States have theirs in
// American English.
func dayFirst(base, region, zone string) bool {
	switch region {
	case "US", "PH", "FM", "PW", "MH":
		return false
	case "":
		american := strings.HasPrefix(zone, "America/") || strings.HasPrefix(zone, "US/") || zone == "Pacific/Honolulu" || zone == "Asia/Manila"
		return base != "en" || !american && zone != "UTC"
	}
	return true
}

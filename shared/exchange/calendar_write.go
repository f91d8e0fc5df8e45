package exchange

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"function/shared/todo"
)

// calendarWriter writes iCalendar (RFC 5545; RFC 7529 for the end of months, RFC 9253 for
// what a task waits for).
type calendarWriter struct {
	w     io.Writer
	o     Options
	zones map[string]bool // written already
	err   error
}

const (
	utcForm   = "20060102T150405Z"
	localForm = "20060102T150405"
	dateForm  = "20060102"
)

// line writes one content line, folded at 75 bytes.
func (c *calendarWriter) line(name, value string) {
	if c.err != nil {
		return
	}
	text := name + ":" + value
	var out strings.Builder
	for room := 75; len(text) > room; room = 74 {
		cut := room
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		out.WriteString(text[:cut] + "\r\n ")
		text = text[cut:]
	}
	out.WriteString(text + "\r\n")
	_, c.err = io.WriteString(c.w, out.String())
}

var escaper = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

func (c *calendarWriter) text(name, value string) {
	if value != "" {
		c.line(name, escaper.Replace(value))
	}
}

func (c *calendarWriter) instant(name string, at *time.Time) {
	if at != nil {
		c.line(name, at.UTC().Format(utcForm))
	}
}

func (c *calendarWriter) begin() error {
	c.line("BEGIN", "VCALENDAR")
	c.line("VERSION", "2.0")
	c.line("PRODID", "-//Nudge//Tasks//EN")
	c.line("CALSCALE", "GREGORIAN")
	if c.o.Name != "" {
		c.text("NAME", c.o.Name)
		c.text("X-WR-CALNAME", c.o.Name)
		c.line("REFRESH-INTERVAL;VALUE=DURATION", "PT1H")
		c.line("X-PUBLISHED-TTL", "PT1H")
	}
	return c.err
}

func (c *calendarWriter) Close() error {
	c.line("END", "VCALENDAR")
	return c.err
}

func (c *calendarWriter) Tasks(list []todo.Details) error {
	for _, d := range list {
		if d.Due != nil && !d.Due.AllDay() {
			c.zone(d.Due.Zone)
		}
		if c.o.Events {
			c.event(d)
		} else {
			c.todo(d)
		}
	}
	return c.err
}

func (c *calendarWriter) todo(d todo.Details) {
	c.line("BEGIN", "VTODO")
	c.head(d)
	c.line("STATUS", map[bool]string{true: "COMPLETED", false: "NEEDS-ACTION"}[d.Status == todo.StatusCompleted])
	if d.CompletedAt != nil {
		c.instant("COMPLETED", d.CompletedAt)
		c.line("PERCENT-COMPLETE", "100")
	}
	c.instant("X-NUDGE-TRASHED", d.TrashedAt)
	if d.Due != nil {
		c.local("DUE", d.Due.Local, d.Due.Zone)
	}
	// Done occurrences are todos of their own: the rule stands on the one that is open.
	if d.Series != nil && d.Series.EndedAt == nil && d.Status == todo.StatusOpen && !d.Trashed() {
		c.rule(d)
	}
	if d.Parent != "" {
		c.line("RELATED-TO;RELTYPE=PARENT", d.Parent)
	}
	for _, id := range d.BlockedBy {
		c.line("RELATED-TO;RELTYPE=DEPENDS-ON", id)
	}
	c.line("X-APPLE-SORT-ORDER", strconv.FormatInt(int64(d.Position), 10))
	c.alarms(d)
	c.line("END", "VTODO")
}

func (c *calendarWriter) head(d todo.Details) {
	c.line("UID", d.ID)
	c.instant("DTSTAMP", &d.UpdatedAt)
	c.instant("CREATED", &d.CreatedAt)
	c.instant("LAST-MODIFIED", &d.UpdatedAt)
	c.line("SEQUENCE", strconv.FormatInt(d.Version, 10))
	c.text("SUMMARY", d.Title)
	c.text("DESCRIPTION", d.Description)
	c.line("PRIORITY", map[todo.Priority]string{todo.PriorityHigh: "1", todo.PriorityLow: "9"}[d.Priority]+map[bool]string{true: "5"}[d.Priority == todo.PriorityMedium])
	if len(d.Tags) > 0 {
		tags := make([]string, 0, len(d.Tags))
		for _, t := range d.Tags {
			tags = append(tags, escaper.Replace(t))
		}
		c.line("CATEGORIES", strings.Join(tags, ","))
	}
}

// local writes a date, or a local time with its zone.
func (c *calendarWriter) local(name, local, zone string) {
	name, value := localProperty(name, local, zone)
	c.line(name, value)
}

func localProperty(name, local, zone string) (string, string) {
	value := strings.NewReplacer("-", "", ":", "").Replace(local)
	switch {
	case len(local) == len(time.DateOnly):
		return name + ";VALUE=DATE", value
	case zone == "UTC":
		return name, value + "Z"
	}
	return name + ";TZID=" + zone, value
}

var lateMonthDay = regexp.MustCompile(`FREQ=(MONTHLY|YEARLY)`)

func (c *calendarWriter) rule(d todo.Details) {
	s := d.Series
	c.local("DTSTART", d.Slot, s.Zone)
	rule := c.remaining(d)
	if s.EndOfMonth == todo.EndOfMonthClamp && lateMonthDay.MatchString(rule) && !strings.Contains(rule, "SKIP=") && (strings.Contains(rule, "BYMONTHDAY") || s.Start[8:10] > "28") {
		rule = "RSCALE=GREGORIAN;" + rule + ";SKIP=BACKWARD"
	}
	c.line("RRULE", rule)
	for _, slot := range s.ExDates {
		c.local("EXDATE", likeSlot(slot, d.Slot), s.Zone)
	}
	for _, slot := range s.RDates {
		c.local("RDATE", likeSlot(slot, d.Slot), s.Zone)
	}
	if s.FromCompletion {
		c.line("X-NUDGE-FROM-COMPLETION", "TRUE")
	}
}

// likeSlot gives a left-out date the time of the slots: EXDATE has DTSTART's type.
func likeSlot(slot, like string) string {
	if len(slot) == len(time.DateOnly) && len(like) > len(time.DateOnly) {
		return slot + like[len(time.DateOnly):]
	}
	return slot
}

var counted = regexp.MustCompile(`(^|;)COUNT=(\d+)`)

// remaining is the rule from the open occurrence on: of a COUNT what is left of it.
func (c *calendarWriter) remaining(d todo.Details) string {
	const most = 1000
	found := counted.FindStringSubmatch(d.Series.Rule)
	if found == nil || c.o.Calendar == nil || d.Series.FromCompletion {
		return d.Series.Rule
	}
	n, err := strconv.Atoi(found[2])
	if err != nil || n > most {
		return d.Series.Rule
	}
	each := *d.Series
	each.CatchUp, each.ExDates, each.Pauses = todo.CatchUpEach, nil, nil
	left, slot := 1, d.Slot
	for left < n {
		next, ok, err := c.o.Calendar.Next(each, slot, time.Time{}, 0)
		if err != nil || !ok {
			break
		}
		left, slot = left+1, next
	}
	return counted.ReplaceAllString(d.Series.Rule, fmt.Sprintf("${1}COUNT=%d", left))
}

func (c *calendarWriter) alarms(d todo.Details) {
	for _, r := range d.Reminders {
		if r.State == todo.ReminderCancelled {
			continue
		}
		c.line("BEGIN", "VALARM")
		c.line("ACTION", "DISPLAY")
		c.text("DESCRIPTION", d.Title)
		if r.Before != nil && d.Due != nil && !d.Due.AllDay() && r.Before.Clock == "" {
			c.line("TRIGGER;RELATED=END", "-"+r.Before.String())
		} else {
			c.instant("TRIGGER;VALUE=DATE-TIME", &r.At)
		}
		c.instant("ACKNOWLEDGED", r.FiredAt) // RFC 9074
		if r.Repeat > 0 {
			c.line("X-NUDGE-REPEAT", todo.FormatDuration(r.Repeat))
		}
		c.line("END", "VALARM")
	}
}

// event writes a task as an event at its due. It takes half an hour, and nobody's time.
func (c *calendarWriter) event(d todo.Details) {
	if d.Due == nil {
		return
	}
	c.line("BEGIN", "VEVENT")
	c.head(d)
	c.local("DTSTART", d.Due.Local, d.Due.Zone)
	if !d.Due.AllDay() {
		c.line("DURATION", "PT30M")
	}
	c.line("TRANSP", "TRANSPARENT")
	c.line("END", "VEVENT")
}

// zone writes a VTIMEZONE before its first use: its offsets over the years around now.
func (c *calendarWriter) zone(name string) {
	if c.zones[name] || name == "UTC" {
		return
	}
	c.zones[name] = true
	location, err := time.LoadLocation(name)
	if err != nil {
		return
	}
	c.line("BEGIN", "VTIMEZONE")
	c.line("TZID", name)
	at := c.o.Now.AddDate(-5, 0, 0).In(location)
	until := c.o.Now.AddDate(15, 0, 0)
	_, before := at.Zone()
	for n := 0; n < 200 && at.Before(until); n++ {
		start, end := at.ZoneBounds()
		label, offset := at.Zone()
		kind := "STANDARD"
		if at.IsDST() {
			kind = "DAYLIGHT"
		}
		if n == 0 { // what holds from the beginning
			start = time.Date(1970, 1, 1, 0, 0, 0, 0, time.FixedZone("", before))
		}
		c.line("BEGIN", kind)
		c.line("DTSTART", start.In(time.FixedZone("", before)).Format(localForm))
		c.line("TZOFFSETFROM", offsetText(before))
		c.line("TZOFFSETTO", offsetText(offset))
		c.line("TZNAME", label)
		c.line("END", kind)
		if end.IsZero() {
			break
		}
		before, at = offset, end
	}
	c.line("END", "VTIMEZONE")
}

func offsetText(seconds int) string {
	sign := "+"
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	return fmt.Sprintf("%s%02d%02d", sign, seconds/3600, seconds/60%60)
}

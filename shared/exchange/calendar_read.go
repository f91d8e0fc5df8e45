package exchange

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"function/shared/occurrence"
	"function/shared/todo"
)

// maxLine is how long an unfolded line may be, in bytes.
const maxLine = 256 << 10

// property is one content line.
type property struct {
	line   int
	name   string
	params map[string]string
	value  string
}

// component is what stands between BEGIN and END.
type component struct {
	line  int
	name  string
	props []property
	parts []*component
}

func (c *component) get(name string) (property, bool) {
	for _, p := range c.props {
		if p.name == name {
			return p, true
		}
	}
	return property{}, false
}

func (c *component) text(name string) string {
	p, _ := c.get(name)
	return unescape(p.value)
}

var unescaper = strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, "\n", `\N`, "\n")

func unescape(text string) string { return unescaper.Replace(text) }

// calendar reads iCalendar. A line that cannot be read is named and left out.
func (r *reader) calendar(raw []byte) error {
	type open struct{ *component }
	var stack []open
	seen := false
	for at, text := range unfold(string(raw)) {
		switch p, ok := parseLine(text); {
		case text == "":
		case !ok || len(text) > maxLine:
			r.problem(Place{Line: at}, true, "is no line of iCalendar, or is too long")
		case p.name == "BEGIN":
			c := &component{line: at, name: strings.ToUpper(p.value)}
			seen = seen || c.name == "VCALENDAR"
			if len(stack) >= 8 {
				return todo.Invalid("", "line %d: components lie too deep", at)
			}
			if len(stack) > 0 && stack[len(stack)-1].name == "VTODO" {
				stack[len(stack)-1].parts = append(stack[len(stack)-1].parts, c)
			}
			stack = append(stack, open{c})
		case len(stack) == 0:
			return todo.Invalid("", "line %d: the file is no calendar", at)
		case p.name == "END":
			c := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if !strings.EqualFold(c.name, p.value) {
				return todo.Invalid("", "line %d: END:%.20s does not end what began in line %d", at, p.value, c.line)
			}
			if c.name == "VTODO" {
				if err := r.vtodo(c.component); err != nil {
					return err
				}
			} else if c.name == "VEVENT" || c.name == "VJOURNAL" {
				r.problem(Place{Line: c.line}, false, "is a "+c.name+", not a todo")
			}
		default:
			p.line = at
			top := stack[len(stack)-1]
			if len(top.props) < 2000 {
				top.props = append(top.props, p)
			}
		}
	}
	if !seen || len(stack) > 0 {
		return todo.Invalid("", "the file is no whole calendar: it must begin with BEGIN:VCALENDAR and end with END:VCALENDAR")
	}
	return nil
}

// unfold gives the unfolded lines with the number of their first.
func unfold(text string) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		number, start := 0, 1
		var current strings.Builder
		for line := range strings.SplitSeq(text, "\n") {
			number++
			line = strings.TrimSuffix(line, "\r")
			if number > 1 && line != "" && (line[0] == ' ' || line[0] == '\t') {
				if current.Len() <= maxLine {
					current.WriteString(line[1:])
				}
				continue
			}
			if number > 1 && !yield(start, current.String()) {
				return
			}
			current.Reset()
			current.WriteString(line)
			start = number
		}
		yield(start, current.String())
	}
}

// parseLine takes "NAME;PARAM=value;PARAM="quoted":value" apart.
func parseLine(text string) (p property, ok bool) {
	quoted, colon := false, -1
	for i := 0; i < len(text) && colon < 0; i++ {
		switch text[i] {
		case '"':
			quoted = !quoted
		case ':':
			if !quoted {
				colon = i
			}
		}
	}
	if colon <= 0 {
		return p, false
	}
	head := strings.Split(text[:colon], ";")
	p = property{name: strings.ToUpper(head[0]), params: map[string]string{}, value: text[colon+1:]}
	for _, param := range head[1:] {
		name, value, _ := strings.Cut(param, "=")
		p.params[strings.ToUpper(name)] = strings.Trim(value, `"`)
	}
	return p, true
}

func (r *reader) vtodo(c *component) error {
	at := Place{Line: c.line}
	d := todo.Details{Task: todo.Task{Title: c.text("SUMMARY"), Description: c.text("DESCRIPTION"), Priority: priorityOf(c.text("PRIORITY"))}}
	if d.Title == "" {
		d.Title, _, _ = strings.Cut(d.Description, "\n")
	}
	if fit(&d) {
		r.problem(at, true, "the end of the description was cut off")
	}
	item := Item{Place: at, UID: c.text("UID")}
	if recurrence, ok := c.get("RECURRENCE-ID"); ok {
		item.UID += "/" + recurrence.value
	}
	if item.UID == "" {
		item.UID = "ics/" + d.Title + "/" + c.text("DUE") + "/" + c.text("DTSTAMP")
	}
	for _, p := range c.props {
		switch {
		case p.name == "CATEGORIES":
			for _, name := range splitList(p.value) {
				addTag(&d, name)
			}
		case p.name == "RELATED-TO" && (p.params["RELTYPE"] == "" || strings.EqualFold(p.params["RELTYPE"], "PARENT")):
			item.Parent = p.value
		case p.name == "RELATED-TO" && strings.EqualFold(p.params["RELTYPE"], "DEPENDS-ON"):
			item.BlockedBy = append(item.BlockedBy, p.value)
		}
	}
	d.CreatedAt, d.UpdatedAt = c.instant("CREATED"), c.instant("LAST-MODIFIED")
	if position, err := strconv.ParseInt(c.text("X-APPLE-SORT-ORDER"), 10, 52); err == nil {
		d.Position = float64(position)
	}
	if completed := c.instant("COMPLETED"); strings.EqualFold(c.text("STATUS"), "COMPLETED") || !completed.IsZero() || c.text("PERCENT-COMPLETE") == "100" {
		d.Status = todo.StatusCompleted
		if !completed.IsZero() {
			d.CompletedAt = &completed
		}
	}
	if trashed := c.instant("X-NUDGE-TRASHED"); !trashed.IsZero() {
		d.TrashedAt = &trashed
	} else if strings.EqualFold(c.text("STATUS"), "CANCELLED") {
		now := r.now.UTC().Truncate(time.Microsecond)
		d.TrashedAt = &now
	}
	d.Due = r.dueOf(c, at)
	r.repeats(c, &d, &item)
	r.alarms(c, &d)
	item.Task = d
	return r.add(item)
}

func priorityOf(text string) todo.Priority {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	switch {
	case err != nil || n <= 0 || n == 5 || n > 9:
		return todo.PriorityMedium
	case n < 5:
		return todo.PriorityHigh
	}
	return todo.PriorityLow
}

// splitList splits at commas that are not escaped.
func splitList(value string) (list []string) {
	var current strings.Builder
	for i := 0; i < len(value); i++ {
		switch {
		case value[i] == '\\' && i+1 < len(value):
			current.WriteString(value[i : i+2])
			i++
		case value[i] == ',':
			list = append(list, unescape(current.String()))
			current.Reset()
		default:
			current.WriteByte(value[i])
		}
	}
	return append(list, unescape(current.String()))
}

// instant reads a time in UTC; the zero time where there is none.
func (c *component) instant(name string) time.Time {
	p, _ := c.get(name)
	at, err := time.Parse(utcForm, p.value)
	if err != nil {
		return time.Time{}
	}
	return at
}

// dueOf reads DUE; without one the start, or the start and the duration.
func (r *reader) dueOf(c *component, at Place) *todo.Due {
	p, ok := c.get("DUE")
	if !ok {
		if p, ok = c.get("DTSTART"); !ok {
			return nil
		}
	}
	due, reason := r.local(p)
	if due == nil {
		r.problem(Place{Line: p.line}, true, reason)
		return nil
	}
	if reason != "" {
		r.problem(Place{Line: p.line}, true, reason)
	}
	if length, ok := c.get("DURATION"); ok && p.name == "DTSTART" {
		by, err := todo.ParseBefore(length.value)
		if err != nil {
			r.problem(at, true, "the duration cannot be read")
			return due
		}
		form := "2006-01-02T15:04:05"[:len(due.Local)]
		if start, err := time.Parse(form, due.Local); err == nil {
			due.Local = start.AddDate(0, 0, by.Days).Add(by.Duration).Format(form)
		}
	}
	return due
}

// local reads a date or a time into a zone that exists. The reason says what was
// guessed, or why there is none.
func (r *reader) local(p property) (*todo.Due, string) {
	if day, err := time.Parse(dateForm, p.value); err == nil {
		return &todo.Due{Local: day.Format(time.DateOnly), Zone: r.zone}, ""
	}
	if at, err := time.Parse(utcForm, p.value); err == nil {
		return r.wall(at), ""
	}
	at, err := time.Parse(localForm, p.value)
	if err != nil {
		return nil, p.name + " is no date and no time"
	}
	due := &todo.Due{Local: at.Format("2006-01-02T15:04:05"), Zone: r.zone}
	name := p.params["TZID"]
	if name == "" {
		return due, ""
	}
	name = strings.TrimPrefix(name, "/")
	// Others put their own name before the zone's: "/freeassociation.sourceforge.net/Europe/Paris".
	for candidate := name; ; {
		if _, err := occurrence.Zone(candidate); err == nil {
			due.Zone = candidate
			return due, ""
		}
		_, rest, found := strings.Cut(candidate, "/")
		if !found {
			return due, "the time zone is not known; the time was taken for yours"
		}
		candidate = rest
	}
}

// wall is an instant on the person's clock.
func (r *reader) wall(at time.Time) *todo.Due {
	if r.zone != "UTC" {
		if zone, err := occurrence.Zone(r.zone); err == nil {
			at = at.In(zone)
		}
	}
	return &todo.Due{Local: at.Format("2006-01-02T15:04:05"), Zone: r.zone}
}

func (r *reader) repeats(c *component, d *todo.Details, item *Item) {
	rule, ok := c.get("RRULE")
	if !ok || d.Due == nil {
		return
	}
	s := &todo.Series{
		Rule: rule.value, Start: d.Due.Local, Zone: d.Due.Zone, CreatedAt: d.CreatedAt, EndOfMonth: todo.EndOfMonthSkip,
		FromCompletion: c.text("X-NUDGE-FROM-COMPLETION") == "TRUE",
	}
	if strings.Contains(rule.value, "SKIP=BACKWARD") {
		s.EndOfMonth = todo.EndOfMonthClamp
		s.Rule = skipping.ReplaceAllString(s.Rule, "")
	}
	for _, p := range c.props {
		if p.name != "EXDATE" && p.name != "RDATE" {
			continue
		}
		for value := range strings.SplitSeq(p.value, ",") {
			one := p
			one.value = value
			slot, reason := r.local(one)
			if slot == nil {
				r.problem(Place{Line: p.line}, true, reason)
				continue
			}
			slot.Local = likeSlot(slot.Local, s.Start)[:len(s.Start)]
			if p.name == "EXDATE" {
				s.ExDates = append(s.ExDates, slot.Local)
			} else {
				s.RDates = append(s.RDates, slot.Local)
			}
		}
	}
	d.Series, d.Slot, item.Series = s, s.Start, item.UID+"/series"
}

var skipping = regexp.MustCompile(`(^RSCALE=GREGORIAN;|;RSCALE=GREGORIAN|;SKIP=BACKWARD)`)

func (r *reader) alarms(c *component, d *todo.Details) {
	for _, part := range c.parts {
		trigger, ok := part.get("TRIGGER")
		if part.name != "VALARM" || !ok {
			continue
		}
		reminder := todo.Reminder{}
		if at, err := time.Parse(utcForm, trigger.value); err == nil {
			reminder.At = at
		} else if before, ok := strings.CutPrefix(trigger.value, "-"); (ok || strings.Trim(trigger.value, "+PT0SMHD") == "") && d.Due != nil {
			by, err := todo.ParseBefore(strings.TrimPrefix(before, "+"))
			if err != nil {
				r.problem(Place{Line: trigger.line}, true, "the alarm's trigger cannot be read")
				continue
			}
			reminder.Before = &by
		} else {
			r.problem(Place{Line: trigger.line}, true, "the alarm has nothing to come before")
			continue
		}
		if fired := part.instant("ACKNOWLEDGED"); !fired.IsZero() {
			reminder.State, reminder.FiredAt = todo.ReminderFired, &fired
			if reminder.At.IsZero() {
				reminder.At = fired
			}
		}
		if repeat, err := todo.ParseBefore(part.text("X-NUDGE-REPEAT")); err == nil {
			reminder.Repeat = repeat.Duration
		}
		d.Reminders = append(d.Reminders, reminder)
	}
}

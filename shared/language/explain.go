package language

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Explain is what was understood of a text, act by act, and the dates and repetitions in
// it, with the trace of each reading, for people.
func Explain(text string, c Context) string {
	text = strings.ToValidUTF8(text, "\uFFFD") // as it is read
	var b strings.Builder
	u, err := Understand(text, c, Focus{})
	if err != nil {
		fmt.Fprintf(&b, "nothing: %v\n", err)
	}
	for i := range u.Acts {
		explainAct(&b, &u.Acts[i], text)
	}
	for _, w := range Dates(text, c) {
		fmt.Fprintf(&b, "date %q: %s\n", text[w.Span.Start:w.Span.End], w.describe())
	}
	for _, r := range Recurrences(text, c) {
		fmt.Fprintf(&b, "repetition %q: %s\n", text[r.Span.Start:r.Span.End], r.RRULE)
		explainWhy(&b, r.Assumed, r.Why)
	}
	return b.String()
}

func explainAct(b *strings.Builder, a *Act, text string) {
	fmt.Fprintf(b, "act %q: %s (%.2f)", text[a.Span.Start:a.Span.End], a.Intent, a.Confidence)
	if a.Wide {
		b.WriteString(", shown first and done after a yes")
	}
	b.WriteByte('\n')
	for _, part := range [...]struct{ name, says string }{
		{"tasks", a.Target.describe()}, {"change", a.Change.describe()}, {"settings", described(a.Preferences)}, {"zone", a.Zone},
	} {
		if part.says != "" {
			fmt.Fprintf(b, "  %s: %s\n", part.name, part.says)
		}
	}
	for _, line := range a.Assumed {
		fmt.Fprintf(b, "  assumed: %s\n", line)
	}
	for _, line := range a.Why.Lines() {
		fmt.Fprintf(b, "  because %s\n", line)
	}
	for i := range a.Drafts {
		explainDraft(b, &a.Drafts[i], fmt.Sprintf("task %d", i+1))
	}
}

// said is one value under its name, nothing where there is none.
func said[T comparable](out []string, name string, value T) []string {
	var none T
	if value == none {
		return out
	}
	return append(out, fmt.Sprintf("%s %v", name, value))
}

func saidWhen(out []string, name string, w *When) []string {
	if w == nil {
		return out
	}
	return append(out, name+" "+w.describe())
}

func (t *Target) describe() string {
	var out []string
	if t.Words != "" {
		out = append(out, fmt.Sprintf("%q", t.Words))
	}
	out = said(out, "pronoun", t.Pronoun)
	if len(t.Ordinals) > 0 {
		out = append(out, fmt.Sprintf("positions %v", t.Ordinals))
	}
	if t.All {
		out = append(out, "all")
	}
	f := &t.Filter
	out = said(out, "status", f.Status)
	out = saidWhen(out, "due", f.Due)
	out = saidWhen(out, "finished", f.Done)
	for _, kind := range [...]struct {
		name string
		is   bool
	}{{"overdue", f.Overdue}, {"without a date", f.NoDue}, {"repeating", f.Recurring}} {
		if kind.is {
			out = append(out, kind.name)
		}
	}
	out = said(out, "priority", f.Priority)
	out = said(out, "tags", strings.Join(f.Tags, " "))
	if f.Text != "" {
		out = append(out, fmt.Sprintf("with %q", f.Text))
	}
	out = said(out, "at most", f.Limit)
	return strings.Join(said(out, "of the series", t.Scope), ", ")
}

func (c *Change) describe() string {
	var out []string
	if c.Title != "" {
		out = append(out, fmt.Sprintf("title %q", c.Title))
	}
	out = said(out, "description", c.Description)
	out = saidWhen(out, "due", c.Due)
	if s := c.Shift; s != nil {
		out = append(out, fmt.Sprintf("by %d months, %d days, %d seconds", s.Months, s.Days, s.Seconds))
	}
	if c.Recurrence != nil {
		out = append(out, "repeats "+c.Recurrence.RRULE)
	}
	for _, r := range c.Reminders {
		out = append(out, r.describe())
	}
	out = said(out, "snoozed for", c.Snooze)
	out = said(out, "add tags", strings.Join(c.AddTags, " "))
	out = said(out, "remove tags", strings.Join(c.RemoveTags, " "))
	out = said(out, "priority", c.Priority)
	for _, cleared := range [...]struct {
		name string
		is   bool
	}{{"no due date", c.ClearDue}, {"no repetition", c.ClearRecurrence}, {"no reminders", c.ClearReminders}, {"no priority", c.ClearPriority}} {
		if cleared.is {
			out = append(out, cleared.name)
		}
	}
	return strings.Join(out, ", ")
}

func described(settings map[string]string) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		out = append(out, fmt.Sprintf("%s %q", name, settings[name]))
	}
	return strings.Join(out, ", ")
}

func explainDraft(b *strings.Builder, d *Draft, name string) {
	fmt.Fprintf(b, "%s: %q\n", name, d.Title)
	if d.Due != nil {
		fmt.Fprintf(b, "  due %s\n", d.Due.describe())
	}
	if r := d.Recurrence; r != nil {
		fmt.Fprintf(b, "  repeats %s", r.RRULE)
		if r.FromCompletion {
			b.WriteString(", counted from completion")
		}
		b.WriteByte('\n')
	}
	for _, r := range d.Reminders {
		fmt.Fprintf(b, "  %s\n", r.describe())
	}
	if len(d.Tags) > 0 {
		fmt.Fprintf(b, "  tags %s\n", strings.Join(d.Tags, ", "))
	}
	if d.Priority != "" {
		fmt.Fprintf(b, "  priority %s\n", d.Priority)
	}
	explainWhy(b, d.Assumed, d.Why)
	for i := range d.Subtasks {
		explainDraft(b, &d.Subtasks[i], "  subtask")
	}
}

func explainWhy(b *strings.Builder, assumed []string, why Trace) {
	for _, a := range assumed {
		fmt.Fprintf(b, "  assumed: %s\n", a)
	}
	for _, w := range why {
		fmt.Fprintf(b, "  because %s\n", w)
	}
}

func (r *Reminder) describe() string {
	switch {
	case r.At != nil:
		return fmt.Sprintf("remind at %s", r.At.Start)
	case r.Clock != nil:
		return fmt.Sprintf("remind %d days before at %02d:%02d", r.Days, *r.Clock/60, *r.Clock%60)
	case r.Repeat != 0:
		return fmt.Sprintf("remind every %s until done", r.Repeat)
	}
	return fmt.Sprintf("remind %s before", r.Before)
}

// describe is the time in a few words.
func (w *When) describe() string {
	s := w.Start.String()
	if !w.HasTime {
		s = s[:10]
	}
	if w.End != nil {
		e := w.End.String()
		if !w.HasTime {
			e = e[:10] + " (not included)"
		}
		s += " to " + e
	}
	if w.Relation != At {
		s = string(w.Relation) + " " + s
	}
	if w.Zone != "" {
		s += " in " + w.Zone
	}
	return s
}

package language

import (
	"fmt"
	"strings"
)

// Explain is what was understood of a text as new tasks and as dates, with the
// trace of each reading, for people.
func Explain(text string, c Context) string {
	var b strings.Builder
	ds, err := Drafts(text, c)
	if err != nil {
		fmt.Fprintf(&b, "no task: %v\n", err)
	}
	for i := range ds {
		explainDraft(&b, &ds[i], fmt.Sprintf("task %d", i+1))
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
		switch {
		case r.At != nil:
			fmt.Fprintf(b, "  remind at %s\n", r.At.Start)
		case r.Clock != nil:
			fmt.Fprintf(b, "  remind %d days before at %02d:%02d\n", r.Days, *r.Clock/60, *r.Clock%60)
		case r.Repeat != 0:
			fmt.Fprintf(b, "  remind every %s until done\n", r.Repeat)
		default:
			fmt.Fprintf(b, "  remind %s before\n", r.Before)
		}
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

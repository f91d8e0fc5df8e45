package predict

import (
	"fmt"

	"function/shared/language"
)

func init() { kinds["task"] = task }

type taskPrediction struct {
	ID    string          `json:"id"`
	Tasks []predictedTask `json:"tasks"`
}

// predictedTask is a draft in plain strings: due is a local time, or a date
// where no clock time was given.
type predictedTask struct {
	Title     string          `json:"title"`
	Due       *string         `json:"due"`
	RRULE     *string         `json:"rrule"`
	Reminders []string        `json:"reminders"`
	Tags      []string        `json:"tags"`
	Priority  string          `json:"priority"`
	Subtasks  []predictedTask `json:"subtasks,omitempty"`
	// Description is what followed "note:" or a long further line.
	Description string `json:"description,omitempty"`
}

// task is the text as new tasks.
func task(c Case) (any, error) {
	ctx, err := c.context()
	if err != nil {
		return nil, err
	}
	p := taskPrediction{ID: c.ID, Tasks: []predictedTask{}}
	drafts, err := language.Drafts(c.Text, ctx)
	if err != nil {
		return p, nil
	}
	for i := range drafts {
		p.Tasks = append(p.Tasks, plain(&drafts[i]))
	}
	return p, nil
}

func plain(d *language.Draft) predictedTask {
	t := predictedTask{Title: d.Title, Reminders: []string{}, Tags: []string{}, Priority: string(d.Priority), Description: d.Description}
	t.Tags = append(t.Tags, d.Tags...)
	if d.Due != nil {
		s := d.Due.Start.String()
		if !d.Due.HasTime {
			s = s[:10]
		}
		t.Due = &s
	}
	if d.Recurrence != nil {
		t.RRULE = &d.Recurrence.RRULE
	}
	for _, r := range d.Reminders {
		t.Reminders = append(t.Reminders, plainReminder(&r))
	}
	for i := range d.Subtasks {
		t.Subtasks = append(t.Subtasks, plain(&d.Subtasks[i]))
	}
	return t
}

// plainReminder writes a reminder: a local time, "-2d 09:00" for days before
// at a clock time ("0d 08:00" on the day), "-48h0m0s" for a distance, "at due", or "every 10m0s".
func plainReminder(r *language.Reminder) string {
	switch {
	case r.At != nil:
		return r.At.Start.String()
	case r.Clock != nil:
		sign := "-"
		if r.Days == 0 {
			sign = ""
		}
		return fmt.Sprintf("%s%dd %02d:%02d", sign, r.Days, *r.Clock/60, *r.Clock%60)
	case r.Repeat != 0:
		return "every " + r.Repeat.String()
	}
	if r.Before == 0 {
		return "at due"
	}
	return "-" + r.Before.String()
}

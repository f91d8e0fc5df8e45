package todo

import (
	"reflect"
	"slices"
	"time"
)

// templateOf is what the next occurrence would be made as after this one.
func templateOf(d Details) *Template {
	t := &Template{Title: d.Title, Description: d.Description, Priority: d.Priority, Tags: d.Tags, Parent: d.Parent, Position: d.Position}
	for _, r := range d.Reminders {
		switch {
		case r.Before != nil:
			t.Reminders = append(t.Reminders, TemplateReminder{Before: r.Before, Repeat: r.Repeat})
		case d.Due != nil:
			t.Reminders = append(t.Reminders, TemplateReminder{Offset: r.At.Sub(d.Due.At), Repeat: r.Repeat})
		}
	}
	return t
}

// with is the template after an edit that an occurrence, as it is afterwards, has had too.
func (t Template) with(d Details, edit Edit) *Template {
	from := templateOf(d)
	if edit.Title.Given {
		t.Title = from.Title
	}
	if edit.Description.Given {
		t.Description = from.Description
	}
	if edit.Priority.Given {
		t.Priority = from.Priority
	}
	if edit.Tags.Given {
		t.Tags = from.Tags
	}
	if edit.Parent.Given {
		t.Parent = from.Parent
	}
	if edit.Position.Given {
		t.Position = from.Position
	}
	if edit.Reminders.Given {
		t.Reminders = from.Reminders
	}
	return &t
}

// fill gives an occurrence that has its due already what the template says.
func (p *plan) fill(d *Details, t Template) error {
	d.Title, d.Description, d.Priority, d.Tags, d.Parent, d.Position = t.Title, t.Description, t.Priority, t.Tags, t.Parent, t.Position
	d.Reminders = nil
	for _, w := range t.Reminders {
		r := Reminder{ID: p.NewID(), TaskID: d.ID, Owner: d.Owner, Before: w.Before, Repeat: w.Repeat}
		if w.Before == nil {
			r.At = d.Due.At.Add(w.Offset).Truncate(time.Second)
		}
		if err := p.schedule(&r, d.Task); err != nil {
			return err
		}
		d.Reminders = append(d.Reminders, r)
		p.putReminder(nil, &r)
	}
	return nil
}

// remake makes an occurrence that is there already anew.
func (p *plan) remake(d *Details, t Template) error {
	for _, r := range d.Reminders {
		p.putReminder(&r, nil)
	}
	return p.fill(d, t)
}

// putTemplate keeps what the next occurrences of a task's series are made as.
func (p *plan) putTemplate(d *Details, t *Template) {
	if reflect.DeepEqual(d.Series.Template, t) {
		return
	}
	series := *d.Series
	series.Template = t
	p.putSeries(d.Series, &series)
	d.Series = &series
}

// absolute reports whether a reminder does not follow the due by itself.
func absolute(list []Reminder) bool {
	return slices.ContainsFunc(list, func(r Reminder) bool { return r.Before == nil })
}

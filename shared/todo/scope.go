package todo

import (
	"cmp"
	"context"
	"reflect"
	"slices"
)

// Scope says how far an edit of an occurrence goes. Without one, what the task is goes
// on to those that follow, a due is the occurrence's own, and a new rule begins a new
// series.
type Scope string

// The scopes. This is the occurrence alone: the next one takes the series' values again.
// Following ends the series ahead of the occurrence and begins another with it. All
// changes the series and its open occurrences; what is done stays as it was.
const (
	ScopeThis      Scope = "this"
	ScopeFollowing Scope = "following"
	ScopeAll       Scope = "all"
)

// goesOn refuses what is for the occurrences to come of a task that has none.
func (d Details) goesOn() error {
	reason := ""
	switch {
	case d.Series == nil || d.Series.EndedAt != nil:
		reason = "the task does not come again"
	case !isOpen(&d):
		reason = "the task is not open"
	default:
		return nil
	}
	return &Error{Code: CodeNotPossible, Message: reason, Fields: []Field{{"/scope", reason}}}
}

// sameAs reports whether a series goes by the rule already.
func (r *NewRecurrence) sameAs(s Series) bool {
	return r.Rule == s.Rule && r.FromCompletion == s.FromCompletion &&
		cmp.Or(r.EndOfMonth, s.EndOfMonth) == s.EndOfMonth && cmp.Or(r.CatchUp, s.CatchUp) == s.CatchUp &&
		(r.Except == nil || slices.Equal(r.Except, s.ExDates)) && (r.Also == nil || slices.Equal(r.Also, s.RDates))
}

// onto puts what is said beside the rule onto a series; what is not said stays.
func (r *NewRecurrence) onto(s *Series, calendar Calendar) error {
	s.EndOfMonth, s.CatchUp = cmp.Or(r.EndOfMonth, s.EndOfMonth), cmp.Or(r.CatchUp, s.CatchUp)
	for _, said := range []struct {
		pointer string
		dates   []string
		to      *[]string
	}{{"/recurrence/exdates", r.Except, &s.ExDates}, {"/recurrence/rdates", r.Also, &s.RDates}} {
		if said.dates == nil {
			continue
		}
		if len(said.dates) > MaxExcept {
			return Invalid(said.pointer, "at most %d dates", MaxExcept)
		}
		*said.to = append([]string(nil), said.dates...)
		if err := calendar.Check(*s); err != nil {
			return Invalid(said.pointer, "%s", Message(err))
		}
	}
	return nil
}

// editThis gives what the next occurrence is to be made as, where that was not kept yet:
// as this one is before it is changed.
func (p *plan) editThis(ctx context.Context, d Details, edit *Edit) (*Template, error) {
	if r := edit.Recurrence; r.Given {
		if (r.Value == nil) != (d.Series == nil) || r.Value != nil && !r.Value.sameAs(*d.Series) {
			return nil, Invalid("/recurrence", "a rule is for this and the following occurrences, or for all")
		}
		edit.Recurrence = Maybe[*NewRecurrence]{}
	}
	if d.Series == nil || d.Series.EndedAt != nil || d.Series.Template != nil {
		return nil, nil
	}
	content := edit.Title.Given || edit.Description.Given || edit.Priority.Given || edit.Tags.Given || edit.Parent.Given || edit.Position.Given || edit.Reminders.Given
	if !content && !(edit.Due.Given && absolute(d.Reminders)) {
		return nil, nil
	}
	if !isOpen(&d) { // then the next one is made as the one that is open, if there is one
		all, err := p.Store.Occurrences(ctx, d.Owner, d.SeriesID)
		if err != nil || slices.ContainsFunc(all, func(o Occurrence) bool { return o.Open }) {
			return nil, err
		}
	}
	return templateOf(d), nil
}

// editSeries changes an occurrence and those to come.
func (p *plan) editSeries(ctx context.Context, d Details, edit Edit) error {
	if err := d.goesOn(); err != nil {
		return err
	}
	others, err := p.others(ctx, d)
	if err != nil {
		return err
	}
	w := &wide{plan: p, edit: edit, before: d, d: d, series: *d.Series, others: others}
	if err := w.schedule(); err != nil {
		return err
	}
	if err := p.editContent(ctx, &w.d, edit); err != nil {
		return err
	}
	if !edit.Reminders.Given && w.rule == nil && w.due == nil && reflect.DeepEqual(w.d.Task, d.Task) {
		p.show(d)
		return nil
	}
	ahead := slices.ContainsFunc(others, func(o Occurrence) bool { return o.Slot < d.Slot })
	if edit.Scope == ScopeFollowing && ahead { // otherwise following are all
		if err := w.split(); err != nil {
			return err
		}
	}
	if err := w.reshape(); err != nil {
		return err
	}
	return w.write(ctx)
}

// others gives the other occurrences of a task's series.
func (p *plan) others(ctx context.Context, d Details) ([]Occurrence, error) {
	all, err := p.Store.Occurrences(ctx, d.Owner, d.SeriesID)
	list := make([]Occurrence, 0, len(all))
	for _, o := range all {
		if o.ID != d.ID {
			list = append(list, o)
		}
	}
	return list, err
}

// wide is an edit of an occurrence and of those to come at work.
type wide struct {
	*plan
	edit   Edit
	before Details
	d      Details // the occurrence, as it will be
	series Series  // its series, as it will be
	head   *Series // what is left of the old one, where it is divided
	others []Occurrence
	rule   *NewRecurrence // nil: it stays
	due    *Due           // nil: it stays
}

// schedule finds out what is to change of when the series comes.
func (w *wide) schedule() error {
	if r := w.edit.Recurrence.Value; r != nil && !r.sameAs(w.series) {
		w.rule = r
	}
	if !w.edit.Due.Given {
		return nil
	}
	if w.edit.Due.Value == nil {
		return Invalid("/due", "what comes again has a date")
	}
	zone := w.series.Zone
	if w.d.Due != nil {
		zone = w.d.Due.Zone
	}
	due, err := w.plan.due(w.edit.Due.Value, zone)
	if err != nil {
		return err
	}
	if w.d.Due == nil || w.d.Due.Local != due.Local || w.d.Due.Zone != due.Zone {
		w.due = due
	}
	return nil
}

// split ends the old series ahead of the occurrence.
func (w *wide) split() error {
	ahead := 0
	for _, o := range w.others {
		if o.Slot < w.d.Slot {
			ahead++
		}
	}
	head, tail, err := w.Calendar.Split(w.series, w.d.Slot, ahead)
	if err != nil {
		return err
	}
	head.EndedAt = &w.now
	tail.ID, tail.CreatedAt = w.NewID(), w.now
	w.head, w.series, w.d.SeriesID = &head, tail, tail.ID
	return nil
}

// reshape puts the series on its new rule and dates, and the occurrence with it.
func (w *wide) reshape() error {
	switch {
	case w.rule != nil:
		if err := w.newRule(); err != nil {
			return err
		}
	case w.due != nil:
		slot := w.due.Local
		if w.d.Due != nil && w.d.Due.Date() == w.due.Date() { // another time of day, also of one that was moved by itself
			slot = w.d.Slot[:len("2006-01-02")] + slot[len("2006-01-02"):]
		}
		moved, err := w.Calendar.Move(w.series, w.d.Slot, slot, w.due.Zone)
		if err != nil {
			return err
		}
		w.series, w.d.Slot, w.d.Due = moved, slot, w.due
	}
	if w.d.Slot == w.before.Slot {
		return nil
	}
	for _, o := range w.others {
		if o.Slot == w.d.Slot && (w.head == nil || o.Slot > w.before.Slot) {
			reason := "another occurrence of the series is at " + o.Slot
			return &Error{Code: CodeNotPossible, Message: reason, Fields: []Field{{"/due/date", reason}}}
		}
	}
	return nil
}

// newRule goes on by another rule. Where it does not fall on the occurrence, that moves
// to the rule's first date from there on.
func (w *wide) newRule() error {
	s := &w.series
	s.Rule, s.FromCompletion = w.rule.Rule, w.rule.FromCompletion
	if err := w.rule.onto(s, w.Calendar); err != nil {
		return err
	}
	here := *s
	here.Start, here.ExDates, here.RDates, here.Pauses = w.d.Slot, nil, nil, nil
	if w.due != nil {
		here.Start, here.Zone = w.due.Local, w.due.Zone
	}
	if err := w.Calendar.Check(here); err != nil {
		return Invalid("/recurrence/rrule", "%s", Message(err))
	}
	if w.due != nil {
		s.Start, s.Zone = here.Start, here.Zone
		if fits, err := w.Calendar.Gives(*s, s.Start); err != nil || !fits {
			return Invalid("/due/date", "the rule does not fall on %s", s.Start)
		}
		w.d.Slot, w.d.Due = s.Start, w.due
		return nil
	}
	if fits, err := w.Calendar.Gives(*s, w.d.Slot); err == nil && fits {
		return nil
	}
	first, ok, err := w.Calendar.First(here)
	if err != nil || !ok {
		return Invalid("/recurrence/rrule", "the rule yields no date")
	}
	at, err := w.Calendar.At(first, s.Zone)
	if err != nil {
		return err
	}
	s.Start = first
	if first != w.d.Slot {
		w.d.Slot, w.d.Due = first, &Due{Local: first, Zone: s.Zone, At: at}
	}
	return nil
}

// write puts it all into the plan.
func (w *wide) write(ctx context.Context) error {
	old := w.before.Series
	if _, err := w.editReminders(&w.d, w.edit.Reminders); err != nil {
		return err
	}
	if w.series.Template != nil {
		w.series.Template = w.series.Template.with(w.d, w.edit)
	}
	switch {
	case w.head != nil:
		w.putSeries(old, w.head)
		w.putSeries(nil, &w.series)
	case !reflect.DeepEqual(*old, w.series):
		w.putSeries(old, &w.series)
	}
	w.d.Series = &w.series
	w.put(&w.before.Task, w.d)
	return w.takeAlong(ctx)
}

// takeAlong changes the other open occurrences as this one, and puts those behind it
// into its series.
func (w *wide) takeAlong(ctx context.Context) error {
	var ids []string
	for _, o := range w.others {
		if w.head != nil && o.Slot > w.before.Slot || w.head == nil && o.Open {
			ids = append(ids, o.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	found, err := w.Store.Tasks(ctx, w.act.Owner, ids)
	if err != nil {
		return err
	}
	for _, o := range found {
		before := o.Task
		o.SeriesID, o.Series = w.series.ID, &w.series
		changed := false
		if isOpen(&o) {
			if err := w.editContent(ctx, &o, w.edit); err != nil {
				return err
			}
			if changed, err = w.editReminders(&o, w.edit.Reminders); err != nil {
				return err
			}
		}
		if changed || !reflect.DeepEqual(before, o.Task) {
			w.put(&before, o)
		}
	}
	return nil
}

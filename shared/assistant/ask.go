package assistant

import (
	"context"
	"strings"
	"time"

	"function/shared/language"
	"function/shared/todo"
)

// list shows the tasks of a filter, or those whose titles fit the words.
func (s *session) list(ctx context.Context, act language.Act) error {
	filter := act.Target.Filter
	if filter.Text == "" {
		filter.Text = act.Target.Words
	}
	asked := filter
	if s.isToday(filter) { // what is overdue is for today too
		filter.Due = &language.When{Start: filter.Due.Start, Grain: language.Day, Relation: language.By}
	}
	tasks, err := s.filtered(ctx, filter)
	if err != nil {
		return err
	}
	close := false
	if len(tasks) == 0 && filter.Text != "" {
		if tasks, err = s.similar(ctx, filter); err != nil {
			return err
		}
		close = true
	}
	s.shown(tasks)
	if len(tasks) == 0 {
		s.tell(s.nothing(filter))
		return nil
	}
	said := s.headline(asked, len(tasks))
	late := 0
	for _, d := range tasks {
		if s.overdue(d) {
			late++
		}
	}
	if late > 0 && late < len(tasks) {
		said = append(said, s.text("list.late", "n", late))
	}
	if close {
		said = append(said, s.text("list.close"))
	}
	s.tell(said...)
	list := s.listOf(tasks)
	s.answer.Parts = append(s.answer.Parts, Part{List: &list})
	return nil
}

// isToday tells whether open tasks due today are asked for.
func (s *session) isToday(f language.Filter) bool {
	return f.Due != nil && (f.Status == "" || f.Status == "open") && f.Due.Relation == language.At && !f.Due.HasTime &&
		f.Due.Grain == language.Day && f.Due.Start.Midnight().String()[:len(time.DateOnly)] == s.now.Format(time.DateOnly)
}

// similar looks for titles with typing mistakes.
func (s *session) similar(ctx context.Context, f language.Filter) ([]todo.Details, error) {
	words := f.Text
	f.Text = ""
	all, err := s.filtered(ctx, f)
	if err != nil {
		return nil, err
	}
	var list []todo.Details
	for _, m := range rank(words, all) {
		list = append(list, m.task)
	}
	return list, nil
}

// headline is how many tasks there are of the kind that was asked for, and the
// conditions as they were understood.
func (s *session) headline(f language.Filter, n int) []string {
	var said []string
	switch {
	case f.Text != "":
		said = append(said, s.text("list.found", "n", n, "words", escape(f.Text)))
	case f.Status == "deleted":
		said = append(said, s.text("list.deleted", "n", n))
	case f.Overdue:
		said = append(said, s.text("list.overdue", "n", n))
	case f.Status == "done" || f.Done != nil:
		said = append(said, s.text("list.done", "n", n))
	case f.Status == "all":
		said = append(said, s.text("list.all", "n", n))
	default:
		said = append(said, s.text("list.open", "n", n))
	}
	if conditions := s.conditions(f); len(conditions) > 0 {
		said = append(said, s.text("list.asked", "conditions", strings.Join(conditions, ", ")))
	}
	return said
}

// conditions are what narrows a filter besides its words and status.
func (s *session) conditions(f language.Filter) []string {
	var list []string
	if f.Due != nil {
		list = append(list, s.period(*f.Due, "fact.due", "fact.due_span"))
	}
	if f.Done != nil {
		list = append(list, s.period(*f.Done, "fact.done", "fact.done_span"))
	}
	if f.NoDue {
		list = append(list, s.text("fact.no_due"))
	}
	if f.Recurring {
		list = append(list, s.text("fact.recurring"))
	}
	switch f.Priority {
	case language.High:
		list = append(list, s.text("fact.high"))
	case language.Medium:
		list = append(list, s.text("fact.medium"))
	case language.Low:
		list = append(list, s.text("fact.low"))
	}
	for _, tag := range f.Tags {
		list = append(list, escape("#"+tag))
	}
	return list
}

// period says the days that a phrase covers: one, or the first and the last.
func (s *session) period(w language.When, one, several string) string {
	from, until := s.reader.Span(w)
	switch {
	case from.IsZero():
		from = s.now
		if until.Before(from) {
			from = until.Add(-time.Second)
		}
	case until.IsZero():
		return s.text(one, "when", s.day(from))
	}
	first, last := s.day(from), s.day(until.Add(-time.Second))
	if first == last {
		return s.text(one, "when", first)
	}
	return s.text(several, "from", first, "until", last)
}

func (s *session) nothing(f language.Filter) string {
	switch {
	case f.Text != "":
		return s.text("nothing.found", "words", escape(f.Text))
	case emptyFilter(f):
		return s.text("nothing.empty")
	}
	return s.text("nothing.filter")
}

func (s *session) count(ctx context.Context, act language.Act) error {
	filter := act.Target.Filter
	if filter.Text == "" {
		filter.Text = act.Target.Words
	}
	if emptyFilter(filter) {
		n, err := s.Todo.Store.Counts(ctx, s.turn.Owner, s.tomorrow())
		if err != nil {
			return err
		}
		s.say("count.all", "n", n.All, "today", n.Today, "later", n.Upcoming, "done", n.Done)
		return nil
	}
	tasks, err := s.filtered(ctx, filter)
	if err != nil {
		return err
	}
	s.shown(tasks)
	s.tell(s.headline(filter, len(tasks))...)
	return nil
}

// next says what to do next: the earliest due, or what has no date.
func (s *session) next(ctx context.Context) error {
	page, err := s.Todo.Store.List(ctx, s.turn.Owner, todo.Query{View: todo.ViewAll, Tomorrow: s.tomorrow(), Limit: 3})
	if err != nil {
		return err
	}
	if len(page.Data) == 0 {
		s.say("next.none")
		return nil
	}
	s.shown(page.Data)
	first := page.Data[0]
	s.answer.Focus.It = []int{0}
	switch w := s.words(first); {
	case w.Overdue:
		s.say("next.overdue", "task", name(first), "when", w.Due)
	case w.Due != "":
		s.say("next.due", "task", name(first), "when", w.Due)
	default:
		s.say("next.is", "task", name(first))
	}
	list := s.listOf(page.Data)
	s.answer.Parts = append(s.answer.Parts, Part{List: &list})
	return nil
}

// show gives the details of one task.
func (s *session) show(ctx context.Context, act language.Act) error {
	f, err := s.resolve(ctx, act)
	switch {
	case err != nil:
		return err
	case f.why != "":
		s.tell(f.why)
		return nil
	case len(f.choices) > 0:
		s.ask(act, f.choices)
		return nil
	case len(f.tasks) > 1:
		s.shown(f.tasks)
		list := s.listOf(f.tasks)
		s.answer.Parts = append(s.answer.Parts, Part{List: &list})
		return nil
	}
	return s.showTask(ctx, f.tasks[0].ID)
}

func (s *session) showTask(ctx context.Context, id string) error {
	d, err := s.Todo.Store.Task(ctx, s.turn.Owner, id)
	if err != nil {
		return err
	}
	s.about(d)
	s.tell(s.line(d) + ".")
	s.card(d, "")
	return nil
}

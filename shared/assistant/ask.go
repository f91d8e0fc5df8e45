package assistant

import (
	"context"
	"fmt"
	"strings"
	"time"

	"function/shared/language"
	"function/shared/todo"
)

// list shows the tasks of a filter, or those whose titles fit the words.
func (s *session) list(ctx context.Context, act language.Act) error {
	filter, note := act.Target.Filter, ""
	if filter.Text == "" {
		filter.Text = act.Target.Words
	}
	if s.isToday(filter) { // what is overdue is for today too
		filter.Due = &language.When{Start: filter.Due.Start, Grain: language.Day, Relation: language.By}
	}
	tasks, err := s.filtered(ctx, filter)
	if err != nil {
		return err
	}
	if len(tasks) == 0 && filter.Text != "" {
		if tasks, err = s.similar(ctx, filter); err != nil {
			return err
		}
		note = " Nothing has exactly these words; this comes close."
	}
	s.shown(tasks)
	if len(tasks) == 0 {
		s.say("%s", nothing(filter))
		return nil
	}
	late := 0
	for _, d := range tasks {
		if s.overdue(d) {
			late++
		}
	}
	if late > 0 && late < len(tasks) {
		note = fmt.Sprintf(" %s overdue.", plural(late, "One is", fmt.Sprintf("%d are", late))) + note
	}
	s.say("%s.%s", headline(filter, len(tasks)), note)
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

// headline is how many tasks there are, and of what kind.
func headline(f language.Filter, n int) string {
	kind := count(n, kindOf(f)+"task")
	switch {
	case f.Text != "":
		return fmt.Sprintf("I found %s for “%s”", kind, escape(f.Text))
	case f.Status == "deleted":
		return "In the trash: " + kind
	}
	return "You have " + kind
}

func kindOf(f language.Filter) string {
	var kinds []string
	switch {
	case f.Overdue:
		kinds = append(kinds, "overdue")
	case f.Status == "done" || f.Done != nil:
		kinds = append(kinds, "completed")
	case f.Status == "" || f.Status == "open":
		kinds = append(kinds, "open")
	}
	if f.Recurring {
		kinds = append(kinds, "repeating")
	}
	if f.Priority != "" {
		kinds = append(kinds, string(f.Priority)+"-priority")
	}
	if len(kinds) == 0 {
		return ""
	}
	return strings.Join(kinds, " ") + " "
}

func nothing(f language.Filter) string {
	switch {
	case f.Text != "":
		return fmt.Sprintf("I found nothing for “%s”.", escape(f.Text))
	case emptyFilter(f):
		return "Your list is empty. Tell me what to put on it."
	}
	return "There are no " + kindOf(f) + "tasks like that."
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
		s.say("You have %s: %d due today or overdue, %d later. %d done.", count(n.All, "open task"), n.Today, n.Upcoming, n.Done)
		return nil
	}
	tasks, err := s.filtered(ctx, filter)
	if err != nil {
		return err
	}
	s.shown(tasks)
	s.say("%s.", headline(filter, len(tasks)))
	return nil
}

// next says what to do next: the earliest due, or what has no date.
func (s *session) next(ctx context.Context) error {
	page, err := s.Todo.Store.List(ctx, s.turn.Owner, todo.Query{View: todo.ViewAll, Tomorrow: s.tomorrow(), Limit: 3})
	if err != nil {
		return err
	}
	if len(page.Data) == 0 {
		s.say("Nothing is open. Enjoy it.")
		return nil
	}
	s.shown(page.Data)
	first := page.Data[0]
	s.answer.Focus.It = []int{0}
	text := "Next is **" + escape(first.Title) + "**"
	if w := s.words(first); w.Due != "" {
		text += ", due " + w.Due
		if w.Overdue {
			text += " (overdue)"
		}
	}
	s.say("%s.", text)
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
		s.say("%s", f.why)
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
	text := "**" + escape(d.Title) + "**"
	if facts := s.facts(d); len(facts) > 0 {
		text += ": " + strings.Join(facts, ", ")
	}
	s.say("%s.", text)
	s.card(d, "")
	return nil
}

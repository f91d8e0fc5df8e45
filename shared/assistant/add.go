package assistant

import (
	"context"
	"strings"

	"function/shared/assistant/catalog"
	"function/shared/language"
	"function/shared/todo"
)

// add makes the tasks of an act, all or none, and says back what was understood.
func (s *session) add(ctx context.Context, act language.Act) error {
	s.answer.Focus.Again = nil
	var wanted []todo.NewTask
	assumed := act.Assumed
	for _, d := range act.Drafts {
		tasks, notes, err := s.reader.Tasks(d)
		if err != nil {
			return err
		}
		wanted, assumed = append(wanted, tasks...), append(assumed, notes...)
	}
	switch n := size(wanted); {
	case n == 0:
		s.say("added.nameless")
		return nil
	case n > maxAdded:
		s.say("added.too_many", "n", n, "most", maxAdded)
		return nil
	}
	if act.Target.Words != "" || act.Target.Pronoun != "" || len(act.Target.Ordinals) > 0 { // as a part of another
		f, err := s.resolve(ctx, act)
		switch {
		case err != nil:
			return err
		case f.why != "":
			s.tell(f.why)
			return nil
		case len(f.tasks) != 1:
			s.say("target.unsure")
			return nil
		}
		for i := range wanted {
			wanted[i].Parent = f.tasks[0].ID
		}
	}
	result, err := s.Todo.Create(ctx, s.by("add"), wanted...)
	if err != nil {
		return err
	}
	s.about(result.Tasks...)
	s.tell(s.added(result.Tasks, assumed))
	for _, d := range result.Tasks {
		s.card(d, result.ChangeSet.ID)
	}
	return nil
}

// maxAdded is how many tasks one message may make.
const maxAdded = 50

// size counts tasks with what is nested under them.
func size(tasks []todo.NewTask) int {
	n := len(tasks)
	for _, t := range tasks {
		n += size(t.Subtasks)
	}
	return n
}

// added says what was made, a task with its facts, several by their titles.
func (s *session) added(tasks []todo.Details, assumed []string) string {
	var text strings.Builder
	if len(tasks) == 1 {
		if facts := s.facts(tasks[0]); len(facts) > 0 {
			text.WriteString(s.text("added.with", "task", name(tasks[0]), "facts", strings.Join(facts, ", ")))
		} else {
			text.WriteString(s.text("added.one", "task", name(tasks[0])))
		}
	} else {
		text.WriteString(s.text("added.many", "n", len(tasks)) + "\n")
		depth := map[string]int{}
		for _, d := range tasks {
			if d.Parent != "" {
				depth[d.ID] = depth[d.Parent] + 1
			}
			text.WriteString("\n" + strings.Repeat("  ", depth[d.ID]) + "- " + s.line(d))
		}
	}
	if notes := s.assumptions(assumed); len(notes) > 0 {
		text.WriteString("\n\n" + s.text("assumed", "notes", escape(strings.Join(notes, "; "))))
	}
	return text.String()
}

// line is a task with its facts.
func (s *session) line(d todo.Details) string {
	if facts := s.facts(d); len(facts) > 0 {
		return name(d) + ": " + strings.Join(facts, ", ")
	}
	return name(d)
}

// facts are what is known of a task besides its title.
func (s *session) facts(d todo.Details) []string {
	w := s.words(d)
	var facts []string
	if w.Due != "" {
		facts = append(facts, s.text("fact.due", "when", w.Due))
	}
	if w.Rule != "" {
		facts = append(facts, s.text("fact.rule", "rule", w.Rule))
	}
	for _, r := range w.Reminders {
		facts = append(facts, s.text("fact.reminder", "when", r))
	}
	switch d.Priority {
	case todo.PriorityHigh:
		facts = append(facts, s.text("fact.high"))
	case todo.PriorityLow:
		facts = append(facts, s.text("fact.low"))
	}
	for _, tag := range d.Tags {
		facts = append(facts, escape("#"+tag))
	}
	return facts
}

// assumptions says each guess once. Package language says them in English, which is the
// English catalog's text; one that has no key is said as it came, rather than kept from
// the person.
func (s *session) assumptions(list []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, one := range list {
		one = strings.TrimSuffix(strings.TrimSpace(one), ".")
		if one == "" || seen[one] {
			continue
		}
		seen[one] = true
		if key, ok := catalog.KeyOf("assumed.", one); ok {
			one = s.text(key)
		}
		out = append(out, one)
	}
	return out
}

package assistant

import (
	"context"
	"strings"

	"function/shared/language"
	"function/shared/todo"
)

// add makes the tasks of an act, all or none, and says back what was understood.
func (s *session) add(ctx context.Context, act language.Act) error {
	var wanted []todo.NewTask
	assumed := act.Assumed
	for _, d := range act.Drafts {
		tasks, notes, err := s.reader.Tasks(d)
		if err != nil {
			return err
		}
		wanted, assumed = append(wanted, tasks...), append(assumed, notes...)
	}
	if len(wanted) == 0 {
		s.say("What should the task be called? Nothing was added.")
		return nil
	}
	if len(wanted) > maxAdded {
		s.say("Those are %d tasks at once; I add at most %d from one message. Nothing was added.", len(wanted), maxAdded)
		return nil
	}
	result, err := s.Todo.Create(ctx, s.by("add"), wanted...)
	if err != nil {
		return err
	}
	s.about(result.Tasks...)
	s.say("%s", s.added(result.Tasks, assumed))
	for _, d := range result.Tasks {
		s.card(d, result.ChangeSet.ID)
	}
	return nil
}

// maxAdded is how many tasks one message may make.
const maxAdded = 50

// added says what was made, a task with its facts, several by their titles.
func (s *session) added(tasks []todo.Details, assumed []string) string {
	var text strings.Builder
	if len(tasks) == 1 {
		text.WriteString("Added **" + escape(tasks[0].Title) + "**")
		if facts := s.facts(tasks[0]); len(facts) > 0 {
			text.WriteString(": " + strings.Join(facts, ", "))
		}
		text.WriteString(".")
	} else {
		text.WriteString("Added " + count(len(tasks), "task") + ":\n")
		for _, d := range tasks {
			text.WriteString("\n- **" + escape(d.Title) + "**")
			if facts := s.facts(d); len(facts) > 0 {
				text.WriteString(": " + strings.Join(facts, ", "))
			}
		}
	}
	if notes := distinct(assumed); len(notes) > 0 {
		text.WriteString("\n\nAssumed: " + escape(strings.Join(notes, "; ")) + ".")
	}
	return text.String()
}

// facts are what is known of a task besides its title.
func (s *session) facts(d todo.Details) []string {
	w := s.words(d)
	var facts []string
	if w.Due != "" {
		facts = append(facts, "due "+w.Due)
	}
	if w.Rule != "" {
		facts = append(facts, "repeats "+w.Rule)
	}
	for _, r := range w.Reminders {
		facts = append(facts, "reminder "+r)
	}
	if d.Priority != todo.PriorityMedium {
		facts = append(facts, string(d.Priority)+" priority")
	}
	for _, tag := range d.Tags {
		facts = append(facts, escape("#"+tag))
	}
	return facts
}

func distinct(list []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, one := range list {
		one = strings.TrimSuffix(strings.TrimSpace(one), ".")
		if one != "" && !seen[one] {
			seen[one] = true
			out = append(out, one)
		}
	}
	return out
}

package assistant

import (
	"context"
	"strings"

	"function/shared/language"
	"function/shared/todo"
)

// Pending is an act that waits for an answer: a yes, or which of the tasks. It may
// hold task text (a new title), so it is kept sealed.
type Pending struct {
	ID     string        `json:"id"`
	Act    language.Act  `json:"act"`
	Tasks  []todo.Target `json:"tasks"` // as they were shown
	Choice bool          `json:"choice,omitempty"`
}

// wait keeps an act until it is answered.
func (s *session) wait(act language.Act, tasks []todo.Details, choice bool) string {
	p := &Pending{ID: s.Todo.NewID(), Act: act, Tasks: targets(tasks), Choice: choice}
	s.answer.Pending, s.answer.Focus.Pending = p, p.ID
	return p.ID
}

// preview shows what a yes would do.
func (s *session) preview(act language.Act, tasks []todo.Details) {
	if s.turn.Forgetful {
		s.say("preview.forgetful", "n", len(tasks))
		return
	}
	if len(tasks) > maxTogether {
		s.say("preview.too_many", "n", len(tasks), "most", maxTogether)
		return
	}
	title := s.intention(act, len(tasks))
	s.shown(tasks)
	s.say("preview.ask", "title", title)
	id := s.wait(act, tasks, false)
	s.answer.Parts = append(s.answer.Parts, Part{Preview: &Preview{Pending: id, Title: title, Confirm: s.verb(act.Intent), List: s.listOf(tasks)}})
}

// maxTogether is how many tasks one yes may change.
const maxTogether = 500

// maxChoices is how many tasks a question offers.
const maxChoices = 8

// ask asks which task was meant.
func (s *session) ask(act language.Act, tasks []todo.Details) {
	tasks = tasks[:min(len(tasks), maxChoices)]
	if s.turn.Forgetful {
		s.say("choice.forgetful", "titles", s.alternatives(tasks))
		return
	}
	s.shown(tasks)
	if len(tasks) == 1 {
		s.say("choice.one", "task", name(tasks[0]))
	} else {
		s.say("choice.which")
	}
	id := s.wait(act, tasks, true)
	s.answer.Parts = append(s.answer.Parts, Part{Choices: &Choices{Pending: id, List: s.listOf(tasks)}})
}

// Confirm does what a preview showed, to the tasks at the versions that it showed.
func (a *Assistant) Confirm(ctx context.Context, turn Turn) (Answer, error) {
	s := a.begin(turn)
	s.step = "confirm"
	return s.answer, s.excuse(s.confirm(ctx))
}

func (s *session) confirm(ctx context.Context) error {
	p := s.turn.Pending
	s.answer.Focus.Pending = ""
	switch {
	case p == nil && s.turn.Forgetful:
		s.say("confirm.forgotten")
	case p == nil:
		s.say("confirm.nothing")
	case p.Choice && len(p.Tasks) == 1:
		return s.pick(ctx, p.Tasks[0].ID)
	case p.Choice:
		s.answer.Focus.Pending = p.ID
		s.say("choice.number")
	default:
		return s.carryOut(ctx, *p, p.Tasks)
	}
	return nil
}

// carryOut applies what waited, unless a task has changed since it was shown.
func (s *session) carryOut(ctx context.Context, p Pending, chosen []todo.Target) error {
	ids := make([]string, 0, len(chosen))
	for _, t := range chosen {
		ids = append(ids, t.ID)
	}
	now, err := s.Todo.Store.Tasks(ctx, s.turn.Owner, ids)
	if err != nil {
		return err
	}
	current := map[string]todo.Details{}
	for _, d := range now {
		current[d.ID] = d
	}
	tasks := make([]todo.Details, 0, len(chosen))
	for _, t := range chosen {
		d, there := current[t.ID]
		if !there || d.Version != t.Version {
			return todo.Errorf(todo.CodeVersionMismatch, "a task was changed since it was shown")
		}
		tasks = append(tasks, d)
	}
	// The receipt is the plan's: two yeses, by word and by button, do it once.
	s.turn.MessageID, s.step = p.ID, ""
	return s.apply(ctx, p.Act, tasks)
}

// Pick answers a question of which task was meant.
func (a *Assistant) Pick(ctx context.Context, turn Turn, taskID string) (Answer, error) {
	s := a.begin(turn)
	s.step = "pick"
	return s.answer, s.excuse(s.pick(ctx, taskID))
}

func (s *session) pick(ctx context.Context, taskID string) error {
	p := s.turn.Pending
	s.answer.Focus.Pending = ""
	if p == nil || !p.Choice {
		s.say("choice.closed")
		return nil
	}
	for _, t := range p.Tasks {
		if t.ID == taskID {
			if p.Act.Intent == language.Show {
				return s.showTask(ctx, taskID)
			}
			return s.carryOut(ctx, *p, []todo.Target{t})
		}
	}
	s.say("choice.other")
	return nil
}

// choose answers a question in words: "the second one".
func (s *session) choose(ctx context.Context, act language.Act) error {
	p := s.turn.Pending
	if p == nil || !p.Choice {
		s.answer.Focus.Pending = s.turn.Focus.Pending
		s.say("choice.unasked")
		return nil
	}
	f, err := s.chosen(ctx, act.Target, *p)
	if err != nil {
		return err
	}
	if len(f.tasks) != 1 {
		s.say("choice.unsure")
		return nil
	}
	return s.pick(ctx, f.tasks[0].ID)
}

// chosen finds the answer among the choices, by number or by words.
func (s *session) chosen(ctx context.Context, t language.Target, p Pending) (found, error) {
	if len(t.Ordinals) == 1 {
		n := t.Ordinals[0] - 1
		if t.Ordinals[0] < 0 {
			n = len(p.Tasks) + t.Ordinals[0]
		}
		if n < 0 || n >= len(p.Tasks) {
			return found{}, nil
		}
		d, err := s.Todo.Store.Task(ctx, s.turn.Owner, p.Tasks[n].ID)
		return found{tasks: []todo.Details{d}}, err
	}
	if strings.TrimSpace(t.Words) == "" {
		return found{}, nil
	}
	ids := make([]string, 0, len(p.Tasks))
	for _, one := range p.Tasks {
		ids = append(ids, one.ID)
	}
	list, err := s.Todo.Store.Tasks(ctx, s.turn.Owner, ids)
	if err != nil {
		return found{}, err
	}
	ranked := rank(t.Words, list)
	if len(ranked) == 0 {
		return found{}, nil
	}
	tasks, sure := best(ranked)
	if !sure {
		return found{}, nil
	}
	return found{tasks: tasks}, nil
}

// Cancel drops what waits.
func (a *Assistant) Cancel(turn Turn) Answer {
	s := a.begin(turn)
	s.refuse()
	return s.answer
}

func (s *session) refuse() {
	s.answer.Focus.Pending = ""
	s.say("refused")
}

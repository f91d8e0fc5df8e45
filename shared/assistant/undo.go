package assistant

import (
	"context"

	"function/shared/language"
	"function/shared/todo"
)

// Undo takes back a change set, as a button asks for.
func (a *Assistant) Undo(ctx context.Context, turn Turn, changeSet string) (Answer, error) {
	s := a.begin(turn)
	return s.answer, s.excuse(s.takeBack(ctx, changeSet, false))
}

// undo takes back what the person did last, here or in the list.
func (s *session) undo(ctx context.Context) error {
	cs, err := s.Todo.Store.LatestChangeSet(ctx, s.turn.Owner, todo.ActorPerson, todo.ActorAssistant)
	if todo.CodeOf(err) == todo.CodeNotFound {
		s.say("undo.nothing")
		return nil
	}
	if err != nil {
		return err
	}
	return s.takeBack(ctx, cs.ID, false)
}

// redo does again what the last undo in this conversation took back, or else makes the
// last change once more, to the tasks that it was made to: another day later.
func (s *session) redo(ctx context.Context) error {
	if again := s.turn.Focus.Again; again != nil {
		act := language.Act{Intent: again.Intent, Target: language.Target{Pronoun: "it"}, Change: language.Change{Shift: again.Shift, Snooze: again.Snooze}}
		if len(s.turn.Focus.It) > 1 {
			act.Target.Pronoun = "them"
		}
		return s.change(ctx, act)
	}
	if s.turn.Focus.Undo == "" {
		s.say("redo.nothing")
		return nil
	}
	s.answer.Focus.Undo = ""
	return s.takeBack(ctx, s.turn.Focus.Undo, true)
}

// repeatable remembers a change that moves on, and forgets what was undone before it.
func (s *session) repeatable(act language.Act) {
	c := act.Change
	switch {
	case act.Intent == language.Skip, act.Intent == language.Reschedule && c.Shift != nil && c.Due == nil, act.Intent == language.Snooze && c.Due == nil:
		s.answer.Focus.Again, s.answer.Focus.Undo = &Again{act.Intent, c.Shift, c.Snooze}, ""
	default:
		s.answer.Focus.Again = nil
	}
}

func (s *session) takeBack(ctx context.Context, changeSet string, again bool) error {
	s.step = stepUndo + s.step
	result, err := s.Todo.Undo(ctx, s.by(changeSet), changeSet)
	if err != nil {
		return err
	}
	s.answer.Focus.Again = nil
	if !again {
		s.answer.Focus.Undo = result.ChangeSet.ID
	}
	gone := 0
	for _, d := range result.ChangeSet.Tasks {
		if d.After == nil {
			gone++
		}
	}
	s.about(result.Tasks...)
	kind := "plain"
	switch {
	case len(result.Tasks) > 0:
		kind = "done"
	case gone > 0:
		kind = "gone"
	}
	if again {
		s.say("redo."+kind, "tasks", s.titles(result.Tasks), "n", gone)
	} else {
		s.say("undo."+kind, "tasks", s.titles(result.Tasks), "n", gone)
	}
	if len(result.Tasks) > 0 {
		s.present(result.Tasks, result.ChangeSet.ID)
	}
	return nil
}

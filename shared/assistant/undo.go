package assistant

import (
	"context"

	"function/shared/todo"
)

// Undo takes back a change set, as a button asks for.
func (a *Assistant) Undo(ctx context.Context, turn Turn, changeSet string) (Answer, error) {
	s := a.begin(turn)
	s.step = "undo"
	return s.answer, s.excuse(s.takeBack(ctx, changeSet, "Undone"))
}

// undo takes back what the person did last, here or in the list.
func (s *session) undo(ctx context.Context) error {
	cs, err := s.Todo.Store.LatestChangeSet(ctx, s.turn.Owner, todo.ActorPerson, todo.ActorAssistant)
	if todo.CodeOf(err) == todo.CodeNotFound {
		s.say("There is nothing to undo.")
		return nil
	}
	for err == nil && cs.Cause != "" { // one of several that were made together: the first stands for all
		cause, causeErr := s.Todo.Store.ChangeSet(ctx, s.turn.Owner, cs.Cause)
		if causeErr != nil || cause.UndoneBy != "" {
			break
		}
		cs = cause
	}
	if err != nil {
		return err
	}
	return s.takeBack(ctx, cs.ID, "Undone")
}

// redo does again what the last undo in this conversation took back.
func (s *session) redo(ctx context.Context) error {
	if s.turn.Focus.Undo == "" {
		s.say("I have undone nothing in this conversation that I could do again.")
		return nil
	}
	s.answer.Focus.Undo = ""
	return s.takeBack(ctx, s.turn.Focus.Undo, "Done again")
}

func (s *session) takeBack(ctx context.Context, changeSet, word string) error {
	result, err := s.Todo.Undo(ctx, s.by(changeSet), changeSet)
	if err != nil {
		return err
	}
	if word == "Undone" {
		s.answer.Focus.Undo = result.ChangeSet.ID
	}
	gone := 0
	for _, d := range result.ChangeSet.Tasks {
		if d.After == nil {
			gone++
		}
	}
	s.about(result.Tasks...)
	switch {
	case len(result.Tasks) == 0 && gone > 0:
		s.say("%s: %s taken off the list again.", word, plural(gone, "the task is", count(gone, "task")+" are"))
		return nil
	case len(result.Tasks) == 0:
		s.say("%s.", word)
		return nil
	}
	s.say("%s: %s.", word, titles(result.Tasks))
	s.present(result.Tasks, result.ChangeSet.ID)
	return nil
}

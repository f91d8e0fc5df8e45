package assistant

import (
	"context"
	"slices"

	"function/shared/language"
	"function/shared/todo"
)

// maxListed bounds what a conversation remembers.
const maxListed = 50

// focus is the conversation's focus as package language wants it: with titles, which
// are read afresh, because they are kept nowhere but in their tasks.
func (s *session) focus(ctx context.Context) (language.Focus, error) {
	f := language.Focus{}
	if s.turn.Pending != nil {
		f.Pending = s.turn.Pending.Act.Intent
	}
	if len(s.turn.Focus.Listed) == 0 {
		return f, nil
	}
	listed, err := s.listed(ctx)
	if err != nil {
		return f, err
	}
	for _, d := range listed {
		f.Listed = append(f.Listed, d.Title) // empty where the task is gone: positions stay
	}
	for _, i := range s.turn.Focus.It {
		if i >= 0 && i < len(f.Listed) {
			f.It = append(f.It, i)
		}
	}
	return f, nil
}

// listed gives the tasks last shown, in their order; one that is gone has no ID.
func (s *session) listed(ctx context.Context) ([]todo.Details, error) {
	ids := s.turn.Focus.Listed
	found, err := s.Todo.Store.Tasks(ctx, s.turn.Owner, ids)
	if err != nil {
		return nil, err
	}
	list := make([]todo.Details, len(ids))
	for _, d := range found {
		if i := slices.Index(ids, d.ID); i >= 0 {
			list[i] = d
		}
	}
	return list, nil
}

// shown makes a list the one that "the second one" counts in, and all of it what
// "them" means.
func (s *session) shown(list []todo.Details) {
	f := &s.answer.Focus
	f.Listed, f.It = nil, nil
	for i, d := range list[:min(len(list), maxShown)] {
		f.Listed, f.It = append(f.Listed, d.ID), append(f.It, i)
	}
}

// about makes tasks what "it" means. Positions in the list last shown stay.
func (s *session) about(list ...todo.Details) {
	f := &s.answer.Focus
	f.It = nil
	for _, d := range list {
		i := slices.Index(f.Listed, d.ID)
		if i < 0 {
			if len(f.Listed) == maxListed {
				f.Listed, f.It = nil, nil
			}
			i, f.Listed = len(f.Listed), append(slices.Clone(f.Listed), d.ID)
		}
		f.It = append(f.It, i)
	}
}

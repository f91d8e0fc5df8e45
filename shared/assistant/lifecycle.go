package assistant

import (
	"context"

	"function/shared/language"
	"function/shared/todo"
)

// change carries out an intent on existing tasks: at once on what was named one by
// one, after a yes on several, and on what a model has read.
func (s *session) change(ctx context.Context, act language.Act) error {
	if act.Intent != language.Complete && act.Intent != language.Reopen && act.Intent != language.Delete && act.Intent != language.Restore {
		if reason := incomplete(act); reason != "" {
			s.say(reason)
			return nil
		}
	}
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
	case s.suggested || !f.byName || len(f.tasks) > 1 && !harmless(act.Intent):
		s.preview(act, f.tasks)
		return nil
	}
	return s.apply(ctx, act, f.tasks)
}

// harmless names what may be done to several tasks at once without asking, where each
// of them was named.
func harmless(intent language.Intent) bool {
	return intent == language.Complete || intent == language.Reopen || intent == language.Restore
}

// apply does it, to tasks at the versions given.
func (s *session) apply(ctx context.Context, act language.Act, tasks []todo.Details) error {
	s.repeatable(act)
	var do func(context.Context, todo.Act, ...todo.Target) (todo.Result, error)
	switch act.Intent {
	case language.Complete:
		do = s.Todo.Complete
	case language.Reopen:
		do = s.Todo.Reopen
	case language.Delete:
		do = s.Todo.Delete
	case language.Restore:
		do = s.Todo.Restore
	case language.Skip, language.Pause, language.Resume:
		return s.series(ctx, act, tasks)
	case language.Snooze:
		if len(tasks) == 1 && s.remindsOnly(act, tasks[0]) {
			return s.snooze(ctx, act, tasks[0])
		}
		return s.edit(ctx, act, tasks)
	default:
		return s.edit(ctx, act, tasks)
	}
	result, err := do(ctx, s.by("move"), targets(tasks)...)
	if err != nil {
		return err
	}
	s.about(result.Tasks...)
	if result.ChangeSet.ID == "" {
		s.say("already."+string(act.Intent), "tasks", s.titles(result.Tasks))
		return nil
	}
	said := []string{s.text("done."+string(act.Intent), "tasks", s.titles(result.Tasks))}
	if when := s.sequel(act.Intent, result); when != "" {
		said = append(said, s.text("done.next", "when", when))
	}
	s.tell(said...)
	s.present(result.Tasks, result.ChangeSet.ID)
	return nil
}

// sequel says when the occurrence after a completed one is due; empty where there is none
// yet, or none at all.
func (s *session) sequel(intent language.Intent, r todo.Result) string {
	if intent != language.Complete || len(r.Tasks) != 1 || r.First().Series == nil || r.First().Series.EndedAt != nil {
		return ""
	}
	d := r.First()
	next, ok, err := s.Todo.Calendar.Next(*d.Series, d.Slot, *d.CompletedAt, 0)
	if err != nil || !ok || d.Series.FromCompletion {
		return ""
	}
	at, err := s.Todo.Calendar.At(next, d.Series.Zone)
	if err != nil {
		return ""
	}
	return s.when(todo.Due{Local: next, Zone: d.Series.Zone, At: at})
}

// present shows changed tasks: one as a card, several as a list with one undo.
func (s *session) present(tasks []todo.Details, changeSet string) {
	if len(tasks) == 1 {
		s.card(tasks[0], changeSet)
		return
	}
	list := s.listOf(tasks)
	for i := range list.Cards {
		list.Cards[i].ChangeSet = changeSet
	}
	s.answer.Parts = append(s.answer.Parts, Part{List: &list})
}

func targets(tasks []todo.Details) []todo.Target {
	out := make([]todo.Target, 0, len(tasks))
	for _, d := range tasks {
		out = append(out, todo.Target{ID: d.ID, Version: d.Version})
	}
	return out
}

// Complete marks a task as done, as a button asks for.
func (a *Assistant) Complete(ctx context.Context, turn Turn, target todo.Target) (Answer, error) {
	return a.move(ctx, turn, target, language.Complete)
}

// Reopen opens a task again, as a button asks for.
func (a *Assistant) Reopen(ctx context.Context, turn Turn, target todo.Target) (Answer, error) {
	return a.move(ctx, turn, target, language.Reopen)
}

// move does it to the version that the button was shown with. Where there is another by
// now, it shows that one instead.
func (a *Assistant) move(ctx context.Context, turn Turn, target todo.Target, intent language.Intent) (Answer, error) {
	s := a.begin(turn)
	s.step = string(intent)
	d, err := s.Todo.Store.Task(ctx, turn.Owner, target.ID)
	if err != nil {
		return s.answer, s.excuse(err)
	}
	there := map[language.Intent]todo.Status{language.Complete: todo.StatusCompleted, language.Reopen: todo.StatusOpen}[intent]
	if target.Version != 0 && d.Version != target.Version && !d.Trashed() && d.Status != there {
		s.about(d)
		s.say("changed_since", "task", name(d))
		s.card(d, "")
		return s.answer, nil
	}
	return s.answer, s.excuse(s.apply(ctx, language.Act{Intent: intent}, []todo.Details{d}))
}

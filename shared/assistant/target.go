package assistant

import (
	"context"
	"strings"
	"time"

	"function/shared/language"
	"function/shared/todo"
)

// found is what a target came to.
type found struct {
	tasks   []todo.Details // what is meant
	choices []todo.Details // or: one of these
	byName  bool           // each was named, not swept up by a filter
	why     string         // where there is nothing: a sentence that says so
}

func (s *session) none(key string, holes ...any) (found, error) {
	return found{why: s.text(key, holes...)}, nil
}

// resolve finds the tasks that a target means, among those in a place that the intent
// works on.
func (s *session) resolve(ctx context.Context, act language.Act) (found, error) {
	t := act.Target
	switch {
	case len(t.Ordinals) > 0:
		return s.byOrdinal(ctx, t.Ordinals)
	case t.Words != "":
		return s.byWords(ctx, act)
	case t.Pronoun != "":
		return s.byPronoun(ctx, t.Pronoun)
	case t.All || !emptyFilter(t.Filter):
		filter := t.Filter
		if to := act.Change.Due; to != nil && filter.Due != nil && filter.Due.Start == to.Start {
			filter.Due = nil // where to, not which: nobody moves from a day to the same day
		}
		if filter.Status == "" {
			filter.Status = statusOf(act.Intent)
		}
		list, err := s.filtered(ctx, filter)
		if err != nil || len(list) > 0 {
			return found{tasks: list}, err
		}
		return s.none("target.nothing")
	case changesFields(act.Intent) && len(s.turn.Focus.It) == 1:
		return s.byPronoun(ctx, "it")
	}
	return s.none("target.unnamed")
}

// statusOf is where the tasks are that an intent works on.
func statusOf(intent language.Intent) string {
	switch intent {
	case language.Reopen:
		return "done"
	case language.Restore:
		return "deleted"
	}
	return "open"
}

func changesFields(intent language.Intent) bool {
	switch intent {
	case language.Reschedule, language.Snooze, language.Rename, language.Edit, language.Remind, language.Show:
		return true
	}
	return false
}

func emptyFilter(f language.Filter) bool {
	return f.Due == nil && !f.NoDue && !f.Overdue && f.Priority == "" && len(f.Tags) == 0 && f.Done == nil && f.Text == "" && !f.Recurring && f.Status == ""
}

func (s *session) byOrdinal(ctx context.Context, ordinals []int) (found, error) {
	if len(s.turn.Focus.Listed) == 0 {
		return s.none("target.no_list")
	}
	listed, err := s.listed(ctx)
	if err != nil {
		return found{}, err
	}
	var tasks []todo.Details
	for _, n := range ordinals {
		i := n - 1
		if n < 0 {
			i = len(listed) + n
		}
		if i < 0 || i >= len(listed) || n == 0 {
			return s.none("target.no_number", "n", len(listed), "number", n)
		}
		if listed[i].ID == "" {
			return s.none("target.gone", "number", n)
		}
		tasks = append(tasks, listed[i])
	}
	return found{tasks: tasks, byName: true}, nil
}

func (s *session) byPronoun(ctx context.Context, pronoun string) (found, error) {
	listed, err := s.listed(ctx)
	if err != nil {
		return found{}, err
	}
	var tasks []todo.Details
	for _, i := range s.turn.Focus.It {
		if i >= 0 && i < len(listed) && listed[i].ID != "" {
			tasks = append(tasks, listed[i])
		}
	}
	switch {
	case len(tasks) == 0:
		return s.none("target.unsure")
	case pronoun == "them":
		return found{tasks: tasks}, nil
	case len(tasks) > 1:
		return found{choices: tasks}, nil
	}
	return found{tasks: tasks, byName: true}, nil
}

// byWords looks for a title: first where the intent works, then elsewhere, to be able
// to say that it was done already.
func (s *session) byWords(ctx context.Context, act language.Act) (found, error) {
	words := act.Target.Words
	ranked, err := s.search(ctx, viewOf(statusOf(act.Intent)), words, act.Target.Quoted)
	if err != nil {
		return found{}, err
	}
	if len(ranked) > 0 {
		list, sure := best(ranked)
		if sure {
			return found{tasks: list, byName: true}, nil
		}
		return found{choices: list}, nil
	}
	if several, err := s.severalWords(ctx, act); err != nil || len(several.tasks) > 0 {
		return several, err
	}
	elsewhere, err := s.elsewhere(ctx, act)
	if err != nil || elsewhere.why != "" || len(elsewhere.tasks) > 0 {
		return elsewhere, err
	}
	return s.none("target.no_match_"+statusOf(act.Intent), "words", escape(words))
}

// joints stand between titles, in all languages.
var joints = strings.NewReplacer(" and ", ",", " und ", ",", " y ", ",", " et ", ",", " e ", ",", " & ", ",")

// severalWords reads "milk, eggs and the rent" as titles of their own, where each of them
// is the title of one task and the whole is none.
func (s *session) severalWords(ctx context.Context, act language.Act) (found, error) {
	var all found
	parts := titles(act.Target.Words)
	if act.Target.Quoted || len(parts) < 2 || len(parts) > maxTitles {
		return all, nil
	}
	for _, words := range parts {
		ranked, err := s.search(ctx, viewOf(statusOf(act.Intent)), words, false)
		if err != nil || len(ranked) == 0 {
			return found{}, err
		}
		list, sure := best(ranked)
		if !sure {
			return found{}, nil
		}
		all.tasks = append(all.tasks, list...)
	}
	all.byName = true
	return all, nil
}

// maxTitles is how many tasks one act may name.
const maxTitles = 10

// titles are the parts of words that joints divide.
func titles(words string) []string {
	var out []string
	for part := range strings.SplitSeq(joints.Replace(words), ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// elsewhere looks for a title in the places that an intent does not work on.
func (s *session) elsewhere(ctx context.Context, act language.Act) (found, error) {
	places := map[language.Intent][]string{
		language.Complete: {"done"}, language.Reopen: {"open"}, language.Restore: {"open"}, language.Delete: {"done"}, language.Show: {"done", "deleted"},
	}[act.Intent]
	for _, status := range places {
		ranked, err := s.search(ctx, viewOf(status), act.Target.Words, act.Target.Quoted)
		if err != nil || len(ranked) == 0 {
			if err != nil {
				return found{}, err
			}
			continue
		}
		list, sure := best(ranked)
		if act.Intent == language.Show || act.Intent == language.Delete {
			if sure {
				return found{tasks: list, byName: true}, nil
			}
			return found{choices: list}, nil
		}
		if sure {
			return s.none("target.is_"+status, "task", name(list[0]))
		}
	}
	return found{}, nil
}

func viewOf(status string) todo.View {
	switch status {
	case "done":
		return todo.ViewDone
	case "deleted":
		return todo.ViewTrash
	}
	return todo.ViewAll
}

// search ranks the tasks of a view by how well words fit their titles. The index finds
// words and their beginnings; only where it finds nothing good are the titles compared
// one by one, for typing mistakes.
func (s *session) search(ctx context.Context, view todo.View, words string, quoted bool) ([]matched, error) {
	page, err := s.Todo.Store.List(ctx, s.turn.Owner, todo.Query{View: view, Where: todo.All(beginnings(asked(words))), Tomorrow: s.tomorrow(), Limit: maxPage})
	if err != nil {
		return nil, err
	}
	ranked := rank(words, page.Data)
	if len(ranked) == 0 || ranked[0].score < good {
		all, err := s.all(ctx, view, todo.Query{})
		if err != nil {
			return nil, err
		}
		ranked = rank(words, all)
	}
	if quoted {
		for i, m := range ranked {
			if strings.EqualFold(m.task.Title, words) {
				ranked[i].score = 1
			}
		}
		ranked = exactFirst(ranked)
	}
	return ranked, nil
}

// exactFirst keeps only exact matches where there are any.
func exactFirst(ranked []matched) []matched {
	var exact []matched
	for _, m := range ranked {
		if m.score == 1 {
			exact = append(exact, m)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return ranked
}

// maxPage and maxPages bound how many tasks one message looks at.
const (
	maxPage  = 200
	maxPages = 25
)

// all gives the tasks of a view that fit a query, at most maxPage×maxPages.
func (s *session) all(ctx context.Context, view todo.View, q todo.Query) ([]todo.Details, error) {
	q.View, q.Tomorrow, q.Limit = view, s.tomorrow(), maxPage
	q.Now, q.Today = s.now, s.now.Format(time.DateOnly)
	var list []todo.Details
	for range maxPages {
		page, err := s.Todo.Store.List(ctx, s.turn.Owner, q)
		if err != nil {
			return nil, err
		}
		list = append(list, page.Data...)
		if !page.HasMore {
			break
		}
		q.After = page.After
	}
	return list, nil
}

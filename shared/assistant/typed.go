package assistant

import (
	"context"
	"regexp"
	"strings"

	"function/shared/filter"
	"function/shared/language"
	"function/shared/todo"
)

// asking are the words that ask for tasks in front of a filter, and those that ask how
// many there are.
var asking = regexp.MustCompile(`(?is)^\s*(?:(list|show(?: me)?|find|search|liste|zeig(?:e)?(?: mir)?|finde|suche|montre|affiche|cherche|lista|muestra|busca|mostra|procura|elenca|cerca)|(count|how many|zähle|wie viele|compte|combien|cuenta|cuántas|conta|quantas|quante))\s+(.+)$`)

// sign is what no sentence has and a filter does: a field with its value, or a tag that
// is not wanted.
var sign = regexp.MustCompile(`(?i)(?:^|[\s(])-?(?:due|priority|p|is|has|no|tag|created|updated|completed):["<>=\p{L}\p{N}]|(?:^|[\s(])-#[\p{L}\p{N}]`)

// typed answers what is asked for in the filter language (docs/filters.md), as in "list
// priority:high #home -#work". What is no filter after all is left to be understood as
// words.
func (s *session) typed(ctx context.Context) (answered bool, err error) {
	found := asking.FindStringSubmatch(s.turn.Text)
	if found == nil || !sign.MatchString(found[3]) {
		return false, nil
	}
	text := strings.TrimSpace(found[3])
	where, err := filter.Parse(text, s.reader.Dates)
	if err != nil {
		return false, nil //nolint:nilerr // then it is words
	}
	s.answer.Focus.Pending = ""
	tasks, err := s.all(ctx, filter.ViewOf(where), todo.Query{Where: where})
	if err != nil {
		return true, err
	}
	s.shown(tasks)
	asked := language.Filter{Text: text}
	if len(tasks) == 0 && found[2] == "" {
		s.tell(s.nothing(asked))
		return true, nil
	}
	s.tell(s.headline(asked, len(tasks))...)
	if found[2] == "" {
		list := s.listOf(tasks)
		s.answer.Parts = append(s.answer.Parts, Part{List: &list})
	}
	return true, nil
}

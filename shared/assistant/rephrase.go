package assistant

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"function/shared/language"
)

// rephrased reads what a model makes of a message that nobody understood. It is believed
// as little as possible: one act, of a kind that names tasks or lists them, whose titles
// are the person's own words; what changes a task is shown first. A model neither says
// yes, nor undoes, nor sets anything.
func (s *session) rephrased(ctx context.Context, focus language.Focus) (u language.Understanding, ok bool) {
	if s.Rephrase == nil || strings.TrimSpace(s.turn.Text) == "" {
		return u, false
	}
	text, err := s.Rephrase(ctx, s.turn.Text, s.catalog.Language)
	if err != nil || text == "" {
		return u, false // the person is asked what they mean, as without a model
	}
	u, err = s.Understand(text, s.reader.Context(), focus)
	if err != nil || len(u.Acts) != 1 || !slices.Contains(suggestible, u.Acts[0].Intent) || !s.ownWords(u.Acts[0]) {
		return u, false
	}
	s.suggested = true
	s.say("model.read", "text", escape(text))
	return u, true
}

// suggestible are the intents that a model may find.
var suggestible = []language.Intent{
	language.Add, language.Complete, language.Reopen, language.Delete, language.Restore, language.Reschedule, language.Snooze,
	language.Rename, language.Edit, language.Remind, language.List, language.Search, language.Count, language.Next, language.Show,
}

// ownWords tells whether all that an act would write stands in the person's message.
func (s *session) ownWords(act language.Act) bool {
	written := []string{act.Change.Title, act.Change.Description}
	written = append(written, act.Change.AddTags...)
	var drafts func(list []language.Draft)
	drafts = func(list []language.Draft) {
		for _, d := range list {
			written = append(append(written, d.Title, d.Description), d.Tags...)
			drafts(d.Subtasks)
		}
	}
	drafts(act.Drafts)
	said := wordsOf(s.turn.Text)
	return !slices.ContainsFunc(written, func(text string) bool {
		return slices.ContainsFunc(wordsOf(text), func(word string) bool { return !slices.Contains(said, word) })
	})
}

func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

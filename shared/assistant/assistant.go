package assistant

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"function/shared/assistant/catalog"
	"function/shared/language"
	"function/shared/quickadd"
	"function/shared/todo"
)

// Source names the assistant in receipts.
const Source = "/nudge/chat"

// Assistant answers. It is safe for concurrent use.
type Assistant struct {
	Todo *todo.Service
	// Understand is language.Understand.
	Understand func(string, language.Context, language.Focus) (language.Understanding, error)
	// Rephrase says a message that means nothing again, in words that may; nil: nobody is
	// asked. It is model.Model's.
	Rephrase func(ctx context.Context, text, language string) (string, error)
}

// Turn is one message, or one press of a button, with what it is said into.
type Turn struct {
	Owner string
	// Prefs are the person's. Language is the one to answer in; where it is empty, that
	// of the message.
	Prefs todo.Preferences
	Text  string
	// MessageID marks the effects: the same message has them once.
	MessageID string
	Focus     Focus
	// Pending is what Focus.Pending names; nil where there is nothing.
	Pending *Pending
	// Forgetful says that nothing can be remembered until the next turn, so nothing
	// can be asked.
	Forgetful bool
}

// Focus is what a conversation is about. It holds ids only, no text.
type Focus struct {
	Listed  []string `json:"listed,omitempty"`  // tasks last shown, in order
	It      []int    `json:"it,omitempty"`      // those in Listed that "it" or "them" means
	Pending string   `json:"pending,omitempty"` // what waits for an answer
	Undo    string   `json:"undo,omitempty"`    // the change set of the last undo, for redo
	Again   *Again   `json:"again,omitempty"`   // the last change, where it can be made once more
}

// Again is a change that can be made once more, as it was: one that moves on.
type Again struct {
	Intent language.Intent `json:"intent"`
	Shift  *language.Shift `json:"shift,omitempty"`
	Snooze time.Duration   `json:"snooze,omitempty"`
}

// Answer is what to tell the person, and what to remember.
type Answer struct {
	Parts   []Part
	Focus   Focus
	Pending *Pending // to be kept until it is answered; Focus.Pending is its id
	// Language is the tag of the language that the answer is in.
	Language string
}

// Part is one piece of an answer; one of the fields is set.
type Part struct {
	Text    string // Markdown
	Task    *Card
	List    *List
	Preview *Preview
	Choices *Choices
}

// Card shows a task, and offers to undo the change set that led to it.
type Card struct {
	Task      todo.Details
	ChangeSet string
	Words     Words
}

// List shows tasks, and how many there are beside them.
type List struct {
	Cards []Card
	More  int
}

// Preview shows what a yes would do, and to which tasks.
type Preview struct {
	Pending string
	Title   string
	Confirm string // the label of the yes
	List    List
}

// Choices asks which task was meant.
type Choices struct {
	Pending string
	List    List
}

// session is one turn being answered.
type session struct {
	*Assistant
	turn    Turn
	reader  quickadd.Reader
	now     time.Time // in the person's zone
	catalog *catalog.Catalog
	answer  Answer
	step    string // which act of the message it is about
	// suggested says that the act is a model's reading of the message.
	suggested bool
}

func (a *Assistant) begin(turn Turn) *session {
	s := &session{Assistant: a, turn: turn, answer: Answer{Focus: turn.Focus}}
	s.speak(turn.Prefs.Language)
	return s
}

// speak makes a language the one that is read and answered in.
func (s *session) speak(tag string) {
	prefs := s.turn.Prefs
	if prefs.Language = tag; tag == "" {
		prefs.Language = catalog.Languages[0]
	}
	s.reader = quickadd.For(prefs, s.Todo.Now())
	s.now, s.catalog = s.reader.Now(), catalog.For(prefs.Language)
	s.answer.Language = s.catalog.Language
}

// Answer answers a message. Where an error comes with it, the parts tell what was done
// before it happened.
func (a *Assistant) Answer(ctx context.Context, turn Turn) (Answer, error) {
	s := a.begin(turn)
	focus, err := s.focus(ctx)
	if err != nil {
		return s.answer, err
	}
	if answered, err := s.typed(ctx); answered {
		return s.answer, s.excuse(err)
	}
	u, err := s.understand(ctx, focus)
	switch {
	case errors.Is(err, language.ErrTooLong):
		s.say("too_long", "n", language.MaxInput)
		return s.answer, nil
	case errors.Is(err, language.ErrEmpty):
		s.say("empty")
		return s.answer, nil
	case err != nil:
		return s.answer, err
	}
	if !slices.ContainsFunc(u.Acts, answers) {
		s.answer.Focus.Pending = "" // a yes must follow its question
	}
	for i, act := range u.Acts {
		s.step = fmt.Sprint(i)
		if err := s.do(ctx, act); err != nil {
			return s.answer, err
		}
		s.turn.Focus = s.answer.Focus // "move the rent to Friday and tag it #home"
	}
	return s.answer, nil
}

// understand reads the message in the person's language. What means nothing in it is
// tried in the others, and those are only heard where they say an act clearly: whoever
// writes German into an English page is understood, and answered in the page's language.
// What means nothing in any of them is left to a model, where there is one.
func (s *session) understand(ctx context.Context, focus language.Focus) (language.Understanding, error) {
	u, err := s.Understand(s.turn.Text, s.reader.Context(), focus)
	if err != nil || slices.ContainsFunc(u.Acts, func(a language.Act) bool { return !unclear(a) }) {
		return u, err
	}
	for _, tag := range catalog.Languages {
		if tag == s.catalog.Language {
			continue
		}
		c := s.reader.Context()
		c.Language, c.DayFirst = tag, c.DayFirst || tag != "en"
		other, err := s.Understand(s.turn.Text, c, focus)
		if err != nil || slices.ContainsFunc(other.Acts, func(a language.Act) bool { return unclear(a) || a.Intent == language.Add || a.Confidence < clearly }) {
			continue
		}
		if s.turn.Prefs.Language == "" {
			s.speak(tag)
		}
		return other, nil
	}
	if slices.ContainsFunc(u.Acts, func(a language.Act) bool { return a.Intent == language.Unclear }) {
		if again, ok := s.rephrased(ctx, focus); ok {
			return again, nil
		}
	}
	return u, nil
}

// clearly is how sure another language must be.
const clearly = 0.8

func unclear(act language.Act) bool {
	return act.Intent == language.Unclear || act.Intent == language.OutOfScope
}

// answers tells whether an act answers a question.
func answers(act language.Act) bool {
	return act.Intent == language.Confirm || act.Intent == language.Refuse || act.Intent == language.Choose
}

// do carries out one act. What a person can get wrong becomes a sentence; what is
// returned is for the operator, and worth another try.
func (s *session) do(ctx context.Context, act language.Act) error {
	return s.excuse(s.dispatch(ctx, act))
}

func (s *session) dispatch(ctx context.Context, act language.Act) error {
	switch act.Intent {
	case language.Add:
		return s.add(ctx, act)
	case language.Complete, language.Reopen, language.Delete, language.Restore,
		language.Reschedule, language.Snooze, language.Rename, language.Edit, language.Remind,
		language.Skip, language.Pause, language.Resume:
		return s.change(ctx, act)
	case language.List, language.Search:
		return s.list(ctx, act)
	case language.Count:
		return s.count(ctx, act)
	case language.Next:
		return s.next(ctx)
	case language.Show:
		return s.show(ctx, act)
	case language.Undo:
		return s.undo(ctx)
	case language.Redo:
		return s.redo(ctx)
	case language.Preference:
		return s.settings(ctx, act)
	case language.Confirm:
		return s.confirm(ctx)
	case language.Refuse:
		s.refuse()
		return nil
	case language.Choose:
		return s.choose(ctx, act)
	default:
		s.talk(act)
		return nil
	}
}

// by is the act in whose name a step of the message is done. what tells several
// writes of one step apart.
func (s *session) by(what string) todo.Act {
	act := todo.Act{Owner: s.turn.Owner, Actor: todo.ActorAssistant}
	if s.turn.MessageID != "" {
		act.Receipt = &todo.Receipt{Consumer: "chat", Source: Source, ID: s.turn.MessageID + "/" + s.step + "/" + what}
	}
	return act
}

// text is a sentence of the catalog; holes are name, value, name, value, ….
func (s *session) text(key string, holes ...any) string { return s.catalog.Text(key, holes...) }

func (s *session) say(key string, holes ...any) { s.tell(s.text(key, holes...)) }

// tell adds sentences that are made already.
func (s *session) tell(sentences ...string) {
	s.answer.Parts = append(s.answer.Parts, Part{Text: strings.Join(sentences, " ")})
}

// card adds a task to the answer and makes it what "it" means.
func (s *session) card(d todo.Details, changeSet string) {
	s.answer.Parts = append(s.answer.Parts, Part{Task: &Card{Task: d, ChangeSet: changeSet, Words: s.words(d)}})
}

func (s *session) cards(list []todo.Details) []Card {
	cards := make([]Card, 0, len(list))
	for _, d := range list {
		cards = append(cards, Card{Task: d, Words: s.words(d)})
	}
	return cards
}

// maxShown is how many tasks a list in the chat shows; the page has the whole list.
const maxShown = 20

func (s *session) listOf(list []todo.Details) List {
	shown := list[:min(len(list), maxShown)]
	return List{Cards: s.cards(shown), More: len(list) - len(shown)}
}

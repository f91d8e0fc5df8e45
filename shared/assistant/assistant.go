package assistant

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

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
}

// Turn is one message, or one press of a button, with what it is said into.
type Turn struct {
	Owner string
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
}

// Answer is what to tell the person, and what to remember.
type Answer struct {
	Parts   []Part
	Focus   Focus
	Pending *Pending // to be kept until it is answered; Focus.Pending is its id
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
	turn   Turn
	reader quickadd.Reader
	now    time.Time // in the person's zone
	answer Answer
	step   string // which act of the message it is about
}

func (a *Assistant) begin(turn Turn) *session {
	reader := quickadd.For(turn.Prefs, a.Todo.Now())
	return &session{Assistant: a, turn: turn, reader: reader, now: reader.Now(), answer: Answer{Focus: turn.Focus}}
}

// Answer answers a message. Where an error comes with it, the parts tell what was done
// before it happened.
func (a *Assistant) Answer(ctx context.Context, turn Turn) (Answer, error) {
	s := a.begin(turn)
	focus, err := s.focus(ctx)
	if err != nil {
		return s.answer, err
	}
	u, err := a.Understand(turn.Text, s.reader.Context(), focus)
	switch {
	case errors.Is(err, language.ErrTooLong):
		s.say("That message is too long for me: at most %d characters, please. Nothing was changed.", language.MaxInput)
		return s.answer, nil
	case errors.Is(err, language.ErrEmpty):
		s.say("There was nothing in that message.")
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
	}
	return s.answer, nil
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
		language.Reschedule, language.Snooze, language.Rename, language.Edit, language.Remind:
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
		s.talk(act.Intent)
		return nil
	}
}

// excuse turns errors that a person can do something about into sentences.
func (s *session) excuse(err error) error {
	var known *todo.Error
	if !errors.As(err, &known) {
		return err
	}
	switch known.Code {
	case todo.CodeInvalid, todo.CodeConflict, todo.CodeTooLarge:
		s.say("That did not work: %s. Nothing was changed.", escape(strings.TrimSuffix(reasonOf(known), ".")))
	case todo.CodeVersionMismatch:
		s.say("It was changed somewhere else at the same moment, so I left it alone. Please try again.")
	case todo.CodeNotFound:
		s.say("That is not there any more.")
	case todo.CodeDuplicate:
		s.say("That was done already.")
	default:
		return err
	}
	return nil
}

// reasonOf says what is wrong, and with which field.
func reasonOf(e *todo.Error) string {
	if len(e.Fields) == 0 {
		return e.Message
	}
	f := e.Fields[0]
	for part := range strings.SplitSeq(f.Pointer, "/") {
		if part != "" && strings.Trim(part, "0123456789") != "" {
			return "the " + strings.ReplaceAll(part, "_", " ") + ": " + f.Detail
		}
	}
	return f.Detail
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

func (s *session) say(format string, args ...any) {
	s.answer.Parts = append(s.answer.Parts, Part{Text: fmt.Sprintf(format, args...)})
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

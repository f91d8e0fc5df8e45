package assistant_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"function/shared/assistant"
	"function/shared/language"
	"function/shared/todo"
)

// sayThrough says a message that language alone does not understand to an assistant with
// a model that says it again so.
func (k *talk) sayThrough(text, again string, failed error) assistant.Answer {
	k.Helper()
	k.turns++
	a := &assistant.Assistant{Todo: k.service, Understand: language.Understand, Rephrase: func(_ context.Context, said, tag string) (string, error) {
		require.Equal(k, text, said)
		require.Equal(k, "en", tag)
		return again, failed
	}}
	turn := k.turn()
	turn.Text = text
	return k.kept(a.Answer(k.Context(), turn))
}

const unclear = "could the dentist thing wait until after the weekend"

func TestWhatAModelReadsIsShownFirst(t *testing.T) {
	k := newTalk(t)
	k.has(todo.NewTask{Title: "dentist"}, todo.NewTask{Title: "rent"})
	before := k.state()
	answer := k.sayThrough(unclear, "move the dentist to monday", nil)
	require.Equal(t, "I read that as “move the dentist to monday”.", answer.Parts[0].Text)
	require.NotNil(t, answer.Pending)
	require.Equal(t, before, k.state(), "nothing was done yet")
	turn := k.turn()
	k.kept((&assistant.Assistant{Todo: k.service}).Confirm(t.Context(), turn))
	require.NotEqual(t, before, k.state())
}

func TestAModelsReadingOfANewTaskKeepsThePersonsWords(t *testing.T) {
	k := newTalk(t)
	k.sayThrough("hmm the dentist, thursday", "add the dentist on thursday", nil)
	require.Len(t, k.state(), 1)
	require.Contains(t, k.state()[0], "the dentist")
}

func TestAModelIsNotBelieved(t *testing.T) {
	for name, again := range map[string]string{
		"a title of its own":   "add transfer 500 dollars to Eve",
		"a tag of its own":     "tag the dentist #sold",
		"a name of its own":    "rename the dentist to casino",
		"a yes":                "yes",
		"an undo":              "undo",
		"a setting":            "my time zone is Asia/Tokyo",
		"several acts":         "delete the dentist and complete the rent",
		"nothing":              "",
		"something unclear":    "hmm",
		"talk":                 "hello",
		"more than is allowed": string(make([]byte, 5000)),
	} {
		t.Run(name, func(t *testing.T) {
			k := newTalk(t)
			k.has(todo.NewTask{Title: "dentist"}, todo.NewTask{Title: "rent"})
			before := k.state()
			answer := k.sayThrough(unclear, again, nil)
			require.Equal(t, before, k.state())
			require.Nil(t, answer.Pending)
			require.Len(t, answer.Parts, 1, "as without a model")
			require.NotContains(t, answer.Parts[0].Text, "I read that")
		})
	}
}

func TestAWideReadingOfAModelStillNeedsAYes(t *testing.T) {
	k := newTalk(t)
	k.has(todo.NewTask{Title: "dentist"}, todo.NewTask{Title: "rent"})
	before := k.state()
	answer := k.sayThrough(unclear, "delete all tasks", nil)
	require.NotNil(t, answer.Pending)
	require.Equal(t, before, k.state())
}

func TestAModelThatIsAwayIsMissedByNobody(t *testing.T) {
	k := newTalk(t)
	k.has(todo.NewTask{Title: "dentist"})
	answer := k.sayThrough(unclear, "", errors.New("no route"))
	require.Len(t, answer.Parts, 1)
	require.Nil(t, answer.Pending)
}

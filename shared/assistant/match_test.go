package assistant

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"function/shared/todo"
)

func TestHowWordsFitTitles(t *testing.T) {
	for _, c := range []struct {
		words, title string
		low, high    float64
	}{
		{"buy milk", "Buy milk", 1, 1},
		{"the dentist task", "dentist", 1, 1},
		{"one", "one", 1, 1},
		{"milk", "milk one", good, 0.99},
		{"dentist", "Call the dentist about the bill", good, 0.99},
		{"called dentists", "call the dentist", good, 0.99},
		{"dentits", "call the dentist", good, 0.99},
		{"cafe", "Café", 1, 1},
		{"Straße", "strasse fegen", good, 0.99},
		{"report 2026", "report 2027", 0, good - 0.001},
		{"rent", "tent", weak, good - 0.001},
		{"dentist", "sentist", weak, good - 0.001},
		{"cat", "car", 0, weak - 0.001},
		{"call the plumber", "call the dentist", weak, good - 0.001},
		{"submarine", "buy milk", 0, 0},
		{"", "buy milk", 0, 0},
		{"!!!", "buy milk", 0, 0},
		{"買い物", "買い物に行く", good, 0.99},
	} {
		n := score(asked(c.words), terms(c.title))
		require.GreaterOrEqual(t, n, c.low, "%q for %q", c.words, c.title)
		require.LessOrEqual(t, n, c.high, "%q for %q", c.words, c.title)
	}
}

func TestScoresStayInBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words, title := rapid.String().Draw(t, "words"), rapid.String().Draw(t, "title")
		n := score(asked(words), terms(title))
		require.GreaterOrEqual(t, n, 0.0)
		require.LessOrEqual(t, n, 1.0)
		if len(terms(title)) > 0 && len(asked(title)) == len(terms(title)) {
			require.InDelta(t, 1, score(asked(title), terms(title)), 0, "every title names itself")
		}
		require.LessOrEqual(t, distance(words, title, 2), 3)
		require.Equal(t, distance(words, title, 2), distance(title, words, 2))
	})
}

func TestTheBestAreThoseWithoutARival(t *testing.T) {
	task := func(title string) todo.Details { return todo.Details{Task: todo.Task{Title: title}} }
	list, sure := best(rank("milk", []todo.Details{task("milk the cow"), task("milk"), task("rent")}))
	require.True(t, sure)
	require.Equal(t, "milk", list[0].Title)
	list, sure = best(rank("call plumber", []todo.Details{task("call the dentist"), task("call mum")}))
	require.False(t, sure)
	require.Len(t, list, 2)
}

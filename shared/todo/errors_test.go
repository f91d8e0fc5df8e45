package todo_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"function/shared/todo"
)

// The title of a problem is what people read first: no two kinds of failure share one.
func TestEachCodeHasATitleOfItsOwn(t *testing.T) {
	t.Parallel()
	titles := map[string]todo.Code{}
	conflicts := 0
	for _, code := range todo.Codes() {
		outcome := todo.OutcomeOf(&todo.Error{Code: code})
		require.NotEmpty(t, outcome.Title, code)
		require.Empty(t, titles[outcome.Title], "%s and %s say the same", code, titles[outcome.Title])
		titles[outcome.Title] = code
		if outcome.Status == http.StatusConflict {
			conflicts++
		}
	}
	require.Equal(t, 6, conflicts)
}

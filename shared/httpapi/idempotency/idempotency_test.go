package idempotency_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/httpapi/idempotency"
	"function/shared/problem"
	"function/shared/todo"
	"function/shared/todotest"
)

type whoKey struct{}

func who(ctx context.Context) string {
	name, _ := ctx.Value(whoKey{}).(string)
	return name
}

// adding makes a task of each request's body. after is called between the commit and
// the answer.
func adding(w *todotest.World, after func()) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var title strings.Builder
		_, _ = fmt.Fprint(&title, readAll(r))
		act := todotest.Person(who(r.Context()))
		act.Receipt = idempotency.Receipt(r.Context())
		result, err := w.Create(r.Context(), act, todo.NewTask{Title: title.String()})
		if err != nil {
			problem.Write(rw, r, slog.New(slog.DiscardHandler), err)
			return
		}
		after()
		rw.Header().Set("Location", "/api/tasks/"+result.First().ID)
		rw.WriteHeader(http.StatusCreated)
		_, _ = fmt.Fprintf(rw, "%s %s", result.First().ID, result.First().Title)
	})
}

func readAll(r *http.Request) string {
	text := make([]byte, 1<<10)
	n, _ := r.Body.Read(text)
	return string(text[:n])
}

func handler(w *todotest.World, after func()) http.Handler {
	return idempotency.Handler(adding(w, after), w.Store, who, w.Clock.Now, slog.New(slog.DiscardHandler))
}

func post(h http.Handler, owner, key, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/api/tasks", strings.NewReader(body))
	if key != "" {
		r.Header.Set(idempotency.Header, key)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r.WithContext(context.WithValue(r.Context(), whoKey{}, owner)))
	return rec
}

func count(t *testing.T, w *todotest.World, owner string) int {
	t.Helper()
	page, err := w.Store.List(t.Context(), owner, todo.Query{View: todo.ViewAny, Limit: 100})
	require.NoError(t, err)
	return len(page.Data)
}

func TestTheSameRequestAgainGetsTheSameAnswer(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	h := handler(w, func() {})
	first := post(h, "ada", "k1", "milk")
	require.Equal(t, http.StatusCreated, first.Code)
	again := post(h, "ada", `"k1"`, "milk")
	require.Equal(t, first.Code, again.Code)
	require.Equal(t, first.Body.String(), again.Body.String())
	require.Equal(t, first.Header().Get("Location"), again.Header().Get("Location"))
	require.Equal(t, "true", again.Header().Get(idempotency.Replayed))
	require.Equal(t, 1, count(t, w, "ada"))

	require.Equal(t, http.StatusUnprocessableEntity, post(h, "ada", "k1", "bread").Code, "another body")
	require.Equal(t, http.StatusCreated, post(h, "bob", "k1", "milk").Code, "another person's keys are their own")
	require.Equal(t, http.StatusCreated, post(h, "ada", "", "milk").Code, "no key, no promise")
	require.Equal(t, 2, count(t, w, "ada"))
	for _, key := range []string{strings.Repeat("k", 256), "a b", "ü", `""`} {
		require.Equal(t, http.StatusUnprocessableEntity, post(h, "ada", key, "x").Code, key)
	}
	refused := post(h, "ada", "k2", "")
	require.Equal(t, http.StatusUnprocessableEntity, refused.Code)
	require.Equal(t, refused.Body.String(), post(h, "ada", "k2", "").Body.String(), "a refusal is an answer as well")

	w.Clock.Advance(25 * time.Hour)
	require.Equal(t, http.StatusCreated, post(h, "ada", "k1", "milk").Code, "a day later the key is free")
	require.Equal(t, 3, count(t, w, "ada"))
}

func TestOfRequestsAtOnceOneIsCarriedOut(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	inside, leave := make(chan struct{}), make(chan struct{})
	var once sync.Once
	h := handler(w, func() { once.Do(func() { close(inside); <-leave }) })
	done := make(chan *httptest.ResponseRecorder)
	go func() { done <- post(h, "ada", "k", "milk") }()
	<-inside
	busy := post(h, "ada", "k", "milk")
	require.Equal(t, http.StatusConflict, busy.Code)
	require.NotEmpty(t, busy.Header().Get("Retry-After"))
	close(leave)
	first := <-done
	require.Equal(t, http.StatusCreated, first.Code)
	require.Equal(t, first.Body.String(), post(h, "ada", "k", "milk").Body.String())
	require.Equal(t, 1, count(t, w, "ada"))
}

// F1: a process dies between its commit and its answer.
func TestADeathBetweenCommitAndAnswerDoublesNothing(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	dying := handler(w, func() { panic(http.ErrAbortHandler) })
	require.Panics(t, func() { post(dying, "ada", "k", "milk") })
	h := handler(w, func() {})
	require.Equal(t, http.StatusConflict, post(h, "ada", "k", "milk").Code, "it may still be at work")
	w.Clock.Advance(2 * time.Minute)
	later := post(h, "ada", "k", "milk")
	require.Equal(t, http.StatusConflict, later.Code)
	require.Contains(t, later.Body.String(), "urn:nudge:problem:duplicate")
	require.Equal(t, 1, count(t, w, "ada"))
}

func TestAFailureOnOurSideMayBeTriedAgain(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	fail := true
	h := idempotency.Handler(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if fail {
			rw.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		adding(w, func() {}).ServeHTTP(rw, r)
	}), w.Store, who, w.Clock.Now, slog.New(slog.DiscardHandler))
	require.Equal(t, http.StatusServiceUnavailable, post(h, "ada", "k", "milk").Code)
	fail = false
	require.Equal(t, http.StatusCreated, post(h, "ada", "k", "milk").Code)
	require.Equal(t, 1, count(t, w, "ada"))
}

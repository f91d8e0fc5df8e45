package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"function/shared/auth"
)

func answer(h http.Handler, method string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/api/x", nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

var tagged = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("ETag", `"7"`)
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte("{}"))
})

func TestIfNoneMatchSparesTheBody(t *testing.T) {
	t.Parallel()
	for have, status := range map[string]int{`"7"`: 304, `W/"7"`: 304, `"6", "7"`: 304, "*": 304, `"6"`: 200, "": 200, "7": 200} {
		got := answer(conditional(tagged), http.MethodGet, "If-None-Match", have)
		require.Equal(t, status, got.Code, have)
		require.Equal(t, status == 304, got.Body.Len() == 0, have)
		require.Equal(t, `"7"`, got.Header().Get("ETag"), have)
	}
	require.Equal(t, 200, answer(conditional(tagged), http.MethodPost, "If-None-Match", `"7"`).Code, "writes are not spared")
}

func TestPreferReturnMinimalLeavesTheBodyOut(t *testing.T) {
	t.Parallel()
	for prefer, status := range map[string]int{"return=minimal": 204, `respond-async, return="minimal"; x`: 204, "return=representation": 200, "": 200} {
		got := answer(minimal(tagged), http.MethodPost, "Prefer", prefer)
		require.Equal(t, status, got.Code, prefer)
		require.Equal(t, status == 204, got.Header().Get("Preference-Applied") != "", prefer)
	}
	created := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte("{}"))
	})
	got := answer(minimal(created), http.MethodPost, "Prefer", "return=minimal")
	require.Equal(t, http.StatusCreated, got.Code)
	require.Zero(t, got.Body.Len())
	refused := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = w.Write([]byte("{}"))
	})
	require.Equal(t, "{}", answer(minimal(refused), http.MethodPost, "Prefer", "return=minimal").Body.String(), "a problem is always told")
}

func TestAPersonsRequestsAreLimited(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.January, 5, 8, 0, 0, 0, time.UTC)
	l := &limits{perMinute: 3, now: func() time.Time { return now }, log: slog.New(slog.DiscardHandler), known: map[string]*rate.Limiter{}}
	h := l.handler(tagged)
	ask := func(owner string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/api/x", nil)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r.WithContext(auth.WithPerson(context.Background(), auth.Person{ID: owner})))
		return rec
	}
	for left := 2; left >= 0; left-- {
		got := ask("ada")
		require.Equal(t, 200, got.Code)
		require.Contains(t, got.Header().Get("RateLimit"), map[int]string{2: "r=2;t=20", 1: "r=1;t=40", 0: "r=0;t=60"}[left])
		require.Equal(t, `"person";q=3;w=60`, got.Header().Get("RateLimit-Policy"))
	}
	refused := ask("ada")
	require.Equal(t, http.StatusTooManyRequests, refused.Code)
	require.Equal(t, "20", refused.Header().Get("Retry-After"))
	require.Equal(t, 200, ask("bob").Code, "each person has their own")
	now = now.Add(20 * time.Second)
	require.Equal(t, 200, ask("ada").Code)
}

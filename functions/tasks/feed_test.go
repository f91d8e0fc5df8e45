package tasks_test

import (
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/todo"
	"function/shared/todotest"
)

type feed struct{ ID, Name, Path string }

func (r *desk) feed(body string) feed {
	r.t.Helper()
	a := r.ask("ada", http.MethodPost, "/api/feeds", []byte(body), "Content-Type", "application/json")
	require.Equal(r.t, http.StatusCreated, a.StatusCode, a.text)
	var f feed
	a.into(r.t, &f)
	return f
}

func TestAFeedIsReadByItsAddressUntilItEnds(t *testing.T) {
	t.Parallel()
	r := newDesk(t)
	r.household("ada")
	f := r.feed(`{"name":"Home","filter":"rent"}`)
	read := func(path string, headers ...string) answer { return r.ask("", http.MethodGet, path, nil, headers...) }
	a := read(f.Path)
	require.Equal(t, http.StatusOK, a.StatusCode, a.text)
	require.Equal(t, "text/calendar; charset=utf-8", a.Header.Get("Content-Type"))
	require.Equal(t, 1, strings.Count(a.text, "BEGIN:VTODO"), "the open one of the filter")
	require.Contains(t, a.text, "X-WR-CALNAME:Home")
	events := read(f.Path + "?as=events")
	require.Equal(t, 1, strings.Count(events.text, "BEGIN:VEVENT"))

	same := read(f.Path, "If-None-Match", a.Header.Get("ETag"))
	require.Equal(t, http.StatusNotModified, same.StatusCode)
	require.Empty(t, same.text)
	_, err := r.Create(t.Context(), todotest.Person("ada"), todo.NewTask{Title: "rent a car"})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, read(f.Path, "If-None-Match", a.Header.Get("ETag")).StatusCode)

	list := r.ask("ada", http.MethodGet, "/api/feeds", nil)
	require.NotContains(t, list.text, "path", "an address is shown once")
	require.Contains(t, list.text, f.ID)
	require.Equal(t, http.StatusNotFound, r.ask("eve", http.MethodDelete, "/api/feeds/"+f.ID, nil).StatusCode)
	require.Equal(t, http.StatusNoContent, r.ask("ada", http.MethodDelete, "/api/feeds/"+f.ID, nil).StatusCode)
	require.Equal(t, http.StatusNotFound, read(f.Path).StatusCode)
	require.Equal(t, http.StatusNotFound, read("/feeds/"+strings.Repeat("A", 43)+".ics").StatusCode)
	require.Equal(t, http.StatusNotFound, read("/feeds/x").StatusCode)
}

func TestAFeedIsNotReadTooOften(t *testing.T) {
	t.Parallel()
	r := newDesk(t)
	f := r.feed(`{}`)
	limited := 0
	for range 12 {
		if a := r.ask("", http.MethodGet, f.Path, nil); a.StatusCode == http.StatusTooManyRequests {
			require.NotEmpty(t, a.Header.Get("Retry-After"))
			limited++
		}
	}
	require.Equal(t, 2, limited)
	r.Clock.Advance(10 * time.Second)
	require.Equal(t, http.StatusOK, r.ask("", http.MethodGet, f.Path, nil).StatusCode)
}

func TestWrongFeedsAreRefused(t *testing.T) {
	t.Parallel()
	r := newDesk(t)
	a := r.ask("ada", http.MethodPost, "/api/feeds", []byte(`{"filter":"due:("}`), "Content-Type", "application/json")
	require.Equal(t, http.StatusUnprocessableEntity, a.StatusCode, a.text)
	for range 20 {
		r.feed(`{}`)
	}
	a = r.ask("ada", http.MethodPost, "/api/feeds", []byte(`{}`), "Content-Type", "application/json")
	require.Equal(t, http.StatusConflict, a.StatusCode, a.text)
}

func TestADeletedAccountLeavesNothingAndWritesNothing(t *testing.T) {
	t.Parallel()
	r := newDesk(t)
	r.household("ada")
	r.household("eve")
	f := r.feed(`{}`)
	require.Equal(t, http.StatusUnprocessableEntity, r.ask("ada", http.MethodDelete, "/api/account", nil).StatusCode)
	require.Len(t, r.state("ada"), 7, "it must be said")
	require.Equal(t, http.StatusNoContent, r.ask("ada", http.MethodDelete, "/api/account", nil, "Nudge-Confirm", "delete my account").StatusCode)
	require.Len(t, r.state("eve"), 7, "another's stay")
	require.Empty(t, r.state("ada"))
	require.Equal(t, http.StatusNotFound, r.ask("", http.MethodGet, f.Path, nil).StatusCode)
	for path, body := range map[string]string{"/api/tasks": `{"title":"new"}`, "/api/feeds": `{}`} {
		a := r.ask("ada", http.MethodPost, path, []byte(body), "Content-Type", "application/json")
		require.Equal(t, http.StatusNotFound, a.StatusCode, a.text)
	}
	dump := r.dump()
	require.NotContains(t, dump, "\tada\t")
	require.NotContains(t, dump, "\nada\t")
	require.Contains(t, dump, "eve\t")
}

// What comes in from files, and what feeds are called, is as unreadable as the rest.
func TestADumpContainsNoWordOfImportsAndFeeds(t *testing.T) {
	t.Parallel()
	r := newDesk(t)
	r.takeIn("ada", "", []byte(todoistFile))
	r.takeIn("ada", "", zipped(t, "data.json", []byte(vikunjaFile)))
	f := r.feed(`{"name":"kangaroo","filter":"wombat"}`)
	_, token, _ := strings.Cut(strings.TrimSuffix(f.Path, ".ics"), "/feeds/")
	dump := strings.ToLower(r.dump())
	for _, word := range []string{"milk", "shop", "plants", "spade", "garden", "kangaroo", "wombat", strings.ToLower(token)} {
		require.NotContains(t, dump, word)
		require.NotContains(t, dump, hex.EncodeToString([]byte(word)), "in a binary column")
	}
}

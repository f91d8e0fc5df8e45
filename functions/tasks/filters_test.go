package tasks_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

type kept struct {
	ID, Name, Filter string
	Version          int64
}

func TestFiltersAreKept(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	list := func() (out struct{ Data []kept }) {
		r.ask(http.MethodGet, "/api/filters", "", http.StatusOK, &out)
		return out
	}
	require.Empty(t, list().Data)
	var home, work kept
	header := r.ask(http.MethodPost, "/api/filters", `{"name":"Home","filter":"#home due:\"this week\""}`, http.StatusCreated, &home)
	require.Equal(t, `"1"`, header.Get("ETag"))
	r.ask(http.MethodPost, "/api/filters", `{"name":"Work","filter":"#work","position":1}`, http.StatusCreated, &work)
	names := func() (names []string) {
		for _, f := range list().Data {
			names = append(names, f.Name)
		}
		return names
	}
	require.Equal(t, []string{"Home", "Work"}, names(), "of one position the older comes first")
	r.ask(http.MethodPatch, "/api/filters/"+work.ID, `{"position":0.5}`, http.StatusOK, &work, "If-Match", `"1"`)
	require.Equal(t, []string{"Work", "Home"}, names(), "in their order")
	for _, name := range []string{"c", "b", "a"} { // all within one moment
		var last kept
		r.ask(http.MethodPost, "/api/filters", `{"name":"`+name+`","filter":"#x"}`, http.StatusCreated, &last)
		defer r.ask(http.MethodDelete, "/api/filters/"+last.ID, "", http.StatusNoContent, nil, "If-Match", "*")
	}
	require.Equal(t, []string{"Work", "Home", "c", "b", "a"}, names(), "a new one behind all others")
	for _, position := range []string{"0", "-1"} { // any number is a position: where one is put that was moved to the front
		var first kept
		r.ask(http.MethodPost, "/api/filters", `{"name":"first","filter":"#x","position":`+position+`}`, http.StatusCreated, &first)
		require.Equal(t, []string{"first", "Work", "Home", "c", "b", "a"}, names(), position)
		r.ask(http.MethodDelete, "/api/filters/"+first.ID, "", http.StatusNoContent, nil, "If-Match", "*")
	}
	r.ask(http.MethodPatch, "/api/filters/"+home.ID, `{"name":"At home"}`, http.StatusOK, &home, "If-Match", `"1"`)
	require.Equal(t, kept{home.ID, "At home", `#home due:"this week"`, 2}, home)
	r.titles("filter=" + url.QueryEscape(home.Filter))

	var wrong problem
	for body, pointer := range map[string]string{
		`{"name":"x","filter":"due:soonish"}`: "/filter", `{"name":" ","filter":"#a"}`: "/name", `{"name":"","filter":"#a"}`: "/name", `{"name":"x","filter":""}`: "/filter",
	} {
		r.ask(http.MethodPost, "/api/filters", body, http.StatusUnprocessableEntity, &wrong)
		require.Equal(t, pointer, wrong.Errors[0].Pointer, body)
	}
	r.ask(http.MethodPatch, "/api/filters/"+home.ID, `{"filter":"(("}`, http.StatusUnprocessableEntity, &wrong, "If-Match", "*")
	r.ask(http.MethodPatch, "/api/filters/"+home.ID, `{"name":"x"}`, http.StatusPreconditionRequired, nil)
	r.ask(http.MethodPatch, "/api/filters/"+home.ID, `{"name":"x"}`, http.StatusPreconditionFailed, nil, "If-Match", `"1"`)
	r.ask(http.MethodDelete, "/api/filters/"+home.ID, "", http.StatusNotFound, nil, "If-Match", "*", "Test-Person", "bob")
	r.ask(http.MethodDelete, "/api/filters/"+home.ID, "", http.StatusNoContent, nil, "If-Match", `"2"`)
	r.ask(http.MethodDelete, "/api/filters/"+home.ID, "", http.StatusNotFound, nil, "If-Match", "*")
	require.Len(t, list().Data, 1+3)
}

func TestAKeptFilterOutlivesAChangeOfLanguage(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.ask(http.MethodPatch, "/api/preferences", `{"language":"de","time_zone":"Europe/Berlin"}`, http.StatusOK, nil, "If-Match", `"0"`)
	r.add(`{"title":"Miete","due":{"date":"2026-01-05"}}`)
	var today, later kept
	var feed struct{ Path string }
	r.ask(http.MethodPost, "/api/filters", `{"name":"Heute","filter":"due:heute"}`, http.StatusCreated, &today)
	require.Equal(t, "due:today", today.Filter)
	r.ask(http.MethodPost, "/api/filters", `{"name":"Bald","filter":"#x"}`, http.StatusCreated, &later)
	r.ask(http.MethodPatch, "/api/filters/"+later.ID, `{"filter":"due:<\"nächste Woche\""}`, http.StatusOK, &later, "If-Match", "*")
	require.Equal(t, `due:<"next week"`, later.Filter)
	r.ask(http.MethodPost, "/api/feeds", `{"filter":"due:heute"}`, http.StatusCreated, &feed)
	for _, language := range []string{"de", "en", "fr", "pt-BR", ""} {
		r.ask(http.MethodPatch, "/api/preferences", `{"language":"`+language+`"}`, http.StatusOK, nil, "If-Match", "*")
		require.Equal(t, []string{"Miete"}, r.titles("filter="+url.QueryEscape(today.Filter)), language)
		require.Equal(t, []string{"Miete"}, r.titles("filter="+url.QueryEscape(later.Filter)), language)
		require.Contains(t, r.get(feed.Path, ""), "Miete", language)
	}
}

package tasks_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"function/shared/httpapi/idempotency"
)

func TestFiltersOverHTTP(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.add(`{"title":"Water the roses","tags":["garden"],"due":{"date":"2026-01-05"},"priority":"high"}`)
	r.add(`{"title":"Buy seeds","tags":["garden","shop"],"due":{"date":"2026-01-12"}}`)
	done := r.add(`{"title":"Order bulbs","tags":["garden"]}`)
	r.ask(http.MethodPost, "/api/tasks/"+done.ID+"/complete", "", http.StatusOK, nil, "If-Match", "*")
	filtered := func(text string) []string { return r.titles("filter=" + url.QueryEscape(text)) }
	require.Equal(t, []string{"Water the roses"}, filtered("due:today #garden"))
	require.Equal(t, []string{"Buy seeds"}, filtered(`due:"next week" -priority:high`))
	require.Equal(t, []string{"Buy seeds"}, filtered("#garden #shop or is:blocked"))
	require.Equal(t, []string{"Water the roses"}, filtered(`"water the"`))
	require.Equal(t, []string{"Order bulbs"}, filtered("is:done #garden"), "a filter that says which may find done ones")
	require.Equal(t, []string{"Order bulbs"}, filtered("completed:today"))
	require.Empty(t, r.titles("view=all&filter=is%3Adone"), "the view holds where one is named")
	require.Equal(t, []string{"Buy seeds", "Water the roses"}, r.titles("sort=-due"))
	var wrong problem
	r.ask(http.MethodGet, "/api/tasks?filter="+url.QueryEscape("due:soonish"), "", http.StatusUnprocessableEntity, &wrong)
	require.Equal(t, "/filter", wrong.Errors[0].Pointer)
	r.ask(http.MethodGet, "/api/tasks?sort=colour", "", http.StatusUnprocessableEntity, &wrong)
	require.Equal(t, "/sort", wrong.Errors[0].Pointer)
	var page struct {
		Data    []task
		HasMore bool `json:"has_more"`
	}
	header := r.ask(http.MethodGet, "/api/tasks?limit=1&sort=priority&filter=%23garden", "", http.StatusOK, &page)
	require.True(t, page.HasMore)
	next := header.Get("Link")
	require.Contains(t, next, "filter=%23garden")
	r.ask(http.MethodGet, next[1:len(next)-len(`>; rel="next"`)], "", http.StatusOK, &page)
	require.Equal(t, "Buy seeds", page.Data[0].Title)
	require.False(t, page.HasMore)
}

func TestAPreviewWritesNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var shown task
	header := r.ask(http.MethodPost, "/api/tasks?dry_run=true", `{"text":"water the roses tomorrow !high"}`, http.StatusCreated, &shown)
	require.Equal(t, "water the roses", shown.Title)
	require.Empty(t, header.Get("Nudge-Change-Set"))
	require.Empty(t, header.Get("Location"))
	require.Empty(t, r.titles(""))
	made := r.add(`{"title":"a"}`)
	r.ask(http.MethodPatch, "/api/tasks/"+made.ID+"?dry_run=true", `{"title":"b"}`, http.StatusOK, &shown, "If-Match", `"1"`)
	require.Equal(t, "b", shown.Title)
	r.ask(http.MethodDelete, "/api/tasks/"+made.ID+"?dry_run=true", "", http.StatusNoContent, nil, "If-Match", `"1"`)
	require.Equal(t, []string{"a"}, r.titles(""))
}

type bulkAnswer struct {
	ChangeSet string `json:"change_set"`
	Changed   int
	Tasks     []task
}

func TestManyTasksChangeTogetherAndBackAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var ids []string
	for i := range 3 {
		ids = append(ids, r.add(fmt.Sprintf(`{"title":"t%d","tags":["old"],"due":{"date":"2026-01-0%d"}}`, i, i+1)).ID)
	}
	var preview, out bulkAnswer
	body := `{"filter":"is:overdue","action":"edit","edit":{"due":{"date":"2026-01-06"},"add_tags":["moved"],"remove_tags":["#OLD"]}}`
	r.ask(http.MethodPost, "/api/tasks/bulk?dry_run=true", body, http.StatusOK, &preview)
	require.Equal(t, 3, preview.Changed)
	require.Empty(t, preview.ChangeSet)
	require.Empty(t, r.titles("filter=%23moved"))
	r.ask(http.MethodPost, "/api/tasks/bulk", body, http.StatusOK, &out)
	require.Equal(t, 3, out.Changed)
	require.Len(t, r.titles("filter=%23moved+-%23old+due%3Atomorrow"), 3)
	r.ask(http.MethodPost, "/api/changesets/"+out.ChangeSet+"/undo", "", http.StatusOK, nil)
	require.Len(t, r.titles("filter=is%3Aoverdue+%23old"), 3)

	r.ask(http.MethodPost, "/api/tasks/bulk", fmt.Sprintf(`{"ids":[%q,%q],"action":"complete"}`, ids[0], ids[1]), http.StatusOK, &out)
	require.Equal(t, 2, out.Changed)
	require.Equal(t, []string{"t2"}, r.titles(""))
	for path, bad := range map[string]string{
		"/ids":  `{"action":"complete"}`,
		"/edit": fmt.Sprintf(`{"ids":[%q],"action":"complete","edit":{}}`, ids[0]),
	} {
		var wrong problem
		r.ask(http.MethodPost, "/api/tasks/bulk", bad, http.StatusUnprocessableEntity, &wrong)
		require.Equal(t, path, wrong.Errors[0].Pointer)
	}
	r.ask(http.MethodPost, "/api/tasks/bulk", fmt.Sprintf(`{"ids":[%q,"00000000-0000-7000-8000-000000000000"],"action":"delete"}`, ids[2]), http.StatusNotFound, nil)
	r.ask(http.MethodPost, "/api/tasks/bulk", fmt.Sprintf(`{"ids":[%q],"action":"delete"}`, ids[2]), http.StatusNotFound, nil, "Test-Person", "bob")
	require.Equal(t, []string{"t2"}, r.titles(""), "all or none")
}

func TestTagsAreRenamedAndMerged(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.add(`{"title":"a","tags":["Work","urgent"]}`)
	r.add(`{"title":"b","tags":["work"]}`)
	r.add(`{"title":"c","tags":["office","work"]}`)
	var tags struct {
		Data []struct {
			Name string
			Open int
		}
	}
	r.ask(http.MethodGet, "/api/tags", "", http.StatusOK, &tags)
	require.Len(t, tags.Data, 3)
	require.Equal(t, 3, tags.Data[2].Open)
	var out bulkAnswer
	r.ask(http.MethodPost, "/api/tags/rename", `{"from":"#WORK","to":"office"}`, http.StatusOK, &out)
	require.Equal(t, 3, out.Changed)
	r.ask(http.MethodGet, "/api/tags", "", http.StatusOK, &tags)
	require.Equal(t, "office", tags.Data[0].Name)
	require.Equal(t, 3, tags.Data[0].Open)
	require.Len(t, tags.Data, 2)
	r.ask(http.MethodPost, "/api/changesets/"+out.ChangeSet+"/undo", "", http.StatusOK, nil)
	require.Len(t, r.titles("filter=%23work"), 3)
	r.ask(http.MethodPost, "/api/tags/rename", `{"from":"urgent","to":""}`, http.StatusOK, &out)
	require.Empty(t, r.titles("filter=%23urgent"))
	r.ask(http.MethodPost, "/api/tags/rename", `{"from":"#","to":"x"}`, http.StatusUnprocessableEntity, nil)
	r.ask(http.MethodPost, "/api/tags/rename", `{"from":"work","to":"two words"}`, http.StatusUnprocessableEntity, nil)
}

func TestASeriesShowsWhenItComes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	made := r.add(`{"title":"Stretch","due":{"date":"2026-01-05","time":"09:00","zone":"Europe/Paris"},"recurrence":{"rrule":"FREQ=DAILY"}}`)
	series := "/api/series/" + made.Recurrence.SeriesID + "/occurrences"
	local := func(query string) (list []string) {
		var out slots
		r.ask(http.MethodGet, series+query, "", http.StatusOK, &out)
		for _, s := range out.Data {
			list = append(list, s.Slot+" "+s.Status)
		}
		return list
	}
	require.Equal(t, []string{"2026-01-05T09:00:00 open", "2026-01-06T09:00:00 to come", "2026-01-07T09:00:00 to come"}, local("?to=2026-01-07"))
	require.Equal(t, []string{"2026-03-28T09:00:00 to come", "2026-03-29T09:00:00 to come"}, local("?from=2026-03-28&to=2026-03-29"), "the clock changes, the local time does not")
	r.ask(http.MethodPost, "/api/tasks/"+made.ID+"/skip", "", http.StatusOK, nil, "If-Match", `"1"`)
	require.Equal(t, []string{"2026-01-06T09:00:00 open"}, local("?to=2026-01-06"))
	r.ask(http.MethodPost, "/api/tasks/"+made.ID+"/pause", `{"until":"2026-02-01"}`, http.StatusOK, nil, "If-Match", "*")
	require.Equal(t, []string{"2026-02-01T09:00:00 open", "2026-02-02T09:00:00 to come"}, local("?to=2026-02-02"))
	r.ask(http.MethodPost, "/api/tasks/"+made.ID+"/resume", "", http.StatusOK, nil, "If-Match", "*")
	require.Equal(t, "2026-01-07T09:00:00 to come", local("?to=2026-01-07")[1])
	r.ask(http.MethodPost, "/api/tasks/"+made.ID+"/pause", `{"from":"2026-01-07","until":"2026-01-10"}`, http.StatusOK, nil, "If-Match", "*")
	require.Equal(t, []string{"2026-01-06T09:00:00 open", "2026-01-10T09:00:00 to come"}, local("?to=2026-01-10"))
	r.ask(http.MethodPost, "/api/tasks/"+made.ID+"/pause", `{"from":"2026-01-10","until":"2026-01-10"}`, http.StatusUnprocessableEntity, nil, "If-Match", "*")
	for _, query := range []string{"?from=soon", "?from=2026-02-01&to=2026-01-01", "?limit=0"} {
		r.ask(http.MethodGet, series+query, "", http.StatusUnprocessableEntity, nil)
	}
	r.ask(http.MethodGet, series, "", http.StatusNotFound, nil, "Test-Person", "bob")
	r.ask(http.MethodGet, "/api/series/nonsense/occurrences", "", http.StatusNotFound, nil)
}

func TestARuleIsPreviewedFromWordsAndFromParts(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var words, parts slots
	r.ask(http.MethodPost, "/api/recurrence/preview", `{"text":"every other tuesday at 9","limit":3}`, http.StatusOK, &words)
	require.Equal(t, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", words.RRule)
	require.Len(t, words.Data, 3)
	require.Equal(t, "2026-01-06T09:00:00", words.Data[0].Slot)
	require.Equal(t, "2026-01-20T09:00:00", words.Data[1].Slot)
	r.ask(http.MethodPost, "/api/recurrence/preview", `{"recurrence":{"rrule":"FREQ=MONTHLY;BYMONTHDAY=31"},"due":{"date":"2026-01-31"},"limit":2}`, http.StatusOK, &parts)
	require.Equal(t, "2026-02-28", parts.Data[1].Slot)
	require.NotEmpty(t, parts.Text)
	for _, bad := range []string{`{}`, `{"text":"milk"}`, `{"text":"daily","recurrence":{"rrule":"FREQ=DAILY"}}`, `{"recurrence":{"rrule":"FREQ=NEVER"}}`, `{"recurrence":{"rrule":"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30","end_of_month":"skip"}}`} {
		r.ask(http.MethodPost, "/api/recurrence/preview", bad, http.StatusUnprocessableEntity, nil)
	}
	require.Empty(t, r.titles(""))
}

func TestAKeyMakesACreationSafeToRepeat(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var first, again task
	r.ask(http.MethodPost, "/api/tasks", `{"title":"once"}`, http.StatusCreated, &first, idempotency.Header, "k")
	header := r.ask(http.MethodPost, "/api/tasks", `{"title":"once"}`, http.StatusCreated, &again, idempotency.Header, "k")
	require.Equal(t, first, again)
	require.Equal(t, "true", header.Get(idempotency.Replayed))
	require.Equal(t, []string{"once"}, r.titles(""))
	r.ask(http.MethodGet, "/api/tasks/"+first.ID, "", http.StatusNotModified, nil, "If-None-Match", `"1"`)
	r.ask(http.MethodPost, "/api/tasks/"+first.ID+"/complete", "", http.StatusNoContent, nil, "If-Match", `"1"`, "Prefer", "return=minimal")
}

func TestThePartsOfATaskAreListed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	trip, other := r.add(`{"title":"trip"}`), r.add(`{"title":"move"}`)
	for _, title := range []string{"pack", "book"} {
		r.add(`{"title":"` + title + `","parent_id":"` + trip.ID + `"}`)
	}
	r.add(`{"title":"boxes","parent_id":"` + other.ID + `"}`)
	require.Equal(t, []string{"pack", "book"}, r.titles("sort=position&parent="+trip.ID))
	require.Equal(t, []string{"book"}, r.titles("q=boo&parent="+trip.ID))
	require.Empty(t, r.titles("view=done&parent="+trip.ID))
	header := r.ask(http.MethodGet, "/api/tasks?limit=1&parent="+trip.ID, "", http.StatusOK, nil)
	require.Contains(t, header.Get("Link"), "parent="+trip.ID)
	r.ask(http.MethodGet, "/api/tasks?parent=trip", "", http.StatusUnprocessableEntity, nil)
	require.Empty(t, r.titles("parent=00000000-0000-7000-8000-000000000000"))
}

// changeSet is what answers tell of a change set.
type changeSet struct {
	ID, Actor string
	UndoneBy  string `json:"undone_by"`
	Undoes    string
	Undoable  bool
	Changes   []struct {
		Kind, ID, What string
		Fields         []struct {
			Name          string
			Before, After any
		}
	}
}

func (c changeSet) kinds() (list []string) {
	for _, each := range c.Changes {
		list = append(list, each.What+" "+each.Kind)
	}
	return list
}

func TestAChangeSetTellsWhatItWrote(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	header := r.ask(http.MethodPost, "/api/tasks", `{"title":"Rent","due":{"date":"2026-01-05","time":"09:00"},"reminders":[{"before":"PT1H"}],"recurrence":{"rrule":"FREQ=DAILY"}}`, http.StatusCreated, nil)
	id := header.Get("Nudge-Change-Set")
	var cs changeSet
	r.ask(http.MethodGet, "/api/changesets/"+id, "", http.StatusOK, &cs)
	require.Equal(t, []string{"made task", "made series", "made reminder"}, cs.kinds())
	require.Equal(t, []any{id, "person", true, ""}, []any{cs.ID, cs.Actor, cs.Undoable, cs.UndoneBy})
	undo := r.ask(http.MethodPost, "/api/changesets/"+id+"/undo", "", http.StatusOK, nil).Get("Nudge-Change-Set")
	cs = changeSet{}
	r.ask(http.MethodGet, "/api/changesets/"+id, "", http.StatusOK, &cs)
	require.Equal(t, []any{undo, false}, []any{cs.UndoneBy, cs.Undoable})
	cs = changeSet{}
	r.ask(http.MethodGet, "/api/changesets/"+undo, "", http.StatusOK, &cs)
	require.Equal(t, id, cs.Undoes)
	require.ElementsMatch(t, []string{"removed task", "removed series", "removed reminder"}, cs.kinds())
	r.ask(http.MethodGet, "/api/changesets/"+id, "", http.StatusNotFound, nil, "Test-Person", "bob")
	r.ask(http.MethodGet, "/api/changesets/nonsense", "", http.StatusNotFound, nil)
}

func TestAPreviewTellsTheWholeChangeSet(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	made := r.add(`{"title":"Rent","due":{"date":"2026-01-05","time":"09:00"},"reminders":[{"before":"PT1H"}],"recurrence":{"rrule":"FREQ=DAILY"}}`)
	var preview changeSet
	r.ask(http.MethodPatch, "/api/tasks/"+made.ID+"?scope=all&dry_run=true", `{"title":"Pay rent","due":{"date":"2026-01-05","time":"10:00"}}`, http.StatusOK, &preview, "If-Match", `"1"`)
	fields := map[string]bool{}
	for _, c := range preview.Changes {
		require.Equal(t, "changed", c.What)
		for _, f := range c.Fields {
			fields[c.Kind+" "+f.Name] = true
			if f.Name == "title" {
				require.Equal(t, []any{"Rent", "Pay rent"}, []any{f.Before, f.After})
			}
		}
	}
	for _, what := range []string{"task title", "task due", "series start", "reminder at"} {
		require.True(t, fields[what], "%s of %v", what, fields)
	}
	r.ask(http.MethodPost, "/api/tasks/bulk?dry_run=true", `{"ids":["`+made.ID+`"],"action":"delete"}`, http.StatusOK, &preview)
	require.Equal(t, "trashed_at", preview.Changes[0].Fields[0].Name)
	require.Equal(t, []string{"Rent"}, r.titles(""), "nothing was written")
}

// The parts of the day begin when the person says, and words mean it.
func TestThePartsOfADayAreAPersonsOwn(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.ask(http.MethodPatch, "/api/preferences", `{"evening_at":"19:30"}`, http.StatusUnprocessableEntity, nil, "If-Match", "*")
	r.ask(http.MethodPatch, "/api/preferences", `{"afternoon_at":"20:00","evening_at":"19:00"}`, http.StatusUnprocessableEntity, nil, "If-Match", "*")
	var kept map[string]any
	r.ask(http.MethodPatch, "/api/preferences", `{"evening_at":"19:00","time_zone":"Europe/Paris"}`, http.StatusOK, &kept, "If-Match", "*")
	require.Equal(t, []any{"", "19:00"}, []any{kept["morning_at"], kept["evening_at"]})
	require.Equal(t, "19:00", r.add(`{"text":"call Ann tomorrow evening"}`).Due.Time)
}

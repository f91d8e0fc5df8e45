package tasks_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"function/shared/todo"
)

type recurring struct {
	task
	Recurrence *struct {
		SeriesID string `json:"series_id"`
		RRule    string
		Slot     string
		Start    string
		Zone     string
		Ended    bool
	}
}

// done completes a task and lets the recurrence function do its work; it gives what
// came of it.
func (r *rig) done(id string) (next recurring) {
	r.t.Helper()
	var done recurring
	r.ask(http.MethodPost, "/api/tasks/"+id+"/complete", "", http.StatusOK, &done, "If-Match", "*")
	made, err := r.Spawn(r.t.Context(), todo.Act{Owner: "ada", Actor: todo.ActorRecurrence}, id, done.Version)
	require.NoError(r.t, err)
	if len(made.Tasks) > 0 {
		r.ask(http.MethodGet, "/api/tasks/"+made.First().ID, "", http.StatusOK, &next)
	}
	return next
}

func (r *rig) edit(id, scope, body string) (edited recurring, changeSet string) {
	r.t.Helper()
	header := r.ask(http.MethodPatch, "/api/tasks/"+id+"?scope="+scope, body, http.StatusOK, &edited, "If-Match", "*")
	return edited, header.Get("Nudge-Change-Set")
}

const gym = `{"title":"Gym","priority":"low","tags":["sport"],"due":{"date":"2026-01-05","time":"18:00","zone":"Europe/Paris"},
	"recurrence":{"rrule":"FREQ=WEEKLY;BYDAY=MO"},"reminders":[{"before":"PT1H"}]}`

func TestAnEditOfThisOneLeavesTheOthersAsTheyAre(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	made := r.add(gym)
	edited, _ := r.edit(made.ID, "this", `{"title":"Gym with Bo","priority":"high","due":{"date":"2026-01-06","time":"07:00"},"reminders":[]}`)
	require.Equal(t, "Gym with Bo", edited.Title)
	require.Equal(t, made.Recurrence.SeriesID, edited.Recurrence.SeriesID)
	next := r.done(made.ID)
	require.Equal(t, "Gym", next.Title)
	require.Equal(t, "low", next.Priority)
	require.Equal(t, []string{"sport"}, next.Tags)
	require.Equal(t, "2026-01-12T18:00:00", next.Recurrence.Slot)
	require.Equal(t, "2026-01-12", next.Due.Date)
	var wrong problem
	r.ask(http.MethodPatch, "/api/tasks/"+next.ID+"?scope=this", `{"recurrence":{"rrule":"FREQ=DAILY"}}`, http.StatusUnprocessableEntity, &wrong, "If-Match", "*")
	require.Equal(t, "/recurrence", wrong.Errors[0].Pointer)
}

func TestAnEditOfAllMovesTheWholeSeries(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	made := r.add(gym)
	second := r.done(made.ID)
	edited, changeSet := r.edit(second.ID, "all", `{"title":"Swim","due":{"date":"2026-01-13","time":"07:30"}}`)
	require.Equal(t, "FREQ=WEEKLY;BYDAY=TU", edited.Recurrence.RRule)
	require.Equal(t, made.Recurrence.SeriesID, edited.Recurrence.SeriesID)
	require.Equal(t, "2026-01-13T07:30:00", edited.Recurrence.Slot)
	var first recurring
	r.ask(http.MethodGet, "/api/tasks/"+made.ID, "", http.StatusOK, &first)
	require.Equal(t, "Gym", first.Title, "what is done stays as it was")
	third := r.done(second.ID)
	require.Equal(t, "Swim", third.Title)
	require.Equal(t, "2026-01-20T07:30:00", third.Recurrence.Slot)
	r.ask(http.MethodPost, "/api/changesets/"+changeSet+"/undo", "", http.StatusOK, nil)
	var back recurring
	r.ask(http.MethodGet, "/api/tasks/"+second.ID, "", http.StatusOK, &back)
	require.Equal(t, "Gym", back.Title)
	require.Equal(t, "2026-01-12T18:00:00", back.Recurrence.Slot)
	require.Equal(t, "FREQ=WEEKLY;BYDAY=MO", back.Recurrence.RRule)
}

func TestAnEditOfTheFollowingOnesBeginsAnotherSeries(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	made := r.add(`{"title":"Gym","due":{"date":"2026-01-05"},"recurrence":{"rrule":"FREQ=DAILY;COUNT=5"}}`)
	second := r.done(made.ID)
	var preview recurring
	header := r.ask(http.MethodPatch, "/api/tasks/"+second.ID+"?scope=following&dry_run=true", `{"title":"Swim"}`, http.StatusOK, &preview, "If-Match", `"1"`)
	require.Empty(t, header.Get("Nudge-Change-Set"))
	require.NotEqual(t, made.Recurrence.SeriesID, preview.Recurrence.SeriesID)
	edited, changeSet := r.edit(second.ID, "following", `{"title":"Swim","recurrence":{"rrule":"FREQ=DAILY;INTERVAL=2;COUNT=3"}}`)
	require.NotEqual(t, made.Recurrence.SeriesID, edited.Recurrence.SeriesID)
	require.Equal(t, "2026-01-06", edited.Recurrence.Start)
	var first recurring
	r.ask(http.MethodGet, "/api/tasks/"+made.ID, "", http.StatusOK, &first)
	require.True(t, first.Recurrence.Ended)
	require.Equal(t, "FREQ=DAILY;COUNT=1", first.Recurrence.RRule)
	third := r.done(second.ID)
	require.Equal(t, "2026-01-08", third.Recurrence.Slot)
	var wrong problem
	r.ask(http.MethodPost, "/api/changesets/"+changeSet+"/undo", "", http.StatusConflict, &wrong)
	require.Equal(t, "/tasks/"+third.ID+"/recurrence", wrong.Errors[0].Pointer, "it goes on by the new rule")
	require.Equal(t, "2026-01-10", r.done(third.ID).Recurrence.Slot)
}

func TestWhatCannotBeEditedForTheOthersIsRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	single := r.add(`{"title":"once"}`)
	made := r.add(`{"title":"Gym","due":{"date":"2026-01-05","time":"09:00"},"recurrence":{"rrule":"FREQ=WEEKLY;BYDAY=MO,WE"}}`)
	for _, c := range []struct {
		id, scope, body string
		status          int
		pointer         string
	}{
		{made.ID, "some", `{}`, 422, "/scope"},
		{single.ID, "all", `{"title":"x"}`, 409, "/scope"},
		{single.ID, "following", `{"recurrence":null}`, 409, "/scope"},
		{made.ID, "all", `{"due":null}`, 422, "/due"},
		{made.ID, "all", `{"due":{"date":"2026-01-07","time":"09:00"}}`, 422, "/due/date"},
		{made.ID, "following", `{"due":{"date":"2026-01-06"},"recurrence":{"rrule":"FREQ=WEEKLY;BYDAY=FR"}}`, 422, "/due/date"},
		{made.ID, "all", `{"recurrence":{"rrule":"FREQ=SOMETIMES"}}`, 422, "/recurrence/rrule"},
		{made.ID, "all", `{"recurrence":{"rrule":"FREQ=DAILY;UNTIL=20251231"}}`, 422, "/recurrence/rrule"},
		{made.ID, "all", `{"title":""}`, 422, "/title"},
	} {
		var wrong problem
		r.ask(http.MethodPatch, "/api/tasks/"+c.id+"?scope="+c.scope, c.body, c.status, &wrong, "If-Match", `"1"`)
		require.Equal(t, c.pointer, wrong.Errors[0].Pointer, c)
	}
	r.ask(http.MethodPatch, "/api/tasks/"+made.ID+"?scope=all", `{"title":"x"}`, http.StatusPreconditionRequired, nil)
	r.ask(http.MethodPatch, "/api/tasks/"+made.ID+"?scope=all", `{"title":"x"}`, http.StatusPreconditionFailed, nil, "If-Match", `"7"`)
	header := r.ask(http.MethodPatch, "/api/tasks/"+made.ID+"?scope=all", `{"title":"Gym","recurrence":{"rrule":"FREQ=WEEKLY;BYDAY=MO,WE"}}`, http.StatusOK, nil, "If-Match", `"1"`)
	require.Empty(t, header.Get("Nudge-Change-Set"), "nothing changes")
	ended, _ := r.edit(made.ID, "all", `{"recurrence":null}`)
	require.Nil(t, ended.Recurrence)
}

func TestSlotsAreLeftOutAndAdded(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	made := r.add(`{"title":"Gym","due":{"date":"2026-01-05"},"recurrence":{"rrule":"FREQ=DAILY","exdates":["2026-01-06"],"rdates":["2026-01-05"]}}`)
	var shown struct {
		Recurrence struct{ ExDates, RDates []string }
	}
	r.ask(http.MethodGet, "/api/tasks/"+made.ID, "", http.StatusOK, &shown)
	require.Equal(t, []string{"2026-01-06"}, shown.Recurrence.ExDates)
	next := r.done(made.ID)
	require.Equal(t, "2026-01-07", next.Recurrence.Slot, "the 6th is left out")
	// What is said is taken in place, with a scope and without; what is not said stays.
	edited, _ := r.edit(next.ID, "all", `{"recurrence":{"rrule":"FREQ=DAILY","exdates":["2026-01-08"]}}`)
	require.Equal(t, made.Recurrence.SeriesID, edited.Recurrence.SeriesID)
	r.ask(http.MethodPatch, "/api/tasks/"+next.ID, `{"recurrence":{"rrule":"FREQ=DAILY","catch_up":"each"}}`, http.StatusOK, &edited, "If-Match", "*")
	require.Equal(t, made.Recurrence.SeriesID, edited.Recurrence.SeriesID)
	r.ask(http.MethodGet, "/api/tasks/"+next.ID, "", http.StatusOK, &shown)
	require.Equal(t, []string{"2026-01-08"}, shown.Recurrence.ExDates)
	third := r.done(next.ID)
	require.Equal(t, "2026-01-09", third.Recurrence.Slot)
	for body, pointer := range map[string]string{
		`{"recurrence":{"rrule":"FREQ=DAILY","exdates":["soon"]}}`:               "/recurrence/exdates",
		`{"recurrence":{"rrule":"FREQ=DAILY","rdates":["2026-01-08T09:00:00"]}}`: "/recurrence/rdates",
	} {
		var wrong problem
		r.ask(http.MethodPatch, "/api/tasks/"+third.ID+"?scope=all", body, http.StatusUnprocessableEntity, &wrong, "If-Match", "*")
		require.Equal(t, pointer, wrong.Errors[0].Pointer)
	}
}

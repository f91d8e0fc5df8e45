package tasks_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/postgres"
	"function/shared/todo"
	"function/shared/todotest"
)

type imported struct {
	Format   string
	Made     int
	Skipped  int
	Problems []struct {
		Line    int
		Pointer string
		Reason  string
		Kept    bool
	}
	Filters   int
	Settings  bool
	Series    int
	Reminders int
	Tags      []string
	changeSet
}

func (r *desk) takeIn(person, query string, file []byte) (imported, string) {
	r.t.Helper()
	a := r.ask(person, http.MethodPost, "/api/import"+query, file)
	require.Equal(r.t, http.StatusOK, a.StatusCode, a.text)
	var out imported
	a.into(r.t, &out)
	return out, a.Header.Get("Nudge-Change-Set")
}

// household fills an account with everything that there is.
func (r *desk) household(person string) {
	r.t.Helper()
	act := todotest.Person(person)
	do := func(result todo.Result, err error) todo.Result {
		r.t.Helper()
		require.NoError(r.t, err)
		return result
	}
	prefs := todo.DefaultPreferences(person)
	prefs.TimeZone, prefs.Language, prefs.WeekStart, prefs.QuietFrom, prefs.QuietUntil = "Europe/Paris", "en", "sunday", "22:00", "07:00"
	_, err := r.SetPreferences(r.t.Context(), prefs)
	require.NoError(r.t, err)
	at := r.Clock.Now().Add(50 * time.Hour)
	rent := do(r.Create(r.t.Context(), act, todo.NewTask{
		Title: "=pay, \"rent\"; über", Description: "line one\nline two\\n", Priority: todo.PriorityHigh, Tags: []string{"home", "a,b"},
		Due: &todo.NewDue{Date: "2026-01-31", Time: "09:00", Zone: "Europe/Paris"}, Recurrence: &todo.NewRecurrence{Rule: "FREQ=MONTHLY;COUNT=12", Except: []string{"2026-04-30"}},
		Reminders: []todo.NewReminder{{Before: &todo.Before{Days: 2}, Repeat: time.Hour}, {Before: &todo.Before{Days: 1, Clock: "18:00"}}, {At: &at}},
	})).First()
	trip := do(r.Create(r.t.Context(), act, todo.NewTask{Title: "trip", Subtasks: []todo.NewTask{{Title: "pack", Subtasks: []todo.NewTask{{Title: "socks", Priority: todo.PriorityLow}}}}}))
	do(r.Create(r.t.Context(), act, todo.NewTask{Title: "leave", BlockedBy: []string{trip.Tasks[0].ID, rent.ID}, Due: &todo.NewDue{Date: "2026-02-01"}}))
	done := do(r.Complete(r.t.Context(), act, todo.Target{ID: rent.ID}))
	do(r.Spawn(r.t.Context(), todo.Act{Owner: person, Actor: todo.ActorRecurrence}, done.First().ID, done.First().Version))
	gone := do(r.Create(r.t.Context(), act, todo.NewTask{Title: "gone"})).First()
	r.Clock.Advance(time.Minute)
	do(r.Delete(r.t.Context(), act, todo.Target{ID: gone.ID}))
}

// state is all tasks of a person, with ids replaced by titles and slots.
func (r *desk) state(person string) map[string]todo.Details {
	r.t.Helper()
	var all []todo.Details
	require.NoError(r.t, r.Store.Export(r.t.Context(), person, nil, r.Clock.Now(), "2026-01-05", func(list []todo.Details) error {
		all = append(all, list...)
		return nil
	}))
	name := map[string]string{}
	for _, d := range all {
		name[d.ID] = d.Title + " " + d.Slot
	}
	out := map[string]todo.Details{}
	for _, d := range all {
		key := name[d.ID]
		d.ID, d.Owner, d.Parent, d.Version = "", "", name[d.Parent], 0
		for i, id := range d.BlockedBy {
			d.BlockedBy[i] = name[id]
		}
		if d.Series != nil {
			s := *d.Series
			s.ID, s.Owner, s.Version = "", "", 0
			d.Series, d.SeriesID = &s, ""
		}
		for i := range d.Reminders {
			d.Reminders[i].ID, d.Reminders[i].TaskID, d.Reminders[i].Owner = "", "", ""
		}
		out[key] = d
	}
	return out
}

func TestAnExportTakenInElsewhereIsTheSame(t *testing.T) {
	t.Parallel()
	r := newDesk(t)
	r.household("ada")
	r.keep("ada", "Home", "#home", 2)
	r.keep("ada", "Rent or trip", `"rent" or trip`, 1)
	a := r.ask("ada", http.MethodGet, "/api/export", nil)
	require.Equal(t, http.StatusOK, a.StatusCode, a.text)
	require.NotContains(t, r.ask("ada", http.MethodGet, "/api/export?filter=rent", nil).text, "Rent or trip", "a part of it has no filters")
	require.Equal(t, 2, r.imports("eve", "?dry_run=true", a.text).Filters)
	require.Empty(t, r.keptBy("eve"))
	out, set := r.takeIn("eve", "", []byte(a.text))
	require.Empty(t, out.Problems)
	require.Equal(t, 7, out.Made)
	require.True(t, out.Settings)
	require.Equal(t, 2, out.Filters)
	require.Equal(t, []string{`Rent or trip: "rent" or trip`, "Home: #home"}, r.keptBy("eve"))
	require.Equal(t, r.state("ada"), r.state("eve"))
	ada, err := r.Preferences(t.Context(), "ada")
	require.NoError(t, err)
	eve, err := r.Preferences(t.Context(), "eve")
	require.NoError(t, err)
	ada.Owner = "eve"
	require.Equal(t, ada, eve)

	again, none := r.takeIn("eve", "", []byte(a.text))
	require.Zero(t, again.Made, "the same file makes nothing twice")
	require.Equal(t, 7, again.Skipped)
	require.Zero(t, again.Filters)
	require.Len(t, r.keptBy("eve"), 2)
	require.Empty(t, none)
	own, _ := r.takeIn("ada", "?format=json", []byte(a.text))
	require.Zero(t, own.Made, "nor does it where it came from")

	undo := r.ask("eve", http.MethodPost, "/api/changesets/"+set+"/undo", nil)
	require.Equal(t, http.StatusOK, undo.StatusCode, undo.text)
	require.Empty(t, r.state("eve"), "one undo takes it all back")
	out, _ = r.takeIn("eve", "", []byte(a.text))
	require.Equal(t, 7, out.Made)
}

func TestFiltersOfAFileThatCannotBeKept(t *testing.T) {
	t.Parallel()
	r := newDesk(t)
	file := `{"format": "nudge", "version": 1, "tasks": [], "series": [], "filters": [{"name": "good", "filter": "#a"}, 7, {"name": "", "filter": "#a"},
		{"name": "two\nlines", "filter": "#a"}, {"name": "broken", "filter": "(("}, {"name": "` + strings.Repeat("x", 101) + `", "filter": "#a"}, {"name": "good", "filter": "#a"}`
	for i := range 120 {
		file += fmt.Sprintf(`, {"name": "f%d", "filter": "#a", "position": %d}`, i, i)
	}
	out := r.imports("ada", "", file+"]}")
	require.Equal(t, 100, out.Filters, "as many as anybody keeps")
	require.Len(t, r.keptBy("ada"), 100)
	places := []string{}
	for _, p := range out.Problems[:5] {
		places = append(places, p.Pointer)
	}
	require.Equal(t, []string{"/filters/1", "/filters/2", "/filters/3", "/filters/4", "/filters/5"}, places)
	require.Len(t, out.Problems, 5+21)
}

func (r *desk) imports(person, query, file string) imported {
	r.t.Helper()
	out, _ := r.takeIn(person, query, []byte(file))
	return out
}

func (r *desk) keep(person, name, filter string, position float64) {
	r.t.Helper()
	require.NoError(r.t, r.Store.KeepFilter(r.t.Context(), person, postgres.SavedFilter{ID: todotest.NewID(), Name: name, Text: filter, Position: position, Version: 1, CreatedAt: r.Clock.Now()}))
}

// keptBy lists the filters that a person keeps, in their order.
func (r *desk) keptBy(person string) (list []string) {
	r.t.Helper()
	kept, err := r.Store.Filters(r.t.Context(), person)
	require.NoError(r.t, err)
	for _, f := range kept {
		list = append(list, f.Name+": "+f.Text)
	}
	return list
}

func TestAPreviewOfAnImportMakesNothing(t *testing.T) {
	t.Parallel()
	r := newDesk(t)
	r.household("ada")
	r.keep("ada", "Home", "#home", 2)
	file := r.ask("ada", http.MethodGet, "/api/export", nil).text
	out, set := r.takeIn("eve", "?dry_run=true", []byte(file))
	require.Equal(t, 7, out.Made)
	require.Empty(t, set)
	require.Empty(t, r.state("eve"))
	require.Empty(t, r.keptBy("eve"))
	kinds := map[string]int{}
	for _, kind := range out.kinds() {
		kinds[kind]++
	}
	require.Equal(t, map[string]int{"made task": 7, "made series": 1, "made reminder": out.Reminders, "made filter": 1, "changed settings": 1}, kinds)
	require.NotZero(t, out.Reminders)
	require.Equal(t, 1, out.Series)
	require.Equal(t, []string{"home", "a,b"}, out.Tags)

	made, _ := r.takeIn("eve", "", []byte(file))
	require.Empty(t, made.Changes, "the change set tells of it")
	out.Changes = nil
	require.Equal(t, out, made, "as it said")
}

func TestCalendarsRoundTrip(t *testing.T) {
	t.Parallel()
	r := newDesk(t)
	r.household("ada")
	a := r.ask("ada", http.MethodGet, "/api/export?format=ics", nil)
	require.Equal(t, http.StatusOK, a.StatusCode)
	for line := range strings.SplitSeq(a.text, "\r\n") {
		require.LessOrEqual(t, len(line), 75, line)
	}
	unfolded := strings.ReplaceAll(a.text, "\r\n ", "")
	for _, want := range []string{
		"DUE;TZID=Europe/Paris:20260228T090000", "RRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;COUNT=11;SKIP=BACKWARD", "EXDATE;TZID=Europe/Paris:20260430T090000",
		`SUMMARY:=pay\, "rent"\; über`, `CATEGORIES:home,a\,b`, "TRIGGER;RELATED=END:-P2D", "RELATED-TO;RELTYPE=PARENT:", "RELATED-TO;RELTYPE=DEPENDS-ON:",
		"TZID:Europe/Paris", "DUE;VALUE=DATE:20260201", "STATUS:COMPLETED", "PRIORITY:9",
	} {
		require.Contains(t, unfolded, want+"", want)
	}
	out, _ := r.takeIn("eve", "", []byte(a.text))
	require.Equal(t, "ics", out.Format)
	require.Empty(t, out.Problems)
	ada, eve := r.state("ada"), r.state("eve")
	require.Len(t, eve, len(ada))
	for key, want := range ada {
		got, ok := eve[key]
		if !ok && want.Status == todo.StatusCompleted { // done occurrences come back without their series
			got, ok = eve[want.Title+" "]
		}
		require.True(t, ok, key)
		require.Equal(t, want.Description, got.Description)
		if want.Due != nil && want.Due.AllDay() { // a date has no zone there
			require.Equal(t, want.Due.Local, got.Due.Local)
		} else {
			require.Equal(t, want.Due, got.Due)
		}
		require.Equal(t, want.Tags, got.Tags)
		require.Equal(t, want.Priority, got.Priority)
		require.Equal(t, want.Status, got.Status)
		require.Equal(t, want.Trashed(), got.Trashed())
		require.Equal(t, want.Parent, got.Parent)
	}
	again, _ := r.takeIn("eve", "", []byte(a.text))
	require.Zero(t, again.Made)
}

func TestSpreadsheetsGetNoFormulas(t *testing.T) {
	t.Parallel()
	r := newDesk(t)
	r.household("ada")
	a := r.ask("ada", http.MethodGet, "/api/export?format=csv&filter=rent", nil)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.text, "\ufeff"))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 3, "the filter chooses")
	require.Equal(t, `'=pay, "rent"; über`, rows[1][1])
	require.Equal(t, "09:00:00", rows[1][6])
}

const todoistFile = "\ufeffTYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE,DURATION,DURATION_UNIT,DEADLINE,DEADLINE_LANG\n" +
	"meta,view_style=list,,,,,,,,,,,,\n" +
	"task,Buy milk @shop,two litres,1,1,Ada (1),,tomorrow at 9am,en,Europe/Paris,,None,,\n" +
	"task,Skimmed,,4,2,Ada (1),,,en,,,None,,\n" +
	"note,with the blue lid,,,,Ada (1),,,,,,,,\n" +
	",,,,,,,,,,,,,\n" +
	"section,House work,,,,,,,,,,,,\n" +
	"task,Water plants,,2,1,Ada (1),,every! 3 days,en,,,None,,\n" +
	"task,Riddle,,4,1,Ada (1),,when pigs fly,en,,,None,,\n" +
	"task,,,4,1,Ada (1),,,en,,,None,,\n" +
	"task,Buy bread @shop,,4,1,Ada (1),,2026-02-03,en,,,None,,\n"

func TestTodoistsProjects(t *testing.T) {
	t.Parallel()
	r := newDesk(t)
	out, set := r.takeIn("ada", "", []byte(todoistFile))
	require.Equal(t, "todoist", out.Format)
	require.Equal(t, 5, out.Made)
	require.NotEmpty(t, set)
	require.Len(t, out.Problems, 2, "%v", out.Problems)
	require.Equal(t, 9, out.Problems[0].Line)
	require.True(t, out.Problems[0].Kept)
	require.Equal(t, 10, out.Problems[1].Line)
	have := map[string]todo.Details{}
	for _, d := range r.state("ada") {
		have[d.Title+d.Description] = d
	}
	milk := have["Buy milktwo litres"]
	require.Equal(t, []string{"shop"}, milk.Tags)
	require.Equal(t, todo.PriorityHigh, milk.Priority)
	require.Equal(t, &todo.Due{Local: "2026-01-06T09:00:00", Zone: "Europe/Paris", At: time.Date(2026, 1, 6, 8, 0, 0, 0, time.UTC)}, milk.Due)
	require.Equal(t, "Buy milk ", have["Skimmedwith the blue lid"].Parent)
	water := have["Water plants"]
	require.NotNil(t, water.Series)
	require.Equal(t, "FREQ=DAILY;INTERVAL=3", water.Series.Rule)
	require.True(t, water.Series.FromCompletion)
	require.Equal(t, []string{"House-work"}, water.Tags)
	require.Contains(t, have, "Riddlewhen pigs fly")
	again, _ := r.takeIn("ada", "", []byte(todoistFile))
	require.Zero(t, again.Made)
	require.Equal(t, 5, again.Skipped)
}

const vikunjaFile = `[{"id":1,"title":"Garden plan","tasks":[
 {"id":7,"title":"Dig","description":"<p>deep &amp; wide</p><ul><li>spade</li></ul>","done":false,"due_date":"2026-03-01T12:00:00Z","repeat_after":604800,"repeat_mode":0,"priority":4,
  "labels":[{"title":"out door"}],"created":"2025-05-01T10:00:00Z","reminders":[{"reminder":"2026-03-01T10:00:00Z","relative_period":-7200,"relative_to":"due_date"}],
  "related_tasks":{"subtask":[{"id":8,"created":"2025-05-02T10:00:00Z"}]}},
 {"id":8,"title":"Spade","done":true,"done_at":"2025-06-01T10:00:00Z","due_date":"0001-01-01T00:00:00Z","created":"2025-05-02T10:00:00Z",
  "related_tasks":{"parenttask":[{"id":7,"created":"2025-05-01T10:00:00Z"}]}},
 {"id":"nine"}]}]`

func zipped(t *testing.T, name string, data []byte) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	f, err := z.Create(name)
	require.NoError(t, err)
	_, err = f.Write(data)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return out.Bytes()
}

func TestVikunjasExport(t *testing.T) {
	t.Parallel()
	r := newDesk(t)
	out, _ := r.takeIn("ada", "", zipped(t, "data.json", []byte(vikunjaFile)))
	require.Equal(t, 2, out.Made)
	require.Len(t, out.Problems, 1)
	require.Equal(t, "/0/tasks/2", out.Problems[0].Pointer)
	have := r.state("ada")
	dig := have["Dig 2026-03-01T12:00:00"]
	require.Equal(t, "deep & wide\n- spade", dig.Description)
	require.Equal(t, []string{"out-door", "Garden-plan"}, dig.Tags)
	require.Equal(t, "FREQ=WEEKLY;INTERVAL=1", dig.Series.Rule)
	require.Equal(t, time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC), dig.Reminders[0].At)
	spade := have["Spade "]
	require.Equal(t, "Dig 2026-03-01T12:00:00", spade.Parent)
	require.Equal(t, time.Date(2025, 6, 1, 10, 0, 0, 0, time.UTC), *spade.CompletedAt)
}

func TestHostileFilesAreRefusedClearly(t *testing.T) {
	t.Parallel()
	r := newDesk(t)
	rows := func(n int) []byte {
		var out strings.Builder
		out.WriteString("TYPE,CONTENT\n")
		for i := range n {
			fmt.Fprintf(&out, "task,t%d\n", i)
		}
		return []byte(out.String())
	}
	for name, c := range map[string]struct {
		file   []byte
		status int
	}{
		"nothing":              {nil, 0},
		"no format":            {[]byte("hello"), http.StatusUnprocessableEntity},
		"another's JSON":       {[]byte(`{"a":1}`), http.StatusUnprocessableEntity},
		"half a JSON":          {[]byte(`{"format":"nudge","version":1,"tasks":[`), http.StatusUnprocessableEntity},
		"deep JSON":            {[]byte(strings.Repeat("[", 1<<20)), http.StatusUnprocessableEntity},
		"not UTF-8":            {[]byte("TYPE,CONTENT\ntask,caf\xe9\n"), http.StatusUnprocessableEntity},
		"half a calendar":      {[]byte("BEGIN:VCALENDAR\nBEGIN:VTODO\n"), http.StatusUnprocessableEntity},
		"a crossed calendar":   {[]byte("BEGIN:VCALENDAR\nBEGIN:VTODO\nEND:VCALENDAR\n"), http.StatusUnprocessableEntity},
		"deep calendar":        {[]byte("BEGIN:VCALENDAR\n" + strings.Repeat("BEGIN:X\n", 100)), http.StatusUnprocessableEntity},
		"a zip of nothing":     {zipped(t, "other", nil), http.StatusUnprocessableEntity},
		"a broken zip":         {[]byte("PK\x03\x04 this is none"), http.StatusUnprocessableEntity},
		"a bomb":               {zipped(t, "data.json", bytes.Repeat([]byte(" "), 65<<20)), http.StatusRequestEntityTooLarge},
		"a hundred thousand":   {rows(100_000), http.StatusRequestEntityTooLarge},
		"more than one import": {rows(todo.MaxImport + 1), http.StatusRequestEntityTooLarge},
		"17 MiB":               {bytes.Repeat([]byte("x"), 17<<20), http.StatusRequestEntityTooLarge},
	} {
		a := r.ask("ada", http.MethodPost, "/api/import", c.file)
		if c.status == 0 {
			require.GreaterOrEqual(t, a.StatusCode, 400, name)
			require.Less(t, a.StatusCode, 500, name)
			continue
		}
		require.Equal(t, c.status, a.StatusCode, "%s: %s", name, a.text)
		require.Equal(t, "application/problem+json", a.Header.Get("Content-Type"), name)
		require.Contains(t, a.text, "detail", name)
	}
	require.Empty(t, r.state("ada"))
	long, _ := r.takeIn("ada", "", []byte("BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:1\r\nSUMMARY:ok\r\nX-HUGE:"+strings.Repeat("y", 300<<10)+"\r\nnonsense\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"))
	require.Equal(t, 1, long.Made)
	require.Len(t, long.Problems, 2)
}

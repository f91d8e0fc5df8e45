package postgres_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"function/infra/postgres"
	"function/infra/postgres/bootstrap"
	"function/shared/events"
	store "function/shared/postgres"
	"function/shared/todo"
	"function/shared/todotest"
)

func rent() todo.NewTask {
	return todo.NewTask{
		Title: "Pay rent", Description: "to the landlady", Priority: todo.PriorityHigh, Tags: []string{"#home"},
		Due:        &todo.NewDue{Date: "2026-02-01", Time: "09:00", Zone: "Europe/Paris"},
		Recurrence: &todo.NewRecurrence{Rule: "FREQ=MONTHLY;BYMONTHDAY=1"},
		Reminders:  []todo.NewReminder{{Before: &todo.Before{Days: 2}}},
	}
}

func create(t *testing.T, w *todotest.World, owner string, tasks ...todo.NewTask) todo.Result {
	t.Helper()
	result, err := w.Create(t.Context(), todotest.Person(owner), tasks...)
	require.NoError(t, err)
	return result
}

func TestATaskComesBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	made := create(t, w, "ada", rent()).First()
	read, err := w.Store.Task(t.Context(), "ada", made.ID)
	require.NoError(t, err)
	require.Equal(t, made, read)
	require.Equal(t, "2026-02-01T08:00:00Z", read.Due.At.Format(time.RFC3339))
	require.Equal(t, "2026-01-30T08:00:00Z", read.Reminders[0].At.Format(time.RFC3339))
}

func TestAnotherPersonsTaskIsNotFound(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	result := create(t, w, "ada", rent())
	id := result.First().ID
	create(t, w, "eve", todo.NewTask{Title: "own"}) // eve is known and has a key
	for name, attempt := range map[string]func() error{
		"read": func() error { _, err := w.Store.Task(t.Context(), "eve", id); return err },
		"edit": func() error {
			_, err := w.Edit(t.Context(), todotest.Person("eve"), id, 1, todo.Edit{Title: todo.Some("x")})
			return err
		},
		"complete": func() error {
			_, err := w.Complete(t.Context(), todotest.Person("eve"), todo.Target{ID: id})
			return err
		},
		"delete":  func() error { _, err := w.Delete(t.Context(), todotest.Person("eve"), todo.Target{ID: id}); return err },
		"undo":    func() error { _, err := w.Undo(t.Context(), todotest.Person("eve"), result.ChangeSet.ID); return err },
		"no uuid": func() error { _, err := w.Store.Task(t.Context(), "eve", "1 OR true"); return err },
	} {
		require.Equal(t, todo.CodeNotFound, todo.CodeOf(attempt()), name)
	}
}

// Row-level security is the second wall: it holds even for a statement that forgets the owner.
func TestRowLevelSecurityShowsOnlyTheOwnersRows(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	create(t, w, "ada", rent())
	tables := []string{"people", "series", "tasks", "reminders", "change_sets", "outbox"}
	count := func(table, owner string) (n int) {
		require.NoError(t, pgx.BeginFunc(t.Context(), w.Pool, func(tx pgx.Tx) error {
			if _, err := tx.Exec(t.Context(), `SELECT set_config('nudge.owner', $1, true)`, owner); err != nil {
				return err
			}
			return tx.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n)
		}))
		return n
	}
	for _, table := range tables {
		require.Equal(t, 1, count(table, "ada"), table)
		require.Zero(t, count(table, "eve"), table)
		require.Zero(t, count(table, ""), table)
	}
	admin, err := pgx.Connect(t.Context(), w.URL(postgres.Superuser))
	require.NoError(t, err)
	defer func() { _ = admin.Close(context.WithoutCancel(t.Context())) }()
	var open []string
	require.NoError(t, admin.QueryRow(t.Context(), `SELECT coalesce(array_agg(c.relname::text), '{}') FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE c.relnamespace = 'nudge'::regnamespace AND c.relkind = 'r' AND a.attname = 'owner' AND NOT c.relrowsecurity`).Scan(&open))
	require.Empty(t, open, "tables with an owner and without row-level security")
	var bypasses bool
	require.NoError(t, admin.QueryRow(t.Context(), `SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = $1`, bootstrap.Functions).Scan(&bypasses))
	require.False(t, bypasses)
}

func TestOfTwoEditsOnOneVersionOneWins(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	id := create(t, w, "ada", rent()).First().ID
	var group sync.WaitGroup
	codes := make([]todo.Code, 8)
	for i := range codes {
		group.Go(func() {
			_, err := w.Edit(t.Context(), todotest.Person("ada"), id, 1, todo.Edit{Title: todo.Some(strings.Repeat("x", i+1))})
			if err != nil {
				codes[i] = todo.CodeOf(err)
			}
		})
	}
	group.Wait()
	won := 0
	for _, code := range codes {
		if code == "" {
			won++
			continue
		}
		require.Equal(t, todo.CodeVersionMismatch, code)
	}
	require.Equal(t, 1, won)
}

// A new task goes out at once; what changes one reads it and writes.
func TestAWriteIsOneRoundTripAndAChangeTwo(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	id := create(t, w, "ada", rent()).First().ID
	traced, seen := todotest.Traced(t, w)
	service := *w.Service
	service.Store = traced
	_, err := traced.Task(t.Context(), "ada", id) // the key is known
	require.NoError(t, err)
	ada, target := todotest.Person("ada"), todo.Target{ID: id}
	for _, act := range []struct {
		name  string
		trips int
		do    func() (todo.Result, error)
	}{
		{"create", 1, func() (todo.Result, error) { return service.Create(t.Context(), ada, rent()) }},
		{"edit", 2, func() (todo.Result, error) {
			return service.Edit(t.Context(), ada, id, 1, todo.Edit{Title: todo.Some("Pay it")})
		}},
		{"complete", 2, func() (todo.Result, error) { return service.Complete(t.Context(), ada, target) }},
		{"delete", 2, func() (todo.Result, error) { return service.Delete(t.Context(), ada, target) }},
	} {
		seen.Take()
		_, err := act.do()
		require.NoError(t, err, act.name)
		require.Len(t, seen.Take(), act.trips, act.name)
	}
}

// I2: a change and its events are one transaction.
func TestAFailedCommitLeavesNothing(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	first := create(t, w, "ada", rent()).First()
	w.Published()
	act := todotest.Person("ada")
	act.Receipt = &todo.Receipt{Consumer: "test", Source: "/x", ID: "1"}
	_, err := w.Complete(t.Context(), act, todo.Target{ID: first.ID})
	require.NoError(t, err)
	require.Len(t, w.Published(), 1)
	_, err = w.Reopen(t.Context(), act, todo.Target{ID: first.ID}) // the same event again
	require.Equal(t, todo.CodeDuplicate, todo.CodeOf(err))
	require.Empty(t, w.Published())
	read, err := w.Store.Task(t.Context(), "ada", first.ID)
	require.NoError(t, err)
	require.Equal(t, todo.StatusCompleted, read.Status)
	require.EqualValues(t, 2, read.Version)
}

func TestEventsMatchTheirSchemasAndHoldNoText(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	id := create(t, w, "ada", rent()).First().ID
	_, err := w.Edit(t.Context(), todotest.Person("ada"), id, 1, todo.Edit{Title: todo.Some("Pay the rent")})
	require.NoError(t, err)
	_, err = w.Complete(t.Context(), todotest.Person("ada"), todo.Target{ID: id})
	require.NoError(t, err)
	_, err = w.Delete(t.Context(), todotest.Person("ada"), todo.Target{ID: id})
	require.NoError(t, err)
	var kinds []todo.EventKind
	for _, o := range w.Published() {
		require.NotContains(t, string(o.Event), "rent")
		require.NotContains(t, string(o.Event), "home")
		var event cloudevents.Event
		require.NoError(t, json.Unmarshal(o.Event, &event))
		notice, err := events.Decode(event)
		require.NoError(t, err)
		kinds = append(kinds, notice.Kind)
		title, err := w.Store.OpenText(t.Context(), "ada", notice.Data.Payload.Title)
		require.NoError(t, err)
		require.Contains(t, title, "rent")
	}
	require.Equal(t, []todo.EventKind{todo.EventTaskCreated, todo.EventTaskUpdated, todo.EventTaskCompleted, todo.EventTaskDeleted}, kinds)
}

// A copy of the database tells nobody what the tasks say.
func TestADumpContainsNoWordOfAnyTask(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	id := create(t, w, "ada", rent()).First().ID
	_, err := w.Edit(t.Context(), todotest.Person("ada"), id, 1, todo.Edit{Description: todo.Some("zanzibar quokka")})
	require.NoError(t, err)
	require.NoError(t, w.Store.AddChannel(t.Context(), store.Channel{
		ID: todotest.NewID(), Owner: "ada", Kind: "email", Label: "armadillo", Address: store.Address{To: "ada@mailbox.test", Secret: "pangolin"}, CreatedAt: w.Clock.Now(),
	}))
	dump := dumpTables(t, w)
	require.Contains(t, dump, id)
	for _, word := range []string{"rent", "landlady", "home", "zanzibar", "quokka", "mailbox", "armadillo", "pangolin"} {
		require.NotContains(t, dump, word)
		require.NotContains(t, dump, hex.EncodeToString([]byte(word)), "in a binary column")
	}
}

// dumpTables gives all rows of all tables as pg_dump writes them.
func dumpTables(t *testing.T, w *todotest.World) string {
	t.Helper()
	admin, err := pgx.Connect(t.Context(), w.URL(postgres.Superuser))
	require.NoError(t, err)
	defer func() { _ = admin.Close(context.WithoutCancel(t.Context())) }()
	rows, err := admin.Query(t.Context(), `SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'nudge'`)
	require.NoError(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Greater(t, len(tables), 10)
	var out bytes.Buffer
	for _, table := range tables {
		_, err := admin.PgConn().CopyTo(t.Context(), &out, "COPY "+table+" TO STDOUT")
		require.NoError(t, err)
	}
	return strings.ToLower(out.String())
}

func TestListsPageThroughEverythingOnce(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	var all []todo.NewTask
	for i := range 23 {
		task := todo.NewTask{Title: "task " + strings.Repeat("i", i+1)}
		if i%3 != 0 {
			task.Due = &todo.NewDue{Date: "2026-01-0" + string(rune('1'+i%7)), Zone: "UTC"}
		}
		all = append(all, task)
	}
	_, err := w.Create(t.Context(), todotest.Person("ada"), all...)
	require.NoError(t, err)
	q := todo.Query{View: todo.ViewAll, Limit: 4, Tomorrow: todotest.Start.AddDate(0, 0, 1)}
	seen := map[string]bool{}
	last := time.Time{}
	for {
		page, err := w.Store.List(t.Context(), "ada", q)
		require.NoError(t, err)
		for _, d := range page.Data {
			require.False(t, seen[d.ID])
			seen[d.ID] = true
			if d.Due != nil {
				require.False(t, d.Due.At.Before(last))
				last = d.Due.At
			}
		}
		if !page.HasMore {
			break
		}
		q.After = page.After
	}
	require.Len(t, seen, len(all))
	q.After = "nonsense"
	_, err = w.Store.List(t.Context(), "ada", q)
	require.Equal(t, todo.CodeInvalid, todo.CodeOf(err))
}

func TestSearchFindsWordsByTheirBeginning(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	create(t, w, "ada", rent())
	create(t, w, "ada", todo.NewTask{Title: "Buy paprika"})
	find := func(words ...string) (titles []string) {
		var all todo.All
		for _, word := range words {
			all = append(all, todo.HasWord(strings.ToLower(word)))
		}
		page, err := w.Store.List(t.Context(), "ada", todo.Query{View: todo.ViewAll, Limit: 10, Where: all, Tomorrow: todotest.Start})
		require.NoError(t, err)
		for _, d := range page.Data {
			titles = append(titles, d.Title)
		}
		return titles
	}
	require.Equal(t, []string{"Pay rent"}, find("ren"))
	require.Equal(t, []string{"Pay rent"}, find("LAND", "pay"))
	require.Equal(t, []string{"Buy paprika"}, find("pap"))
	require.Empty(t, find("rika"))
	require.Empty(t, find("pay", "paprika"))
}

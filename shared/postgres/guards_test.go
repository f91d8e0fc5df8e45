package postgres_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"function/infra/postgres"
	"function/infra/postgres/bootstrap"
	"function/shared/chain"
	"function/shared/events"
	store "function/shared/postgres"
	"function/shared/todo"
	"function/shared/todotest"
)

// Each test here stands for one guard of the tables: ./task mutate takes the guard away
// and sees the test fail.

func TestEveryTableWithAnOwnerShowsItsOwnersRowsOnly(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	admin, err := pgx.Connect(t.Context(), w.URL(postgres.Superuser))
	require.NoError(t, err)
	defer func() { _ = admin.Close(context.WithoutCancel(t.Context())) }()
	var open []string
	require.NoError(t, admin.QueryRow(t.Context(), `
		SELECT coalesce(array_agg(c.relname::text), '{}') FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'owner'
		WHERE c.relnamespace = 'nudge'::regnamespace AND c.relkind = 'r' AND NOT (c.relrowsecurity AND
			(SELECT array_agg(pg_get_expr(p.polqual, p.polrelid)) FROM pg_policy p WHERE p.polrelid = c.oid)
			= ARRAY['(owner = current_setting(''nudge.owner''::text, true))'])`).Scan(&open))
	require.Empty(t, open)
}

// The first wall holds by itself: with row-level security out of the way (the tables'
// owner passes it by) a query still names the person.
func TestQueriesNameTheOwnerWithoutRowLevelSecurity(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	result := create(t, w, "ada", rent())
	ada := result.First()
	create(t, w, "eve", todo.NewTask{Title: "own"})
	pool, err := store.Open(t.Context(), w.URL(bootstrap.Migrate), 4)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	s := store.New(pool, w.Ring, nil)
	var seen int
	require.NoError(t, pool.QueryRow(t.Context(), `SELECT count(*) FROM tasks`).Scan(&seen))
	require.Equal(t, 2, seen, "nothing hides rows here")

	_, err = s.Task(t.Context(), "eve", ada.ID)
	require.Equal(t, todo.CodeNotFound, todo.CodeOf(err), err)
	following, err := s.Occurrences(t.Context(), "eve", ada.SeriesID)
	require.NoError(t, err)
	require.Empty(t, following)
	_, err = s.ChangeSet(t.Context(), "eve", result.ChangeSet.ID)
	require.Equal(t, todo.CodeNotFound, todo.CodeOf(err), err)
	undoable, err := s.OpenChangeSets(t.Context(), "eve", []string{result.ChangeSet.ID})
	require.NoError(t, err)
	require.Empty(t, undoable)

	changed := ada.Task
	changed.Version++
	changed.Title = "eve's now"
	for name, deltas := range map[string][]todo.Delta[todo.Task]{
		"change": {{Before: &ada.Task, After: &changed}},
		"remove": {{Before: &ada.Task}},
	} {
		err = s.Commit(t.Context(), todo.Commit{ChangeSet: todo.ChangeSet{
			ID: todotest.NewID(), Owner: "eve", Actor: todo.ActorPerson, At: w.Clock.Now(), Tasks: deltas,
		}})
		require.Equal(t, todo.CodeVersionMismatch, todo.CodeOf(err), name)
	}
	read, err := w.Store.Task(t.Context(), "ada", ada.ID)
	require.NoError(t, err)
	require.Equal(t, ada, read)
}

// What one transaction holds, another passes over and does not wait for.
func TestWhoClaimsPassesOverWhatAnotherHolds(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	at := w.Clock.Now().Add(time.Minute)
	tasks := make([]todo.NewTask, 10)
	for i := range tasks {
		tasks[i] = todo.NewTask{Title: fmt.Sprint(i), Reminders: []todo.NewReminder{{At: &at}}}
	}
	_, err := w.Create(t.Context(), todotest.Person("ada"), tasks...)
	require.NoError(t, err)
	w.Clock.Advance(time.Hour)
	now := w.Clock.Now()
	for i := range 10 {
		require.NoError(t, notify(w, notification(w, todotest.NewID(), store.Sending), fmt.Sprint(i)))
	}
	for door, claim := range map[string]string{
		"outbox":     `SELECT id::text FROM claim_outbox($1, $2, 5)`,
		"reminders":  `SELECT id::text FROM claim_reminders($1, $1, gen_random_uuid(), $2, 5)`,
		"deliveries": `SELECT notification_id::text FROM claim_deliveries($1, $2, 5)`,
	} {
		ids := func(q interface {
			Query(context.Context, string, ...any) (pgx.Rows, error)
		},
		) []string {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			rows, err := q.Query(ctx, claim, now.Add(time.Minute), now.Add(2*time.Minute))
			require.NoError(t, err, door)
			list, err := pgx.CollectRows(rows, pgx.RowTo[string])
			require.NoError(t, err, "%s: it waits for the other", door)
			return list
		}
		require.NoError(t, pgx.BeginFunc(t.Context(), w.Pool, func(first pgx.Tx) error {
			held := ids(first)
			require.Len(t, held, 5, door)
			other := ids(w.Pool)
			require.Len(t, other, 5, door)
			for _, id := range other {
				require.NotContains(t, held, id, door)
			}
			return nil
		}))
	}
}

func notification(w *todotest.World, reminder, mail string) store.Notification {
	return store.Notification{
		ID: todotest.NewID(), Owner: "ada", Kind: store.KindReminder, TaskID: todotest.NewID(), ReminderID: reminder, RemindAt: w.Clock.Now(), Title: "ring", CreatedAt: w.Clock.Now(),
		Deliveries: []store.Delivery{{ID: todotest.NewID(), Channel: "in-app", State: store.Delivered}, {ID: todotest.NewID(), Channel: "email", State: mail}},
	}
}

func notify(w *todotest.World, n store.Notification, event string) error {
	return w.Store.Notify(context.Background(), n, store.Writing{
		Receipt: &todo.Receipt{Consumer: "notifications", Source: "/nudge/reminders", ID: event}, Until: w.Clock.Now(),
	})
}

// A reminder's coming is notified of once, by whatever event it is told, and each channel
// has one record of sending.
func TestAReminderIsNotifiedOfOnceOnEachChannel(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	reminder := todotest.NewID()
	require.NoError(t, notify(w, notification(w, reminder, store.Sending), "1"))
	require.Equal(t, todo.CodeDuplicate, todo.CodeOf(notify(w, notification(w, reminder, store.Sending), "2")), "another event")
	require.Equal(t, todo.CodeDuplicate, todo.CodeOf(notify(w, notification(w, todotest.NewID(), store.Sending), "1")), "the same event")
	twice := notification(w, todotest.NewID(), store.Sending)
	twice.Deliveries[1].Channel = twice.Deliveries[0].Channel
	require.Equal(t, todo.CodeDuplicate, todo.CodeOf(notify(w, twice, "3")), "one channel twice")
	list, err := w.Store.Notifications(t.Context(), "ada", "", 10)
	require.NoError(t, err)
	require.Len(t, list, 1)
}

func TestAnEventIsOneLinkOfItsOwnersChain(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	for _, id := range []string{"1", "2", "1", "3"} {
		_, err := w.Store.AppendAudit(t.Context(), "ada", "/nudge/tasks", id, []byte(`{"id":"`+id+`"}`))
		require.True(t, err == nil || todo.CodeOf(err) == todo.CodeDuplicate, err)
	}
	entries, err := w.Store.AuditFrom(t.Context(), "ada", 0, 10)
	require.NoError(t, err)
	require.Len(t, entries, 3)
	var v chain.Verifier
	for _, e := range entries {
		require.NoError(t, v.Check(e.Seq, e.Entry, e.Hash))
	}
}

// What was published once keeps its instant: a relay that comes back late changes nothing.
func TestMarkingAPublishedEventAgainChangesNothing(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	create(t, w, "ada", rent())
	ids := []string{w.Published()[0].ID}
	first := w.Clock.Now()
	require.NoError(t, w.Store.MarkPublished(t.Context(), ids, first))
	require.NoError(t, w.Store.MarkPublished(t.Context(), ids, first.Add(time.Hour)))
	require.NoError(t, w.Store.RetryOutbox(t.Context(), ids[0], first.Add(-time.Hour)))
	admin, err := pgx.Connect(t.Context(), w.URL(postgres.Superuser))
	require.NoError(t, err)
	defer func() { _ = admin.Close(context.WithoutCancel(t.Context())) }()
	var at, next time.Time
	require.NoError(t, admin.QueryRow(t.Context(), `SELECT published_at, next_at FROM nudge.outbox WHERE id = $1`, ids[0]).Scan(&at, &next))
	require.True(t, first.Equal(at), at)
	require.True(t, next.After(first), next)
}

// An act that saw a task at one version is refused when somebody has changed it since.
func TestAnActThatExpectsAnotherVersionIsRefused(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	task := create(t, w, "ada", rent()).First()
	err := w.Store.Commit(t.Context(), todo.Commit{
		ChangeSet: todo.ChangeSet{ID: todotest.NewID(), Owner: "ada", Actor: todo.ActorRecurrence, At: w.Clock.Now()},
		Expect:    []todo.Expectation{{TaskID: task.ID, Version: task.Version + 1}},
	})
	require.Equal(t, todo.CodeVersionMismatch, todo.CodeOf(err), err)
}

// Of two changes that were made of one version the database itself lets one be: whoever
// read before the other wrote is refused, however late it comes.
func TestAChangeOfAnOldVersionIsRefused(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	before := create(t, w, "ada", todo.NewTask{Title: "first"}).First().Task
	change := func(title string) error {
		after := before
		after.Title, after.Version = title, before.Version+1
		return w.Store.Commit(t.Context(), todo.Commit{ChangeSet: todo.ChangeSet{
			ID: todotest.NewID(), Owner: "ada", Actor: todo.ActorPerson, At: w.Clock.Now(), Tasks: []todo.Delta[todo.Task]{{Before: &before, After: &after}},
		}})
	}
	require.NoError(t, change("second"))
	require.Equal(t, todo.CodeVersionMismatch, todo.CodeOf(change("third")))
	read, err := w.Store.Task(t.Context(), "ada", before.ID)
	require.NoError(t, err)
	require.Equal(t, "second", read.Title)
}

// I9: a slot of a series has one task, whoever makes it.
func TestASlotHasOneTask(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	task := create(t, w, "ada", rent()).First()
	require.NotEmpty(t, task.SeriesID)
	admin, err := pgx.Connect(t.Context(), w.URL(postgres.Superuser))
	require.NoError(t, err)
	t.Cleanup(func() { _ = admin.Close(context.Background()) })
	_, err = admin.Exec(t.Context(), `CREATE TEMP TABLE twin AS SELECT * FROM nudge.tasks WHERE id = $1`, task.ID)
	require.NoError(t, err)
	_, err = admin.Exec(t.Context(), `UPDATE twin SET id = $1::uuid`, todotest.NewID())
	require.NoError(t, err)
	_, err = admin.Exec(t.Context(), `INSERT INTO nudge.tasks SELECT * FROM twin`)
	require.ErrorContains(t, err, "one_task_per_slot")
}

// F14: a database that is away is no fault of the event: it is to come again.
func TestATextThatCannotBeOpenedNowIsNotInvalid(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	create(t, w, "ada", rent())
	_, err := w.Store.OpenText(t.Context(), "ada", "no sealed text")
	require.Equal(t, todo.CodeInvalid, todo.CodeOf(err), err)
	gone, err := store.Open(t.Context(), "postgres://nudge@127.0.0.1:1/nudge", 1)
	require.NoError(t, err)
	t.Cleanup(gone.Close)
	_, err = store.New(gone, w.Ring, nil).OpenText(t.Context(), "ada", "no sealed text")
	require.Equal(t, todo.CodeUnavailable, todo.CodeOf(err), err)
}

// F7: a dispatcher whose lease has ended comes back late: whoever claimed since fires.
func TestADispatcherFiresOnlyWhatItStillHolds(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	at := w.Clock.Now().Add(time.Minute)
	task := create(t, w, "ada", todo.NewTask{Title: "ring", Reminders: []todo.NewReminder{{At: &at}}}).First()
	w.Published()
	firing := func(now time.Time) []todo.Firing {
		claims, err := w.Store.ClaimReminders(t.Context(), now, now, now.Add(time.Second), todotest.NewID(), 10)
		require.NoError(t, err)
		require.Len(t, claims, 1)
		return []todo.Firing{{Claim: claims[0], Now: now, Event: todo.Event{
			ID: todotest.NewID(), Kind: todo.EventReminderDue, At: now, Actor: todo.ActorReminders, Task: task.Task, Reminder: &task.Reminders[0],
		}}}
	}
	late, holder := firing(at), firing(at.Add(time.Minute))
	require.NoError(t, w.Store.Fire(t.Context(), late))
	require.Empty(t, w.Published())
	require.NoError(t, w.Store.Fire(t.Context(), holder))
	require.Len(t, w.Published(), 1)
	require.NoError(t, w.Store.Fire(t.Context(), holder))
	require.Empty(t, w.Published(), "it has come")
}

// notices gives the committed events of reminders that came.
func notices(t *testing.T, w *todotest.World) (list []events.Notice) {
	t.Helper()
	for _, o := range w.Published() {
		var e cloudevents.Event
		require.NoError(t, json.Unmarshal(o.Event, &e))
		n, err := events.Decode(e)
		require.NoError(t, err)
		require.Equal(t, o.ID, n.ID)
		list = append(list, n)
	}
	return list
}

// What is overdue comes in one statement, with the event that it would have otherwise.
func TestAnOverdueReminderComesOnceAndNeverEarlyAndNotFromUnderAnother(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	at := w.Clock.Now().Add(time.Minute)
	task := create(t, w, "a \"d\" \u00e4", todo.NewTask{
		Title: "ring", Description: "twice", Tags: []string{"home"}, Due: &todo.NewDue{Date: "2026-02-01", Zone: "Europe/Paris"}, Reminders: []todo.NewReminder{{At: &at}},
	}).First()
	w.Published()
	later := func(d time.Duration) int {
		list, err := w.Store.Overdue(t.Context(), at.Add(d), 10)
		require.NoError(t, err)
		return len(list)
	}
	reminder := [][16]byte{uuid.MustParse(task.Reminders[0].ID)}
	fire := func(now time.Time) int {
		n, err := w.Store.FireOverdue(t.Context(), now, reminder, []string{todotest.NewID()})
		require.NoError(t, err)
		return n
	}
	require.Zero(t, later(-time.Microsecond))
	require.Zero(t, fire(at.Add(-time.Microsecond)), "early")
	claims, err := w.Store.ClaimReminders(t.Context(), at, at, at.Add(30*time.Second), todotest.NewID(), 10)
	require.NoError(t, err)
	require.Len(t, claims, 1)
	require.Zero(t, later(time.Second))
	require.Zero(t, fire(at.Add(time.Second)), "somebody holds it")
	now := at.Add(time.Minute)
	require.Equal(t, 1, later(time.Minute), "whoever held it is gone")
	require.Equal(t, 1, fire(now))
	require.Zero(t, later(time.Minute))
	require.Zero(t, fire(now), "it has come")

	got := notices(t, w)
	require.Len(t, got, 1)
	id := todotest.NewID()
	key, err := w.Ring.Unwrap(task.Owner, wrapped(t, w, task.Owner))
	require.NoError(t, err)
	raw, err := events.Encode(t.Context(), todo.Event{ID: id, Kind: todo.EventReminderDue, At: now, Actor: todo.ActorReminders, Task: task.Task, Reminder: &task.Reminders[0]}, "/nudge/reminders", key)
	require.NoError(t, err)
	var e cloudevents.Event
	require.NoError(t, json.Unmarshal(raw, &e))
	want, err := events.Decode(e)
	require.NoError(t, err)
	for _, n := range []*events.Notice{&want, &got[0]} { // sealed anew each time
		for _, text := range append([]*string{&n.Data.Payload.Title, &n.Data.Payload.Description}, &n.Data.Payload.Tags[0]) {
			*text, err = w.Store.OpenText(t.Context(), task.Owner, *text)
			require.NoError(t, err)
		}
	}
	want.ID = got[0].ID
	require.Equal(t, want, got[0])
}

// wrapped gives a person's data key as it is kept.
func wrapped(t *testing.T, w *todotest.World, owner string) (key []byte) {
	t.Helper()
	admin, err := pgx.Connect(t.Context(), w.URL(postgres.Superuser))
	require.NoError(t, err)
	defer func() { _ = admin.Close(context.WithoutCancel(t.Context())) }()
	require.NoError(t, admin.QueryRow(t.Context(), `SELECT data_key FROM nudge.people WHERE owner = $1`, owner).Scan(&key))
	return key
}

// The event tells the task as it is, whatever was done to it since the reminder was made;
// a reminder that comes again, or that nothing is ready to be told of, is left to a claim.
func TestAnOverdueReminderTellsTheTaskAsItIsOrIsLeft(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	at := w.Clock.Now().Add(time.Minute)
	task := create(t, w, "ada", todo.NewTask{Title: "ring", Reminders: []todo.NewReminder{{At: &at}}}).First()
	create(t, w, "ada", todo.NewTask{Title: "again", Reminders: []todo.NewReminder{{At: &at, Repeat: time.Hour}}})
	bare := create(t, w, "ada", todo.NewTask{Title: "bare", Reminders: []todo.NewReminder{{At: &at}}}).First()
	edited, err := w.Edit(t.Context(), todotest.Person("ada"), task.ID, 0, todo.Edit{Title: todo.Some("ring twice")})
	require.NoError(t, err)
	admin, err := pgx.Connect(t.Context(), w.URL(postgres.Superuser))
	require.NoError(t, err)
	defer func() { _ = admin.Close(context.WithoutCancel(t.Context())) }()
	_, err = admin.Exec(t.Context(), `UPDATE nudge.tasks SET told = NULL WHERE id = $1`, bare.ID)
	require.NoError(t, err)
	w.Published()
	list, err := w.Store.Overdue(t.Context(), at, 10)
	require.NoError(t, err)
	require.Len(t, list, 3)
	n, err := w.Store.FireOverdue(t.Context(), at, list, []string{todotest.NewID(), todotest.NewID(), todotest.NewID()})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	got := notices(t, w)
	require.Len(t, got, 1)
	title, err := w.Store.OpenText(t.Context(), "ada", got[0].Data.Payload.Title)
	require.NoError(t, err)
	require.Equal(t, "ring twice", title)
	require.Equal(t, edited.First().Version, got[0].TaskVersion)
	claims, err := w.Store.ClaimReminders(t.Context(), at, at, at.Add(time.Minute), todotest.NewID(), 10)
	require.NoError(t, err)
	require.Len(t, claims, 2)
	require.NoError(t, w.Fire(t.Context(), w.Store, claims...))
	require.Len(t, notices(t, w), 2)
}

// An event that is written while its person goes, goes too.
func TestAnEventThatIsWrittenWhileItsPersonGoesGoesToo(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	at := w.Clock.Now().Add(time.Minute)
	task := create(t, w, "ada", todo.NewTask{Title: "ring", Reminders: []todo.NewReminder{{At: &at}}}).First()
	admin, err := pgx.Connect(t.Context(), w.URL(postgres.Superuser))
	require.NoError(t, err)
	defer func() { _ = admin.Close(context.WithoutCancel(t.Context())) }()
	gone := make(chan error, 1)
	require.NoError(t, pgx.BeginFunc(t.Context(), w.Pool, func(tx pgx.Tx) error {
		var events int
		require.NoError(t, tx.QueryRow(t.Context(), `SELECT count(*) FROM fire_overdue($1, $1, '/nudge/reminders', '{audit}', array_fill(''::text, '{10}'), ARRAY[$2::uuid], ARRAY[gen_random_uuid()])`,
			at, task.Reminders[0].ID).Scan(&events))
		require.Equal(t, 1, events)
		go func() { gone <- w.Store.Forget(context.WithoutCancel(t.Context()), "ada") }()
		require.Eventually(t, func() bool {
			var waits bool
			err := admin.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')`).Scan(&waits)
			return err == nil && waits
		}, time.Minute, time.Millisecond, "the removal does not wait")
		return nil
	}))
	require.NoError(t, <-gone)
	var left int
	require.NoError(t, admin.QueryRow(t.Context(), `SELECT count(*) FROM nudge.outbox`).Scan(&left))
	require.Zero(t, left)
}

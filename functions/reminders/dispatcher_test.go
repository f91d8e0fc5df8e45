package reminders

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"function/infra/postgres"
	"function/infra/postgres/bootstrap"
	"function/shared/events"
	"function/shared/fault"
	"function/shared/host"
	"function/shared/outbox"
	"function/shared/todo"
	"function/shared/todotest"
	"function/shared/watch"
)

// world is one whose clock is the real one: these tests are about waiting for it.
func world(t *testing.T) *todotest.World {
	w := todotest.New(t)
	w.Service.Now = time.Now
	return w
}

func newWatch(w *todotest.World) *watch.Watch {
	f := &function{Host: &host.Host{Todo: w.Service, Store: w.Store, Log: slog.New(slog.DiscardHandler), Now: w.Service.Now}}
	f.Config.StreamTimeout = time.Minute
	return f.newWatch()
}

func remindIn(t *testing.T, w *todotest.World, after time.Duration, repeat time.Duration) todo.Details {
	t.Helper()
	at := time.Now().Add(after)
	result, err := w.Create(t.Context(), todotest.Person("ada"), todo.NewTask{Title: "ring", Reminders: []todo.NewReminder{{At: &at, Repeat: repeat}}})
	require.NoError(t, err)
	return result.First()
}

// came gives the reminder events committed so far, by reminder.
func came(t *testing.T, w *todotest.World) map[string][]events.Notice {
	t.Helper()
	out := map[string][]events.Notice{}
	for _, o := range w.Published() {
		var e cloudevents.Event
		require.NoError(t, json.Unmarshal(o.Event, &e))
		n, err := events.Decode(e)
		require.NoError(t, err)
		if n.Kind == todo.EventReminderDue {
			out[n.ReminderID] = append(out[n.ReminderID], n)
		}
	}
	return out
}

func TestTwoDispatchersFireEachReminderOnceAndNotEarly(t *testing.T) {
	t.Parallel()
	w := world(t)
	want := map[string]time.Time{}
	for i := range 40 {
		d := remindIn(t, w, 700*time.Millisecond+time.Duration(i%7)*50*time.Millisecond, 0)
		want[d.Reminders[0].ID] = d.Reminders[0].At
	}
	w.Published()
	var both sync.WaitGroup
	for range 2 {
		d := newWatch(w)
		both.Go(func() {
			more, err := d.Run(t.Context(), time.Now().Add(time.Minute))
			if err != nil || more {
				t.Errorf("the run ended with more=%v, %v", more, err)
			}
		})
	}
	both.Wait()
	got := came(t, w)
	require.Len(t, got, len(want))
	for id, at := range want {
		require.Len(t, got[id], 1)
		require.False(t, got[id][0].At.Before(at), "early")
		require.True(t, got[id][0].RemindAt.Equal(at))
	}
}

func TestWhatAPersonDoesAfterTheClaimWins(t *testing.T) {
	t.Parallel()
	w := world(t)
	for name, act := range map[string]func(id string) error{
		"completed": func(id string) error {
			_, err := w.Complete(t.Context(), todotest.Person("ada"), todo.Target{ID: id})
			return err
		},
		"deleted": func(id string) error {
			_, err := w.Delete(t.Context(), todotest.Person("ada"), todo.Target{ID: id})
			return err
		},
		"taken off": func(id string) error {
			_, err := w.Edit(t.Context(), todotest.Person("ada"), id, 0, todo.Edit{Reminders: todo.Some[[]todo.NewReminder](nil)})
			return err
		},
	} {
		task := remindIn(t, w, time.Second, 0)
		now := time.Now()
		claims, err := w.Store.ClaimReminders(t.Context(), now, now.Add(2*time.Second), now.Add(time.Minute), w.NewID(), 10)
		require.NoError(t, err)
		require.Len(t, claims, 1, name)
		require.NoError(t, act(task.ID), name)
		w.Published()
		require.NoError(t, w.Fire(t.Context(), w.Store, claims[0]), name)
		require.Empty(t, came(t, w), name)
	}
}

func TestAClaimIsForOneAndEndsWithItsLease(t *testing.T) {
	t.Parallel()
	w := world(t)
	remindIn(t, w, time.Second, 0)
	now := time.Now()
	claim := func(at time.Time) []todo.Claim {
		list, err := w.Store.ClaimReminders(t.Context(), at, at.Add(time.Minute), at.Add(30*time.Second), w.NewID(), 10)
		require.NoError(t, err)
		return list
	}
	first := claim(now)
	require.Len(t, first, 1)
	require.Empty(t, claim(now), "held")
	second := claim(now.Add(31 * time.Second))
	require.Len(t, second, 1, "whoever held it is gone")
	w.Published()
	require.NoError(t, w.Fire(t.Context(), w.Store, first[0]), "the first holder comes back late")
	require.Empty(t, came(t, w))
	require.NoError(t, w.Fire(t.Context(), w.Store, second[0]))
	require.Len(t, came(t, w), 1)
}

func TestARepeatedReminderComesAgainUntilTheTaskIsDone(t *testing.T) {
	t.Parallel()
	w := world(t)
	task := remindIn(t, w, time.Second, 10*time.Minute)
	first := task.Reminders[0].At
	fire := func(at time.Time) {
		w.Service.Now = func() time.Time { return at }
		claims, err := w.Store.ClaimReminders(t.Context(), at, at, at.Add(time.Second), w.NewID(), 10)
		require.NoError(t, err)
		for _, c := range claims {
			require.NoError(t, w.Fire(t.Context(), w.Store, c))
		}
	}
	w.Published()
	fire(first)
	fire(first.Add(5 * time.Minute))
	require.Len(t, came(t, w)[task.Reminders[0].ID], 1)
	fire(first.Add(45 * time.Minute)) // three were missed: one comes, not four
	read, err := w.Store.Task(t.Context(), "ada", task.ID)
	require.NoError(t, err)
	require.Equal(t, first.Add(50*time.Minute).UTC(), read.Reminders[0].At)
	require.Len(t, came(t, w)[task.Reminders[0].ID], 1)
	_, err = w.Complete(t.Context(), todotest.Person("ada"), todo.Target{ID: task.ID})
	require.NoError(t, err)
	fire(first.Add(2 * time.Hour))
	require.Empty(t, came(t, w))
}

// A loop that sleeps until a far reminder takes up a nearer one that is made meanwhile.
func TestALookBringsANearerReminderForward(t *testing.T) {
	t.Parallel()
	w := world(t)
	remindIn(t, w, 20*time.Minute, 0)
	d := newWatch(w)
	require.False(t, d.Look(), "nothing runs yet")
	ended := make(chan error, 1)
	go func() {
		_, err := d.Run(t.Context(), time.Now().Add(30*time.Minute))
		ended <- err
	}()
	deadline := time.After(20 * time.Second)
	for !d.Look() { // until it runs
		select {
		case <-deadline:
			t.Fatal("the loop does not run")
		case <-time.After(time.Millisecond):
		}
	}
	near := remindIn(t, w, 300*time.Millisecond, 0)
	require.True(t, d.Look())
	for {
		read, err := w.Store.Task(t.Context(), "ada", near.ID)
		require.NoError(t, err)
		if read.Reminders[0].State == todo.ReminderFired {
			require.WithinDuration(t, near.Reminders[0].At, *read.Reminders[0].FiredAt, 10*time.Second)
			break
		}
		select {
		case err := <-ended:
			t.Fatal(fmt.Errorf("the loop ended: %w", err))
		case <-deadline:
			t.Fatal("the near reminder did not come")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// Found by simulation: a tick that finds the loop running makes it watch on, for the
// next tick comes no sooner.
func TestALookExtendsTheWatch(t *testing.T) {
	t.Parallel()
	w := world(t)
	now := todotest.Start
	clock := func() time.Time { return now }
	w.Service.Now = clock
	at := now.Add(4 * time.Minute)
	_, err := w.Create(t.Context(), todotest.Person("ada"), todo.NewTask{Title: "ring", Reminders: []todo.NewReminder{{At: &at}}})
	require.NoError(t, err)
	last := now.Add(6 * time.Minute)
	_, err = w.Create(t.Context(), todotest.Person("ada"), todo.NewTask{Title: "ring", Reminders: []todo.NewReminder{{At: &last}}})
	require.NoError(t, err)
	f := &function{Host: &host.Host{Todo: w.Service, Store: w.Store, Log: slog.New(slog.DiscardHandler), Now: clock}}
	f.Config.StreamTimeout = time.Hour
	var loop *watch.Watch
	f.Wait = func(_ context.Context, instant time.Time, _ <-chan struct{}) bool {
		now = instant // time passes
		if now.Equal(at.Add(-lookAhead)) {
			loop.Look()
		}
		return true
	}
	loop = f.newWatch()
	more, err := loop.Run(t.Context(), now.Add(window))
	require.NoError(t, err)
	require.False(t, more)
	require.True(t, last.Equal(now), now)
	require.Len(t, came(t, w), 2)
}

// A commit that fails, or whose outcome nobody knows, and a database that is away for a
// moment cost a second: the watch goes on, and the claim is given back.
func TestADatabaseThatIsAwayForAMomentCostsASecond(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	now := w.Clock.Now()
	w.Service.Now = func() time.Time { return now }
	at := now.Add(time.Minute)
	_, err := w.Create(t.Context(), todotest.Person("ada"), todo.NewTask{Title: "ring", Reminders: []todo.NewReminder{{At: &at}}})
	require.NoError(t, err)
	w.Published()
	f := &function{Host: &host.Host{Todo: w.Service, Store: w.Store, Log: slog.New(slog.DiscardHandler), Now: w.Service.Now}}
	f.Config.StreamTimeout = time.Hour
	fail := func(what string) {
		faults, err := fault.Parse(what)
		require.NoError(t, err)
		w.Store.Inject(faults)
	}
	f.Wait = func(_ context.Context, instant time.Time, _ <-chan struct{}) bool {
		if now = instant; now.After(at) {
			w.Store.Inject(nil)
		}
		return true
	}
	fail("fail_before_commit=1")
	loop := f.newWatch()
	away := false
	loop.Next = func(ctx context.Context, now time.Time) (*time.Time, error) {
		if !away {
			away = true
			return nil, todo.Errorf(todo.CodeUnavailable, "the database is away")
		}
		return f.Store.NextReminder(ctx, now)
	}
	more, err := loop.Run(t.Context(), now.Add(window))
	require.NoError(t, err)
	require.False(t, more)
	list := came(t, w)
	require.Len(t, list, 1)
	for _, notices := range list {
		require.Len(t, notices, 1)
		require.Equal(t, at.Add(time.Second).UTC(), notices[0].At.UTC())
	}
}

// A reminder that never can be fired keeps no other back, and is tried with its lease.
func TestAReminderThatCannotBeFiredKeepsNoOtherBack(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	now := w.Clock.Now()
	w.Service.Now = func() time.Time { return now }
	admin, err := pgxpool.New(t.Context(), w.URL(postgres.Superuser))
	require.NoError(t, err)
	t.Cleanup(admin.Close)
	at, later := now.Add(time.Minute), now.Add(3*time.Minute)
	bad, err := w.Create(t.Context(), todotest.Person("ada"), todo.NewTask{Title: "bad", Reminders: []todo.NewReminder{{At: &at}}})
	require.NoError(t, err)
	good, err := w.Create(t.Context(), todotest.Person("ada"), todo.NewTask{Title: "good", Reminders: []todo.NewReminder{{At: &later}}})
	require.NoError(t, err)
	_, err = admin.Exec(t.Context(), `UPDATE nudge.tasks SET content = 'spoilt', told = NULL WHERE id = $1`, bad.First().ID)
	require.NoError(t, err)
	w.Published()
	f := &function{Host: &host.Host{Todo: w.Service, Store: w.Store, Log: slog.New(slog.DiscardHandler), Now: w.Service.Now}}
	f.Config.StreamTimeout = 5 * time.Minute
	waits := 0
	f.Wait = func(_ context.Context, instant time.Time, _ <-chan struct{}) bool {
		now = instant
		waits++
		return true
	}
	_, err = f.newWatch().Run(t.Context(), now.Add(window))
	require.NoError(t, err)
	require.Less(t, waits, 400, "it does not look all the time")
	list := came(t, w)
	require.Len(t, list, 1)
	require.Equal(t, later.UTC(), list[good.First().Reminders[0].ID][0].At.UTC())
}

// On the full hour very many are due at one instant. None may be looked for among all of them.
func TestEachDueReminderIsReadOnceHoweverManyComeAtOneInstant(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	admin, err := pgxpool.New(t.Context(), w.URL(postgres.Superuser))
	require.NoError(t, err)
	t.Cleanup(admin.Close)
	const due = 100
	at := w.Clock.Now().Add(time.Hour)
	for range due {
		_, err := w.Create(t.Context(), todotest.Person("ada"), todo.NewTask{Title: "ring", Reminders: []todo.NewReminder{{At: &at}}})
		require.NoError(t, err)
	}
	for _, statement := range []string{ // others, each at a time of its own, are what the planner knows
		`INSERT INTO nudge.reminders (id, task_id, owner, is_relative, at, state)
			SELECT gen_random_uuid(), task_id, owner, false, at + n * interval '1 h', 'pending' FROM (SELECT * FROM nudge.reminders LIMIT 1) one, generate_series(1, 3000) n`,
		`VACUUM ANALYZE nudge.reminders`,
	} {
		_, err = admin.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
	before := rowsRead(t, w, admin)
	w.Clock.Set(at)
	d := &dispatcher{service: w.Service, store: w.Store, log: slog.New(slog.DiscardHandler), wait: func(context.Context, time.Time, <-chan struct{}) bool { return false }}
	require.NoError(t, d.fireDue(t.Context()))
	require.Len(t, came(t, w), due)
	require.LessOrEqual(t, rowsRead(t, w, admin)-before, 1.1*due)
}

// told keeps what is sent to the broker.
type told struct{ events []cloudevents.Event }

func (b *told) Send(_ context.Context, structured []byte) error {
	var e cloudevents.Event
	if err := json.Unmarshal(structured, &e); err != nil {
		return err
	}
	b.events = append(b.events, e)
	return nil
}

// A tick wakes the notifications only where something is to be sent before the next one,
// and does so while a watch is running, too.
func TestATickWakesTheNotificationsWhereSomethingIsOwed(t *testing.T) {
	t.Parallel()
	w := world(t)
	broker := &told{}
	relay := outbox.NewRelay(broker, slog.New(slog.DiscardHandler), w.Service.Now)
	relay.Use(w.Store)
	f := &function{Host: &host.Host{Todo: w.Service, Store: w.Store, Relay: relay, Log: slog.New(slog.DiscardHandler), Now: w.Service.Now, NewID: todotest.NewID}}
	f.Config.StreamTimeout = time.Minute
	f.Call = func(context.Context, string) {}
	f.watch = f.newWatch()
	tick := func() (owed []cloudevents.Event) {
		broker.events = nil
		answer := httptest.NewRecorder()
		f.watch.ServeHTTP(response{answer}, httptest.NewRequestWithContext(t.Context(), http.MethodPost, watchPath, nil))
		require.Equal(t, http.StatusNoContent, answer.Code, answer.Body)
		for _, e := range broker.events {
			if e.Type() == events.Owed {
				require.NoError(t, e.Validate())
				owed = append(owed, e)
			}
		}
		return owed
	}
	_, err := w.Create(t.Context(), todotest.Person("ada"), todo.NewTask{Title: "ring"})
	require.NoError(t, err)
	require.Empty(t, tick(), "nothing is owed")

	at := time.Now().Add(time.Hour)
	require.NoError(t, w.Store.SetNextDigest(t.Context(), "ada", &at))
	require.Empty(t, tick(), "the next tick comes before")
	at = time.Now().Add(tickPeriod)
	require.NoError(t, w.Store.SetNextDigest(t.Context(), "ada", &at))
	require.Len(t, tick(), 1)

	remindIn(t, w, time.Minute, 0)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); _, _ = f.watch.Run(ctx, time.Now().Add(window)) }()
	require.Eventually(t, f.watch.Look, 10*time.Second, time.Millisecond)
	require.Len(t, tick(), 1, "a watch is running")
	stop()
	<-ended
}

// response takes deadlines as a server's would.
type response struct{ *httptest.ResponseRecorder }

func (response) SetReadDeadline(time.Time) error  { return nil }
func (response) SetWriteDeadline(time.Time) error { return nil }

// What consumers that are behind have not handled yet is not all sent to them once more;
// what got lost between much that arrived is.
func TestReconciliationDoesNotPileUpOnConsumersThatAreBehind(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ handled, missing, again int }{
		"behind": {0, 2*reconcileBatch + 100, reconcileBatch},
		"lost":   {2 * reconcileBatch, 100, 100},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world(t)
			remindIn(t, w, time.Hour, 0)
			pool, err := pgxpool.New(t.Context(), w.URL(bootstrap.Migrate))
			require.NoError(t, err)
			t.Cleanup(pool.Close)
			_, err = pool.Exec(t.Context(), `INSERT INTO nudge.outbox (id, owner, event, next_at, created_at, published_at, source, awaits)
				SELECT gen_random_uuid(), 'ada', 'x', now(), now(), now() - make_interval(mins => 10, secs => n), '/nudge/tasks', CASE WHEN $1::int > 0 AND n % 21 <> 0 THEN '{}' ELSE '{audit}'::text[] END
				FROM generate_series(1, $1::int + $2::int) n`, test.handled, test.missing)
			require.NoError(t, err)
			f := &function{Host: &host.Host{Store: w.Store, Log: slog.New(slog.DiscardHandler), Now: w.Service.Now}}
			require.Equal(t, test.again, f.reconcile(t.Context()))
		})
	}
}

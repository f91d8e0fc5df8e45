package postgres_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"function/infra/postgres/bootstrap"
	"function/shared/postgres"
	"function/shared/todo"
	"function/shared/todotest"
)

const (
	after  = 2 * time.Minute
	before = 24 * time.Hour
)

// reconcile looks once, and gives how many events it looked at and caused again.
func reconcile(t *testing.T, w *todotest.World) [2]int {
	t.Helper()
	looked, missed, err := w.Store.Reconcile(t.Context(), w.Clock.Now(), after, before, 100)
	require.NoError(t, err)
	return [2]int{looked, missed}
}

// publish marks everything that waits as published, and gives the ids.
func publish(t *testing.T, w *todotest.World) []string {
	t.Helper()
	w.Clock.Advance(time.Minute)
	waiting, err := w.Store.ClaimOutbox(t.Context(), w.Clock.Now(), w.Clock.Now(), 100)
	require.NoError(t, err)
	ids := make([]string, 0, len(waiting))
	for _, o := range waiting {
		ids = append(ids, o.ID)
	}
	require.NoError(t, w.Store.MarkPublished(t.Context(), ids, w.Clock.Now()))
	return ids
}

// audited puts the audit's row of an event there.
func audited(t *testing.T, w *todotest.World, id string) {
	t.Helper()
	raw(t, w, `INSERT INTO audit (owner, seq, source, event_id, entry, hash)
		SELECT 'ada', (SELECT count(*) + 1 FROM audit), source, id::text, '', '' FROM outbox WHERE id = $1`, id)
}

// raw writes past the product.
func raw(t *testing.T, w *todotest.World, sql string, args ...any) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), w.URL(bootstrap.Migrate))
	require.NoError(t, err)
	defer func() { _ = conn.Close(t.Context()) }()
	_, err = conn.Exec(t.Context(), sql, args...)
	require.NoError(t, err)
}

func completed(t *testing.T, w *todotest.World) string {
	t.Helper()
	result, err := w.Create(t.Context(), todotest.Person("ada"), todo.NewTask{Title: "stand-up", Recurrence: &todo.NewRecurrence{Rule: "FREQ=DAILY"}})
	require.NoError(t, err)
	for _, id := range publish(t, w) {
		audited(t, w, id)
	}
	_, err = w.Complete(t.Context(), todotest.Person("ada"), todo.Target{ID: result.First().ID})
	require.NoError(t, err)
	return publish(t, w)[0]
}

// An event is caused again for the one consumer that has no trace of it, less and less
// often, and never again when all have one.
func TestReconciliationFindsTheEffectThatIsMissing(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	id := completed(t, w)
	audited(t, w, id)
	require.Equal(t, [2]int{0, 0}, reconcile(t, w), "it may be on its way")
	w.Clock.Advance(after)
	require.Equal(t, [2]int{2, 1}, reconcile(t, w), "audited, but without a successor")
	require.Equal(t, [2]int{0, 0}, reconcile(t, w), "it waits to be published; the other one is settled")
	require.Equal(t, []string{id}, publish(t, w))
	w.Clock.Advance(after)
	require.Equal(t, [2]int{0, 0}, reconcile(t, w), "twice as long passes")
	w.Clock.Advance(after)
	require.Equal(t, [2]int{1, 1}, reconcile(t, w))
	publish(t, w)
	receipt := todo.Receipt{Consumer: "recurrence", Source: "/nudge/tasks", ID: id}
	require.NoError(t, w.Store.Handled(t.Context(), "ada", receipt, w.Clock.Now()))
	require.NoError(t, w.Store.Handled(t.Context(), "ada", receipt, w.Clock.Now()), "twice")
	require.NoError(t, w.Store.Handled(t.Context(), "nobody", todo.Receipt{Consumer: "recurrence", Source: "/x", ID: "1"}, w.Clock.Now()), "a person who is gone")
	w.Clock.Advance(4 * after)
	require.Equal(t, [2]int{1, 0}, reconcile(t, w))
	w.Clock.Advance(time.Hour)
	require.Equal(t, [2]int{0, 0}, reconcile(t, w), "settled")
}

// What a consumer refused for good stays with the dead letters; what failed for the
// moment is caused again.
func TestADeadLetterIsCausedAgainUnlessItWasRefused(t *testing.T) {
	t.Parallel()
	for code, missed := range map[int]int{422: 0, 400: 0, 404: 1, 409: 1, 429: 1, 503: 1, 0: 1} {
		w := todotest.New(t)
		id := completed(t, w)
		audited(t, w, id)
		require.NoError(t, w.Store.KeepDeadLetter(t.Context(), postgres.DeadLetter{
			Source: "/nudge/tasks", EventID: id, Type: "t", Destination: "http://nudge-recurrence.nudge.svc.cluster.local/events/recurrence", Code: code, Event: []byte("{}"), ReceivedAt: w.Clock.Now(),
		}))
		w.Clock.Advance(after)
		require.Equal(t, missed, reconcile(t, w)[1], code)
	}
}

// A reminder that came has its notification, whichever event asked for it.
func TestAReminderThatCameWithoutANotificationIsCausedAgain(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	at := w.Clock.Now().Add(time.Hour)
	_, err := w.Create(t.Context(), todotest.Person("ada"), todo.NewTask{Title: "ring", Reminders: []todo.NewReminder{{At: &at}}})
	require.NoError(t, err)
	for _, id := range publish(t, w) {
		audited(t, w, id)
	}
	w.Clock.Set(at)
	claims, err := w.Store.ClaimReminders(t.Context(), at, at, at.Add(time.Minute), w.NewID(), 10)
	require.NoError(t, err)
	require.Len(t, claims, 1)
	require.NoError(t, w.Fire(t.Context(), w.Store, claims[0]))
	id := publish(t, w)[0]
	audited(t, w, id)
	w.Clock.Advance(after)
	require.Equal(t, 1, reconcile(t, w)[1])
	publish(t, w)
	raw(t, w, `INSERT INTO notifications (id, owner, task_id, reminder_id, remind_at, title, created_at) VALUES ($1, 'ada', $1, $2, $3, '', $3)`,
		todotest.NewID(), claims[0].ReminderID, at)
	w.Clock.Advance(2 * after)
	require.Equal(t, [2]int{1, 0}, reconcile(t, w))
}

// A reminder that somebody holds does not hide the one behind it.
func TestAHeldReminderHidesNoOther(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	now := w.Clock.Now()
	first, second := now.Add(time.Second), now.Add(5*time.Second)
	_, err := w.Create(t.Context(), todotest.Person("ada"), todo.NewTask{Title: "ring", Reminders: []todo.NewReminder{{At: &first}, {At: &second}}})
	require.NoError(t, err)
	claims, err := w.Store.ClaimReminders(t.Context(), now, first, now.Add(30*time.Second), w.NewID(), 10)
	require.NoError(t, err)
	require.Len(t, claims, 1)
	next, err := w.Store.NextReminder(t.Context(), now)
	require.NoError(t, err)
	require.True(t, next.Equal(second), next)
	next, err = w.Store.NextReminder(t.Context(), now.Add(31*time.Second))
	require.NoError(t, err)
	require.True(t, next.Equal(first), "the lease ended")
	require.NoError(t, w.Store.ReleaseReminders(t.Context(), claims))
	next, err = w.Store.NextReminder(t.Context(), now)
	require.NoError(t, err)
	require.True(t, next.Equal(first), "given back")
}

package notifications

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"github.com/stretchr/testify/require"

	"function/shared/events"
	"function/shared/host"
	"function/shared/postgres"
	"function/shared/todo"
	"function/shared/todotest"
)

func owed() cloudevents.Event {
	e := cloudevents.New()
	e.SetID("1")
	e.SetSource("/nudge/reminders")
	e.SetType(events.Owed)
	return e
}

// With the real clock: what is held, and what failed, goes out on its second without
// another wake-up.
func TestWhatWaitsGoesOutOnItsSecond(t *testing.T) {
	t.Parallel()
	rc := newReceiver(t)
	var r *rig
	open := make(chan struct{}, 100)
	self := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		r.watch.ServeHTTP(w, request)
		open <- struct{}{}
	}))
	t.Cleanup(self.Close)
	r = newRig(t, func(h *host.Host) {
		h.Now, h.Config.SelfURL, h.Config.StreamTimeout = time.Now, self.URL, time.Minute
	})
	r.Service.Now = time.Now
	r.hook(rc, "/", true)
	require.NoError(t, r.handle(t.Context(), owed()))
	<-open // nothing is to be sent: the instance may sleep

	at := time.Now().Add(time.Minute)
	task, err := r.Create(t.Context(), todotest.Person("ada"), todo.NewTask{Title: "Pay rent", Reminders: []todo.NewReminder{{At: &at}}})
	require.NoError(t, err)
	list, err := r.World.Store.Channels(t.Context(), "ada")
	require.NoError(t, err)
	now := time.Now().UTC().Truncate(time.Microsecond)
	end := now.Add(time.Second)
	require.NoError(t, r.World.Store.Notify(t.Context(), postgres.Notification{
		ID: todotest.NewID(), Owner: "ada", Kind: postgres.KindReminder, TaskID: task.First().ID, ReminderID: task.First().Reminders[0].ID,
		RemindAt: at, CreatedAt: now, Title: "Pay rent", Silent: true,
		Deliveries: []postgres.Delivery{{ID: todotest.NewID(), Channel: list[0].ID, Kind: list[0].Kind, State: postgres.Held, Until: &end}},
	}, postgres.Writing{Until: now}))
	require.NoError(t, r.watch.WakeIfSoon(t.Context()))
	require.Eventually(t, func() bool { return len(rc.take()) == 1 }, 20*time.Second, 10*time.Millisecond)
	require.False(t, time.Now().Before(end), "not before the quiet hours end")
	<-open
}

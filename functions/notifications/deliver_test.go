package notifications

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"function/shared/channel"
	"function/shared/postgres"
	"function/shared/todo"
	"function/shared/todotest"
)

func TestAReminderGoesOnceToEveryChannelThatWasProved(t *testing.T) {
	t.Parallel()
	r, rc := newRig(t), newReceiver(t)
	r.hook(rc, "/one", true)
	r.hook(rc, "/two", true)
	r.hook(rc, "/unproved", false)
	off := r.hook(rc, "/off", true)
	off.Version, off.Reminders = 1, false
	require.NoError(t, r.World.Store.SetChannel(t.Context(), off))
	r.remind(time.Hour, 0)
	r.Clock.Advance(time.Hour)
	for _, e := range r.fire() {
		var open sync.WaitGroup
		for range 5 { // delivered again and again, at once
			open.Go(func() {
				if err := r.handle(t.Context(), e); todo.OutcomeOf(err).Delivery != todo.Acknowledge {
					t.Error(err)
				}
			})
		}
		open.Wait()
	}
	got := rc.take()
	require.Len(t, got, 2)
	require.NotEqual(t, got[0].id, got[1].id)
	require.Equal(t, "Pay rent", got[0].Data.Title)
	require.Equal(t, "nudge.reminder", got[0].Type)
	ids := []string{}
	for _, d := range r.deliveries() {
		require.Equal(t, postgres.Delivered, d.State)
		ids = append(ids, d.ID)
	}
	require.ElementsMatch(t, ids, []string{got[0].id, got[1].id}, "the send record's id is the key")
	told := r.events(todo.EventNotificationDelivered)
	require.Len(t, told, 3, "the page and two channels")
	for _, e := range told {
		require.NotContains(t, e.String(), rc.URL)
		require.NotContains(t, e.String(), "rent")
	}
	require.NoError(t, r.sweep(t.Context()))
	require.Empty(t, rc.take())
	require.NotContains(t, r.log.b.String(), rc.URL)
}

func TestAFailureIsTriedAgainWithTheSameKeyOrGivenUp(t *testing.T) {
	t.Parallel()
	r, rc := newRig(t), newReceiver(t)
	c := r.hook(rc, "/", true)
	r.remind(time.Hour, 0)
	r.Clock.Advance(time.Hour)
	rc.status(http.StatusInternalServerError)
	r.come()
	first := rc.take()
	require.Len(t, first, 1)
	require.Equal(t, postgres.Sending, r.deliveries()[0].State)

	require.NoError(t, r.sweep(t.Context()))
	require.Empty(t, rc.take(), "not at once")
	r.Clock.Advance(30 * time.Second)
	rc.answers(func(w http.ResponseWriter, _ *http.Request) { // taken in, and the answer lost
		conn, _, _ := w.(http.Hijacker).Hijack()
		_ = conn.Close()
	})
	require.NoError(t, r.sweep(t.Context()))
	second := rc.take()
	require.NotEmpty(t, second)
	require.Equal(t, first[0].id, second[0].id)

	r.Clock.Advance(time.Minute)
	rc.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "600")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	require.NoError(t, r.sweep(t.Context()))
	require.Len(t, rc.take(), 1)
	r.Clock.Advance(599 * time.Second)
	require.NoError(t, r.sweep(t.Context()))
	require.Empty(t, rc.take(), "it asked for ten minutes")
	r.Clock.Advance(time.Second)
	rc.status(http.StatusNoContent)
	require.NoError(t, r.sweep(t.Context()))
	require.Equal(t, first[0].id, rc.take()[0].id)
	require.Equal(t, postgres.Delivered, r.deliveries()[0].State)

	r.remind(time.Hour, 0)
	r.Clock.Advance(time.Hour)
	rc.status(http.StatusUnprocessableEntity)
	r.come()
	require.Len(t, rc.take(), 1)
	require.Equal(t, postgres.Failed, r.deliveries()[0].State)
	require.Equal(t, channel.Refused, r.deliveries()[0].Detail)
	told := r.events(todo.EventNotificationFailed)
	require.Len(t, told, 1)
	require.Equal(t, "webhook", told[0].Extensions()["channel"])
	require.Equal(t, "refused", told[0].Extensions()["reason"])
	read, err := r.World.Store.Channel(t.Context(), "ada", c.ID)
	require.NoError(t, err)
	require.Equal(t, channel.Refused, read.Failing)

	r.remind(time.Hour, 0)
	r.Clock.Advance(time.Hour)
	rc.status(http.StatusGone)
	r.come()
	read, err = r.World.Store.Channel(t.Context(), "ada", c.ID)
	require.NoError(t, err)
	require.False(t, read.Enabled, "nothing will ever arrive there")
}

func TestWhatAlwaysFailsIsGivenUp(t *testing.T) {
	t.Parallel()
	r, rc := newRig(t), newReceiver(t)
	r.hook(rc, "/", true)
	r.remind(time.Hour, 0)
	r.Clock.Advance(time.Hour)
	rc.status(http.StatusBadGateway)
	r.come()
	for range 20 {
		r.Clock.Advance(longestWait * 2)
		require.NoError(t, r.sweep(t.Context()))
	}
	require.Len(t, rc.take(), maxAttempts)
	require.Equal(t, postgres.Failed, r.deliveries()[0].State)
}

// An instance that dies between the record and the sending leaves the delivery to the
// next; two that sweep at once do not both send.
func TestWhatADeadInstanceLeftIsSentByOneOther(t *testing.T) {
	t.Parallel()
	r, rc := newRig(t), newReceiver(t)
	for i := range 10 {
		r.hook(rc, "/"+strings.Repeat("x", i+1), true)
	}
	r.remind(time.Hour, 0)
	r.Clock.Advance(time.Hour)
	for _, e := range r.fire() {
		n, err := r.World.Store.Channels(t.Context(), "ada")
		require.NoError(t, err)
		require.Len(t, n, 10)
		record := postgres.Notification{
			ID: todotest.NewID(), Owner: "ada", Kind: postgres.KindReminder, RemindAt: r.Clock.Now(), CreatedAt: r.Clock.Now(), Title: "Pay rent",
			TaskID: e.Subject()[len("tasks/"):], ReminderID: e.Extensions()["reminder"].(string),
		}
		for _, c := range n {
			record.Deliveries = append(record.Deliveries, postgres.Delivery{ID: todotest.NewID(), Channel: c.ID, Kind: c.Kind, State: postgres.Sending})
		}
		require.NoError(t, r.World.Store.Notify(t.Context(), record, postgres.Writing{Until: r.Clock.Now().Add(sendLease)}))
	}
	require.NoError(t, r.sweep(t.Context()))
	require.Empty(t, rc.take(), "it may be alive and sending")
	r.Clock.Advance(sendLease)
	var both sync.WaitGroup
	for range 3 {
		both.Go(func() {
			if err := r.sweep(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	got := rc.take()
	seen := map[string]bool{}
	for _, g := range got {
		require.False(t, seen[g.id], "sent twice")
		seen[g.id] = true
	}
	require.Len(t, got, 10)
}

// Where the clocks of two instances disagree, one takes the other's claim for ended: the
// message goes out once all the same, whichever of them comes first.
func TestAClaimThatAnotherTookForEndedSendsNothing(t *testing.T) {
	t.Parallel()
	for _, who := range []string{"the other first", "the slow one first"} {
		t.Run(who, func(t *testing.T) {
			t.Parallel()
			r, rc := newRig(t), newReceiver(t)
			r.hook(rc, "/", true)
			r.remind(time.Hour, 0)
			r.Clock.Advance(time.Hour)
			rc.status(http.StatusServiceUnavailable)
			r.come()
			require.Len(t, rc.take(), 1)
			rc.status(http.StatusNoContent)
			r.Clock.Advance(time.Minute)
			claim := func() delivery {
				now := r.Clock.Now()
				list, err := r.World.Store.ClaimDeliveries(t.Context(), now, now.Add(sendLease), 10)
				require.NoError(t, err)
				require.Len(t, list, 1)
				n, err := r.World.Store.Notification(t.Context(), "ada", list[0].NotificationID)
				require.NoError(t, err)
				return delivery{n, r.deliveries()[0], list[0].Attempts, nil}
			}
			slow := claim()
			r.Clock.Advance(time.Hour) // of the other's clock
			order := []delivery{claim(), slow}
			if who == "the slow one first" {
				slices.Reverse(order)
			}
			for _, d := range order {
				r.deliver(t.Context(), d)
			}
			require.Len(t, rc.take(), 1)
			require.Equal(t, postgres.Delivered, r.deliveries()[0].State)
		})
	}
}

func TestQuietHoursHoldAndThenOneMessageComes(t *testing.T) {
	t.Parallel()
	r, rc := newRig(t), newReceiver(t)
	r.hook(rc, "/", true)
	r.prefer(func(p *todo.Preferences) { p.TimeZone, p.QuietFrom, p.QuietUntil = "Europe/Paris", "22:00", "07:00" })
	r.Clock.Set(time.Date(2026, 1, 5, 20, 0, 0, 0, time.UTC)) // 21:00 in Paris
	nag := r.remind(2*time.Hour, 10*time.Minute)
	done := r.remind(2*time.Hour, 0)
	moved := r.remind(2*time.Hour, 0)
	r.Clock.Advance(2 * time.Hour)
	for range 10 {
		r.come()
		r.Clock.Advance(10 * time.Minute)
	}
	require.Empty(t, rc.take())
	d := r.deliveries()[0]
	require.Equal(t, postgres.Held, d.State)
	require.Equal(t, time.Date(2026, 1, 6, 6, 0, 0, 0, time.UTC), d.Until.UTC())
	list, err := r.World.Store.Notifications(t.Context(), "ada", "", 100)
	require.NoError(t, err)
	require.Len(t, list, 12, "the page shows them at once")
	require.True(t, list[0].Silent)

	_, err = r.Complete(t.Context(), todotest.Person("ada"), todo.Target{ID: done.ID})
	require.NoError(t, err)
	later := time.Date(2026, 1, 6, 20, 0, 0, 0, time.UTC)
	_, err = r.Edit(t.Context(), todotest.Person("ada"), moved.ID, 0, todo.Edit{Reminders: todo.Some([]todo.NewReminder{{At: &later}})})
	require.NoError(t, err)
	r.Clock.Set(time.Date(2026, 1, 6, 5, 59, 59, 0, time.UTC))
	require.NoError(t, r.sweep(t.Context()))
	require.Empty(t, rc.take())
	r.Clock.Advance(time.Second)
	require.NoError(t, r.sweep(t.Context()))
	got := rc.take()
	require.Len(t, got, 1, "one of the nag; what was done or moved is cancelled")
	require.Equal(t, nag.ID, got[0].Data.TaskID)
	require.Zero(t, got[0].Data.LateSeconds, "held as it should be is not late")
	require.NoError(t, r.sweep(t.Context()))
	require.Empty(t, rc.take())
}

func TestHeldMessagesFollowTheQuietHoursAsTheyAreChanged(t *testing.T) {
	t.Parallel()
	r, rc := newRig(t), newReceiver(t)
	r.hook(rc, "/", true)
	r.prefer(func(p *todo.Preferences) { p.TimeZone, p.QuietFrom, p.QuietUntil = "UTC", "22:00", "07:00" })
	r.Clock.Set(time.Date(2026, 1, 5, 23, 0, 0, 0, time.UTC))
	r.remind(time.Minute, 0)
	r.Clock.Advance(time.Minute)
	r.come()
	r.prefer(func(p *todo.Preferences) { p.QuietUntil = "09:00" })
	r.Clock.Set(time.Date(2026, 1, 6, 7, 0, 0, 0, time.UTC))
	require.NoError(t, r.sweep(t.Context()))
	require.Empty(t, rc.take())
	r.prefer(func(p *todo.Preferences) { p.QuietFrom, p.QuietUntil = "", "" })
	require.NoError(t, r.sweep(t.Context()))
	require.Len(t, rc.take(), 1)

	// A retry that falls into quiet hours waits for their end too.
	r.remind(time.Minute, 0)
	r.Clock.Advance(time.Minute)
	rc.status(http.StatusServiceUnavailable)
	r.come()
	require.Len(t, rc.take(), 1)
	rc.status(http.StatusOK)
	r.prefer(func(p *todo.Preferences) { p.QuietFrom, p.QuietUntil = "07:00", "08:00" })
	r.Clock.Advance(2 * time.Minute)
	require.NoError(t, r.sweep(t.Context()))
	require.Empty(t, rc.take())
	require.Equal(t, postgres.Held, r.deliveries()[0].State)
	r.Clock.Set(time.Date(2026, 1, 6, 8, 0, 0, 0, time.UTC))
	require.NoError(t, r.sweep(t.Context()))
	require.Len(t, rc.take(), 1)
}

func TestADigestComesOnceADayAndOnlyWithSomethingToSay(t *testing.T) {
	t.Parallel()
	r, rc := newRig(t), newReceiver(t)
	r.hook(rc, "/", true)
	r.prefer(func(p *todo.Preferences) { p.TimeZone, p.DigestAt, p.Language = "Europe/Paris", "08:00", "de" })
	r.Clock.Set(time.Date(2026, 1, 6, 7, 0, 0, 0, time.UTC))
	require.NoError(t, r.sweep(t.Context()))
	require.Empty(t, rc.take(), "there is nothing to say")

	_, err := r.Create(t.Context(), todotest.Person("ada"),
		todo.NewTask{Title: "Miete", Due: &todo.NewDue{Date: "2026-01-05"}}, todo.NewTask{Title: "Zahnarzt", Due: &todo.NewDue{Date: "2026-01-07", Time: "15:00"}},
		todo.NewTask{Title: "Irgendwann"}, todo.NewTask{Title: "Morgen", Due: &todo.NewDue{Date: "2026-01-08"}})
	require.NoError(t, err)
	require.NoError(t, r.sweep(t.Context()))
	require.Empty(t, rc.take(), "its time has gone by")
	r.Clock.Set(time.Date(2026, 1, 7, 7, 0, 0, 0, time.UTC))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := r.sweep(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	got := rc.take()
	require.Len(t, got, 1)
	m := got[0].Data
	require.Equal(t, "nudge.digest", got[0].Type)
	require.Equal(t, "Dein Tag: heute fällig 1, überfällig 1", m.Title)
	require.Equal(t, "Miete", m.Overdue[0].Title)
	require.Equal(t, "Zahnarzt", m.Today[0].Title)
	require.NotContains(t, m.Text, "Irgendwann")
	require.NotContains(t, m.Text, "Morgen")

	r.prefer(func(p *todo.Preferences) { p.DigestAt = "09:00" })
	r.Clock.Advance(2 * time.Hour)
	require.NoError(t, r.sweep(t.Context()))
	require.Empty(t, rc.take(), "the day has had its digest")

	r.Clock.Set(time.Date(2026, 1, 14, 9, 30, 0, 0, time.UTC)) // a week later
	require.NoError(t, r.sweep(t.Context()))
	require.NoError(t, r.sweep(t.Context()))
	require.Len(t, rc.take(), 1, "one, not one per missed day")

	rc.status(http.StatusServiceUnavailable)
	r.Clock.Set(time.Date(2026, 1, 15, 8, 0, 0, 0, time.UTC))
	require.NoError(t, r.sweep(t.Context()))
	require.Len(t, rc.take(), 1)
	rc.status(http.StatusOK)
	r.Clock.Advance(time.Minute)
	require.NoError(t, r.sweep(t.Context()))
	require.Len(t, rc.take(), 1, "a digest is tried again")
}

package postgres_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	store "function/shared/postgres"
	"function/shared/todo"
	"function/shared/todotest"
)

func mailChannel(w *todotest.World, owner, to string) store.Channel {
	return store.Channel{
		ID: todotest.NewID(), Owner: owner, Kind: "email", Label: "home", Address: store.Address{To: to}, Enabled: true, Reminders: true, Digest: true,
		Version: 1, CreatedAt: w.Clock.Now(),
	}
}

func TestAnAddressIsOnePersonsChannelOnce(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	c := mailChannel(w, "ada", "ada@nudge.test")
	require.NoError(t, w.Store.AddChannel(t.Context(), c))
	again := mailChannel(w, "ada", "ada@nudge.test")
	require.Equal(t, todo.CodeExists, todo.CodeOf(w.Store.AddChannel(t.Context(), again)))
	require.NoError(t, w.Store.AddChannel(t.Context(), mailChannel(w, "grace", "ada@nudge.test")), "another person may have it too")
	read, err := w.Store.Channel(t.Context(), "ada", c.ID)
	require.NoError(t, err)
	require.Equal(t, c, read)
	_, err = w.Store.Channel(t.Context(), "grace", c.ID)
	require.Equal(t, todo.CodeNotFound, todo.CodeOf(err))

	var both sync.WaitGroup
	for i := range store.MaxChannels + 5 {
		both.Go(func() {
			err := w.Store.AddChannel(context.Background(), mailChannel(w, "ada", fmt.Sprintf("ada%d@nudge.test", i)))
			if err != nil && todo.CodeOf(err) != todo.CodeLimitReached {
				t.Error(err)
			}
		})
	}
	both.Wait()
	list, err := w.Store.Channels(t.Context(), "ada")
	require.NoError(t, err)
	require.Len(t, list, store.MaxChannels, "never more, whoever asks at once")
}

func TestAChannelIsChangedOnItsVersion(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	c := mailChannel(w, "ada", "ada@nudge.test")
	require.NoError(t, w.Store.AddChannel(t.Context(), c))
	require.NoError(t, w.Store.ChannelFailing(t.Context(), "ada", c.ID, "gone", true))
	read, err := w.Store.Channel(t.Context(), "ada", c.ID)
	require.NoError(t, err)
	require.Equal(t, "gone", read.Failing)
	require.False(t, read.Enabled, "nothing will ever arrive there")
	require.Equal(t, todo.CodeVersionMismatch, todo.CodeOf(w.Store.SetChannel(t.Context(), c)), "it was disabled in the meantime")
	read.Enabled, read.Label = true, "work"
	require.NoError(t, w.Store.SetChannel(t.Context(), read))
	fresh, err := w.Store.Channel(t.Context(), "ada", c.ID)
	require.NoError(t, err)
	require.Empty(t, fresh.Failing)
	require.Equal(t, "work", fresh.Label)
	require.Equal(t, todo.CodeVersionMismatch, todo.CodeOf(w.Store.RemoveChannel(t.Context(), "ada", c.ID, 1, w.Clock.Now())))
	require.Equal(t, todo.CodeVersionMismatch, todo.CodeOf(w.Store.RemoveChannel(t.Context(), "grace", c.ID, 0, w.Clock.Now())), "not hers")
	require.NoError(t, w.Store.RemoveChannel(t.Context(), "ada", c.ID, fresh.Version, w.Clock.Now()))
}

func TestACodeProvesAnAddressFewTimesAndForAWhile(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	add := func(to string) string {
		c := mailChannel(w, "ada", to)
		require.NoError(t, w.Store.AddChannel(t.Context(), c))
		return c.ID
	}
	now := w.Clock.Now()
	prompt := func(id, code string, at time.Time) error {
		return w.Store.Prompt(t.Context(), "ada", id, code, at, at.Add(10*time.Minute), time.Minute)
	}
	try := func(id, code string, at time.Time) todo.Code {
		if err := w.Store.Verify(t.Context(), "ada", id, code, at); err != nil {
			return todo.CodeOf(err)
		}
		return ""
	}
	id := add("a@nudge.test")
	require.Equal(t, todo.CodeInvalid, try(id, "", now), "none was sent")
	require.NoError(t, prompt(id, "123456", now))
	require.Equal(t, todo.CodeRateLimited, todo.CodeOf(prompt(id, "222222", now.Add(59*time.Second))))
	require.Equal(t, todo.CodeInvalid, try(id, "654321", now))
	require.Empty(t, try(id, "123456", now))
	require.Equal(t, todo.CodeInvalid, try(id, "123456", now), "once")
	read, err := w.Store.Channel(t.Context(), "ada", id)
	require.NoError(t, err)
	require.True(t, read.Usable())

	late := add("b@nudge.test")
	require.NoError(t, prompt(late, "123456", now))
	require.Equal(t, todo.CodeInvalid, try(late, "123456", now.Add(10*time.Minute)))

	guessed := add("c@nudge.test")
	require.NoError(t, prompt(guessed, "123456", now))
	for range 5 {
		require.Equal(t, todo.CodeInvalid, try(guessed, "000000", now))
	}
	require.Equal(t, todo.CodeInvalid, try(guessed, "123456", now), "tried too often")
	require.NoError(t, prompt(guessed, "333333", now.Add(time.Minute)))
	require.Empty(t, try(guessed, "333333", now.Add(time.Minute)), "a new code starts anew")
}

func held(w *todotest.World, reminder, channel string, until time.Time) store.Notification {
	n := notification(w, reminder, store.Held)
	n.Silent = true
	n.Deliveries[1].Channel, n.Deliveries[1].Until = channel, &until
	return n
}

func TestOfANagInTheNightOneMessageIsHeldAndItFollowsTheSettings(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	reminder, channel := todotest.NewID(), todotest.NewID()
	until := w.Clock.Now().Add(8 * time.Hour)
	var last string
	for i := range 10 {
		n := held(w, reminder, channel, until)
		last = n.ID
		require.NoError(t, notify(w, n, fmt.Sprint(i)))
		w.Clock.Advance(10 * time.Minute)
	}
	claim := func(at time.Time) []store.Waiting {
		list, err := w.Store.ClaimDeliveries(t.Context(), at, at.Add(time.Minute), 100)
		require.NoError(t, err)
		return list
	}
	require.Empty(t, claim(until.Add(-time.Second)))
	next, err := w.Store.NextDelivery(t.Context())
	require.NoError(t, err)
	require.WithinDuration(t, until, *next, 0)

	p := todo.DefaultPreferences("ada")
	p.TimeZone, p.QuietFrom, p.QuietUntil = "UTC", "07:00", "11:00"
	_, err = w.SetPreferences(t.Context(), p)
	require.NoError(t, err)
	require.Empty(t, claim(w.Clock.Now()))
	waiting := claim(time.Date(2026, 1, 5, 11, 0, 0, 0, time.UTC))
	require.Len(t, waiting, 1)
	require.Equal(t, last, waiting[0].NotificationID)
	require.Equal(t, 1, waiting[0].Attempts)
	list, err := w.Store.Notifications(t.Context(), "ada", "", 100)
	require.NoError(t, err)
	require.Len(t, list, 10, "the page shows each time it came")
	require.Equal(t, store.Superseded, list[1].Deliveries[0].State)
}

func TestOfTwoThatAreHeldAtOnceOneIsTriedAgain(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	reminder, channel, until := todotest.NewID(), todotest.NewID(), w.Clock.Now().Add(time.Hour)
	results := make(chan error, 8)
	for i := range cap(results) {
		n := held(w, reminder, channel, until)
		n.RemindAt = n.RemindAt.Add(time.Duration(i) * time.Minute)
		go func() {
			err := notify(w, n, fmt.Sprint(i))
			for todo.OutcomeOf(err).Delivery == todo.Retry {
				err = notify(w, n, fmt.Sprint(i))
			}
			results <- err
		}()
	}
	for range cap(results) {
		require.NoError(t, <-results)
	}
	waiting, err := w.Store.ClaimDeliveries(t.Context(), until, until.Add(time.Minute), 100)
	require.NoError(t, err)
	require.Len(t, waiting, 1)
}

func TestADigestIsOnePerPersonAndDay(t *testing.T) {
	t.Parallel()
	w := todotest.New(t)
	p := todo.DefaultPreferences("ada")
	p.TimeZone, p.DigestAt = "UTC", "09:00"
	_, err := w.SetPreferences(t.Context(), p)
	require.NoError(t, err)
	due := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	owners, err := w.Store.ClaimDigests(t.Context(), due.Add(-time.Second), due, 10)
	require.NoError(t, err)
	require.Empty(t, owners)
	owners, err = w.Store.ClaimDigests(t.Context(), due, due.Add(time.Minute), 10)
	require.NoError(t, err)
	require.Equal(t, []string{"ada"}, owners)
	owners, err = w.Store.ClaimDigests(t.Context(), due, due.Add(time.Minute), 10)
	require.NoError(t, err)
	require.Empty(t, owners, "held by who claimed it")
	next := due.AddDate(0, 0, 1)
	digest := func() error {
		return w.Store.Notify(t.Context(), store.Notification{
			ID: todotest.NewID(), Owner: "ada", Kind: store.KindDigest, Day: "2026-01-05", RemindAt: due, CreatedAt: due,
			Deliveries: []store.Delivery{{ID: todotest.NewID(), Channel: todotest.NewID(), Kind: "email", State: store.Sending}},
		}, store.Writing{Until: due.Add(time.Minute), NextDigest: &next})
	}
	require.NoError(t, digest())
	require.Equal(t, todo.CodeDuplicate, todo.CodeOf(digest()))
	list, err := w.Store.Notifications(t.Context(), "ada", "", 10)
	require.NoError(t, err)
	require.Empty(t, list, "a digest is no reminder")
	at, err := w.Store.NextDelivery(t.Context())
	require.NoError(t, err)
	require.WithinDuration(t, due.Add(time.Minute), *at, 0)
}

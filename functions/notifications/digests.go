package notifications

import (
	"context"
	"time"

	"function/shared/postgres"
	"function/shared/todo"
)

// digestSize bounds the tasks that a digest looks at.
const digestSize = 100

// digests makes every digest that is due.
func (f *function) digests(ctx context.Context) error {
	for {
		now := f.Now()
		owners, err := f.Store.ClaimDigests(ctx, now, now.Add(sendLease), sweepBatch)
		if err != nil || len(owners) == 0 {
			return err
		}
		for _, owner := range owners {
			if err := f.digest(ctx, owner); err != nil {
				f.Log.WarnContext(ctx, "digest not made, will be tried again", "error", err)
			}
		}
	}
}

// digest makes one person's, if its day is not over and there is something to say, and
// says when the next is due. The day is a unique key: whoever else tries makes none.
func (f *function) digest(ctx context.Context, owner string) error {
	prefs, err := f.Store.Preferences(ctx, owner)
	if err != nil {
		return err
	}
	now := f.Now().UTC().Truncate(time.Microsecond)
	next, err := prefs.NextDigest(f.Todo.Calendar, now)
	if err != nil {
		return err
	}
	day, due, err := prefs.DigestDay(f.Todo.Calendar, now)
	if err != nil {
		return err
	}
	if due {
		digest, err := f.digestOf(ctx, prefs)
		if err != nil {
			return err
		}
		due = !digest.Empty()
	}
	if !due {
		return f.Store.SetNextDigest(ctx, owner, next)
	}
	record := postgres.Notification{ID: f.NewID(), Owner: owner, Kind: postgres.KindDigest, Day: day, RemindAt: now, CreatedAt: now}
	err = f.announce(ctx, record, func(c postgres.Channel) bool { return c.Digest }, postgres.Writing{NextDigest: next})
	if todo.CodeOf(err) == todo.CodeDuplicate {
		return f.Store.SetNextDigest(ctx, owner, next)
	}
	return err
}

// digestOf reads what there is to say now.
func (f *function) digestOf(ctx context.Context, prefs todo.Preferences) (todo.Digest, error) {
	now := f.Now()
	tomorrow, err := prefs.Tomorrow(f.Todo.Calendar, now)
	if err != nil {
		return todo.Digest{}, err
	}
	page, err := f.Store.List(ctx, prefs.Owner, todo.Query{View: todo.ViewToday, Tomorrow: tomorrow, Limit: digestSize})
	if err != nil {
		return todo.Digest{}, err
	}
	return todo.DigestOf(page.Data, prefs, now)
}

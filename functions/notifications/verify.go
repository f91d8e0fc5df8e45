package notifications

import (
	"context"
	"time"

	"function/shared/channel"
	"function/shared/httpapi"
	"function/shared/postgres"
	"function/shared/todo"
)

const (
	codeLife  = 10 * time.Minute
	codePause = time.Minute      // between two codes of one channel
	testPause = 10 * time.Second // between two tests of one channel
)

type verifyInput struct {
	PathID
	Body struct {
		Code string `json:"code,omitempty" maxLength:"6" doc:"The six digits that came; absent: send them"`
	}
}

// outcome is what came of a message that was sent at once.
type outcome struct {
	Body struct {
		State  string `json:"state" enum:"sent,verified,delivered,failed"`
		Detail string `json:"detail,omitempty" enum:"refused,unreachable,busy,gone,forbidden,unavailable" doc:"Why it failed"`
	}
}

func ended(state, detail string) *outcome {
	out := &outcome{}
	out.Body.State, out.Body.Detail = state, detail
	return out
}

// verify sends a code through the channel itself, or takes it back from the person.
func (f *function) verify(ctx context.Context, in *verifyInput) (*outcome, error) {
	c, err := f.Store.Channel(ctx, httpapi.Owner(ctx), in.ID)
	if err != nil {
		return nil, httpapi.Fail(ctx, f.Log, err)
	}
	now := f.Now().UTC().Truncate(time.Microsecond)
	switch {
	case c.VerifiedAt != nil:
		return ended("verified", ""), nil
	case in.Body.Code != "":
		if err := f.Store.Verify(ctx, c.Owner, c.ID, in.Body.Code, now); err != nil {
			return nil, httpapi.Fail(ctx, f.Log, err)
		}
		return ended("verified", ""), nil
	}
	code := f.code()
	if err := f.Store.Prompt(ctx, c.Owner, c.ID, code, now, now.Add(codeLife), codePause); err != nil {
		return nil, httpapi.Fail(ctx, f.Log, err)
	}
	return f.atOnce(ctx, c, "sent", func(prefs todo.Preferences) channel.Message { return f.writeCode(c, prefs, code) })
}

// test really sends, and says what came of it.
func (f *function) test(ctx context.Context, in *idInput) (*outcome, error) {
	c, err := f.Store.Channel(ctx, httpapi.Owner(ctx), in.ID)
	if err == nil && c.VerifiedAt == nil {
		err = todo.Errorf(todo.CodeNotPossible, "the channel is not verified yet")
	}
	if err == nil {
		now := f.Now().UTC().Truncate(time.Microsecond)
		err = f.Store.Prompt(ctx, c.Owner, c.ID, "", now, now, testPause)
	}
	if err != nil {
		return nil, httpapi.Fail(ctx, f.Log, err)
	}
	return f.atOnce(ctx, c, "delivered", func(prefs todo.Preferences) channel.Message { return f.writeTest(c, prefs) })
}

// atOnce sends a message that somebody waits for: one try, and its end is the answer and
// the channel's state.
func (f *function) atOnce(ctx context.Context, c postgres.Channel, done string, write func(todo.Preferences) channel.Message) (*outcome, error) {
	prefs, err := f.Store.Preferences(ctx, c.Owner)
	if err != nil {
		return nil, httpapi.Fail(ctx, f.Log, err)
	}
	err = f.send(ctx, c, write(prefs), f.NewID())
	if err == nil {
		return ended(done, ""), httpapi.Fail(ctx, f.Log, f.Store.ChannelFailing(ctx, c.Owner, c.ID, "", false))
	}
	failure := channel.FailureOf(err)
	f.Log.WarnContext(ctx, "not delivered", "channel", c.Kind, "reason", failure.Reason)
	return ended("failed", failure.Reason), httpapi.Fail(ctx, f.Log, f.Store.ChannelFailing(ctx, c.Owner, c.ID, failure.Reason, failure.Gone))
}

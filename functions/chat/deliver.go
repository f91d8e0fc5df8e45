package chat

import (
	"context"
	"encoding/json"
	"time"

	"function/shared/assistant"
	"function/shared/assistant/catalog"
	"function/shared/chatkit"
	"function/shared/occurrence"
	"function/shared/postgres"
	"function/shared/todo"
)

// turnOf is a turn of the assistant with what its state was read as.
type turnOf struct {
	assistant.Turn
	etag string
}

// turn prepares a turn: who speaks, in which zone, about what.
func (x *exchange) turn(ctx context.Context, threadID string) (turnOf, error) {
	prefs, err := x.preferences(ctx)
	if err != nil {
		return turnOf{}, err
	}
	prefs.Language = x.language(prefs)
	turn := turnOf{Turn: assistant.Turn{Owner: x.owner, Prefs: prefs}}
	if turn.Focus, turn.etag, err = x.memory.load(ctx, threadID); err != nil {
		x.Log.WarnContext(ctx, "the conversation's state cannot be read", "error", err)
		turn.Focus, turn.Forgetful = assistant.Focus{}, true
		return turn, nil
	}
	turn.Pending, err = x.pending(ctx, threadID, turn.Focus.Pending)
	return turn, err
}

// language is what a person is answered in: the language they have chosen, else that of
// their page; empty where neither is known, and then the message tells.
func (x *exchange) language(prefs todo.Preferences) string {
	if prefs.Language != "" {
		return prefs.Language
	}
	accepted := catalog.Accepted(x.r.Header.Get("Accept-Language"))
	if english := catalog.Languages[0]; accepted != "" && catalog.For(accepted).Language == english {
		return english // a browser's kind of English says little about the person's dates
	}
	return accepted
}

// pendingFor is how long a question can be answered.
const pendingFor = time.Hour

// pendingItem keeps what waits for an answer, sealed like all items, and never shown.
type pendingItem struct {
	chatkit.Base
	Pending assistant.Pending `json:"pending"`
}

func (x *exchange) pending(ctx context.Context, threadID, id string) (*assistant.Pending, error) {
	if id == "" {
		return nil, nil
	}
	kept, err := x.Store.Item(ctx, x.owner, threadID, itemOfPending(id))
	switch {
	case err != nil && todo.CodeOf(err) == todo.CodeNotFound:
		return nil, nil
	case err != nil:
		return nil, err
	case x.Now().Sub(kept.CreatedAt) > pendingFor:
		return nil, nil
	}
	var item pendingItem
	if err := json.Unmarshal(kept.Content, &item); err != nil || item.Pending.ID != id {
		return nil, err
	}
	return &item.Pending, nil
}

func itemOfPending(id string) string { return "shcx_" + id }

// deliver keeps an answer and sends it. What waits for a yes is kept first: nobody is
// asked what they could not answer. failed is what stopped the assistant midway.
func (x *exchange) deliver(ctx context.Context, threadID string, turn turnOf, answer assistant.Answer, failed error) error {
	if p := answer.Pending; p != nil {
		base := chatkit.Base{ID: itemOfPending(p.ID), ThreadID: threadID, CreatedAt: x.now(), Type: chatkit.ItemHiddenContext}
		if err := x.save(ctx, base, pendingItem{base, *p}); err != nil {
			return err
		}
	}
	if !turn.Forgetful {
		if err := x.memory.save(ctx, threadID, answer.Focus, turn.etag); err != nil {
			x.Log.WarnContext(ctx, "the conversation's state cannot be kept", "error", err)
			answer = withoutQuestions(answer, labels{catalog.For(answer.Language)})
		}
	}
	for _, part := range answer.Parts {
		if err := x.part(ctx, threadID, part, labels{catalog.For(answer.Language)}); err != nil {
			return err
		}
	}
	return failed
}

// withoutQuestions is an answer that asks nothing, for when the answer to it could not
// be understood.
func withoutQuestions(answer assistant.Answer, l labels) assistant.Answer {
	var parts []assistant.Part
	for _, part := range answer.Parts {
		if part.Preview != nil || part.Choices != nil {
			part = assistant.Part{Text: l.Text("forgetful")}
		}
		parts = append(parts, part)
	}
	answer.Parts = parts
	return answer
}

func (x *exchange) part(ctx context.Context, threadID string, part assistant.Part, l labels) error {
	base := chatkit.Base{ID: x.id("msg_", "", ""), ThreadID: threadID, CreatedAt: x.now()}
	if part.Text != "" {
		item := chatkit.NewAssistantMessage(base, chatkit.OutputText(part.Text))
		if err := x.save(ctx, base, item); err != nil {
			return err
		}
		if x.heard == nil {
			_ = x.stream.Message(item) // a client that has gone reads it later
		}
		return nil
	}
	for _, w := range l.widgetsOf(part) {
		base.ID = x.id("msg_", "", "")
		item := chatkit.NewWidgetItem(base, w.root, w.copy)
		if err := x.save(ctx, base, item); err != nil {
			return err
		}
		x.tell(chatkit.ItemDone(item))
	}
	return nil
}

// tell sends events. A client that has gone does not stop the turn: it reads the
// thread when it is back.
func (x *exchange) tell(events ...chatkit.Event) {
	for _, e := range events {
		if x.heard != nil {
			x.heard(e)
			continue
		}
		_ = x.stream.Send(e)
	}
}

func (x *exchange) save(ctx context.Context, base chatkit.Base, item any) error {
	text, err := chatkit.Marshal(item)
	if err != nil {
		return err
	}
	return x.Store.SaveItem(ctx, x.owner, postgres.ThreadItem{ID: base.ID, ThreadID: base.ThreadID, Content: text, CreatedAt: base.CreatedAt})
}

func (x *exchange) now() time.Time { return x.Now().UTC().Truncate(time.Microsecond) }

// preferences are the person's, with the zone of their browser where they have said
// none. It is kept, since reminders need one too.
func (x *exchange) preferences(ctx context.Context) (todo.Preferences, error) {
	prefs, err := x.Todo.Preferences(ctx, x.owner)
	if err != nil {
		return prefs, err
	}
	if zone := x.r.Header.Get("Time-Zone"); prefs.TimeZone == "" && zone != "" {
		if _, err := occurrence.Zone(zone); err == nil {
			prefs.TimeZone = zone
			if kept, err := x.Todo.SetPreferences(ctx, prefs); err == nil {
				prefs = kept
			} else if todo.CodeOf(err) != todo.CodeVersionMismatch { // somebody else has just said it
				return prefs, err
			}
		}
	}
	return prefs, nil
}

package chat

import (
	"context"
	"encoding/json"
	"strings"

	"function/shared/chatkit"
	"function/shared/postgres"
	"function/shared/todo"
)

func (x *exchange) create(ctx context.Context) error {
	var p chatkit.ThreadsCreate
	if err := x.request.Read(&p); err != nil {
		return err
	}
	key, err := x.key()
	if err != nil {
		return err
	}
	_, _, err = x.begin(ctx, p.Input, key)
	return err
}

// begin opens a conversation with a message and answers it. It gives the ids of both.
func (x *exchange) begin(ctx context.Context, input chatkit.UserMessageInput, key string) (threadID, itemID string, err error) {
	t := postgres.Thread{ID: x.id("thr_", key, "thread"), Title: titleOf(input.Text()), CreatedAt: x.now()}
	leave, err := x.turns.enter(t.ID)
	if err != nil {
		return "", "", err
	}
	defer leave()
	if key != "" {
		switch before, err := x.Store.Thread(ctx, x.owner, t.ID); {
		case err == nil:
			t = before
		case todo.CodeOf(err) != todo.CodeNotFound:
			return "", "", err
		}
	}
	if err := x.Store.SaveThread(ctx, x.owner, t); err != nil {
		return "", "", err
	}
	itemID, err = x.message(ctx, t, input, key, chatkit.ThreadCreated(show(t)))
	return t.ID, itemID, err
}

func (x *exchange) addUserMessage(ctx context.Context) error {
	var p chatkit.ThreadsAddUserMessage
	if err := x.request.Read(&p); err != nil {
		return err
	}
	key, err := x.key()
	if err != nil {
		return err
	}
	_, err = x.goOn(ctx, p.ThreadID, p.Input, key)
	return err
}

// goOn answers a message in a conversation. It gives the message's id.
func (x *exchange) goOn(ctx context.Context, threadID string, input chatkit.UserMessageInput, key string) (itemID string, err error) {
	t, err := x.Store.Thread(ctx, x.owner, threadID)
	if err != nil {
		return "", err
	}
	leave, err := x.turns.enter(t.ID)
	if err != nil {
		return "", err
	}
	defer leave()
	return x.message(ctx, t, input, key)
}

// message keeps what the person wrote, tells it, and answers it; it gives its id. A message that came
// before (by its key) is answered with what it was answered then.
func (x *exchange) message(ctx context.Context, t postgres.Thread, input chatkit.UserMessageInput, key string, opening ...chatkit.Event) (itemID string, err error) {
	base := chatkit.Base{ID: x.id("msg_", key, t.ID), ThreadID: t.ID, CreatedAt: x.now()}
	item := chatkit.NewUserMessage(base, input)
	var earlier []postgres.ThreadItem
	if key != "" {
		before, found, err := x.userMessage(ctx, t.ID, base.ID)
		if err != nil {
			return "", err
		}
		if found {
			if before.Text() != item.Text() {
				return "", todo.Invalid("", "this Idempotency-Key came with another message before")
			}
			item = before
			if earlier, err = x.reply(ctx, t.ID, item.ID); err != nil {
				return "", err
			}
		}
	}
	if err := x.save(ctx, item.Base, item); err != nil {
		return "", err
	}
	x.tell(append(opening, chatkit.ItemDone(item), chatkit.Options(false))...)
	if len(earlier) > 0 {
		x.repeat(earlier)
		return item.ID, nil
	}
	return item.ID, x.respond(ctx, t.ID, item)
}

// respond answers a message that is kept.
func (x *exchange) respond(ctx context.Context, threadID string, item chatkit.UserMessage) error {
	turn, err := x.turn(ctx, threadID)
	if err != nil {
		return err
	}
	turn.Text, turn.MessageID = item.Text(), item.ID
	answer, failed := x.assistant.Answer(ctx, turn.Turn)
	return x.deliver(ctx, threadID, turn, answer, failed)
}

// userMessage gives a kept message of the person.
func (x *exchange) userMessage(ctx context.Context, threadID, id string) (m chatkit.UserMessage, found bool, err error) {
	item, err := x.Store.Item(ctx, x.owner, threadID, id)
	switch {
	case err == nil && typeOf(item) == chatkit.ItemUserMessage:
		return m, true, json.Unmarshal(item.Content, &m)
	case err != nil && todo.CodeOf(err) != todo.CodeNotFound:
		return m, false, err
	}
	return m, false, nil
}

// reply gives what followed a message, up to the next one.
func (x *exchange) reply(ctx context.Context, threadID, itemID string) ([]postgres.ThreadItem, error) {
	list, err := x.Store.Items(ctx, x.owner, threadID, itemID, false, chatkit.MaxLimit)
	for i, item := range list {
		if typeOf(item) == chatkit.ItemUserMessage {
			return list[:i], err
		}
	}
	return list, err
}

func (x *exchange) repeat(items []postgres.ThreadItem) {
	for _, item := range items {
		if typeOf(item) != chatkit.ItemHiddenContext {
			x.tell(chatkit.ItemDone(json.RawMessage(item.Content)))
		}
	}
}

// retryAfterItem answers a message once more. What it did before stays done, once.
func (x *exchange) retryAfterItem(ctx context.Context) error {
	var p chatkit.ItemOf
	if err := x.request.Read(&p); err != nil {
		return err
	}
	if _, err := x.Store.Thread(ctx, x.owner, p.ThreadID); err != nil {
		return err
	}
	leave, err := x.turns.enter(p.ThreadID)
	if err != nil {
		return err
	}
	defer leave()
	item, found, err := x.userMessage(ctx, p.ThreadID, p.ItemID)
	if err != nil {
		return err
	}
	if !found {
		return todo.Invalid("/params/item_id", "is no message of yours in this conversation")
	}
	if err := x.hideAfter(ctx, p.ThreadID, p.ItemID); err != nil {
		return err
	}
	x.tell(chatkit.Options(false))
	return x.respond(ctx, p.ThreadID, item)
}

// hideAfter takes back the items behind one: their text goes, their place stays.
func (x *exchange) hideAfter(ctx context.Context, threadID, itemID string) error {
	for after := itemID; ; {
		list, err := x.Store.Items(ctx, x.owner, threadID, after, false, chatkit.MaxLimit)
		if err != nil {
			return err
		}
		more := len(list) > chatkit.MaxLimit
		for _, item := range list[:min(len(list), chatkit.MaxLimit)] {
			base := chatkit.Base{ID: item.ID, ThreadID: threadID, CreatedAt: item.CreatedAt, Type: chatkit.ItemHiddenContext}
			if err := x.save(ctx, base, base); err != nil {
				return err
			}
			after = item.ID
		}
		if !more {
			return nil
		}
	}
}

// titleOf names a conversation by how it begins.
func titleOf(text string) string {
	const most = 60
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) <= most {
		return string(runes)
	}
	cut := string(runes[:most])
	if space := strings.LastIndexByte(cut, ' '); space > most/2 {
		cut = cut[:space]
	}
	return cut + "…"
}

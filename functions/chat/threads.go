package chat

import (
	"context"
	"encoding/json"
	"strings"

	"function/shared/chatkit"
	"function/shared/postgres"
)

func show(t postgres.Thread) chatkit.Thread { return chatkit.NewThread(t.ID, t.Title, t.CreatedAt) }

func (x *exchange) getThread(ctx context.Context) error {
	var p chatkit.ThreadOf
	if err := x.request.Read(&p); err != nil {
		return err
	}
	t, err := x.Store.Thread(ctx, x.owner, p.ThreadID)
	if err != nil {
		return err
	}
	shown := show(t)
	if shown.Items, err = x.items(ctx, t.ID, chatkit.List{Limit: chatkit.DefaultLimit, Order: "asc"}); err != nil {
		return err
	}
	return x.answer(shown)
}

func (x *exchange) listThreads(ctx context.Context) error {
	var p chatkit.List
	if err := x.request.Read(&p); err != nil {
		return err
	}
	list, err := x.Store.Threads(ctx, x.owner, p.After, p.Descending(), p.Limit)
	if err != nil {
		return err
	}
	page := chatkit.Page{Data: []any{}, HasMore: len(list) > p.Limit}
	for _, t := range list[:min(len(list), p.Limit)] {
		page.Data = append(page.Data, show(t))
		page.After = t.ID
	}
	if !page.HasMore {
		page.After = ""
	}
	return x.answer(page)
}

func (x *exchange) listItems(ctx context.Context) error {
	var p chatkit.List
	if err := x.request.Read(&p); err != nil {
		return err
	}
	if p.ThreadID == "" {
		return &chatkit.BadRequest{Pointer: "/params/thread_id", Detail: "is missing"}
	}
	if _, err := x.Store.Thread(ctx, x.owner, p.ThreadID); err != nil {
		return err
	}
	page, err := x.items(ctx, p.ThreadID, p)
	if err != nil {
		return err
	}
	return x.answer(page)
}

// items gives a page without what is hidden; it may be shorter than asked for.
func (x *exchange) items(ctx context.Context, threadID string, p chatkit.List) (chatkit.Page, error) {
	list, err := x.Store.Items(ctx, x.owner, threadID, p.After, p.Descending(), p.Limit)
	page := chatkit.Page{Data: []any{}, HasMore: len(list) > p.Limit}
	for _, item := range list[:min(len(list), p.Limit)] {
		if typeOf(item) != chatkit.ItemHiddenContext {
			page.Data = append(page.Data, json.RawMessage(item.Content))
		}
		if page.HasMore {
			page.After = item.ID
		}
	}
	return page, err
}

func typeOf(item postgres.ThreadItem) string {
	var base struct {
		Type string `json:"type"`
	}
	_ = json.Unmarshal(item.Content, &base) // what is unreadable has no type
	return base.Type
}

func (x *exchange) updateThread(ctx context.Context) error {
	var p chatkit.ThreadsUpdate
	if err := x.request.Read(&p); err != nil {
		return err
	}
	t, err := x.Store.Thread(ctx, x.owner, p.ThreadID)
	if err != nil {
		return err
	}
	t.Title = strings.TrimSpace(p.Title)
	if err := x.Store.SaveThread(ctx, x.owner, t); err != nil {
		return err
	}
	return x.answer(show(t))
}

func (x *exchange) deleteThread(ctx context.Context) error {
	var p chatkit.ThreadOf
	if err := x.request.Read(&p); err != nil {
		return err
	}
	if err := x.Store.DeleteThread(ctx, x.owner, p.ThreadID); err != nil {
		return err
	}
	x.forget(ctx, p.ThreadID)
	return x.answer(struct{}{})
}

func (x *exchange) feedback(ctx context.Context) error {
	var p chatkit.ItemsFeedback
	if err := x.request.Read(&p); err != nil {
		return err
	}
	if _, err := x.Store.Thread(ctx, x.owner, p.ThreadID); err != nil {
		return err
	}
	return x.answer(struct{}{})
}

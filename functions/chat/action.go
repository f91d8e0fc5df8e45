package chat

import (
	"context"
	"encoding/json"

	"function/shared/assistant"
	"function/shared/assistant/catalog"
	"function/shared/chatkit"
	"function/shared/postgres"
	"function/shared/todo"
)

// payload is what our buttons send. Who may do it is decided as for any request: the
// ids in it are looked up among the person's own.
type payload struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
	Task    string `json:"task"`
}

// press is a button that was pressed.
type press struct {
	threadID string
	action   string
	payload  payload
	sender   *postgres.ThreadItem // the widget it is on
	turn     turnOf
}

func (x *exchange) customAction(ctx context.Context) error {
	var p chatkit.CustomAction
	if err := x.request.Read(&p); err != nil {
		return err
	}
	b := press{threadID: p.ThreadID, action: p.Action.Type}
	if len(p.Action.Payload) > 0 {
		if err := json.Unmarshal(p.Action.Payload, &b.payload); err != nil {
			return todo.Invalid("/params/action/payload", "is not what a button of ours sends")
		}
	}
	if b.payload.ID == "" {
		return todo.Invalid("/params/action/payload/id", "is missing")
	}
	key, err := x.key()
	if err != nil {
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
	if p.ItemID != "" {
		item, err := x.Store.Item(ctx, x.owner, p.ThreadID, p.ItemID)
		if err != nil {
			return err
		}
		if typeOf(item) != chatkit.ItemWidget {
			x.tell(chatkit.Failed("the item is no widget", false))
			return nil
		}
		b.sender = &item
	}
	if b.turn, err = x.turn(ctx, p.ThreadID); err != nil {
		return err
	}
	if key != "" {
		b.turn.MessageID = x.id("act_", key, p.ThreadID)
	}
	x.tell(chatkit.Options(false))
	return x.press(ctx, b)
}

// syncCustomAction does what customAction does, and answers with the widget as it is
// afterwards instead of a stream; what was said stands in the thread.
func (x *exchange) syncCustomAction(ctx context.Context) error {
	var answer struct {
		UpdatedItem any `json:"updated_item,omitempty"`
	}
	var refused error
	x.heard = func(e chatkit.Event) {
		switch {
		case e.AllowRetry != nil:
			refused = todo.Invalid("/params", "%s", e.Message)
		case e.Type == chatkit.ItemReplaced(nil).Type:
			answer.UpdatedItem = e.Item
		}
	}
	if err := x.customAction(ctx); err != nil {
		return err
	}
	if refused != nil {
		return refused
	}
	return x.answer(answer)
}

// press does what a button says and answers.
func (x *exchange) press(ctx context.Context, b press) error {
	var answer assistant.Answer
	var err error
	waiting := b.turn.Pending
	if waiting == nil || waiting.ID != b.payload.ID {
		b.turn.Pending = nil // the button is of another question than the open one
	}
	switch b.action {
	case actionComplete:
		answer, err = x.assistant.Complete(ctx, b.turn.Turn, todo.Target{ID: b.payload.ID, Version: b.payload.Version})
	case actionReopen:
		answer, err = x.assistant.Reopen(ctx, b.turn.Turn, todo.Target{ID: b.payload.ID, Version: b.payload.Version})
	case actionUndo:
		answer, err = x.assistant.Undo(ctx, b.turn.Turn, b.payload.ID)
	case actionConfirm:
		answer, err = x.assistant.Confirm(ctx, b.turn.Turn)
	case actionCancel:
		answer = x.assistant.Cancel(b.turn.Turn)
	case actionPick:
		answer, err = x.assistant.Pick(ctx, b.turn.Turn, b.payload.Task)
	default:
		x.tell(chatkit.Failed("there is no such action", false))
		return nil
	}
	if b.turn.Pending == nil && waiting != nil {
		answer.Focus.Pending = b.turn.Focus.Pending // the open question stays open
	}
	if err == nil {
		if answer, err = x.settle(ctx, b, answer); err != nil {
			return err
		}
	}
	return x.deliver(ctx, b.threadID, b.turn, answer, err)
}

// settle brings the widget that was pressed up to date: a task's card becomes the card
// of the task as it is now, every other loses its buttons.
func (x *exchange) settle(ctx context.Context, b press, answer assistant.Answer) (assistant.Answer, error) {
	if b.sender == nil {
		return answer, nil
	}
	var old struct {
		chatkit.Base
		Widget map[string]any `json:"widget"`
	}
	if err := json.Unmarshal(b.sender.Content, &old); err != nil {
		return answer, err
	}
	for i, part := range answer.Parts {
		if part.Task != nil && cardID(part.Task.Task.ID) == old.Widget["id"] {
			answer.Parts = append(answer.Parts[:i:i], answer.Parts[i+1:]...)
			item := chatkit.NewWidgetItem(old.Base, labels{catalog.For(answer.Language)}.taskCard(*part.Task), copyOf(*part.Task))
			return answer, x.replace(ctx, old.Base, item)
		}
	}
	still := chatkit.Still{Widget: withoutButtons(old.Widget)}
	return answer, x.replace(ctx, old.Base, chatkit.NewWidgetItem(old.Base, still, ""))
}

func (x *exchange) replace(ctx context.Context, base chatkit.Base, item chatkit.WidgetItem) error {
	if err := x.save(ctx, base, item); err != nil {
		return err
	}
	x.tell(chatkit.ItemReplaced(item))
	return nil
}

// withoutButtons is a widget that can only be read.
func withoutButtons(node map[string]any) map[string]any {
	out := map[string]any{}
	for name, value := range node {
		children, isList := value.([]any)
		switch {
		case name == "confirm" || name == "cancel":
		case name == "children" && isList:
			out[name] = readable(children)
		default:
			out[name] = value
		}
	}
	return out
}

// readable turns the buttons among components into their words.
func readable(children []any) []any {
	kept := []any{}
	for _, child := range children {
		node, isNode := child.(map[string]any)
		switch {
		case !isNode:
			kept = append(kept, child)
		case node["type"] == "Button":
			if action, ok := node["onClickAction"].(map[string]any); ok && action["type"] == actionPick {
				kept = append(kept, map[string]any{"type": "Text", "value": node["label"]})
			}
		default:
			kept = append(kept, withoutButtons(node))
		}
	}
	return kept
}

package chat

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"function/shared/chatkit"
	"function/shared/language"
	"function/shared/todo"
)

type sayInput struct {
	Text         string `json:"text" jsonschema:"what the person says, in their words and language"`
	Conversation string `json:"conversation,omitempty" jsonschema:"of an earlier answer: then it, the second one, yes and do that again mean what they did there"`
	RequestID    string `json:"request_id,omitempty" jsonschema:"any text of yours; the same one again is answered as it was, and does nothing again"`
}

type sayOutput struct {
	Conversation string     `json:"conversation"`
	Reply        string     `json:"reply" jsonschema:"Markdown"`
	Tasks        []toolTask `json:"tasks" jsonschema:"what the conversation is about now, in the order that numbers mean"`
	Waits        bool       `json:"waits" jsonschema:"something waits for the person's yes or choice: say it in the same conversation once they gave it"`
}

func (t *tools) addTalking(server *mcp.Server) {
	mcp.AddTool(server, &mcp.Tool{
		Name: "say", Annotations: changes("Say it in words"),
		Description: "Understands a message as Nudge's chat does, without a model: add, move, complete, repeat, remind, list, count, undo, settings. An unclear message changes nothing; a wide or destructive one is shown first and waits for the person's yes.",
	}, handle(t, t.say))
}

// exchange is a turn of the chat whose stream nobody reads: the answer is in the thread.
func (t *tools) exchange() *exchange {
	return &exchange{chat: t.chat, r: t.request, owner: t.owner, stream: chatkit.NewStream(nobody{})}
}

func (t *tools) say(ctx context.Context, in sayInput) (string, sayOutput, error) {
	out := sayOutput{Conversation: in.Conversation, Tasks: []toolTask{}}
	if strings.TrimSpace(in.Text) == "" || len(in.Text) > language.MaxInput {
		return "", out, todo.Invalid("/text", "from 1 to %d bytes", language.MaxInput)
	}
	if len(in.RequestID) > maxKey {
		return "", out, todo.Invalid("/request_id", "at most %d bytes", maxKey)
	}
	x := t.exchange()
	input := chatkit.UserMessageInput{Content: []chatkit.UserContent{{Type: "input_text", Text: in.Text}}}
	var item string
	var err error
	if in.Conversation == "" {
		out.Conversation, item, err = x.begin(ctx, input, in.RequestID)
	} else {
		item, err = x.goOn(ctx, in.Conversation, input, in.RequestID)
	}
	if err != nil {
		return "", out, err
	}
	items, err := x.reply(ctx, out.Conversation, item)
	if err != nil {
		return "", out, err
	}
	var said []string
	for _, one := range items {
		if text := spoken(one.Content); text != "" {
			said = append(said, text)
		}
	}
	out.Reply = strings.Join(said, "\n")
	if err := t.about(ctx, &out); err != nil {
		return "", out, err
	}
	return out.Reply, out, nil
}

// about tells what the conversation stands at. Without its state the reply says all.
func (t *tools) about(ctx context.Context, out *sayOutput) error {
	focus, _, err := t.memory.load(ctx, out.Conversation)
	if err != nil {
		t.Log.WarnContext(ctx, "the conversation's state cannot be read", "error", err)
		return nil
	}
	out.Waits = focus.Pending != ""
	s, _, err := t.speaker(ctx)
	if err != nil {
		return err
	}
	found, err := t.Store.Tasks(ctx, t.owner, focus.Listed)
	if err != nil {
		return err
	}
	for _, id := range focus.Listed {
		for _, d := range found {
			if d.ID == id {
				out.Tasks = append(out.Tasks, s.task(d))
			}
		}
	}
	return nil
}

// spoken is what an item of a conversation says in text; empty for what is not shown.
func spoken(content json.RawMessage) string {
	var item struct {
		Type     string                     `json:"type"`
		CopyText string                     `json:"copy_text"`
		Content  []chatkit.AssistantContent `json:"content"`
	}
	if json.Unmarshal(content, &item) != nil {
		return ""
	}
	switch item.Type {
	case chatkit.ItemWidget:
		return item.CopyText
	case chatkit.ItemAssistantMessage:
		var parts []string
		for _, part := range item.Content {
			parts = append(parts, part.Text)
		}
		return strings.Join(parts, "\n")
	}
	return ""
}

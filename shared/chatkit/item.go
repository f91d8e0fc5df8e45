package chatkit

import (
	"encoding/json"
	"time"
)

// The types of items that this package makes.
const (
	ItemUserMessage      = "user_message"
	ItemAssistantMessage = "assistant_message"
	ItemWidget           = "widget"
	// ItemHiddenContext is kept and never sent.
	ItemHiddenContext = "hidden_context_item"
)

// UserContent is a part of a user's message: input_text, or input_tag with the
// further fields.
type UserContent struct {
	Type        string          `json:"type"`
	Text        string          `json:"text"`
	ID          string          `json:"id,omitempty"`
	Data        json.RawMessage `json:"data,omitempty"`
	Group       string          `json:"group,omitempty"`
	Interactive bool            `json:"interactive,omitempty"`
}

// Base is what every item has.
type Base struct {
	ID        string    `json:"id"`
	ThreadID  string    `json:"thread_id"`
	CreatedAt time.Time `json:"created_at"`
	Type      string    `json:"type"`
}

// UserMessage is a message of the person.
type UserMessage struct {
	Base
	Content          []UserContent     `json:"content"`
	Attachments      []json.RawMessage `json:"attachments"`
	QuotedText       string            `json:"quoted_text,omitempty"`
	InferenceOptions json.RawMessage   `json:"inference_options"`
}

// NewUserMessage makes the item of what a person sent.
func NewUserMessage(base Base, input UserMessageInput) UserMessage {
	base.Type = ItemUserMessage
	options := input.InferenceOptions
	if len(options) == 0 || string(options) == "null" {
		options = json.RawMessage(`{}`)
	}
	return UserMessage{Base: base, Content: input.Content, Attachments: []json.RawMessage{}, QuotedText: input.QuotedText, InferenceOptions: options}
}

// Text is all that was written.
func (m UserMessage) Text() string { return textOf(m.Content) }

// AssistantContent is a part of the assistant's message.
type AssistantContent struct {
	Type        string            `json:"type"` // "output_text"
	Text        string            `json:"text"` // Markdown
	Annotations []json.RawMessage `json:"annotations"`
}

// OutputText makes a part from Markdown.
func OutputText(markdown string) AssistantContent {
	return AssistantContent{Type: "output_text", Text: markdown, Annotations: []json.RawMessage{}}
}

// AssistantMessage is a message of the assistant.
type AssistantMessage struct {
	Base
	Content []AssistantContent `json:"content"`
}

// NewAssistantMessage makes a message of the given parts.
func NewAssistantMessage(base Base, parts ...AssistantContent) AssistantMessage {
	base.Type = ItemAssistantMessage
	if parts == nil {
		parts = []AssistantContent{}
	}
	return AssistantMessage{Base: base, Content: parts}
}

// WidgetItem shows a widget. CopyText is what copying it gives.
type WidgetItem struct {
	Base
	Widget   Root   `json:"widget"`
	CopyText string `json:"copy_text,omitempty"`
}

// NewWidgetItem makes the item of a widget.
func NewWidgetItem(base Base, widget Root, copyText string) WidgetItem {
	base.Type = ItemWidget
	return WidgetItem{Base: base, Widget: widget, CopyText: copyText}
}

// Page is a part of a list.
type Page struct {
	Data    []any  `json:"data"`
	HasMore bool   `json:"has_more"`
	After   string `json:"after,omitempty"`
}

// Thread is a conversation as the protocol shows it.
type Thread struct {
	ID        string    `json:"id"`
	Title     string    `json:"title,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	Status    Status    `json:"status"`
	Metadata  struct{}  `json:"metadata"` // never shown
	Items     Page      `json:"items"`
}

// Status says whether a thread takes messages.
type Status struct {
	Type string `json:"type"`
}

// NewThread makes an active thread without items.
func NewThread(id, title string, createdAt time.Time) Thread {
	return Thread{ID: id, Title: title, CreatedAt: createdAt, Status: Status{"active"}, Items: Page{Data: []any{}}}
}

package chatkit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// The types of requests that this package can read.
const (
	TypeThreadsCreate         = "threads.create"
	TypeThreadsAddUserMessage = "threads.add_user_message"
	TypeThreadsRetryAfterItem = "threads.retry_after_item"
	TypeThreadsCustomAction   = "threads.custom_action"
	TypeThreadsSyncAction     = "threads.sync_custom_action"
	TypeThreadsGetByID        = "threads.get_by_id"
	TypeThreadsList           = "threads.list"
	TypeThreadsUpdate         = "threads.update"
	TypeThreadsDelete         = "threads.delete"
	TypeItemsList             = "items.list"
	TypeItemsFeedback         = "items.feedback"
)

// DefaultLimit and MaxLimit bound the length of a page.
const (
	DefaultLimit = 20
	MaxLimit     = 100
)

// BadRequest is a request that the protocol does not allow. Pointer (RFC 6901) says
// where; it is empty for the whole body.
type BadRequest struct{ Pointer, Detail string }

// Error implements error.
func (e *BadRequest) Error() string { return strings.TrimSpace(e.Pointer + " " + e.Detail) }

// Request is the envelope: what is asked for, and its parameters still to be read.
type Request struct {
	Type   string          `json:"type"`
	Params json.RawMessage `json:"params"`
}

// Decode reads an envelope. Fields that it does not know are ignored.
func Decode(body io.Reader) (Request, error) {
	var r Request
	decoder := json.NewDecoder(body)
	if err := decoder.Decode(&r); err != nil {
		return r, unreadable("", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return r, &BadRequest{"", "one JSON object is wanted, and nothing behind it"}
	}
	if r.Type == "" {
		return r, &BadRequest{"/type", "is missing"}
	}
	return r, nil
}

// unreadable says what is wrong with JSON. An error of the reader itself (a body that
// is too long, a lost connection) stays as it is.
func unreadable(prefix string, err error) error {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &kind):
		pointer := prefix
		if kind.Field != "" {
			pointer += "/" + strings.ReplaceAll(kind.Field, ".", "/")
		}
		return &BadRequest{pointer, fmt.Sprintf("is a %s, which cannot be", kind.Value)}
	case errors.As(err, &syntax), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &BadRequest{"", "is no JSON"}
	}
	return err
}

// params is what a request's parameters check about themselves.
type params interface{ check() error }

// Read reads the parameters of a request into p, which comes from this package.
func (r Request) Read(p params) error {
	raw := bytes.TrimSpace(r.Params)
	if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
		raw = []byte("{}")
	}
	if err := json.Unmarshal(raw, p); err != nil {
		return unreadable("/params", err)
	}
	return p.check()
}

// UserMessageInput is what a person sends.
type UserMessageInput struct {
	Content          []UserContent   `json:"content"`
	Attachments      []string        `json:"attachments"`
	QuotedText       string          `json:"quoted_text,omitempty"`
	InferenceOptions json.RawMessage `json:"inference_options,omitempty"`
}

// Text is all that was written, tags as their words.
func (i UserMessageInput) Text() string { return textOf(i.Content) }

func (i *UserMessageInput) check() error {
	if len(i.Content) == 0 {
		return &BadRequest{"/params/input/content", "is missing"}
	}
	for n, part := range i.Content {
		pointer := fmt.Sprintf("/params/input/content/%d", n)
		switch {
		case part.Type != "input_text" && part.Type != "input_tag":
			return &BadRequest{pointer + "/type", "must be input_text or input_tag"}
		case strings.ContainsRune(part.Text, 0) || !utf8.ValidString(part.Text):
			return &BadRequest{pointer + "/text", "must be valid text"}
		}
	}
	if len(i.Attachments) > 0 {
		return &BadRequest{"/params/input/attachments", "attachments are not supported"}
	}
	return nil
}

// ThreadsCreate begins a conversation with a message.
type ThreadsCreate struct {
	Input UserMessageInput `json:"input"`
}

func (p *ThreadsCreate) check() error { return p.Input.check() }

// ThreadsAddUserMessage goes on with a conversation.
type ThreadsAddUserMessage struct {
	ThreadID string           `json:"thread_id"`
	Input    UserMessageInput `json:"input"`
}

func (p *ThreadsAddUserMessage) check() error {
	return errors.Join(needed("/params/thread_id", p.ThreadID), p.Input.check())
}

// ItemOf names an item of a thread: threads.retry_after_item.
type ItemOf struct {
	ThreadID string `json:"thread_id"`
	ItemID   string `json:"item_id"`
}

func (p *ItemOf) check() error {
	return errors.Join(needed("/params/thread_id", p.ThreadID), needed("/params/item_id", p.ItemID))
}

// Action is what a button of a widget sends.
type Action struct {
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// CustomAction carries an action from the widget item that it belongs to:
// threads.custom_action, and threads.sync_custom_action.
type CustomAction struct {
	ThreadID string `json:"thread_id"`
	ItemID   string `json:"item_id"`
	Action   Action `json:"action"`
}

func (p *CustomAction) check() error {
	return errors.Join(needed("/params/thread_id", p.ThreadID), needed("/params/action/type", p.Action.Type))
}

// ThreadOf names a thread: threads.get_by_id and threads.delete.
type ThreadOf struct {
	ThreadID string `json:"thread_id"`
}

func (p *ThreadOf) check() error { return needed("/params/thread_id", p.ThreadID) }

// ThreadsUpdate gives a thread a title.
type ThreadsUpdate struct {
	ThreadID string `json:"thread_id"`
	Title    string `json:"title"`
}

// MaxTitle is the longest title of a thread, in bytes.
const MaxTitle = 1000

func (p *ThreadsUpdate) check() error {
	if len(p.Title) > MaxTitle || strings.ContainsRune(p.Title, 0) {
		return &BadRequest{"/params/title", fmt.Sprintf("must be text of at most %d bytes", MaxTitle)}
	}
	return needed("/params/thread_id", p.ThreadID)
}

// List asks for a page of threads (threads.list) or of a thread's items (items.list).
type List struct {
	ThreadID string `json:"thread_id"` // of items.list
	Limit    int    `json:"limit"`
	Order    string `json:"order"`
	After    string `json:"after"`
}

// Descending is the default.
func (p List) Descending() bool { return p.Order != "asc" }

func (p *List) check() error {
	if p.Limit == 0 {
		p.Limit = DefaultLimit
	}
	if p.Limit < 0 || p.Limit > MaxLimit {
		return &BadRequest{"/params/limit", fmt.Sprintf("must be 1 to %d", MaxLimit)}
	}
	if p.Order != "" && p.Order != "asc" && p.Order != "desc" {
		return &BadRequest{"/params/order", "must be asc or desc"}
	}
	return nil
}

// ItemsFeedback says whether items were good.
type ItemsFeedback struct {
	ThreadID string   `json:"thread_id"`
	ItemIDs  []string `json:"item_ids"`
	Kind     string   `json:"kind"`
}

func (p *ItemsFeedback) check() error {
	if p.Kind != "positive" && p.Kind != "negative" {
		return &BadRequest{"/params/kind", "must be positive or negative"}
	}
	return needed("/params/thread_id", p.ThreadID)
}

func needed(pointer, value string) error {
	if value == "" || len(value) > 200 || strings.ContainsRune(value, 0) {
		return &BadRequest{pointer, "is missing or no id"}
	}
	return nil
}

func textOf(content []UserContent) string {
	var texts []string
	for _, part := range content {
		texts = append(texts, part.Text)
	}
	return strings.Join(texts, "")
}

package chat

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/cloudevents/sdk-go/v2/binding"
	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"

	"function/eventing"
	"function/shared/chatkit"
	"function/shared/events"
	"function/shared/postgres"
	"function/shared/todo"
)

// EventsPath is where messages come as events.
const EventsPath = "/events/chat"

// The types of events that are taken and answered with.
const (
	messageType = "dev.nudge.chat.message.v1"
	replyType   = "dev.nudge.chat.reply.v1"
	source      = "/nudge/chat"
)

// messageData is the data of both; schemas in eventing/schemas.
type messageData struct {
	EventType string         `json:"event_type"`
	UserID    string         `json:"user_id"`
	Timestamp string         `json:"timestamp"`
	Version   string         `json:"version"`
	Payload   messagePayload `json:"payload"`
}

type messagePayload struct {
	ThreadID string `json:"thread_id"`
	ItemID   string `json:"item_id"`
	Text     string `json:"text,omitempty"` // sealed; empty: the item is in the thread already
}

// receive takes a message that came as an event and answers the delivery with an event
// that names the reply, which the broker publishes (Knative: replies). The reply itself
// is in the thread. The same event again finds its reply there and names it again.
func (c *chat) receive(w http.ResponseWriter, r *http.Request) {
	var reply *cloudevents.Event
	take := events.Receiver(c.Log, func(ctx context.Context, e cloudevents.Event) (err error) {
		reply, err = c.takeMessage(ctx, r, e)
		return err
	})
	held := &heldBack{ResponseWriter: w}
	take.ServeHTTP(held, r)
	if !held.acknowledged {
		return
	}
	if reply == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if err := cehttp.WriteResponseWriter(r.Context(), (*binding.EventMessage)(reply), http.StatusOK, w); err != nil {
		c.Log.WarnContext(r.Context(), "the reply event could not be sent", "error", err)
	}
}

// heldBack passes refusals on and keeps the acknowledgement, which becomes the reply.
type heldBack struct {
	http.ResponseWriter
	acknowledged bool
}

// WriteHeader implements http.ResponseWriter.
func (h *heldBack) WriteHeader(status int) {
	if status == http.StatusNoContent {
		h.acknowledged = true
		return
	}
	h.ResponseWriter.WriteHeader(status)
}

func (c *chat) takeMessage(ctx context.Context, r *http.Request, e cloudevents.Event) (*cloudevents.Event, error) {
	if e.Type() != messageType {
		return nil, todo.Errorf(todo.CodeInvalid, "events of type %q are not for the chat", e.Type())
	}
	if _, err := events.Decode(e); err != nil {
		return nil, err
	}
	var data messageData
	if err := json.Unmarshal(e.Data(), &data); err != nil {
		return nil, todo.Errorf(todo.CodeInvalid, "the data is not of the event's shape: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.Config.RequestTimeout)
	defer cancel()
	x := &exchange{chat: c, r: r, owner: data.UserID, stream: chatkit.NewStream(nobody{})}
	leave, err := x.turns.enter(data.Payload.ThreadID)
	if err != nil {
		return nil, err
	}
	defer leave()
	item, err := x.keepMessage(ctx, data.Payload)
	if err != nil {
		return nil, err
	}
	earlier, err := x.reply(ctx, item.ThreadID, item.ID)
	if err == nil && len(earlier) == 0 {
		err = x.respond(ctx, item.ThreadID, item)
	}
	if err != nil {
		return nil, err
	}
	return x.replyEvent(data, item)
}

// keepMessage gives the message that an event names, kept in its thread.
func (x *exchange) keepMessage(ctx context.Context, p messagePayload) (chatkit.UserMessage, error) {
	item, found, err := x.userMessage(ctx, p.ThreadID, p.ItemID)
	if err != nil || found {
		return item, err
	}
	if p.Text == "" {
		return item, todo.Errorf(todo.CodeInvalid, "the event has no text, and the thread no such message")
	}
	text, err := x.Store.OpenText(ctx, x.owner, p.Text)
	if err != nil {
		return item, err // CodeInvalid where it is not sealed for this person
	}
	_, err = x.Store.Thread(ctx, x.owner, p.ThreadID)
	if err != nil && todo.CodeOf(err) == todo.CodeNotFound {
		err = x.Store.SaveThread(ctx, x.owner, postgres.Thread{ID: p.ThreadID, Title: titleOf(text), CreatedAt: x.now()})
	}
	if err != nil {
		return item, err
	}
	base := chatkit.Base{ID: p.ItemID, ThreadID: p.ThreadID, CreatedAt: x.now()}
	item = chatkit.NewUserMessage(base, chatkit.UserMessageInput{Content: []chatkit.UserContent{{Type: "input_text", Text: text}}})
	return item, x.save(ctx, item.Base, item)
}

// replyEvent tells that a message was answered. Its id is the message's, so that the
// answer to the same event twice is the same event.
func (x *exchange) replyEvent(data messageData, item chatkit.UserMessage) (*cloudevents.Event, error) {
	e := cloudevents.New()
	e.SetID("reply-" + item.ID)
	e.SetSource(source)
	e.SetType(replyType)
	e.SetSubject("threads/" + item.ThreadID)
	e.SetTime(x.now())
	if uri, ok := eventing.SchemaID(replyType); ok {
		e.SetDataSchema(uri)
	}
	e.SetExtension("partitionkey", x.owner)
	data.Timestamp = x.now().Format(time.RFC3339Nano)
	data.Payload = messagePayload{ThreadID: item.ThreadID, ItemID: item.ID}
	return &e, e.SetData("application/json", data)
}

// nobody reads a stream that answers an event.
type nobody struct{}

// Header implements http.ResponseWriter.
func (nobody) Header() http.Header { return http.Header{} }

// Write implements http.ResponseWriter.
func (nobody) Write(b []byte) (int, error) { return len(b), nil }

// WriteHeader implements http.ResponseWriter.
func (nobody) WriteHeader(int) {}

// Package chat serves POST /chatkit: the ChatKit protocol over the assistant. It reads
// requests, keeps conversations, and writes answers as streams with widgets; what a
// message means and does is decided in shared/assistant. Messages also come as events
// (POST /events/chat),
// and GET /api/language/explain tells how a text would be understood.
package chat

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"function/shared/assistant"
	"function/shared/chatkit"
	"function/shared/host"
	"function/shared/httpapi"
	"function/shared/language"
	"function/shared/model"
	"function/shared/problem"
	"function/shared/todo"
)

// Path is where the protocol is spoken.
const Path = "/chatkit"

// Register mounts the function.
func Register(mux *http.ServeMux, api huma.API, h *host.Host) {
	operations(api, h)
	c := newChat(h, newMemory(h))
	mux.Handle("POST "+Path, c)
	mux.HandleFunc(EventsPath, c.receive)
	serveMCP(mux, c)
}

type chat struct {
	*host.Host
	assistant *assistant.Assistant
	memory    memory
	turns     turns
}

func newChat(h *host.Host, m memory) *chat {
	a := &assistant.Assistant{Todo: h.Todo, Understand: language.Understand}
	if h.Config.ModelURL != "" {
		a.Rephrase = rephrase(h)
	}
	return &chat{Host: h, memory: m, assistant: a}
}

// rephrase asks the model that is configured. One that is out of order is the operator's
// to hear of: the person is asked what they mean, as without one.
func rephrase(h *host.Host) func(context.Context, string, string) (string, error) {
	m := &model.Model{URL: h.Config.ModelURL, Name: h.Config.ModelName, Key: h.Config.ModelKey, Client: h.Dapr.HTTPClient()}
	return func(ctx context.Context, text, language string) (string, error) {
		said, err := m.Rephrase(ctx, text, language)
		if err != nil {
			h.Log.WarnContext(ctx, "a message was not said again", "error", err)
		}
		return said, err
	}
}

// exchange is one request being served.
type exchange struct {
	*chat
	w       http.ResponseWriter
	r       *http.Request
	owner   string
	request chatkit.Request
	stream  *chatkit.Stream
	// heard takes what would be streamed, where the answer is no stream.
	heard func(chatkit.Event)
}

// ServeHTTP reads the envelope and hands the request to what serves its type. What goes
// wrong before the stream has begun becomes a problem (RFC 9457), after that an event.
func (c *chat) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	owner, ok := c.Person(w, r)
	if !ok {
		return
	}
	x := &exchange{chat: c, w: w, r: r, owner: owner, stream: chatkit.NewStream(w)}
	if err := x.serve(); err != nil {
		x.fail(err)
	}
}

func (x *exchange) serve() (err error) {
	if x.request, err = chatkit.Decode(http.MaxBytesReader(x.w, x.r.Body, x.Config.MaxBody)); err != nil {
		return err
	}
	serve, known := map[string]func(*exchange, context.Context) error{
		chatkit.TypeThreadsCreate:         (*exchange).create,
		chatkit.TypeThreadsAddUserMessage: (*exchange).addUserMessage,
		chatkit.TypeThreadsRetryAfterItem: (*exchange).retryAfterItem,
		chatkit.TypeThreadsCustomAction:   (*exchange).customAction,
		chatkit.TypeThreadsSyncAction:     (*exchange).syncCustomAction,
		chatkit.TypeThreadsGetByID:        (*exchange).getThread,
		chatkit.TypeThreadsList:           (*exchange).listThreads,
		chatkit.TypeThreadsUpdate:         (*exchange).updateThread,
		chatkit.TypeThreadsDelete:         (*exchange).deleteThread,
		chatkit.TypeItemsList:             (*exchange).listItems,
		chatkit.TypeItemsFeedback:         (*exchange).feedback,
	}[x.request.Type]
	if !known {
		return todo.Invalid("/type", "is no type of request that is served here")
	}
	// An act goes on when the client goes away: half a turn would be worse than an unread one.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.r.Context()), x.Config.RequestTimeout)
	defer cancel()
	if err := httpapi.KeepOpen(x.w, x.Config.RequestTimeout); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return serve(x, ctx)
}

// fail tells the client what went wrong, in the form that is still possible.
func (x *exchange) fail(err error) {
	var bad *chatkit.BadRequest
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &bad):
		err = todo.Invalid(bad.Pointer, "%s", bad.Detail)
	case errors.As(err, &large):
		err = todo.Errorf(todo.CodeTooLarge, "a request is at most %d bytes", large.Limit)
	}
	if !x.stream.Started() {
		problem.Write(x.w, x.r, x.Log, err)
		return
	}
	p := problem.From(err)
	if p.Status >= http.StatusInternalServerError {
		x.Log.ErrorContext(x.r.Context(), "chat turn failed", "error", err)
	}
	message, retry := p.Detail, p.Status >= http.StatusInternalServerError
	if message == "" || p.Status >= http.StatusInternalServerError {
		message = p.Title
	}
	_ = x.stream.Send(chatkit.Failed(message, retry))
}

// answer writes the one object of a request that does not stream.
func (x *exchange) answer(object any) error {
	text, err := chatkit.Marshal(object)
	if err != nil {
		return err
	}
	x.w.Header().Set("Content-Type", "application/json")
	x.w.Header().Set("Cache-Control", "no-store")
	_, _ = x.w.Write(text)
	return nil
}

package chat

import (
	"context"
	"encoding/json"
	"time"

	"function/shared/assistant"
	"function/shared/dapr"
	"function/shared/host"
)

// memory keeps what conversations are about, by thread, in the Dapr state store. It
// holds ids only: text stays in the database, sealed.
type memory struct{ state dapr.State }

func newMemory(h *host.Host) memory { return memory{h.Dapr.State(h.Config.StateStore)} }

// remembered is how long a conversation's focus is kept.
const remembered = 24 * time.Hour

// patience is how long a turn waits for its state: without it the chat still works.
const patience = time.Second

func memoryKey(threadID string) string { return "conversation-" + threadID }

// load gives the focus and the mark of what was read; the zero focus where there is
// none. The thread's owner was checked before.
func (m memory) load(ctx context.Context, threadID string) (focus assistant.Focus, etag string, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	item, err := m.state.Get(ctx, memoryKey(threadID))
	if err != nil || item.ETag == "" {
		return focus, "", err
	}
	if json.Unmarshal(item.Value, &focus) != nil { // written by another version: begin anew
		focus = assistant.Focus{}
	}
	return focus, item.ETag, nil
}

// save keeps a focus over the one that was read.
func (m memory) save(ctx context.Context, threadID string, focus assistant.Focus, etag string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	text, err := json.Marshal(focus)
	if err != nil {
		return err
	}
	return m.state.Save(ctx, memoryKey(threadID), text, etag, remembered)
}

func (x *exchange) forget(ctx context.Context, threadID string) {
	_, etag, err := x.memory.load(ctx, threadID)
	if err == nil && etag != "" {
		err = x.memory.state.Delete(ctx, memoryKey(threadID), etag)
	}
	if err != nil {
		x.Log.WarnContext(ctx, "the conversation's state cannot be removed; it will expire", "error", err)
	}
}

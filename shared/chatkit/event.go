package chatkit

// Event is one event of a stream. The constructors below are all there are.
type Event struct {
	Type          string         `json:"type"`
	Thread        *Thread        `json:"thread,omitempty"`
	Item          any            `json:"item,omitempty"`
	ItemID        string         `json:"item_id,omitempty"`
	Update        *Update        `json:"update,omitempty"`
	StreamOptions *StreamOptions `json:"stream_options,omitempty"`
	Code          string         `json:"code,omitempty"`
	Message       string         `json:"message,omitempty"`
	AllowRetry    *bool          `json:"allow_retry,omitempty"`
}

// StreamOptions say what the person can do while a stream runs.
type StreamOptions struct {
	AllowCancel bool `json:"allow_cancel"`
}

// Update is a change of an item that grows.
type Update struct {
	Type         string            `json:"type"`
	ContentIndex int               `json:"content_index"`
	Content      *AssistantContent `json:"content,omitempty"`
	Delta        string            `json:"delta,omitempty"`
}

// ThreadCreated tells of a new thread.
func ThreadCreated(t Thread) Event { return Event{Type: "thread.created", Thread: &t} }

// ItemAdded begins an item that grows.
func ItemAdded(item any) Event { return Event{Type: "thread.item.added", Item: item} }

// ItemDone gives an item as it stays.
func ItemDone(item any) Event { return Event{Type: "thread.item.done", Item: item} }

// ItemReplaced gives a known item anew.
func ItemReplaced(item any) Event { return Event{Type: "thread.item.replaced", Item: item} }

// PartAdded begins a part of an assistant's message.
func PartAdded(itemID string, index int) Event {
	empty := OutputText("")
	return update(itemID, Update{Type: "assistant_message.content_part.added", ContentIndex: index, Content: &empty})
}

// TextDelta adds text to a part.
func TextDelta(itemID string, index int, delta string) Event {
	return update(itemID, Update{Type: "assistant_message.content_part.text_delta", ContentIndex: index, Delta: delta})
}

// PartDone gives a part as it stays.
func PartDone(itemID string, index int, content AssistantContent) Event {
	return update(itemID, Update{Type: "assistant_message.content_part.done", ContentIndex: index, Content: &content})
}

func update(itemID string, u Update) Event {
	return Event{Type: "thread.item.updated", ItemID: itemID, Update: &u}
}

// Options tells the options of the stream.
func Options(allowCancel bool) Event {
	return Event{Type: "stream_options", StreamOptions: &StreamOptions{allowCancel}}
}

// Failed ends a stream in which something went wrong.
func Failed(message string, allowRetry bool) Event {
	return Event{Type: "error", Code: "stream.error", Message: message, AllowRetry: &allowRetry}
}

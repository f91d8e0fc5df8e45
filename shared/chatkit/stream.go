package chatkit

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
)

// Stream writes events to a client, each as soon as it is sent. It is for one
// goroutine.
type Stream struct {
	w          http.ResponseWriter
	controller *http.ResponseController
	started    bool
}

// NewStream prepares a stream; nothing is written before the first event, so an
// error can still become a response of its own.
func NewStream(w http.ResponseWriter) *Stream {
	return &Stream{w: w, controller: http.NewResponseController(w)}
}

// Started reports whether an event was sent.
func (s *Stream) Started() bool { return s.started }

// Send writes one event: `data: `, compact JSON and an empty line, as the protocol
// wants it.
func (s *Stream) Send(e Event) error {
	text, err := Marshal(e)
	if err != nil {
		return err
	}
	if !s.started {
		s.started = true
		h := s.w.Header()
		h.Set("Content-Type", "text/event-stream")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Accel-Buffering", "no")
	}
	frame := make([]byte, 0, len(text)+8)
	frame = append(append(append(frame, "data: "...), text...), "\n\n"...)
	if _, err := s.w.Write(frame); err != nil {
		return err
	}
	if err := s.controller.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

// Message sends a whole message of the assistant as it would grow, a line at a time.
func (s *Stream) Message(m AssistantMessage) error {
	events := []Event{ItemAdded(NewAssistantMessage(m.Base))}
	for i, part := range m.Content {
		events = append(events, PartAdded(m.ID, i))
		for _, piece := range strings.SplitAfter(part.Text, "\n") {
			if piece != "" {
				events = append(events, TextDelta(m.ID, i, piece))
			}
		}
		events = append(events, PartDone(m.ID, i, part))
	}
	for _, e := range append(events, ItemDone(m)) {
		if err := s.Send(e); err != nil {
			return err
		}
	}
	return nil
}

// Marshal gives compact JSON, with <, > and & as they are.
func Marshal(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimRight(out.Bytes(), "\n"), nil
}

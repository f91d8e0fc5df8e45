// Package live wakes open streams when something was committed for their person,
// whichever instance committed it. What it was the database tells (postgres.Since).
//
// It listens to the database only while somebody is subscribed, so that a function
// that nobody looks at can scale to zero.
package live

import (
	"context"
	"sync"

	"function/shared/postgres"
	"function/shared/todo"
)

// The kinds of what a stream tells.
const (
	Hello    = "hello"        // where to go on from: nothing was missed
	Changed  = "change"       // a change set (Change)
	Notified = "notification" // a notification came, or its deliveries went on (Notification)
	Activity = "activity"     // the activity has more
	Settings = "settings"     // filters, channels or preferences are others
	Reload   = "reload"       // too much was missed to tell: read everything anew
)

// Notice is one thing that a person's stream is told.
type Notice struct {
	Kind string
	Data any
}

// Change is the data of a change. No tasks are named where there are too many: then all
// may have changed.
type Change struct {
	ChangeSet string   `json:"change_set"`
	Tasks     []string `json:"tasks"`
}

// ChangeOf gives a change set's public form.
func ChangeOf(c todo.ChangeSet) Change {
	return Change{ChangeSet: c.ID, Tasks: append([]string{}, c.TaskIDs()...)}
}

// Listener hears what every instance commits (postgres.Store).
type Listener interface {
	Listen(ctx context.Context, started func(), heard func(postgres.Live)) error
}

// buffered is how many notices a slow stream may be behind before it is ended.
const buffered = 256

// Hub fans notices out to subscribers. The zero value with a Listener is ready.
type Hub struct {
	Listener Listener

	mu          sync.Mutex
	subscribers map[string]map[chan Notice]struct{} // by owner
	session     *session
}

// session is one time of listening.
type session struct {
	started chan struct{}
	ended   chan struct{}
	err     error // set before ended is closed
	stop    context.CancelFunc
}

// Subscribe gives what concerns an owner from now on. The channel is closed when the
// subscriber falls behind or the database is lost; cancel must be called in any case.
func (h *Hub) Subscribe(ctx context.Context, owner string) (<-chan Notice, func(), error) {
	ch := make(chan Notice, buffered)
	h.mu.Lock()
	if h.subscribers == nil {
		h.subscribers = map[string]map[chan Notice]struct{}{}
	}
	if h.subscribers[owner] == nil {
		h.subscribers[owner] = map[chan Notice]struct{}{}
	}
	h.subscribers[owner][ch] = struct{}{}
	if h.session == nil {
		h.session = h.listen()
	}
	s := h.session
	h.mu.Unlock()
	cancel := func() { h.drop(owner, ch) }
	select {
	case <-s.started:
		return ch, cancel, nil
	case <-s.ended:
		cancel()
		return nil, nil, s.err
	case <-ctx.Done():
		cancel()
		return nil, nil, ctx.Err()
	}
}

// listen begins a session; h.mu is held.
func (h *Hub) listen() *session {
	ctx, stop := context.WithCancel(context.Background())
	s := &session{started: make(chan struct{}), ended: make(chan struct{}), stop: stop}
	go func() {
		s.err = h.Listener.Listen(ctx, func() { close(s.started) }, h.tell)
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.session == s { // lost, not stopped: whoever listens must begin again
			h.session = nil
			for owner, set := range h.subscribers {
				for ch := range set {
					close(ch)
				}
				delete(h.subscribers, owner)
			}
		}
		close(s.ended)
	}()
	return s
}

func (h *Hub) tell(l postgres.Live) {
	n := Notice{Kind: l.Kind}
	h.mu.Lock()
	defer h.mu.Unlock()
	for ch := range h.subscribers[l.Owner] {
		select {
		case ch <- n:
		default:
			close(ch)
			delete(h.subscribers[l.Owner], ch)
		}
	}
}

// drop removes a subscriber; the last one ends the listening.
func (h *Hub) drop(owner string, ch chan Notice) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.subscribers[owner], ch)
	if len(h.subscribers[owner]) == 0 {
		delete(h.subscribers, owner)
	}
	if len(h.subscribers) == 0 && h.session != nil {
		h.session.stop()
		h.session = nil
	}
}

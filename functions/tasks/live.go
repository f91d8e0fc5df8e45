package tasks

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"function/shared/host"
	"function/shared/httpapi"
	"function/shared/live"
	"function/shared/postgres"
	"function/shared/problem"
)

const heartbeat = 15 * time.Second

// stream mounts GET /api/live: what changes for a person, as server-sent events, so
// that a page knows what to read again. A stream ends before Knative cuts it; whoever
// comes back with Last-Event-ID is told what was committed in between, each change once,
// or "reload" where that is too long ago.
func stream(mux *http.ServeMux, h *host.Host) {
	mux.HandleFunc("GET /api/live", func(w http.ResponseWriter, r *http.Request) {
		owner := httpapi.Owner(r.Context()) // the conventions have said who asks
		if owner == "" {
			var ok bool
			if owner, ok = h.Person(w, r); !ok {
				return
			}
		}
		// First the ear, then the look back: what commits between the two is heard.
		notices, cancel, err := h.Live.Subscribe(r.Context(), owner)
		if err != nil {
			problem.Write(w, r, h.Log, err)
			return
		}
		defer cancel()
		if err := httpapi.Stream(w, h.Config.StreamTimeout); err != nil {
			problem.Write(w, r, h.Log, err)
			return
		}
		s := &follower{Host: h, owner: owner, w: w, flush: http.NewResponseController(w).Flush}
		s.follow(r.Context(), r.Header.Get("Last-Event-ID"), notices)
	})
}

// follower is one open stream.
type follower struct {
	*host.Host
	owner  string
	w      http.ResponseWriter
	flush  func() error
	cursor string // what the stream was told so far
}

func (s *follower) follow(ctx context.Context, cursor string, notices <-chan live.Notice) {
	s.cursor = cursor
	if !s.write("retry: 1000\n: hello\n\n") || !s.tell(ctx) {
		return
	}
	end := time.NewTimer(s.Config.StreamTimeout)
	defer end.Stop()
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-end.C:
			return
		case <-beat.C:
			if !s.write(": hb\n\n") {
				return
			}
		case n, ok := <-notices:
			// Not ok: too slow to keep up, or the database went away. The client comes back.
			if !ok || !s.heard(ctx, n, notices) {
				return
			}
		}
	}
}

// heard answers a notice, and all that have come with it: they only wake, the database
// says what there is to tell.
func (s *follower) heard(ctx context.Context, n live.Notice, notices <-chan live.Notice) bool {
	changed, active, set := false, false, false
	for {
		switch n.Kind {
		case live.Activity:
			active = true
		case live.Settings:
			set = true
		default:
			changed = true
		}
		select {
		case next, ok := <-notices:
			if !ok {
				return false
			}
			n = next
			continue
		default:
		}
		break
	}
	if changed && !s.tell(ctx) {
		return false
	}
	if set && !s.write("event: settings\ndata: {}\n\n") {
		return false
	}
	return !active || s.write("event: activity\ndata: {}\n\n")
}

// event is what is written at once; id is the cursor of whoever has read it.
type event struct {
	live.Notice
	id string
}

// tell sends what was committed since the cursor, and moves it.
func (s *follower) tell(ctx context.Context) bool {
	missed, err := s.Store.Since(ctx, s.owner, s.cursor, s.Now())
	if err != nil {
		s.Log.WarnContext(ctx, "a stream ends", "error", err)
		return false
	}
	list := s.events(ctx, missed)
	if s.cursor == "" && len(list) == 0 {
		list = append(list, event{Notice: live.Notice{Kind: live.Hello, Data: struct{}{}}})
	}
	s.cursor = missed.Cursor
	for i, e := range list {
		if i == len(list)-1 {
			e.id = s.cursor
		}
		if e.id != "" {
			e.id = "id: " + e.id + "\n"
		}
		data, _ := json.Marshal(e.Data) // of plain strings and times
		if !s.write(fmt.Sprintf("event: %s\n%sdata: %s\n\n", e.Kind, e.id, data)) {
			return false
		}
	}
	return true
}

func (s *follower) events(ctx context.Context, missed postgres.Missed) (list []event) {
	if missed.Reload {
		list = append(list, event{Notice: live.Notice{Kind: live.Reload, Data: struct{}{}}})
	}
	for _, c := range missed.Changes {
		list = append(list, event{live.Notice{Kind: live.Changed, Data: live.ChangeOf(c.ChangeSet)}, c.Cursor})
	}
	for _, id := range missed.Notifications {
		n, err := s.Store.Notification(ctx, s.owner, id)
		if err != nil {
			continue // gone, or the database is: the next reading shows it
		}
		list = append(list, event{Notice: live.Notice{Kind: live.Notified, Data: live.Show(n)}})
	}
	return list
}

func (s *follower) write(text string) bool {
	_, err := fmt.Fprint(s.w, text)
	return err == nil && s.flush() == nil
}

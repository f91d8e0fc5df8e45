package tasks

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"function/shared/host"
	"function/shared/httpapi"
	"function/shared/live"
	"function/shared/problem"
)

const heartbeat = 15 * time.Second

// stream mounts GET /api/live: what changes for a person, as server-sent events, so
// that a page knows what to read again. A stream tells what happens while it is open;
// whoever reconnects reads anew, and so misses nothing.
func stream(mux *http.ServeMux, h *host.Host) {
	mux.HandleFunc("GET /api/live", func(w http.ResponseWriter, r *http.Request) {
		owner, ok := h.Person(w, r)
		if !ok {
			return
		}
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
		send(w, r, h, owner, notices)
	})
}

func send(w http.ResponseWriter, r *http.Request, h *host.Host, owner string, notices <-chan live.Notice) {
	flush := http.NewResponseController(w).Flush
	write := func(text string) bool {
		_, err := fmt.Fprint(w, text)
		return err == nil && flush() == nil
	}
	if !write("retry: 1000\n: hello\n\n") {
		return
	}
	end := time.NewTimer(h.Config.StreamTimeout)
	defer end.Stop()
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-end.C:
			return
		case <-beat.C:
			if !write(": hb\n\n") {
				return
			}
		case n, ok := <-notices:
			if !ok { // too slow to keep up, or the database went away: the client reads anew
				return
			}
			if ref, ok := n.Data.(live.Reference); ok && ref.ID != "" {
				notification, err := h.Store.Notification(r.Context(), owner, ref.ID)
				if err != nil {
					continue // gone, or the database is: the next reading shows it
				}
				n.Data = live.Show(notification)
			}
			data, _ := json.Marshal(n.Data) // of plain strings and times
			if !write(fmt.Sprintf("event: %s\nid: %s\ndata: %s\n\n", n.Kind, n.ID, data)) {
				return
			}
		}
	}
}

package httpapi

import (
	"net/http"
	"time"
)

// Stream lifts the server's deadlines from a request that stays open for at most the
// given time, and sets the headers of a text/event-stream.
func Stream(w http.ResponseWriter, most time.Duration) error {
	if err := KeepOpen(w, most); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	return nil
}

// KeepOpen lifts the server's deadlines from a request that takes at most the given
// time. The runtime's are 30 s, and an ended read deadline cancels the request.
func KeepOpen(w http.ResponseWriter, most time.Duration) error {
	controller := http.NewResponseController(w)
	deadline := time.Now().Add(most + 10*time.Second)
	if err := controller.SetReadDeadline(deadline); err != nil {
		return err
	}
	return controller.SetWriteDeadline(deadline)
}

package tasks

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Tasks are nearly all that the API answers with, fifty and more at once. They write
// themselves, to the byte as encoding/json would, for a fifth of its work.

// AppendJSON implements httpapi.Appender.
func (p taskPage) AppendJSON(b []byte) ([]byte, error) {
	b = append(b, `{"data":[`...)
	for i := range p.Data {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = p.Data[i].AppendJSON(b); err != nil {
			return b, err
		}
	}
	b = append(b, `],"has_more":`...)
	b = strconv.AppendBool(b, p.HasMore)
	if p.After != "" {
		b = appendText(append(b, `,"after":`...), p.After)
	}
	return append(b, '}'), nil
}

// AppendJSON implements httpapi.Appender.
func (t taskBody) AppendJSON(b []byte) ([]byte, error) {
	w := writer{b: append(b, `{"id":`...)}
	w.text(t.ID)
	w.name(`,"title":`).text(t.Title)
	w.name(`,"description":`).text(t.Description)
	w.name(`,"status":`).text(t.Status)
	w.name(`,"priority":`).text(t.Priority)
	w.name(`,"due":`).due(t.Due.value)
	w.name(`,"tags":`).texts(t.Tags)
	if w.name(`,"parent_id":`); t.ParentID == nil {
		w.name(`null`)
	} else {
		w.text(*t.ParentID)
	}
	w.name(`,"subtasks":{"total":`).number(int64(t.Subtasks.Total))
	w.name(`,"done":`).number(int64(t.Subtasks.Done))
	w.name(`},"blocked_by":`).texts(t.BlockedBy)
	w.name(`,"blocked":`).b = strconv.AppendBool(w.b, t.Blocked)
	w.name(`,"position":`).real(t.Position)
	if w.name(`,"recurrence":`); t.Recurrence.value == nil {
		w.name(`null`)
	} else {
		w.any(t.Recurrence.value)
	}
	if w.name(`,"reminders":`); len(t.Reminders) == 0 && t.Reminders != nil {
		w.name(`[]`)
	} else {
		w.any(t.Reminders)
	}
	w.name(`,"version":`).number(t.Version)
	w.name(`,"created_at":`).time(t.CreatedAt)
	w.name(`,"updated_at":`).time(t.UpdatedAt)
	if t.CompletedAt != nil {
		w.name(`,"completed_at":`).time(*t.CompletedAt)
	}
	if t.TrashedAt != nil {
		w.name(`,"trashed_at":`).time(*t.TrashedAt)
	}
	if len(t.Changes) > 0 {
		w.name(`,"changes":`).any(t.Changes)
	}
	return append(w.b, '}'), w.err
}

// writer is JSON at work, until something cannot be written.
type writer struct {
	b   []byte
	err error
}

// name writes what is JSON already.
func (w *writer) name(raw string) *writer {
	w.b = append(w.b, raw...)
	return w
}

func (w *writer) text(s string)  { w.b = appendText(w.b, s) }
func (w *writer) number(n int64) { w.b = strconv.AppendInt(w.b, n, 10) }

func (w *writer) texts(list []string) {
	if list == nil {
		w.name(`null`)
		return
	}
	w.name(`[`)
	for i, s := range list {
		if i > 0 {
			w.name(`,`)
		}
		w.text(s)
	}
	w.name(`]`)
}

// real leaves numbers to encoding/json that it writes with an exponent.
func (w *writer) real(f float64) {
	if size := math.Abs(f); f != 0 && (size < 1e-6 || !(size < 1e21)) {
		w.any(f)
		return
	}
	w.b = strconv.AppendFloat(w.b, f, 'f', -1, 64)
}

func (w *writer) time(t time.Time) {
	w.name(`"`)
	var err error
	if w.b, err = t.AppendText(w.b); err != nil {
		w.err = err
	}
	w.name(`"`)
}

func (w *writer) due(d *dueBody) {
	if d == nil {
		w.name(`null`)
		return
	}
	w.name(`{"date":`).text(d.Date)
	if d.Time != "" {
		w.name(`,"time":`).text(d.Time)
	}
	w.name(`,"zone":`).text(d.Zone)
	if d.At != nil {
		w.name(`,"at":`).time(*d.At)
	}
	w.name(`}`)
}

// any leaves what is rare to encoding/json.
func (w *writer) any(v any) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		w.err = err
	}
	w.b = append(w.b, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...)
}

// appendText writes a text; one with something in it to escape is encoding/json's.
func appendText(b []byte, s string) []byte {
	ascii := true
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ', c == '"', c == '\\':
			return escaped(b, s)
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	if !ascii && (!utf8.ValidString(s) || strings.ContainsAny(s, "\u2028\u2029")) {
		return escaped(b, s)
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func escaped(b []byte, s string) []byte {
	w := writer{b: b}
	w.any(s) // a text cannot fail
	return w.b
}

package httpapi

import (
	"bytes"
	"io"
	"sync"

	"github.com/danielgtaylor/huma/v2"
)

// Appender is a body that writes itself as JSON behind what is there, as encoding/json would.
type Appender interface {
	AppendJSON([]byte) ([]byte, error)
}

// Room for an answer is used again by the next one, if it is no more than maxKept.
const maxKept = 256 << 10

var rooms = sync.Pool{New: func() any { return &bytes.Buffer{} }}

func room() *bytes.Buffer { return rooms.Get().(*bytes.Buffer) }

func giveBack(b *bytes.Buffer) {
	if b.Cap() <= maxKept {
		b.Reset()
		rooms.Put(b)
	}
}

// jsonFormat is huma's, with bodies that know better.
func jsonFormat() huma.Format {
	format := huma.DefaultJSONFormat
	format.Marshal = func(w io.Writer, v any) error {
		a, ok := v.(Appender)
		if !ok {
			return huma.DefaultJSONFormat.Marshal(w, v)
		}
		out := room()
		defer giveBack(out)
		body, err := a.AppendJSON(out.AvailableBuffer())
		if err != nil {
			return err
		}
		out.Write(append(body, '\n')) // in place, where there was room for it
		_, err = w.Write(out.Bytes())
		return err
	}
	return format
}

package bridge

import (
	"bytes"
	"encoding/json"
	"net/url"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/cloudevents/sdk-go/v2/types"
	"github.com/twmb/franz-go/pkg/kgo"
)

// plainBatch makes records of a batch of events as the outbox relay posts them, in one pass
// over its bytes: attributes that are texts of printable ASCII with nothing escaped, and
// data that is JSON. False: the batch is something else, right or wrong, and the SDK reads
// it, which takes several times as long. The records share the batch's memory.
func plainBatch(body []byte) ([]*kgo.Record, bool) {
	s := &scanner{rest: body, names: map[string]string{}, addresses: map[string]bool{}}
	var records []*kgo.Record
	if !s.take('[') {
		return nil, false
	}
	for {
		r, ok := s.event()
		if !ok {
			return nil, false
		}
		records = append(records, r)
		if s.take(',') {
			continue
		}
		return records, s.take(']') && s.end()
	}
}

// scanner takes JSON apart from the front. What it does not take it leaves to others.
type scanner struct {
	rest      []byte
	names     map[string]string // the headers of attributes seen
	addresses map[string]bool   // sources and schemas seen
}

func (s *scanner) space() {
	for len(s.rest) > 0 && (s.rest[0] == ' ' || s.rest[0] == '\n' || s.rest[0] == '\t' || s.rest[0] == '\r') {
		s.rest = s.rest[1:]
	}
}

func (s *scanner) take(c byte) bool {
	s.space()
	if len(s.rest) == 0 || s.rest[0] != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

func (s *scanner) end() bool {
	s.space()
	return len(s.rest) == 0
}

// text takes a string that is not empty and stands for itself.
func (s *scanner) text() ([]byte, bool) {
	if !s.take('"') {
		return nil, false
	}
	for i, c := range s.rest {
		switch {
		case c == '"':
			text := s.rest[:i]
			s.rest = s.rest[i+1:]
			return text, i > 0
		case c < 0x20, c > 0x7e, c == '\\':
			return nil, false
		}
	}
	return nil, false
}

// object takes a JSON object whole.
func (s *scanner) object() ([]byte, bool) {
	s.space()
	if len(s.rest) == 0 || s.rest[0] != '{' {
		return nil, false
	}
	depth, quoted := 0, false
	for i := 0; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				whole := s.rest[:i+1]
				s.rest = s.rest[i+1:]
				return whole, json.Valid(whole)
			}
		}
	}
	return nil, false
}

// event takes one event.
func (s *scanner) event() (*kgo.Record, bool) {
	if !s.take('{') {
		return nil, false
	}
	r := &kgo.Record{Headers: make([]kgo.RecordHeader, 0, 16)}
	for {
		name, ok := s.text()
		if !ok || !s.take(':') {
			return nil, false
		}
		if !s.member(r, name) {
			return nil, false
		}
		if s.take(',') {
			continue
		}
		return r, s.take('}') && complete(r)
	}
}

func (s *scanner) member(r *kgo.Record, name []byte) (ok bool) {
	if string(name) == "data" {
		if r.Value != nil {
			return false
		}
		r.Value, ok = s.object()
		return ok
	}
	value, ok := s.text()
	if !ok {
		return false
	}
	header := s.header(name)
	if header == "" || hasHeader(r, header) {
		return false
	}
	switch string(name) {
	case "specversion":
		ok = string(value) == event.CloudEventsVersionV1
	case "datacontenttype":
		ok = string(value) == event.ApplicationJSON
	case "source", "dataschema":
		ok = s.address(value, string(name) == "dataschema")
	case "time":
		at, err := types.ParseTime(string(value))
		value, ok = at.UTC().AppendFormat(nil, time.RFC3339Nano), err == nil && !at.IsZero()
	case keyExtension:
		r.Key = value
	case "data_base64":
		ok = false
	}
	r.Headers = append(r.Headers, kgo.RecordHeader{Key: header, Value: value})
	return ok
}

// header gives the header that an attribute becomes; "" where it has no name for one.
func (s *scanner) header(name []byte) string {
	if header, ok := s.names[string(name)]; ok {
		return header
	}
	header := attributeStart + string(name)
	if string(name) == "datacontenttype" {
		header = contentType
	}
	if bytes.ContainsFunc(name, func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') }) {
		header = ""
	}
	s.names[string(name)] = header
	return header
}

// address reports whether a text is a URI, or a reference, that is written as it is read.
func (s *scanner) address(value []byte, absolute bool) bool {
	key := string(value)
	if absolute {
		key = "=" + key
	}
	ok, seen := s.addresses[key]
	if !seen {
		u, err := url.Parse(string(value))
		ok = err == nil && u.String() == string(value) && (u.IsAbs() || !absolute)
		s.addresses[key] = ok
	}
	return ok
}

func hasHeader(r *kgo.Record, key string) bool {
	for i := range r.Headers {
		if r.Headers[i].Key == key {
			return true
		}
	}
	return false
}

// complete reports whether a record has what an event must have.
func complete(r *kgo.Record) bool {
	for _, required := range []string{"ce_specversion", "ce_id", "ce_source", "ce_type", contentType} {
		if !hasHeader(r, required) {
			return false
		}
	}
	return r.Value != nil
}

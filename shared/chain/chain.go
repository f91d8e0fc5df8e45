// Package chain is the form of a person's audit chain: what an entry says, how it is
// written down so that its hash is the same everywhere, and how a chain is checked.
//
// hash(n) = SHA-256(hash(n-1) || n as 8 bytes, big-endian || entry(n)), hash(0) is
// empty. The entry is canonical JSON (RFC 8785), so anyone can check an export
// without a key: text in it is sealed.
package chain

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"sort"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"

	"function/shared/events"
)

// Entry is what the chain keeps of an event. Its texts are sealed as in the event.
type Entry struct {
	Source      string          `json:"source"`
	ID          string          `json:"id"`
	Type        string          `json:"type"`
	Time        string          `json:"time"` // RFC 3339, UTC
	TaskID      string          `json:"task_id,omitempty"`
	TaskVersion int64           `json:"task_version,omitempty"`
	ChangeSet   string          `json:"change_set,omitempty"`
	Actor       string          `json:"actor,omitempty"`
	Channel     string          `json:"channel,omitempty"`
	Data        json.RawMessage `json:"data"`
}

// EntryOf makes the entry of an event. Attributes that a broker adds on the way are
// left out: they differ from delivery to delivery.
func EntryOf(n events.Notice, e cloudevents.Event) Entry {
	entry := Entry{
		Source: n.Source, ID: n.ID, Type: e.Type(), Time: n.At.UTC().Format(time.RFC3339Nano), TaskID: n.TaskID,
		TaskVersion: n.TaskVersion, ChangeSet: n.ChangeSet, Actor: string(n.Actor), Data: e.Data(),
	}
	if channel, ok := e.Extensions()["channel"]; ok {
		entry.Channel = fmt.Sprint(channel)
	}
	return entry
}

// Canonical writes the entry as RFC 8785 says.
func (e Entry) Canonical() ([]byte, error) {
	raw, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = canonical(&out, value)
	return out.Bytes(), err
}

// Parse reads an entry back.
func Parse(entry []byte) (Entry, error) {
	var e Entry
	return e, json.Unmarshal(entry, &e)
}

// Next gives the hash of the entry with number seq behind the hash before it.
func Next(previous []byte, seq int64, entry []byte) []byte {
	hash := sha256.New()
	hash.Write(previous)
	hash.Write(binary.BigEndian.AppendUint64(nil, uint64(seq)))
	hash.Write(entry)
	return hash.Sum(nil)
}

// Verifier checks a chain entry by entry, in order.
type Verifier struct {
	Count int64
	Head  []byte
}

// Check takes the next entry of the chain; an error says what is wrong with it.
func (v *Verifier) Check(seq int64, entry, hash []byte) error {
	if seq != v.Count+1 {
		return fmt.Errorf("entry %d follows entry %d", seq, v.Count)
	}
	want := Next(v.Head, seq, entry)
	if !bytes.Equal(want, hash) {
		return fmt.Errorf("entry %d does not have the hash it is kept with", seq)
	}
	v.Count, v.Head = seq, want
	return nil
}

// canonical writes what JSON decoding with UseNumber gives. Numbers must be integers
// that a double holds exactly: our events have no others.
func canonical(out *bytes.Buffer, value any) error {
	switch v := value.(type) {
	case nil:
		out.WriteString("null")
	case bool:
		fmt.Fprint(out, v)
	case json.Number:
		n, err := v.Int64()
		if err != nil || n > 1<<53 || n < -(1<<53) {
			return fmt.Errorf("the number %s has no canonical form here", v)
		}
		fmt.Fprint(out, n)
	case string:
		return canonicalString(out, v)
	case []any:
		out.WriteByte('[')
		for i, element := range v {
			if i > 0 {
				out.WriteByte(',')
			}
			if err := canonical(out, element); err != nil {
				return err
			}
		}
		out.WriteByte(']')
	case map[string]any:
		return canonicalObject(out, v)
	default:
		return fmt.Errorf("%T has no canonical form", value)
	}
	return nil
}

func canonicalObject(out *bytes.Buffer, object map[string]any) error {
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool { return lessUTF16(names[i], names[j]) })
	out.WriteByte('{')
	for i, name := range names {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := canonicalString(out, name); err != nil {
			return err
		}
		out.WriteByte(':')
		if err := canonical(out, object[name]); err != nil {
			return err
		}
	}
	out.WriteByte('}')
	return nil
}

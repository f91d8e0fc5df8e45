package chain

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
)

// FormatVersion is that of the export: newline-delimited JSON whose lines have one form
// each, so that no byte of it can differ unnoticed.
//
//	{"nudge_activity":1,"signed":"…"}           first: the Summary as a JWS, or
//	{"nudge_activity":1,"unsigned":{…}}         as it is where nothing can sign it
//	{"checkpoint":"…"}                          a Checkpoint as a JWS, right behind the last entry that it covers
//	{"seq":1,"entry":{…},"hash":"…"}            the entry in its canonical form
const FormatVersion = 1

// Exporter writes one chain.
type Exporter struct {
	out io.Writer
}

// NewExporter begins an export with its summary, signed where there is a signer.
func NewExporter(out io.Writer, s *Signer, summary Summary) (*Exporter, error) {
	e := &Exporter{out}
	if s == nil {
		raw, err := json.Marshal(summary)
		if err != nil {
			return nil, err
		}
		return e, e.line(`{"nudge_activity":%d,"unsigned":%s}`, FormatVersion, raw)
	}
	signed, err := s.SignExport(summary)
	if err != nil {
		return nil, err
	}
	return e, e.line(`{"nudge_activity":%d,"signed":"%s"}`, FormatVersion, signed)
}

// Entry writes the next entry.
func (e *Exporter) Entry(seq int64, entry, hash []byte) error {
	return e.line(`{"seq":%d,"entry":%s,"hash":"%s"}`, seq, entry, hex.EncodeToString(hash))
}

// Checkpoint writes a signed checkpoint.
func (e *Exporter) Checkpoint(signed string) error { return e.line(`{"checkpoint":"%s"}`, signed) }

func (e *Exporter) line(format string, values ...any) error {
	_, err := fmt.Fprintf(e.out, format+"\n", values...)
	return err
}

// Package verify checks an export of the audit chain (GET /api/activity/export, or
// ./task audit -- export). It stands on Go's standard library alone and shares no code
// with what writes the chain, so that no error of one side hides in the other. It needs
// no secret: hashes can be recomputed by anybody, and signatures are checked with
// published keys.
//
// The lines of an export have one form each, to the byte:
//
//	{"nudge_activity":1,"signed":"JWS"}          or {"nudge_activity":1,"unsigned":{…}}
//	{"checkpoint":"JWS"}                         behind the last entry that it covers
//	{"seq":N,"entry":{…},"hash":"HEX"}
//
// hash(N) = SHA-256(hash(N-1) || N as 8 bytes, big-endian || entry), hash(0) is empty.
// A JWS is in compact form (RFC 7515), signed with Ed25519 (RFC 8037).
package verify

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxLine bounds a line: an entry is an event, which brokers take up to 1 MiB of.
const maxLine = 4 << 20

// mostProblems is how many problems of a chain are told one by one.
const mostProblems = 20

// Problem is one thing that is wrong.
type Problem struct {
	Line  int   // of the file, from 1; 0: of none
	Entry int64 // number of the entry; 0: of none
	What  string
}

// String says it in a sentence.
func (p Problem) String() string {
	where := ""
	if p.Line > 0 {
		where = fmt.Sprintf("line %d: ", p.Line)
	}
	return where + p.What
}

// Chain is what was found of one chain.
type Chain struct {
	ID          string
	Count       int64  // entries, those of which only the hash is left included
	Base        int64  // entries that only a checkpoint stands for
	Head        string // hash of the last entry, in hexadecimal
	Time        string // when the first line was made
	Checkpoints int
	Signed      bool // every signature was checked, and is of a given key
	Problems    []Problem
	More        int // problems beyond those
}

// Report is what was found of a file.
type Report struct {
	Chains   []Chain
	Problems []Problem // of no chain
}

// Intact reports whether nothing is wrong.
func (r Report) Intact() bool {
	for _, c := range r.Chains {
		if len(c.Problems) > 0 {
			return false
		}
	}
	return len(r.Problems) == 0 && len(r.Chains) > 0
}

// Options say what is known from elsewhere.
type Options struct {
	Keys    *Keys        // nil: signatures are not checked
	Anchors []Checkpoint // states that the chains had: they must still be in them
}

// Export checks an export. The error says that it could not be read.
func Export(in io.Reader, o Options) (Report, error) {
	r := &reader{options: o}
	lines := bufio.NewReaderSize(in, 64<<10)
	for number := 1; ; number++ {
		line, err := readLine(lines)
		if errors.Is(err, io.EOF) && len(line) == 0 {
			break
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return Report{}, err
		}
		r.line = number
		if errors.Is(err, io.EOF) {
			r.problem(0, "the file breaks off within this line")
			break
		}
		r.take(line)
	}
	r.end()
	r.findAnchors()
	return r.report, nil
}

func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxLine {
			return nil, fmt.Errorf("a line is longer than %d bytes: this is no export", maxLine)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		return bytes.TrimSuffix(line, []byte("\n")), err
	}
}

// reader goes through the lines of a file.
type reader struct {
	options Options
	report  Report
	line    int
	chain   *chain // the current one
}

func (r *reader) problem(entry int64, format string, values ...any) {
	p := Problem{Line: r.line, Entry: entry, What: fmt.Sprintf(format, values...)}
	switch {
	case r.chain == nil:
		if len(r.report.Problems) < mostProblems {
			r.report.Problems = append(r.report.Problems, p)
		}
	case len(r.chain.found.Problems) < mostProblems:
		r.chain.found.Problems = append(r.chain.found.Problems, p)
	default:
		r.chain.found.More++
	}
}

// The beginnings of the lines.
var (
	startOfHeader     = []byte(`{"nudge_activity":`)
	startOfCheckpoint = []byte(`{"checkpoint":`)
	startOfEntry      = []byte(`{"seq":`)
)

func (r *reader) take(line []byte) {
	switch {
	case bytes.HasPrefix(line, startOfHeader):
		r.end()
		r.begin(line)
	case r.chain == nil:
		r.problem(0, "this is not the first line of an export")
	case bytes.HasPrefix(line, startOfCheckpoint):
		r.checkpoint(line)
	case bytes.HasPrefix(line, startOfEntry):
		r.entry(line)
	default:
		r.problem(0, "this is no line of an export")
	}
}

// findAnchors holds what is known from elsewhere against chains that are not there.
func (r *reader) findAnchors() {
	r.line = 0
	for _, a := range r.options.Anchors {
		found := false
		for _, c := range r.report.Chains {
			found = found || c.ID == a.Chain
		}
		if !found {
			r.problem(0, "the chain %s, which the anchor knows with %d entries, is not in the file", a.Chain, a.Count)
		}
	}
}

// header is the first line of a chain.
type header struct {
	Version  int             `json:"nudge_activity"`
	Signed   string          `json:"signed,omitempty"`
	Unsigned json.RawMessage `json:"unsigned,omitempty"`
}

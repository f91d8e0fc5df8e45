package verify

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
)

// chain is a chain while it is read.
type chain struct {
	found    *Chain
	summary  summary
	at       int64        // the number of the entry before the next line
	head     []byte       // its hash
	anchors  []Checkpoint // of this chain
	previous int64        // entries that the checkpoint before covers; -1: there was none
	baseSeen bool         // the checkpoint at the base
}

// begin reads the first line of a chain.
func (r *reader) begin(line []byte) {
	r.report.Chains = append(r.report.Chains, Chain{})
	c := &chain{found: &Chain{}, previous: -1}
	r.chain = c
	var h header
	if json.Unmarshal(line, &h) != nil || h.Version != 1 || (h.Signed == "") == (h.Unsigned == nil) {
		r.problem(0, "the first line is not that of an export of version 1")
		return
	}
	payload, want := []byte(h.Unsigned), fmt.Sprintf(`{"nudge_activity":1,"unsigned":%s}`, h.Unsigned)
	if h.Signed != "" {
		want = fmt.Sprintf(`{"nudge_activity":1,"signed":"%s"}`, h.Signed)
		payload = r.open(h.Signed, typeExport, "the first line")
	} else if r.options.Keys != nil {
		r.problem(0, "the first line is not signed: the chain was broken when it was exported, or nothing could sign it")
	}
	if payload == nil {
		return
	}
	if string(line) != want {
		r.problem(0, "the first line does not have its one form")
	}
	if err := strict(payload, &c.summary); err != nil {
		r.problem(0, "the first line does not say what an export says: %v", err)
		return
	}
	r.start(c)
}

// start puts the chain behind the entries whose text is gone.
func (r *reader) start(c *chain) {
	s := c.summary
	*c.found = Chain{
		ID: s.Chain, Count: s.Count, Base: s.Base, Head: s.Head, Time: s.Time, Checkpoints: s.Checkpoints,
		Signed: r.options.Keys != nil, Problems: c.found.Problems, More: c.found.More,
	}
	base, err := hex.DecodeString(s.BaseHead)
	if s.Count < 0 || s.Base < 0 || s.Base > s.Count || err != nil || (s.Base == 0) != (s.BaseHead == "") || s.Base > 0 && len(base) != sha256.Size {
		r.problem(0, "the first line's numbers contradict each other")
	}
	c.at, c.head = s.Base, base
	for _, a := range r.options.Anchors {
		if a.Chain == s.Chain {
			c.anchors = append(c.anchors, a)
		}
	}
	r.meet(c)
}

// entry takes the next entry. After one that is wrong the recorded hash is gone on
// with, so that each entry that was touched is named, and not all that follow.
func (r *reader) entry(line []byte) {
	c := r.chain
	seq, body, hash, err := splitEntry(line)
	if err != nil {
		r.problem(c.at+1, "entry %d does not have its one form: %v", c.at+1, err)
		if seq == 0 {
			return
		}
	}
	switch {
	case seq == c.at+1:
	case seq > c.at+1 && seq == c.at+2:
		r.problem(c.at+1, "entry %d is missing", c.at+1)
	case seq > c.at+1:
		r.problem(c.at+1, "the entries %d to %d are missing", c.at+1, seq-1)
	default:
		r.problem(seq, "entry %d stands behind entry %d", seq, c.at)
	}
	if seq == c.at+1 && err == nil && !bytes.Equal(link(c.head, seq, body), hash) {
		r.problem(seq, "entry %d is not what was written: it does not have the hash that follows from it and the entry before", seq)
	}
	if seq > c.summary.Count {
		r.problem(seq, "entry %d is one more than the %d that the first line tells of", seq, c.summary.Count)
	}
	c.at, c.head = seq, hash
	r.meet(c)
}

// link computes hash(seq).
func link(previous []byte, seq int64, entry []byte) []byte {
	text := binary.BigEndian.AppendUint64(bytes.Clone(previous), uint64(seq)) //nolint:gosec // not negative
	sum := sha256.Sum256(append(text, entry...))
	return sum[:]
}

const hexLength = 2 * sha256.Size

// splitEntry reads {"seq":N,"entry":{…},"hash":"HEX"} from both ends, so that the
// entry's own bytes are what is hashed.
func splitEntry(line []byte) (seq int64, body, hash []byte, err error) {
	rest := line[len(startOfEntry):]
	digits, rest, ok := bytes.Cut(rest, []byte(`,"entry":`))
	seq, parseErr := strconv.ParseInt(string(digits), 10, 64)
	if !ok || parseErr != nil || seq < 1 || strconv.FormatInt(seq, 10) != string(digits) {
		return 0, nil, nil, fmt.Errorf("it has no number")
	}
	tail := len(`,"hash":"`) + hexLength + len(`"}`)
	if len(rest) < tail {
		return seq, nil, nil, fmt.Errorf("it has no hash")
	}
	body, end := rest[:len(rest)-tail], rest[len(rest)-tail:]
	text := end[len(`,"hash":"`) : len(end)-len(`"}`)]
	hash, err = hex.DecodeString(string(text))
	if err != nil || !bytes.HasPrefix(end, []byte(`,"hash":"`)) || !bytes.HasSuffix(end, []byte(`"}`)) || hex.EncodeToString(hash) != string(text) {
		return seq, nil, nil, fmt.Errorf("it has no hash")
	}
	if !json.Valid(body) {
		return seq, body, hash, fmt.Errorf("it is no JSON")
	}
	return seq, body, hash, nil
}

// checkpoint takes a checkpoint, which must say what the entries before it do.
func (r *reader) checkpoint(line []byte) {
	c := r.chain
	var l struct {
		Checkpoint string `json:"checkpoint"`
	}
	if json.Unmarshal(line, &l) != nil || string(line) != fmt.Sprintf(`{"checkpoint":"%s"}`, l.Checkpoint) {
		r.problem(0, "the checkpoint behind entry %d does not have its one form", c.at)
		return
	}
	c.found.Checkpoints-- // of those that the first line tells of
	payload := r.open(l.Checkpoint, typeCheckpoint, fmt.Sprintf("the checkpoint behind entry %d", c.at))
	if payload == nil {
		return
	}
	var p Checkpoint
	if err := strict(payload, &p); err != nil {
		r.problem(0, "the checkpoint behind entry %d does not say what a checkpoint says: %v", c.at, err)
		return
	}
	switch {
	case p.Chain != c.summary.Chain:
		r.problem(0, "the checkpoint behind entry %d is that of another chain", c.at)
	case p.Count != c.at:
		r.problem(p.Count, "the checkpoint of %d entries stands behind entry %d", p.Count, c.at)
	case p.Head != hex.EncodeToString(c.head):
		r.problem(p.Count, "the %d entries are not those of their checkpoint of %s: one of them was changed, and the hashes behind it were made anew", p.Count, p.Time)
	case p.Count <= c.previous:
		r.problem(p.Count, "the checkpoint of %d entries stands here twice", p.Count)
	}
	c.baseSeen = c.baseSeen || p.Count == c.summary.Base
	c.previous = p.Count
}

// meet holds the anchors against the entry that was just read.
func (r *reader) meet(c *chain) {
	for _, a := range c.anchors {
		if a.Count == c.at && a.Head != hex.EncodeToString(c.head) {
			r.problem(a.Count, "the first %d entries are not those that the anchor of %s knows", a.Count, a.Time)
		}
	}
}

// end checks what only the end of a chain shows.
func (r *reader) end() {
	c := r.chain
	if c == nil {
		return
	}
	s := c.summary
	if s.Chain != "" {
		r.ended(c)
	}
	c.found.Checkpoints = s.Checkpoints - c.found.Checkpoints
	c.found.Signed = c.found.Signed && len(c.found.Problems) == 0
	r.report.Chains[len(r.report.Chains)-1] = *c.found
	r.chain = nil
}

func (r *reader) ended(c *chain) {
	s := c.summary
	switch {
	case c.at < s.Count:
		r.problem(c.at+1, "the entries from %d on are cut off: the first line tells of %d", c.at+1, s.Count)
	case c.at == s.Count && s.Head != hex.EncodeToString(c.head):
		r.problem(s.Count, "the last entry does not have the hash that the first line tells of")
	}
	if c.found.Checkpoints > 0 {
		r.problem(0, "%d of the %d checkpoints that the first line tells of are missing", c.found.Checkpoints, s.Checkpoints)
	}
	if c.found.Checkpoints < 0 {
		r.problem(0, "there are more checkpoints than the %d that the first line tells of", s.Checkpoints)
	}
	if s.Base > 0 && !c.baseSeen {
		r.problem(0, "no checkpoint stands for the first %d entries, whose text is gone", s.Base)
	}
	for _, a := range c.anchors {
		if a.Count > c.at {
			r.problem(c.at+1, "the entries from %d on are cut off: the anchor of %s knows %d", c.at+1, a.Time, a.Count)
		}
	}
}

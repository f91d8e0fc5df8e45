package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"time"
)

// keepLines is how much of a seed's story is shown with a violation.
const keepLines = 60

// story is the log of all that happened in a world: equal digests are equal stories.
// Sealed text is not in it, for it is new each time.
type story struct {
	digest hash.Hash
	last   []string
	lines  int
	out    io.Writer // nil: only the last lines are kept
}

func newStory(out io.Writer) *story { return &story{digest: sha256.New(), out: out} }

func (s *story) add(at time.Time, text string) {
	line := at.UTC().Format("2006-01-02 15:04:05.000 ") + text
	s.lines++
	_, _ = io.WriteString(s.digest, line+"\n")
	if s.last = append(s.last, line); len(s.last) > 2*keepLines {
		s.last = append(s.last[:0], s.last[len(s.last)-keepLines:]...)
	}
	if s.out != nil {
		_, _ = fmt.Fprintln(s.out, line)
	}
}

func (s *story) tail() []string { return s.last[max(len(s.last)-keepLines, 0):] }

func (s *story) sum() string { return hex.EncodeToString(s.digest.Sum(nil))[:16] }

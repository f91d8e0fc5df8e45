package bridge

import "slices"

// tracker knows which records of a partition are finished, in whatever order that
// happens, and so how far the partition may be committed: up to the first record that is
// not. Offsets are added in ascending order, with gaps.
type tracker struct {
	pending []progress
	next    int64 // the offset to commit
	end     int64 // of the partition, when it was last read
}

type progress struct {
	offset int64
	done   bool
}

func (t *tracker) add(offset int64) {
	if t.next == 0 && len(t.pending) == 0 {
		t.next = offset
	}
	t.pending = append(t.pending, progress{offset: offset})
}

// lag is how many records are not finished, those not read yet included.
func (t *tracker) lag() int64 { return max(t.end-t.next, 0) }

// finish marks a record and reports whether the offset to commit moved on.
func (t *tracker) finish(offset int64) bool {
	i, found := slices.BinarySearchFunc(t.pending, offset, func(p progress, o int64) int {
		return int(p.offset - o)
	})
	if !found {
		return false
	}
	t.pending[i].done = true
	n := 0
	for n < len(t.pending) && t.pending[n].done {
		t.next = t.pending[n].offset + 1
		n++
	}
	t.pending = t.pending[n:]
	return n > 0
}

package recurrence

import (
	"math"
	"time"
)

// zoneCache remembers the stretch of constant UTC offset last used, so that most
// conversions are a subtraction and two comparisons.
type zoneCache struct {
	zone       *time.Location
	start, end int64 // the stretch, in Unix seconds; end excluded
	offset     int64 // seconds east of UTC in the stretch
	previous   int64 // the offset before start
	loaded     bool
}

// load finds the stretch that contains the instant u.
func (z *zoneCache) load(u int64) {
	t := time.Unix(u, 0).In(z.zone)
	_, offset := t.Zone()
	start, end := t.ZoneBounds()
	z.start, z.end, z.offset, z.previous = math.MinInt64/2, math.MaxInt64/2, int64(offset), int64(offset)
	if !start.IsZero() {
		z.start = start.Unix()
		_, before := time.Unix(z.start-1, 0).In(z.zone).Zone()
		z.previous = int64(before)
	}
	if !end.IsZero() {
		z.end = end.Unix()
	}
	z.loaded = true
}

// at makes the cache hold the stretch that contains u.
func (z *zoneCache) at(u int64) {
	if !z.loaded || u < z.start || u >= z.end {
		z.load(u)
	}
}

// overlapEnd is the end of the second pass of wall time at the beginning of the
// stretch; it is start if no wall time is repeated there.
func (z *zoneCache) overlapEnd() int64 { return z.start + max(0, z.previous-z.offset) }

// resolve gives the instant of a wall time: the first one in an overlap, and in a gap
// (gap > 0, its length in seconds) the one read with the offset before it.
func (z *zoneCache) resolve(local int64) (u, gap int64) {
	if z.loaded {
		u = local - z.offset
		if u >= z.overlapEnd() && u < z.end {
			return u, 0
		}
	}
	// No UTC offset reaches a day, so this stretch begins before the wall time does.
	z.at(local - secondsPerDay)
	for {
		u = local - z.offset
		if u < z.start {
			return local - z.previous, z.offset - z.previous
		}
		if u < z.end {
			return u, 0
		}
		z.load(z.end)
	}
}

// floorLocal is a wall time such that every slot which resolves to u or later is
// not before it, and close to the largest such.
func (z *zoneCache) floorLocal(u int64) int64 {
	z.at(u)
	if end := z.overlapEnd(); u < end {
		return end + z.offset // the second pass: its wall times resolve to the first
	}
	if u < z.start+z.offset-z.previous {
		return u + z.previous // slots of the gap land here
	}
	return u + z.offset
}

// slot is what the wall clock shows at u.
func (z *zoneCache) slot(u int64) Slot {
	z.at(u)
	s := slotOf(u+z.offset, false)
	s.Fold = u < z.overlapEnd()
	return s
}

package recurrence

import (
	"math"
	"time"
)

// zoneCache remembers a stretch of constant UTC offset, so that most conversions are
// a subtraction and two comparisons.
type zoneCache struct {
	zone       *time.Location
	start, end int64 // the stretch, in Unix seconds; end excluded
	offset     int64 // seconds east of UTC in the stretch
	previous   int64 // the offset just before start
	loaded     bool
}

// reach is longer than any change of a clock: Samoa skipped a whole day.
const reach = 2 * secondsPerDay

// load finds a stretch that contains the instant u. It begins at the change of offset
// before u if that is within reach, and otherwise at u: farther back a change cannot
// matter, and the beginning that package time reports is not always a change.
func (z *zoneCache) load(u int64) {
	z.offset, z.end = z.lookup(u)
	z.start, z.previous, z.loaded = u, z.offset, true
	before, end := z.lookup(u - reach)
	for end <= u {
		after, next := z.lookup(end)
		if after != before {
			z.start, z.previous = end, before
		}
		before, end = after, next
	}
}

// lookup gives the offset at u and an instant after u until which it holds.
//
// Package time works out the years beyond the zone's table a year at a time, and then
// says of 31 December in leap years that it ended a day ago; the day's end holds.
func (z *zoneCache) lookup(u int64) (offset, end int64) {
	t := time.Unix(u, 0).In(z.zone)
	_, seconds := t.Zone()
	_, bound := t.ZoneBounds()
	if bound.IsZero() {
		return int64(seconds), math.MaxInt64 / 2
	}
	if end = bound.Unix(); end <= u {
		end = (floorDiv(u, secondsPerDay) + 1) * secondsPerDay
	}
	return int64(seconds), end
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

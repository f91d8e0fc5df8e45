package engine

import "function/shared/language/civil"

// Rule is a recurrence as far as words say it. Lists are bit sets so that the
// value stays comparable.
type Rule struct {
	// Freq is Second to Year, None if this is no rule.
	Freq     civil.Grain
	Interval int16
	// Weekdays has bit w for weekday w (1 to 7).
	Weekdays uint8
	// Nth are ordinals before weekdays: bit n for n 1 to 31 of the period, and
	// NthLast the same from the end.
	Nth, NthLast uint64
	// MonthDays has bit d for day d; LastDays bit d for the d-th day from the
	// end.
	MonthDays, LastDays uint32
	// Months has bit m for month m.
	Months uint16
	// YearDays is a single day of the year; 0 for none.
	YearDay int16
	// Weeks has bit w for ISO week w.
	Weeks uint64
	// SetPos picks from the set; 0 for none. Used for "last weekday of".
	SetPos int8
	// Count is the number of times; 0 for no end.
	Count int16
	// Times are clock times, minutes since midnight plus one; 0 ends the list.
	Times [6]int16
	// TimesUnsure says that the first time is on the 12-hour clock.
	TimesUnsure bool
	Part        Part
	// From and Until bound it, where their Has is not zero.
	From, Until Point
	// For bounds it by a distance from the start.
	For Duration
	// SkipDays are weekdays left out, SkipMonths months left out, Skip dates
	// left out.
	SkipDays   uint8
	SkipMonths uint16
	Skip       [4]Point
	// FromCompletion counts from when the last one was done.
	FromCompletion bool
	// Only says that the weekdays narrow a coarser rule ("monthly on
	// Tuesday").
	Loose bool
}

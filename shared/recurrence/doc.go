// Package recurrence computes the occurrences of RFC 5545 recurrence rules in
// local time. It is pure: no clock, no database, no package beyond the
// standard library.
//
// # Words
//
// A [Rule] is a RECUR value (RFC 5545 section 3.3.10), with SKIP of RFC 7529. A
// [Set] is a rule with a local start (DTSTART), a zone, RDATE, EXDATE and pause
// windows. A [Slot] is a civil date or date-time: what the rule said, and
// therefore the identity of an occurrence. An [Occurrence] is a slot with the
// instant it falls on. A [Schedule] is a compiled Set, for many questions.
//
// # Daylight saving
//
// For FREQ=DAILY and longer the wall time is kept. A slot in a gap (spring)
// keeps its name and moves forward by the length of the gap, that is, it is read
// with the UTC offset before the gap; a slot in an overlap (autumn) is the first
// of the two. This is RFC 5545 section 3.3.5. If a moved slot lands on the instant of
// another slot of the rule they are one occurrence, named by the slot that
// exists on the clock. Instants are strictly increasing.
//
// FREQ=HOURLY, MINUTELY and SECONDLY count real time: a period is 3600, 60 or 1
// elapsed seconds, INTERVAL counts such periods from the start, and each
// instant is then read on the local clock for the BYxxx parts. So no real hour is
// repeated or dropped: in spring the local hour that does not exist is passed
// over, in autumn the repeated hour occurs twice and its second pass carries
// Slot.Fold. Parts missing from the rule (minute, second) come from the start, and
// keep their value on the local clock even where a zone moves by half an hour.
//
// # Limits
//
// Years are 1 to 9999 ([MaxYear]), the range of an iCalendar DATE. Every search
// ends there or after [Budget] steps, whichever comes first; running out of steps
// is [ErrBudget]. INTERVAL and COUNT have at most nine digits, a rule's text at most
// [MaxLength] bytes.
//
// # Choices where RFC 5545 is silent or contradicts itself
//
//   - The start is an occurrence only if the rule generates it (the RFC leaves the
//     other case undefined). Without a rule it is one.
//   - COUNT counts the slots that the rule generates, before EXDATE, pauses
//     and the merging of slots moved out of a gap.
//   - BYWEEKNO makes the week-numbering year the period; the start's week year
//     is the first. BYWEEKNO without BYDAY, BYMONTHDAY or BYYEARDAY takes the
//     weekday of the start; engines disagree, so [Set.Validate] refuses it
//     ([ErrAmbiguous]) and [Rule.Anchored] spells it out.
//   - UNTIL as a date includes that whole local day; UNTIL as a local time is read in
//     the Set's zone.
//   - BYSECOND=60 is read as 59 (section 3.3.12: no leap seconds).
package recurrence

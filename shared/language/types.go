package language

import (
	"errors"
	"time"

	"function/shared/language/civil"
	"function/shared/language/engine"
)

// MaxInput is the longest text that is read, in bytes.
const MaxInput = 4096

// ErrTooLong is returned for text over MaxInput bytes.
var ErrTooLong = errors.New("the text is longer than 4096 bytes")

// ErrEmpty is returned where there is no text to read.
var ErrEmpty = errors.New("the text is empty")

// Context is what words are read against. The zero value of every field but
// Now has a usable default.
type Context struct {
	// Now is the present moment in the person's zone.
	Now time.Time
	// Language is a BCP 47 tag; only the base matters. English if unknown.
	Language string
	// WeekStart is the first day of the person's week, for "next week". The
	// zero value is Sunday; use time.Monday for ISO weeks.
	WeekStart time.Weekday
	// DayFirst reads 3/4 as the third of April. Dotted dates are day first
	// always, and so are all dates in languages other than English.
	DayFirst bool
	// Region is an ISO 3166 country code; it chooses holidays. US if empty.
	Region string
	// Times are the hours at which the parts of the person's day begin; zero
	// values mean the defaults of docs/decisions/0004.
	Times DayTimes
}

// DayTimes are a person's own hours for vague words.
type DayTimes struct {
	Morning, Afternoon, Evening, Night int
}

// Trace is how a reading came about: the rules applied, innermost first.
type Trace = engine.Trace

// Span is a half-open range of bytes of the original text.
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Grain is the size of the unit a phrase speaks in.
type Grain = civil.Grain

// The grains, from fine to coarse.
const (
	Second  = civil.Second
	Minute  = civil.Minute
	Hour    = civil.Hour
	Day     = civil.Day
	Week    = civil.Week
	Month   = civil.Month
	Quarter = civil.Quarter
	Year    = civil.Year
)

// Relation is how a phrase relates to the time it names.
type Relation string

// The relations.
const (
	At     Relation = ""       // at, on, in: the time itself
	By     Relation = "by"     // a deadline
	Before Relation = "before" // ends there, exclusive
	Until  Relation = "until"  // ends there, inclusive
	After  Relation = "after"  // starts after it
	From   Relation = "from"   // starts there
	Around Relation = "around" // roughly
)

// When is a point or an interval in wall time.
type When struct {
	// Start is local wall time. Where HasTime is false only the date counts;
	// the clock part then is what an exact reading would give ("in 3 days" at
	// 16:20) or zero.
	Start civil.DateTime
	// End is exclusive for intervals of whole units ("next week"), and the
	// instant named for clock times ("from 3 to 5"). Nil for points.
	End *civil.DateTime
	// Grain is the finest unit named.
	Grain Grain
	// HasTime says that a clock time was given or follows from the words.
	HasTime bool
	// Relation is "by" for a deadline, "after" and so on.
	Relation Relation
	// Zone is the IANA name or ±hh:mm offset named in the text, else empty.
	// Start and End are wall time in it.
	Zone string
	// Span is the phrase, prepositions included.
	Span Span
	// Confidence is in (0, 1].
	Confidence float64
	// Assumed says what was guessed, one short English sentence each.
	Assumed []string
	// Why is the trace: the rules applied, innermost first.
	Why Trace
}

// Recurrence is a repetition.
type Recurrence struct {
	// RRULE is an RFC 5545 recurrence rule without the "RRULE:" prefix. UNTIL
	// is local wall time. A clock time is not in the rule but in Start.
	RRULE string
	// Whole and Without say the same as RRULE does, in the manner of EXRULE: a
	// rule, and rules of what is left out of it. They are empty where nothing is
	// left out but days of a set that the rule names.
	Whole   string
	Without []string
	// Start is the first occurrence, never in the past; its HasTime says
	// whether a clock time was given.
	Start *When
	// Times are the further clock times of a day ("at 9 and 17:00"), minutes
	// since midnight, the first one included; empty for one or none.
	Times []int
	// Except are dates left out (EXDATE).
	Except []civil.DateTime
	// FromCompletion counts the interval from when the task was done ("every!
	// 3 days", "3 days after I finish") instead of from the rule.
	FromCompletion bool
	// Span, Confidence, Assumed, Why are as in When.
	Span       Span
	Confidence float64
	Assumed    []string
	Why        Trace
}

// Reminder says when to remind. Exactly one of the three holds: At is set; or
// Clock is set (Days before the due date at a time of day); or Before is the
// distance to the due time.
type Reminder struct {
	// At is a point in time.
	At *When
	// Before is the distance to the due time; zero means at the due time.
	Before time.Duration
	// Days and Clock: Days before the due date at Clock (minutes since
	// midnight).
	Days  int
	Clock *int
	// Repeat is the distance between reminders until the task is done; zero
	// means once.
	Repeat time.Duration
	Span   Span
	// Why is the trace.
	Why Trace
}

// Priority is high, medium, low, or empty for none named.
type Priority string

// The priorities.
const (
	High   Priority = "high"
	Medium Priority = "medium"
	Low    Priority = "low"
)

// Draft is a task as understood from text, not yet a task.
type Draft struct {
	// Title is what was left of the text, as written. It is never empty.
	Title string
	// Description is what followed a line break or "note:".
	Description string
	Due         *When
	Recurrence  *Recurrence
	Reminders   []Reminder
	// Tags are without the sign, in order, lower case, without repeats.
	Tags     []string
	Priority Priority
	// Subtasks are nested list items.
	Subtasks []Draft
	// Span is this task's part of the text.
	Span Span
	// Assumed and Why collect those of the parts.
	Assumed []string
	Why     Trace
}

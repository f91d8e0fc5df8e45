package todo

import "time"

// EndOfMonth says what becomes of a slot on a day that a month does not have
// (RFC 7529: SKIP=OMIT and SKIP=BACKWARD).
type EndOfMonth string

// The two policies.
const (
	EndOfMonthSkip  EndOfMonth = "skip"
	EndOfMonthClamp EndOfMonth = "clamp"
)

// CatchUp says what follows when slots went by while an occurrence stayed open.
type CatchUp string

// CatchUpNext goes on with the next slot in the future, CatchUpEach with every
// missed one.
const (
	CatchUpNext CatchUp = "next"
	CatchUpEach CatchUp = "each"
)

// Series is what makes a task come again: a rule and where it starts.
type Series struct {
	ID             string     `json:"id"`
	Owner          string     `json:"owner"`
	Rule           string     `json:"rule"`  // RFC 5545 RRULE value, "FREQ=MONTHLY;BYMONTHDAY=1"
	Start          string     `json:"start"` // DTSTART: local date or date-time
	Zone           string     `json:"zone"`  // IANA name
	FromCompletion bool       `json:"from_completion,omitempty"`
	EndOfMonth     EndOfMonth `json:"end_of_month,omitempty"`
	CatchUp        CatchUp    `json:"catch_up,omitempty"`
	ExDates        []string   `json:"exdates,omitempty"` // slots left out
	RDates         []string   `json:"rdates,omitempty"`  // slots added
	Pauses         []Pause    `json:"pauses,omitempty"`
	Version        int64      `json:"version"`
	CreatedAt      time.Time  `json:"created_at"`
	EndedAt        *time.Time `json:"ended_at,omitempty"`
	Template       *Template  `json:"template,omitempty"` // nil: the next is made as the last one was
}

// Template is what the next occurrence of a series is made as, kept while an occurrence
// differs from the others.
type Template struct {
	Title       string             `json:"title"`
	Description string             `json:"description,omitempty"`
	Priority    Priority           `json:"priority"`
	Tags        []string           `json:"tags,omitempty"`
	Parent      string             `json:"parent,omitempty"`
	Position    float64            `json:"position,omitempty"`
	Reminders   []TemplateReminder `json:"reminders,omitempty"`
}

// TemplateReminder is a reminder of every occurrence: Before its due as the person said,
// or Offset from it.
type TemplateReminder struct {
	Before *Before       `json:"before,omitempty"`
	Offset time.Duration `json:"offset,omitempty"` // from the due; before it, it is negative
	Repeat time.Duration `json:"repeat,omitempty"`
}

// Pause is a stretch of local dates ("2006-01-02") without occurrences. Until is the
// first date after it.
type Pause struct {
	From  string `json:"from"`
	Until string `json:"until"`
}

// Slot is a place that a rule gives for an occurrence.
type Slot struct {
	Local string    // date or date-time
	At    time.Time // its instant
}

// Calendar knows local time and recurrence rules.
type Calendar interface {
	// At gives the instant of a local date ("2006-01-02": its first instant) or
	// date-time ("2006-01-02T15:04:05") in an IANA zone. A time in a DST gap moves
	// forward by the gap, one in an overlap is the first. CodeInvalid when the
	// date or the zone does not exist.
	At(local, zone string) (time.Time, error)
	// Check refuses a series whose rule is not RFC 5545's or yields nothing, with
	// CodeInvalid and the reason.
	Check(s Series) error
	// First gives the series' first slot at or after its start.
	First(s Series) (slot string, ok bool, err error)
	// After gives the series' first slot after an instant.
	After(s Series, instant time.Time) (slot string, ok bool, err error)
	// Between gives the series' slots whose instants lie in [from, until), at most so many.
	// A series that goes on from completion has none but its first: the others depend on
	// when it will be done.
	Between(s Series, from, until time.Time, most int) ([]Slot, error)
	// Gives reports whether the rule itself gives a slot, exceptions and pauses aside.
	Gives(s Series, slot string) (bool, error)
	// Split divides a series at one of its slots: before ends ahead of it, after begins
	// with it, COUNT is divided, and so are exceptions and pauses. done is how many
	// occurrences came ahead, for rules that go on from completion.
	Split(s Series, slot string, done int) (before, after Series, err error)
	// Move takes a series from one of its slots to another date, time of day or zone,
	// its rule with it. Of another day it begins there, with what is left of COUNT.
	// CodeInvalid with the pointer of the due where the rule cannot follow.
	Move(s Series, slot, to, zone string) (Series, error)
	// Next gives the slot that follows the slot of an occurrence completed at the
	// given instant; ok is false where the series has ended. done is how many
	// occurrences there were so far, for rules with COUNT that go on from completion.
	Next(s Series, slot string, completed time.Time, done int) (next string, ok bool, err error)
}

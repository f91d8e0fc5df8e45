package todo

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Bounds on what a task may hold. Lengths are in characters (Unicode code points).
const (
	MaxTitle       = 500
	MaxDescription = 10_000
	MaxTags        = 50
	MaxTag         = 64
	MaxReminders   = 20
	MaxBlockers    = 20
)

// Status is where a task stands.
type Status string

// The statuses. A task in the trash keeps the status it had.
const (
	StatusOpen      Status = "open"
	StatusCompleted Status = "completed"
)

// Priority ranks tasks. PriorityMedium is what a task has when nothing was said.
type Priority string

// The priorities.
const (
	PriorityHigh   Priority = "high"
	PriorityMedium Priority = "medium"
	PriorityLow    Priority = "low"
)

// Due is when a task is to be done: a date, or a date and a time, in a zone.
type Due struct {
	Local string    `json:"local"` // "2006-01-02", or "2006-01-02T15:04:05" with a time
	Zone  string    `json:"zone"`  // IANA name
	At    time.Time `json:"at"`    // the instant; for a date with no time, the day's first
}

// AllDay reports whether the due is a date with no time.
func (d Due) AllDay() bool { return len(d.Local) == len(time.DateOnly) }

// Date is the local date, "2006-01-02".
func (d Due) Date() string { return d.Local[:len(time.DateOnly)] }

// Task is one thing to do. An occurrence of a series is a Task of its own.
type Task struct {
	ID          string     `json:"id"` // UUIDv7
	Owner       string     `json:"owner"`
	Title       string     `json:"title"`
	Description string     `json:"description,omitempty"`
	Priority    Priority   `json:"priority"`
	Due         *Due       `json:"due,omitempty"`
	Tags        []string   `json:"tags,omitempty"`
	Parent      string     `json:"parent,omitempty"`
	BlockedBy   []string   `json:"blocked_by,omitempty"` // ids of the tasks that come first
	Position    float64    `json:"position,omitempty"`
	Status      Status     `json:"status"`
	SeriesID    string     `json:"series_id,omitempty"`
	Slot        string     `json:"slot,omitempty"` // the local date or date-time that the rule gave
	Version     int64      `json:"version"`
	CreatedAt   time.Time  `json:"created_at"`
	UpdatedAt   time.Time  `json:"updated_at"`
	CompletedAt *time.Time `json:"completed_at,omitempty"`
	TrashedAt   *time.Time `json:"trashed_at,omitempty"`
}

// Trashed reports whether the task is in the trash.
func (t Task) Trashed() bool { return t.TrashedAt != nil }

// validate checks what a caller can get wrong; every broken rule is in the error.
func (t Task) validate() error {
	var fields []Field
	fail := func(pointer, detail string) { fields = append(fields, Field{pointer, detail}) }
	switch n := utf8.RuneCountInString(t.Title); {
	case strings.TrimSpace(t.Title) == "":
		fail("/title", "a task needs a title")
	case n > MaxTitle:
		fail("/title", "at most 500 characters")
	case !printable(t.Title, ""):
		fail("/title", "must be valid text in one line, without control characters")
	}
	if utf8.RuneCountInString(t.Description) > MaxDescription {
		fail("/description", "at most 10000 characters")
	} else if !printable(t.Description, "\n\r\t") {
		fail("/description", "must be valid text without control characters")
	}
	if !slices.Contains([]Priority{PriorityHigh, PriorityMedium, PriorityLow}, t.Priority) {
		fail("/priority", "must be high, medium or low")
	}
	if len(t.Tags) > MaxTags {
		fail("/tags", "at most 50 tags")
	}
	for _, tag := range t.Tags {
		if tag == "" || utf8.RuneCountInString(tag) > MaxTag || strings.ContainsFunc(tag, unicode.IsSpace) || !printable(tag, "") {
			fail("/tags", "a tag is 1 to 64 characters without spaces")
			break
		}
	}
	if len(fields) > 0 {
		return &Error{Code: CodeInvalid, Message: fields[0].Detail, Fields: fields}
	}
	return nil
}

func printable(text, allowed string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) && !strings.ContainsRune(allowed, r)
	})
}

// cleanTags drops a leading '#', lowers nothing, and keeps the first of doubles.
func cleanTags(tags []string) []string {
	var out []string
	for _, tag := range tags {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "#")
		if !slices.ContainsFunc(out, func(have string) bool { return strings.EqualFold(have, tag) }) {
			out = append(out, tag)
		}
	}
	return out
}

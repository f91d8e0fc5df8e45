package language

import "time"

// Intent is what a person wants done.
type Intent string

// The intents. OutOfScope is for what is not about tasks at all; Unclear for
// what may be but could not be understood: it never changes anything.
const (
	Add        Intent = "add"
	Complete   Intent = "complete"
	Reopen     Intent = "reopen"
	Reschedule Intent = "reschedule" // to Change.Due, or by Change.Shift
	Snooze     Intent = "snooze"     // a reminder or a due time, by a duration or until
	Rename     Intent = "rename"     // to Change.Title
	Edit       Intent = "edit"       // any other field in Change
	Remind     Intent = "remind"     // add or change reminders of an existing task
	Delete     Intent = "delete"
	Restore    Intent = "restore"
	List       Intent = "list"
	Count      Intent = "count"
	Search     Intent = "search"
	Next       Intent = "next"  // "what's next"
	Show       Intent = "show"  // the details of one task
	Skip       Intent = "skip"  // this occurrence of a series
	Pause      Intent = "pause" // a series
	Resume     Intent = "resume"
	Undo       Intent = "undo"
	Redo       Intent = "redo"
	Preference Intent = "preference"
	// DateTime asks for the time, a date or a time zone: answered, changes
	// nothing. Target.Filter.Due is the date asked about, if one was named.
	DateTime   Intent = "datetime"
	Confirm    Intent = "confirm"
	Refuse     Intent = "refuse"
	Choose     Intent = "choose" // "the second one" as an answer
	Help       Intent = "help"
	SmallTalk  Intent = "smalltalk"
	Unclear    Intent = "unclear"
	OutOfScope Intent = "oos"
)

// Understanding is a whole message understood.
type Understanding struct {
	// Acts are in the order of the text; at least one.
	Acts []Act
	// Language is the language the message was read in.
	Language string
}

// Act is one thing to do.
type Act struct {
	Intent Intent
	// Wants is what an Unclear act seems to want and says too little for, or empty: it
	// tells what to ask back, and is never done.
	Wants Intent
	// Target says which tasks, for intents on existing ones.
	Target Target
	// Drafts are the tasks to add.
	Drafts []Draft
	// Change is what to change.
	Change Change
	// Preferences are settings to change: time_zone, week_start, date_order,
	// quiet_hours ("22:00-07:00", "22:00-" or "-07:00" where one end is said, or
	// "off"), language, clock. A zone that is not known is empty.
	Preferences map[string]string
	// Zone is the IANA name of the zone whose time is asked for, for DateTime.
	Zone string
	// Wide marks what touches more than one task or destroys: it needs a
	// preview and a yes.
	Wide       bool
	Span       Span
	Confidence float64
	Assumed    []string
	Why        Reasons
}

// Target says which tasks are meant. Words, Ordinals, Pronoun and Filter
// narrow each other; all empty means none was named.
type Target struct {
	// Words is a piece of a title as written, for a fuzzy match.
	Words string
	// Quoted says that Words stood in quotation marks: match exactly first.
	Quoted bool
	// Ordinals are positions in the last list, from 1; -1 is the last.
	Ordinals []int
	// Pronoun is "it" (one), "them" (all in focus), or empty.
	Pronoun string
	// All says "all", "everything", "every".
	All    bool
	Filter Filter
	// Scope is which part of a series an edit means: "this", "following",
	// "all", or empty.
	Scope string
}

// Filter narrows a list. Empty means every open task.
type Filter struct {
	// Status is open, done, deleted, or all; empty is open.
	Status   string
	Due      *When
	NoDue    bool
	Overdue  bool
	Priority Priority
	Tags     []string
	// Done is when it was finished ("last week").
	Done *When
	// Text is searched for.
	Text      string
	Recurring bool
	Limit     int
}

// Change is what to do to fields. Nil or empty fields stay.
type Change struct {
	Title       string
	Description string
	Due         *When
	// Shift moves the due time by calendar units.
	Shift      *Shift
	ClearDue   bool
	Recurrence *Recurrence
	// ClearRecurrence makes it a single task.
	ClearRecurrence bool
	Reminders       []Reminder
	ClearReminders  bool
	// Snooze is a distance from now.
	Snooze     time.Duration
	AddTags    []string
	RemoveTags []string
	Priority   Priority
	// ClearPriority sets none.
	ClearPriority bool
}

// Shift is a signed calendar distance.
type Shift struct {
	Months, Days int
	Seconds      int64
}

// Focus is what a conversation is about: passed in and returned by the chat,
// kept by it between messages.
type Focus struct {
	// Listed are the titles last shown to the person, in order.
	Listed []string
	// It are the indices in Listed that "it", "that" or "them" means.
	It []int
	// Pending is the intent that waits for a yes or a choice, else empty.
	Pending Intent
}

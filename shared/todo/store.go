package todo

import (
	"context"
	"time"
)

// View selects a list of tasks.
type View string

// The views. Today holds what is due today or overdue, Upcoming what is due
// later, All every open task, Any open and done ones.
const (
	ViewToday    View = "today"
	ViewUpcoming View = "upcoming"
	ViewAll      View = "all"
	ViewDone     View = "done"
	ViewTrash    View = "trash"
	ViewAny      View = "any"
)

// Query asks for a page of a person's tasks.
type Query struct {
	View     View
	Tomorrow time.Time // the first instant of the person's tomorrow: what separates today from upcoming
	Where    Condition // nil: all of the view
	Sort     Sort      // empty: the view's own order
	Now      time.Time // what overdue is measured by
	Today    string    // the person's local date, "2006-01-02"
	Limit    int
	After    string // opaque cursor of the page before
}

// Sort is an order of tasks.
type Sort string

// The orders. Without a due, or of equal rank, tasks come by id, which is by when they
// were made; those without a due come last.
const (
	SortDue       Sort = "due"
	SortPriority  Sort = "priority" // high first
	SortCreated   Sort = "created"
	SortUpdated   Sort = "updated"
	SortPosition  Sort = "position"
	SortCompleted Sort = "completed"
	SortTrashed   Sort = "trashed"
)

// Descending is the order turned round.
func (s Sort) Descending() Sort { return "-" + s }

// Page is a part of a list.
type Page[T any] struct {
	Data    []T
	HasMore bool
	After   string // cursor of the next page
}

// Counts are the sizes of the views.
type Counts struct{ Today, Upcoming, All, Done int }

// Details is a task with what belongs to it.
type Details struct {
	Task
	Series    *Series
	Reminders []Reminder
	Blocked   bool // open, and a task that it waits for is open
	Subtasks  int  // parts of it outside the trash
	DoneParts int  // those of them that are done
}

// Occurrence is where an occurrence of a series stands.
type Occurrence struct {
	SeriesID, ID, Slot string
	Version            int64
	Open               bool // not completed, and not in the trash
}

// Receipt marks an event as handled by a consumer (CloudEvents: source and id are unique together).
type Receipt struct{ Consumer, Source, ID string }

// Expectation is a task version that must still be current when a commit takes effect.
type Expectation struct {
	TaskID  string
	Version int64
}

// SeriesExpectation is a series' version that must be current when a commit takes
// effect, and how many open occurrences outside the trash there must be after it. It
// keeps acts at once from giving a completed occurrence two successors, or an open one
// a successor.
type SeriesExpectation struct {
	SeriesID string
	Version  int64
	Open     int
}

// Commit is one transaction's worth of writing.
type Commit struct {
	ChangeSet ChangeSet
	Events    []Event
	Expect    []Expectation
	Series    []SeriesExpectation
	Receipt   *Receipt
	Undone    []string // change sets that ChangeSet undoes, its cause's effects included
	Redone    string   // an undo that ChangeSet undoes: what it had undone stands again
}

// Store keeps what the domain decides. Every method acts for one owner and never
// shows another's rows: those are CodeNotFound.
type Store interface {
	// Task gives a task, trashed ones included. CodeNotFound.
	Task(ctx context.Context, owner, id string) (Details, error)
	// Tasks gives the tasks of the ids that exist, in no order.
	Tasks(ctx context.Context, owner string, ids []string) ([]Details, error)
	// List gives a page. CodeInvalid for a cursor that is not its own.
	List(ctx context.Context, owner string, q Query) (Page[Details], error)
	// Counts sizes the views.
	Counts(ctx context.Context, owner string, tomorrow time.Time) (Counts, error)
	// Series gives the series of the ids that exist, in no order.
	Series(ctx context.Context, owner string, ids []string) ([]Series, error)
	// Occurrences gives the occurrences of series, those in the trash included, in no order.
	Occurrences(ctx context.Context, owner string, seriesIDs ...string) ([]Occurrence, error)
	// ChangeSet gives a change set. CodeNotFound.
	ChangeSet(ctx context.Context, owner, id string) (ChangeSet, error)
	// ChangeSets gives the latest change sets of the actors, newest first, undone ones left out.
	LatestChangeSet(ctx context.Context, owner string, actors ...Actor) (ChangeSet, error)
	// Effects gives the change sets that the events of the given one led to, at any depth, undone ones left out.
	Effects(ctx context.Context, owner, id string) ([]ChangeSet, error)
	// Preferences gives a person's settings, the defaults for somebody new.
	Preferences(ctx context.Context, owner string) (Preferences, error)
	// SetPreferences replaces them. CodeVersionMismatch.
	SetPreferences(ctx context.Context, p Preferences) error
	// Commit writes all of c or nothing. CodeVersionMismatch where a row's version
	// or an expectation is not the current one; CodeDuplicate where the receipt or
	// the occurrence's slot exists already.
	Commit(ctx context.Context, c Commit) error
}

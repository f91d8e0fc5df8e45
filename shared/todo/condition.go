package todo

import (
	"slices"
	"time"
)

// Condition says which tasks are meant. Package filter reads one from text; the
// store turns one into SQL. The types below are all there are.
type Condition interface{ condition() }

// The ways to join conditions.
type (
	// All holds where each of its conditions does; an empty one for every task.
	All []Condition
	// Any holds where one of its conditions does; an empty one for none.
	Any []Condition
	// Not holds where its condition does not.
	Not struct{ Of Condition }
)

type (
	// HasWord holds where a word of the task's text (title, description, tags)
	// begins so. Case and accents do not count.
	HasWord string
	// HasPhrase holds where these words stand in a row in the text.
	HasPhrase []string
	// HasTag holds where the task has the tag, whatever its case.
	HasTag string
	// HasPriority holds where the task has the priority.
	HasPriority Priority
	// Within holds where a time of the task lies in [From, Until); a zero bound is open.
	// A task that has no such time is never within.
	Within struct {
		Time        TimeField
		From, Until time.Time
	}
	// PartOf holds where the task is a part of the task with this id.
	PartOf string
	// Is holds where the task has the trait.
	Is Trait
)

// TimeField names a time of a task.
type TimeField string

// The times.
const (
	TimeDue       TimeField = "due"
	TimeCreated   TimeField = "created"
	TimeUpdated   TimeField = "updated"
	TimeCompleted TimeField = "completed"
)

// Trait is something that is so of a task, or not.
type Trait string

// The traits.
const (
	TraitOpen           Trait = "open"
	TraitDone           Trait = "done"
	TraitTrashed        Trait = "trashed"
	TraitOverdue        Trait = "overdue"     // open, and its time or its whole day is past
	TraitBlocked        Trait = "blocked"     // open, and a task that it waits for is open
	TraitRecurring      Trait = "recurring"   // an occurrence of a series
	TraitSubtask        Trait = "subtask"     // part of another task
	TraitHasDue         Trait = "due"         // has a due
	TraitHasReminder    Trait = "reminder"    // has a reminder that is still to come
	TraitHasSubtasks    Trait = "subtasks"    // has parts outside the trash
	TraitHasTags        Trait = "tags"        // has a tag
	TraitHasDescription Trait = "description" // has a description
)

func (All) condition()         {}
func (Any) condition()         {}
func (Not) condition()         {}
func (HasWord) condition()     {}
func (HasPhrase) condition()   {}
func (HasTag) condition()      {}
func (HasPriority) condition() {}
func (Within) condition()      {}
func (PartOf) condition()      {}
func (Is) condition()          {}

// Mentions reports whether a condition speaks of one of the traits, at any depth.
func Mentions(c Condition, traits ...Trait) bool {
	return contains(c, func(leaf Condition) bool {
		is, ok := leaf.(Is)
		return ok && slices.Contains(traits, Trait(is))
	})
}

// Asks reports whether a condition compares a time of the task, at any depth.
func Asks(c Condition, field TimeField) bool {
	return contains(c, func(leaf Condition) bool {
		within, ok := leaf.(Within)
		return ok && within.Time == field
	})
}

func contains(c Condition, wanted func(Condition) bool) bool {
	deeper := func(c Condition) bool { return contains(c, wanted) }
	switch c := c.(type) {
	case All:
		return slices.ContainsFunc(c, deeper)
	case Any:
		return slices.ContainsFunc(c, deeper)
	case Not:
		return deeper(c.Of)
	}
	return wanted(c)
}

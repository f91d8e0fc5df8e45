// Package todo is the domain of Nudge: tasks, the series they recur in, their
// reminders, and the change sets that every write is.
//
// It holds the rules and nothing else: no database, no clock, no transport. The
// [Service] decides what a request means and hands the whole of it to a [Store]
// as one [Commit], which takes effect completely or not at all. Time and
// identifiers come in as parameters of the Service, calendars through
// [Calendar].
//
// Every error that leaves the package is, or wraps, an [Error] with one of the
// codes of errors.go; what a code means to a caller over HTTP and to an event's
// delivery is written once, in [OutcomeOf].
package todo

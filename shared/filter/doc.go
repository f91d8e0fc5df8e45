// Package filter is the language in which tasks are asked for, the same in the API, on
// the page, in the chat and for programs:
//
//	filter = all { ("or" | "|") all }
//	all    = one { [ "and" | "&" ] one }
//	one    = ( "not" | "-" | "!" ) one | "(" filter ")" | term
//	term   = "#" tag | field ":" value | "quoted words" | word
//
// A word must begin a word of the task's text; quoted words must stand in it as they
// are, in a row. The fields:
//
//	due, created, updated, completed   a date in words or digits: due:today, due:"next week",
//	                                   due:<friday, created:>=2026-01-05, due:monday..friday, due:none, due:any
//	priority (or p)                    high, medium, low, or 1, 2, 3
//	tag                                as #tag
//	is                                 open, done, trashed, overdue, blocked, recurring, subtask
//	has, no                            due, reminder, subtasks, tags, description
//
// Dates are read by whoever calls: the package knows no language, no clock and no zone.
package filter

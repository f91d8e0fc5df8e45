// Package language turns what a person writes into values: dates, intervals,
// recurrences, reminders, task drafts and intents. It is pure: no clock, no
// database, no network, no model. The same text in the same Context always
// gives the same answer.
//
// # The pipeline
//
//	text ── token ──► tokens ── engine ──► chart of typed values ── ranking ──► readings
//	                              ▲                                               │
//	                 engine/data/<language>.txt                    Dates, Drafts, Understand
//
// Package token cuts the text into words, numbers and signs, each with its
// byte offsets. URLs, e-mail addresses, code and quoted text become one opaque
// token each, so that nothing is ever found inside them.
//
// Package engine is a bottom-up chart parser. A language is one data file with
// two sections: the lexicon (word forms to a category and a number, such as
// "weekday 1: monday, mon") and the grammar (rules such as
// "date: <weekday> of <period> => weekday-in"). The names after the arrow are
// actions: Go functions of package engine that combine typed values and know
// the calendar, and that know no language at all. The text is read from right
// to left, so whatever starts after the current word is already complete and
// each rule is matched once; the number of values kept per word is bounded,
// which makes the work linear in the length of the text. A value is only made
// where something can become of it: alone, with what stands behind it, or with
// the word before, as lexicon and grammar say (use.go).
//
// A value is partial for as long as possible ("the 22nd" has a day and no
// month); package engine resolves it against Context.Now when a reading is
// made. Package civil has the calendar arithmetic; it knows no zones, because
// words mean wall time. A zone named in the text is kept by name.
//
// The root package ranks: of the readings that overlap, the one that explains
// most of the text wins, then the one with the higher confidence. What is
// weak on its own ("may", "the second", "10.1") is kept out unless a word
// around it carries it. Drafts then takes what was found out of the text and
// keeps the rest, as written, as the title.
//
// # Where things live
//
//	types.go         the public values: Context, When, Recurrence, Reminder, Draft
//	dates.go         Dates: all points and intervals in a text
//	recurrences.go   Recurrences: all repetitions in a text
//	drafts.go        Drafts: quick add; drafts_split.go cuts a message into tasks,
//	                 drafts_accept.go tells a time to do it from a name ("Friday
//	                 demo"), drafts_signs.go reads tags and priority,
//	                 drafts_title.go keeps the rest as the title
//	intent.go        the values of Understand: Act, Target, Filter, Focus; reasons.go
//	                 says why an act was read so
//	understand*.go   Understand: clauses, then the structure of a command, its first
//	                 words, the ranking of its words; targets, changes, filters
//	phrases*.go      the same in other languages, each one a table
//	classifier/      ranks intents by words; cmd/train trains it from training.jsonl
//	                 and the patterns of templates.txt
//	explain.go       a trace for people
//	token/, civil/   text to tokens; wall-time arithmetic
//	phrase_table.go  finds the phrases of commands by their first or last word
//	engine/          chart.go and tree.go match, use.go says what is of use,
//	                 compile.go reads data files,
//	                 actions_*.go mean, resolve.go and recurrence.go make final,
//	                 reading.go ranks, holidays*.go know named days
//	engine/data/     one file per language
//	lunar/           days of calendars that follow the moon
//	words/           a rule in words, in each language
//	predict/         one case in, one prediction out (for scoring)
//	corpus/          our own examples as data, and the test that runs them
//	cmd/language/    predict and explain on the command line
//
// # Adding a language
//
// Write engine/data/<tag>.txt: the lexicon first (weekdays, months, units,
// numbers, parts of day), then the rules whose word order differs. Shapes made
// of digits (3/4, 17:30, ISO 8601) are the engine's own and need nothing.
// A form of two words or more in the category idiom is never read as a time;
// the categories soft, joint and determiner tell words that are other words as
// well. Add corpus files with the reference time in each line.
//
// A language whose file only adds to English (nl, sv, ru, uk, ja, zh: repetitions,
// weekdays and the days around today) is named in engine's list of those, and needs no
// more than a lexicon and the rules that differ.
//
// # Adding a rule
//
// Add a line to the grammar and cases to the corpus, among them what must not
// be read that way. "language explain" shows which rules made a reading. If no
// action says what the rule means, add one to
// engine/actions_*.go; its comment names the convention it follows, and
// docs/decisions/0004-conventions-of-time-words.md holds those people differ on.
package language

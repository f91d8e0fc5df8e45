// Package words says recurrence rules, due dates and durations in words, in
// English, German, Spanish, French, Portuguese and Italian. It is pure.
//
// A rule is first made normal: of the ways RFC 5545 has to write the same
// occurrences, the one that is shortest to say is taken (normal.go). Then one
// engine builds the phrase (words.go, days.go, times.go, limits.go) from the
// templates, names and ordinals of a language, which are data (en.go, de.go, …).
// No part of a rule is left out: a rule that has no everyday phrase (everyday.go) is said
// part by part (clauses.go): "by the rule: every year; months: March; hours: 9, 17".
//
// The phrases are made to be read back: package language understands what this
// package says, and gives a rule with the same occurrences.
//
// # Adding a language
//
// Write a phrasebook as in en.go and list it in phrasebook.go. A test checks
// that no field was forgotten.
package words

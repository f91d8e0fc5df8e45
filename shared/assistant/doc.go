// Package assistant answers what people write: it takes what shared/language
// understood, acts through the domain's Service, and says what was done. It knows no
// transport and no widgets: an Answer is words and tasks, in order.
//
// What it promises:
//   - A message that is unclear, or whose words fit several tasks or none, changes
//     nothing: it asks.
//   - What touches several tasks is shown first and done after a yes, for exactly the
//     tasks and versions that were shown.
//   - Every effect is marked with the message that caused it, in the transaction of
//     the effect, so the same message twice has it once.
//   - Task text is data. Nothing in a title or a description is ever read as a wish.
//
// One file holds one family of intents: add, lifecycle (complete, reopen, delete,
// restore), change (reschedule, rename, tag, remind …), ask (list, count, next …),
// undo, settings and talk. target.go finds the tasks that words mean, match.go
// compares words with titles, pending.go keeps what waits for an answer, and words.go
// says dates and rules.
package assistant

package language

import (
	"strings"
	"unicode/utf8"

	"function/shared/language/engine"
	"function/shared/language/token"
)

// Understand reads what a person wants done. A message that is not understood
// is an Unclear or OutOfScope act, never a guess at a change. Errors are
// ErrTooLong and ErrEmpty only.
func Understand(text string, c Context, f Focus) (Understanding, error) {
	if len(text) > MaxInput {
		return Understanding{}, ErrTooLong
	}
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	if strings.TrimSpace(text) == "" {
		return Understanding{}, ErrEmpty
	}
	u := Understanding{Language: engine.Get(c.Language).Tag()}
	if ph := spokenIn[u.Language]; ph != nil {
		act := readPhrases(text, c, ph)
		act.Span = Span{0, len(text)}
		u.Acts = []Act{act}
		return u, nil
	}
	r := &request{text: text, c: c, f: f, ts: token.Scan(nil, text)}
	act := r.read()
	act.Span = Span{0, len(text)}
	u.Acts = []Act{act}
	return u, nil
}

// request is one message being read.
type request struct {
	text string
	c    Context
	f    Focus
	ts   []token.Token
	// at is the token where the command begins.
	at int
}

func (r *request) word(i int) string {
	if i < 0 || i >= len(r.ts) {
		return ""
	}
	return r.ts[i].Text
}

// rest is the text from token i on.
func (r *request) rest(i int) string {
	if i >= len(r.ts) {
		return ""
	}
	return strings.TrimSpace(r.text[r.ts[i].Start:])
}

// starts is how many tokens from i on are one of the phrases, 0 if none; the
// longest counts.
func (r *request) starts(i int, phrases ...string) int {
	best := 0
	for _, p := range phrases {
		n := 0
		for w := range strings.FieldsSeq(p) {
			if r.word(i+n) != w {
				n = -1
				break
			}
			n++
		}
		best = max(best, n)
	}
	return best
}

func (r *request) has(phrases ...string) bool {
	for i := range r.ts {
		if r.starts(i, phrases...) > 0 {
			return true
		}
	}
	return false
}

// command is a way to say an intent: its first words.
type command struct {
	intent  Intent
	phrases []string
}

var commands = []command{
	{Undo, []string{"undo", "revert", "take that back", "take it back", "oops"}},
	{Redo, []string{"redo"}},
	{Help, []string{"help", "what can you do", "how do i", "how does this work", "what can i say", "commands"}},
	{Add, []string{"add", "create", "new", "put", "note", "remember", "remind me", "todo", "don't let me forget", "don't forget", "make", "i need to", "i have to", "i must"}},
	{Complete, []string{"complete", "completed", "finish", "finished", "done", "done with", "mark", "check off", "tick off", "close", "i did", "i finished", "i completed", "i've done", "i've finished", "i'm done with", "i am done with", "cross off", "check"}},
	{Reopen, []string{"reopen", "uncomplete", "un - complete", "uncheck", "unmark"}},
	{Delete, []string{"delete", "remove", "trash", "drop", "get rid of", "scrap", "discard", "erase", "cancel", "clear"}},
	{Restore, []string{"restore", "undelete", "bring back", "recover"}},
	{Snooze, []string{"snooze", "remind me again", "remind me later"}},
	{Reschedule, []string{"move", "reschedule", "postpone", "push", "delay", "defer", "bump", "shift"}},
	{Rename, []string{"rename", "retitle"}},
	{Skip, []string{"skip"}},
	{Pause, []string{"pause"}},
	{Resume, []string{"resume", "unpause"}},
	{Count, []string{"how many", "count"}},
	{Next, []string{"what's next", "what is next", "whats next", "next task", "what should i do", "what now"}},
	{Search, []string{"search", "find", "look for", "search for", "look up"}},
	{List, []string{"list", "show", "show me", "what", "what's", "whats", "which", "give me", "display", "see", "do i have", "view", "read"}},
	{Confirm, []string{"yes", "y", "yep", "yeah", "sure", "do it", "go ahead", "confirm", "ok", "okay"}},
	{Refuse, []string{"no", "n", "nope", "never mind", "nevermind", "don't"}},
	{SmallTalk, []string{"hi", "hello", "hey", "thanks", "thank you", "good morning", "good evening", "bye", "how are you"}},
}

// read finds the intent and its parts.
func (r *request) read() Act {
	for isPolite(r.word(r.at)) && r.at+1 < len(r.ts) && r.word(r.at) != "ok" && r.word(r.at) != "okay" && r.word(r.at) != "hey" && r.word(r.at) != "hi" {
		r.at++
	}
	best, n := Intent(""), 0
	for _, c := range commands {
		if k := r.starts(r.at, c.phrases...); k > n {
			best, n = c.intent, k
		}
	}
	a := Act{Intent: best, Confidence: 0.9, Why: []string{"it begins with \"" + strings.Join(r.words(r.at, r.at+n), " ") + "\""}}
	next := r.at + n
	switch best {
	case Add:
		return r.add(a, next)
	case Undo, Redo, Help, Next:
		return a
	case Confirm, Refuse, SmallTalk:
		if len(r.ts) > next+2 {
			break
		}
		return a
	case Complete, Reopen, Delete, Restore, Skip, Pause, Resume:
		r.target(&a, next, len(r.ts))
		a.Wide = best == Delete || a.Target.All || a.Target.Pronoun == "them"
		return a
	case Reschedule, Snooze, Rename:
		return r.change(a, next)
	case List, Count, Search:
		if f, ok := r.filter(next, best); ok {
			a.Target.Filter = f
			return a
		}
	}
	if r.looksLikeTask() {
		a.Intent, a.Confidence = Add, 0.7
		a.Why = []string{"it begins with a verb, or names a time, a tag or a priority"}
		a.Drafts, _ = Drafts(r.text, r.c)
		return a
	}
	a.Intent, a.Confidence = OutOfScope, 0.6
	a.Why = []string{"nothing in it is about tasks"}
	return a
}

func (r *request) words(from, to int) []string {
	var out []string
	for i := from; i < to && i < len(r.ts); i++ {
		out = append(out, r.word(i))
	}
	return out
}

// add reads what to add: "add a task to call Bob", "add milk to my list".
func (r *request) add(a Act, next int) Act {
	text := r.rest(r.at)
	if first := r.word(r.at); first == "add" || first == "create" || first == "new" || first == "put" || first == "make" || first == "note" {
		next += r.starts(next, "a", "an", "new", "a new", "another", "me a", "the")
		next += r.starts(next, "task to", "task :", "task", "tasks :", "todo to", "todo :", "todo", "to - do", "reminder to", "item", "down", "down :", "that i need to", "that i have to")
		next += r.starts(next, "called", "named", "titled", ":", "-", "for me to")
		text = r.rest(next)
		for _, tail := range []string{" to my to-do list", " to my todo list", " to the todo list", " to my tasks", " to my list", " to the list", " on my list", " as a task"} {
			if strings.HasSuffix(asciiLower(text), tail) {
				text = text[:len(text)-len(tail)]
			}
		}
	}
	ds, err := Drafts(text, r.c)
	if err != nil {
		a.Intent, a.Why = Unclear, append(a.Why, "it does not say what to add")
		return a
	}
	a.Drafts = ds
	return a
}

// looksLikeTask reports whether a message without a command is a new task.
func (r *request) looksLikeTask() bool {
	last := r.word(len(r.ts) - 1)
	if last == "?" || len(r.ts) > 60 {
		return false
	}
	if _, ok := taskVerbs[r.word(r.at)]; ok {
		return true
	}
	ds, err := Drafts(r.text, r.c)
	if err != nil {
		return false
	}
	d := &ds[0]
	return len(ds) > 1 || d.Due != nil || d.Recurrence != nil || len(d.Tags) > 0 || d.Priority != ""
}

// target reads which tasks are meant in tokens from i to end.
func (r *request) target(a *Act, i, end int) {
	t := &a.Target
	trim := func(ws ...string) {
		for changed := true; changed; {
			changed = false
			for _, w := range ws {
				if n := r.starts(i, w); n > 0 && i+n < end {
					i += n
					changed = true
				}
			}
		}
	}
	trim("the", "my", "task", "tasks", "off", "with", "that", "a", ":", "\"")
	for end > i {
		w := r.word(end - 1)
		if w != "." && w != "!" && w != "?" && w != "please" && w != "task" && w != "one" && w != "done" && w != "complete" && w != "completed" && w != "finished" && w != "off" && w != "as" && w != "\"" {
			break
		}
		end--
	}
	if i >= end {
		if i > 0 {
			switch r.word(i - 1) {
			case "that":
				t.Pronoun = "it"
			}
		}
		return
	}
	switch r.word(i) {
	case "it", "this":
		if end == i+1 {
			t.Pronoun = "it"
			return
		}
	case "them", "those", "these":
		if end == i+1 {
			t.Pronoun = "them"
			return
		}
	case "all", "everything", "every":
		t.All = true
		if f, ok := r.filterBetween(i+1, end); ok {
			t.Filter = f
			return
		}
	}
	if n, ok := ordinalWords[r.word(i)]; ok && end == i+1 {
		t.Ordinals = []int{n}
		return
	}
	if r.ts[i].Kind == token.Number && end == i+1 && r.ts[i].Value > 0 {
		t.Ordinals = []int{r.ts[i].Value}
		return
	}
	t.Words = strings.TrimSpace(r.text[r.ts[i].Start:r.ts[end-1].End])
	t.Quoted = r.ts[i].Quoted
}

var ordinalWords = map[string]int{"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "last": -1}

// change reads "move X to Y", "rename X to Y", "snooze X for Y".
func (r *request) change(a Act, next int) Act {
	for i := len(r.ts) - 1; i > next; i-- {
		w := r.word(i)
		if w != "to" && w != "until" && w != "by" && w != "for" && w != "till" {
			continue
		}
		if a.Intent == Rename {
			if w != "to" {
				continue
			}
			a.Change.Title = strings.Trim(r.rest(i+1), "\"' ")
			r.target(&a, next, i)
			return a
		}
		from := r.rest(i + 1)
		if w == "by" || w == "for" {
			from = "in " + from
		}
		if ws := Dates(from, r.c); len(ws) > 0 && ws[0].Span.Start == 0 {
			a.Change.Due = &ws[0]
			r.target(&a, next, i)
			return a
		}
	}
	ws := Dates(r.text, r.c)
	if len(ws) > 0 && a.Intent != Rename {
		w := ws[len(ws)-1]
		a.Change.Due = &w
		end := len(r.ts)
		for i := range r.ts {
			if r.ts[i].Start >= w.Span.Start {
				end = i
				break
			}
		}
		r.target(&a, next, end)
		return a
	}
	a.Intent = Unclear
	a.Why = append(a.Why, "it does not say to what")
	return a
}

// filter reads what to list.
func (r *request) filter(next int, in Intent) (Filter, bool) {
	if in == Search {
		f := Filter{Text: strings.Trim(r.rest(next), "?.\"' "), Status: "all"}
		return f, f.Text != ""
	}
	return r.filterBetween(next, len(r.ts))
}

func (r *request) filterBetween(from, end int) (Filter, bool) {
	f := Filter{}
	about := r.has("task", "tasks", "todo", "todos", "to - do", "to - dos", "list", "due", "overdue", "do i have", "on my plate", "left", "open", "completed", "finished", "done", "everything", "all", "reminders", "agenda", "schedule", "plate")
	for i := from; i < end; i++ {
		switch r.word(i) {
		case "overdue", "late":
			f.Overdue = true
		case "done", "completed", "finished":
			f.Status = "done"
		case "finish", "complete":
			f.Status = "done"
		case "deleted", "trash", "trashed":
			f.Status = "deleted"
		case "high", "urgent", "important":
			f.Priority = High
		case "medium":
			f.Priority = Medium
		case "low":
			f.Priority = Low
		case "recurring", "repeating":
			f.Recurring = true
		case "#":
			if w := r.word(i + 1); w != "" {
				f.Tags = append(f.Tags, w)
				about = true
			}
		}
	}
	if ws := Dates(r.text, r.c); len(ws) > 0 {
		w := ws[0]
		if f.Status == "done" {
			f.Done = &w
		} else {
			f.Due = &w
		}
		about = true
	}
	return f, about || f.Overdue || f.Status != "" || f.Priority != ""
}

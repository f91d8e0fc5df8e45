package language

import "strings"

// addHeads are words before what is to be added, by their first word.
var addHeads = []string{
	"a new task to", "a task to", "task to", "a task for", "a new task :", "a task :", "task :", "tasks :", "a new task called", "a task called", "a new task named", "a task named", "a task that says", "new task :", "a new task",
	"a task", "another task", "todo :", "todo to", "a todo to", "a todo", "to - do :", "a to - do to", "a to do to", "item", "an item called", "down", "down that", "that i need to", "that i have to", "that", "a reminder to", "a reminder for", "a reminder about",
	"a reminder that", "reminder to", "reminder for", "an event called", "an event for", "a calendar entry for", "task", "tasks", "todo", "a", "an", "another", "the", "new", ":", "sure to", "sure i", "sure that i",
}

// containers are places that a task is put in; they are no part of its title.
var containers = []string{"list", "lists", "calendar", "schedule", "agenda", "tasks", "diary", "todos", "groceries", "shopping"}

// add reads what to add: "add a task to call Bob", "add milk to my list".
func (r *request) add(a *Act, next int) {
	from := r.at
	if r.subtask(a) {
		return
	}
	if n := r.starts(r.at, "remind me", "remember", "don't forget", "don't let me forget"); n > 0 && r.at+n == r.end {
		a.Intent, a.Wants, a.Why = Unclear, Add, append(a.Why, Reason{Text: "it does not say of what"})
		return
	}
	switch first := r.word(r.at); first {
	case "add", "create", "new", "put", "make", "note", "set", "schedule", "include", "append", "task", "todo", "insert", "enter":
		if next <= r.at {
			next = r.at + 1
		}
		if first == "add" || first == "new" || first == "note" || first == "put" || first == "create" || first == "task" || first == "todo" || first == "make" || first == "include" || first == "append" || first == "insert" || first == "enter" {
			from = next
			head := r.starts(from, addHeads...)
			if from+head < r.end {
				from += head
				from += r.starts(from, "called", "named", "titled", ":", "-", "for me to")
			}
		} else if first == "set" || first == "schedule" {
			from = r.at + 1 + r.starts(r.at+1, "up a", "up an", "a", "an", "the", "my", "up")
			if n := r.starts(from, "reminder to", "reminder for", "reminder about", "reminder that", "alarm to"); n > 0 && from+n < r.end && !r.clockAlarm(from) {
				from += n
			}
		}
	}
	text, cut := r.withoutContainers(from)
	switch {
	case r.has("timer", "countdown", "count down"):
		text = strings.Replace(text, " for ", " in  ", 1)
	case r.clockAlarm(from):
		n := r.starts(from, "alarm", "alarms", "alarm clock")
		text, cut = r.piece(from, from+n)+" at "+r.rest(from+n+1), true
	case r.starts(from, "alarm for", "alarms for", "reminder for") > 0:
		text, cut = strings.Replace(text, " for ", "     ", 1), true
	}
	var ds []Draft
	var err error
	if !cut && (text == r.text || r.drafted && text == strings.TrimSpace(r.text)) {
		ds, err = r.asDrafts()
	} else {
		ds, err = Drafts(text, r.c)
	}
	if err != nil || from >= r.end {
		a.Intent, a.Wants, a.Why = Unclear, Add, append(a.Why, Reason{Text: "it does not say what to add"})
		return
	}
	for i := range ds {
		if cut {
			ds[i].Title = strings.Join(strings.Fields(ds[i].Title), " ")
		}
		ds[i].Title = strings.TrimRight(ds[i].Title, " ")
	}
	a.Drafts = ds
}

// subtask reads "add a subtask order cake to the party": a task that is a part of another.
func (r *request) subtask(a *Act) bool {
	from, end := r.at, r.end
	n := r.starts(r.at, "add a subtask", "add subtask", "add a sub - task", "add sub - task", "add a step", "new subtask", "create a subtask")
	at, k := -1, 0
	if n > 0 {
		from += n
		from += r.starts(from, "called", "named", ":", "to")
		for i := end - 2; i > from && at < 0; i-- { // the last one: a title may have "to" in it
			if r.starts(i, "to", "under", "of", "for") > 0 && !r.ts[i].Quoted {
				at, k = i, 1
			}
		}
	} else if r.starts(r.at, "add") > 0 {
		from++
		at, k = r.find(from+1, "as a subtask of", "as a subtask to", "as subtask of", "as a step of", "as a part of", "as a sub - task of")
	}
	if at <= from || at+k >= end {
		return false
	}
	ds, err := Drafts(r.piece(from, at), r.c)
	if err != nil {
		return false
	}
	a.Drafts = ds
	r.target(a, at+k, end)
	return a.Target.named()
}

// clockAlarm reports an alarm set to a time, "set the alarm to 7", not to a deed.
func (r *request) clockAlarm(i int) bool {
	n := r.starts(i, "alarm to", "alarm clock to", "alarm for", "alarms for")
	if n == 0 || i+n >= r.end {
		return false
	}
	ws := Dates("at "+r.rest(i+n), r.c)
	return len(ws) > 0 && ws[0].Span.Start == 0 && ws[0].HasTime
}

// withoutContainers is the text from token i on, with the places that a task
// is put in blanked out, so that positions stay.
func (r *request) withoutContainers(i int) (text string, cut bool) {
	if i >= r.end {
		return "", false
	}
	base := r.ts[i].Start
	end := r.end
	// Line breaks and what follows belong to the text, as does a final sign.
	text = r.text[base:r.ts[end-1].End]
	var b []byte
	for k := i + 1; k < r.end; k++ {
		if r.ts[k].Quoted {
			continue
		}
		n := r.container(k)
		if n == 0 {
			continue
		}
		if b == nil {
			b = []byte(text)
		}
		for p := r.ts[k].Start - base; p < r.ts[k+n-1].End-base; p++ {
			b[p] = ' '
		}
		cut = true
		k += n - 1
	}
	if cut {
		text = string(b)
	}
	return strings.TrimRight(text, " "), cut
}

// container is how many tokens from i on name a place: "to my shopping list".
func (r *request) container(i int) int {
	switch r.word(i) {
	case "to", "on", "onto", "in", "into":
	default:
		return 0
	}
	n := 1
	k := r.starts(i+n, "my", "the", "our")
	if k == 0 {
		if r.starts(i+n, "groceries", "todo list", "to do list", "shopping list", "grocery list") > 0 && i+n+r.starts(i+n, "groceries", "todo list", "to do list", "shopping list", "grocery list") == r.end {
			return r.end - i
		}
		return 0
	}
	n += k
	for range 4 {
		if i+n >= r.end {
			return 0
		}
		for _, c := range containers {
			if r.word(i+n) == c {
				return n + 1 + r.starts(i+n+1, "of groceries", "of things to do", "of things to buy")
			}
		}
		if r.starts(i+n, "shopping", "grocery", "to", "-", "do", "todo", "task", "weekly", "daily", "work", "home", "chore", "chores") == 0 {
			return 0
		}
		n++
	}
	return 0
}

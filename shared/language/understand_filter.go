package language

import (
	"slices"
	"strings"

	"function/shared/language/token"
)

// filter reads what to list, count or search for.
func (r *request) filter(next int, in Intent) Filter {
	if in == Search {
		i := next + r.starts(next, "for", "my tasks for", "my list for", "in my tasks for", "tasks about", "tasks with", "the task about", "tasks mentioning", "tasks with the word")
		return Filter{Text: strings.Trim(r.piece(i, r.end), "?.\"' "), Status: "all"}
	}
	f := r.filterBetween(r.at, r.end)
	if f.Text == "" {
		f.Text = r.subject()
	}
	if f.Text == "" && in == List {
		f.Text = r.askedWhen()
	}
	if f.Text == "" && in == List {
		if f.Text = r.askedOfOne(); f.Text != "" {
			f.Due, f.Done, f.Status = nil, nil, "all"
		}
	}
	return f
}

// askedOfOne is the title in "when do I have to pay rent", "did I call Ann yet".
func (r *request) askedOfOne() string {
	n := r.starts(r.at, "when do i have to", "when do i need to", "when must i", "when should i", "when did i", "do i have to", "do i need to", "did i already", "did i", "have i already", "have i", "do i still have to", "do i still need to")
	i, end := r.at+n, r.end
	for end > i && r.starts(end-1, "yet", "already", "again", "today") > 0 {
		end--
	}
	_, verb := taskVerbs[r.word(i)]
	if _, past := pastVerbs()[r.word(i)]; n == 0 || !verb && !past || end-i < 2 || end-i > 5 || r.has("list", "calendar", "finish", "complete", "anything", "something", "schedule") {
		return ""
	}
	return r.piece(i, end)
}

// subject is the word of "show my gym tasks" that says which tasks.
func (r *request) subject() string {
	i := r.at + r.starts(r.at, "show me", "show", "list", "display", "view", "see", "give me", "read me")
	if i == r.at {
		return ""
	}
	i += r.starts(i, "all of my", "all my", "all the", "all", "my", "the", "any")
	end := r.end
	switch r.word(end - 1) {
	case "tasks", "todos", "reminders":
		end--
	default:
		return ""
	}
	if i >= end || end-i > 3 {
		return ""
	}
	dates := r.dateTokens(i, end)
	for k := i; k < end; k++ {
		if w := r.word(k); dates[k] || kindWords[w] || r.ts[k].Kind != token.Word || len(w) < 3 || notSubjects[w] {
			return ""
		}
	}
	return r.piece(i, end)
}

// askedWhen is the title in "when is the dentist?".
func (r *request) askedWhen() string {
	n := r.starts(r.at, "when is", "when's", "what time is", "what day is", "when was")
	i := r.at + n
	k := r.starts(i, "the", "my", "our")
	if n == 0 || k == 0 {
		return ""
	}
	i += k
	end := r.end
	for end > i && slices.Contains([]string{"due", "scheduled", "again", "on", "planned", "start", "starting"}, r.word(end-1)) {
		end--
	}
	if end = min(end, r.beforeDate(i)); end <= i || end-i > 3 {
		return ""
	}
	for k := i; k < end; k++ {
		if w := r.word(k); kindWords[w] || notSubjects[w] || r.ts[k].Kind != token.Word {
			return ""
		}
	}
	return r.piece(i, end)
}

// notSubjects narrow no list by being in a title.
var notSubjects = map[string]bool{
	"upcoming": true, "next": true, "current": true, "new": true, "other": true, "future": true, "pending": true, "active": true, "remaining": true, "unfinished": true, "outstanding": true,
	"incomplete": true, "me": true, "you": true, "existing": true, "scheduled": true, "planned": true, "personal": true, "first": true, "last": true, "whole": true, "entire": true, "daily": true, "weekly": true, "old": true,
	"recent": true, "more": true, "what": true, "closed": true, "latest": true, "newest": true, "oldest": true, "full": true, "set": true, "snoozed": true, "paused": true, "undated": true, "untagged": true, "unscheduled": true,
}

// filterBetween reads a filter from tokens.
func (r *request) filterBetween(from, end int) Filter {
	var f Filter
	for i := from; i < end; i++ {
		switch r.word(i) {
		case "overdue", "late":
			f.Overdue = true
		case "done", "completed", "finished", "finish":
			f.Status = "done"
		case "complete":
			if i > from {
				f.Status = "done"
			}
		case "delete", "remove":
			if i > from {
				f.Status = "deleted"
			}
		case "do":
			if r.starts(i-2, "did i do", "did we do") > 0 {
				f.Status = "done"
			}
		case "deleted", "trash", "trashed", "removed", "bin":
			f.Status = "deleted"
		case "high", "urgent", "important":
			f.Priority = High
		case "medium":
			f.Priority = Medium
		case "low":
			f.Priority = Low
		case "recurring", "repeating":
			f.Recurring = true
		case "without", "no":
			if r.starts(i+1, "a date", "date", "due date", "a due date", "dates") > 0 {
				f.NoDue = true
			}
		case "#", "tagged":
			if w := r.word(i + 1); w != "" && w != "#" && i+1 < end {
				f.Tags = append(f.Tags, w)
			}
		case "about", "mentioning":
			if i+1 < end {
				f.Text = r.piece(i+1, end)
				return f
			}
		}
	}
	if r.starts(from, "not done", "what's not done") > 0 || r.has("not done", "not finished", "left to do", "still to do") {
		f.Status = ""
	}
	if from >= end {
		return f
	}
	if ws := Dates(r.piece(from, end), r.c); len(ws) > 0 && !f.Overdue {
		w := ws[0]
		if f.Status == "done" {
			f.Done = &w
		} else {
			f.Due = &w
		}
	}
	return f
}

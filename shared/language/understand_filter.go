package language

import "strings"

// filter reads what to list, count or search for.
func (r *request) filter(next int, in Intent) Filter {
	if in == Search {
		i := next + r.starts(next, "for", "my tasks for", "my list for", "in my tasks for", "tasks about", "tasks with", "the task about", "tasks mentioning", "tasks with the word")
		return Filter{Text: strings.Trim(r.piece(i, r.end), "?.\"' "), Status: "all"}
	}
	return r.filterBetween(r.at, r.end)
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

package language

import (
	"slices"
	"strings"

	"function/shared/language/token"
)

var ordinalWords = map[string]int{
	"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "last": -1,
	"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5,
}

var smallNumbers = map[string]int{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}

// reference reads a message that is only a reference: an answer to a question.
func (r *request) reference(a *Act) bool {
	t := &a.Target
	*t = Target{}
	from := r.at
	if r.pending() {
		if r.agrees() {
			*a = Act{Intent: Confirm, Confidence: 0.9, Why: because("it says yes to what was asked")}
			return true
		}
		from += r.starts(r.at, "no", "no ,", "nope ,", "no i mean", "no , i mean", "i mean") // "no, the second one"
	}
	isRef := r.ordinals(t, from, r.end)
	switch {
	case isRef:
	case r.pending() && r.end-r.at <= 8 && r.oneOf(t):
	default:
		return false
	}
	a.Intent, a.Confidence, a.Why = Choose, 0.9, because("it only says which one")
	if r.f.Pending == "" {
		if len(r.f.Listed) == 0 {
			a.Intent, a.Confidence = Unclear, 0.5
		} else {
			a.Intent = Show
		}
	}
	return true
}

// agrees reports a yes that says once more to what: "yes, delete it".
func (r *request) agrees() bool {
	n := r.starts(r.at, "yes", "yep", "yeah", "yes ,", "yep ,", "yeah ,", "sure ,", "ok ,", "okay ,", "yes please ,", "yes , please")
	if n == 0 || r.end-r.at > 6 || r.at+n == r.end {
		return false
	}
	at, _ := r.find(r.at, "not", "but", "except", "only", "no", "don't", "instead", "and")
	return at < 0 && r.starts(r.at+n, "delete", "complete", "do", "move", "remove", "all", "them", "those", "that", "it", "please", "go ahead", "restore", "reopen", "both", "change", "skip") > 0
}

func (r *request) pending() bool { return r.f.Pending != "" }

// oneOf reads "the dentist one", "the one about rent", and words of titles
// last shown, as an answer to a question.
func (r *request) oneOf(t *Target) bool {
	if in, _ := r.command(); in != "" {
		return false
	}
	from, end := r.at, r.end
	from += r.starts(from, "the", "that", "this", "i mean the", "i meant the", "i mean", "i meant", "it's the", "the one about", "the one with", "the one for", "the one called", "the task", "the task about")
	said := from > r.at && end-from <= 5
	if end-from > 1 && (r.word(end-1) == "one" || r.word(end-1) == "task") {
		end--
		said = true
	}
	words := r.piece(from, end)
	if words == "" || !said && !r.known() && !r.titled(words) {
		return false
	}
	t.Words = words
	return true
}

// titled reports whether words stand in a title last shown.
func (r *request) titled(words string) bool {
	words = asciiLower(words)
	return slices.ContainsFunc(r.f.Listed, func(title string) bool { return title != "" && strings.Contains(asciiLower(title), words) })
}

// ordinals reads tokens from i to end as positions: "the second one", "1 and
// 3", "the first two", "number 4". It fails where there is anything else.
func (r *request) ordinals(t *Target, i, end int) bool {
	var out []int
	for i < end {
		w := r.word(i)
		n, isOrdinal := ordinalWords[w]
		next := 0
		if isOrdinal {
			next = smallNumbers[r.word(i+1)]
			if i+1 < end && r.ts[i+1].Kind == token.Number && r.ts[i+1].Value <= 10 {
				next = r.ts[i+1].Value
			}
		}
		switch {
		case isOrdinal && (n == 1 || n == -1) && next > 1 && i+1 < end:
			for k := 1; k <= next; k++ {
				if n == 1 {
					out = append(out, k)
				} else {
					out = append(out, k-next-1)
				}
			}
			i++
		case isOrdinal:
			out = append(out, n)
		case r.ts[i].Kind == token.Number && r.ts[i].Value > 0 && r.ts[i].Value <= 1000:
			out = append(out, r.ts[i].Value)
			if i+1 < end && r.ts[i+1].Glued {
				switch r.word(i + 1) {
				case "st", "nd", "rd", "th":
					i++
				default:
					if r.ts[i+1].Kind != token.Sign {
						return false
					}
				}
			}
		case (w == "number" || w == "task" || w == "item" || w == "option" || w == "#" || w == "no") && i+1 < end:
			if v := smallNumbers[r.word(i+1)]; v > 0 {
				out = append(out, v)
				i++
			} else if r.ts[i+1].Kind != token.Number {
				return false
			}
		case w == "the" || w == "and" || w == "," || w == "&":
		case (w == "one" || w == "ones" || w == "task" || w == "tasks" || w == "item" || w == "items") && len(out) > 0:
		default:
			return false
		}
		i++
	}
	if len(out) == 0 {
		return false
	}
	t.Ordinals = out
	return true
}

// frames are words around a title in a command that name no task.
var (
	leading = []string{
		"the task called", "the task named", "the task to", "the task about", "the one about", "the one called", "the one with", "the reminder to", "the reminder about", "the reminder for", "my reminder to", "task",
		"the", "my", "with", "off", "out", "that", "a", "an", ":", "doing", "this",
	}
	trailing = []string{
		"as done", "as complete", "as completed", "as finished", "is done", "is finished", "as not done", "as undone", "as open", "off my list", "off the list", "off of my list", "off of the list",
		"from my list", "from the list", "from my tasks", "from my to - do list", "from my todo list", "from my to do list", "off my to do list", "off my todo list", "on my list", "on the list", "from my shopping list",
		"off my shopping list", "from the shopping list", "from the grocery list", "from my grocery list", "from my calendar", "off my calendar", "from the calendar", "from my schedule", "on my calendar",
		"from my reminders", "from the trash", "any more", "anymore", "back", "task", "one", "off", "done", "complete", "completed", "finished", ".", "!", "?", "for now", "again",
	}
	leadingTable, trailingTable = beginnings(leading), endsOf(trailing)
)

// target reads which tasks are meant in tokens from i to end.
func (r *request) target(a *Act, i, end int) {
	t := &a.Target
	i, end = r.scope(t, i, end)
	if i >= end && t.Scope != "" {
		t.Pronoun = "it"
		return
	}
	if r.pronoun(t, i, end) {
		return
	}
	i, end, cut := r.bare(i, end)
	if i >= end {
		switch {
		case cut == "that" || cut == "this":
			t.Pronoun = "it"
		case cut == "all":
			t.All = true
		}
		return
	}
	if end-i <= 12 && r.ordinals(t, i, end) {
		return
	}
	if r.pronoun(t, i, end) || r.everything(t, i, end) {
		return
	}
	if i, end = r.occurrences(t, i, end); t.All {
		return
	}
	t.Words = strings.TrimSpace(r.piece(i, end))
	t.Quoted = r.ts[i].Quoted
	t.Words = strings.Trim(t.Words, "\"“”„«» ")
}

// bare passes the words around a title. cut is the last one passed before it.
func (r *request) bare(i, end int) (from, to int, cut string) {
	if i >= end {
		return i, end, ""
	}
	for {
		r.compared++
		n, _ := leadingTable.at(r.ts, i, end)
		if n == 0 || r.ts[i].Quoted && n == 1 && r.word(i) != "\"" {
			break
		}
		if i+n == end {
			if w := r.word(end - 1); w == "that" || w == "this" {
				return end, end, w
			}
			break
		}
		i += n
	}
	for end > i+1 {
		n, _ := r.endsOne(i+1, end, trailingTable)
		if n == 0 || r.ts[end-1].Quoted || r.word(end-1) == "one" && ordinalWords[r.word(end-2)] != 0 {
			break
		}
		end -= n
	}
	return i, end, ""
}

// pronoun reads "it", "those", "both", "all of them".
func (r *request) pronoun(t *Target, i, end int) bool {
	switch r.spoken(i, end) {
	case "it", "this", "that", "this one", "that one", "this task", "that task", "the same":
		t.Pronoun = "it"
	case "them", "those", "these", "both", "all of them", "both of them", "all of those", "all of these", "these tasks", "those tasks", "all three", "all those", "all these", "them all", "it all", "all of it", "those ones", "these ones", "both tasks":
		t.Pronoun = "them"
	case "other one", "other":
		if len(r.f.Listed) != 2 || len(r.f.It) != 1 {
			return false
		}
		t.Ordinals = []int{2 - r.f.It[0]}
	default:
		return false
	}
	return true
}

// spoken is tokens in lower case with one space between.
func (r *request) spoken(i, end int) string {
	if end-i > 5 {
		return ""
	}
	ws := make([]string, 0, 5)
	for ; i < end; i++ {
		ws = append(ws, r.word(i))
	}
	return strings.Join(ws, " ")
}

// everything reads "all tasks", "everything overdue", "every task due today".
func (r *request) everything(t *Target, i, end int) bool {
	switch r.word(i) {
	case "all", "everything", "every", "each", "overdue", "completed", "finished", "tasks", "done":
	case "list", "calendar", "to", "todo", "shopping", "grocery", "schedule", "agenda", "alarms", "reminders", "tasks.":
		if r.word(end-1) != "list" && r.word(end-1) != "lists" && r.word(end-1) != "calendar" && r.word(end-1) != "schedule" && r.word(end-1) != "agenda" && r.word(end-1) != "alarms" && r.word(end-1) != "reminders" || end-i > 4 {
			return false
		}
	default:
		return false
	}
	if !r.general(i, end) {
		return false
	}
	t.All = true
	t.Filter = r.filterBetween(i, end)
	return true
}

// general reports whether tokens say only which kind of tasks: no word of a
// title is among them.
func (r *request) general(i, end int) bool {
	dates := r.dateTokens(i, end)
	for ; i < end; i++ {
		if dates[i] || kindWords[r.word(i)] || r.word(i-1) == "#" || r.ts[i].Kind == token.Sign || r.word(i-1) == "tagged" || r.word(i-1) == "about" {
			continue
		}
		return false
	}
	return true
}

// dateTokens marks the tokens of dates between i and end.
func (r *request) dateTokens(i, end int) map[int]bool {
	out := map[int]bool{}
	if i >= end {
		return out
	}
	base := r.ts[i].Start
	for _, w := range Dates(r.piece(i, end), r.c) {
		for k := i; k < end; k++ {
			if r.ts[k].Start >= base+w.Span.Start && r.ts[k].End <= base+w.Span.End {
				out[k] = true
			}
		}
	}
	return out
}

var kindWords = func() map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(`all everything every each of the my to do todo todos task tasks item items list lists things thing that is are which overdue late done completed finished complete
open high low medium priority urgent important recurring repeating due for on in with without a date tagged about shopping grocery calendar schedule agenda alarms alarm reminders reminder events event
meetings meeting appointments stuff things from and deleted trash left still i have was were this`) {
		set[w] = true
	}
	return set
}()

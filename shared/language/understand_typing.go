package language

import "strings"

// correct mends a typing mistake in the first word, where it is one letter away from a
// verb that begins a command: "complet the dentist".
func (r *request) correct() {
	w := r.word(r.at)
	if len(w) < 5 || r.end-r.at < 2 || r.ts[r.at].Quoted || notTypos[w] {
		return
	}
	if _, verb := taskVerbs[w]; verb {
		return
	}
	if _, n := r.command(); n > 0 {
		return
	}
	for _, verb := range typedVerbs {
		if oneLetter(w, verb) && !strings.HasPrefix(w, verb) {
			r.alter(verb)
			return
		}
	}
}

// typedVerbs are long enough to be known by all letters but one.
var typedVerbs = []string{
	"complete", "delete", "remove", "rename", "reopen", "restore", "reschedule", "postpone", "snooze", "remind", "resume", "finish", "cancel", "schedule", "search", "uncheck", "pause",
}

// notTypos are words of their own that differ by a letter.
var notTypos = map[string]bool{
	"remote": true, "compete": true, "finnish": true, "rehab": true, "starch": true, "search": true, "cause": true, "rewind": true, "resumé": true, "presume": true, "reopens": true, "camel": true, "remake": true, "paused": true, "clause": true, "parse": true,
	"removal": true, "rezone": true, "result": true, "march": true, "restyle": true, "completed": true, "deleted": true, "removed": true, "passe": true, "paste": true, "panse": true,
}

// oneLetter reports whether one letter put in, left out, changed or swapped with its
// neighbour makes one word the other.
func oneLetter(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch {
	case i == len(a):
		return true
	case len(a) < len(b):
		return a[i:] == b[i+1:]
	case a[i+1:] == b[i+1:]:
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

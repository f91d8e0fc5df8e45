package language

import (
	"strings"
	"unicode"
)

// refusals are the words that turn a command into its opposite, by language: openings
// stand within the first words, anywhere means anywhere in the clause.
var refusals = map[string]struct{ openings, anywhere []string }{
	"en": {openings: []string{"don't", "don’t", "dont", "do not", "never", "no need to", "should i", "should we", "shouldn't", "shall i", "must i", "must not", "mustn't"}},
	"de": {openings: []string{"soll ich", "sollte ich", "muss ich"}, anywhere: []string{"nicht", "niemals", "nie"}},
	"es": {openings: []string{"no", "nunca", "debo", "debería", "tengo que"}},
	"fr": {openings: []string{"dois-je", "faut-il"}, anywhere: []string{"pas", "jamais"}},
	"pt": {openings: []string{"não", "nao", "nunca", "devo"}},
	"it": {openings: []string{"non", "mai", "devo", "dovrei"}},
}

// openingWords is how many words from its beginning a clause is refused by.
const openingWords = 5

// asked are the openings under which a question is a command all the same.
var asked = []string{"can ", "could ", "would ", "will ", "please "}

// wants are verbs after a refusal that refuse the task, not the command: "I don't need
// the milk any more, delete it".
var wants = []string{"need ", "want ", "have ", "like ", "feel ", "forget "}

// withhold makes a change unclear that the words forbid or ask about: "don't delete the
// dentist", "should I complete it?". Asking back costs a turn; doing the opposite of
// what was said costs trust.
func (a *Act) withhold(clause, language string) {
	switch a.Intent {
	case Complete, Delete, Reschedule, Rename, Edit, Restore, Skip, Pause, Snooze:
	default:
		return
	}
	if a.Change.ClearRecurrence {
		return // what is refused is to repeat: "ya no se repite"
	}
	text := strings.ToLower(strings.TrimSpace(clause))
	why := ""
	whole, opening := spaced(text)
	for _, w := range refusals[language].openings {
		if at := strings.Index(opening, " "+w+" "); at >= 0 && !beginsWithAny(opening[at+len(w)+2:], wants) {
			why = w
		}
	}
	for _, w := range refusals[language].anywhere {
		if strings.Contains(whole, " "+w+" ") {
			why = w
		}
	}
	if why == "" && a.Intent == Delete && strings.HasSuffix(text, "?") && !beginsWithAny(text, asked) {
		why = "?"
	}
	if why != "" {
		*a = Act{Intent: Unclear, Span: a.Span, Confidence: a.Confidence, Why: append(a.Why, Reason{Text: "withheld: “" + why + "” forbids it or asks about it"})}
	}
}

// spaced are the words of a text without its signs, and the first of them, with a space
// around each.
func spaced(text string) (whole, opening string) {
	var room [256]byte
	b, words, first := append(room[:0], ' '), 0, 0
	for w := range strings.FieldsFuncSeq(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(".,;:!?¡¿\"", r) }) {
		b = append(append(b, w...), ' ')
		if words++; words <= openingWords {
			first = len(b)
		}
	}
	whole = string(b)
	return whole, whole[:max(first, 1)]
}

func beginsWithAny(text string, openings []string) bool {
	for _, o := range openings {
		if strings.HasPrefix(text, o) {
			return true
		}
	}
	return false
}

// widen marks every act that touches several tasks, whichever way it was read: it
// needs a preview and a yes.
func (a *Act) widen() {
	switch a.Intent {
	case Show, Choose, Unclear, Add:
	default:
		a.Wide = a.Wide || a.Target.All || a.Target.Pronoun == "them"
	}
}

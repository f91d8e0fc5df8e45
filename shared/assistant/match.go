package assistant

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"function/shared/language"
	"function/shared/todo"
)

// How well words must fit a title: from good on a task is acted upon, from weak on it
// is offered as a choice. Titles within rival of the best are as good as it.
const (
	good  = 0.75
	weak  = 0.5
	rival = 0.1
)

// matched is a task and how well the words fit its title.
type matched struct {
	task  todo.Details
	score float64
}

// rank gives the tasks that the words may mean, best first.
func rank(words string, tasks []todo.Details) []matched {
	var out []matched
	query := asked(words)
	for _, t := range tasks {
		if n := score(query, terms(t.Title)); n >= weak {
			out = append(out, matched{t, n})
		}
	}
	slices.SortStableFunc(out, func(a, b matched) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	return out
}

// best cuts a ranking down to what is as good as its first; sure says that the first
// is good and has no rival.
func best(ranked []matched) (list []todo.Details, sure bool) {
	for _, m := range ranked {
		if m.score < ranked[0].score-rival || ranked[0].score == 1 && m.score < 1 {
			break
		}
		list = append(list, m.task)
	}
	return list, len(list) == 1 && ranked[0].score >= good
}

// articles say nothing about which task is meant, in any of the languages; they are
// left out on both sides. callers say nothing where a person uses them to call for a
// task ("the dentist one"). elisions are articles that an apostrophe joins to a word.
var (
	articles = set("the a an my our that this to der die das den dem ein eine einen mein meine meinen el la los las un una mi mis " +
		"le les des du une mon ma mes il lo gli uno mio mia o os as um uma meu minha")
	callers  = set("task tasks todo one thing item reminder aufgabe tarea tâche tache attivita tarefa")
	elisions = set("l d un dell all nell sull")
)

func set(words string) map[string]bool {
	out := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		out[word] = true
	}
	return out
}

// letters writes out those that NFKD leaves whole.
var letters = strings.NewReplacer("ß", "ss", "ø", "o", "æ", "ae", "œ", "oe", "ł", "l", "đ", "d", "ı", "i")

// terms are the words of a text as they are compared: lower case, without accents and
// articles.
func terms(text string) []string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == '’':
			return '\''
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(text))
	words := strings.FieldsFunc(letters.Replace(plain), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '\'' })
	for i, word := range words {
		if before, after, joined := strings.Cut(word, "'"); joined && elisions[before] && after != "" {
			word = after
		}
		words[i] = strings.ReplaceAll(word, "'", "")
	}
	return without(articles, slices.DeleteFunc(words, func(word string) bool { return word == "" }))
}

// asked are the terms of what a person typed to name a task.
func asked(words string) []string { return without(callers, terms(words)) }

// without leaves words out, unless that would leave none.
func without(out map[string]bool, words []string) []string {
	kept := slices.DeleteFunc(slices.Clone(words), func(word string) bool { return out[word] })
	if len(kept) == 0 {
		return words
	}
	return kept
}

// score tells how well words name a title: 1 for the very title, 0 for nothing in
// common. A word may be inflected, cut off or misspelt; titles with more beside the
// words score a little less.
func score(query, title []string) float64 {
	if len(query) == 0 || len(title) == 0 {
		return 0
	}
	if slices.Equal(query, title) {
		return 1
	}
	sum := 0.0
	used := make([]bool, len(title))
	for _, q := range query {
		at, most := -1, 0.0
		for i, t := range title {
			if likeness := alike(q, t); !used[i] && likeness > most {
				at, most = i, likeness
			}
		}
		if at >= 0 {
			used[at] = true
			sum += most
		}
	}
	extra := max(len(title)-len(query), 0)
	return max(0, min(sum/float64(len(query))-min(0.01*float64(extra), 0.09), 0.99))
}

// alike compares two words.
func alike(q, t string) float64 {
	n := len([]rune(q))
	switch {
	case q == t:
		return 1
	case stem(q) == stem(t), language.VerbOf(q) == t:
		return 0.97
	case n >= 3 && strings.HasPrefix(t, q):
		return 0.95
	case digits(q) || digits(t):
		return 0 // 2026 is not 2027 with a typing mistake
	case n >= 4 && distance(q, t, 1) <= 1:
		if n == 4 || first(q) != first(t) {
			return 0.7 // "rent" may be "tent", or not: ask
		}
		return 0.85
	case n >= 7 && distance(q, t, 2) <= 2:
		return 0.8
	}
	return 0
}

func first(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func digits(s string) bool { return strings.ContainsFunc(s, unicode.IsNumber) }

// stem cuts the endings of English inflection.
func stem(word string) string {
	for _, ending := range []string{"ings", "ing", "ies", "ed", "es", "s", "e", "y"} {
		if cut, found := strings.CutSuffix(word, ending); found && len(cut) >= 3 {
			return cut
		}
	}
	return word
}

// distance counts the letters to insert, drop, replace or swap with a neighbour
// (optimal string alignment); more than most is given as most+1.
func distance(a, b string, most int) int {
	x, y := []rune(a), []rune(b)
	if abs(len(x)-len(y)) > most {
		return most + 1
	}
	var before []int
	last := make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row := make([]int, len(y)+1)
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return min(last[len(y)], most+1)
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

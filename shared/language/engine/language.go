package engine

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"function/shared/language/token"
)

//go:embed data/*.txt
var data embed.FS

// symbol is a word, a class of words, or a category of the grammar.
type symbol = int32

type sense struct {
	cat   symbol
	value Value
}

// phrase is a lexicon entry of several tokens, the first one left out.
type phrase struct {
	rest  []symbol
	sense sense
}

type element struct {
	sym symbol
	// glued asks that no space stands before.
	glued bool
}

type grammarRule struct {
	cat  symbol
	cost int16
	// args are the elements passed to the action.
	args   []uint8
	action Action
	consts []int
	rhs    []element
	name   string
	// line is the rule as written, for the trace.
	line string
}

// Action combines the values of a rule's elements. It returns false if they
// do not fit together. It must not keep the pointers.
type Action func(p *Parser, a []*Value, k []int) (Value, bool)

// Language is a compiled data file. It is immutable and shared.
type Language struct {
	tag     string
	names   []string
	words   map[string]symbol
	senses  [][]sense
	phrases [][]phrase
	// seconds are the second words of phrases.
	seconds [][]symbol
	// symbols are by name, rules by their first symbol; only the compiler has them.
	symbols map[string]symbol
	rules   [][]grammarRule
	// steps are all rules as they are applied, lines as written; items name them by index.
	steps []step
	lines []string
	// opens are the rules by their first symbol, as trees; the others are their parts.
	opens     []opening
	nodes     []node
	edges     []edge
	completes []int32
	renames   []renaming
	cats      categories
	// asked are the categories that callers may ask a token for.
	asked [len(askedNames)]symbol
	// uses are those of each symbol, wordUses those of a word and all its senses;
	// follow has, for each word, then for numbers and for signs, what may stand
	// behind one, and wanted the categories of use behind one whatever follows them;
	// alone are those of use anywhere.
	uses, wordUses []use
	follow, wanted []symbolSet
	alone          symbolSet
}

// Category is a category of the lexicon that callers may ask a token for.
type Category uint8

// The categories; not every language has each of them.
const (
	ForWord Category = iota
	PlaceWord
	LeadWord
	RelWord
	OfWord
	Joiner
	Digit
	Teen
	Verb
)

var askedNames = [...]string{ForWord: "forword", PlaceWord: "placeword", LeadWord: "leadword", RelWord: "relword", OfWord: "ofword", Joiner: "joiner", Digit: "digit", Teen: "teen", Verb: "verb"}

// readAlone are the categories that are read from the chart as they are.
func (l *Language) readAlone() []symbol {
	c := &l.cats
	return append([]symbol{c.when, c.recur, c.remind, c.soft, c.joint, c.determiner, c.amword, c.pmword, c.ord1, c.verb, c.month, c.digit, c.order, c.unit, c.shortunit}, l.asked[:]...)
}

// categories are the symbols that the engine itself produces or reads.
type categories struct {
	num, year, date, numdate, numtime, hour, hhmm, hhmmss, md, mdy, soft, joint, determiner, rated, stars, amword, pmword, ord1, verb, idiom, month, digit, tens, order, unit, shortunit, dottime, decimal, daydot, dashdate, when, recur, remind, byrule symbol
}

// languages are compiled when they are first asked for.
var languages = func() map[string]func() *Language {
	all := map[string]func() *Language{}
	for _, tag := range []string{"de", "en", "es", "fr", "it", "pt"} {
		all[tag] = sync.OnceValue(func() *Language { return mustCompile(tag, tag) })
	}
	for _, tag := range []string{"ja", "nl", "ru", "sv", "uk", "zh"} { // which only add to English
		all[tag] = sync.OnceValue(func() *Language { return mustCompile(tag, "en", tag) })
	}
	return all
}()

// mustCompile makes a language of its data files.
func mustCompile(tag string, files ...string) *Language {
	var text strings.Builder
	for _, file := range files {
		part, err := data.ReadFile("data/" + file + ".txt")
		if err != nil {
			panic("engine: a data file is missing: " + err.Error())
		}
		text.Write(part)
		text.WriteByte('\n')
	}
	l, err := Compile(tag, text.String())
	if err != nil {
		// The files are embedded and each is compiled by a test.
		panic(err)
	}
	return l
}

// byLetters are the languages by the two letters of their tags: they are asked for several
// times for each message.
var byLetters = func() (of [1 << 10]func() *Language) {
	for tag, get := range languages {
		of[letters(tag)] = get
	}
	return of
}()

// letters is the place of a tag of two small letters, 0 of others.
func letters(tag string) int {
	if len(tag) != 2 || tag[0] < 'a' || tag[0] > 'z' || tag[1] < 'a' || tag[1] > 'z' {
		return 0
	}
	return int(tag[0]&31)<<5 | int(tag[1]&31)
}

// Get is the language of a BCP 47 tag, English where there is none.
func Get(tag string) *Language {
	if get := byLetters[letters(tag)]; get != nil {
		return get()
	}
	if len(tag) > 2 && (tag[2] == '-' || tag[2] == '_') {
		tag = tag[:2]
	}
	if get, ok := languages[tag]; ok {
		return get()
	}
	if get, ok := languages[strings.ToLower(tag)]; ok {
		return get()
	}
	return languages["en"]()
}

// Tag is the base language, such as "en".
func (l *Language) Tag() string { return l.tag }

// Compile reads a language from its data file. See data/en.txt for the form.
func Compile(tag, text string) (*Language, error) {
	l := &Language{tag: tag, symbols: map[string]symbol{}, words: map[string]symbol{}, names: []string{""}}
	l.senses, l.phrases, l.rules = make([][]sense, 1), make([][]phrase, 1), make([][]grammarRule, 1)
	c := compiler{l: l}
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = withoutComment(lines[i])
	}
	l.numberCategories(lines)
	for n, line := range lines {
		if line == "" {
			continue
		}
		if err := c.line(line); err != nil {
			return nil, fmt.Errorf("language %s, line %d: %w", tag, n+1, err)
		}
	}
	for name, s := range map[string]*symbol{
		"num": &l.cats.num, "year": &l.cats.year, "date": &l.cats.date, "numdate": &l.cats.numdate,
		"numtime": &l.cats.numtime, "hour": &l.cats.hour, "hhmm": &l.cats.hhmm, "hhmmss": &l.cats.hhmmss, "md": &l.cats.md, "mdy": &l.cats.mdy, "soft": &l.cats.soft,
		"joint": &l.cats.joint, "rated": &l.cats.rated, "stars": &l.cats.stars, "amword": &l.cats.amword, "verb": &l.cats.verb, "order": &l.cats.order, "digit": &l.cats.digit, "tens": &l.cats.tens, "idiom": &l.cats.idiom, "month": &l.cats.month, "ord1": &l.cats.ord1, "pmword": &l.cats.pmword, "determiner": &l.cats.determiner, "unit": &l.cats.unit, "shortunit": &l.cats.shortunit,
		"dottime": &l.cats.dottime, "decimal": &l.cats.decimal, "daydot": &l.cats.daydot, "dashdate": &l.cats.dashdate,
		"byrule": &l.cats.byrule, "when": &l.cats.when, "recur": &l.cats.recur, "remind": &l.cats.remind,
	} {
		*s = l.symbol("<" + name + ">")
	}
	l.seconds = make([][]symbol, len(l.phrases))
	for w := range l.phrases {
		for i := range l.phrases[w] {
			l.seconds[w] = append(l.seconds[w], l.phrases[w][i].rest[0])
		}
	}
	l.grow()
	l.findUses(l.readAlone())
	l.rules, l.symbols = nil, nil // of no use any more, and much to look through for the collector
	return l, c.undefined()
}

func withoutComment(line string) string {
	if i := strings.Index(line, " #"); i >= 0 {
		line = line[:i]
	}
	if line = strings.TrimSpace(line); line != "" && line[0] == '#' {
		return ""
	}
	return line
}

// numberCategories gives the categories the lowest numbers, so that sets tell them apart.
func (l *Language) numberCategories(lines []string) {
	for _, name := range slices.Sorted(maps.Keys(builtin)) {
		l.symbol("<" + name + ">")
	}
	for i, name := range askedNames {
		l.asked[i] = l.symbol("<" + name + ">")
	}
	for _, line := range lines {
		if head, _, ok := strings.Cut(line, ":"); ok {
			name, _, _ := strings.Cut(head, " ")
			l.symbol("<" + name + ">")
		}
	}
}

type compiler struct {
	l       *Language
	section string
	// defined and used are categories, to catch misspellings.
	defined, used map[string]bool
}

func (c *compiler) line(line string) error {
	switch line {
	case "[lexicon]", "[grammar]":
		c.section = line
		return nil
	}
	if c.section == "[lexicon]" {
		return c.lexeme(line)
	}
	return c.rule(line)
}

// lexeme reads "category value: form, form of several words, …".
func (c *compiler) lexeme(line string) error {
	head, forms, ok := strings.Cut(line, ": ")
	if !ok {
		return fmt.Errorf("no colon in %q", line)
	}
	f := strings.Fields(head)
	var v Value
	if len(f) > 1 {
		n, err := strconv.ParseFloat(f[1], 64)
		if err != nil {
			code, ok := parseHolidayCode(f[1])
			if !ok {
				return fmt.Errorf("value in %q: %w", line, err)
			}
			n = float64(code)
		}
		v.N = n
	}
	if len(f) > 2 {
		g, ok := grainByName[f[2]]
		if !ok {
			return fmt.Errorf("unknown unit in %q", line)
		}
		v.Unit = g
	}
	c.define(f[0])
	cat := c.l.symbol("<" + f[0] + ">")
	for _, form := range strings.Split(forms, ", ") {
		c.l.addForm(strings.TrimSpace(form), sense{cat, v})
	}
	return nil
}

// addForm adds a form and its spelling without accents.
func (l *Language) addForm(form string, s sense) {
	variants := []string{form}
	if plain := token.Fold(form); plain != form {
		variants = append(variants, plain)
	}
	for _, form := range variants {
		var syms []symbol
		for _, t := range token.Scan(nil, form) {
			syms = append(syms, l.word(t.Text))
		}
		if len(syms) == 0 {
			continue
		}
		if len(syms) == 1 {
			l.senses[syms[0]] = append(l.senses[syms[0]], s)
		} else {
			l.phrases[syms[0]] = append(l.phrases[syms[0]], phrase{syms[1:], s})
		}
	}
}

// means reports whether the lexicon has a word in a category.
func (l *Language) means(word, cat symbol) bool {
	for i := range l.senses[word] {
		if l.senses[word][i].cat == cat {
			return true
		}
	}
	return false
}

func (l *Language) symbol(name string) symbol {
	if s, ok := l.symbols[name]; ok {
		return s
	}
	s := symbol(len(l.names))
	l.symbols[name] = s
	l.names = append(l.names, name)
	l.senses, l.phrases, l.rules = append(l.senses, nil), append(l.phrases, nil), append(l.rules, nil)
	return s
}

func (l *Language) word(form string) symbol {
	s := l.symbol(form)
	l.words[form] = s
	return s
}

func (c *compiler) define(cat string) {
	if c.defined == nil {
		c.defined, c.used = map[string]bool{}, map[string]bool{}
	}
	c.defined[cat] = true
}

// builtin are the categories the engine makes from digits.
var builtin = map[string]bool{"num": true, "year": true, "date": true, "numdate": true, "numtime": true, "hour": true, "when": true, "recur": true, "remind": true, "hhmm": true, "hhmmss": true, "md": true, "mdy": true, "dottime": true, "decimal": true, "daydot": true, "dashdate": true}

func (c *compiler) undefined() error {
	for u := range c.used {
		if !c.defined[u] && !builtin[u] {
			return fmt.Errorf("language %s: category <%s> is used and never made", c.l.tag, u)
		}
	}
	return nil
}

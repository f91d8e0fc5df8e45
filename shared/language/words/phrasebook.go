package words

import (
	"strings"

	"function/shared/recurrence"
)

// phrasebook is all that the engine knows of a language. Templates have their
// holes in braces; each field says which. Arrays of two hold the masculine and
// the feminine form.
type phrasebook struct {
	and, or string // between the last two of a list, spaces included

	// By recurrence.Freq: "every day", "every {n} days", and the form for two;
	// names of the unit, singular and plural, with their gender.
	every, everyN, everyTwo [8]string
	units                   [8][2]string

	weekdays     [7]string // Monday first
	weekdayForm  [7]int    // grammatical gender, index of the pairs below
	months       [12]string
	onWeekdays   list   // "on Monday and Friday"
	eachWeekday  list   // "every Monday and Friday"
	onEach       list   // the same, after "every 2 months"
	otherWeekday string // "every other {x}", empty where it can be misunderstood
	workdays     string // "every weekday"
	onWorkdays   string // the same, after "every 2 weeks"

	// Ordinals as words; keys below zero count from the end.
	ordinals map[int][2]string
	numeral  [2]string      // the {n}th
	endings  map[int]string // the numeral by last digit, where that differs
	// Ordinals from the end for which there is no word: {n} is the numeral, {x} the noun.
	fromEnd [2]string

	nthWeekday    list      // items have {n} the ordinal and {x} the weekday
	nthWeekdayFem string    // the item for feminine weekdays
	dayNouns      [3]string // day, day from Monday to Friday, day of the weekend; masculine

	monthDays numbers // "on the {}"
	dayOne    string  // the first of a month
	yearDays  numbers // "on the {} day of the year"
	weeks     numbers // "in week {}"
	lastDays  list    // "on the {n} day"; items have {n}
	lastWeeks list    // "in the {n} week of the year"
	ofYear    string  // after an ordinal weekday or day: "of the year"

	inMonths       list // "in January and May"
	ofMonths       list // "on the 1st of January and May"
	ofEveryMonth   string
	ofEveryQuarter string

	dates    list   // items have {d} and {month}; "on January 5"
	dayMonth string // {d} and {month}
	fullDate string // {d}, {month} and {y}
	weekday  string // {x} the weekday before {date}

	clock     string  // {h} and {mm}
	clocks    numbers // "at {}"
	clockOne  string  // the item for one o'clock
	inHours   numbers // "in the hour from {}"
	betweenHs string  // {from} and {to} of a run of hours
	minutes   numbers // "at minute {}"
	seconds   numbers

	only         string // ", only {x}"
	positions    list   // ", only the first of these each time"; items have {n}
	positionNoun string // for positions that fromEnd says
	feminine     bool   // the ordinals of positions

	once, times  string // ", once", ", {n} times"
	until        string // {date}
	untilClock   string // {date} and {clock}
	afterDone    string
	weekStart    string // {x} the weekday
	skipForward  string
	skipBackward string

	today, tomorrow, yesterday string
	before, atDue              string // {x} a duration

	clauses clausebook // for rules that no everyday phrase fits

	contractions []string // pairs for strings.NewReplacer, tried on the whole phrase
}

// list is a phrase around joined items, or around item templates.
type list struct {
	prefix string
	items  []string
	item   string
	suffix string
}

// numbers is a phrase around one number or several.
type numbers struct {
	one, many string // with {}
	item      string // with {n}; the numeral if empty
	first     string // in place of 1
	ordinal   bool
}

var phrasebooks = map[string]*phrasebook{
	"en": &english, "de": &german, "es": &spanish, "fr": &french, "pt": &portuguese, "it": &italian,
}

// book is the phrasebook of a BCP 47 tag, English where there is none.
func book(tag string) *phrasebook {
	base := strings.ToLower(tag)
	if i := strings.IndexAny(base, "-_"); i >= 0 {
		base = base[:i]
	}
	if b := phrasebooks[base]; b != nil {
		return b
	}
	return &english
}

// fill puts values into the holes of a template: name, value, name, value, ….
func fill(template string, pairs ...string) string {
	for i := 0; i < len(pairs); i += 2 {
		template = strings.ReplaceAll(template, "{"+pairs[i]+"}", pairs[i+1])
	}
	return template
}

func (b *phrasebook) join(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + b.and + items[last]
}

func (b *phrasebook) list(l list, items []string) string {
	return l.prefix + b.join(items) + l.suffix
}

func (b *phrasebook) days(l list, days []recurrence.Weekday) string {
	var items []string
	for _, d := range days {
		items = append(items, l.items[d])
	}
	return b.list(l, items)
}

func (b *phrasebook) monthList(l list, months []int) string {
	var items []string
	for _, m := range months {
		items = append(items, l.items[m-1])
	}
	return b.list(l, items)
}

// numberList says numbers above zero.
func (b *phrasebook) numberList(l numbers, values []int) string {
	var items []string
	for _, n := range values {
		text := itoa(n)
		switch {
		case n == 1 && l.first != "":
			text = l.first
		case l.ordinal:
			text = b.numeralOf(n, 0)
		}
		if l.item != "" {
			text = fill(l.item, "n", text)
		}
		items = append(items, text)
	}
	return b.around(l, items)
}

func (b *phrasebook) around(l numbers, items []string) string {
	if len(items) == 1 {
		return fill(l.one, "", items[0])
	}
	return fill(l.many, "", b.join(items))
}

func (b *phrasebook) numeralOf(n, gender int) string {
	form := either(b.numeral, gender)
	if teen := n % 100; teen < 11 || teen > 13 {
		if f, ok := b.endings[n%10]; ok {
			form = f
		}
	}
	return fill(form, "n", itoa(n))
}

// either is the feminine form, or the only one there is.
func either(forms [2]string, gender int) string {
	if gender == 1 && forms[1] != "" {
		return forms[1]
	}
	return forms[0]
}

// ordinal is the word or numeral for the nth; false where only fromEnd can say it.
func (b *phrasebook) ordinal(n, gender int) (string, bool) {
	if word, ok := b.ordinals[n]; ok {
		return either(word, gender), true
	}
	return b.numeralOf(max(n, -n), gender), n > 0
}

// nth is an item template with the ordinal of n and the noun.
func (b *phrasebook) nth(item string, n, gender int, noun string) string {
	word, ok := b.ordinal(n, gender)
	if !ok {
		item = either(b.fromEnd, gender)
	}
	if noun == "" {
		item = strings.Replace(item, " {x}", "", 1)
	}
	return fill(item, "n", word, "x", noun)
}

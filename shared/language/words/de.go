package words

var german = phrasebook{
	and: " und ", or: " oder ",
	every:  [8]string{"", "jede Sekunde", "jede Minute", "jede Stunde", "jeden Tag", "jede Woche", "jeden Monat", "jedes Jahr"},
	everyN: [8]string{"", "alle {n} Sekunden", "alle {n} Minuten", "alle {n} Stunden", "alle {n} Tage", "alle {n} Wochen", "alle {n} Monate", "alle {n} Jahre"},
	units:  [8][2]string{{}, {"Sekunde", "Sekunden"}, {"Minute", "Minuten"}, {"Stunde", "Stunden"}, {"Tag", "Tage"}, {"Woche", "Wochen"}, {"Monat", "Monate"}, {"Jahr", "Jahre"}},

	weekdays:    [7]string{"Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"},
	months:      [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
	onWeekdays:  list{prefix: "am ", items: []string{"Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"}},
	eachWeekday: list{prefix: "jeden ", items: []string{"Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"}},
	onEach:      list{prefix: "an jedem ", items: []string{"Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"}},
	workdays:    "montags bis freitags",
	onWorkdays:  "montags bis freitags",

	ordinals: map[int][2]string{
		1: {"ersten", "ersten"}, 2: {"zweiten", "zweiten"}, 3: {"dritten", "dritten"}, 4: {"vierten", "vierten"}, 5: {"fünften", "fünften"},
		-1: {"letzten", "letzten"}, -2: {"vorletzten", "vorletzten"}, -3: {"drittletzten", "drittletzten"},
		-4: {"viertletzten", "viertletzten"}, -5: {"fünftletzten", "fünftletzten"},
	},
	numeral:    [2]string{"{n}.", "{n}."},
	fromEnd:    [2]string{"{n}-letzten {x}", "{n}-letzten {x}"},
	nthWeekday: list{prefix: "am ", item: "{n} {x}"},
	dayNouns:   [3]string{"Tag", "Werktag (Montag bis Freitag)", "Wochenendtag"},

	monthDays: numbers{one: "am {}", many: "am {}", ordinal: true},
	yearDays:  numbers{one: "am {} Tag des Jahres", many: "am {} Tag des Jahres", ordinal: true},
	weeks:     numbers{one: "in Kalenderwoche {}", many: "in den Kalenderwochen {}"},
	lastDays:  list{prefix: "am ", item: "{n} {x}"},
	lastWeeks: list{prefix: "in der ", item: "{n} {x}", suffix: " des Jahres"},
	ofYear:    "des Jahres",

	inMonths:       list{prefix: "im ", items: []string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"}},
	ofMonths:       list{prefix: "im ", items: []string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"}},
	ofEveryMonth:   "jedes Monats",
	ofEveryQuarter: "jedes Quartals",

	dates:    list{prefix: "am ", item: "{d}. {month}"},
	dayMonth: "{d}. {month}",
	fullDate: "{d}. {month} {y}",
	weekday:  "{x}, {date}",

	clock:     "{h}:{mm}",
	clocks:    numbers{one: "um {} Uhr", many: "um {} Uhr", item: "{n}"},
	inHours:   numbers{one: "in der Stunde ab {} Uhr", many: "in den Stunden ab {} Uhr", item: "{n}"},
	betweenHs: "von {from} bis {to} Uhr",
	minutes:   numbers{one: "zur Minute {}", many: "zu den Minuten {}"},
	seconds:   numbers{one: "zur Sekunde {}", many: "zu den Sekunden {}"},

	only:         ", nur {x}",
	positions:    list{prefix: ", davon jedes Mal nur am ", item: "{n}", suffix: " Termin"},
	positionNoun: "",

	once: ", einmal", times: ", {n}-mal",
	until: "bis zum {date}", untilClock: "bis zum {date} {clock}",
	afterDone:    "nach Erledigung",
	weekStart:    ", Wochen beginnend am {x}",
	skipForward:  ", oder am Tag danach, wenn es den Tag nicht gibt",
	skipBackward: ", oder am Tag davor, wenn es den Tag nicht gibt",

	today: "heute", tomorrow: "morgen", yesterday: "gestern",
	before: "{x} vorher", atDue: "zur Fälligkeit",

	clauses: clausebook{
		mark:   "nach der Regel:",
		months: "Monate:", weeks: "Kalenderwochen:", yearDays: "Tage des Jahres:", monthDays: "Tage des Monats:", weekdays: "Wochentage:",
		hours: "Stunden:", minutes: "Minuten:", seconds: "Sekunden:", positions: "davon jedes Mal Nr.:",
		weekStart: "Wochenbeginn:", missing: "statt fehlender Tage:", times: "Anzahl:", until: "bis:", counted: "gezählt ab:",
		through: " bis ", end: " vom Ende", number: " Nr. ", forward: "der Tag danach", back: "der Tag davor", done: "Erledigung",
	},
}

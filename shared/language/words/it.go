package words

var italian = phrasebook{
	and: " e ", or: " o ",
	every:  [8]string{"", "ogni secondo", "ogni minuto", "ogni ora", "ogni giorno", "ogni settimana", "ogni mese", "ogni anno"},
	everyN: [8]string{"", "ogni {n} secondi", "ogni {n} minuti", "ogni {n} ore", "ogni {n} giorni", "ogni {n} settimane", "ogni {n} mesi", "ogni {n} anni"},
	units:  [8][2]string{{}, {"secondo", "secondi"}, {"minuto", "minuti"}, {"ora", "ore"}, {"giorno", "giorni"}, {"settimana", "settimane"}, {"mese", "mesi"}, {"anno", "anni"}},

	weekdays:    [7]string{"lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"},
	weekdayForm: [7]int{0, 0, 0, 0, 0, 0, 1},
	months:      [12]string{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"},
	onWeekdays:  list{items: []string{"il lunedì", "il martedì", "il mercoledì", "il giovedì", "il venerdì", "il sabato", "la domenica"}},
	eachWeekday: list{prefix: "ogni ", items: []string{"lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"}},
	onEach:      list{prefix: "ogni ", items: []string{"lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"}},
	workdays:    "dal lunedì al venerdì",
	onWorkdays:  "dal lunedì al venerdì",

	ordinals: map[int][2]string{
		1: {"primo", "prima"}, 2: {"secondo", "seconda"}, 3: {"terzo", "terza"}, 4: {"quarto", "quarta"}, 5: {"quinto", "quinta"},
		-1: {"ultimo", "ultima"}, -2: {"penultimo", "penultima"}, -3: {"terzultimo", "terzultima"},
	},
	numeral:       [2]string{"{n}º", "{n}ª"},
	fromEnd:       [2]string{"il {n} {x} a partire dalla fine", "la {n} {x} a partire dalla fine"},
	nthWeekday:    list{item: "il {n} {x}"},
	nthWeekdayFem: "la {n} {x}",
	dayNouns:      [3]string{"giorno", "giorno lavorativo", "giorno del fine settimana"},

	monthDays: numbers{one: "il giorno {}", many: "nei giorni {}"},
	yearDays:  numbers{one: "il giorno {} dell'anno", many: "nei giorni {} dell'anno"},
	weeks:     numbers{one: "nella settimana {}", many: "nelle settimane {}"},
	lastDays:  list{item: "il {n} {x}"},
	lastWeeks: list{item: "la {n} {x}", suffix: " dell'anno"},
	ofYear:    "dell'anno",

	inMonths:       list{prefix: "in ", items: []string{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"}},
	ofMonths:       list{prefix: "di ", items: []string{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"}},
	ofEveryMonth:   "di ogni mese",
	ofEveryQuarter: "di ogni trimestre",

	dates:    list{item: "il {d} {month}"},
	dayOne:   "1º",
	dayMonth: "{d} {month}",
	fullDate: "{d} {month} {y}",
	weekday:  "{x} {date}",

	clock:     "{h}:{mm}",
	clocks:    numbers{one: "{}", many: "{}", item: "alle {n}"},
	clockOne:  "all'{n}",
	inHours:   numbers{one: "nell'ora che inizia {}", many: "nelle ore che iniziano {}", item: "alle {n}"},
	betweenHs: "dalle {from} alle {to}",
	minutes:   numbers{one: "al minuto {}", many: "ai minuti {}"},
	seconds:   numbers{one: "al secondo {}", many: "ai secondi {}"},

	only:         ", solo {x}",
	positions:    list{prefix: ", di queste date solo ", item: "la {n}", suffix: " ogni volta"},
	positionNoun: "data",
	feminine:     true,

	once: ", una volta", times: ", {n} volte",
	until: "fino al {date}", untilClock: "fino al {date} {clock}",
	afterDone:    "dopo il completamento",
	weekStart:    ", con le settimane che iniziano di {x}",
	skipForward:  ", o il giorno dopo se quel giorno non esiste",
	skipBackward: ", o il giorno prima se quel giorno non esiste",

	today: "oggi", tomorrow: "domani", yesterday: "ieri",
	before: "{x} prima", atDue: "alla scadenza",

	contractions: []string{
		"il ultimo", "l'ultimo", "la ultima", "l'ultima",
		"il 8 ", "l'8 ", "il 11 ", "l'11 ", "il 8º", "l'8º", "il 11º", "l'11º",
		"al 8 ", "all'8 ", "al 11 ", "all'11 ",
	},

	clauses: clausebook{
		mark:   "secondo la regola:",
		months: "mesi:", weeks: "settimane dell'anno:", yearDays: "giorni dell'anno:", monthDays: "giorni del mese:", weekdays: "giorni della settimana:",
		hours: "ore:", minutes: "minuti:", seconds: "secondi:", positions: "di queste ogni volta la n.:",
		weekStart: "le settimane iniziano di:", missing: "al posto dei giorni che non esistono:", times: "volte:", until: "fino al:", counted: "a partire dal:",
		through: " a ", end: " dalla fine", number: " n. ", forward: "il giorno dopo", back: "il giorno prima", done: "completamento",
	},
}

package words

var french = phrasebook{
	and: " et ", or: " ou ",
	every:  [8]string{"", "chaque seconde", "chaque minute", "chaque heure", "chaque jour", "chaque semaine", "chaque mois", "chaque année"},
	everyN: [8]string{"", "toutes les {n} secondes", "toutes les {n} minutes", "toutes les {n} heures", "tous les {n} jours", "toutes les {n} semaines", "tous les {n} mois", "tous les {n} ans"},
	units:  [8][2]string{{}, {"seconde", "secondes"}, {"minute", "minutes"}, {"heure", "heures"}, {"jour", "jours"}, {"semaine", "semaines"}, {"mois", "mois"}, {"an", "ans"}},

	weekdays:    [7]string{"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"},
	months:      [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	onWeekdays:  list{items: []string{"le lundi", "le mardi", "le mercredi", "le jeudi", "le vendredi", "le samedi", "le dimanche"}},
	eachWeekday: list{prefix: "chaque ", items: []string{"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"}},
	onEach:      list{prefix: "chaque ", items: []string{"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"}},
	workdays:    "du lundi au vendredi",
	onWorkdays:  "du lundi au vendredi",

	ordinals: map[int][2]string{
		1: {"premier", "première"}, 2: {"deuxième", "deuxième"}, 3: {"troisième", "troisième"}, 4: {"quatrième", "quatrième"}, 5: {"cinquième", "cinquième"},
		-1: {"dernier", "dernière"}, -2: {"avant-dernier", "avant-dernière"},
	},
	numeral:    [2]string{"{n}e", "{n}e"},
	fromEnd:    [2]string{"le {n} {x} en partant de la fin", "la {n} {x} en partant de la fin"},
	nthWeekday: list{item: "le {n} {x}"},
	dayNouns:   [3]string{"jour", "jour ouvré", "jour de week-end"},

	monthDays: numbers{one: "{}", many: "{}", item: "le {n}", first: "1er"},
	dayOne:    "1er",
	yearDays:  numbers{one: "{} jour de l'année", many: "{} jour de l'année", item: "le {n}", first: "1er", ordinal: true},
	weeks:     numbers{one: "la semaine {}", many: "les semaines {}"},
	lastDays:  list{item: "le {n} {x}"},
	lastWeeks: list{item: "la {n} {x}", suffix: " de l'année"},
	ofYear:    "de l'année",

	inMonths:       list{prefix: "en ", items: []string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}},
	ofMonths:       list{items: []string{"de janvier", "de février", "de mars", "d'avril", "de mai", "de juin", "de juillet", "d'août", "de septembre", "d'octobre", "de novembre", "de décembre"}},
	ofEveryMonth:   "de chaque mois",
	ofEveryQuarter: "de chaque trimestre",

	dates:    list{item: "le {d} {month}"},
	dayMonth: "{d} {month}",
	fullDate: "{d} {month} {y}",
	weekday:  "{x} {date}",

	clock:     "{h}h{mm}",
	clocks:    numbers{one: "{}", many: "{}", item: "à {n}"},
	inHours:   numbers{one: "dans l'heure qui commence {}", many: "dans les heures qui commencent {}", item: "à {n}"},
	betweenHs: "de {from} à {to}",
	minutes:   numbers{one: "à la minute {}", many: "aux minutes {}"},
	seconds:   numbers{one: "à la seconde {}", many: "aux secondes {}"},

	only:         ", seulement {x}",
	positions:    list{prefix: ", seulement ", item: "la {n}", suffix: " de ces dates à chaque fois"},
	positionNoun: "",
	feminine:     true,

	once: ", une fois", times: ", {n} fois",
	until: "jusqu'au {date}", untilClock: "jusqu'au {date} {clock}",
	afterDone:    "après avoir terminé",
	weekStart:    ", les semaines commençant le {x}",
	skipForward:  ", ou le lendemain si ce jour n'existe pas",
	skipBackward: ", ou la veille si ce jour n'existe pas",

	today: "aujourd'hui", tomorrow: "demain", yesterday: "hier",
	before: "{x} avant", atDue: "à l'échéance",

	contractions: []string{"le avant-", "l'avant-", "la avant-", "l'avant-"},

	clauses: clausebook{
		mark:   "selon la règle :",
		months: "mois :", weeks: "semaines de l'année :", yearDays: "jours de l'année :", monthDays: "jours du mois :", weekdays: "jours de la semaine :",
		hours: "heures :", minutes: "minutes :", seconds: "secondes :", positions: "parmi elles chaque fois la no :",
		weekStart: "les semaines commencent le :", missing: "à la place des jours qui n'existent pas :", times: "nombre de fois :", until: "jusqu'au :", counted: "à compter de :",
		through: " à ", end: " depuis la fin", number: " no ", forward: "le lendemain", back: "la veille", done: "l'achèvement",
	},
}

package words

var spanish = phrasebook{
	and: " y ", or: " o ",
	every:  [8]string{"", "cada segundo", "cada minuto", "cada hora", "cada día", "cada semana", "cada mes", "cada año"},
	everyN: [8]string{"", "cada {n} segundos", "cada {n} minutos", "cada {n} horas", "cada {n} días", "cada {n} semanas", "cada {n} meses", "cada {n} años"},
	units:  [8][2]string{{}, {"segundo", "segundos"}, {"minuto", "minutos"}, {"hora", "horas"}, {"día", "días"}, {"semana", "semanas"}, {"mes", "meses"}, {"año", "años"}},

	weekdays:    [7]string{"lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"},
	months:      [12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
	onWeekdays:  list{items: []string{"los lunes", "los martes", "los miércoles", "los jueves", "los viernes", "los sábados", "los domingos"}},
	eachWeekday: list{prefix: "cada ", items: []string{"lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"}},
	onEach:      list{prefix: "todos ", items: []string{"los lunes", "los martes", "los miércoles", "los jueves", "los viernes", "los sábados", "los domingos"}},
	workdays:    "de lunes a viernes",
	onWorkdays:  "de lunes a viernes",

	ordinals: map[int][2]string{
		1: {"primer", "primera"}, 2: {"segundo", "segunda"}, 3: {"tercer", "tercera"}, 4: {"cuarto", "cuarta"}, 5: {"quinto", "quinta"},
		-1: {"último", "última"}, -2: {"penúltimo", "penúltima"}, -3: {"antepenúltimo", "antepenúltima"},
	},
	numeral:    [2]string{"{n}.º", "{n}.ª"},
	fromEnd:    [2]string{"el {n} {x} contando desde el final", "la {n} {x} contando desde el final"},
	nthWeekday: list{item: "el {n} {x}"},
	dayNouns:   [3]string{"día", "día laborable", "día de fin de semana"},

	monthDays: numbers{one: "el día {}", many: "los días {}"},
	yearDays:  numbers{one: "el día {} del año", many: "los días {} del año"},
	weeks:     numbers{one: "en la semana {}", many: "en las semanas {}"},
	lastDays:  list{item: "el {n} {x}"},
	lastWeeks: list{prefix: "en ", item: "la {n} {x}", suffix: " del año"},
	ofYear:    "del año",

	inMonths:       list{prefix: "en ", items: []string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}},
	ofMonths:       list{prefix: "de ", items: []string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}},
	ofEveryMonth:   "de cada mes",
	ofEveryQuarter: "de cada trimestre",

	dates:    list{item: "el {d} de {month}"},
	dayMonth: "{d} de {month}",
	fullDate: "{d} de {month} de {y}",
	weekday:  "{x}, {date}",

	clock:     "{h}:{mm}",
	clocks:    numbers{one: "{}", many: "{}", item: "a las {n}"},
	clockOne:  "a la {n}",
	inHours:   numbers{one: "en la hora que empieza {}", many: "en las horas que empiezan {}", item: "a las {n}"},
	betweenHs: "de {from} a {to}",
	minutes:   numbers{one: "en el minuto {}", many: "en los minutos {}"},
	seconds:   numbers{one: "en el segundo {}", many: "en los segundos {}"},

	only:         ", solo {x}",
	positions:    list{prefix: ", de esas fechas solo ", item: "la {n}", suffix: " cada vez"},
	positionNoun: "fecha",
	feminine:     true,

	once: ", una vez", times: ", {n} veces",
	until: "hasta el {date}", untilClock: "hasta el {date} {clock}",
	afterDone:    "después de completarla",
	weekStart:    ", con semanas que empiezan en {x}",
	skipForward:  ", o el día siguiente si no existe ese día",
	skipBackward: ", o el día anterior si no existe ese día",

	today: "hoy", tomorrow: "mañana", yesterday: "ayer",
	before: "{x} antes", atDue: "a la hora de vencimiento",

	clauses: clausebook{
		mark:   "según la regla:",
		months: "meses:", weeks: "semanas del año:", yearDays: "días del año:", monthDays: "días del mes:", weekdays: "días de la semana:",
		hours: "horas:", minutes: "minutos:", seconds: "segundos:", positions: "de ellas cada vez la n.º:",
		weekStart: "las semanas empiezan el:", missing: "en lugar de los días que no existen:", times: "veces:", until: "hasta:", counted: "contando desde:",
		through: " a ", end: " desde el final", number: " n.º ", forward: "el día siguiente", back: "el día anterior", done: "la finalización",
	},
}

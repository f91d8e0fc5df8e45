package words

var portuguese = phrasebook{
	and: " e ", or: " ou ",
	every:  [8]string{"", "a cada segundo", "a cada minuto", "a cada hora", "todo dia", "toda semana", "todo mês", "todo ano"},
	everyN: [8]string{"", "a cada {n} segundos", "a cada {n} minutos", "a cada {n} horas", "a cada {n} dias", "a cada {n} semanas", "a cada {n} meses", "a cada {n} anos"},
	units:  [8][2]string{{}, {"segundo", "segundos"}, {"minuto", "minutos"}, {"hora", "horas"}, {"dia", "dias"}, {"semana", "semanas"}, {"mês", "meses"}, {"ano", "anos"}},

	weekdays:    [7]string{"segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo"},
	weekdayForm: [7]int{1, 1, 1, 1, 1, 0, 0},
	months:      [12]string{"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"},
	onWeekdays:  list{items: []string{"na segunda-feira", "na terça-feira", "na quarta-feira", "na quinta-feira", "na sexta-feira", "no sábado", "no domingo"}},
	eachWeekday: list{items: []string{"toda segunda-feira", "toda terça-feira", "toda quarta-feira", "toda quinta-feira", "toda sexta-feira", "todo sábado", "todo domingo"}},
	onEach:      list{items: []string{"toda segunda-feira", "toda terça-feira", "toda quarta-feira", "toda quinta-feira", "toda sexta-feira", "todo sábado", "todo domingo"}},
	workdays:    "de segunda a sexta-feira",
	onWorkdays:  "de segunda a sexta-feira",

	ordinals: map[int][2]string{
		1: {"primeiro", "primeira"}, 2: {"segundo", "segunda"}, 3: {"terceiro", "terceira"}, 4: {"quarto", "quarta"}, 5: {"quinto", "quinta"},
		-1: {"último", "última"}, -2: {"penúltimo", "penúltima"}, -3: {"antepenúltimo", "antepenúltima"},
	},
	numeral:       [2]string{"{n}º", "{n}ª"},
	fromEnd:       [2]string{"no {n} {x} a contar do fim", "na {n} {x} a contar do fim"},
	nthWeekday:    list{item: "no {n} {x}"},
	nthWeekdayFem: "na {n} {x}",
	dayNouns:      [3]string{"dia", "dia útil", "dia de fim de semana"},

	monthDays: numbers{one: "no dia {}", many: "nos dias {}"},
	yearDays:  numbers{one: "no dia {} do ano", many: "nos dias {} do ano"},
	weeks:     numbers{one: "na semana {}", many: "nas semanas {}"},
	lastDays:  list{item: "no {n} {x}"},
	lastWeeks: list{item: "na {n} {x}", suffix: " do ano"},
	ofYear:    "do ano",

	inMonths:       list{prefix: "em ", items: []string{"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"}},
	ofMonths:       list{prefix: "de ", items: []string{"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"}},
	ofEveryMonth:   "de cada mês",
	ofEveryQuarter: "de cada trimestre",

	dates:    list{item: "em {d} de {month}"},
	dayMonth: "{d} de {month}",
	fullDate: "{d} de {month} de {y}",
	weekday:  "{x}, {date}",

	clock:     "{h}:{mm}",
	clocks:    numbers{one: "{}", many: "{}", item: "às {n}"},
	clockOne:  "à {n}",
	inHours:   numbers{one: "na hora que começa {}", many: "nas horas que começam {}", item: "às {n}"},
	betweenHs: "de {from} a {to}",
	minutes:   numbers{one: "no minuto {}", many: "nos minutos {}"},
	seconds:   numbers{one: "no segundo {}", many: "nos segundos {}"},

	only:         ", somente {x}",
	positions:    list{prefix: ", somente ", item: "na {n}", suffix: " dessas datas de cada vez"},
	positionNoun: "",
	feminine:     true,

	once: ", uma vez", times: ", {n} vezes",
	until: "até {date}", untilClock: "até {date} {clock}",
	afterDone:    "após a conclusão",
	weekStart:    ", com semanas que começam em {x}",
	skipForward:  ", ou no dia seguinte se esse dia não existir",
	skipBackward: ", ou no dia anterior se esse dia não existir",

	today: "hoje", tomorrow: "amanhã", yesterday: "ontem",
	before: "{x} antes", atDue: "na hora do vencimento",

	clauses: clausebook{
		mark:   "pela regra:",
		months: "meses:", weeks: "semanas do ano:", yearDays: "dias do ano:", monthDays: "dias do mês:", weekdays: "dias da semana:",
		hours: "horas:", minutes: "minutos:", seconds: "segundos:", positions: "destas a cada vez a n.º:",
		weekStart: "as semanas começam em:", missing: "no lugar dos dias que não existem:", times: "vezes:", until: "até:", counted: "a contar da:",
		through: " a ", end: " a contar do fim", number: " n.º ", forward: "o dia seguinte", back: "o dia anterior", done: "conclusão",
	},
}

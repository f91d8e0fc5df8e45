package words

var english = phrasebook{
	and: " and ", or: " or ",
	every:    [8]string{"", "every second", "every minute", "every hour", "every day", "every week", "every month", "every year"},
	everyN:   [8]string{"", "every {n} seconds", "every {n} minutes", "every {n} hours", "every {n} days", "every {n} weeks", "every {n} months", "every {n} years"},
	everyTwo: [8]string{"", "", "", "", "every other day", "every other week", "every other month", "every other year"},
	units:    [8][2]string{{}, {"second", "seconds"}, {"minute", "minutes"}, {"hour", "hours"}, {"day", "days"}, {"week", "weeks"}, {"month", "months"}, {"year", "years"}},

	weekdays:     [7]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
	months:       [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	onWeekdays:   list{prefix: "on ", items: []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}},
	eachWeekday:  list{prefix: "every ", items: []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}},
	onEach:       list{prefix: "on every ", items: []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}},
	otherWeekday: "every other {x}",
	workdays:     "every weekday",
	onWorkdays:   "on weekdays",

	ordinals: map[int][2]string{
		1: {"first"}, 2: {"second"}, 3: {"third"}, 4: {"fourth"}, 5: {"fifth"},
		-1: {"last"}, -2: {"second-to-last"}, -3: {"third-to-last"}, -4: {"fourth-to-last"}, -5: {"fifth-to-last"},
	},
	numeral:    [2]string{"{n}th"},
	endings:    map[int]string{1: "{n}st", 2: "{n}nd", 3: "{n}rd"},
	fromEnd:    [2]string{"{n}-to-last {x}"},
	nthWeekday: list{prefix: "on the ", item: "{n} {x}"},
	dayNouns:   [3]string{"day", "weekday", "weekend day"},

	monthDays: numbers{one: "on the {}", many: "on the {}", ordinal: true},
	yearDays:  numbers{one: "on the {} day of the year", many: "on the {} day of the year", ordinal: true},
	weeks:     numbers{one: "in week {}", many: "in weeks {}"},
	lastDays:  list{prefix: "on the ", item: "{n} {x}"},
	lastWeeks: list{prefix: "in the ", item: "{n} {x}", suffix: " of the year"},
	ofYear:    "of the year",

	inMonths:       list{prefix: "in ", items: []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}},
	ofMonths:       list{prefix: "of ", items: []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}},
	ofEveryMonth:   "of every month",
	ofEveryQuarter: "of every quarter",

	dates:    list{prefix: "on ", item: "{month} {d}"},
	dayMonth: "{month} {d}",
	fullDate: "{month} {d}, {y}",
	weekday:  "{x}, {date}",

	clock:     "{h}:{mm}",
	clocks:    numbers{one: "at {}", many: "at {}", item: "{n}"},
	inHours:   numbers{one: "in the hour from {}", many: "in the hours from {}", item: "{n}"},
	betweenHs: "from {from} to {to}",
	minutes:   numbers{one: "at minute {}", many: "at minutes {}"},
	seconds:   numbers{one: "at second {}", many: "at seconds {}"},

	only:         ", only {x}",
	positions:    list{prefix: ", only the ", item: "{n}", suffix: " of these each time"},
	positionNoun: "occurrence",

	once: ", once", times: ", {n} times",
	until: "until {date}", untilClock: "until {date} {clock}",
	afterDone:    "after completion",
	weekStart:    ", weeks starting on {x}",
	skipForward:  ", or the next day if there is no such day",
	skipBackward: ", or the day before if there is no such day",

	today: "today", tomorrow: "tomorrow", yesterday: "yesterday",
	before: "{x} before", atDue: "at the due time",

	clauses: clausebook{
		mark:   "by the rule:",
		months: "months:", weeks: "weeks of the year:", yearDays: "days of the year:", monthDays: "days of the month:", weekdays: "weekdays:",
		hours: "hours:", minutes: "minutes:", seconds: "seconds:", positions: "of these each time no.:",
		weekStart: "weeks start on:", missing: "in place of missing days:", times: "times:", until: "until:", counted: "counted from:",
		through: " to ", end: " from the end", number: " no. ", forward: "the day after", back: "the day before", done: "completion",
	},
}

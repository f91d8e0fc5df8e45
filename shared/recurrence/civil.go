package recurrence

const (
	// MaxYear is the last year in which an occurrence can fall: the last that
	// an iCalendar DATE can write.
	MaxYear = 9999

	minYear       = 1
	secondsPerDay = 86400
)

var (
	firstDay = dayNumber(minYear, 1, 1)
	lastDay  = dayNumber(MaxYear, 12, 31)
)

// dayNumber counts days from 1970-01-01 in the proleptic Gregorian calendar.
// Years begin in March inside the computation, so that the leap day is the last.
func dayNumber(year, month, day int) int64 {
	y := int64(year)
	m := int64(month) - 3
	if m < 0 {
		m += 12
		y--
	}
	era := floorDiv(y, 400)
	yearOfEra := y - era*400
	dayOfYear := (153*m+2)/5 + int64(day) - 1
	return era*146097 + yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear - 719468
}

// civilDate is the inverse of dayNumber.
func civilDate(n int64) (year, month, day int) {
	n += 719468
	era := floorDiv(n, 146097)
	doe := uint32(n - era*146097)
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	m := (5*doy + 2) / 153
	day = int(doy-(153*m+2)/5) + 1
	year = int(yoe) + int(era)*400
	month = int(m) + 3
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}

// weekdayOf is the weekday of a day number. 1970-01-01 was a Thursday.
func weekdayOf(n int64) Weekday { return Weekday(floorMod(n+3, 7)) }

func isLeap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

func daysInYear(year int) int {
	if isLeap(year) {
		return 366
	}
	return 365
}

var monthLengths = [13]int8{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func daysInMonth(year, month int) int {
	if month == 2 && isLeap(year) {
		return 29
	}
	return int(monthLengths[month])
}

// weekOneStart is the first day of week 1 of a year: the week, beginning on
// wkst, that has at least four days in the year.
func weekOneStart(year int, wkst Weekday) int64 {
	jan4 := dayNumber(year, 1, 4)
	return jan4 - floorMod(int64(weekdayOf(jan4)-wkst), 7)
}

// weekYear is the year that the week of a day is numbered in.
func weekYear(n int64, wkst Weekday) int {
	year, _, _ := civilDate(n)
	if n >= weekOneStart(year+1, wkst) {
		return year + 1
	}
	if n < weekOneStart(year, wkst) {
		return year - 1
	}
	return year
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }

package engine

import (
	"math/bits"

	"function/shared/language/civil"
)

// Value is what a constituent means. Which fields count follows from its
// category; a Value is comparable, so that two ways to the same meaning are
// one.
type Value struct {
	// N is a number, an ordinal, or the code of a named thing (weekday 1 to 7,
	// month, part of day, holiday).
	N float64
	// Unit is the unit of a duration or a period.
	Unit civil.Grain
	// Dur is a distance.
	Dur Duration
	// P is a point, or the start of an interval.
	P Point
	// Q is the end of an interval where HasEnd.
	Q      Point
	HasEnd bool
	// Rel is how the point is related to the event.
	Rel Relation
	// Rule is an index into the parser's rules plus one; 0 for none.
	Rule int32
	// Remind is the same for reminders.
	Remind int32
	// Assumed are the guesses made.
	Assumed Assumptions
	// Cost is how unlikely the reading is; confidence falls with it.
	Cost int16
}

// Relation is a preposition's meaning.
type Relation uint8

// The relations.
const (
	RelAt Relation = iota
	RelBy
	RelBefore
	RelUntil
	RelAfter
	RelFrom
	RelAround
)

// Duration is a calendar distance. Unit of the Value it stands in is its
// finest unit.
type Duration struct {
	Months, Days int32
	Seconds      int64
}

// Field is a bit for each part of a Point that is known.
type Field uint32

// The fields.
const (
	FYear Field = 1 << iota
	FMonth
	FDay
	FWeekday
	FHour
	FMinute
	FSecond
	// FSure says that the hour is on the 24-hour clock.
	FSure
	// FFixed says that year, month and day are final.
	FFixed
	// FPast says to look backwards from now.
	FPast
	// FPart says that Part is set.
	FPart
	// FNow says that the clock part came from the present moment.
	FNow
	// FEnd asks for the last moment of the day.
	FEnd
	// FNext asks for the second match instead of the first.
	FNext
	// FTail marks a span that is the end of a period: its last day is meant
	// where one day is needed.
	FTail
	// FBare marks an hour that is a mere number so far.
	FBare
	// FDayFirst marks a date in digits that has the day first, as where clocks have
	// 24 hours.
	FDayFirst
)

// Point is a time as far as it is known.
type Point struct {
	Has                  Field
	Year                 int16
	Month, Day, Weekday  int8
	Hour, Minute, Second int8
	Part                 Part
	// Slice is 0 for the whole part of day, 1 for early, 2 for late.
	Slice int8
	Grain civil.Grain
	// Zone is an index into zoneNames plus one, or, below zero, an offset in
	// minutes minus zoneBias.
	Zone int16
}

// Part is a part of the day.
type Part uint8

// The parts of day.
const (
	NoPart Part = iota
	Morning
	MiddayPart
	Afternoon
	Evening
	Night
	LunchTime
	BusinessHours
	DayTime
)

func (p *Point) has(f Field) bool { return p.Has&f != 0 }

const dateFields = FYear | FMonth | FDay | FWeekday | FFixed
const clockFields = FHour | FMinute | FSecond | FSure | FNow

// fixed is a point at a known wall time.
func fixed(d civil.DateTime, g civil.Grain) Point {
	p := Point{Has: FFixed | FYear | FMonth | FDay, Year: int16(d.Year), Month: int8(d.Month), Day: int8(d.Day), Grain: g}
	if g < civil.Day {
		p.setClock(d, FHour|FMinute|FSecond|FSure)
	}
	return p
}

// instant is a point with its clock.
func instant(d civil.DateTime, g civil.Grain) Point {
	p := fixed(d, g)
	p.setClock(d, FHour|FMinute|FSecond|FSure)
	return p
}

// around is a date that keeps the clock of the present moment without
// claiming it.
func around(d civil.DateTime, g civil.Grain) Point {
	p := fixed(d, g)
	p.setClock(d, FNow)
	return p
}

func (p *Point) setClock(d civil.DateTime, f Field) {
	p.Has |= f
	p.Hour, p.Minute, p.Second = int8(d.Hour), int8(d.Minute), int8(d.Second)
}

func (p *Point) date() civil.DateTime { return civil.Date(int(p.Year), int(p.Month), int(p.Day)) }

// Assumptions is a set of guesses.
type Assumptions uint32

// The guesses, with their texts in assumptionTexts.
const (
	AssumedHalfDay Assumptions = 1 << iota
	AssumedFuture
	AssumedPart
	AssumedVague
	AssumedMonthFirst
	AssumedNextWeek
	AssumedWeekdayWrong
	AssumedFew
	AssumedYear
	AssumedBiweekly
	AssumedDayFirst
	AssumedDuration
)

var assumptionTexts = [...]string{
	"morning or afternoon was not said: the usual one was taken",
	"the next one to come was taken",
	"a part of the day stands for its usual hours",
	"a vague time was given a usual value",
	"the month was read first",
	"\"next\" before a weekday means the one in next week",
	"the weekday named does not fall on that date; the date was kept",
	"a few means three",
	"a year of two digits lies between 1950 and 2049",
	"every two weeks, not twice a week",
	"the day was read first",
	"a duration alone was counted from now",
}

// Texts are the guesses in words.
func (a Assumptions) Texts() []string {
	if a == 0 {
		return nil
	}
	if i := bits.TrailingZeros32(uint32(a)); a == 1<<i && i < len(assumptionTexts) {
		return assumptionTexts[i : i+1 : i+1]
	}
	var out []string
	for i, t := range assumptionTexts {
		if a&(1<<i) != 0 {
			out = append(out, t)
		}
	}
	return out
}

// Month is civil.Month, for callers that compare grains.
const Month = civil.Month

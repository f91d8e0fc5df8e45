// Package lunar finds days of calendars that follow the moon: Islamic and
// Hebrew by their arithmetic, Chinese and Hindu by the places of sun and moon.
// Days are counted from 1970-01-01, as package civil counts them.
package lunar

import "math"

// islamicEpoch is 1 Muharram of the year 1: 16 July 622 in the Julian
// calendar, the civil epoch.
const islamicEpoch = -492148

// Islamic is a day of the Islamic calendar as almanacs reckon it: a month
// begins on the day after the new moon, or the second day after it where that
// comes too late to be seen at sunset in Mecca. What is announced by sight of
// the moon may be a day off.
func Islamic(year, month, day int) int {
	const mecca, noSightAfter = 3.0 / 24, 15.5 / 24
	moon := newMoonAfter(float64(tabular(year, month, 1)) - 5)
	return int(math.Floor(moon+mecca+1-noSightAfter)) + day
}

// tabular is a day of the arithmetical Islamic calendar (30-year cycle with
// leap years 2, 5, 7, 10, 13, 16, 18, 21, 24, 26, 29), which is at most two
// days from the moon.
func tabular(year, month, day int) int {
	return islamicEpoch + (year-1)*354 + (3+11*year)/30 + 29*(month-1) + month/2 + day - 1
}

// IslamicIn are the days in the Gregorian year on which a month and day of the
// Islamic calendar falls: one, or two in some years.
func IslamicIn(year, month, day int) []int {
	first := daysOfYear(year)
	end := daysOfYear(year + 1)
	guess := (year - 622) * 33 / 32
	var out []int
	for y := guess - 2; y <= guess+2; y++ {
		if d := Islamic(y, month, day); d >= first && d < end {
			out = append(out, d)
		}
	}
	return out
}

// daysOfYear is January 1 of a Gregorian year.
func daysOfYear(y int) int {
	y--
	return y*365 + y/4 - y/100 + y/400 - 719162
}

// The months of the Hebrew year, from Nisan; Adar stands for Adar II in a leap
// year.
const (
	Nisan = iota + 1
	Iyar
	Sivan
	Tammuz
	Av
	Elul
	Tishri
	Heshvan
	Kislev
	Tevet
	Shevat
	Adar
)

func hebrewLeap(y int) bool { return (7*y+1)%19 < 7 }

// hebrewElapsed is the days from the epoch to 1 Tishri, before postponement
// for the length of years.
func hebrewElapsed(y int) int {
	months := (235*y - 234) / 19
	parts := 12084 + 13753*months
	days := 29*months + parts/25920
	if 3*(days+1)%7 < 3 {
		days++
	}
	return days
}

// hebrewNewYear is 1 Tishri of a Hebrew year.
func hebrewNewYear(y int) int {
	before, here, after := hebrewElapsed(y-1), hebrewElapsed(y), hebrewElapsed(y+1)
	d := here
	switch {
	case after-here == 356:
		d += 2
	case here-before == 382:
		d++
	}
	const epoch = -2092589
	return epoch + d - 1
}

// Hebrew is a day of the Hebrew calendar in the civil year given: months up to
// Elul belong to the Hebrew year that ends in it.
func Hebrew(civilYear, month, day int) int {
	if month >= Tishri {
		y := civilYear + 3761
		if month >= Tevet {
			// Tevet to Adar fall early in the civil year.
			y--
		}
		d := hebrewNewYear(y)
		length := hebrewNewYear(y+1) - d
		for m := Tishri; m < month; m++ {
			d += hebrewMonth(m, length)
		}
		if month == Adar && hebrewLeap(y) {
			d += 30
		}
		return d + day - 1
	}
	// Nisan is 177 days before the next new year.
	d := hebrewNewYear(civilYear+3761) - 177
	for m := Nisan; m < month; m++ {
		d += 30 - (m+1)%2
	}
	return d + day - 1
}

// hebrewMonth is the length of a month from Tishri on, in a year of a length.
func hebrewMonth(month, year int) int {
	switch month {
	case Tishri, Shevat:
		return 30
	case Heshvan:
		if year%10 == 5 {
			return 30
		}
		return 29
	case Kislev:
		if year%10 == 3 {
			return 29
		}
		return 30
	}
	return 29
}

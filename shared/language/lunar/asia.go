package lunar

import "math"

// ChineseNewYear is the day of the second new moon after the winter solstice,
// by the clocks of Beijing; it falls from 21 January to 20 February.
func ChineseNewYear(year int) int {
	return ChineseMonth(year, 1)
}

// ChineseMonth is the first day of the n-th month of the Chinese year, where
// no leap month comes before it.
func ChineseMonth(year, n int) int {
	const beijing = 8.0 / 24
	t := float64(daysOfYear(year)+20) - beijing
	t = newMoonAfter(t)
	for range n - 1 {
		t = newMoonAfter(t + 15)
	}
	return int(math.Floor(t + beijing))
}

// india is the offset of Indian standard time, in days.
const india = 5.5 / 24

// tithi is the lunar day at a moment, 1 to 30.
func tithi(t float64) int { return int(elongation(t)/12) + 1 }

// Hindu is the day in a Gregorian year on which a lunar day (1 to 30 from the
// new moon) of a month (1 is Chaitra, months end at the new moon) holds at an
// hour of Indian time. A leap month is passed over.
func Hindu(year, month, day int, hour float64) int {
	start := hinduMonth(year, month)
	first := int(math.Floor(start + india))
	best, diff := first+day-1, 99
	for d := first + day - 3; d <= first+day+1; d++ {
		at := float64(d) + hour/24 - india
		k := tithi(at) - day
		if k > 15 {
			k -= 30
		}
		if k < -15 {
			k += 30
		}
		if k == 0 {
			return d
		}
		if k = max(k, -k); k < diff {
			best, diff = d, k
		}
	}
	return best
}

// hinduMonth is the new moon that begins a month of a Gregorian year. The sun
// stands in Pisces when Chaitra begins, and so on; of two months that begin in
// one sign the first is the leap month.
func hinduMonth(year, month int) float64 {
	// Chaitra begins around 25 March.
	t := newMoonAfter(float64(daysOfYear(year)) + 58 + 30.44*float64(month-1))
	if month >= 10 {
		// Pausha, Magha and Phalguna fall early in the year.
		t = newMoonAfter(float64(daysOfYear(year)) - 45 + 30.44*float64(month-10))
	}
	want := (month + 10) % 12
	found := t
	for range 4 {
		if int(sidereal(t, sun(t))/30) == want {
			found = t
		}
		t = newMoonAfter(t + 15)
	}
	return found
}

// Sankranti is the day the sun enters a sign (0 is Aries) in a year, by Indian
// almanacs: the next day if that is after sunset.
func Sankranti(year, sign int) int {
	t := float64(daysOfYear(year)) + 104 + 30.44*float64(sign)
	if sign >= 9 {
		t -= 365.25
	}
	for range 8 {
		d := sidereal(t, sun(t)) - 30*float64(sign)
		if d > 180 {
			d -= 360
		}
		if d < -180 {
			d += 360
		}
		t -= d / 0.9856
	}
	t += india
	if t-math.Floor(t) > 0.75 {
		t++
	}
	return int(math.Floor(t))
}

// Onam is the day in the solar month of Leo when the moon stands in the
// lunar mansion Shravana at sunrise in Kerala.
func Onam(year int) int {
	start := Sankranti(year, 4)
	best := start
	for d := start; d < start+31; d++ {
		t := float64(d) + 6.0/24 - india
		if int(sidereal(t, moon(t))*27/360) == 21 {
			best = d
		}
	}
	return best
}

// ParsiNewYear is the first day of the Shahanshahi year of 365 days.
func ParsiNewYear(year int) int {
	// 17 August 2018.
	const anchor = 17760
	d := anchor + (year-2018)*365
	for d < daysOfYear(year) {
		d += 365
	}
	return d
}

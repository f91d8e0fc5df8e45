package lunar

import "math"

// The places of sun and moon by the main terms of J. Meeus, Astronomical
// Algorithms, chapters 25 and 47: to about a minute of arc for the sun and
// three for the moon, which is six minutes of time for a phase.

const rad = math.Pi / 180

// century is the time in Julian centuries from J2000 of a moment in days from
// 1970-01-01 UTC, with about a minute for the difference to dynamical time.
func century(t float64) float64 { return (t - 10957.5 + 0.0008) / 36525 }

// sun is the apparent longitude of the sun in degrees.
func sun(t float64) float64 {
	c := century(t)
	l := 280.46646 + 36000.76983*c
	m := (357.52911 + 35999.05029*c) * rad
	center := (1.914602-0.004817*c)*math.Sin(m) + 0.019993*math.Sin(2*m) + 0.000289*math.Sin(3*m)
	omega := (125.04 - 1934.136*c) * rad
	return mod360(l + center - 0.00569 - 0.00478*math.Sin(omega))
}

// moonTerms are multiples of D, M, M', F and the amplitude in degrees.
var moonTerms = [...][5]float64{
	{0, 0, 1, 0, 6.288774}, {2, 0, -1, 0, 1.274027}, {2, 0, 0, 0, 0.658314}, {0, 0, 2, 0, 0.213618},
	{0, 1, 0, 0, -0.185116}, {0, 0, 0, 2, -0.114332}, {2, 0, -2, 0, 0.058793}, {2, -1, -1, 0, 0.057066},
	{2, 0, 1, 0, 0.053322}, {2, -1, 0, 0, 0.045758}, {0, 1, -1, 0, -0.040923}, {1, 0, 0, 0, -0.034720},
	{0, 1, 1, 0, -0.030383}, {2, 0, 0, -2, 0.015327}, {0, 0, 1, 2, -0.012528}, {0, 0, 1, -2, 0.010980},
	{4, 0, -1, 0, 0.010675}, {0, 0, 3, 0, 0.010034}, {4, 0, -2, 0, 0.008548}, {2, 1, -1, 0, -0.007888},
	{2, 1, 0, 0, -0.006766}, {1, 0, -1, 0, -0.005163}, {1, 1, 0, 0, 0.004987}, {2, -1, 1, 0, 0.004036},
}

// moon is the longitude of the moon in degrees.
func moon(t float64) float64 {
	c := century(t)
	l := 218.3164477 + 481267.88123421*c
	d := (297.8501921 + 445267.1114034*c) * rad
	m := (357.5291092 + 35999.0502909*c) * rad
	mm := (134.9633964 + 477198.8675055*c) * rad
	f := (93.2720950 + 483202.0175233*c) * rad
	for _, k := range moonTerms {
		a := k[4]
		if k[1] != 0 {
			a *= 1 - 0.002516*c
		}
		l += a * math.Sin(k[0]*d+k[1]*m+k[2]*mm+k[3]*f)
	}
	return mod360(l)
}

func mod360(x float64) float64 {
	x = math.Mod(x, 360)
	if x < 0 {
		x += 360
	}
	return x
}

// elongation is how far the moon is ahead of the sun, 0 to 360.
func elongation(t float64) float64 { return mod360(moon(t) - sun(t)) }

// newMoonAfter is the first new moon at or after a moment.
func newMoonAfter(t float64) float64 {
	left := 360 - elongation(t)
	t += left / 12.19
	for range 6 {
		e := elongation(t)
		if e > 180 {
			e -= 360
		}
		t -= e / 12.19
	}
	return t
}

// sidereal is the longitude of the sun against the stars, by the Lahiri
// ayanamsa of Indian almanacs.
func sidereal(t, longitude float64) float64 {
	return mod360(longitude - 23.857 - 1.3969*century(t))
}

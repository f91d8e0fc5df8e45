package engine

import (
	"strconv"

	"function/shared/language/civil"
)

var timeActions = map[string]Action{
	// hour is an hour said as a number; which half of the day stays open.
	"hour": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		n := int(a[0].N)
		if a[0].N != float64(n) || n < 0 || n > 24 || a[0].Dur.Days > 2 {
			return Value{}, false
		}
		v := Value{P: clock(n, 0, 0)}
		v.P.Has |= FBare
		if n > 12 || n == 0 || a[0].Dur.Days == 2 && n < 10 {
			v.P.Has |= FSure
		}
		return v, true
	},
	// hour-minute is an hour and minutes: "five thirty", "16h30".
	"hour-minute": func(_ *Parser, a []*Value, k []int) (Value, bool) {
		v, ok := hourMinute(a[0], a[1].N)
		if !ok || a[1].Dur.Days == 1 || a[1].Dur.Days == 0 && a[1].N < 10 {
			return v, false
		}
		if len(k) > 0 {
			v.P.Has |= FSure
		}
		return v, true
	},
	// oh-minute is "nine oh five".
	"oh-minute": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		if a[1].N >= 10 {
			return Value{}, false
		}
		return hourMinute(a[0], a[1].N)
	},
	// spoken is an hour and minutes in words with no sign of a clock: "back nine thirty". It
	// must end what is said, in more words than these, and the hour be one of a dial.
	"spoken": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		v := *a[0]
		whole := v.P.Grain == civil.Minute && !v.P.has(FSure) && v.P.Hour >= 1 && v.P.Hour <= 12
		counted := p.from > 0 && (p.isCat(p.from-1, p.lang.cats.tens) || p.isCat(p.from-1, p.lang.cats.digit))
		return v, whole && p.from > 0 && !counted && p.nextIsFree()
	},
	// hundred-hours is a full hour as soldiers say it: "sixteen hundred hours".
	"hundred-hours": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		v := Value{P: clock(int(a[0].N), 0, 0)}
		v.P.Has |= FSure
		return v, a[0].N >= 1 && a[0].N < 24
	},
	// past is minutes after an hour: "twenty past three [pm]".
	"past": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		if a[0].N < 1 || a[0].N >= 60 || a[0].N != float64(int(a[0].N)) || a[1].P.Minute != 0 {
			return Value{}, false
		}
		v := *a[1]
		v.P.Minute, v.P.Grain, v.P.Has = int8(a[0].N), civil.Minute, v.P.Has&^FBare
		return v, true
	},
	// to is minutes before an hour: "ten to five".
	"to": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		if a[0].N < 1 || a[0].N >= 60 || a[0].N != float64(int(a[0].N)) {
			return Value{}, false
		}
		return minutesBefore(a[1], int8(a[0].N))
	},
	// to-round is the same without the word "minutes": only for the numbers a
	// clock face has.
	"to-round": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		if n := int(a[0].N); n != 5 && n != 10 && n != 20 && n != 25 {
			return Value{}, false
		}
		return minutesBefore(a[1], int8(a[0].N))
	},
	// past-const and to-const are the same with a fixed number: half past.
	"past-const": func(_ *Parser, a []*Value, k []int) (Value, bool) {
		v := *a[0]
		if v.P.Minute != 0 || !v.P.has(FHour) {
			return v, false
		}
		v.P.Minute, v.P.Grain, v.P.Has = int8(k[0]), civil.Minute, v.P.Has&^FBare
		return v, true
	},
	"to-const": func(_ *Parser, a []*Value, k []int) (Value, bool) { return minutesBefore(a[0], int8(k[0])) },
	// half-day puts an hour before (0) or after (12) noon.
	"half-day": func(_ *Parser, a []*Value, k []int) (Value, bool) {
		v := *a[0]
		h := int(v.P.Hour)
		if !v.P.has(FHour) || v.P.has(FPart) || h > 12 && k[0] == 0 || h > 23 {
			return v, false
		}
		if h == 0 && k[0] == 12 {
			return v, false
		}
		if h <= 12 {
			v.P.Hour = int8(h%12 + k[0])
		}
		v.P.Has = v.P.Has&^FBare | FSure
		return v, true
	},
	// half-day-open takes "am/pm" as not said.
	"half-day-open": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		return *a[0], a[0].P.Hour <= 12
	},
	// clock is a fixed time: noon.
	"clock": func(_ *Parser, _ []*Value, k []int) (Value, bool) {
		v := Value{P: clock(k[0]%24, k[1], 0)}
		v.P.Has |= FSure
		if k[0] == 24 {
			// Midnight is the end of the day it is said of.
			v.P.Hour = 24
		}
		return v, true
	},
	// four-digits passes a time of four digits: "1730 tomorrow", not "PR 123
	// today".
	"four-digits": func(_ *Parser, a []*Value, _ []int) (Value, bool) { return *a[0], a[0].Dur.Days == 4 },
	// half-clock passes an hour that a bare number may stand for.
	"half-clock": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		return *a[0], !a[0].P.has(FBare) || a[0].P.Hour <= 12
	},
	// clock-vague is a usual time for a vague phrase.
	"clock-vague": func(_ *Parser, _ []*Value, k []int) (Value, bool) {
		v := Value{P: clock(k[0], k[1], 0), Assumed: AssumedVague}
		v.P.Has |= FSure
		return v, true
	},
	// to-noon is minutes before noon or midnight.
	"to-noon": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		noon := Value{P: clock(12, 0, 0)}
		noon.P.Has |= FSure
		if p.Tokens[p.to-1].Text == "midnight" {
			noon.P.Hour = 24
		}
		return minutesBefore(&noon, int8(a[0].N))
	},
	// on-morning is the start of a date's working hours.
	"on-morning": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		return putOn(a[0], &Value{P: Point{Has: FPart, Part: Morning, Grain: civil.Hour}})
	},
	// next-morning is the next morning to begin.
	"next-morning": func(p *Parser, _ []*Value, _ []int) (Value, bool) {
		d := p.Now.Midnight()
		if h, _ := p.partHours(&Point{Part: Morning}); p.Now.Hour >= h {
			d = d.AddDays(1)
		}
		v := fixed(d, civil.Day)
		return putOn(&Value{P: v}, &Value{P: Point{Has: FPart, Part: Morning, Grain: civil.Hour}})
	},
	// sure takes an hour as on the 24-hour clock; with a constant, from there on:
	// "2h" is a length.
	"sure": func(_ *Parser, a []*Value, k []int) (Value, bool) {
		v := *a[0]
		if len(k) > 0 && int(v.P.Hour) < k[0] {
			return v, false
		}
		v.P.Has = v.P.Has&^FBare | FSure
		return v, v.P.has(FHour)
	},
	// plain takes an hour as said to be one: "5 o'clock".
	"plain": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		v := *a[0]
		v.P.Has &^= FBare
		return v, true
	},
	// roughly marks a time as vague.
	"roughly": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		v := *a[0]
		v.Rel = RelAround
		return v, true
	},
	// part is a part of the day.
	"part": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		return Value{P: Point{Has: FPart, Part: Part(a[0].N), Grain: civil.Hour}}, true
	},
	// part-day is a part of a day counted from today: tonight.
	"part-day": func(p *Parser, a []*Value, k []int) (Value, bool) {
		v := Value{P: fixed(p.Now.Midnight().AddDays(k[0]), civil.Day)}
		v.P.Has |= FPart
		v.P.Grain = civil.Hour
		if len(a) > 0 {
			v.P.Part, v.P.Slice = a[0].P.Part, a[0].P.Slice
		} else {
			v.P.Part = Part(k[1])
		}
		if len(k) > 2 {
			v.P.Slice = int8(k[2])
		}
		if v.P.Part == Night {
			v.P.Has |= FNext
		}
		return v, true
	},
	// rel-part is this, next or last morning.
	"rel-part": func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.relPart(a[0], a[1]) },
	// rel-part-slice is an early or late part: "early this morning".
	"rel-part-slice": func(p *Parser, a []*Value, k []int) (Value, bool) {
		part, ok := partSlice(a[1], int8(k[0]))
		if !ok {
			return part, false
		}
		return p.relPart(a[0], &part)
	},
	// hour-part is an hour in a part of the day: "3 in the morning".
	"hour-part": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		v := *a[0]
		if !v.P.has(FHour) || v.P.has(FPart) {
			return v, false
		}
		v.P.Part, v.P.Has = a[1].P.Part, v.P.Has|FPart
		return v, true
	},
	// on puts a clock time or a part of day on a date.
	"on": func(_ *Parser, a []*Value, _ []int) (Value, bool) { return putOn(a[0], a[1]) },
	// zoned says in which zone a time is.
	"zoned": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		v := *a[0]
		if v.P.Zone != 0 || !v.P.has(FHour) {
			return v, false
		}
		v.P.Zone = int16(a[1].N)
		return v, true
	},
	// offset is a zone by its distance from UTC: sign, hours, minutes.
	"offset": func(_ *Parser, a []*Value, k []int) (Value, bool) {
		h, m := int(a[0].N), 0
		if a[0].Dur.Days > 2 {
			h, m = h/100, h%100
		}
		if len(a) > 1 {
			m = int(a[1].N)
		}
		if h > 14 || m > 59 {
			return Value{}, false
		}
		return Value{N: float64(k[0]*(h*60+m) - zoneBias)}, true
	},
}

func init() { register(timeActions) }

// zoneBias keeps offsets below zero, apart from indices of zone names.
const zoneBias = 2000

func hourMinute(h *Value, m float64) (Value, bool) {
	v := *h
	if !v.P.has(FHour) || v.P.Minute != 0 || v.P.has(dateFields|FPart) || m < 0 || m >= 60 || m != float64(int(m)) || v.P.Hour > 23 {
		return v, false
	}
	v.P.Minute, v.P.Grain, v.P.Has = int8(m), civil.Minute, v.P.Has&^FBare
	return v, true
}

func minutesBefore(h *Value, m int8) (Value, bool) {
	v := *h
	if !v.P.has(FHour) || v.P.Minute != 0 || v.P.has(dateFields) {
		return v, false
	}
	if v.P.Hour--; v.P.Hour < 0 {
		v.P.Hour = 23
	} else if v.P.Hour == 0 && !v.P.has(FSure) {
		v.P.Hour = 12
	}
	v.P.Minute, v.P.Grain, v.P.Has = 60-m, civil.Minute, v.P.Has&^FBare
	return v, true
}

// putOn joins a date and a time of day. A date that has a part of day takes an
// hour in that part.
func putOn(date, t *Value) (Value, bool) {
	v := *date
	if v.P.Grain > civil.Day || date.HasEnd || t.HasEnd || v.P.has(FHour|FEnd) || !v.P.has(dateFields) || t.P.has(dateFields) {
		return v, false
	}
	if v.P.has(FPart) && t.P.has(FPart) && v.P.Part != t.P.Part {
		return v, false
	}
	v.P.Has &^= FNow
	v.P.Has |= t.P.Has
	if v.P.has(FDayFirst) && t.P.Grain == civil.Minute && !t.P.has(FPart) && !date.P.has(FPart) {
		v.P.Has |= FSure
	}
	if t.P.has(FPart) {
		v.P.Part, v.P.Slice = t.P.Part, t.P.Slice
		if v.P.Part == Night {
			v.P.Has |= FNext
		}
	}
	v.P.Hour, v.P.Minute, v.P.Second = t.P.Hour, t.P.Minute, t.P.Second
	if t.P.Zone != 0 {
		v.P.Zone = t.P.Zone
	}
	v.P.Grain = t.P.Grain
	if t.Rel != RelAt {
		v.Rel = t.Rel
	}
	return v, true
}

// zoneName is the IANA name or the offset of a zone code.
func zoneName(z int16) string {
	if z == 0 {
		return ""
	}
	if z > 0 {
		if int(z) <= len(zoneNames) {
			return zoneNames[z-1]
		}
		return ""
	}
	m := int(z) + zoneBias
	sign := "+"
	if m < 0 {
		sign, m = "-", -m
	}
	pad := func(n int) string {
		if n < 10 {
			return "0" + strconv.Itoa(n)
		}
		return strconv.Itoa(n)
	}
	return sign + pad(m/60) + ":" + pad(m%60)
}

// zoneNames are the zones that the lexicons name by code, from 1.
var zoneNames = [...]string{
	"UTC", "Europe/London", "Europe/Paris", "Europe/Athens", "Europe/Moscow", "Europe/Lisbon", // 1-6
	"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", // 7-10
	"America/Anchorage", "Pacific/Honolulu", "Asia/Tokyo", "Asia/Kolkata", "Asia/Shanghai", // 11-15
	"Australia/Sydney", "Australia/Perth", "Australia/Adelaide", "Pacific/Auckland", "America/Sao_Paulo", // 16-20
	"Asia/Singapore", "Asia/Hong_Kong", "Asia/Seoul", "Asia/Dubai", "Africa/Johannesburg", "Africa/Lagos", // 21-26
	"America/Halifax", "America/Argentina/Buenos_Aires", "America/Mexico_City", "Europe/Berlin", // 27-30
	"Europe/Madrid", "Europe/Rome", "America/Phoenix", "America/Toronto", "Asia/Karachi", "Africa/Cairo", "Africa/Nairobi", // 31-37
}

// stepsOf is how many units "this", "next" and "last" count from now.
func stepsOf(rel int) int {
	switch rel {
	case relNext, relComing:
		return 1
	case relLast, relPast, relPrevious:
		return -1
	}
	return 0
}

// relPart is a part of a day counted from today: "this evening".
func (p *Parser) relPart(rel, part *Value) (Value, bool) {
	days := stepsOf(int(rel.N))
	v := *part
	if v.P.has(FHour | FFixed) {
		return v, false
	}
	pt := fixed(p.Now.Midnight().AddDays(days), civil.Hour)
	pt.Has = pt.Has&^clockFields | FPart
	pt.Part, pt.Slice = v.P.Part, v.P.Slice
	if pt.Part == Night {
		pt.Has |= FNext
	}
	v.P = pt
	return v, true
}

package engine

import "function/shared/language/civil"

// seasonStarts are the first days of the northern seasons, spring first.
var seasonStarts = [...][2]int{{3, 20}, {6, 21}, {9, 23}, {12, 21}}

// seasonAt is the season that a date lies in: its first day and its number, 0
// for spring.
func seasonAt(d civil.DateTime) (civil.DateTime, int) {
	for y := d.Year; ; y-- {
		for k := 3; k >= 0; k-- {
			if s := civil.Date(y, seasonStarts[k][0], seasonStarts[k][1]); !s.After(d) {
				return s, k
			}
		}
	}
}

func seasonValue(start civil.DateTime, k int) Value {
	next := civil.Date(start.Year, seasonStarts[(k+1)%4][0], seasonStarts[(k+1)%4][1])
	if k == 3 {
		next.Year++
	}
	return Value{P: fixed(start, civil.Day), Q: fixed(next.AddDays(-1), civil.Day), HasEnd: true}
}

// season is the season k of a year; winter begins in December of it.
func season(k, year int) Value {
	return seasonValue(civil.Date(year, seasonStarts[k][0], seasonStarts[k][1]), k)
}

var seasonActions = map[string]Action{
	// season is the one of that name that lasts or comes next.
	"season": func(p *Parser, a []*Value, _ []int) (Value, bool) { return p.relSeason(relThis, int(a[0].N)-1) },
	// rel-season is this, next or last summer.
	"rel-season": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		return p.relSeason(int(a[0].N), int(a[1].N)-1)
	},
	// season-year is the summer of a year.
	"season-year": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		k := int(a[0].N) - 1
		if k < 0 || k > 3 {
			return Value{}, false
		}
		return season(k, int(a[1].N)), true
	},
	// season-years is one over the turn of a year: "winter 2024/25".
	"season-years": func(_ *Parser, a []*Value, _ []int) (Value, bool) {
		k := int(a[0].N) - 1
		if k < 0 || k > 3 {
			return Value{}, false
		}
		year := int(a[1].N)
		if start := season(k, year); int(start.P.Year) < year {
			return season(k, year+1), true
		}
		return season(k, year), true
	},
	// seasons-away is this, next or last season.
	"seasons-away": func(p *Parser, a []*Value, _ []int) (Value, bool) {
		start, k := seasonAt(p.Now.Midnight())
		switch int(a[0].N) {
		case relThis:
		case relNext, relComing:
			start, k = seasonAt(start.AddDays(100))
		default:
			start, k = seasonAt(start.AddDays(-1))
		}
		return seasonValue(start, k), true
	},
}

func init() { register(seasonActions) }

func (p *Parser) relSeason(rel, k int) (Value, bool) {
	if k < 0 || k > 3 {
		return Value{}, false
	}
	today := p.Now.Midnight()
	start, now := seasonAt(today)
	if now != k || rel == relNext || rel == relComing {
		// The next one to begin.
		for start = start.AddDays(80); ; start = start.AddDays(80) {
			s, n := seasonAt(start)
			if n == k && s.After(today) {
				start = s
				break
			}
		}
	}
	if rel == relLast || rel == relPast || rel == relPrevious {
		start.Year--
		if now == k {
			return seasonValue(start, k), true
		}
		if start.After(today) {
			start.Year--
		}
	}
	return seasonValue(start, k), true
}

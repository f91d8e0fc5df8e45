package engine

import (
	"strings"

	"function/shared/language/civil"
	"function/shared/language/token"
)

// numbers adds what a number, and the numbers glued to it by signs, may mean:
// a number, a year, an hour, and the dates and times written in digits.
func (p *Parser) numbers(i int32) {
	t := &p.Tokens[i]
	if t.Value < 0 {
		return
	}
	width := t.Len()
	v := Value{N: float64(t.Value)}
	v.Dur.Days = int32(width)
	p.addValue(p.lang.cats.num, i, i+1, &v)
	// A number of four digits is a year near our time, a clock time else.
	near := t.Value >= 1900 && t.Value < 2100
	if width == 4 && t.Value >= 1000 && t.Value < 3000 {
		y := v
		if !near {
			y.Cost = 3
		}
		p.addValue(p.lang.cats.year, i, i+1, &y)
	}
	if width <= 2 && t.Value <= 24 {
		h := Value{P: clock(t.Value, 0, 0)}
		h.P.Has |= FBare
		if width == 2 && t.Value < 10 {
			h.P.Has |= FSure
		}
		p.addValue(p.lang.cats.hour, i, i+1, &h)
	}
	if width == 3 || width == 4 {
		if h, m := t.Value/100, t.Value%100; h < 24 && m < 60 {
			c := Value{P: clock(h, m, 0)}
			if width == 4 {
				c.P.Has |= FSure
				c.P.Grain = civil.Minute
			}
			if width == 4 && near {
				c.Cost = 4
			}
			c.Dur.Days = int32(width)
			c.P.Has |= FBare
			p.addValue(p.lang.cats.hhmm, i, i+1, &c)
		}
	}
	if h, m, s := t.Value/10000, t.Value/100%100, t.Value%100; width == 6 && h < 24 && m < 60 && s < 60 {
		c := Value{P: clock(h, m, s)}
		c.P.Has |= FSure | FSecond
		c.P.Grain = civil.Second
		p.addValue(p.lang.cats.hhmmss, i, i+1, &c)
	}
	if width == 8 && t.Value >= 19000101 && t.Value < 21000101 {
		y, m, d := t.Value/10000, t.Value/100%100, t.Value%100
		if day := civil.Date(y, m, d); day.Valid() {
			p.addValue(p.lang.cats.mdy, i, i+1, &Value{P: fixed(day, civil.Day), Cost: 4})
		}
	}
	if !p.insideNumber(i) {
		p.shapes(i)
	}
}

// insideNumber reports whether token i continues "12:", "1." or "1/".
func (p *Parser) insideNumber(i int32) bool {
	if i < 2 || !p.Tokens[i].Glued {
		return false
	}
	s := &p.Tokens[i-1]
	return s.Kind == token.Sign && s.Glued && p.Tokens[i-2].Kind == token.Number && p.Tokens[i-2].Len() != 4 &&
		(s.Text == ":" || s.Text == "." || s.Text == "/" && p.Tokens[i].Len() != 4)
}

// chain is a run of up to five numbers joined by signs without space.
type chain struct {
	n     int
	value [5]int
	width [5]int
	sep   [5]byte // after number k
	end   [5]int32
}

func (p *Parser) chainAt(i int32) chain {
	var c chain
	for c.n < len(c.value) {
		t := &p.Tokens[i]
		c.value[c.n], c.width[c.n], c.end[c.n] = t.Value, t.Len(), i+1
		c.n++
		if int(i+2) >= len(p.Tokens) {
			break
		}
		s, next := &p.Tokens[i+1], &p.Tokens[i+2]
		if s.Kind != token.Sign || len(s.Text) != 1 || strings.IndexByte("/.-:", s.Text[0]) < 0 || !s.Glued || next.Kind != token.Number || !next.Glued {
			break
		}
		c.sep[c.n-1] = s.Text[0]
		i += 2
	}
	return c
}

// shapes adds the dates, times and decimals written from token i on.
func (p *Parser) shapes(i int32) {
	c := p.chainAt(i)
	if c.n >= 3 && c.sep[0] == c.sep[1] && (c.sep[0] == '/' || c.sep[0] == '-' || c.sep[0] == '.') {
		if c.n > 3 && c.sep[2] == c.sep[0] && c.sep[0] != '-' {
			return
		}
		p.threeNumbers(i, &c)
		return
	}
	if c.n >= 2 {
		switch c.sep[0] {
		case ':':
			p.colonTime(i, &c)
		case '/':
			p.slash(i, &c)
		case '.':
			p.dot(i, &c)
		case '-':
			p.dash(i, &c)
		}
		return
	}
	p.dayDot(i, &c)
}

func year4(y, width int) (int, bool) {
	switch width {
	case 4:
		return y, y >= 1000
	case 2:
		if y < 50 {
			return 2000 + y, true
		}
		return 1900 + y, true
	}
	return 0, false
}

func (p *Parser) addDate(i, end int32, y, m, d int, cat symbol, a Assumptions) bool {
	dt := civil.Date(y, m, d)
	if !dt.Valid() {
		return false
	}
	v := Value{P: fixed(dt, civil.Day), Assumed: a}
	if first := p.Tokens[i].Value; first == d && first != m && a != AssumedMonthFirst {
		v.P.Has |= FDayFirst
	}
	p.addValue(cat, i, end, &v)
	return true
}

func (p *Parser) threeNumbers(i int32, c *chain) {
	a, b, z := c.value[0], c.value[1], c.value[2]
	cat, end := p.lang.cats.mdy, c.end[2]
	if c.width[0] == 4 {
		if c.width[1] <= 2 && c.width[2] <= 2 {
			p.addDate(i, end, a, b, z, cat, 0)
		}
		return
	}
	y, ok := year4(z, c.width[2])
	if !ok || c.width[0] > 2 || c.width[1] > 2 {
		return
	}
	// 1.1.30 is a version more often than a day, unless the words around say so.
	if c.width[2] == 2 && c.width[0] == 1 && c.width[1] == 1 && c.sep[0] == '.' {
		cat = p.lang.cats.numdate
	}
	// After a dash range ("10-1-2018-10-7-2018") the second date is alone.
	dayFirst := p.DayFirst || c.sep[0] == '.'
	var note Assumptions
	if a <= 12 && b <= 12 && a != b && c.sep[0] != '.' {
		note = AssumedMonthFirst
		if dayFirst {
			note = AssumedDayFirst
		}
	}
	if dayFirst && p.addDate(i, end, y, b, a, cat, note) {
		return
	}
	if !p.addDate(i, end, y, a, b, cat, note) {
		p.addDate(i, end, y, b, a, cat, 0)
	}
}

// colonTime reads H:MM, H:MM:SS and H:MM:SS.fff.
func (p *Parser) colonTime(i int32, c *chain) {
	if c.width[0] > 2 || c.width[1] != 2 {
		return
	}
	h, m, s, end := c.value[0], c.value[1], 0, c.end[1]
	v := Value{}
	if c.n >= 3 && c.sep[1] == ':' && c.width[2] == 2 {
		s, end = c.value[2], c.end[2]
		if c.n >= 4 && c.sep[2] == '.' {
			end = c.end[3]
		}
	} else if c.n >= 3 && c.sep[1] == ':' {
		return
	}
	if h > 24 || m > 59 || s > 60 || h == 24 && m > 0 {
		return
	}
	v.P = clock(h, m, s)
	if end > c.end[1] {
		v.P.Has |= FSecond
		v.P.Grain = civil.Second
	} else {
		v.P.Grain = civil.Minute
	}
	if h == 0 || h > 12 || c.width[0] == 2 && h < 10 {
		v.P.Has |= FSure
	}
	p.addValue(p.lang.cats.numtime, i, end, &v)
}

func (p *Parser) slash(i int32, c *chain) {
	a, b := c.value[0], c.value[1]
	switch {
	case c.width[0] == 4 && c.width[1] <= 2:
		p.addMonth(i, c.end[1], a, b)
		return
	case c.width[1] == 4 && c.width[0] <= 2:
		p.addMonth(i, c.end[1], b, a)
		return
	case c.width[0] > 2 || c.width[1] > 2 || c.n > 2 && c.sep[1] != '-' && c.sep[1] != ':' && c.sep[1] != '.':
		return
	}
	if a <= b && (i > 0 && p.lang.means(p.syms[i-1], p.lang.cats.rated) || int(c.end[1]) < len(p.Tokens) && p.lang.means(p.syms[c.end[1]], p.lang.cats.stars)) {
		return // "rated 9/10", "4/5 stars"
	}
	// Fractions are dates only where a word says so.
	cat := p.lang.cats.md
	if a == 24 && b == 7 {
		// 24/7 is always, not a date.
		return
	}
	if a < b && b <= 4 && c.width[0] == 1 && c.width[1] == 1 {
		cat = p.lang.cats.numdate
	}
	p.addMonthDay(i, c.end[1], a, b, p.DayFirst, cat)
}

func (p *Parser) addMonth(i, end int32, y, m int) {
	if m < 1 || m > 12 || y < 1000 {
		return
	}
	p.addValue(p.lang.cats.date, i, end, &Value{P: Point{Has: FYear | FMonth, Year: int16(y), Month: int8(m), Grain: civil.Month}})
}

// addMonthDay adds a day and a month in one or the other order.
func (p *Parser) addMonthDay(i, end int32, a, b int, dayFirst bool, cat symbol) {
	var note Assumptions
	if a <= 12 && b <= 12 && a != b {
		note = AssumedMonthFirst
		if dayFirst {
			note = AssumedDayFirst
		}
	}
	m, d := a, b
	if dayFirst {
		m, d = b, a
	}
	if !validMonthDay(m, d) && p.Tokens[i+1].Text != "." {
		m, d = d, m
	}
	if !validMonthDay(m, d) {
		return
	}
	v := Value{P: monthDay(m, d), Assumed: note}
	if d == a && (dayFirst || a > 12) {
		v.P.Has |= FDayFirst
	}
	p.addValue(cat, i, end, &v)
}

func validMonthDay(m, d int) bool { return m >= 1 && m <= 12 && d >= 1 && d <= civil.DaysIn(2000, m) }

func monthDay(m, d int) Point {
	return Point{Has: FMonth | FDay, Month: int8(m), Day: int8(d), Grain: civil.Day}
}

// dot reads decimals, 8.11 and 23.08. as dates, 8.30 as a time.
func (p *Parser) dot(i int32, c *chain) {
	a, b := c.value[0], c.value[1]
	if c.width[0] == 4 && c.width[1] <= 2 && a >= 1900 && a < 2100 {
		p.addMonth(i, c.end[1], a, b)
	}
	if c.n > 2 && c.sep[1] != '-' && c.sep[1] != ':' {
		return
	}
	if c.width[0] <= 2 && c.width[1] <= 2 {
		cat, end := p.lang.cats.numdate, c.end[1]
		p.addMonthDay(i, end, a, b, true, cat)
		if int(end) < len(p.Tokens) && p.Tokens[end].Text == "." && p.Tokens[end].Glued &&
			(int(end+1) < len(p.Tokens) && (!p.Tokens[end+1].Glued || p.Tokens[end+1].Text == "-") || (c.width[1] == 2 || i == 0) && int(end+1) == len(p.Tokens)) {
			p.addMonthDay(i, end+1, a, b, true, p.lang.cats.numdate)
			if int(end+1) < len(p.Tokens) && c.width[1] == 2 {
				p.addMonthDay(i, end+1, a, b, true, p.lang.cats.md)
			}
		}
	}
	if c.width[0] <= 2 && c.width[1] == 2 && a < 24 && b < 60 {
		v := Value{P: clock(a, b, 0)}
		v.P.Grain = civil.Minute
		if a == 0 || a > 12 || c.width[0] == 2 && a < 10 {
			v.P.Has |= FSure
		}
		p.addValue(p.lang.cats.dottime, i, c.end[1], &v)
	}
	if c.width[0] <= 6 && c.width[1] <= 3 {
		f, scale := float64(b), 1.0
		for range c.width[1] {
			scale *= 10
		}
		p.addValue(p.lang.cats.decimal, i, c.end[1], &Value{N: float64(a) + f/scale})
	}
}

func (p *Parser) dash(i int32, c *chain) {
	if c.n > 2 && c.sep[1] == '-' {
		return
	}
	switch {
	case c.width[0] == 4 && c.width[1] <= 2 && c.value[0] >= 1900:
		p.addMonth(i, c.end[1], c.value[0], c.value[1])
	case c.width[1] == 4 && c.width[0] <= 2 && c.value[1] >= 1900 && c.value[1] < 2100:
		p.addMonth(i, c.end[1], c.value[1], c.value[0])
	case c.width[0] <= 2 && c.width[1] <= 2 && c.n == 2:
		p.addMonthDay(i, c.end[1], c.value[0], c.value[1], p.DayFirst, p.lang.cats.dashdate)
	}
}

// dayDot reads "12. " as a day of the month, as German writes it.
func (p *Parser) dayDot(i int32, c *chain) {
	end := c.end[0]
	if c.width[0] > 2 || c.value[0] < 1 || c.value[0] > 31 || int(end) >= len(p.Tokens) {
		return
	}
	if t := &p.Tokens[end]; t.Text == "." && t.Glued {
		p.addValue(p.lang.cats.daydot, i, end+1, &Value{N: float64(c.value[0])})
	}
}

func clock(h, m, s int) Point {
	return Point{Has: FHour | FMinute, Hour: int8(h), Minute: int8(m), Second: int8(s), Grain: civil.Hour}
}

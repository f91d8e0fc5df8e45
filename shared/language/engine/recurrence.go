package engine

import (
	"slices"
	"strconv"
	"strings"

	"function/shared/language/civil"
)

// Recurrence is a rule made final.
type Recurrence struct {
	// RRULE has no clock time unless there are several.
	RRULE string
	// Whole is the rule before weekdays or months that it does not name were
	// taken from it, and Without what was taken, each as a rule; empty where
	// nothing was.
	Whole   string
	Without []string
	// Start is the first occurrence.
	Start   civil.DateTime
	HasTime bool
	// Zone is the zone named with a clock time.
	Zone string
	// Times are the clock times in minutes since midnight, sorted.
	Times          []int
	Except         []civil.DateTime
	FromCompletion bool
	Assumed        Assumptions
}

// Recurrence resolves the rule of a reading. False if it names a day that
// never comes. It may have ended: who makes a series of it validates that.
func (p *Parser) Recurrence(rd *Reading) (Recurrence, bool) {
	for i := range p.resolved {
		if known := &p.resolved[i]; known.item == rd.item {
			return known.Recurrence, known.ok
		}
	}
	out, ok := p.recurrence(rd)
	p.resolved = append(p.resolved, resolvedRule{rd.item, out, ok})
	return out, ok
}

// resolvedRule keeps what was resolved once: a reading is looked at before it
// is chosen and after.
type resolvedRule struct {
	item int32
	Recurrence
	ok bool
}

func (p *Parser) recurrence(rd *Reading) (Recurrence, bool) {
	r := p.Rule(rd)
	if r.Clauses > 0 {
		return p.fromClauses(&p.clauses[r.Clauses-1])
	}
	out := Recurrence{FromCompletion: r.FromCompletion, Assumed: rd.Assumed}
	whole := r
	p.applySkips(&r)
	out.Times = p.ruleTimes(&r, &out)
	out.HasTime = len(out.Times) > 0
	if r.NTimes > 0 {
		out.Zone = zoneName(r.Times[0].Zone)
	}
	from := p.Now.Midnight()
	if r.From.Has != 0 {
		s, ok := p.resolve(r.From)
		if !ok {
			return out, false
		}
		from = s.start.Midnight()
		if s.hasTime && len(out.Times) == 0 {
			out.Times = []int{s.start.Hour*60 + s.start.Minute}
			out.HasTime = true
		}
	}
	start, ok := p.firstOccurrence(&r, from, out.Times)
	if !ok {
		return out, false
	}
	out.Start = start
	if r.Freq < civil.Day {
		out.HasTime = true
	}
	until, ok := p.until(&r, from)
	if !ok {
		return out, false
	}
	for _, pt := range r.Skip {
		if pt.Has == 0 {
			break
		}
		if s, ok := p.resolve(pt); ok {
			out.Except = append(out.Except, s.start)
		}
	}
	out.RRULE = p.text(&r, &out, until)
	p.apart(&whole, &out, until)
	return out, true
}

// apart gives what is left out as rules of their own, where the rule names no
// set of the kind: "daily except on weekends" is a daily rule without the
// weekends' days, "weekdays except Friday" has four days.
func (p *Parser) apart(whole *Rule, out *Recurrence, until civil.DateTime) {
	days, months := whole.SkipDays != 0 && whole.NDays == 0, whole.SkipMonths != 0 && whole.Months == 0
	if !days && !months {
		return
	}
	rule := *whole
	if days {
		rule.SkipDays = 0
	}
	if months {
		rule.SkipMonths = 0
	}
	p.applySkips(&rule)
	if days {
		without := rule
		for w := int8(1); w <= 7; w++ {
			if whole.SkipDays&(1<<w) != 0 {
				without.addDay(0, w)
			}
		}
		out.Without = append(out.Without, p.text(&without, out, until))
	}
	if months {
		without := rule
		without.Months = whole.SkipMonths
		out.Without = append(out.Without, p.text(&without, out, until))
	}
	out.Whole = p.text(&rule, out, until)
}

// applySkips takes the days and months left out from the sets.
func (p *Parser) applySkips(r *Rule) {
	if r.SkipDays != 0 {
		var days [16]NthDay
		n := uint8(0)
		if r.NDays == 0 && (r.Freq == civil.Day && r.Interval == 1 || r.Freq == civil.Week) {
			r.Freq = civil.Week
			for w := int8(1); w <= 7; w++ {
				r.addDay(0, w)
			}
		}
		for _, d := range r.Days[:r.NDays] {
			if r.SkipDays&(1<<d.Weekday) == 0 {
				days[n] = d
				n++
			}
		}
		r.Days, r.NDays = days, n
	}
	if r.SkipMonths != 0 {
		if r.Months == 0 {
			r.Months = 1<<13 - 2
		}
		r.Months &^= r.SkipMonths
	}
}

// ruleTimes are the clock times of a rule, minutes since midnight, sorted.
func (p *Parser) ruleTimes(r *Rule, out *Recurrence) []int {
	var times []int
	for _, pt := range r.Times[:r.NTimes] {
		h, sure := p.hour(&pt)
		if !sure && h != int(pt.Hour) {
			out.Assumed |= AssumedHalfDay
		}
		times = append(times, h%24*60+int(pt.Minute))
	}
	if r.NTimes == 0 && r.Part != NoPart {
		h, _ := p.partHours(&Point{Part: r.Part})
		times = append(times, h*60)
		out.Assumed |= AssumedPart
	}
	slices.Sort(times)
	return times
}

// firstOccurrence is the first one not before now and not before from.
func (p *Parser) firstOccurrence(r *Rule, from civil.DateTime, times []int) (civil.DateTime, bool) {
	if r.exact() {
		return p.firstExact(r, from, times)
	}
	if r.Freq < civil.Day {
		if r.From.Has == 0 {
			return p.Now.Add(int(r.Interval), r.Freq).Floor(civil.Minute, 1), true
		}
		if len(times) > 0 {
			return from.At(times[0]/60, times[0]%60, 0), true
		}
		return from, true
	}
	anchored := r.NDays > 0 || r.MonthDays|r.LastDays != 0 || r.Months != 0 || r.Weeks|r.LastWeeks != 0 || r.YearDays[0] != 0
	if today := p.Now.Midnight(); anchored && from.Before(today) {
		from = today
	}
	if n := int(r.YearDays[0]); n > 0 {
		return p.firstYearDay(r, n, from, times)
	}
	c := cursorAt(from)
	for k := 0; k < 31*12*41; k++ {
		if r.Months != 0 && r.Months&(1<<c.Month) == 0 {
			c = cursorAt(civil.Date(c.Year, c.Month, 1).AddMonths(1))
			continue
		}
		if matches(r, &c) {
			if at, ok := p.timeOn(c.DateTime, times); ok {
				return at, true
			}
		}
		if anchored {
			c.next()
			continue
		}
		if k > 2 && c.After(p.Now.AddDays(1)) {
			break
		}
		step := 1
		if r.From.Has != 0 {
			step = int(r.Interval) // it counts from the day that was said
		}
		c = cursorAt(from.Add((k+1)*step, r.Freq))
	}
	return c.DateTime, false
}

// firstYearDay is the first occurrence of a rule with one day of the year.
func (p *Parser) firstYearDay(r *Rule, n int, from civil.DateTime, times []int) (civil.DateTime, bool) {
	for year := from.Year; year <= from.Year+40; year++ {
		c := cursorAt(civil.Date(year, 1, 1).AddDays(n - 1))
		if c.Year != year || c.Before(from) || !matches(r, &c) {
			continue
		}
		if at, ok := p.timeOn(c.DateTime, times); ok {
			return at, true
		}
	}
	return civil.DateTime{}, false
}

// cursor is a date that is moved day by day without calendar arithmetic.
type cursor struct {
	civil.DateTime
	// weekday is 1 to 7, length the number of days of the month.
	weekday, length int
}

func cursorAt(d civil.DateTime) cursor { return cursor{d, d.Weekday(), civil.DaysIn(d.Year, d.Month)} }

func (c *cursor) next() {
	c.weekday = c.weekday%7 + 1
	if c.Day++; c.Day <= c.length {
		return
	}
	c.Day = 1
	if c.Month++; c.Month > 12 {
		c.Year, c.Month = c.Year+1, 1
	}
	c.length = civil.DaysIn(c.Year, c.Month)
}

// timeOn is the first of the times on a date that is not past.
func (p *Parser) timeOn(d civil.DateTime, times []int) (civil.DateTime, bool) {
	if len(times) == 0 {
		return d, !d.Before(p.Now.Midnight())
	}
	for _, t := range times {
		if at := d.At(t/60, t%60, 0); !at.Before(p.Now) {
			return at, true
		}
	}
	return d, false
}

// matches reports whether the sets of a rule let a date through; the interval
// counts from the first.
func matches(r *Rule, d *cursor) bool {
	if r.Months != 0 && r.Months&(1<<d.Month) == 0 {
		return false
	}
	if r.MonthDays|r.LastDays != 0 {
		last := d.length - d.Day + 1
		if r.MonthDays&(1<<d.Day) == 0 && r.LastDays&(1<<last) == 0 {
			return false
		}
	}
	if r.NDays > 0 && !onWeekday(r, d) {
		return false
	}
	if r.YearDays[0] != 0 && d.YearDay() != int(r.YearDays[0]) {
		return false
	}
	if r.Weeks != 0 {
		thursday := d.AddDays(4 - d.weekday)
		if r.Weeks&(1<<((thursday.YearDay()-1)/7+1)) == 0 {
			return false
		}
	}
	return r.SetPos[0] == 0 || matchesSetPos(r, d)
}

// onWeekday reports whether a date is one of the rule's weekdays.
func onWeekday(r *Rule, d *cursor) bool {
	for _, day := range r.Days[:r.NDays] {
		if int(day.Weekday) != d.weekday {
			continue
		}
		if r.SetPos[0] != 0 || day.N == 0 || int(day.N) == (d.Day-1)/7+1 || int(day.N) == -((d.length-d.Day)/7+1) {
			return true
		}
	}
	return false
}

// matchesSetPos is for sets of weekdays in a month; the date is one of them.
func matchesSetPos(r *Rule, d *cursor) bool {
	n := 0
	if r.SetPos[0] > 0 {
		for day := d.Day; day >= 1; day-- {
			x := cursor{civil.Date(d.Year, d.Month, day), (d.weekday-1+35-(d.Day-day))%7 + 1, d.length}
			if onWeekday(r, &x) {
				n++
			}
		}
		return n == int(r.SetPos[0])
	}
	for x := *d; x.Month == d.Month; x.next() {
		if onWeekday(r, &x) {
			n--
		}
	}
	return n == int(r.SetPos[0])
}

// until is the last date of a bounded rule, zero if it has no end. A day is
// inclusive; a month, a week or a year ends it where it begins, unless it goes through it.
func (p *Parser) until(r *Rule, from civil.DateTime) (civil.DateTime, bool) {
	if r.Until.Has != 0 {
		sub := *p
		if from.After(p.Now) {
			sub.Now = from
		}
		s, ok := sub.resolve(r.Until)
		switch {
		case r.Until.has(FHour):
			return s.start, ok
		case r.Through && s.end.After(s.start):
			return s.end.AddDays(-1).Midnight(), ok
		}
		return s.start.Midnight(), ok
	}
	if r.For != (Duration{}) {
		return move(from, r.For, 1).AddDays(-1).Midnight(), true
	}
	return civil.DateTime{}, true
}

var weekdayCodes = [...]string{"", "MO", "TU", "WE", "TH", "FR", "SA", "SU"}

var frequencies = [...]string{
	civil.Second: "SECONDLY", civil.Minute: "MINUTELY", civil.Hour: "HOURLY", civil.Day: "DAILY", civil.Week: "WEEKLY", civil.Month: "MONTHLY", civil.Year: "YEARLY",
	civil.Century: "", // no rule repeats by decades and more
}

// text writes the rule as RFC 5545 has it.
func (p *Parser) text(r *Rule, out *Recurrence, until civil.DateTime) string {
	var b strings.Builder
	freq := frequencies[r.Freq]
	hours, minutes, pos := clockSets(out.Times)
	if pos != "" && r.Freq == civil.Week && r.Interval == 1 && r.NDays > 0 {
		freq = "DAILY"
	}
	b.WriteString("FREQ=" + freq)
	if r.Interval > 1 {
		b.WriteString(";INTERVAL=" + strconv.Itoa(int(r.Interval)))
	}
	list(&b, "BYMONTH", numbersOf(uint64(r.Months), 12))
	list(&b, "BYWEEKNO", append(numbersOf(r.Weeks, 53), bitsFromEnd(r.LastWeeks, 53)...))
	list(&b, "BYYEARDAY", r.YearDays.list())
	days := append(numbersOf(uint64(r.MonthDays), 31), bitsFromEnd(uint64(r.LastDays), 31)...)
	list(&b, "BYMONTHDAY", days)
	days = nil
	for _, d := range r.Days[:r.NDays] {
		s := weekdayCodes[d.Weekday]
		if d.N != 0 {
			s = strconv.Itoa(int(d.N)) + s
		}
		days = append(days, s)
	}
	if r.NDays > 0 && r.Days[0].N == 0 {
		slices.SortFunc(days, func(a, b string) int { return weekdayOf(a) - weekdayOf(b) })
	}
	list(&b, "BYDAY", days)
	if len(out.Times) > 1 && (pos == "" || freq == "DAILY") {
		b.WriteString(hours + minutes)
		if pos != "" && r.SetPos[0] == 0 {
			b.WriteString(pos)
		}
	}
	r.exactClock(&b)
	list(&b, "BYSETPOS", r.SetPos.list())
	if r.Count != 0 {
		b.WriteString(";COUNT=" + strconv.Itoa(int(r.Count)))
	}
	if !until.IsZero() {
		b.WriteString(";UNTIL=" + r.untilText(until, out.HasTime))
	}
	r.exactCalendar(&b)
	return b.String()
}

func weekdayOf(code string) int {
	for i, c := range weekdayCodes {
		if c == code {
			return i
		}
	}
	return 0
}

// clockSets writes several clock times as BYHOUR and BYMINUTE; where minutes
// differ BYSETPOS picks from their product.
func clockSets(times []int) (hours, minutes, pos string) {
	if len(times) < 2 {
		return "", "", ""
	}
	hs, ms := map[int]bool{}, map[int]bool{}
	for _, t := range times {
		hs[t/60], ms[t%60] = true, true
	}
	var b strings.Builder
	list(&b, "BYHOUR", sorted(hs))
	hours = b.String()
	b.Reset()
	list(&b, "BYMINUTE", sorted(ms))
	minutes = b.String()
	if len(hs)*len(ms) == len(times) {
		return hours, minutes, ""
	}
	var picks []string
	n := 0
	for h := range 24 {
		for m := range 60 {
			if !hs[h] || !ms[m] {
				continue
			}
			n++
			for _, t := range times {
				if t == h*60+m {
					picks = append(picks, strconv.Itoa(n))
				}
			}
		}
	}
	b.Reset()
	list(&b, "BYSETPOS", picks)
	return hours, minutes, b.String()
}

func sorted(set map[int]bool) []string {
	var out []string
	for i := range 60 {
		if set[i] {
			out = append(out, strconv.Itoa(i))
		}
	}
	return out
}

func numbersOf(set uint64, n int) []string {
	var out []string
	for i := 1; i <= n && set != 0; i++ {
		if set&(1<<i) != 0 {
			out = append(out, strconv.Itoa(i))
		}
	}
	return out
}

func bitsFromEnd(set uint64, n int) []string {
	var out []string
	for i := n; i >= 1 && set != 0; i-- {
		if set&(1<<i) != 0 {
			out = append(out, "-"+strconv.Itoa(i))
		}
	}
	return out
}

func list(b *strings.Builder, name string, values []string) {
	if len(values) > 0 {
		b.WriteString(";" + name + "=" + strings.Join(values, ","))
	}
}

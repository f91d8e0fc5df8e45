package engine

import (
	"math/bits"
	"slices"
	"strconv"

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
	known := p.resolvedRule(rd)
	return known.Recurrence, known.ok
}

func (p *Parser) resolvedRule(rd *Reading) *resolvedRule {
	for i := range p.resolved {
		if known := &p.resolved[i]; known.item == rd.item {
			return known
		}
	}
	out, ok := p.recurrence(rd)
	p.resolved = append(p.resolved, resolvedRule{rd.item, out, ok})
	return &p.resolved[len(p.resolved)-1]
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
	dial := p.dial(r)
	for _, pt := range r.Times[:r.NTimes] {
		if dial && !pt.has(FPart) {
			pt.Has |= FSure
		}
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
	return slices.Compact(times)
}

// dial reports whether the times of a rule are those of a clock with 24 hours, since one of
// them is: "at 6:00 and 14:00".
func (p *Parser) dial(r *Rule) bool {
	for _, pt := range r.Times[:r.NTimes] {
		if p.half == 0 && pt.has(FSure) && !pt.has(FPart) && pt.Hour > 12 {
			return true
		}
	}
	return false
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
	if r.For != (Duration{}) && r.For.Months == 0 && r.For.Days == 0 {
		if r.Freq >= civil.Day {
			return civil.DateTime{}, false
		}
		r.Until.Has |= FHour // it ends at a time of day
		if from.Before(p.Now) {
			from = p.Now
		}
		return move(from, r.For, 1), true
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

// picksFromTimes reports whether there is nothing but times of day to pick from: BYSETPOS
// does not stand by itself (RFC 5545 3.3.10).
func (r *Rule) picksFromTimes() bool {
	return r.SetPos[0] != 0 && r.NDays == 0 && r.MonthDays|r.LastDays == 0 && r.Months == 0 && r.Weeks|r.LastWeeks == 0 && r.YearDays[0] == 0
}

// text writes the rule as RFC 5545 has it.
func (p *Parser) text(r *Rule, out *Recurrence, until civil.DateTime) string {
	var room [256]byte
	b := append(room[:0], "FREQ="...)
	freq := frequencies[r.Freq]
	times := out.Times
	if len(times) == 1 && !r.picksFromTimes() {
		times = nil // the start says it
	}
	hours, minutes, pos := clockSets(times)
	if r.Paired {
		pos = r.pairs(out.Times)
	} else if pos != "" && r.Freq == civil.Week && r.Interval == 1 && r.NDays > 0 {
		freq = "DAILY"
	}
	b = append(b, freq...)
	if r.Interval > 1 {
		b = strconv.AppendInt(append(b, ";INTERVAL="...), int64(r.Interval), 10)
	}
	b = appendSet(b, ";BYMONTH=", uint64(r.Months)&^1, 0, 12)
	b = appendSet(b, ";BYWEEKNO=", r.Weeks&^1, r.LastWeeks, 53)
	b = appendNumbers(b, ";BYYEARDAY=", &r.YearDays)
	b = appendSet(b, ";BYMONTHDAY=", uint64(r.MonthDays)&^1, uint64(r.LastDays), 31)
	b = r.appendDays(b)
	if len(times) > 0 && (pos == "" || r.Paired || freq == "DAILY") {
		b = append(append(b, hours...), minutes...)
		if pos != "" && r.SetPos[0] == 0 {
			b = append(b, pos...)
		}
	}
	b = r.appendExactClock(b)
	b = appendNumbers(b, ";BYSETPOS=", &r.SetPos)
	if r.Count != 0 {
		b = strconv.AppendInt(append(b, ";COUNT="...), int64(r.Count), 10)
	}
	if !until.IsZero() {
		b = append(append(b, ";UNTIL="...), r.untilText(until, out.HasTime)...)
	}
	return string(r.appendExactCalendar(b))
}

// appendDays writes the weekdays, those without a number in the order of the week.
func (r *Rule) appendDays(b []byte) []byte {
	days := r.Days
	if r.NDays > 0 && days[0].N == 0 {
		slices.SortFunc(days[:r.NDays], func(a, b NthDay) int { return a.key() - b.key() })
	}
	for i, d := range days[:r.NDays] {
		b = appendSeparator(b, ";BYDAY=", i == 0)
		if d.N != 0 {
			b = strconv.AppendInt(b, int64(d.N), 10)
		}
		b = append(b, weekdayCodes[d.Weekday]...)
	}
	return b
}

// key orders weekdays; those with a number stand before the others.
func (d NthDay) key() int {
	if d.N != 0 {
		return 0
	}
	return int(d.Weekday)
}

// clockSets writes several clock times as BYHOUR and BYMINUTE; where minutes
// differ BYSETPOS picks from their product.
func clockSets(times []int) (hours, minutes, pos string) {
	if len(times) == 0 {
		return "", "", ""
	}
	var hs, ms uint64
	for _, t := range times {
		hs, ms = hs|1<<(t/60), ms|1<<(t%60)
	}
	hours, minutes = string(appendSet(nil, ";BYHOUR=", hs, 0, 59)), string(appendSet(nil, ";BYMINUTE=", ms, 0, 59))
	if bits.OnesCount64(hs)*bits.OnesCount64(ms) == len(times) {
		return hours, minutes, ""
	}
	var picks []byte
	n := 0
	for h := range 24 {
		for m := range 60 {
			if hs>>h&1 == 0 || ms>>m&1 == 0 {
				continue
			}
			n++
			for _, t := range times {
				if t == h*60+m {
					picks = strconv.AppendInt(appendSeparator(picks, ";BYSETPOS=", picks == nil), int64(n), 10)
				}
			}
		}
	}
	return hours, minutes, string(picks)
}

// pairs picks each day's own time from the days of a week at all times.
func (r *Rule) pairs(times []int) string {
	var picks []byte
	var hs, ms uint64
	for _, t := range times {
		hs, ms = hs|1<<(t/60), ms|1<<(t%60)
	}
	n := 0
	for w := int8(1); w <= 7; w++ {
		i := slices.Index(r.Days[:r.NDays], NthDay{0, w})
		if i < 0 {
			continue
		}
		for h := range 24 {
			for m := range 60 {
				if hs>>h&1 == 0 || ms>>m&1 == 0 {
					continue
				}
				if n++; int(r.Times[i].Hour)%24 == h && int(r.Times[i].Minute) == m {
					picks = strconv.AppendInt(appendSeparator(picks, ";BYSETPOS=", picks == nil), int64(n), 10)
				}
			}
		}
	}
	return string(picks)
}

// appendSeparator writes what stands before a value of a part.
func appendSeparator(b []byte, name string, first bool) []byte {
	if first {
		return append(b, name...)
	}
	return append(b, ',')
}

// appendSet writes a part whose values are the bits of a set, and those of another one, up
// to last, as counted from the end.
func appendSet(b []byte, name string, set, fromEnd uint64, last int) []byte {
	first := true
	for ; set != 0; set &= set - 1 {
		b = strconv.AppendInt(appendSeparator(b, name, first), int64(bits.TrailingZeros64(set)), 10)
		first = false
	}
	for i := last; i > 0 && fromEnd != 0; i-- {
		if fromEnd>>i&1 != 0 {
			b = strconv.AppendInt(appendSeparator(b, name, first), int64(-i), 10)
			first = false
		}
	}
	return b
}

// appendNumbers writes a part whose values are a list.
func appendNumbers(b []byte, name string, values *Numbers) []byte {
	for i, v := range values {
		if v != 0 {
			b = strconv.AppendInt(appendSeparator(b, name, i == 0), int64(v), 10)
		}
	}
	return b
}

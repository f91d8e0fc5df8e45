package recurrence

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// MaxLength is the longest text of a rule that Parse reads, in bytes.
const MaxLength = 16 << 10

// Parse reads a RECUR value, with or without "RRULE:" before it, in any order of
// parts and any case. It is strict: what RFC 5545 section 3.3.10 forbids is refused
// with an *Error that names the part. SKIP is read with or without RSCALE=GREGORIAN.
func Parse(text string) (Rule, error) {
	if len(text) > MaxLength {
		return Rule{}, invalid("RRULE", text, "longer than "+strconv.Itoa(MaxLength)+" bytes")
	}
	body := strings.TrimSpace(text)
	if len(body) >= 6 && strings.EqualFold(body[:6], "RRULE:") {
		body = body[6:]
	}
	if body == "" {
		return Rule{}, invalid("RRULE", "", "the rule is empty")
	}
	rule := Rule{Interval: 1}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(body, ";") {
		name, value, found := strings.Cut(part, "=")
		name = upper(name)
		if !found || name == "" || value == "" {
			return Rule{}, invalid("RRULE", part, "want NAME=VALUE between semicolons")
		}
		read := partReaders[name]
		if read == nil {
			return Rule{}, invalid(clip(name), value, "RFC 5545 has no such part")
		}
		if seen[name] {
			return Rule{}, invalid(name, value, "given twice")
		}
		seen[name] = true
		if reason := read(&rule, upper(value)); reason != "" {
			return Rule{}, invalid(name, value, reason)
		}
	}
	if !seen["FREQ"] {
		return Rule{}, invalid("FREQ", "", "missing")
	}
	return rule, rule.Check()
}

// upper maps ASCII letters only, so that no other letter can pass for one.
func upper(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r - 'a' + 'A'
		}
		return r
	}, s)
}

// partReaders holds, for each part, a function that stores the value in the rule
// or says what is wrong with it.
var partReaders = map[string]func(*Rule, string) string{
	"FREQ":       readFreq,
	"INTERVAL":   readPositive(func(r *Rule) *int { return &r.Interval }),
	"COUNT":      readPositive(func(r *Rule) *int { return &r.Count }),
	"UNTIL":      readUntil,
	"BYSECOND":   readNumbers(func(r *Rule) *[]int { return &r.BySecond }),
	"BYMINUTE":   readNumbers(func(r *Rule) *[]int { return &r.ByMinute }),
	"BYHOUR":     readNumbers(func(r *Rule) *[]int { return &r.ByHour }),
	"BYDAY":      readDays,
	"BYMONTHDAY": readNumbers(func(r *Rule) *[]int { return &r.ByMonthDay }),
	"BYYEARDAY":  readNumbers(func(r *Rule) *[]int { return &r.ByYearDay }),
	"BYWEEKNO":   readNumbers(func(r *Rule) *[]int { return &r.ByWeekNo }),
	"BYMONTH":    readNumbers(func(r *Rule) *[]int { return &r.ByMonth }),
	"BYSETPOS":   readNumbers(func(r *Rule) *[]int { return &r.BySetPos }),
	"WKST":       readWeekStart,
	"RSCALE":     readScale,
	"SKIP":       readSkip,
}

func readFreq(r *Rule, value string) string {
	i := slices.Index(freqNames[1:], value)
	if i < 0 {
		return "want SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY"
	}
	r.Freq = Freq(i + 1)
	return ""
}

func readPositive(field func(*Rule) *int) func(*Rule, string) string {
	return func(r *Rule, value string) string {
		n, ok := parseNumber(value, false)
		if !ok || n < 1 {
			return "want a number from 1 to 999999999"
		}
		*field(r) = n
		return ""
	}
}

func readNumbers(field func(*Rule) *[]int) func(*Rule, string) string {
	return func(r *Rule, value string) string {
		var list []int
		for item := range strings.SplitSeq(value, ",") {
			n, ok := parseNumber(item, true)
			if !ok {
				return "want numbers between commas"
			}
			list = append(list, n)
		}
		*field(r) = sortedNumbers(list)
		return ""
	}
}

func readDays(r *Rule, value string) string {
	var list []WeekdayNum
	for item := range strings.SplitSeq(value, ",") {
		if len(item) < 2 {
			return "want weekdays such as MO or -1FR between commas"
		}
		at := len(item) - 2
		day := slices.Index(weekdayNames[:], item[at:])
		if day < 0 {
			return "the weekdays are MO, TU, WE, TH, FR, SA and SU"
		}
		entry := WeekdayNum{Day: Weekday(day)}
		if at > 0 {
			n, ok := parseNumber(item[:at], true)
			if !ok || n == 0 {
				return "want a number from 1 to 53 or -1 to -53 before the weekday"
			}
			entry.N = n
		}
		list = append(list, entry)
	}
	r.ByDay = sortedDays(list)
	return ""
}

func readUntil(r *Rule, value string) string {
	slot, utc, ok := parseBasic(value)
	if !ok {
		return "want 20060102, 20060102T150405 or 20060102T150405Z"
	}
	if slot.Second == 60 {
		slot.Second = 59
	}
	if slot.Check() != nil {
		return "no such date or time"
	}
	r.Until = Until{Slot: slot, UTC: utc}
	return ""
}

func readWeekStart(r *Rule, value string) string {
	day := slices.Index(weekdayNames[:], value)
	if day < 0 {
		return "want MO, TU, WE, TH, FR, SA or SU"
	}
	r.WeekStart = Weekday(day)
	return ""
}

func readScale(_ *Rule, value string) string {
	if value != "GREGORIAN" {
		return "only the GREGORIAN calendar is known"
	}
	return ""
}

func readSkip(r *Rule, value string) string {
	i := slices.Index(skipNames[:], value)
	if i < 0 {
		return "want OMIT, FORWARD or BACKWARD"
	}
	r.Skip = Skip(i)
	return ""
}

// parseNumber reads at most nine digits, with a sign where one is allowed.
func parseNumber(text string, signed bool) (int, bool) {
	digits, negative := text, false
	if signed && digits != "" && (digits[0] == '+' || digits[0] == '-') {
		negative = digits[0] == '-'
		digits = digits[1:]
	}
	if digits == "" || len(digits) > 9 {
		return 0, false
	}
	n := 0
	for i := range len(digits) {
		c := digits[i]
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	if negative {
		n = -n
	}
	return n, true
}

// sortedNumbers sorts positive numbers before negative ones, as they follow each
// other in a month or year, and removes duplicates.
func sortedNumbers(list []int) []int {
	out := slices.Clone(list)
	slices.SortFunc(out, compareSigned)
	return slices.Compact(out)
}

func sortedDays(list []WeekdayNum) []WeekdayNum {
	out := slices.Clone(list)
	slices.SortFunc(out, func(a, b WeekdayNum) int {
		return cmp.Or(compareSigned(a.N, b.N), cmp.Compare(a.Day, b.Day))
	})
	return slices.Compact(out)
}

func compareSigned(a, b int) int {
	return cmp.Or(cmp.Compare(rank(a < 0), rank(b < 0)), cmp.Compare(a, b))
}

package words

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"function/shared/recurrence"
)

// Options are what the words depend on besides the rule.
type Options struct {
	// Language is a BCP 47 tag, of which the base matters; English if unknown.
	Language string
	// FromCompletion says that the rule counts from when the last one was done.
	FromCompletion bool
	// WeekStart is the first day of the person's week. The rule's own is said where it
	// differs and changes the occurrences.
	WeekStart time.Weekday
	// Time is the clock time of the occurrences as "15:04", or empty.
	Time string
	// Start is the local date of the first occurrence as "2006-01-02", for rules that
	// take their day from it; may be empty.
	Start string
	// Zone is the person's zone, in which an UNTIL in UTC is said; UTC if nil.
	Zone *time.Location
}

// Rule says an RFC 5545 recurrence rule in words, such as "every other Tuesday at
// 9:00, 10 times". Nothing of the rule is left out. The error is that of
// recurrence.Parse, or tells which option cannot be read. BYMONTHDAY in a week and
// BYYEARDAY in a day, week or month, which RFC 5545 forbids and older calendars write,
// are said as those calendars take them. A rule that no date fits is refused with
// recurrence.ErrNever.
func Rule(rrule string, o Options) (string, error) {
	r, err := recurrence.Parse(rrule)
	if err != nil {
		if r = lenient(r); r.Check() != nil {
			return "", err
		}
	}
	var start recurrence.Slot
	if o.Start != "" {
		if start, err = recurrence.ParseSlot(o.Start); err != nil {
			return "", fmt.Errorf("words: Start %q: %w", o.Start, err)
		}
	}
	if neverComes(r) {
		return "", &recurrence.Error{Part: "RRULE", Value: rrule, Reason: "it never happens: no date has all that it asks for", Kind: recurrence.ErrNever}
	}
	s := sentence{book: book(o.Language), options: o, start: start, hour: -1, minute: -1}
	if o.Time != "" {
		at, err := time.Parse("15:04", o.Time)
		if err != nil {
			return "", fmt.Errorf("words: Time %q: want hours and minutes such as 09:30", o.Time)
		}
		s.hour, s.minute = at.Hour(), at.Minute()
	}
	if o.FromCompletion {
		s.start = recurrence.Slot{} // the day comes from the completion
	}
	return s.rule(normal(r, s.start)), nil
}

func itoa(n int) string { return strconv.Itoa(n) }

func midnight(s recurrence.Slot) time.Time {
	return time.Date(s.Year, s.Month, s.Day, 0, 0, 0, 0, time.UTC)
}

// sentence is a phrase being built.
type sentence struct {
	book         *phrasebook
	options      Options
	start        recurrence.Slot // of Options, or zero
	hour, minute int             // of Options.Time, or -1
	positions    []int           // BYSETPOS left to say
	narrowing    []string
	text         strings.Builder
}

// add appends a part after a space; one that starts with a comma is set close.
func (s *sentence) add(part string) {
	if part == "" {
		return
	}
	if s.text.Len() > 0 && part[0] != ',' {
		s.text.WriteByte(' ')
	}
	s.text.WriteString(part)
}

// addOnly appends, after the clock, a part that narrows what was said before.
func (s *sentence) addOnly(part string) {
	if part != "" {
		s.narrowing = append(s.narrowing, fill(s.book.only, "x", part))
	}
}

func (s *sentence) rule(r recurrence.Rule) string {
	if !everyday(r) {
		return s.byClauses(r)
	}
	s.positions = r.BySetPos
	switch {
	case r.Freq < recurrence.Daily || (r.Freq == recurrence.Daily && r.Interval > 1):
		s.narrowed(r)
	case r.Freq <= recurrence.Weekly:
		s.weekly(r)
	default:
		s.periodic(r)
	}
	s.clock(r)
	for _, part := range s.narrowing {
		s.add(part)
	}
	s.limits(r)
	if len(s.book.contractions) > 0 {
		return strings.NewReplacer(s.book.contractions...).Replace(s.text.String())
	}
	return s.text.String()
}

// cycle says "every day", "every 3 weeks".
func (s *sentence) cycle(r recurrence.Rule) {
	b := s.book
	switch {
	case r.Interval == 1:
		s.add(b.every[r.Freq])
	case r.Interval == 2 && b.everyTwo[r.Freq] != "":
		s.add(b.everyTwo[r.Freq])
	default:
		s.add(fill(b.everyN[r.Freq], "n", itoa(r.Interval)))
	}
}

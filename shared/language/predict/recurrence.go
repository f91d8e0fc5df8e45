package predict

import (
	"strconv"
	"strings"

	"function/shared/language"
)

func init() { kinds["recurrence"] = repetition }

type rulePrediction struct {
	ID    string  `json:"id"`
	RRULE *string `json:"rrule"`
}

// repetition is the first repetition in the text, its clock time in the rule.
func repetition(c Case) (any, error) {
	ctx, err := c.context()
	if err != nil {
		return nil, err
	}
	p := rulePrediction{ID: c.ID}
	if found := language.Recurrences(c.Text, ctx); len(found) > 0 {
		s := withTime(found[0])
		p.RRULE = &s
	}
	return p, nil
}

// withTime is the rule with the clock time of its start in it.
func withTime(r language.Recurrence) string {
	if !r.Start.HasTime || strings.Contains(r.RRULE, "BYHOUR") || strings.Contains(r.RRULE, "HOURLY") ||
		strings.Contains(r.RRULE, "MINUTELY") || strings.Contains(r.RRULE, "SECONDLY") {
		return r.RRULE
	}
	return r.RRULE + ";BYHOUR=" + strconv.Itoa(r.Start.Start.Hour) + ";BYMINUTE=" + strconv.Itoa(r.Start.Start.Minute)
}

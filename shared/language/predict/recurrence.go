package predict

import (
	"strconv"
	"strings"

	"function/shared/language"
)

func init() { kinds["recurrence"] = repetition }

// rulePrediction is a rule and, apart from it, what is left out of it: rules
// (EXRULE) and dates (EXDATE).
type rulePrediction struct {
	ID     string   `json:"id"`
	RRULE  *string  `json:"rrule"`
	EXRULE []string `json:"exrule,omitempty"`
	EXDATE []string `json:"exdate,omitempty"`
}

// repetition is the first repetition in the text, its clock time in the rule.
func repetition(c Case) (any, error) {
	ctx, err := c.context()
	if err != nil {
		return nil, err
	}
	p := rulePrediction{ID: c.ID}
	found := language.Recurrences(c.Text, ctx)
	if len(found) == 0 {
		return p, nil
	}
	r := &found[0]
	rule := r.RRULE
	if r.Whole != "" {
		rule = r.Whole
		for _, without := range r.Without {
			p.EXRULE = append(p.EXRULE, withTime(r, without))
		}
	}
	rule = withTime(r, rule)
	p.RRULE = &rule
	for _, d := range r.Except {
		p.EXDATE = append(p.EXDATE, d.String())
	}
	return p, nil
}

// withTime is a rule with the clock time of its start in it.
func withTime(r *language.Recurrence, rule string) string {
	if !r.Start.HasTime || strings.Contains(rule, "BYHOUR") || strings.Contains(rule, "HOURLY") ||
		strings.Contains(rule, "MINUTELY") || strings.Contains(rule, "SECONDLY") {
		return rule
	}
	return rule + ";BYHOUR=" + strconv.Itoa(r.Start.Start.Hour) + ";BYMINUTE=" + strconv.Itoa(r.Start.Start.Minute)
}

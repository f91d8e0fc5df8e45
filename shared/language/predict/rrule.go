package predict

import (
	"fmt"
	"time"

	"function/shared/language/words"
	"function/shared/recurrence"
)

func init() {
	kinds["rrule"] = rrule
	kinds["words"] = inWords
}

// maxOccurrences is how many occurrences of a rule are listed.
const maxOccurrences = 200

type occurrencePrediction struct {
	ID string `json:"id"`
	// Occurrences are local times, or "reject".
	Occurrences any `json:"occurrences"`
}

// rrule is the occurrences of a rule from its start.
func rrule(c Case) (any, error) {
	times, err := occurrences(c)
	if err != nil {
		return occurrencePrediction{c.ID, "reject"}, nil
	}
	return occurrencePrediction{c.ID, times}, nil
}

func occurrences(c Case) ([]string, error) {
	rule, err := recurrence.Parse(c.RRULE)
	if err != nil {
		return nil, err
	}
	start, err := recurrence.ParseSlot(c.DTStart)
	if err != nil {
		return nil, err
	}
	zone := time.UTC
	if c.TZ != "" {
		if zone, err = time.LoadLocation(c.TZ); err != nil {
			return nil, fmt.Errorf("case %s: %w", c.ID, err)
		}
	}
	set := recurrence.Set{Start: start, Zone: zone, Rule: &rule}
	if err := set.Validate(); err != nil {
		return nil, err
	}
	schedule, err := set.Compile()
	if err != nil {
		return nil, err
	}
	layout := "2006-01-02T15:04:05"
	if len(c.DTStart) == len("2006-01-02") {
		layout = layout[:len(c.DTStart)]
	}
	times := []string{}
	for o, err := range schedule.All() {
		if err != nil || len(times) == maxOccurrences {
			return times, err
		}
		times = append(times, o.Time.Format(layout))
	}
	return times, nil
}

type wordsPrediction struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	// Error is why there are no words: the rule breaks RFC 5545 or never happens.
	Error string `json:"error,omitempty"`
}

// inWords is a rule in words; empty, with the reason, if it is no rule or never happens.
func inWords(c Case) (any, error) {
	text, err := words.Rule(c.RRULE, words.Options{Language: c.Lang, WeekStart: time.Monday})
	if err != nil {
		return wordsPrediction{ID: c.ID, Error: err.Error()}, nil
	}
	return wordsPrediction{ID: c.ID, Text: text}, nil
}

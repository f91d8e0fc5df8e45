package language

import (
	"strconv"
	"strings"
)

// Reason is why an act was read as it was. It is put into words only when asked for.
type Reason struct {
	// Text is a sentence about the message, or empty.
	Text string
	// Begins are the words that the command begins with, or empty.
	Begins string
	// Word is the intent that a word of the message stands for, or empty.
	Word Intent
	// Like is the intent that the words are most like, with probability P, or empty.
	Like Intent
	P    float64
}

func (r Reason) String() string {
	var parts []string
	if r.Text != "" {
		parts = append(parts, r.Text)
	}
	if r.Begins != "" {
		parts = append(parts, "it begins with \""+r.Begins+"\"")
	}
	if r.Word != "" {
		parts = append(parts, "it has a word for "+string(r.Word))
	}
	if r.Like != "" {
		parts = append(parts, "its words are most like "+string(r.Like)+" ("+strconv.FormatFloat(r.P, 'f', 2, 64)+")")
	}
	return strings.Join(parts, " and ")
}

// Reasons are those of one act.
type Reasons []Reason

// Lines are the reasons for people.
func (rs Reasons) Lines() []string {
	out := make([]string, len(rs))
	for i, r := range rs {
		out[i] = r.String()
	}
	return out
}

// because is one reason that is a sentence.
func because(text string) Reasons { return Reasons{{Text: text}} }

// Reasons that many acts have.
var (
	byStructure = because("its structure says what to change")
	byForm      = because("it has the form of a task, or names a time, a tag or a priority")
	byNothing   = because("nothing in it is about tasks")
)

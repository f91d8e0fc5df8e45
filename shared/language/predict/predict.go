// Package predict answers cases of any origin, one JSON line each, so that
// the language can be scored by anyone.
package predict

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"function/shared/language"
)

// Case is a line read. Which fields count depends on the kind.
type Case struct {
	ID      string `json:"id"`
	Ref     string `json:"ref"`
	Text    string `json:"text"`
	Lang    string `json:"lang"`
	RRULE   string `json:"rrule"`
	DTStart string `json:"dtstart"`
	TZ      string `json:"tz"`
}

// kinds are the functions from a case to a prediction, by kind.
var kinds = map[string]func(Case) (any, error){
	"datetime": datetime,
}

// Run reads cases from in and writes a prediction per case to out. A case that
// cannot be read is an error that names its line.
func Run(kind string, in io.Reader, out io.Writer) error {
	predict := kinds[kind]
	if predict == nil {
		return fmt.Errorf("unknown kind %q", kind)
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	w := bufio.NewWriter(out)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var c Case
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		p, err := predict(c)
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if err := enc.Encode(p); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return w.Flush()
}

// defaultRef is the present moment of cases that name none.
const defaultRef = "2025-01-01T00:00:00"

func (c Case) context() (language.Context, error) {
	ref := c.Ref
	if ref == "" {
		ref = defaultRef
	}
	var now time.Time
	var err error
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02", time.RFC3339} {
		if now, err = time.Parse(layout, ref); err == nil {
			break
		}
	}
	if err != nil {
		return language.Context{}, fmt.Errorf("case %s: ref %q: %w", c.ID, ref, err)
	}
	return language.Context{Now: now, Language: c.Lang, WeekStart: time.Monday}, nil
}

type datePrediction struct {
	ID    string  `json:"id"`
	Start *string `json:"start"`
	End   *string `json:"end"`
}

// datetime is the first date or interval in the text.
func datetime(c Case) (any, error) {
	ctx, err := c.context()
	if err != nil {
		return nil, err
	}
	p := datePrediction{ID: c.ID}
	found := language.Dates(c.Text, ctx)
	if len(found) == 0 {
		return p, nil
	}
	w := found[0]
	start := w.Start.String()
	if w.Relation == language.By {
		// What is due by a time may be done from now on.
		end := start
		if w.End != nil {
			end = w.End.String()
		}
		start = ctx.Now.Format("2006-01-02T15:04:05")
		p.End = &end
	} else if w.End != nil {
		end := w.End.String()
		p.End = &end
	}
	p.Start = &start
	return p, nil
}

// Package corpus holds our own examples of what people write and what it
// means, as data, one JSON object on a line:
//
//	{"kind": "date", "group": "clock", "lang": "en", "ref": "2026-11-23T12:00:00", "zone": "Europe/Berlin",
//	 "text": "call mom at 5pm", "start": "2026-11-23T17:00:00"}
//
// The kinds and their answers:
//
//	date        start and end of the first date or interval: local times, both absent where there is none
//	recurrence  rrule of the first repetition, its clock time in BYHOUR and BYMINUTE; exrule, what it leaves out
//	task        tasks: the new tasks, each with title, due, rrule, reminders, tags, priority
//	intent      intent: what the first act of the text wants; shown: after three tasks were shown
//	trap        a title that is kept whole: one task, nothing found in it
//
// ref is the local time it is said at, zone the person's zone. Files may hold
// several kinds; other kinds are checked where they are understood.
package corpus

import (
	"bufio"
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
)

//go:embed *.jsonl
var files embed.FS

// Case is one example.
type Case struct {
	Kind  string `json:"kind"`
	Group string `json:"group"`
	Lang  string `json:"lang"`
	Ref   string `json:"ref"`
	Zone  string `json:"zone"`
	Text  string `json:"text"`
	Start string `json:"start"`
	End   string `json:"end"`
	RRULE string `json:"rrule"`
	// EXRULE are rules of what is left out, as package predict writes them.
	EXRULE []string `json:"exrule"`
	Tasks  []Task   `json:"tasks"`
	// Raw is the whole line, for kinds with answers of their own.
	Raw json.RawMessage `json:"-"`
	// Where is file and line.
	Where string `json:"-"`
}

// Task is a new task in plain strings, as package predict writes it.
type Task struct {
	Title     string   `json:"title"`
	Due       string   `json:"due"`
	RRULE     string   `json:"rrule"`
	Reminders []string `json:"reminders"`
	Tags      []string `json:"tags"`
	Priority  string   `json:"priority"`
	Subtasks  []Task   `json:"subtasks"`
	// Description is what followed "note:" or a long further line.
	Description string `json:"description"`
}

// Load returns all cases in the order of files and lines.
func Load() ([]Case, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	var out []Case
	for _, e := range entries {
		text, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, err
		}
		lines := bufio.NewScanner(bytes.NewReader(text))
		lines.Buffer(nil, 1<<20)
		for n := 1; lines.Scan(); n++ {
			line := bytes.TrimSpace(lines.Bytes())
			if len(line) == 0 {
				continue
			}
			c := Case{Raw: bytes.Clone(line), Where: fmt.Sprintf("%s:%d", e.Name(), n)}
			if err := json.Unmarshal(line, &c); err != nil {
				return nil, fmt.Errorf("%s: %w", c.Where, err)
			}
			out = append(out, c)
		}
		if err := lines.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

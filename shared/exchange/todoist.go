package exchange

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"function/shared/quickadd"
	"function/shared/todo"
)

// todoist reads a project's CSV as Todoist writes it: a row's TYPE is task, section, note
// or meta, INDENT says below which row a task lies, DATE is in words. A section becomes
// a tag, a note goes into its task's description, and so does a date that cannot be read.
func (r *reader) todoist(raw []byte) error {
	rows := csv.NewReader(strings.NewReader(string(raw)))
	rows.FieldsPerRecord, rows.LazyQuotes, rows.ReuseRecord = -1, true, true
	head, err := rows.Read()
	if err != nil {
		return todo.Invalid("", "the file is no CSV")
	}
	p := &project{reader: r, column: map[string]int{}, seen: map[string]int{}, last: -1}
	for n, name := range head {
		p.column[strings.ToUpper(strings.TrimSpace(name))] = n
	}
	for _, name := range []string{"TYPE", "CONTENT"} {
		if _, ok := p.column[name]; !ok {
			return todo.Invalid("", "the file is no CSV of Todoist: it has no column %s", name)
		}
	}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		line, _ := rows.FieldPos(0)
		if err != nil {
			r.problem(Place{Line: line}, false, "is no row of CSV")
			if len(row) == 0 {
				continue
			}
		}
		if err := p.row(line, row); err != nil {
			return err
		}
	}
}

// project is one file at work.
type project struct {
	*reader
	column  map[string]int
	section string
	path    []string // UIDs of the tasks above, by indent
	seen    map[string]int
	last    int // the item that notes belong to
}

func (p *project) cell(row []string, name string) string {
	n, ok := p.column[name]
	if !ok || n >= len(row) {
		return ""
	}
	return strings.TrimSpace(row[n])
}

func (p *project) row(line int, row []string) error {
	at := Place{Line: line}
	content := p.cell(row, "CONTENT")
	switch kind := strings.ToLower(p.cell(row, "TYPE")); {
	case kind == "task" && content != "":
		return p.task(at, row, content)
	case kind == "section":
		p.section, p.path, p.last = content, nil, -1
	case kind == "note" && p.last >= 0 && content != "":
		d := &p.Items[p.last].Task
		d.Description = strings.TrimSpace(d.Description + "\n\n" + content)
		if fit(d) {
			p.problem(at, true, "the end of the description was cut off")
		}
	case kind == "note" && content != "":
		p.problem(at, false, "is a note of no task")
	case kind == "", kind == "meta", kind == "note":
	default:
		p.problem(at, false, "is of no known TYPE, or empty")
	}
	return nil
}

func (p *project) task(at Place, row []string, content string) error {
	d := todo.Details{Task: todo.Task{Title: strings.TrimPrefix(content, "* "), Description: p.cell(row, "DESCRIPTION"), Priority: todo.PriorityMedium}}
	if p.cell(row, "PRIORITY") == "1" { // the other three are less than high and more than nothing
		d.Priority = todo.PriorityHigh
	}
	labels(&d)
	addTag(&d, p.section)
	item := Item{Place: at}
	p.date(at, row, &d)
	if fit(&d) {
		p.problem(at, true, "the end of the description was cut off")
	}
	indent, err := strconv.Atoi(p.cell(row, "INDENT"))
	if err != nil || indent < 1 {
		indent = 1
	}
	indent = min(indent, len(p.path)+1)
	p.path = p.path[:indent-1]
	if indent > 1 {
		item.Parent = p.path[indent-2]
	}
	name := fmt.Sprintf("todoist/%q/%q/%q", p.section, item.Parent, content)
	p.seen[name]++
	item.UID = fmt.Sprintf("%s/%d", name, p.seen[name])
	if d.Series != nil {
		item.Series = item.UID + "/series"
	}
	p.path = append(p.path, item.UID)
	item.Task, p.last = d, len(p.Items)
	return p.add(item)
}

// labels takes "@label" from the end of a title.
func labels(d *todo.Details) {
	words := strings.Fields(d.Title)
	n := len(words)
	for n > 1 && strings.HasPrefix(words[n-1], "@") && len(words[n-1]) > 1 {
		n--
	}
	for _, label := range words[n:] {
		addTag(d, label)
	}
	if n < len(words) {
		d.Title = strings.Join(words[:n], " ")
	}
}

// date reads DATE, or DEADLINE where there is none.
func (p *project) date(at Place, row []string, d *todo.Details) {
	phrase := p.cell(row, "DATE")
	if phrase == "" {
		phrase = p.cell(row, "DEADLINE")
	}
	if phrase == "" {
		return
	}
	prefs := p.prefs
	if language := p.cell(row, "DATE_LANG"); language != "" {
		prefs.Language = language
	}
	if zone := p.cell(row, "TIMEZONE"); zone != "" {
		prefs.TimeZone = zone
	}
	found, ok := p.read(phrase, prefs)
	if !ok {
		d.Description = strings.TrimSpace(d.Description + "\n\n" + phrase)
		p.problem(at, true, "the date cannot be read; it stands in the description")
		return
	}
	if due := found.Due; due != nil {
		d.Due = &todo.Due{Local: due.Date, Zone: due.Zone}
		if due.Time != "" {
			d.Due.Local += "T" + due.Time
			if len(due.Time) == len("15:04") {
				d.Due.Local += ":00"
			}
		}
	}
	if rec := found.Recurrence; rec != nil {
		d.Series = &todo.Series{Rule: rec.Rule, Zone: quickadd.For(prefs, p.now).Now().Location().String(), FromCompletion: rec.FromCompletion, ExDates: rec.Except}
		d.Series.Start = p.now.In(quickadd.For(prefs, p.now).Now().Location()).Format("2006-01-02")
		if d.Due != nil {
			d.Series.Start, d.Series.Zone, d.Slot = d.Due.Local, d.Due.Zone, d.Due.Local
		}
	}
}

// probe is a title around a date; where it comes back as it is, all else was the date.
const probe = "xyzzy"

func (p *project) read(phrase string, prefs todo.Preferences) (todo.NewTask, bool) {
	if len(phrase) > 200 {
		return todo.NewTask{}, false
	}
	for _, text := range []string{probe + " " + phrase, probe + " on " + phrase} {
		found, err := quickadd.Parse(text, prefs, p.now)
		if err == nil && len(found) == 1 && found[0].Title == probe && (found[0].Due != nil || found[0].Recurrence != nil) {
			return found[0], true
		}
	}
	return todo.NewTask{}, false
}

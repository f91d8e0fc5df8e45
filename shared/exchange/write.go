package exchange

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"function/shared/todo"
)

// Options say what stands around the tasks.
type Options struct {
	Now      time.Time
	Settings *todo.Preferences // in JSON; nil: left out
	Filters  []Filter          // in JSON: those that the person keeps
	Name     string            // of a calendar
	Events   bool              // a calendar of events (VEVENT), for programs that show no todos
	Calendar todo.Calendar
}

// Writer writes tasks; Close ends the file and leaves what is below open.
type Writer interface {
	Tasks(list []todo.Details) error
	Close() error
}

// NewWriter begins a file.
func NewWriter(format Format, w io.Writer, o Options) (Writer, error) {
	switch format {
	case JSON:
		j := &jsonWriter{w: w, o: o, known: map[string]bool{}}
		return j, j.begin()
	case CSV:
		return newTable(w)
	case ICalendar:
		c := &calendarWriter{w: w, o: o, zones: map[string]bool{}}
		return c, c.begin()
	}
	return nil, todo.Invalid("/format", "must be json, csv or ics")
}

// MediaType is what a file of a format is served as.
func (f Format) MediaType() string {
	switch f {
	case CSV:
		return "text/csv; charset=utf-8"
	case ICalendar:
		return "text/calendar; charset=utf-8"
	}
	return "application/json"
}

// table writes CSV (RFC 4180) for spreadsheets.
type table struct{ *csv.Writer }

var columns = []string{
	"id", "title", "description", "status", "priority", "due_date", "due_time", "time_zone", "tags", "part_of", "waits_for",
	"recurrence", "reminders", "created_at", "updated_at", "completed_at", "trashed_at",
}

func newTable(w io.Writer) (*table, error) {
	if _, err := w.Write(bom); err != nil { // without it Excel reads another encoding
		return nil, err
	}
	t := &table{csv.NewWriter(w)}
	t.UseCRLF = true
	return t, t.Write(columns)
}

func (t *table) Tasks(list []todo.Details) error {
	for _, d := range list {
		var date, clock, zone, rule string
		if d.Due != nil {
			date, zone = d.Due.Date(), d.Due.Zone
			if !d.Due.AllDay() {
				clock = d.Due.Local[len(time.DateOnly)+1:]
			}
		}
		if d.Series != nil {
			rule = d.Series.Rule
		}
		var reminders []string
		for _, r := range d.Reminders {
			reminders = append(reminders, r.At.Format(time.RFC3339))
		}
		row := []string{
			d.ID, d.Title, d.Description, string(d.Status), string(d.Priority), date, clock, zone, strings.Join(d.Tags, " "), d.Parent,
			strings.Join(d.BlockedBy, " "), rule, strings.Join(reminders, " "), d.CreatedAt.Format(time.RFC3339), d.UpdatedAt.Format(time.RFC3339),
			instant(d.CompletedAt), instant(d.TrashedAt),
		}
		for n := range row {
			row[n] = harmless(row[n])
		}
		if err := t.Write(row); err != nil {
			return err
		}
	}
	t.Flush()
	return t.Error()
}

func (t *table) Close() error {
	t.Flush()
	return t.Error()
}

func instant(at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.Format(time.RFC3339)
}

// harmless keeps a spreadsheet from taking a text for a formula: what begins like one
// gets an apostrophe, which spreadsheets do not show.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(cell)[0]) {
		if _, err := strconv.ParseFloat(cell, 64); err != nil {
			return "'" + cell
		}
	}
	return cell
}

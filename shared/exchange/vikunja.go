package exchange

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"function/shared/todo"
)

// maxUnpacked is how large data.json may be, in bytes, whatever the archive claims.
const maxUnpacked = 64 << 20

// vikunja reads an export of Vikunja: a zip with data.json, or that file itself. A project
// becomes a tag of its tasks.
func (r *reader) vikunja(raw []byte) error {
	if bytes.HasPrefix(raw, []byte("PK")) {
		var err error
		if raw, err = unpack(raw); err != nil {
			return err
		}
	}
	raw = bytes.TrimPrefix(raw, bom)
	if !utf8.Valid(raw) {
		return todo.Invalid("", "data.json is not UTF-8")
	}
	var projects []vikunjaProject
	if err := json.Unmarshal(raw, &projects); err != nil {
		return todo.Invalid("", "data.json is no export of Vikunja: %s", err)
	}
	return r.projects(projects, "", 0)
}

func unpack(raw []byte) ([]byte, error) {
	archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, todo.Invalid("", "the file is no zip that can be opened")
	}
	for _, f := range archive.File {
		if f.Name != "data.json" {
			continue
		}
		file, err := f.Open()
		if err != nil {
			return nil, todo.Invalid("", "data.json in the zip cannot be opened")
		}
		defer func() { _ = file.Close() }()
		data, err := io.ReadAll(io.LimitReader(file, maxUnpacked+1)) // the sizes in the archive may lie
		if err != nil {
			return nil, todo.Invalid("", "data.json in the zip is damaged")
		}
		if len(data) > maxUnpacked {
			return nil, todo.Errorf(todo.CodeTooLarge, "data.json in the zip has more than %d bytes", maxUnpacked)
		}
		return data, nil
	}
	return nil, todo.Invalid("", "the zip holds no data.json: it is no export of Vikunja")
}

type vikunjaProject struct {
	Title    string            `json:"title"`
	Tasks    []json.RawMessage `json:"tasks"`
	Children []vikunjaProject  `json:"child_projects"`
	Lists    []vikunjaProject  `json:"lists"` // of namespaces, before 0.21
}

type vikunjaTask struct {
	ID          int64                       `json:"id"`
	Title       string                      `json:"title"`
	Description string                      `json:"description"`
	Done        bool                        `json:"done"`
	DoneAt      time.Time                   `json:"done_at"`
	DueDate     time.Time                   `json:"due_date"`
	RepeatAfter int64                       `json:"repeat_after"` // seconds
	RepeatMode  int                         `json:"repeat_mode"`  // 1: every month, 2: from completion
	Priority    int                         `json:"priority"`     // 0 unset, 1 low … 5 do now
	Position    float64                     `json:"position"`
	Created     time.Time                   `json:"created"`
	Updated     time.Time                   `json:"updated"`
	Labels      []struct{ Title string }    `json:"labels"`
	Reminders   []vikunjaReminder           `json:"reminders"`
	Related     map[string][]vikunjaRelated `json:"related_tasks"`
	Comments    []struct{ Comment string }  `json:"comments"`
}

type vikunjaReminder struct {
	Reminder       time.Time `json:"reminder"`
	RelativePeriod int64     `json:"relative_period"` // seconds, less than 0: before
	RelativeTo     string    `json:"relative_to"`
}

type vikunjaRelated struct {
	ID      int64     `json:"id"`
	Created time.Time `json:"created"`
}

func vikunjaUID(id int64, created time.Time) string {
	return fmt.Sprintf("vikunja/%d/%s", id, created.UTC().Format(time.RFC3339))
}

func (r *reader) projects(list []vikunjaProject, pointer string, depth int) error {
	if depth > 20 {
		return todo.Invalid("", "projects lie too deep")
	}
	for n, project := range list {
		at := fmt.Sprintf("%s/%d", pointer, n)
		for k, raw := range project.Tasks {
			place := Place{Pointer: fmt.Sprintf("%s/tasks/%d", at, k)}
			var t vikunjaTask
			if err := json.Unmarshal(raw, &t); err != nil {
				r.problem(place, false, "is no task of Vikunja")
				continue
			}
			if err := r.vikunjaTask(place, project.Title, t); err != nil {
				return err
			}
		}
		if err := r.projects(project.Children, at+"/child_projects", depth+1); err != nil {
			return err
		}
		if err := r.projects(project.Lists, at+"/lists", depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) vikunjaTask(at Place, project string, t vikunjaTask) error {
	d := todo.Details{Task: todo.Task{
		Title: t.Title, Description: plainText(t.Description), Position: t.Position, CreatedAt: t.Created, UpdatedAt: t.Updated,
		Priority: [...]todo.Priority{todo.PriorityMedium, todo.PriorityLow, todo.PriorityMedium, todo.PriorityHigh, todo.PriorityHigh, todo.PriorityHigh}[min(max(t.Priority, 0), 5)],
	}}
	for _, c := range t.Comments {
		d.Description = strings.TrimSpace(d.Description + "\n\n" + plainText(c.Comment))
	}
	if fit(&d) {
		r.problem(at, true, "the end of the description was cut off")
	}
	for _, label := range t.Labels {
		addTag(&d, label.Title)
	}
	if project != "Inbox" {
		addTag(&d, project)
	}
	if t.Done {
		d.Status = todo.StatusCompleted
		if t.DoneAt.Year() > 1 {
			done := t.DoneAt.UTC().Truncate(time.Microsecond)
			d.CompletedAt = &done
		}
	}
	if t.DueDate.Year() > 1 {
		d.Due = r.wall(t.DueDate)
	}
	item := Item{Place: at, UID: vikunjaUID(t.ID, t.Created)}
	if s := repeating(t); s != nil && d.Due != nil && !t.Done {
		s.Start, s.Zone = d.Due.Local, d.Due.Zone
		d.Series, d.Slot, item.Series = s, d.Due.Local, item.UID+"/series"
	}
	for _, w := range t.Reminders {
		reminder := todo.Reminder{At: w.Reminder}
		if w.RelativeTo == "due_date" && w.RelativePeriod <= 0 {
			reminder.At, reminder.Before = time.Time{}, &todo.Before{Duration: time.Duration(-w.RelativePeriod) * time.Second}
			if -w.RelativePeriod%86400 == 0 {
				reminder.Before = &todo.Before{Days: int(-w.RelativePeriod / 86400)}
			}
		}
		d.Reminders = append(d.Reminders, reminder)
	}
	for _, up := range t.Related["parenttask"] {
		item.Parent = vikunjaUID(up.ID, up.Created)
	}
	for _, first := range t.Related["blocked"] { // "blocked by": tasks that block this one
		item.BlockedBy = append(item.BlockedBy, vikunjaUID(first.ID, first.Created))
	}
	item.Task = d
	return r.add(item)
}

// repeating makes a rule of an interval.
func repeating(t vikunjaTask) *todo.Series {
	s := &todo.Series{FromCompletion: t.RepeatMode == 2, CreatedAt: t.Created}
	n := t.RepeatAfter
	switch {
	case t.RepeatMode == 1:
		s.Rule = "FREQ=MONTHLY"
		return s
	case n <= 0 || n > 100*365*86400:
		return nil
	}
	for _, unit := range []struct {
		seconds int64
		freq    string
	}{{7 * 86400, "WEEKLY"}, {86400, "DAILY"}, {3600, "HOURLY"}, {60, "MINUTELY"}, {1, "SECONDLY"}} {
		if n%unit.seconds == 0 {
			s.Rule = fmt.Sprintf("FREQ=%s;INTERVAL=%d", unit.freq, n/unit.seconds)
			break
		}
	}
	return s
}

var (
	breaks = regexp.MustCompile(`(?i)<br\s*/?>|</(p|div|h[1-6]|li|tr)>`)
	bullet = regexp.MustCompile(`(?i)<li[^>]*>`)
	markup = regexp.MustCompile(`</?[a-zA-Z][^<>]*>`)
	blank  = regexp.MustCompile(`\n{3,}`)
)

// plainText takes the markup from a description.
func plainText(text string) string {
	if !strings.Contains(text, "<") {
		return text
	}
	text = bullet.ReplaceAllString(breaks.ReplaceAllString(text, "\n"), "- ")
	return strings.TrimSpace(blank.ReplaceAllString(html.UnescapeString(markup.ReplaceAllString(text, "")), "\n\n"))
}

package chat

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"function/shared/filter"
	"function/shared/language/words"
	"function/shared/quickadd"
	"function/shared/todo"
)

// toolTask is a task as tools show it.
type toolTask struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Description string   `json:"description,omitempty"`
	Status      string   `json:"status" jsonschema:"open, completed or deleted"`
	Priority    string   `json:"priority" jsonschema:"high, medium or low"`
	Due         string   `json:"due,omitempty" jsonschema:"2026-12-01, or 2026-12-01T09:00:00 in zone"`
	Zone        string   `json:"zone,omitempty" jsonschema:"IANA time zone of due"`
	Overdue     bool     `json:"overdue,omitempty"`
	Repeats     string   `json:"repeats,omitempty" jsonschema:"its repetition in words"`
	RRule       string   `json:"rrule,omitempty" jsonschema:"its repetition as RFC 5545 RRULE"`
	Tags        []string `json:"tags,omitempty"`
	Reminders   []string `json:"reminders,omitempty" jsonschema:"RFC 3339 instants still to come"`
	ParentID    string   `json:"parent_id,omitempty"`
	BlockedBy   []string `json:"blocked_by,omitempty"`
	Version     int64    `json:"version"`
}

// speaker says tasks to one person.
type speaker struct {
	quickadd.Reader
	language string
}

func (t *tools) speaker(ctx context.Context) (speaker, todo.Preferences, error) {
	x := t.exchange()
	prefs, err := x.preferences(ctx)
	prefs.Language = x.language(prefs)
	return speaker{quickadd.For(prefs, t.Now()), prefs.Language}, prefs, err
}

func (s speaker) task(d todo.Details) toolTask {
	shown := toolTask{
		ID: d.ID, Title: d.Title, Description: d.Description, Status: string(d.Status), Priority: string(d.Priority), Tags: d.Tags,
		ParentID: d.Parent, BlockedBy: d.BlockedBy, Version: d.Version,
	}
	if d.Trashed() {
		shown.Status = "deleted"
	}
	if d.Due != nil {
		shown.Due, shown.Zone = d.Due.Local, d.Due.Zone
		shown.Overdue = d.Status == todo.StatusOpen && (d.Due.AllDay() && d.Due.Date() < s.Now().Format(time.DateOnly) || !d.Due.AllDay() && d.Due.At.Before(s.Now()))
	}
	if d.Series != nil && d.Series.EndedAt == nil {
		shown.RRule = d.Series.Rule
		if text, err := words.Rule(d.Series.Rule, words.Options{Language: s.language, FromCompletion: d.Series.FromCompletion, Start: d.Series.Start[:len(time.DateOnly)]}); err == nil {
			shown.Repeats = text
		}
	}
	for _, r := range d.Reminders {
		if r.State == todo.ReminderPending {
			shown.Reminders = append(shown.Reminders, r.At.Format(time.RFC3339))
		}
	}
	return shown
}

func (s speaker) tasks(list []todo.Details) []toolTask {
	shown := make([]toolTask, 0, len(list))
	for _, d := range list {
		shown = append(shown, s.task(d))
	}
	return shown
}

// line is a task for people to read.
func (s speaker) line(task toolTask) string {
	facts := []string{}
	if task.Due != "" {
		date, clock, _ := strings.Cut(task.Due, "T")
		facts = append(facts, "due "+words.Due(date, strings.TrimSuffix(clock, ":00"), s.Now(), "en"))
	}
	if task.Overdue {
		facts = append(facts, "overdue")
	}
	if task.Repeats != "" {
		facts = append(facts, task.Repeats)
	}
	if task.Priority != string(todo.PriorityMedium) {
		facts = append(facts, task.Priority+" priority")
	}
	for _, tag := range task.Tags {
		facts = append(facts, "#"+tag)
	}
	if task.Status != string(todo.StatusOpen) {
		facts = append(facts, task.Status)
	}
	text := "- " + task.Title
	if len(facts) > 0 {
		text += " (" + strings.Join(facts, ", ") + ")"
	}
	return text + " [" + task.ID + "]"
}

func (s speaker) lines(heading string, list []toolTask) string {
	lines := []string{heading}
	for _, task := range list {
		lines = append(lines, s.line(task))
	}
	return strings.Join(lines, "\n")
}

const grammar = `words and prefixes of words, "exact words", due:today, due:"next week", overdue, priority:high, #tag, -#tag, is:blocked, is:done, is:recurring, joined with and, or, not and brackets`

type listTasksInput struct {
	Filter string `json:"filter,omitempty" jsonschema:"which tasks; the grammar of the page and of the API"`
	View   string `json:"view,omitempty" jsonschema:"today (with what is overdue), upcoming, all (open; the default), done, trash or any"`
	Sort   string `json:"sort,omitempty" jsonschema:"due, priority, created, updated, position, completed or trashed; with a - in front the other way round"`
	Limit  int    `json:"limit,omitempty" jsonschema:"at most 200; 50 if absent"`
	After  string `json:"after,omitempty" jsonschema:"the after of the page before"`
}

type listTasksOutput struct {
	Tasks   []toolTask `json:"tasks"`
	HasMore bool       `json:"has_more"`
	After   string     `json:"after,omitempty"`
}

type searchInput struct {
	Query string `json:"query" jsonschema:"words of the task, or a filter"`
}

type searchOutput struct {
	Results []searchResult `json:"results"`
}

type searchResult struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	URL   string `json:"url"`
}

type fetchInput struct {
	ID string `json:"id" jsonschema:"of the task"`
}

type fetchOutput struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Text     string   `json:"text"`
	URL      string   `json:"url"`
	Metadata toolTask `json:"metadata"`
}

func (t *tools) addReading(server *mcp.Server) {
	mcp.AddTool(server, &mcp.Tool{Name: "list_tasks", Annotations: reads("List tasks"), Description: "The person's tasks. A filter has " + grammar + "."}, handle(t, t.listTasks))
	mcp.AddTool(server, &mcp.Tool{Name: "search", Annotations: reads("Search tasks"), Description: "Finds tasks, open ones first, by the beginnings of their words or by a filter."}, handle(t, t.search))
	mcp.AddTool(server, &mcp.Tool{Name: "fetch", Annotations: reads("Show a task"), Description: "One task with all that belongs to it."}, handle(t, t.fetch))
}

func (t *tools) listTasks(ctx context.Context, in listTasksInput) (string, listTasksOutput, error) {
	out := listTasksOutput{Tasks: []toolTask{}}
	s, prefs, err := t.speaker(ctx)
	if err != nil {
		return "", out, err
	}
	views := []todo.View{"", todo.ViewToday, todo.ViewUpcoming, todo.ViewAll, todo.ViewDone, todo.ViewTrash, todo.ViewAny}
	if !slices.Contains(views, todo.View(in.View)) {
		return "", out, todo.Invalid("/view", "today, upcoming, all, done, trash or any")
	}
	q, err := filter.Query(todo.View(in.View), in.Filter, prefs, t.Todo.Calendar, s)
	if err != nil {
		return "", out, err
	}
	const usual, most = 50, 200
	if in.Limit < 0 || in.Limit > most {
		return "", out, todo.Invalid("/limit", "from 1 to %d", most)
	}
	if q.Limit = in.Limit; in.Limit == 0 {
		q.Limit = usual
	}
	q.Sort, q.After = todo.Sort(in.Sort), in.After
	page, err := t.Store.List(ctx, t.owner, q)
	if err != nil {
		return "", out, err
	}
	out = listTasksOutput{s.tasks(page.Data), page.HasMore, page.After}
	heading := fmt.Sprintf("%d tasks.", len(out.Tasks))
	if out.HasMore {
		heading = fmt.Sprintf("The first %d tasks; there are more.", len(out.Tasks))
	}
	return s.lines(heading, out.Tasks), out, nil
}

func (t *tools) search(ctx context.Context, in searchInput) (string, searchOutput, error) {
	out := searchOutput{Results: []searchResult{}}
	var all []toolTask
	for _, view := range []todo.View{todo.ViewAll, todo.ViewDone} {
		_, found, err := t.listTasks(ctx, listTasksInput{Filter: in.Query, View: string(view), Limit: 20})
		if err != nil {
			return "", out, err
		}
		all = append(all, found.Tasks...)
	}
	lines := []string{fmt.Sprintf("%d found.", len(all))}
	for _, task := range all {
		out.Results = append(out.Results, searchResult{task.ID, task.Title, t.address(task.ID)})
		lines = append(lines, "- "+task.Title+" ["+task.ID+"]")
	}
	return strings.Join(lines, "\n"), out, nil
}

func (t *tools) fetch(ctx context.Context, in fetchInput) (string, fetchOutput, error) {
	s, _, err := t.speaker(ctx)
	if err != nil {
		return "", fetchOutput{}, err
	}
	d, err := t.Store.Task(ctx, t.owner, in.ID)
	if err != nil {
		return "", fetchOutput{}, err
	}
	task := s.task(d)
	text := s.line(task)
	if task.Description != "" {
		text += "\n\n" + task.Description
	}
	return text, fetchOutput{task.ID, task.Title, text, t.address(task.ID), task}, nil
}

// address is where the page opens a task.
func (t *tools) address(id string) string {
	return strings.TrimSuffix(t.Config.Issuer, "/") + "/?task=" + id
}

package chat

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"function/shared/filter"
	"function/shared/quickadd"
	"function/shared/todo"
)

// Outcomes of one of several items: one that fails does not keep the others from being done.
const (
	outcomeDone    = "done"
	outcomeAlready = "already" // the same call did it before
	outcomeFailed  = "failed"
)

type addTasksInput struct {
	Tasks     []string `json:"tasks" jsonschema:"each in the person's words: Pay rent on the 1st of every month #home !high, remind me 2 days before"`
	RequestID string   `json:"request_id,omitempty" jsonschema:"any text of yours; the same one again adds nothing again"`
}

type addTasksOutput struct {
	Items []addedItem `json:"items" jsonschema:"one for each text, in order"`
}

type addedItem struct {
	Text      string     `json:"text"`
	Outcome   string     `json:"outcome" jsonschema:"done, already (by the same request_id) or failed"`
	Error     string     `json:"error,omitempty"`
	Tasks     []toolTask `json:"tasks,omitempty"`
	ChangeSet string     `json:"change_set,omitempty" jsonschema:"what undo takes"`
}

type editTaskInput struct {
	ID          string    `json:"id"`
	Version     int64     `json:"version,omitempty" jsonschema:"the version you have seen; refused if it is another by now"`
	Title       *string   `json:"title,omitempty"`
	Description *string   `json:"description,omitempty" jsonschema:"empty for none"`
	Priority    *string   `json:"priority,omitempty" jsonschema:"high, medium or low"`
	Due         *string   `json:"due,omitempty" jsonschema:"in the person's words, such as friday at 5pm; none for no date"`
	Repeats     *string   `json:"repeats,omitempty" jsonschema:"in the person's words, such as every other tuesday; none to end it"`
	AddTags     []string  `json:"add_tags,omitempty"`
	RemoveTags  []string  `json:"remove_tags,omitempty"`
	Reminders   *[]string `json:"reminders,omitempty" jsonschema:"all there are to be: an ISO 8601 duration before the due such as P2D, or an RFC 3339 instant"`
	Scope       string    `json:"scope,omitempty" jsonschema:"of a task that repeats: this, following or all"`
	RequestID   string    `json:"request_id,omitempty" jsonschema:"any text of yours; the same one again changes nothing again"`
}

type changedOutput struct {
	Tasks     []toolTask `json:"tasks"`
	ChangeSet string     `json:"change_set,omitempty" jsonschema:"what undo takes; absent where nothing had to change"`
	// Confirmation is there where nothing was done yet.
	Confirmation string `json:"confirmation,omitempty" jsonschema:"nothing was done yet: show the tasks to the person and call confirm with this after their yes"`
}

type changeTasksInput struct {
	Action    string   `json:"action" jsonschema:"complete, reopen, delete or restore"`
	IDs       []string `json:"ids,omitempty"`
	Filter    string   `json:"filter,omitempty" jsonschema:"instead of ids: those that it lets through, see list_tasks"`
	RequestID string   `json:"request_id,omitempty" jsonschema:"any text of yours; the same one again changes nothing again"`
}

type confirmInput struct {
	Confirmation string `json:"confirmation" jsonschema:"of the tool that asked for it"`
}

type undoInput struct {
	ChangeSet string `json:"change_set,omitempty" jsonschema:"of an earlier answer; the person's last change if absent"`
	RequestID string `json:"request_id,omitempty" jsonschema:"any text of yours; the same one again undoes nothing again"`
}

func (t *tools) addWriting(server *mcp.Server) {
	mcp.AddTool(server, &mcp.Tool{Name: "add_tasks", Annotations: adds("Add tasks"), Description: "Adds tasks, each from a text in which dates, repetitions, reminders, #tags and !priority are understood. Each text has its own outcome."}, handle(t, t.addTasks))
	mcp.AddTool(server, &mcp.Tool{Name: "edit_task", Annotations: changes("Edit a task"), Description: "Changes fields of one task; what is absent stays."}, handle(t, t.editTask))
	mcp.AddTool(server, &mcp.Tool{Name: "change_tasks", Annotations: changes("Complete, reopen, delete or restore tasks"), Description: "Does one thing to one or several tasks, all or none. Deleting, more than 5 tasks, and more than one by a filter wait for confirm."}, handle(t, t.changeTasks))
	mcp.AddTool(server, &mcp.Tool{Name: "confirm", Annotations: changes("Confirm what was shown"), Description: "Does what an earlier call has shown, to the tasks as they were shown. Only after the person said yes to it."}, handle(t, t.confirmShown))
	mcp.AddTool(server, &mcp.Tool{Name: "undo", Annotations: changes("Undo"), Description: "Takes back a whole change with all that followed from it. What was changed since is told and never overwritten; the answer's change_set undone is redo."}, handle(t, t.undo))
}

// maxTexts bounds what one call adds.
const maxTexts = 50

func (t *tools) addTasks(ctx context.Context, in addTasksInput) (string, addTasksOutput, error) {
	out := addTasksOutput{Items: []addedItem{}}
	if len(in.Tasks) == 0 || len(in.Tasks) > maxTexts {
		return "", out, todo.Invalid("/tasks", "from 1 to %d texts", maxTexts)
	}
	s, prefs, err := t.speaker(ctx)
	if err != nil {
		return "", out, err
	}
	var lines []string
	for i, text := range in.Tasks {
		item, err := t.addText(ctx, s, prefs, text, in.RequestID, fmt.Sprint(i))
		if err != nil {
			return "", out, err
		}
		out.Items = append(out.Items, item)
		switch item.Outcome {
		case outcomeDone:
			lines = append(lines, s.lines("Added:", item.Tasks))
		case outcomeAlready:
			lines = append(lines, fmt.Sprintf("%q was added before by the same request.", text))
		default:
			lines = append(lines, fmt.Sprintf("%q was not added: %s", text, item.Error))
		}
	}
	return strings.Join(lines, "\n"), out, nil
}

func (t *tools) addText(ctx context.Context, s speaker, prefs todo.Preferences, text, call, step string) (addedItem, error) {
	item := addedItem{Text: text}
	act, err := t.act(call, step)
	if err != nil {
		return item, err
	}
	wanted, err := quickadd.Parse(text, prefs, t.Now())
	var result todo.Result
	if err == nil {
		result, err = t.Todo.Create(ctx, act, wanted...)
	}
	switch {
	case todo.CodeOf(err) == todo.CodeDuplicate:
		item.Outcome = outcomeAlready
	case err != nil:
		item.Outcome, item.Error = outcomeFailed, t.told(ctx, err).Error()
	default:
		item.Outcome, item.Tasks, item.ChangeSet = outcomeDone, s.tasks(result.Tasks), result.ChangeSet.ID
	}
	return item, nil
}

func (t *tools) editTask(ctx context.Context, in editTaskInput) (string, changedOutput, error) {
	out := changedOutput{Tasks: []toolTask{}}
	s, _, err := t.speaker(ctx)
	if err != nil {
		return "", out, err
	}
	act, err := t.act(in.RequestID, "edit")
	if err != nil {
		return "", out, err
	}
	before, err := t.Store.Task(ctx, t.owner, in.ID)
	if err != nil {
		return "", out, err
	}
	edit, err := s.edit(in, before)
	if err != nil {
		return "", out, err
	}
	version := in.Version
	if version == 0 {
		version = before.Version
	}
	result, err := t.Todo.Edit(ctx, act, in.ID, version, edit)
	if err != nil {
		return "", out, err
	}
	out.Tasks, out.ChangeSet = s.tasks(result.Tasks), result.ChangeSet.ID
	if out.ChangeSet == "" {
		return s.lines("It was so already:", out.Tasks), out, nil
	}
	return s.lines("Changed:", out.Tasks), out, nil
}

// none is how a caller says that a field is to be empty.
const none = "none"

// edit works out what a call means for a task.
func (s speaker) edit(in editTaskInput, d todo.Details) (e todo.Edit, err error) {
	e.Scope = todo.Scope(in.Scope)
	if in.Title != nil {
		e.Title = todo.Some(*in.Title)
	}
	if in.Description != nil {
		e.Description = todo.Some(*in.Description)
	}
	if in.Priority != nil {
		e.Priority = todo.Some(todo.Priority(*in.Priority))
	}
	if len(in.AddTags)+len(in.RemoveTags) > 0 {
		kept := slices.DeleteFunc(slices.Clone(d.Tags), func(tag string) bool {
			return slices.ContainsFunc(in.RemoveTags, func(gone string) bool { return strings.EqualFold(tag, strings.TrimPrefix(gone, "#")) })
		})
		e.Tags = todo.Some(append(kept, in.AddTags...))
	}
	if err := s.editTimes(in, d, &e); err != nil {
		return e, err
	}
	if in.Reminders != nil {
		e.Reminders.Given = true
		for i, text := range *in.Reminders {
			r, err := reminderOf(text)
			if err != nil {
				return e, todo.Invalid(fmt.Sprintf("/reminders/%d", i), "a duration such as P2D, or an instant such as 2026-12-01T09:00:00Z")
			}
			e.Reminders.Value = append(e.Reminders.Value, r)
		}
	}
	return e, nil
}

func (s speaker) editTimes(in editTaskInput, d todo.Details, e *todo.Edit) error {
	switch {
	case in.Due == nil:
	case *in.Due == none:
		e.Due = todo.Some[*todo.NewDue](nil)
	default:
		w, ok := s.When(*in.Due)
		if !ok {
			return todo.Invalid("/due", "no date that is understood; a task's other words do not belong here")
		}
		e.Due = todo.Some(s.Moved(w, d.Due))
	}
	switch {
	case in.Repeats == nil:
	case *in.Repeats == none:
		e.Recurrence = todo.Some[*todo.NewRecurrence](nil)
	default:
		rec, ok := s.Repetition(*in.Repeats)
		if !ok {
			return todo.Invalid("/repeats", "no repetition that is understood")
		}
		e.Recurrence = todo.Some(s.Recurrence(rec))
		if due := s.Begun(rec, d.Due); due != nil && !e.Due.Given {
			e.Due = todo.Some(due)
		}
	}
	return nil
}

func reminderOf(text string) (todo.NewReminder, error) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return todo.NewReminder{At: &at}, nil
	}
	before, err := todo.ParseBefore(text)
	return todo.NewReminder{Before: &before}, err
}

// What may be done to several tasks without asking first: this many, named one by one.
const (
	unasked  = 5
	maxShown = 500
)

// shown is what waits for a yes: ids and versions, no text.
type shown struct {
	Owner  string        `json:"owner"`
	Action string        `json:"action"`
	Tasks  []todo.Target `json:"tasks"`
}

func (t *tools) changeTasks(ctx context.Context, in changeTasksInput) (string, changedOutput, error) {
	out := changedOutput{Tasks: []toolTask{}}
	if t.doing(in.Action) == nil {
		return "", out, todo.Invalid("/action", "complete, reopen, delete or restore")
	}
	s, prefs, err := t.speaker(ctx)
	if err != nil {
		return "", out, err
	}
	meant, err := t.meant(ctx, s, prefs, in)
	if err != nil {
		return "", out, err
	}
	targets := make([]todo.Target, 0, len(meant))
	for _, d := range meant {
		targets = append(targets, todo.Target{ID: d.ID, Version: d.Version})
	}
	switch {
	case len(meant) == 0:
		return "No task is meant; nothing was done.", out, nil
	case in.Action == "delete", len(meant) > unasked, in.Filter != "" && len(meant) > 1:
		out.Tasks = s.tasks(meant)
		if out.Confirmation, err = t.keep(ctx, shown{t.owner, in.Action, targets}); err != nil {
			return "", out, err
		}
		return s.lines(fmt.Sprintf("Nothing was done yet. Ask the person whether to %s these %d tasks, then call confirm with %s:", in.Action, len(meant), out.Confirmation), out.Tasks), out, nil
	}
	act, err := t.act(in.RequestID, in.Action)
	if err != nil {
		return "", out, err
	}
	return t.carryOut(ctx, s, act, in.Action, targets)
}

// doing is what an action does; nil for one that there is not.
func (t *tools) doing(action string) func(context.Context, todo.Act, ...todo.Target) (todo.Result, error) {
	return map[string]func(context.Context, todo.Act, ...todo.Target) (todo.Result, error){
		"complete": t.Todo.Complete, "reopen": t.Todo.Reopen, "delete": t.Todo.Delete, "restore": t.Todo.Restore,
	}[action]
}

func (t *tools) carryOut(ctx context.Context, s speaker, act todo.Act, action string, targets []todo.Target) (string, changedOutput, error) {
	result, err := t.doing(action)(ctx, act, targets...)
	if err != nil {
		return "", changedOutput{Tasks: []toolTask{}}, err
	}
	out := changedOutput{Tasks: s.tasks(result.Tasks), ChangeSet: result.ChangeSet.ID}
	return s.lines(fmt.Sprintf("Done (%s):", action), out.Tasks), out, nil
}

// meant gives the tasks that a call is for, each of its ids or all that its filter finds.
func (t *tools) meant(ctx context.Context, s speaker, prefs todo.Preferences, in changeTasksInput) ([]todo.Details, error) {
	if (len(in.IDs) > 0) == (strings.TrimSpace(in.Filter) != "") || len(in.IDs) > maxShown {
		return nil, todo.Invalid("/ids", "say the tasks either by ids, at most %d, or by a filter", maxShown)
	}
	if in.Filter == "" {
		return t.Todo.Named(ctx, t.owner, in.IDs)
	}
	q, err := filter.Query("", in.Filter, prefs, t.Todo.Calendar, s)
	if err != nil {
		return nil, err
	}
	return t.Todo.Every(ctx, t.owner, q, maxShown)
}

func shownKey(id string) string { return "shown-" + id }

// keep remembers what was shown until it is confirmed, as long as a question in the chat.
func (t *tools) keep(ctx context.Context, what shown) (string, error) {
	text, err := json.Marshal(what)
	if err != nil {
		return "", err
	}
	id := t.NewID()
	if err := t.memory.state.Save(ctx, shownKey(id), text, "", pendingFor); err != nil {
		t.Log.WarnContext(ctx, "what was shown cannot be kept", "error", err)
		return "", todo.Errorf(todo.CodeUnavailable, "nobody can be asked now, so nothing was done")
	}
	return id, nil
}

func (t *tools) confirmShown(ctx context.Context, in confirmInput) (string, changedOutput, error) {
	out := changedOutput{Tasks: []toolTask{}}
	s, _, err := t.speaker(ctx)
	if err != nil {
		return "", out, err
	}
	item, err := t.memory.state.Get(ctx, shownKey(in.Confirmation))
	if err != nil {
		t.Log.WarnContext(ctx, "what was shown cannot be read", "error", err)
		return "", out, todo.Errorf(todo.CodeUnavailable, "what was shown cannot be read now, so nothing was done")
	}
	var what shown
	if item.ETag == "" || json.Unmarshal(item.Value, &what) != nil || what.Owner != t.owner || t.doing(what.Action) == nil {
		return "", out, todo.Errorf(todo.CodeNotFound, "nothing waits under this confirmation; it may be too old")
	}
	// The receipt is the question's: two yeses do it once.
	act, err := t.act(in.Confirmation, "confirm")
	if err != nil {
		return "", out, err
	}
	text, out, err := t.carryOut(ctx, s, act, what.Action, what.Tasks)
	if err == nil {
		if err := t.memory.state.Delete(ctx, shownKey(in.Confirmation), item.ETag); err != nil {
			t.Log.WarnContext(ctx, "what was confirmed cannot be removed; it will expire", "error", err)
		}
	}
	return text, out, err
}

func (t *tools) undo(ctx context.Context, in undoInput) (string, changedOutput, error) {
	out := changedOutput{Tasks: []toolTask{}}
	s, _, err := t.speaker(ctx)
	if err != nil {
		return "", out, err
	}
	act, err := t.act(in.RequestID, "undo")
	if err != nil {
		return "", out, err
	}
	if in.ChangeSet == "" {
		latest, err := t.Todo.Store.LatestChangeSet(ctx, t.owner, todo.ActorPerson, todo.ActorAssistant)
		if err != nil {
			return "", out, err
		}
		in.ChangeSet = latest.ID
	}
	result, err := t.Todo.Undo(ctx, act, in.ChangeSet)
	if err != nil {
		return "", out, err
	}
	out.Tasks, out.ChangeSet = s.tasks(result.Tasks), result.ChangeSet.ID
	gone := 0
	for _, d := range result.ChangeSet.Tasks {
		if d.After == nil {
			gone++
		}
	}
	if gone > 0 {
		return s.lines(fmt.Sprintf("Undone; %d tasks that it had made are gone.", gone), out.Tasks), out, nil
	}
	return s.lines("Undone:", out.Tasks), out, nil
}

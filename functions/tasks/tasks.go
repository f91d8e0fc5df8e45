// Package tasks is the HTTP API of tasks: create, read, list, edit, complete, delete,
// undo, preferences, and the stream of what changes.
package tasks

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"function/shared/host"
	"function/shared/httpapi"
	"function/shared/httpapi/idempotency"
	"function/shared/quickadd"
	"function/shared/todo"
)

// Register mounts the function's operations.
func Register(mux *http.ServeMux, api huma.API, h *host.Host) {
	t := &tasks{h}
	tag := func(op huma.Operation) huma.Operation { op.Tags = []string{"tasks"}; return op }
	huma.Register(api, tag(huma.Operation{OperationID: "create-task", Method: http.MethodPost, Path: "/api/tasks", Summary: "Add a task, in words or in parts", DefaultStatus: http.StatusCreated}), t.create)
	huma.Register(api, tag(huma.Operation{OperationID: "list-tasks", Metadata: httpapi.Replicated, Method: http.MethodGet, Path: "/api/tasks", Summary: "A view of the tasks"}), t.list)
	huma.Register(api, tag(huma.Operation{OperationID: "count-tasks", Metadata: httpapi.Replicated, Method: http.MethodGet, Path: "/api/tasks/counts", Summary: "How many tasks each view has"}), t.counts)
	huma.Register(api, tag(huma.Operation{OperationID: "get-task", Method: http.MethodGet, Path: "/api/tasks/{id}", Summary: "A task"}), t.get)
	huma.Register(api, tag(huma.Operation{OperationID: "edit-task", Metadata: httpapi.Refuses(todo.CodeNotPossible), Method: http.MethodPatch, Path: "/api/tasks/{id}", Summary: "Change a task (JSON Merge Patch)"}), t.edit)
	huma.Register(api, tag(huma.Operation{OperationID: "delete-task", Method: http.MethodDelete, Path: "/api/tasks/{id}", Summary: "Put a task into the trash; POST /api/tasks/bulk shows beforehand what that does", DefaultStatus: http.StatusNoContent}), t.delete)
	huma.Register(api, tag(huma.Operation{OperationID: "complete-task", Metadata: httpapi.Refuses(todo.CodeNotPossible), Method: http.MethodPost, Path: "/api/tasks/{id}/complete", Summary: "Mark a task as done"}), t.move(h.Todo.Complete))
	huma.Register(api, tag(huma.Operation{OperationID: "reopen-task", Metadata: httpapi.Refuses(todo.CodeNotPossible), Method: http.MethodPost, Path: "/api/tasks/{id}/reopen", Summary: "Make a done task open again"}), t.move(h.Todo.Reopen))
	huma.Register(api, tag(huma.Operation{OperationID: "restore-task", Method: http.MethodPost, Path: "/api/tasks/{id}/restore", Summary: "Take a task out of the trash"}), t.move(h.Todo.Restore))
	huma.Register(api, tag(huma.Operation{OperationID: "get-change-set", Method: http.MethodGet, Path: "/api/changesets/{id}", Summary: "What an act wrote, thing by thing"}), t.changeSet)
	huma.Register(api, tag(huma.Operation{OperationID: "undo", Metadata: httpapi.Refuses(todo.CodeConflict, todo.CodeNotPossible), Method: http.MethodPost, Path: "/api/changesets/{id}/undo", Summary: "Undo a change set with all that followed from it"}), t.undo)
	huma.Register(api, tag(huma.Operation{OperationID: "get-preferences", Method: http.MethodGet, Path: "/api/preferences", Summary: "The person's settings"}), t.preferences)
	huma.Register(api, tag(huma.Operation{OperationID: "set-preferences", Method: http.MethodPatch, Path: "/api/preferences", Summary: "Change settings (JSON Merge Patch)"}), t.setPreferences)
	t.bulkOperations(api)
	t.tagOperations(api)
	t.seriesOperations(api)
	t.filterOperations(api)
	t.exchangeOperations(api)
	serveFeeds(mux, h)
	stream(mux, h)
}

type tasks struct{ *host.Host }

func (t *tasks) act(ctx context.Context, preview Preview) todo.Act {
	return todo.Act{Owner: httpapi.Owner(ctx), Actor: todo.ActorPerson, DryRun: preview.DryRun, Receipt: idempotency.Receipt(ctx)}
}

// Preview asks what a write would do.
type Preview struct {
	DryRun bool `query:"dry_run" doc:"Answer as if it were done, and do nothing: then there is no Nudge-Change-Set"`
}

// changeSet names what was written; nothing was in a preview.
func (p Preview) changeSet(r todo.Result) string {
	if p.DryRun {
		return ""
	}
	return r.ChangeSet.ID
}

// changes are what a preview would write; what is written is told by its change set.
func (p Preview) changes(r todo.Result, language string) []changeBody {
	if !p.DryRun {
		return nil
	}
	return changesOf(r.ChangeSet, language)
}

// Locale is the language of texts in answers. Embedded inputs are exported because huma
// reads no others.
type Locale struct {
	AcceptLanguage string `header:"Accept-Language"`
}

func (l Locale) language() string {
	first, _, _ := strings.Cut(l.AcceptLanguage, ",")
	first, _, _ = strings.Cut(first, ";")
	return strings.TrimSpace(first)
}

// written is the answer to a change of one task.
type written struct {
	ChangeSet string `header:"Nudge-Change-Set" doc:"What POST /api/changesets/{id}/undo takes; absent where nothing had to change"`
	ETag      string `header:"ETag"`
	Location  string `header:"Location"`
	Body      taskBody
}

func (l Locale) written(r todo.Result, preview Preview) *written {
	d := r.First()
	out := &written{ChangeSet: preview.changeSet(r), ETag: httpapi.ETag(d.Version), Body: show(d, l.language())}
	out.Body.Changes = preview.changes(r, l.language())
	return out
}

type createInput struct {
	Locale
	Preview
	TimeZone string `header:"Time-Zone" doc:"IANA time zone to read words in, for a person who has none set"`
	Body     struct {
		Text        string         `json:"text,omitempty" maxLength:"4096" doc:"The task in words; then nothing else may be said"`
		Title       string         `json:"title,omitempty" maxLength:"500"`
		Description string         `json:"description,omitempty" maxLength:"10000"`
		Priority    string         `json:"priority,omitempty" enum:"high,medium,low"`
		Due         *newDue        `json:"due,omitempty"`
		Tags        []string       `json:"tags,omitempty" maxItems:"50"`
		Reminders   []newReminder  `json:"reminders,omitempty" maxItems:"20"`
		Recurrence  *newRecurrence `json:"recurrence,omitempty"`
		ParentID    string         `json:"parent_id,omitempty" format:"uuid" doc:"The task that this is a part of"`
		BlockedBy   []string       `json:"blocked_by,omitempty" maxItems:"20" doc:"The tasks that come first"`
		Position    float64        `json:"position,omitempty" doc:"Behind all others if absent"`
	}
}

func (t *tasks) create(ctx context.Context, in *createInput) (*written, error) {
	wanted, err := t.wanted(ctx, in)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	result, err := t.Todo.Create(ctx, t.act(ctx, in.Preview), wanted...)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	out := in.written(result, in.Preview)
	if !in.DryRun {
		out.Location = "/api/tasks/" + out.Body.ID
	}
	return out, nil
}

func (t *tasks) wanted(ctx context.Context, in *createInput) ([]todo.NewTask, error) {
	b := in.Body
	if b.Text == "" {
		list, err := reminders(b.Reminders)
		return []todo.NewTask{{
			Title: b.Title, Description: b.Description, Priority: todo.Priority(b.Priority), Due: b.Due.domain(), Tags: b.Tags,
			Reminders: list, Recurrence: b.Recurrence.domain(), Parent: b.ParentID, BlockedBy: b.BlockedBy, Position: b.Position,
		}}, err
	}
	if b.Title != "" || b.Description != "" || b.Priority != "" || b.Due != nil || b.Tags != nil || b.Reminders != nil || b.Recurrence != nil ||
		b.ParentID != "" || b.BlockedBy != nil || b.Position != 0 {
		return nil, todo.Invalid("/text", "say the task either in words or in parts, not both")
	}
	prefs, err := t.Store.Preferences(ctx, httpapi.Owner(ctx))
	if err != nil {
		return nil, err
	}
	return quickadd.Parse(b.Text, inZone(prefs, in.TimeZone), t.Now())
}

// PathID is the address of one thing.
type PathID struct {
	ID string `path:"id" doc:"UUID"`
}

type idInput struct {
	Locale
	PathID
}

func (t *tasks) get(ctx context.Context, in *idInput) (*written, error) {
	d, err := t.Store.Task(ctx, httpapi.Owner(ctx), in.ID)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	return in.written(todo.Result{Tasks: []todo.Details{d}}, Preview{}), nil
}

type versioned struct {
	Locale
	Preview
	PathID
	httpapi.Precondition
}

func (t *tasks) move(act func(context.Context, todo.Act, ...todo.Target) (todo.Result, error)) func(context.Context, *versioned) (*written, error) {
	return func(ctx context.Context, in *versioned) (*written, error) {
		version, err := in.Version()
		if err != nil {
			return nil, t.fail(ctx, err)
		}
		result, err := act(ctx, t.act(ctx, in.Preview), todo.Target{ID: in.ID, Version: version})
		if err != nil {
			return nil, t.fail(ctx, err)
		}
		return in.written(result, in.Preview), nil
	}
}

type deleted struct {
	ChangeSet string `header:"Nudge-Change-Set"`
}

func (t *tasks) delete(ctx context.Context, in *versioned) (*deleted, error) {
	out, err := t.move(t.Todo.Delete)(ctx, in)
	if err != nil {
		return nil, err
	}
	return &deleted{out.ChangeSet}, nil
}

type undoInput struct {
	Locale
	Preview
	PathID
}

type undone struct {
	ChangeSet string `header:"Nudge-Change-Set"`
	Body      struct {
		ChangeSet string       `json:"change_set" doc:"Undo it to redo"`
		Tasks     []taskBody   `json:"tasks" nullable:"false"`
		Changes   []changeBody `json:"changes,omitempty" doc:"In a preview: all that would be written"`
	}
}

func (t *tasks) undo(ctx context.Context, in *undoInput) (*undone, error) {
	result, err := t.Todo.Undo(ctx, t.act(ctx, in.Preview), in.ID)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	out := &undone{ChangeSet: in.changeSet(result)}
	out.Body.ChangeSet, out.Body.Tasks, out.Body.Changes = out.ChangeSet, showAll(result.Tasks, in.language()), in.changes(result, in.language())
	return out, nil
}

func (t *tasks) fail(ctx context.Context, err error) error { return httpapi.Fail(ctx, t.Log, err) }

// tomorrow is the first instant of the person's tomorrow.
func (t *tasks) tomorrow(ctx context.Context) (time.Time, error) {
	prefs, err := t.Store.Preferences(ctx, httpapi.Owner(ctx))
	if err != nil {
		return time.Time{}, err
	}
	return prefs.Tomorrow(t.Todo.Calendar, t.Now())
}

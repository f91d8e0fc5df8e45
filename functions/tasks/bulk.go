package tasks

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"function/shared/httpapi"
	"function/shared/todo"
)

// maxBulk bounds the tasks of one change set.
const maxBulk = 1000

func (t *tasks) bulkOperations(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "change-tasks", Metadata: httpapi.Refuses(todo.CodeNotFound, todo.CodeNotPossible), Method: http.MethodPost, Path: "/api/tasks/bulk", Tags: []string{"tasks"},
		Summary: "Do one thing to many tasks, all or none: those of the ids, or those that a filter finds",
	}, t.bulk)
}

type bulkInput struct {
	Locale
	Preview
	TimeZone string `header:"Time-Zone" doc:"IANA time zone to read dates in, for a person who has none set"`
	Body     struct {
		IDs    []string  `json:"ids,omitempty" maxItems:"1000"`
		Filter string    `json:"filter,omitempty" maxLength:"1000" doc:"As in GET /api/tasks; at most 1000 tasks"`
		Action string    `json:"action" enum:"complete,reopen,delete,restore,edit"`
		Edit   *bulkEdit `json:"edit,omitempty" doc:"What to change, where the action is edit"`
	}
}

// bulkEdit is what can be changed of many tasks at once.
type bulkEdit struct {
	Priority   given[todo.Priority] `json:"priority,omitempty"`
	Due        given[newDue]        `json:"due,omitempty"`
	AddTags    []string             `json:"add_tags,omitempty" maxItems:"50"`
	RemoveTags []string             `json:"remove_tags,omitempty" maxItems:"50"`
	ParentID   given[string]        `json:"parent_id,omitempty"`
}

type bulkOutput struct {
	ChangeSet string `header:"Nudge-Change-Set" doc:"What POST /api/changesets/{id}/undo takes; absent where nothing had to change"`
	Body      struct {
		ChangeSet string       `json:"change_set" doc:"Empty in a preview, and where nothing had to change"`
		Changed   int          `json:"changed" doc:"How many tasks are changed; others were so already"`
		Tasks     []taskBody   `json:"tasks" nullable:"false" doc:"All that were meant, as they are afterwards"`
		Changes   []changeBody `json:"changes,omitempty" doc:"In a preview: all that would be written"`
	}
}

func (t *tasks) bulk(ctx context.Context, in *bulkInput) (*bulkOutput, error) {
	result, err := t.bulkResult(ctx, in)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	return in.bulkOutput(result, in.Preview), nil
}

func (l Locale) bulkOutput(r todo.Result, preview Preview) *bulkOutput {
	out := &bulkOutput{ChangeSet: preview.changeSet(r)}
	out.Body.ChangeSet, out.Body.Changed, out.Body.Tasks = out.ChangeSet, len(r.ChangeSet.Tasks), showAll(r.Tasks, l.language())
	out.Body.Changes = preview.changes(r, l.language())
	return out
}

func (t *tasks) bulkResult(ctx context.Context, in *bulkInput) (todo.Result, error) {
	if (in.Body.Action == "edit") != (in.Body.Edit != nil) {
		return todo.Result{}, todo.Invalid("/edit", "goes with the action edit")
	}
	meant, err := t.meant(ctx, in)
	if err != nil || len(meant) == 0 {
		return todo.Result{}, err
	}
	act := t.act(ctx, in.Preview)
	if in.Body.Edit != nil {
		edits, err := in.Body.Edit.edits(meant)
		if err != nil {
			return todo.Result{}, err
		}
		return t.Todo.EditAll(ctx, act, edits...)
	}
	targets := make([]todo.Target, 0, len(meant))
	for _, d := range meant {
		targets = append(targets, todo.Target{ID: d.ID, Version: d.Version})
	}
	do := map[string]func(context.Context, todo.Act, ...todo.Target) (todo.Result, error){
		"complete": t.Todo.Complete, "reopen": t.Todo.Reopen, "delete": t.Todo.Delete, "restore": t.Todo.Restore,
	}[in.Body.Action]
	return do(ctx, act, targets...)
}

// meant gives the tasks that a bulk change is for. Each id must be there.
func (t *tasks) meant(ctx context.Context, in *bulkInput) ([]todo.Details, error) {
	b := in.Body
	if (len(b.IDs) > 0) == (strings.TrimSpace(b.Filter) != "") {
		return nil, todo.Invalid("/ids", "say the tasks either by ids or by a filter, not both")
	}
	if b.Filter != "" {
		q, err := t.query(ctx, &listInput{Locale: in.Locale, TimeZone: in.TimeZone, Filter: b.Filter})
		if err != nil {
			return nil, err
		}
		return t.Todo.Every(ctx, httpapi.Owner(ctx), q, maxBulk)
	}
	return t.Todo.Named(ctx, httpapi.Owner(ctx), b.IDs)
}

func (e *bulkEdit) edits(meant []todo.Details) ([]todo.TaskEdit, error) {
	var common todo.Edit
	var err error
	if common.Priority, err = e.Priority.maybe("/edit/priority"); err != nil {
		return nil, err
	}
	if e.Due.present {
		common.Due = todo.Some[*todo.NewDue](nil)
		if !e.Due.null {
			common.Due.Value = e.Due.value.domain()
		}
	}
	if e.ParentID.present {
		common.Parent = todo.Some(e.ParentID.value)
	}
	edits := make([]todo.TaskEdit, 0, len(meant))
	for _, d := range meant {
		edit := common
		if len(e.AddTags)+len(e.RemoveTags) > 0 {
			edit.Tags = todo.Some(append(withoutTags(d.Tags, e.RemoveTags), e.AddTags...))
		}
		edits = append(edits, todo.TaskEdit{Target: todo.Target{ID: d.ID, Version: d.Version}, Edit: edit})
	}
	return edits, nil
}

// withoutTags drops tags, whatever their case.
func withoutTags(tags, drop []string) []string {
	kept := []string{}
	for _, tag := range tags {
		if !slices.ContainsFunc(drop, func(d string) bool { return strings.EqualFold(tag, strings.TrimPrefix(d, "#")) }) {
			kept = append(kept, tag)
		}
	}
	return kept
}

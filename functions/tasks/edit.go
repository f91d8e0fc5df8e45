package tasks

import (
	"context"

	"function/shared/httpapi"
	"function/shared/todo"
)

type editInput struct {
	Locale
	Preview
	PathID
	httpapi.Precondition
	Scope string `query:"scope" enum:"this,following,all" doc:"Of a task that comes again: this occurrence alone, this and the following ones, or all that are not done. Absent: what it is goes on to those that follow, a due is this one's own, a new rule begins here"`
	Body  struct {
		Title       given[string]        `json:"title,omitempty"`
		Description given[string]        `json:"description,omitempty"`
		Priority    given[todo.Priority] `json:"priority,omitempty"`
		Due         given[newDue]        `json:"due,omitempty"`
		Tags        given[[]string]      `json:"tags,omitempty"`
		Reminders   given[[]newReminder] `json:"reminders,omitempty"`
		Recurrence  given[newRecurrence] `json:"recurrence,omitempty"`
		ParentID    given[string]        `json:"parent_id,omitempty"`
		BlockedBy   given[[]string]      `json:"blocked_by,omitempty"`
		Position    given[float64]       `json:"position,omitempty"`
	} `contentType:"application/merge-patch+json"`
}

func (t *tasks) edit(ctx context.Context, in *editInput) (*written, error) {
	version, err := in.Version()
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	edit, err := in.domain()
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	result, err := t.Todo.Edit(ctx, t.act(ctx, in.Preview), in.ID, version, edit)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	return in.written(result, in.Preview), nil
}

func (in *editInput) domain() (e todo.Edit, err error) {
	b := in.Body
	e.Scope = todo.Scope(in.Scope)
	if e.Title, err = b.Title.maybe("/title"); err != nil {
		return e, err
	}
	if e.Description, err = b.Description.maybe("/description"); err != nil {
		return e, err
	}
	if e.Priority, err = b.Priority.maybe("/priority"); err != nil {
		return e, err
	}
	if e.Tags, err = b.Tags.maybe("/tags"); err != nil {
		return e, err
	}
	if e.BlockedBy, err = b.BlockedBy.maybe("/blocked_by"); err != nil {
		return e, err
	}
	if e.Position, err = b.Position.maybe("/position"); err != nil {
		return e, err
	}
	if b.ParentID.present {
		e.Parent = todo.Some(b.ParentID.value) // null is empty: a part of nothing
	}
	if b.Due.present {
		e.Due = todo.Some[*todo.NewDue](nil)
		if !b.Due.null {
			e.Due.Value = b.Due.value.domain()
		}
	}
	if b.Recurrence.present {
		e.Recurrence = todo.Some[*todo.NewRecurrence](nil)
		if !b.Recurrence.null {
			e.Recurrence.Value = b.Recurrence.value.domain()
		}
	}
	if b.Reminders.present {
		list, err := reminders(b.Reminders.value)
		if err != nil {
			return e, err
		}
		e.Reminders = todo.Some(list)
	}
	return e, nil
}

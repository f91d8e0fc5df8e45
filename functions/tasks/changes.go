package tasks

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"function/shared/httpapi"
	"function/shared/todo"
)

type changeSetOutput struct {
	Body struct {
		ID       string       `json:"id" format:"uuid"`
		Actor    string       `json:"actor" enum:"person,assistant,recurrence,reminders,notifications,import" doc:"Who did it"`
		At       time.Time    `json:"at"`
		Cause    string       `json:"cause,omitempty" format:"uuid" doc:"The change set that led to it"`
		Undoes   string       `json:"undoes,omitempty" format:"uuid" doc:"The change set that it undid"`
		UndoneBy string       `json:"undone_by,omitempty" format:"uuid" doc:"The change set that undid it"`
		Undoable bool         `json:"undoable" doc:"POST /api/changesets/{id}/undo can undo it, unless its tasks were changed since"`
		Changes  []changeBody `json:"changes" nullable:"false"`
	}
}

func (t *tasks) changeSet(ctx context.Context, in *idInput) (*changeSetOutput, error) {
	cs, err := t.Store.ChangeSet(ctx, httpapi.Owner(ctx), in.ID)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	out := &changeSetOutput{}
	b := &out.Body
	b.ID, b.Actor, b.At, b.Cause, b.Undoes, b.UndoneBy = cs.ID, string(cs.Actor), cs.At, cs.Cause, cs.Undoes, cs.UndoneBy
	b.Undoable = cs.UndoneBy == "" && cs.Actor != todo.ActorRecurrence // what a completion led to is undone with it
	b.Changes = changesOf(cs, in.language())
	return out, nil
}

// changeBody is what an act does to one thing.
type changeBody struct {
	Kind   string      `json:"kind" enum:"task,series,reminder,filter,settings"`
	ID     string      `json:"id,omitempty" format:"uuid"`
	What   string      `json:"what" enum:"made,changed,removed"`
	Fields []fieldBody `json:"fields" nullable:"false"`
}

type fieldBody struct {
	Name   string `json:"name"`
	Before any    `json:"before" doc:"As the thing shows it; null of one that is made"`
	After  any    `json:"after" doc:"Null of one that is removed"`
}

// changesOf tells a change set thing by thing.
func changesOf(cs todo.ChangeSet, language string) []changeBody {
	list := make([]changeBody, 0, len(cs.Tasks)+len(cs.Series)+len(cs.Reminders))
	for _, d := range cs.Tasks {
		list = append(list, changed("task", d, func(t todo.Task) (string, any) { return t.ID, show(todo.Details{Task: t}, language) }))
	}
	for _, d := range cs.Series {
		list = append(list, changed("series", d, func(s todo.Series) (string, any) { return s.ID, showRecurrence(s, "", language) }))
	}
	for _, d := range cs.Reminders {
		list = append(list, changed("reminder", d, func(r todo.Reminder) (string, any) { return r.ID, showReminder(r) }))
	}
	return list
}

func changed[T any](kind string, d todo.Delta[T], shown func(T) (id string, body any)) changeBody {
	c := changeBody{Kind: kind, What: "changed"}
	var before, after map[string]json.RawMessage
	if d.Before != nil {
		c.ID, before = members(shown(*d.Before))
	} else {
		c.What = "made"
	}
	if d.After != nil {
		c.ID, after = members(shown(*d.After))
	} else {
		c.What = "removed"
	}
	c.Fields = differences(before, after)
	return c
}

func members(id string, body any) (string, map[string]json.RawMessage) {
	var fields map[string]json.RawMessage
	raw, _ := json.Marshal(body)        // what the API shows can be written
	_ = json.Unmarshal(raw, &fields)    // and is an object
	for _, name := range notOfChanges { // what is counted, or told of by a change of its own
		delete(fields, name)
	}
	return id, fields
}

var notOfChanges = []string{"id", "version", "created_at", "updated_at", "subtasks", "blocked", "recurrence", "reminders", "series_id", "slot"}

func differences(before, after map[string]json.RawMessage) []fieldBody {
	names := slices.Collect(maps.Keys(before))
	names = slices.AppendSeq(names, maps.Keys(after))
	slices.Sort(names)
	list := []fieldBody{}
	for _, name := range slices.Compact(names) {
		if was, is := before[name], after[name]; !bytes.Equal(was, is) {
			list = append(list, fieldBody{name, orNothing(was), orNothing(is)})
		}
	}
	return list
}

func orNothing(raw json.RawMessage) any {
	if raw == nil {
		return nil
	}
	return raw
}

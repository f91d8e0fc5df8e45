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

func (t *tasks) tagOperations(api huma.API) {
	tags := []string{"tags"}
	huma.Register(api, huma.Operation{OperationID: "list-tags", Metadata: httpapi.Replicated, Method: http.MethodGet, Path: "/api/tags", Summary: "The tags of open tasks, with how many have each", Tags: tags}, t.tags)
	huma.Register(api, huma.Operation{
		OperationID: "rename-tag", Method: http.MethodPost, Path: "/api/tags/rename", Tags: tags,
		Summary: "Give a tag another name on every task outside the trash; a name that is in use already merges the two, an empty one takes the tag off",
	}, t.renameTag)
}

type tagBody struct {
	Name string `json:"name"`
	Open int    `json:"open" doc:"How many open tasks have it"`
}

type tagsOutput struct {
	Body struct {
		Data []tagBody `json:"data" nullable:"false"`
	}
}

func (t *tasks) tags(ctx context.Context, _ *struct{}) (*tagsOutput, error) {
	counts, err := t.Store.TagCounts(ctx, httpapi.Owner(ctx))
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	out := &tagsOutput{}
	out.Body.Data = []tagBody{}
	for name, n := range counts {
		out.Body.Data = append(out.Body.Data, tagBody{name, n})
	}
	slices.SortFunc(out.Body.Data, func(a, b tagBody) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return out, nil
}

type renameInput struct {
	Locale
	Preview
	Body struct {
		From string `json:"from" minLength:"1" maxLength:"65"`
		To   string `json:"to" maxLength:"65" doc:"Empty: take the tag off"`
	}
}

func (t *tasks) renameTag(ctx context.Context, in *renameInput) (*bulkOutput, error) {
	result, err := t.rename(ctx, in)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	return in.bulkOutput(result, in.Preview), nil
}

func (t *tasks) rename(ctx context.Context, in *renameInput) (todo.Result, error) {
	from, to := strings.TrimPrefix(strings.TrimSpace(in.Body.From), "#"), strings.TrimPrefix(strings.TrimSpace(in.Body.To), "#")
	if from == "" {
		return todo.Result{}, todo.Invalid("/from", "names no tag")
	}
	meant, err := t.Todo.Every(ctx, httpapi.Owner(ctx), todo.Query{View: todo.ViewAny, Where: todo.HasTag(from)}, maxBulk)
	if err != nil || len(meant) == 0 {
		return todo.Result{}, err
	}
	edits := make([]todo.TaskEdit, 0, len(meant))
	for _, d := range meant {
		edits = append(edits, todo.TaskEdit{Target: todo.Target{ID: d.ID, Version: d.Version}, Edit: todo.Edit{Tags: todo.Some(renamed(d.Tags, from, to))}})
	}
	return t.Todo.EditAll(ctx, t.act(ctx, in.Preview), edits...)
}

// renamed puts the new name where the old one stood; doubles are dropped by the domain.
func renamed(tags []string, from, to string) []string {
	out := []string{}
	for _, tag := range tags {
		switch {
		case !strings.EqualFold(tag, from):
			out = append(out, tag)
		case to != "":
			out = append(out, to)
		}
	}
	return out
}

package tasks

import (
	"context"

	"function/shared/httpapi"
	"function/shared/seal"
	"function/shared/todo"
)

type listInput struct {
	Locale
	View  string   `query:"view" enum:"today,upcoming,all,done,trash" default:"all"`
	Q     string   `query:"q" maxLength:"200" doc:"Words that the task's text must have, or begin with"`
	Tag   []string `query:"tag" maxItems:"10"`
	Limit int      `query:"limit" minimum:"1" maximum:"200" default:"50"`
	After string   `query:"after" maxLength:"300" doc:"The after of the page before"`
}

type taskPage struct {
	Data    []taskBody `json:"data" nullable:"false"`
	HasMore bool       `json:"has_more"`
	After   string     `json:"after,omitempty"`
}

type listOutput struct {
	Link string `header:"Link"`
	Body taskPage
}

func (t *tasks) list(ctx context.Context, in *listInput) (*listOutput, error) {
	tomorrow, err := t.tomorrow(ctx)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	q := todo.Query{View: todo.View(in.View), Tags: in.Tag, Tomorrow: tomorrow, Limit: in.Limit, After: in.After, Words: seal.Words(in.Q)}
	page, err := t.Store.List(ctx, httpapi.Owner(ctx), q)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	out := &listOutput{}
	out.Body.Data, out.Body.HasMore, out.Body.After = showAll(page.Data, in.language()), page.HasMore, page.After
	if page.HasMore {
		out.Link = nextLink(in, page.After)
	}
	return out, nil
}

type taskCounts struct {
	Today    int `json:"today"`
	Upcoming int `json:"upcoming"`
	All      int `json:"all"`
	Done     int `json:"done"`
}

type countsOutput struct{ Body taskCounts }

func (t *tasks) counts(ctx context.Context, _ *struct{}) (*countsOutput, error) {
	tomorrow, err := t.tomorrow(ctx)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	counts, err := t.Store.Counts(ctx, httpapi.Owner(ctx), tomorrow)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	return &countsOutput{taskCounts(counts)}, nil
}

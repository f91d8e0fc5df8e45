package tasks

import (
	"context"

	"function/shared/filter"
	"function/shared/httpapi"
	"function/shared/occurrence"
	"function/shared/quickadd"
	"function/shared/seal"
	"function/shared/todo"
)

type listInput struct {
	Locale
	View     string   `query:"view" enum:"today,upcoming,all,done,trash,any" doc:"all (what is open) if absent; any where the filter says is:… or completed:…"`
	Filter   string   `query:"filter" maxLength:"1000" doc:"due:today priority:high #home -#work is:blocked \"exact words\", with and, or, not and brackets"`
	Q        string   `query:"q" maxLength:"200" doc:"Words alone: each must begin a word of the task's text"`
	Tag      []string `query:"tag" maxItems:"10"`
	Parent   string   `query:"parent" format:"uuid" doc:"Only the parts of this task"`
	TimeZone string   `header:"Time-Zone" doc:"IANA time zone to read dates in, for a person who has none set"`
	Sort     string   `query:"sort" doc:"due, priority, created, updated, position, completed or trashed; with a - in front the other way round"`
	Limit    int      `query:"limit" minimum:"1" maximum:"200" default:"50"`
	After    string   `query:"after" maxLength:"300" doc:"The after of the page before"`
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
	q, err := t.query(ctx, in)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
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

// speaksOfTime reports whether what is asked for depends on when the person's days begin.
func (in *listInput) speaksOfTime() bool {
	view := todo.View(in.View)
	return in.Filter != "" || view == todo.ViewToday || view == todo.ViewUpcoming
}

// query is what a list asks for, in the words and the zone of the person.
func (t *tasks) query(ctx context.Context, in *listInput) (todo.Query, error) {
	prefs := todo.DefaultPreferences(httpapi.Owner(ctx))
	if in.speaksOfTime() {
		var err error
		if prefs, err = t.Store.Preferences(ctx, prefs.Owner); err != nil {
			return todo.Query{}, err
		}
	}
	prefs = inZone(prefs, in.TimeZone)
	q, err := filter.Query(todo.View(in.View), in.Filter, prefs, t.Todo.Calendar, quickadd.For(prefs, t.Now()))
	if err != nil {
		return q, err
	}
	q.Sort, q.Limit, q.After = todo.Sort(in.Sort), in.Limit, in.After
	all := todo.All{q.Where}
	for _, word := range seal.Words(in.Q) {
		all = append(all, todo.HasWord(word))
	}
	for _, tag := range in.Tag {
		all = append(all, todo.HasTag(tag))
	}
	if in.Parent != "" {
		all = append(all, todo.PartOf(in.Parent))
	}
	q.Where = all
	return q, nil
}

// inZone reads words in the zone that a request names, for a person who has none set.
func inZone(prefs todo.Preferences, zone string) todo.Preferences {
	if _, err := occurrence.Zone(zone); err == nil && prefs.TimeZone == "" {
		prefs.TimeZone = zone
	}
	return prefs
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

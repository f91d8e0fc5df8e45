package tasks

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"function/shared/filter"
	"function/shared/httpapi"
	"function/shared/postgres"
	"function/shared/quickadd"
	"function/shared/todo"
)

const (
	maxFilters    = 100 // that a person keeps
	maxFilterName = 100 // characters
)

func tooManyFilters() error {
	return todo.Errorf(todo.CodeLimitReached, "at most %d filters are kept", maxFilters)
}

func (t *tasks) filterOperations(api huma.API) {
	tag := func(op huma.Operation) huma.Operation { op.Tags = []string{"filters"}; return op }
	huma.Register(api, tag(huma.Operation{OperationID: "list-filters", Metadata: httpapi.Replicated, Method: http.MethodGet, Path: "/api/filters", Summary: "The filters that the person keeps"}), t.filters)
	huma.Register(api, tag(huma.Operation{OperationID: "keep-filter", Metadata: httpapi.Refuses(todo.CodeLimitReached), Method: http.MethodPost, Path: "/api/filters", Summary: "Keep a filter", DefaultStatus: http.StatusCreated}), t.keepFilter)
	huma.Register(api, tag(huma.Operation{OperationID: "edit-filter", Method: http.MethodPatch, Path: "/api/filters/{id}", Summary: "Change a kept filter (JSON Merge Patch)"}), t.editFilter)
	huma.Register(api, tag(huma.Operation{OperationID: "drop-filter", Method: http.MethodDelete, Path: "/api/filters/{id}", Summary: "Keep a filter no longer", DefaultStatus: http.StatusNoContent}), t.dropFilter)
}

type filterBody struct {
	ID       string  `json:"id" format:"uuid"`
	Name     string  `json:"name"`
	Filter   string  `json:"filter"`
	Position float64 `json:"position"`
	Version  int64   `json:"version"`
}

func showFilter(f postgres.SavedFilter) filterBody {
	return filterBody{f.ID, f.Name, f.Text, f.Position, f.Version}
}

type filtersOutput struct {
	Body struct {
		Data []filterBody `json:"data" nullable:"false"`
	}
}

func (t *tasks) filters(ctx context.Context, _ *struct{}) (*filtersOutput, error) {
	list, err := t.Store.Filters(ctx, httpapi.Owner(ctx))
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	out := &filtersOutput{}
	out.Body.Data = []filterBody{}
	for _, f := range list {
		out.Body.Data = append(out.Body.Data, showFilter(f))
	}
	return out, nil
}

type keepFilterInput struct {
	Body struct {
		Name     string   `json:"name" minLength:"1" maxLength:"100"`
		Filter   string   `json:"filter" minLength:"1" maxLength:"1000" doc:"Its dates are kept in English words, which are read in every language"`
		Position *float64 `json:"position,omitempty" nullable:"false" doc:"Behind all others if absent"`
	}
}

type filterOutput struct {
	ETag string `header:"ETag"`
	Body filterBody
}

func (t *tasks) keepFilter(ctx context.Context, in *keepFilterInput) (*filterOutput, error) {
	now := t.Now().UTC().Truncate(time.Microsecond)
	f := postgres.SavedFilter{ID: t.NewID(), Name: in.Body.Name, Text: in.Body.Filter, Position: 1, Version: 1, CreatedAt: now}
	have, err := t.Store.Filters(ctx, httpapi.Owner(ctx))
	switch {
	case in.Body.Position != nil:
		f.Position = *in.Body.Position
	case len(have) > 0:
		f.Position = have[len(have)-1].Position + 1
	}
	if err == nil && len(have) >= maxFilters {
		err = tooManyFilters()
	}
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	return t.written(ctx, f)
}

// written checks a filter and keeps it.
func (t *tasks) written(ctx context.Context, f postgres.SavedFilter) (*filterOutput, error) {
	prefs, err := t.Store.Preferences(ctx, httpapi.Owner(ctx))
	if err == nil {
		f.Text, err = checkFilter(f, prefs, t.Now())
	}
	if err == nil {
		err = t.Store.KeepFilter(ctx, httpapi.Owner(ctx), f)
	}
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	return &filterOutput{ETag: httpapi.ETag(f.Version), Body: showFilter(f)}, nil
}

// checkFilter refuses what would find nothing but an error, and gives the text as it is
// kept: with its dates in English, which is read whatever language the person chooses.
func checkFilter(f postgres.SavedFilter, prefs todo.Preferences, now time.Time) (string, error) {
	if strings.TrimSpace(f.Name) == "" || strings.ContainsAny(f.Name, "\r\n\x00") || len([]rune(f.Name)) > maxFilterName {
		return "", todo.Invalid("/name", "a filter needs a name in one line, of at most %d characters", maxFilterName)
	}
	reader := quickadd.For(prefs, now)
	return filter.Translate(f.Text, reader.Dates, reader.English)
}

type editFilterInput struct {
	PathID
	httpapi.Precondition
	Body struct {
		Name     given[string]  `json:"name,omitempty"`
		Filter   given[string]  `json:"filter,omitempty"`
		Position given[float64] `json:"position,omitempty"`
	} `contentType:"application/merge-patch+json"`
}

func (t *tasks) editFilter(ctx context.Context, in *editFilterInput) (*filterOutput, error) {
	f, err := t.keptFilter(ctx, in.ID, in.Precondition)
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	for _, change := range []struct {
		to      *string
		from    given[string]
		pointer string
		most    int
	}{{&f.Name, in.Body.Name, "/name", maxFilterName}, {&f.Text, in.Body.Filter, "/filter", filter.MaxLength}} {
		value, err := change.from.maybe(change.pointer)
		if err == nil && len([]rune(value.Value)) > change.most {
			err = todo.Invalid(change.pointer, "at most %d characters", change.most)
		}
		if err != nil {
			return nil, t.fail(ctx, err)
		}
		if value.Given {
			*change.to = value.Value
		}
	}
	if in.Body.Position.present && !in.Body.Position.null {
		f.Position = in.Body.Position.value
	}
	f.Version++
	return t.written(ctx, f)
}

type dropFilterInput struct {
	PathID
	httpapi.Precondition
}

func (t *tasks) dropFilter(ctx context.Context, in *dropFilterInput) (*struct{}, error) {
	f, err := t.keptFilter(ctx, in.ID, in.Precondition)
	if err == nil {
		err = t.Store.DropFilter(ctx, httpapi.Owner(ctx), f.ID, f.Version)
	}
	return nil, t.fail(ctx, err)
}

// keptFilter gives a filter at the version that a change is based on.
func (t *tasks) keptFilter(ctx context.Context, id string, p httpapi.Precondition) (postgres.SavedFilter, error) {
	if _, err := p.Version(); err != nil {
		return postgres.SavedFilter{}, err
	}
	list, err := t.Store.Filters(ctx, httpapi.Owner(ctx))
	if err != nil {
		return postgres.SavedFilter{}, err
	}
	for _, f := range list {
		if strings.EqualFold(f.ID, id) {
			return f, p.Names(f.Version)
		}
	}
	return postgres.SavedFilter{}, todo.Errorf(todo.CodeNotFound, "there is no such filter")
}

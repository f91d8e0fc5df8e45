package tasks

import (
	"context"

	"function/shared/httpapi"
	"function/shared/todo"
)

type preferencesBody struct {
	TimeZone   string `json:"time_zone" doc:"IANA name; empty until somebody says"`
	Language   string `json:"language" doc:"BCP 47; empty until somebody says"`
	WeekStart  string `json:"week_start" doc:"monday … sunday"`
	QuietFrom  string `json:"quiet_from" doc:"Local time of day, as 22:00; nothing is sent from then until quiet_until. Both empty: there are no quiet hours"`
	QuietUntil string `json:"quiet_until" doc:"Local time of day, as 07:00; on the next day if it is before quiet_from"`
	DigestAt   string `json:"digest_at" doc:"Local time of day of the daily digest, as 08:00; empty: none is sent"`
	DateOrder  string `json:"date_order" enum:",day_first,month_first" doc:"How a date such as 3/4 is read; empty: as the language does"`
	Morning    string `json:"morning_at" doc:"When the person's morning begins, a full hour such as 07:00; empty: at the usual one. So are the afternoon, the evening and the night"`
	Afternoon  string `json:"afternoon_at"`
	Evening    string `json:"evening_at"`
	Night      string `json:"night_at"`
	Version    int64  `json:"version"`
}

type preferencesOutput struct {
	ETag string `header:"ETag"`
	Body preferencesBody
}

func showPreferences(p todo.Preferences) *preferencesOutput {
	return &preferencesOutput{ETag: httpapi.ETag(p.Version), Body: preferencesBody{
		TimeZone: p.TimeZone, Language: p.Language, WeekStart: p.WeekStart, QuietFrom: p.QuietFrom, QuietUntil: p.QuietUntil, DigestAt: p.DigestAt, DateOrder: string(p.DateOrder),
		Morning: p.Parts.Morning, Afternoon: p.Parts.Afternoon, Evening: p.Parts.Evening, Night: p.Parts.Night, Version: p.Version,
	}}
}

func (t *tasks) preferences(ctx context.Context, _ *struct{}) (*preferencesOutput, error) {
	p, err := t.Todo.Preferences(ctx, httpapi.Owner(ctx))
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	return showPreferences(p), nil
}

type preferencesInput struct {
	httpapi.Precondition
	Body struct {
		TimeZone   given[string]         `json:"time_zone,omitempty"`
		Language   given[string]         `json:"language,omitempty"`
		WeekStart  given[string]         `json:"week_start,omitempty"`
		QuietFrom  given[string]         `json:"quiet_from,omitempty"`
		QuietUntil given[string]         `json:"quiet_until,omitempty"`
		DigestAt   given[string]         `json:"digest_at,omitempty"`
		DateOrder  given[todo.DateOrder] `json:"date_order,omitempty"`
		Morning    given[string]         `json:"morning_at,omitempty"`
		Afternoon  given[string]         `json:"afternoon_at,omitempty"`
		Evening    given[string]         `json:"evening_at,omitempty"`
		Night      given[string]         `json:"night_at,omitempty"`
		Version    given[int64]          `json:"version,omitempty"`
	} `contentType:"application/merge-patch+json"`
}

func (t *tasks) setPreferences(ctx context.Context, in *preferencesInput) (*preferencesOutput, error) {
	p, err := t.Todo.Preferences(ctx, httpapi.Owner(ctx))
	if err == nil {
		err = in.Names(p.Version)
	}
	if err != nil {
		return nil, t.fail(ctx, err)
	}
	b := in.Body
	apply(&p.TimeZone, b.TimeZone)
	apply(&p.Language, b.Language)
	apply(&p.WeekStart, b.WeekStart)
	apply(&p.QuietFrom, b.QuietFrom)
	apply(&p.QuietUntil, b.QuietUntil)
	apply(&p.DigestAt, b.DigestAt)
	apply(&p.DateOrder, b.DateOrder)
	apply(&p.Parts.Morning, b.Morning)
	apply(&p.Parts.Afternoon, b.Afternoon)
	apply(&p.Parts.Evening, b.Evening)
	apply(&p.Parts.Night, b.Night)
	if p, err = t.Todo.SetPreferences(ctx, p); err != nil {
		return nil, t.fail(ctx, err)
	}
	return showPreferences(p), nil
}

// apply sets what the patch has; null sets the empty value.
func apply[T any](target *T, patch given[T]) {
	if patch.present {
		*target = patch.value
	}
}

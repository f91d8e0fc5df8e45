package notifications

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"function/shared/httpapi"
	"function/shared/live"
)

func (f *function) operations(api huma.API) {
	tags := []string{"notifications"}
	huma.Register(api, huma.Operation{OperationID: "list-notifications", Method: http.MethodGet, Path: "/api/notifications", Summary: "Reminders that came, newest first", Tags: tags}, f.list)
	huma.Register(api, huma.Operation{OperationID: "read-notification", Method: http.MethodPost, Path: "/api/notifications/{id}/read", Summary: "Mark a notification as read", Tags: tags, DefaultStatus: http.StatusNoContent}, f.read)
}

type listInput struct {
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	After string `query:"after" maxLength:"36" doc:"The after of the page before"`
}

type notificationPage struct {
	Data    []live.Notification `json:"data" nullable:"false"`
	HasMore bool                `json:"has_more"`
	After   string              `json:"after,omitempty"`
}

type listOutput struct{ Body notificationPage }

func (f *function) list(ctx context.Context, in *listInput) (*listOutput, error) {
	found, err := f.Store.Notifications(ctx, httpapi.Owner(ctx), in.After, in.Limit+1)
	if err != nil {
		return nil, httpapi.Fail(ctx, f.Log, err)
	}
	out := &listOutput{}
	out.Body.Data = []live.Notification{}
	out.Body.HasMore = len(found) > in.Limit
	for _, n := range found[:min(len(found), in.Limit)] {
		out.Body.Data = append(out.Body.Data, live.Show(n))
	}
	if out.Body.HasMore {
		out.Body.After = found[in.Limit-1].ID
	}
	return out, nil
}

type readInput struct {
	ID string `path:"id" doc:"UUID"`
}

func (f *function) read(ctx context.Context, in *readInput) (*struct{}, error) {
	return nil, httpapi.Fail(ctx, f.Log, f.Store.ReadNotification(ctx, httpapi.Owner(ctx), in.ID, f.Now()))
}

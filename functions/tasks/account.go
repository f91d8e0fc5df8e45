package tasks

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"function/shared/httpapi"
	"function/shared/todo"
)

// confirmation is what a person must say to delete their account.
const confirmation = "delete my account"

func (t *tasks) accountOperations(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "delete-account", Method: http.MethodDelete, Path: "/api/account", Tags: []string{"in and out"}, DefaultStatus: http.StatusNoContent,
		Summary:     "Remove everything of the person, for good",
		Description: "The data key is destroyed and all rows are removed, in one transaction; there is no undo. Tokens that are still out write nothing from then on. The sign-in is removed afterwards at POST /api/auth/delete-user.",
	}, t.deleteAccount)
}

type deleteAccountInput struct {
	Confirm string `header:"Nudge-Confirm" doc:"The words: delete my account"`
}

func (t *tasks) deleteAccount(ctx context.Context, in *deleteAccountInput) (*struct{}, error) {
	if in.Confirm != confirmation {
		return nil, t.fail(ctx, todo.Invalid("/Nudge-Confirm", "to delete everything, send the header Nudge-Confirm: %s", confirmation))
	}
	return nil, t.fail(ctx, t.Store.Forget(ctx, httpapi.Owner(ctx)))
}

package httpapi

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"function/shared/problem"
	"function/shared/todo"
)

// Conflicts is the metadata of operations that the state of things may not allow (409),
// Additions that of those of whose things there are only so many.
var (
	Conflicts = map[string]any{conflicts: []todo.Code{todo.CodeConflict, todo.CodeNotPossible}}
	Additions = map[string]any{conflicts: []todo.Code{todo.CodeLimitReached}}
)

const (
	conflicts = "conflicts"
	basedOn   = "The ETag of what the change is based on" // of a precondition that must be named
)

// refusals documents how an operation may be refused, each with a problem as its body.
func refusals(op *huma.Operation) {
	codes := []todo.Code{todo.CodeInvalid, todo.CodeRateLimited}
	if len(op.Security) != 1 || len(op.Security[0]) > 0 {
		codes = append(codes, todo.CodeUnauthorized)
	}
	if strings.Contains(op.Path, "{") {
		codes = append(codes, todo.CodeNotFound)
	}
	if i := slices.IndexFunc(op.Parameters, func(p *huma.Param) bool { return p.Name == "If-Match" }); i >= 0 {
		codes = append(codes, todo.CodeVersionMismatch)
		if op.Parameters[i].Description == basedOn {
			codes = append(codes, todo.CodeVersionRequired)
		}
	}
	if more, ok := op.Metadata[conflicts].([]todo.Code); ok {
		codes = append(codes, more...)
	}
	other := op.Responses["default"]
	if other == nil {
		return
	}
	for _, code := range codes {
		outcome := todo.OutcomeOf(&todo.Error{Code: code})
		status, name := strconv.Itoa(outcome.Status), problem.TypePrefix+string(code)
		if said := op.Responses[status]; said != nil && strings.Contains(said.Description, problem.TypePrefix) {
			said.Description += " or " + name
			continue
		}
		op.Responses[status] = &huma.Response{Description: http.StatusText(outcome.Status) + ": " + name, Content: other.Content}
	}
}

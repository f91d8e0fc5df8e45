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

// Refuses is the metadata of operations that the state of things may not allow: with
// which codes, beside those that any operation may answer with.
func Refuses(codes ...todo.Code) map[string]any { return map[string]any{refuses: codes} }

const (
	refuses = "refuses"
	basedOn = "The ETag of what the change is based on" // of a precondition that must be named
)

// refusals documents how an operation may be refused, each with a problem as its body.
func refusals(op *huma.Operation) {
	other := op.Responses["default"]
	if other == nil {
		return
	}
	document := func(status int, code todo.Code) {
		text, name := strconv.Itoa(status), problem.TypePrefix+string(code)
		if said := op.Responses[text]; said != nil && strings.Contains(said.Description, problem.TypePrefix) {
			said.Description += " or " + name
			return
		}
		op.Responses[text] = &huma.Response{Description: http.StatusText(status) + ": " + name, Content: other.Content}
	}
	if op.RequestBody != nil {
		document(http.StatusRequestEntityTooLarge, todo.CodeTooLarge)
		if op.RequestBody.Content["application/octet-stream"] == nil {
			document(http.StatusBadRequest, todo.CodeInvalid)
			document(http.StatusUnsupportedMediaType, todo.CodeInvalid)
		}
	}
	for _, code := range refusalsOf(op) {
		document(todo.OutcomeOf(&todo.Error{Code: code}).Status, code)
	}
}

func refusalsOf(op *huma.Operation) []todo.Code {
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
	if op.Method != http.MethodGet { // a request with the same Idempotency-Key
		codes = append(codes, todo.CodeInProgress)
	}
	more, _ := op.Metadata[refuses].([]todo.Code)
	return append(codes, more...)
}

// Package httpapi is the frame of the HTTP API: OpenAPI 3.1, who asks, and problems as
// RFC 9457 says. The functions put their operations into it.
package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"function/shared/auth"
	"function/shared/httpapi/idempotency"
	"function/shared/problem"
	"function/shared/replica"
	"function/shared/todo"
)

// DocumentPath is where the OpenAPI document is served, with .json or .yaml behind it.
const DocumentPath = "/api/openapi"

const bearer = "bearer"

// New makes the API on a mux. Every operation needs a token that the verifier trusts,
// but those whose own Security is one empty requirement (OpenAPI 3.1: none is asked for).
func New(mux *http.ServeMux, verifier *auth.Verifier, log *slog.Logger) huma.API {
	huma.NewError = newProblem
	config := huma.DefaultConfig("Nudge", "1")
	config.Info.Description = "Tasks, their activity and notifications. Errors are application/problem+json; every write names its change set in Nudge-Change-Set. Lists may come from a replica of the database; they show everything that was written before they were asked for, or what Nudge-Read-After asks for. Of several answers to writes the greatest Nudge-Read-After is the one to send: two hexadecimal numbers, the first counts more."
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = DocumentPath, "", ""
	config.Formats = map[string]huma.Format{"application/json": jsonFormat(), "json": jsonFormat()}
	config.CreateHooks = nil // they add links to schemas, which are not served
	config.RejectUnknownQueryParameters = true
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		bearer: {Type: "http", Scheme: "bearer", BearerFormat: "JWT"},
	}
	config.Security = []map[string][]string{{bearer: {}}}
	config.OnAddOperation = append(config.OnAddOperation, describe)
	api := humago.New(mux, config)
	api.UseMiddleware(func(ctx huma.Context, next func(huma.Context)) {
		if wanted := ctx.Operation().Security; len(wanted) == 1 && len(wanted[0]) == 0 {
			next(ctx)
			return
		}
		if _, known := auth.PersonFrom(ctx.Context()); known {
			next(ctx)
			return
		}
		r, w := humago.Unwrap(ctx)
		person, err := verifier.FromRequest(r)
		if err != nil {
			problem.Write(w, r, log, err)
			return
		}
		next(huma.WithContext(ctx, auth.WithPerson(ctx.Context(), person)))
	})
	api.UseMiddleware(allowReplica)
	return api
}

// describe names in the document what holds for every operation (see Conventions).
func describe(_ *huma.OpenAPI, op *huma.Operation) {
	text := &huma.Schema{Type: huma.TypeString}
	refusals(op)
	header := func(name, doc string) {
		op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "header", Description: doc, Schema: text})
	}
	if op.Method == http.MethodGet {
		header("If-None-Match", "An ETag: 304 where it is the current one")
		tag(op.Responses["200"], text)
		if op.Metadata[replicated] == true {
			header(replica.Header, "A Nudge-Read-After of an answer: what is read shows at least that. Absent: everything that was written by now. 0/0: whatever there is. Without a replica of the database it changes nothing")
		}
		return
	}
	header(idempotency.Header, "Makes the request safe to send again: the same key and request get the same answer for 24 hours")
	header("Prefer", "return=minimal leaves the body of the answer out")
	for status, response := range op.Responses {
		if !strings.HasPrefix(status, "2") {
			continue
		}
		if response.Headers == nil {
			response.Headers = map[string]*huma.Param{}
		}
		response.Headers[replica.Header] = &huma.Param{Description: "Where the database stands behind this; also of a refusal; only where a replica answers reads", Schema: text}
	}
}

// tag names the ETag of an answer in JSON (see conditional).
func tag(response *huma.Response, text *huma.Schema) {
	if response == nil || response.Content["application/json"] == nil || response.Headers["ETag"] != nil {
		return
	}
	if response.Headers == nil {
		response.Headers = map[string]*huma.Param{}
	}
	response.Headers["ETag"] = &huma.Param{Schema: text}
}

// Owner is the person who asks: the subject of the token, nothing else.
func Owner(ctx context.Context) string {
	person, _ := auth.PersonFrom(ctx)
	return person.ID
}

// Fail turns an error into the answer to an operation, and logs what is our fault.
func Fail(ctx context.Context, log *slog.Logger, err error) error {
	if err == nil {
		return nil
	}
	p := problem.From(err)
	if p.Status >= http.StatusInternalServerError {
		log.ErrorContext(ctx, "request failed", "error", err)
	}
	return p
}

// NotFound answers paths that are no operation's.
func NotFound(log *slog.Logger) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		problem.Write(w, r, log, todo.Errorf(todo.CodeNotFound, "there is nothing at this address"))
	}
}

// codes gives the problem of a status that huma finds by itself.
var codes = map[int]todo.Code{
	http.StatusBadRequest: todo.CodeInvalid, http.StatusUnprocessableEntity: todo.CodeInvalid, http.StatusUnsupportedMediaType: todo.CodeInvalid,
	http.StatusNotAcceptable: todo.CodeInvalid, http.StatusRequestEntityTooLarge: todo.CodeTooLarge, http.StatusNotFound: todo.CodeNotFound,
	http.StatusRequestTimeout: todo.CodeUnavailable, http.StatusPreconditionFailed: todo.CodeVersionMismatch,
}

func newProblem(status int, message string, errs ...error) huma.StatusError {
	code, ok := codes[status]
	if !ok {
		code = todo.CodeInternal
	}
	e := todo.Errorf(code, "%s", message)
	for _, err := range errs {
		if d, ok := err.(huma.ErrorDetailer); ok && err != nil {
			detail := d.ErrorDetail()
			e.Fields = append(e.Fields, todo.Field{Pointer: pointer(detail.Location), Detail: detail.Message})
		}
	}
	p := problem.From(e)
	if status != 0 && !ok || status == http.StatusBadRequest || status == http.StatusUnsupportedMediaType || status == http.StatusNotAcceptable {
		p.Status = status
	}
	return p
}

var index = regexp.MustCompile(`\[(\d+)\]`)

// pointer turns huma's "body.reminders[0].at" into "/reminders/0/at".
func pointer(location string) string {
	location = index.ReplaceAllString(location, ".$1")
	_, rest, found := strings.Cut(location, ".")
	if !found {
		return ""
	}
	return "/" + strings.ReplaceAll(rest, ".", "/")
}

package function

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"function/shared/todotest"
)

// Every operation of every capability refuses as it documents what any of them may
// refuse: nobody signed in, a query that it does not know, too many requests, a thing
// that is not there, a change that names no version. The rest is each capability's own
// to test.
func TestEveryOperationRefusesAsDocumented(t *testing.T) {
	t.Parallel()
	_, api, handler := everything(t, 1)
	total := 0
	for _, op := range operations(api) {
		refused := 0
		for text, documented := range op.Responses {
			status, err := strconv.Atoi(text)
			if err != nil {
				continue
			}
			r := refusable(op, status)
			if r == nil {
				continue
			}
			rec := httptest.NewRecorder()
			handler.ServeHTTP(rec, r)
			if status == http.StatusTooManyRequests { // the first was let through
				rec = httptest.NewRecorder()
				handler.ServeHTTP(rec, refusable(op, status))
			}
			require.Equal(t, status, rec.Code, "%s: %s", op.OperationID, rec.Body)
			require.Equal(t, "application/problem+json", rec.Header().Get("Content-Type"), op.OperationID)
			var problem map[string]any
			require.NoError(t, json.Unmarshal(rec.Body.Bytes(), &problem))
			require.Contains(t, documented.Description, problem["type"], op.OperationID)
			refused++
			var result huma.ValidateResult
			huma.Validate(api.OpenAPI().Components.Schemas, documented.Content["application/problem+json"].Schema, huma.NewPathBuffer([]byte{}, 0), huma.ModeReadFromServer, problem, &result)
			require.Empty(t, result.Errors, "%s: %s", op.OperationID, rec.Body)
		}
		require.GreaterOrEqual(t, refused, 2, op.OperationID)
		total += refused
	}
	t.Log(total, "refusals")
}

// bodies are what operations on one thing need, to come as far as looking for it.
var bodies = map[string]string{"pause-series": `{"until":"2026-03-01"}`, "snooze-notification": `{"minutes":10}`}

// refusable is a request that is refused with a status; nil where it takes more.
func refusable(op *huma.Operation, status int) *http.Request {
	path, body, person := strings.ReplaceAll(op.Path, "{id}", todotest.NewID()), "{}", op.OperationID+strconv.Itoa(status)
	headers := map[string]string{"If-Match": "*"}
	if of, ok := bodies[op.OperationID]; ok {
		body = of
	}
	switch status {
	case http.StatusUnauthorized:
		person = ""
	case http.StatusUnprocessableEntity:
		path += "?nonsense=1"
	case http.StatusPreconditionRequired:
		headers = nil
	case http.StatusNotFound, http.StatusTooManyRequests:
	default:
		return nil
	}
	r := httptest.NewRequest(op.Method, path, strings.NewReader(body))
	r.Header.Set("Test-Person", person)
	if op.RequestBody != nil {
		r.Header.Set("Content-Type", "application/json")
		if op.RequestBody.Content["application/merge-patch+json"] != nil {
			r.Header.Set("Content-Type", "application/merge-patch+json")
		}
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	return r
}

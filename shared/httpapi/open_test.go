package httpapi_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"function/shared/auth"
	"function/shared/httpapi"
)

// What is published needs no token; whatever says nothing of that needs one.
func TestOnlyWhatIsPublishedIsOpen(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	api := httpapi.New(mux, auth.NewVerifier(auth.Options{Issuer: "i", Audience: "a", JWKSURL: "http://127.0.0.1:1"}), slog.New(slog.DiscardHandler))
	nothing := func(context.Context, *struct{}) (*struct{}, error) { return nil, nil }
	huma.Register(api, huma.Operation{OperationID: "open", Method: http.MethodGet, Path: "/open", Security: []map[string][]string{{}}}, nothing)
	for name, security := range map[string][]map[string][]string{"/unsaid": nil, "/none": {}, "/said": {{"bearer": {}}}, "/either": {{}, {"bearer": {}}}} {
		huma.Register(api, huma.Operation{OperationID: name, Method: http.MethodGet, Path: name, Security: security}, nothing)
	}
	for path, want := range map[string]int{"/open": http.StatusNoContent, "/unsaid": 401, "/none": 401, "/said": 401, "/either": 401} {
		response := httptest.NewRecorder()
		mux.ServeHTTP(response, httptest.NewRequest(http.MethodGet, path, nil))
		require.Equal(t, want, response.Code, path)
	}
}

package chat_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"function/functions/chat"
	"function/infra/dapr/daprtest"
	"function/shared/httpapi"
)

// TestAModelMayHelp has an endpoint stand in for a model: what matters is what is made of
// its answer, whatever it says.
func TestAModelMayHelp(t *testing.T) {
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"choices": []any{map[string]any{"message": map[string]any{"content": "complete the dentist"}}}})
	}))
	t.Cleanup(endpoint.Close)
	r := newRig(t, daprtest.Start(t, daprtest.Options{}))
	r.host.Config.ModelURL, r.host.Config.ModelName = endpoint.URL, "small"
	mux := http.NewServeMux()
	chat.Register(mux, httpapi.New(mux, r.host.Auth, r.host.Log), r.host)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	r.url = server.URL

	p := r.person()
	p.say("add dentist")
	require.Contains(t, words(p.say("that dentist business is sorted")), "I read that as “complete the dentist”.")
	require.Equal(t, []string{"dentist open"}, r.tasks(p.id), "it is shown first")
	p.press("pending.confirm", "")
	require.Equal(t, []string{"dentist completed"}, r.tasks(p.id))

	endpoint.Close()
	require.NotContains(t, words(p.say("that dentist business is sorted")), "I read that", "without it the chat still works")
}

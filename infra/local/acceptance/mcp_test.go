package acceptance_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/require"
)

// TestAProgramKeepsAPersonsTasks goes through the one address with a token of Better
// Auth, as an assistant on the person's machine does.
func TestAProgramKeepsAPersonsTasks(t *testing.T) {
	p := signUp(t)
	client := mcp.NewClient(&mcp.Implementation{Name: "acceptance", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), &mcp.StreamableClientTransport{
		Endpoint: p.base + "/mcp", HTTPClient: &http.Client{Transport: bearer(p.token)}, DisableStandaloneSSE: true,
	}, nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = session.Close() })
	call := func(tool string, arguments, out any) {
		t.Helper()
		result, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: arguments})
		require.NoError(t, err)
		raw, err := json.Marshal(result)
		require.NoError(t, err)
		require.False(t, result.IsError, string(raw))
		if raw, err = json.Marshal(result.StructuredContent); out != nil {
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(raw, out))
		}
	}
	type list struct {
		Tasks []struct{ ID, Title, Status, RRule string }
		Waits bool
	}

	var said list
	call("say", map[string]any{"text": "water the plants every 3 days #home"}, &said)
	require.Equal(t, "FREQ=DAILY;INTERVAL=3", said.Tasks[0].RRule)

	// What a program did is there for the page, and the other way round.
	var found struct{ Data []task }
	p.do(t, http.MethodGet, "/api/tasks?filter=%23home", "").into(t, &found)
	require.Equal(t, "water the plants", found.Data[0].Title)
	require.Equal(t, http.StatusCreated, p.do(t, http.MethodPost, "/api/tasks", `{"text":"paint the door #home"}`).status)
	var listed list
	call("list_tasks", map[string]any{"filter": "#home"}, &listed)
	require.Len(t, listed.Tasks, 2)

	call("change_tasks", map[string]any{"action": "complete", "ids": []string{said.Tasks[0].ID}}, nil)
	call("undo", nil, nil)
	call("list_tasks", map[string]any{"filter": "plants is:open"}, &listed)
	require.Equal(t, said.Tasks[0].ID, listed.Tasks[0].ID)
}

type bearer string

func (b bearer) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.Header.Set("Authorization", "Bearer "+string(b))
	return http.DefaultTransport.RoundTrip(request)
}

package cluster_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// mcp is what a program does that a person gave a token: it learns how the resource is
// protected, begins, asks for the tools, and calls one. Each request may meet another
// instance.
func (r *rig) mcp(t *testing.T, p *person) {
	const accepts = "application/json, text/event-stream"
	refused, err := p.try(t.Context(), "", http.MethodPost, "/mcp", `{}`, "Accept", accepts)
	require.NoError(t, err)
	require.Equal(t, http.StatusUnauthorized, refused.status)
	where := regexp.MustCompile(`resource_metadata="http://` + regexp.QuoteMeta(host) + `(/[^"]+)"`).FindStringSubmatch(refused.header.Get("WWW-Authenticate"))
	require.NotNil(t, where, refused.header)
	metadata, err := p.try(t.Context(), "", http.MethodGet, where[1], "")
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, metadata.status)
	var about struct{ Resource string }
	metadata.into(t, &about)
	require.Equal(t, "http://"+host+"/mcp", about.Resource)

	ask := func(message string, result any) {
		t.Helper()
		a := p.do(t, http.MethodPost, "/mcp", message, "Accept", accepts, "MCP-Protocol-Version", "2025-06-18")
		require.Equal(t, http.StatusOK, a.status, string(a.body))
		answer := struct {
			Result any
			Error  any
		}{Result: result}
		a.into(t, &answer)
		require.Nil(t, answer.Error)
	}
	var began struct{ ServerInfo struct{ Name string } }
	ask(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"a program","version":"1"}}}`, &began)
	require.Equal(t, "nudge", began.ServerInfo.Name)
	var list struct{ Tools []struct{ Name string } }
	ask(`{"jsonrpc":"2.0","id":2,"method":"tools/list"}`, &list)
	var names []string
	for _, tool := range list.Tools {
		names = append(names, tool.Name)
	}
	require.Contains(t, names, "list_tasks")
	var called struct {
		IsError bool
		Content []struct{ Text string }
	}
	ask(`{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"list_tasks","arguments":{}}}`, &called)
	require.False(t, called.IsError)
	require.Contains(t, called.Content[0].Text, "pay rent")
	r.figure(t, "MCP through the ingress: begin, list the tools, call one", "%d tools: %s", len(names), strings.Join(names, " "))
}

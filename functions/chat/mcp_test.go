package chat_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/require"

	"function/functions/chat"
)

// program calls tools for a person, with the client of the protocol's own SDK.
type program struct {
	*rig
	person  string
	session *mcp.ClientSession
}

func (r *rig) program(person string) *program {
	r.Helper()
	client := mcp.NewClient(&mcp.Implementation{Name: "a program", Version: "1"}, nil)
	session, err := client.Connect(r.Context(), &mcp.StreamableClientTransport{
		Endpoint: r.url + chat.MCPPath, HTTPClient: &http.Client{Transport: withToken{r, person}}, DisableStandaloneSSE: true,
	}, nil)
	require.NoError(r, err)
	r.Cleanup(func() { _ = session.Close() })
	return &program{r, person, session}
}

type withToken struct {
	rig    *rig
	person string
}

func (w withToken) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.Header.Set("Authorization", "Bearer "+w.rig.token(w.person))
	request.Header.Set("Time-Zone", "Europe/Paris")
	return http.DefaultTransport.RoundTrip(request)
}

type object = map[string]any

// call gives what a tool answers: its text, and its structured content.
func (p *program) call(tool string, arguments object) (string, object) {
	p.Helper()
	text, out, failed := p.try(tool, arguments)
	require.False(p, failed, text)
	return text, out
}

// refused gives what a tool says where it fails.
func (p *program) refused(tool string, arguments object) string {
	p.Helper()
	text, _, failed := p.try(tool, arguments)
	require.True(p, failed, text)
	return text
}

func (p *program) try(tool string, arguments object) (text string, out object, failed bool) {
	p.Helper()
	result, err := p.session.CallTool(p.Context(), &mcp.CallToolParams{Name: tool, Arguments: arguments})
	require.NoError(p, err)
	for _, content := range result.Content {
		text += content.(*mcp.TextContent).Text
	}
	if result.StructuredContent != nil {
		raw, err := json.Marshal(result.StructuredContent)
		require.NoError(p, err)
		require.NoError(p, json.Unmarshal(raw, &out))
	}
	return text, out, result.IsError
}

// added adds texts, all of which must do, and gives their tasks.
func (p *program) added(texts ...string) (tasks []object) {
	p.Helper()
	_, out := p.call("add_tasks", object{"tasks": texts})
	for _, item := range out["items"].([]any) {
		require.Equal(p, "done", item.(object)["outcome"], "%v", item)
		for _, task := range item.(object)["tasks"].([]any) {
			tasks = append(tasks, task.(object))
		}
	}
	return tasks
}

func titles(list any) (all []string) {
	for _, one := range list.([]any) {
		all = append(all, one.(object)["title"].(string))
	}
	return all
}

func listOfTools(r *rig) {
	p := r.program("ada")
	require.Contains(r, p.session.InitializeResult().Instructions, "never compute one")
	list, err := p.session.ListTools(r.Context(), nil)
	require.NoError(r, err)
	kinds := map[string]string{}
	for _, tool := range list.Tools {
		require.NotEmpty(r, tool.Description, tool.Name)
		require.NotNil(r, tool.OutputSchema, tool.Name)
		require.False(r, *tool.Annotations.OpenWorldHint, tool.Name)
		switch {
		case tool.Annotations.ReadOnlyHint:
			kinds[tool.Name] = "reads"
		case *tool.Annotations.DestructiveHint:
			kinds[tool.Name] = "changes"
		default:
			kinds[tool.Name] = "adds"
		}
	}
	require.Equal(r, map[string]string{
		"list_tasks": "reads", "search": "reads", "fetch": "reads", "add_tasks": "adds",
		"edit_task": "changes", "change_tasks": "changes", "confirm": "changes", "undo": "changes", "say": "changes",
	}, kinds)
}

func toolsAddAndEdit(r *rig) {
	p := r.program("ada")
	text, out := p.call("add_tasks", object{"tasks": []string{rent, "   ", "buy milk tomorrow #shop"}})
	items := out["items"].([]any)
	require.Len(r, items, 3)
	require.Equal(r, []any{"done", "failed", "done"}, []any{items[0].(object)["outcome"], items[1].(object)["outcome"], items[2].(object)["outcome"]})
	require.Contains(r, text, "pay rent (due Tuesday, December 1 at 9:00, every month on the 1st, high priority, #home)")
	require.Contains(r, items[1].(object)["error"], "nothing in it")

	_, out = p.call("list_tasks", object{"filter": "#shop and due:tomorrow"})
	require.Equal(r, []string{"buy milk"}, titles(out["tasks"]))
	milk := out["tasks"].([]any)[0].(object)
	require.Equal(r, "2026-11-24", milk["due"])
	require.Equal(r, "Europe/Paris", milk["zone"])
	_, out = p.call("list_tasks", object{"limit": 1, "sort": "-created"})
	require.Equal(r, []string{"buy milk"}, titles(out["tasks"]))
	_, out = p.call("list_tasks", object{"limit": 1, "sort": "-created", "after": out["after"]})
	require.Equal(r, []string{"pay rent"}, titles(out["tasks"]))
	require.Equal(r, false, out["has_more"])

	_, out = p.call("search", object{"query": "ren"})
	found := out["results"].([]any)[0].(object)
	require.Equal(r, "pay rent", found["title"])
	require.Equal(r, issuer+"/?task="+found["id"].(string), found["url"])
	text, out = p.call("fetch", object{"id": found["id"]})
	require.Contains(r, text, "pay rent")
	require.Equal(r, "FREQ=MONTHLY;BYMONTHDAY=1", out["metadata"].(object)["rrule"])
	require.Len(r, out["metadata"].(object)["reminders"], 1)

	_, out = p.call("edit_task", object{"id": milk["id"], "version": milk["version"], "title": "buy oat milk", "due": "friday at 5pm", "add_tags": []string{"vegan"}, "reminders": []string{"PT1H"}})
	edited := out["tasks"].([]any)[0].(object)
	require.Equal(r, []any{"buy oat milk", "2026-11-27T17:00:00", []any{"shop", "vegan"}, []any{"2026-11-27T15:00:00Z"}}, []any{edited["title"], edited["due"], edited["tags"], edited["reminders"]})
	_, out = p.call("edit_task", object{"id": milk["id"], "due": "saturday", "repeats": "every week"})
	edited = out["tasks"].([]any)[0].(object)
	require.Equal(r, "2026-11-28T17:00:00", edited["due"], "a new day keeps the time of day")
	require.Equal(r, "every Saturday", edited["repeats"])
	_, out = p.call("edit_task", object{"id": milk["id"], "repeats": "none"})
	require.NotContains(r, out["tasks"].([]any)[0].(object), "repeats")
	require.Contains(r, p.refused("edit_task", object{"id": milk["id"], "version": 1, "title": "late"}), "version 1 was named")

	_, out = p.call("change_tasks", object{"action": "complete", "ids": []any{milk["id"]}})
	require.Equal(r, "completed", out["tasks"].([]any)[0].(object)["status"])
	require.NotContains(r, out, "confirmation")
}

func toolsAsk(r *rig) {
	p := r.program("ada")
	for n := range 7 {
		p.added(fmt.Sprintf("letter %d #post", n))
	}
	kept := p.added("call mum")[0]
	before := r.tasks("ada")

	for _, wide := range []object{{"action": "complete", "filter": "#post"}, {"action": "delete", "ids": []any{kept["id"]}}} {
		text, out := p.call("change_tasks", wide)
		require.Contains(r, text, "Nothing was done yet")
		require.NotEmpty(r, out["confirmation"])
		require.Equal(r, before, r.tasks("ada"))
	}
	_, out := p.call("change_tasks", object{"action": "complete", "filter": "#post"})
	require.Len(r, out["tasks"], 7)
	_, done := p.call("confirm", object{"confirmation": out["confirmation"]})
	require.Len(r, done["tasks"], 7)
	require.Equal(r, 7, len(slices.DeleteFunc(r.tasks("ada"), func(line string) bool { return !strings.HasSuffix(line, "completed") })))
	require.Contains(r, p.refused("confirm", object{"confirmation": out["confirmation"]}), "nothing waits")

	_, out = p.call("change_tasks", object{"action": "delete", "ids": []any{kept["id"]}})
	p.call("edit_task", object{"id": kept["id"], "title": "call dad"})
	require.Contains(r, p.refused("confirm", object{"confirmation": out["confirmation"]}), "version", "not what was shown")
	require.Contains(r, r.tasks("ada"), "call dad open")
}

func toolsUndo(r *rig) {
	p := r.program("ada")
	task := p.added("water the plants every day")[0]
	_, out := p.call("edit_task", object{"id": task["id"], "title": "water the garden"})
	p.call("undo", nil)
	require.Equal(r, []string{"water the plants open"}, r.tasks("ada"))
	require.Contains(r, p.refused("undo", object{"change_set": out["change_set"]}), "undone already")
	_, out = p.call("add_tasks", object{"tasks": []string{"feed the cat"}})
	made := out["items"].([]any)[0].(object)
	p.call("edit_task", object{"id": made["tasks"].([]any)[0].(object)["id"], "priority": "high"})
	require.Contains(r, p.refused("undo", object{"change_set": made["change_set"]}), "changed since", "nothing is overwritten")
	text, _ := p.call("undo", nil)
	require.Contains(r, text, "feed the cat")
}

func toolsTalk(r *rig) {
	p := r.program("ada")
	text, out := p.call("say", object{"text": rent})
	require.Contains(r, text, "Added **pay rent**: due Tuesday, 1 December at 09:00, repeats every month on the 1st")
	require.Equal(r, []string{"pay rent"}, titles(out["tasks"]))
	talk := out["conversation"]
	_, out = p.call("say", object{"text": "move it to thursday", "conversation": talk})
	require.Equal(r, "2026-11-26T09:00:00", out["tasks"].([]any)[0].(object)["due"], "it means what was said before")
	before := r.tasks("ada")
	p.added("one thing today", "another thing today")
	_, out = p.call("say", object{"text": "delete everything due today", "conversation": talk})
	require.Equal(r, true, out["waits"])
	require.Len(r, r.tasks("ada"), len(before)+2)
	_, out = p.call("say", object{"text": "yes", "conversation": talk})
	require.Equal(r, false, out["waits"])
	require.Contains(r, strings.Join(r.tasks("ada"), "\n"), "one thing open trashed")
	// The page shows the same conversation.
	_, err := r.host.Store.Thread(r.Context(), "ada", talk.(string))
	require.NoError(r, err)
}

func toolsTwice(r *rig) {
	p := r.program("ada")
	add := object{"tasks": []string{"buy milk", "buy bread"}, "request_id": "7"}
	p.call("add_tasks", add)
	_, out := p.call("add_tasks", add)
	require.Equal(r, "already", out["items"].([]any)[1].(object)["outcome"])
	require.Len(r, r.tasks("ada"), 2)
	first, _ := p.call("say", object{"text": "buy eggs", "request_id": "8"})
	second, _ := p.call("say", object{"text": "buy eggs", "request_id": "8"})
	require.Equal(r, first, second)
	require.Len(r, r.tasks("ada"), 3)
	require.Contains(r, p.refused("say", object{"text": "buy butter", "request_id": "8"}), "another message")
	r.program("grace").call("add_tasks", add) // names of calls are each person's own
	require.Len(r, r.tasks("grace"), 2)
}

func toolsOfAnother(r *rig) {
	ada, eve := r.program("ada"), r.program("eve")
	task := ada.added("the secret plan")[0]
	_, conversation := ada.call("say", object{"text": "what's next"})
	_, waiting := ada.call("change_tasks", object{"action": "delete", "ids": []any{task["id"]}})
	_, out := eve.call("list_tasks", nil)
	require.Empty(r, out["tasks"])
	for tool, arguments := range map[string]object{
		"fetch":        {"id": task["id"]},
		"edit_task":    {"id": task["id"], "title": "mine"},
		"change_tasks": {"action": "complete", "ids": []any{task["id"]}},
		"confirm":      {"confirmation": waiting["confirmation"]},
		"say":          {"text": "delete it", "conversation": conversation["conversation"]},
	} {
		said := eve.refused(tool, arguments)
		require.NotContains(r, said, "secret", tool)
	}
	require.Equal(r, []string{"the secret plan open"}, r.tasks("ada"))
}

func toolsBadInput(r *rig) {
	p := r.program("ada")
	task := p.added("a task")[0]
	for what, c := range map[string]struct {
		tool      string
		arguments object
		says      string
	}{
		"no texts":          {"add_tasks", object{"tasks": []string{}}, "from 1 to 50"},
		"too many texts":    {"add_tasks", object{"tasks": slices.Repeat([]string{"x"}, 51)}, "from 1 to 50"},
		"another field":     {"add_tasks", object{"tasks": []string{"x"}, "owner": "eve"}, "owner"},
		"a wrong type":      {"add_tasks", object{"tasks": "x"}, "tasks"},
		"an unknown view":   {"list_tasks", object{"view": "mine"}, "view: today"},
		"a wrong filter":    {"list_tasks", object{"filter": "(#home"}, "filter:"},
		"a wrong sort":      {"list_tasks", object{"sort": "colour"}, "sort"},
		"a wrong cursor":    {"list_tasks", object{"after": "zzz"}, "after"},
		"a wrong limit":     {"list_tasks", object{"limit": 201}, "limit: from 1 to 200"},
		"no uuid":           {"fetch", object{"id": "../etc"}, "no such task"},
		"no date":           {"edit_task", object{"id": task["id"], "due": "the blue one"}, "due: no date"},
		"a date and more":   {"edit_task", object{"id": task["id"], "due": "friday; delete everything"}, "due: no date"},
		"no repetition":     {"edit_task", object{"id": task["id"], "repeats": "sometimes maybe"}, "repeats: no repetition"},
		"no reminder":       {"edit_task", object{"id": task["id"], "reminders": []string{"soon"}}, "reminders/0"},
		"no priority":       {"edit_task", object{"id": task["id"], "priority": "urgentest"}, "priority"},
		"an unknown action": {"change_tasks", object{"action": "destroy", "ids": []any{task["id"]}}, "action: complete"},
		"ids and a filter":  {"change_tasks", object{"action": "complete", "ids": []any{task["id"]}, "filter": "#x"}, "ids: say"},
		"neither":           {"change_tasks", object{"action": "complete"}, "ids: say"},
		"no confirmation":   {"confirm", object{"confirmation": "yes"}, "nothing waits"},
		"nothing to say":    {"say", object{"text": " "}, "text: from 1"},
		"too much to say":   {"say", object{"text": strings.Repeat("é", 3000)}, "text: from 1"},
		"no conversation":   {"say", object{"text": "hello", "conversation": "thr_none"}, "conversation"},
		"a huge name":       {"say", object{"text": "hello", "request_id": strings.Repeat("x", 300)}, "request_id"},
	} {
		r.Run(what, func(t *testing.T) { require.Contains(t, p.refused(c.tool, c.arguments), c.says) })
	}
	require.Equal(r, []string{"a task open"}, r.tasks("ada"))
}

func toolsAtOnce(r *rig) {
	p := r.program("ada")
	var together sync.WaitGroup
	for n := range 20 {
		together.Go(func() { p.added(fmt.Sprintf("task %d", n)) })
	}
	together.Wait()
	require.Len(r, r.tasks("ada"), 20)
}

func TestToolsWithoutASidecarAskNothing(t *testing.T) {
	r := newRig(t, nil)
	p := r.program("ada")
	task := p.added("a task")[0]
	require.Contains(t, p.refused("change_tasks", object{"action": "delete", "ids": []any{task["id"]}}), "nothing was done")
	require.Equal(t, []string{"a task open"}, r.tasks("ada"))
	text, _ := p.call("say", object{"text": "buy milk"})
	require.Contains(t, text, "buy milk")
}

func TestMCPOverHTTP(t *testing.T) {
	r := newRig(t, nil)
	ask := func(method, path, body string, headers ...string) *http.Response {
		request, err := http.NewRequestWithContext(t.Context(), method, r.url+path, strings.NewReader(body))
		require.NoError(t, err)
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Accept", "application/json, text/event-stream")
		for i := 0; i+1 < len(headers); i += 2 {
			request.Header.Set(headers[i], headers[i+1])
		}
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		t.Cleanup(func() { _ = response.Body.Close() })
		return response
	}
	const list = `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`
	token := "Bearer " + r.token("ada")

	refused := ask(http.MethodPost, chat.MCPPath, list)
	require.Equal(t, http.StatusUnauthorized, refused.StatusCode)
	require.Equal(t, "application/problem+json", refused.Header.Get("Content-Type"))
	require.Equal(t, `Bearer realm="nudge", resource_metadata="`+issuer+`/.well-known/oauth-protected-resource/mcp"`, refused.Header.Get("WWW-Authenticate"))
	require.Equal(t, http.StatusUnauthorized, ask(http.MethodPost, chat.MCPPath, list, "Authorization", "Bearer a.b.c").StatusCode)

	for _, path := range []string{chat.MetadataPath, chat.MetadataPath + chat.MCPPath} {
		answer := ask(http.MethodGet, path, "")
		require.Equal(t, http.StatusOK, answer.StatusCode)
		var metadata object
		require.NoError(t, json.NewDecoder(answer.Body).Decode(&metadata))
		require.Equal(t, object{
			"resource": issuer + "/mcp", "bearer_methods_supported": []any{"header"}, "resource_name": "Nudge",
		}, metadata)
	}
	// Clients of the revisions before and after sessions were dropped.
	for _, version := range []string{"2025-06-18", "2025-11-25"} {
		answer := ask(http.MethodPost, chat.MCPPath, list, "Authorization", token, "Mcp-Protocol-Version", version)
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, answer.StatusCode, string(text))
		require.Contains(t, string(text), `"list_tasks"`)
		require.Empty(t, answer.Header.Get("Mcp-Session-Id"), "no instance is kept awake by a session")
	}
	require.Equal(t, http.StatusMethodNotAllowed, ask(http.MethodGet, chat.MCPPath, "", "Authorization", token).StatusCode)
	require.Equal(t, http.StatusRequestEntityTooLarge, ask(http.MethodPost, chat.MCPPath, `"`+strings.Repeat("x", 1<<20)+`"`, "Authorization", token).StatusCode)
	require.Equal(t, http.StatusBadRequest, ask(http.MethodPost, chat.MCPPath, "{", "Authorization", token).StatusCode)
}

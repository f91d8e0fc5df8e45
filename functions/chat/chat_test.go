package chat_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"function/infra/dapr/daprtest"
	"function/shared/chatkit"
	"function/shared/todo"
)

const rent = "pay rent every month on the 1st at 9am, remind me 2 days before #home !high"

// TestChat runs all that needs a sidecar over one of them.
func TestChat(t *testing.T) {
	daprd := daprtest.Start(t, daprtest.Options{})
	for name, test := range map[string]func(*rig){
		"a new conversation":        newConversation,
		"going on and reading":      goingOn,
		"pages":                     pages,
		"titles and deletion":       titlesAndDeletion,
		"another person":            anotherPerson,
		"the same message twice":    sameMessageTwice,
		"at once":                   atOnce,
		"retry":                     retry,
		"buttons":                   buttons,
		"preview and confirm":       previewAndConfirm,
		"choices":                   choices,
		"what is no button of ours": badActions,
		"a button without a stream": syncAction,
		"time zone":                 timeZone,
		"explaining":                explaining,
		"tools: the list":           listOfTools,
		"tools: add, find, edit":    toolsAddAndEdit,
		"tools: a yes is needed":    toolsAsk,
		"tools: undo":               toolsUndo,
		"tools: the chat in words":  toolsTalk,
		"tools: twice is once":      toolsTwice,
		"tools: another person":     toolsOfAnother,
		"tools: bad input":          toolsBadInput,
		"tools: many at once":       toolsAtOnce,
	} {
		t.Run(name, func(t *testing.T) { test(newRig(t, daprd)) })
	}
	t.Run("conversations", func(t *testing.T) { conversations(newRig(t, daprd)) })
}

func newConversation(r *rig) {
	p := r.person()
	events := p.say(rent)
	require.Equal(r, []string{
		"thread.created", "thread.item.done user_message", "stream_options",
		"thread.item.added assistant_message", "thread.item.updated assistant_message.content_part.added",
		"thread.item.updated assistant_message.content_part.text_delta", "thread.item.updated assistant_message.content_part.done",
		"thread.item.done assistant_message", "thread.item.done widget",
	}, kinds(events))
	require.Regexp(r, `^thr_[0-9a-f]{32}$`, p.thread)
	require.Regexp(r, `^msg_[0-9a-f]{32}$`, events[1].item()["id"])
	require.Equal(r, map[string]any{"allow_cancel": false}, events[2]["stream_options"])
	require.Contains(r, words(events), "Added **pay rent**: due Tuesday, 1 December at 09:00, repeats every month on the 1st")
	widget := p.widgets[0]["widget"].(map[string]any)
	require.Equal(r, "Card", widget["type"])
	require.Regexp(r, `^task-[0-9a-f-]{36}$`, widget["id"])
	list, err := r.host.Store.List(r.Context(), p.id, todo.Query{View: todo.ViewAll, Limit: 10})
	require.NoError(r, err)
	require.Len(r, list.Data, 1)
	d := list.Data[0]
	require.Equal(r, "pay rent", d.Title)
	require.Equal(r, todo.Due{Local: "2026-12-01T09:00:00", Zone: "Europe/Paris", At: d.Due.At}, *d.Due)
	require.Equal(r, []string{"home"}, d.Tags)
	require.Equal(r, todo.PriorityHigh, d.Priority)
	require.Equal(r, "FREQ=MONTHLY;BYMONTHDAY=1", d.Series.Rule)
	require.Equal(r, &todo.Before{Days: 2}, d.Reminders[0].Before)
}

func goingOn(r *rig) {
	p := r.person()
	p.say("buy milk")
	events := p.say("done with the milk")
	require.Equal(r, []string{"thread.item.done user_message", "stream_options", "thread.item.added assistant_message"}, kinds(events)[:3])
	require.Equal(r, "Done: **buy milk**.", words(events))
	thread := p.ask(http.StatusOK, request("threads.get_by_id", map[string]any{"thread_id": p.thread}))
	require.Equal(r, "buy milk", thread["title"])
	require.Equal(r, map[string]any{}, thread["metadata"])
	require.Equal(r, map[string]any{"type": "active"}, thread["status"])
	items := thread["items"].(map[string]any)
	var types []string
	for _, one := range items["data"].([]any) {
		types = append(types, one.(map[string]any)["type"].(string))
	}
	require.Equal(r, []string{"user_message", "assistant_message", "widget", "user_message", "assistant_message", "widget"}, types)
	require.Equal(r, false, items["has_more"])
	require.Empty(r, p.ask(http.StatusOK, request("items.feedback", map[string]any{"thread_id": p.thread, "item_ids": []string{"msg_1"}, "kind": "positive"})))
}

func pages(r *rig) {
	p := r.person()
	for i := range 3 {
		p.thread = ""
		p.say(fmt.Sprintf("hello %d", i))
	}
	first := p.ask(http.StatusOK, request("threads.list", map[string]any{"limit": 2}))
	require.Len(r, first["data"], 2)
	require.Equal(r, true, first["has_more"])
	second := p.ask(http.StatusOK, request("threads.list", map[string]any{"limit": 2, "after": first["after"]}))
	require.Len(r, second["data"], 1)
	require.Equal(r, false, second["has_more"])
	require.NotContains(r, second, "after")

	seen := map[string]bool{}
	after := ""
	for range 5 {
		page := p.ask(http.StatusOK, request("items.list", map[string]any{"thread_id": p.thread, "limit": 1, "order": "asc", "after": after}))
		for _, one := range page["data"].([]any) {
			seen[one.(map[string]any)["id"].(string)] = true
		}
		if page["has_more"] == false {
			break
		}
		after = page["after"].(string)
	}
	require.Len(r, seen, 2)
}

func titlesAndDeletion(r *rig) {
	p := r.person()
	p.say("hello")
	thread := p.ask(http.StatusOK, request("threads.update", map[string]any{"thread_id": p.thread, "title": " Greetings "}))
	require.Equal(r, "Greetings", thread["title"])
	require.Empty(r, p.ask(http.StatusOK, request("threads.delete", map[string]any{"thread_id": p.thread})))
	require.Equal(r, "urn:nudge:problem:not-found", p.ask(http.StatusNotFound, request("threads.get_by_id", map[string]any{"thread_id": p.thread}))["type"])
	require.Empty(r, p.ask(http.StatusOK, request("threads.list", nil))["data"])
}

func anotherPerson(r *rig) {
	ada, bob := r.person(), r.person()
	ada.say("buy milk")
	bob.say("buy bread")
	theirs := bob.thread
	item := bob.widgets[0]["id"]
	for _, body := range []map[string]any{
		request("threads.get_by_id", map[string]any{"thread_id": theirs}),
		request("threads.add_user_message", map[string]any{"thread_id": theirs, "input": input("delete everything")}),
		request("threads.update", map[string]any{"thread_id": theirs, "title": "mine"}),
		request("threads.delete", map[string]any{"thread_id": theirs}),
		request("items.list", map[string]any{"thread_id": theirs}),
		request("items.feedback", map[string]any{"thread_id": theirs, "item_ids": []any{item}, "kind": "negative"}),
		request("threads.retry_after_item", map[string]any{"thread_id": theirs, "item_id": item}),
		request("threads.custom_action", map[string]any{"thread_id": theirs, "item_id": item, "action": map[string]any{"type": "task.complete", "payload": map[string]any{"id": "x"}}}),
		request("threads.custom_action", map[string]any{"thread_id": ada.thread, "item_id": item, "action": map[string]any{"type": "task.complete", "payload": map[string]any{"id": "x"}}}),
	} {
		require.Equal(r, "urn:nudge:problem:not-found", ada.ask(http.StatusNotFound, body)["type"], body)
	}
	// Bob's task and change set, named from Ada's own thread and card.
	payload, _ := button(bob.widgets[0]["widget"], "task.complete", "")
	undo, _ := button(bob.widgets[0]["widget"], "changeset.undo", "")
	for action, theirs := range map[string]any{"task.complete": payload, "changeset.undo": undo} {
		events := ada.stream(request("threads.custom_action", map[string]any{"thread_id": ada.thread, "item_id": ada.widgets[0]["id"], "action": map[string]any{"type": action, "payload": theirs}}))
		require.Contains(r, words(events), "not there any more")
	}
	require.Equal(r, []string{"buy bread open"}, r.tasks(bob.id))
	require.Len(r, ada.ask(http.StatusOK, request("threads.list", nil))["data"], 1)
}

// tasks is every task of a person as a line.
func (r *rig) tasks(owner string) []string {
	var lines []string
	for _, d := range r.all(owner) {
		line := d.Title + " " + string(d.Status)
		if d.Trashed() {
			line += " trashed"
		}
		lines = append(lines, line)
	}
	return lines
}

func (r *rig) all(owner string) []todo.Details {
	var list []todo.Details
	for _, view := range []todo.View{todo.ViewAll, todo.ViewDone, todo.ViewTrash} {
		page, err := r.host.Store.List(r.Context(), owner, todo.Query{View: view, Limit: 200})
		require.NoError(r, err)
		list = append(list, page.Data...)
	}
	return list
}

func sameMessageTwice(r *rig) {
	p := r.person()
	first := p.say("buy milk", "Idempotency-Key", "k1")
	thread := p.thread
	p.thread = ""
	second := p.say("buy milk", "Idempotency-Key", "k1")
	require.Equal(r, thread, p.thread)
	require.Equal(r, first[1], second[1])
	require.Equal(r, words(first), words(second))
	require.Equal(r, []string{"buy milk open"}, r.tasks(p.id))

	p.say("buy bread", "Idempotency-Key", "k2")
	p.say("buy bread", "Idempotency-Key", "k2")
	require.Len(r, r.tasks(p.id), 2)
	other := p.ask(http.StatusUnprocessableEntity, request("threads.add_user_message", map[string]any{"thread_id": p.thread, "input": input("buy cheese")}), "Idempotency-Key", "k2")
	require.Equal(r, "urn:nudge:problem:validation", other["type"])
	p.say("buy bread")
	require.Len(r, r.tasks(p.id), 3, "without a key, said twice is meant twice")
	p.ask(http.StatusUnprocessableEntity, request("threads.create", map[string]any{"input": input("x")}), "Idempotency-Key", strings.Repeat("k", 256))
}

func atOnce(r *rig) {
	p := r.person()
	p.say("hello")
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			q := *p
			q.say("buy milk", "Idempotency-Key", "same")
		})
	}
	all.Wait()
	require.Equal(r, []string{"buy milk open"}, r.tasks(p.id))
}

func retry(r *rig) {
	p := r.person()
	asked := p.say("what's next")[1].item()["id"]
	p.say("buy milk")
	events := p.stream(request("threads.retry_after_item", map[string]any{"thread_id": p.thread, "item_id": asked}))
	require.Equal(r, "stream_options", events[0]["type"])
	require.Contains(r, words(events), "Next is **buy milk**")
	page := p.ask(http.StatusOK, request("items.list", map[string]any{"thread_id": p.thread, "order": "asc", "limit": 100}))
	require.Len(r, page["data"], 3, "what was said before the retry is taken back")

	added := p.say("buy bread")[0].item()["id"]
	events = p.stream(request("threads.retry_after_item", map[string]any{"thread_id": p.thread, "item_id": added}))
	require.Equal(r, "That was done already.", words(events))
	require.Len(r, r.tasks(p.id), 2)
	p.ask(http.StatusUnprocessableEntity, request("threads.retry_after_item", map[string]any{"thread_id": p.thread, "item_id": p.widgets[0]["id"]}))
}

func buttons(r *rig) {
	p := r.person()
	p.say("buy milk")
	events := p.press("task.complete", "")
	require.Equal(r, "stream_options", events[0]["type"])
	require.Equal(r, "thread.item.replaced widget", kinds(events)[1])
	require.Equal(r, p.widgets[0]["id"], events[1].item()["id"])
	require.Equal(r, "Done: **buy milk**.", words(events))
	require.Equal(r, []string{"buy milk completed"}, r.tasks(p.id))
	p.press("changeset.undo", "")
	require.Equal(r, []string{"buy milk open"}, r.tasks(p.id))
	p.say("undo") // the undo was undone? no: what came before it
	require.Empty(r, r.tasks(p.id))
	page := p.ask(http.StatusOK, request("items.list", map[string]any{"thread_id": p.thread, "limit": 100}))
	for _, one := range page["data"].([]any) {
		if one.(map[string]any)["type"] == "widget" {
			require.NotContains(r, fmt.Sprint(one), "<nil>")
		}
	}
}

func previewAndConfirm(r *rig) {
	p := r.person()
	for _, title := range []string{"buy milk", "buy bread", "buy cheese"} {
		p.say(title)
	}
	p.say("delete all tasks")
	require.Equal(r, []string{"buy milk open", "buy bread open", "buy cheese open"}, r.tasks(p.id))
	events := p.press("pending.cancel", "")
	require.Contains(r, words(events), "nothing was changed")
	require.NotContains(r, fmt.Sprint(events[1].item()), "pending.confirm", "the card has no buttons any more")
	p.say("delete all tasks")
	shown := p.widgets[len(p.widgets)-1]
	p.press("pending.confirm", "")
	require.Equal(r, 3, strings.Count(strings.Join(r.tasks(p.id), " "), "trashed"))
	require.Contains(r, words(p.say("undo")), "Undone")
	payload, _ := button(shown["widget"], "pending.confirm", "")
	late := p.stream(request("threads.custom_action", map[string]any{"thread_id": p.thread, "item_id": shown["id"], "action": map[string]any{"type": "pending.confirm", "payload": payload}}))
	require.Contains(r, words(late), "nothing waiting", "an old yes does nothing")
	require.Equal(r, 0, strings.Count(strings.Join(r.tasks(p.id), " "), "trashed"))
	p.say("delete all tasks")
	r.clock.Add(2 * 3600 * 1000)
	require.Contains(r, words(p.press("pending.confirm", "")), "nothing waiting", "a yes after hours does nothing")
}

func choices(r *rig) {
	p := r.person()
	p.say("buy milk for the cat")
	p.say("buy milk for the dog")
	require.Contains(r, words(p.say("complete milk")), "Which one")
	p.press("choice.pick", "dog")
	require.ElementsMatch(r, []string{"buy milk for the cat open", "buy milk for the dog completed"}, r.tasks(p.id))
}

func syncAction(r *rig) {
	p := r.person()
	said := p.say("buy milk")
	d := r.all(p.id)[0]
	act := func(item any, kind string) map[string]any {
		return request("threads.sync_custom_action", map[string]any{
			"thread_id": p.thread, "item_id": item, "action": map[string]any{"type": kind, "payload": map[string]any{"id": d.ID, "version": d.Version}},
		})
	}
	card := p.widgets[0]["id"]
	answer := p.ask(http.StatusOK, act(card, "task.complete"))
	require.Equal(r, card, answer["updated_item"].(map[string]any)["id"])
	require.Contains(r, fmt.Sprint(answer["updated_item"]), "label:done", "the card as it is now")
	require.Equal(r, []string{"buy milk completed"}, r.tasks(p.id))
	items := p.ask(http.StatusOK, request("items.list", map[string]any{"thread_id": p.thread, "order": "asc"}))
	require.Contains(r, fmt.Sprint(items["data"]), "Done: **buy milk**.", "what was said is in the thread")
	p.ask(http.StatusUnprocessableEntity, act(said[1].item()["id"], "task.reopen"))
	p.ask(http.StatusUnprocessableEntity, act(card, "task.explode"))
	require.Equal(r, []string{"buy milk completed"}, r.tasks(p.id))
}

func badActions(r *rig) {
	p := r.person()
	events := p.say("buy milk")
	message := events[1].item()["id"]
	act := func(item any, kind string, payload any) map[string]any {
		return request("threads.custom_action", map[string]any{"thread_id": p.thread, "item_id": item, "action": map[string]any{"type": kind, "payload": payload}})
	}
	id := map[string]any{"id": "x"}
	single := p.stream(act(message, "task.complete", id))
	require.Equal(r, []event{{"type": "error", "code": "stream.error", "message": "the item is no widget", "allow_retry": false}}, single)
	p.ask(http.StatusNotFound, act("msg_unknown", "task.complete", id))
	p.ask(http.StatusUnprocessableEntity, act(p.widgets[0]["id"], "task.complete", map[string]any{"id": 7}))
	p.ask(http.StatusUnprocessableEntity, act(p.widgets[0]["id"], "task.complete", nil))
	unknown := p.stream(act(p.widgets[0]["id"], "task.explode", id))
	require.Equal(r, []string{"stream_options", "error"}, kinds(unknown))
	require.Equal(r, []string{"buy milk open"}, r.tasks(p.id))
}

func timeZone(r *rig) {
	p := r.person()
	p.headers = map[string]string{"Time-Zone": "America/New_York"}
	require.Contains(r, words(p.say("call mum tomorrow at 5pm")), "due tomorrow at 5:00 PM")
	prefs, err := r.host.Todo.Preferences(r.Context(), p.id)
	require.NoError(r, err)
	require.Equal(r, "America/New_York", prefs.TimeZone)
	p.headers["Time-Zone"] = "Europe/Paris"
	p.say("buy milk")
	prefs, err = r.host.Todo.Preferences(r.Context(), p.id)
	require.NoError(r, err)
	require.Equal(r, "America/New_York", prefs.TimeZone, "what a person has said is not changed by a header")
	q := r.person()
	q.headers["Time-Zone"] = "Mars/Base"
	require.Contains(r, words(q.say("buy milk")), "Added")
}

func TestWithoutASidecarTheChatStillWorks(t *testing.T) {
	r := newRig(t, nil)
	p := r.person()
	require.Contains(t, words(p.say("buy milk")), "Added **buy milk**")
	require.Contains(t, words(p.say("buy bread")), "Added")
	require.Contains(t, words(p.say("list my tasks")), "You have 2 open tasks")
	require.Contains(t, words(p.say("delete all tasks")), "I cannot remember anything right now")
	require.Contains(t, words(p.say("done with milk")), "Done")
	require.ElementsMatch(t, []string{"buy milk completed", "buy bread open"}, r.tasks(p.id))
	p.ask(http.StatusOK, request("threads.delete", map[string]any{"thread_id": p.thread}))
}

func TestWhatIsNoRequestIsAProblem(t *testing.T) {
	r := newRig(t, nil)
	p := r.person()
	for body, status := range map[string]int{
		`{`: 422, `[]`: 422, `{"type":"threads.create"} x`: 422, `{"type":"threads.fly","params":{}}`: 422, `{"params":{}}`: 422,
		`{"type":"threads.create","params":{"input":{"content":[]}}}`:                                                                                              422,
		`{"type":"items.list","params":{}}`:                                                                                                                        422,
		`{"type":"threads.get_by_id","params":{"thread_id":"thr_` + strings.Repeat("0", 32) + `"}}`:                                                                404,
		`{"type":"threads.create","params":{"input":{"content":[{"type":"input_text","text":"` + strings.Repeat("a", 1<<20) + `"}]}}}`:                             413,
		`{"type":"threads.create","params":{"input":{"content":[{"type":"input_text","text":"x"}],"attachments":["atc_1"],"inference_options":{}}},"metadata":{}}`: 422,
	} {
		object := p.ask(status, body)
		require.Contains(t, object["type"], "urn:nudge:problem:", body[:min(len(body), 80)])
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url+"/chatkit", strings.NewReader(`{"type":"threads.list"}`))
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	_ = p.read(response)
	require.Equal(t, http.StatusUnauthorized, response.StatusCode)
	require.Equal(t, "application/problem+json", response.Header.Get("Content-Type"))
	require.Empty(t, p.ask(http.StatusOK, map[string]any{"type": chatkit.TypeThreadsList})["data"], "nothing was written")
}

func TestALongMessageIsAnsweredKindly(t *testing.T) {
	p := newRig(t, nil).person()
	require.Contains(t, words(p.say(strings.Repeat("a ", 3000))), "too long")
	require.Contains(t, words(p.say("add "+strings.Repeat("long", 300))), "Nothing was changed")
	require.Empty(t, p.rig.tasks(p.id))
}

func TestAPersonWhoGoesAwayFindsTheAnswerLater(t *testing.T) {
	p := newRig(t, nil).person()
	p.say("hello")
	response := p.post(request("threads.add_user_message", map[string]any{"thread_id": p.thread, "input": input("buy milk")}))
	require.NoError(t, response.Body.Close()) // before reading anything
	require.Eventually(t, func() bool {
		page := p.ask(http.StatusOK, request("items.list", map[string]any{"thread_id": p.thread}))
		return len(page["data"].([]any)) == 5
	}, 10_000_000_000, 10_000_000)
	require.Equal(t, []string{"buy milk open"}, p.rig.tasks(p.id))
}

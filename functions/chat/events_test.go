package chat_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"github.com/stretchr/testify/require"

	"function/functions/chat"
	"function/shared/todo"
)

// sealed gives a text as events of the person carry it: it is taken from the event of
// a task of that title.
func (r *rig) sealed(owner, text string) string {
	_, err := r.host.Todo.Create(r.Context(), todo.Act{Owner: owner, Actor: todo.ActorPerson}, todo.NewTask{Title: text})
	require.NoError(r, err)
	waiting, err := r.host.Store.ClaimOutbox(r.Context(), time.Now().Add(time.Hour), time.Now().Add(2*time.Hour), 100)
	require.NoError(r, err)
	var e struct {
		Data struct {
			Payload struct {
				Title string `json:"title"`
			} `json:"payload"`
		} `json:"data"`
	}
	require.NoError(r, json.Unmarshal(waiting[len(waiting)-1].Event, &e))
	return e.Data.Payload.Title
}

// deliver posts an event in structured mode.
func (r *rig) deliver(e map[string]any) (int, http.Header, string) {
	body, err := json.Marshal(e)
	require.NoError(r, err)
	request, err := http.NewRequestWithContext(r.Context(), http.MethodPost, r.url+chat.EventsPath, strings.NewReader(string(body)))
	require.NoError(r, err)
	request.Header.Set("Content-Type", cloudevents.ApplicationCloudEventsJSON)
	response, err := http.DefaultClient.Do(request)
	require.NoError(r, err)
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	require.NoError(r, err)
	return response.StatusCode, response.Header, string(text)
}

func messageEvent(owner string, payload map[string]any) map[string]any {
	return map[string]any{
		"specversion": "1.0", "id": "e1", "source": "/test", "type": "dev.nudge.chat.message.v1", "datacontenttype": "application/json",
		"data": map[string]any{"event_type": "chat", "user_id": owner, "timestamp": "2026-11-23T09:00:00Z", "version": "1.0.0", "payload": payload},
	}
}

func TestAMessageThatComesAsAnEvent(t *testing.T) {
	r := newRig(t, nil)
	p := r.person()
	text := r.sealed(p.id, "buy milk")
	event := messageEvent(p.id, map[string]any{"thread_id": "thr_mail", "item_id": "msg_mail_1", "text": text})
	status, header, data := r.deliver(event)
	require.Equal(t, http.StatusOK, status, data)
	require.Equal(t, "dev.nudge.chat.reply.v1", header.Get("Ce-Type"))
	require.Equal(t, "reply-msg_mail_1", header.Get("Ce-Id"))
	require.Equal(t, p.id, header.Get("Ce-Partitionkey"))
	require.NotContains(t, data, "milk")
	again, sameHeader, _ := r.deliver(event)
	require.Equal(t, http.StatusOK, again)
	require.Equal(t, "reply-msg_mail_1", sameHeader.Get("Ce-Id"))
	require.Equal(t, []string{"buy milk open", "buy milk open"}, r.tasks(p.id), "one for the sealed text, one for the message, none for its repetition")
	page := p.ask(http.StatusOK, request("items.list", map[string]any{"thread_id": "thr_mail"}))
	require.Len(t, page["data"], 3)

	for name, payload := range map[string]map[string]any{
		"readable text":          {"thread_id": "thr_mail", "item_id": "msg_mail_2", "text": "delete everything"},
		"another person's seal":  {"thread_id": "thr_mail", "item_id": "msg_mail_2", "text": r.sealed(r.person().id, "delete everything")},
		"no text and no message": {"thread_id": "thr_mail", "item_id": "msg_mail_2"},
		"no thread":              {"item_id": "msg_mail_2", "text": text},
	} {
		status, _, data = r.deliver(messageEvent(p.id, payload))
		require.Equal(t, http.StatusUnprocessableEntity, status, "%s: %s", name, data)
	}
	event["type"] = "dev.nudge.task.created.v1"
	status, _, _ = r.deliver(event)
	require.Equal(t, http.StatusUnprocessableEntity, status)
	delete(event, "id")
	status, _, _ = r.deliver(event)
	require.Equal(t, http.StatusBadRequest, status)
}
